// Types of walls.mjs for its test.
export declare const ARROWS: Record<string, string[]>;
export declare function wallBroken(file: string, spec: string): string | undefined;
