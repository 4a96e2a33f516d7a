// Types of vsix.mjs.
export function makeVsix(file: string): Promise<string>;
export function zipEntries(zip: Buffer): { name: string; bytes: number }[];
export function missingFiles(manifest: unknown, names: readonly string[]): string[];
