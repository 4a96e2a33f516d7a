// Promises of the project about itself: lock files without addresses, a reason for every package, no test left out.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { at } from '../support/root';

const read = (...parts: string[]): string => fs.readFileSync(at(...parts), 'utf8');

/** Names under a key of a package.json. */
function names(file: string, key: string): string[] {
  const manifest: unknown = JSON.parse(read(file));
  assert.ok(typeof manifest === 'object' && manifest !== null);
  const part: unknown = Object.entries(manifest).find(([k]) => k === key)?.[1];
  return typeof part === 'object' && part !== null ? Object.keys(part) : [];
}

test('no lock file names an address', () => {
  for (const dir of ['.', 'vscode-host', 'vscode-host/oldest']) assert.doesNotMatch(read(dir, 'package-lock.json'), /"resolved"|https?:\/\/[^"]*\.tgz/, dir);
});

test('the README says of every package what it is for', () => {
  const readme = read('README.md');
  const packages = [...names('package.json', 'dependencies'), ...names('package.json', 'devDependencies'), ...names('vscode-host/package.json', 'dependencies'), ...names('vscode-host/oldest/package.json', 'dependencies')];
  assert.ok(packages.length > 10);
  assert.deepEqual(packages.filter(p => !readme.includes(`\`${p}\``)), []);
});

test('every script of package.json has its file', () => {
  const manifest: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(read('package.json'));
  const files = Object.values(manifest.scripts).flatMap(s => /^node (scripts\/\S+)/.exec(s)?.[1] ?? []);
  assert.ok(files.length > 8);
  assert.deepEqual(files.filter(f => !fs.existsSync(at(f))), []);
});

test('no test is skipped, left for later or run alone', () => {
  const files = fs.readdirSync(at('test'), { recursive: true, encoding: 'utf8' }).filter(f => /\.ts$/.test(f));
  assert.ok(files.length > 20);
  const left = files.filter(f => /\b(?:test|suite|it|describe)\.(?:only|skip|todo)\b|\b(?:skip|only|todo): ?true\b/.test(read('test', f)));
  assert.deepEqual(left.map(f => path.basename(f)), []);
});
