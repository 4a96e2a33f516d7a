// Where the project lies: bundled tests run from out/, so they find data by the root and never by their own path.
import path from 'node:path';

export const ROOT: string = process.env['KMIGRATED_ROOT'] ?? process.cwd();

/** The absolute path of a file of the project, for example `at('test/data/v1-named.jsonl')`. */
export const at = (...parts: string[]): string => path.join(ROOT, ...parts);
