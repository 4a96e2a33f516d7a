// Types of workspace.mjs.
export function sampleWorkspace(to: string, o?: { fresh?: boolean }): string;
