// Packages the extension into a .vsix from what lies in dist/.
import fs from 'node:fs';
import path from 'node:path';
import { at, Plain, run } from './common.mjs';

/** @param {string} file where to write it @returns {Promise<string>} the file */
export async function makeVsix(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const code = await run(process.execPath, [at('node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--out', file], { quiet: true });
  if (code !== 0) throw new Plain('vsce could not package the extension (see above)');
  return file;
}
