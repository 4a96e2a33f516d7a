// Packages the extension into a .vsix from what lies in dist/.
import fs from 'node:fs';
import path from 'node:path';
import { at, Plain, run } from './common.mjs';

/** @param {string} file where to write it @returns {Promise<string>} the file */
export async function makeVsix(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const code = await run(process.execPath, [at('node_modules/@vscode/vsce/vsce'), 'package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links', '--out', file], { quiet: true });
  if (code !== 0) throw new Plain('vsce could not package the extension (see above)');
  return file;
}

/**
 * The files in a zip, read from its central directory (a .vsix is one, without zip64).
 * @param {Buffer} zip
 * @returns {{ name: string, bytes: number }[]} names, and bytes as stored
 */
export function zipEntries(zip) {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0) throw new Error('not a zip file: it has no central directory');
  const entries = [];
  for (let i = 0, p = zip.readUInt32LE(end + 16); i < zip.readUInt16LE(end + 10); i++) {
    const nameLength = zip.readUInt16LE(p + 28);
    entries.push({ name: zip.toString('utf8', p + 46, p + 46 + nameLength), bytes: zip.readUInt32LE(p + 20) });
    p += 46 + nameLength + zip.readUInt16LE(p + 30) + zip.readUInt16LE(p + 32);
  }
  return entries;
}

/** Files that the bundles read by name at run time, which no manifest key names. */
const READ_AT_RUN_TIME = ['dist/webview.js', 'dist/labworker.js', 'media/outline/kmigrated.c'];

/**
 * What the manifest names and the package has not. vsce changes the case of a few documents' names.
 * @param {unknown} manifest package.json, parsed
 * @param {string[]} names files in the .vsix
 * @returns {string[]}
 */
export function missingFiles(manifest, names) {
  const inside = new Set(names.map(n => n.toLowerCase()));
  const wanted = new Set([...READ_AT_RUN_TIME, ...namedFiles(manifest)]);
  return [...wanted].filter(f => !inside.has(`extension/${f}`.toLowerCase())).sort();
}

/** Every text in the manifest that reads as a path into dist/ or media/. */
/** @param {unknown} value @returns {string[]} */
function namedFiles(value) {
  if (typeof value === 'string') return /^(\.\/)?(dist|media)\/[\w./-]+$/.test(value) ? [value.replace(/^\.\//, '')] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(namedFiles);
}
