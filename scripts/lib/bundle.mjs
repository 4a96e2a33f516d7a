// Bundles the tests that run inside VS Code: mocha suites for the extension host of Node, and one file for that of the web.
import fs from 'node:fs';
import path from 'node:path';
import { at, ROOT } from './common.mjs';

/** A folder of its own a run, so that two runs at once do not delete each other's files. */
export function freshDir() {
  fs.mkdirSync(at('out'), { recursive: true });
  return fs.mkdtempSync(at('out', 'test-'));
}

/** One line a failure after the list of tests, and the totals as a line that the runner reads. */
export const COUNTS = 'KMIGRATED-COUNTS';

/** @param {string[]} files @param {string} dir @returns {Promise<string>} the module whose run() runs them, in the order of their names */
export async function nodeHostTests(files, dir) {
  const esbuild = await import('esbuild');
  await esbuild.build({
    absWorkingDir: ROOT, entryPoints: files, outdir: dir, outbase: 'test', bundle: true, format: 'cjs', platform: 'node', target: 'node20',
    packages: 'external', external: ['vscode'], sourcemap: 'inline', logLevel: 'error', loader: { '.txt': 'text' },
  });
  const built = files.map(f => path.join(dir, f.replace(/^test\//, '').replace(/\.ts$/, '.js')));
  const index = path.join(dir, 'index.js');
  fs.writeFileSync(index, `
const Mocha = require('mocha'), fs = require('fs');
exports.run = () => new Promise((resolve, reject) => {
  const mocha = new Mocha({ ui: 'tdd', timeout: 120000, color: false, reporter: 'spec' });
  for (const f of ${JSON.stringify(built)}) mocha.addFile(f);
  const runner = mocha.run(failures => {
    fs.writeFileSync(process.env.KMIGRATED_COUNTS, JSON.stringify({ passed: runner.stats.passes, failed: failures }));
    failures ? reject(new Error(failures + ' tests failed')) : resolve();
  });
});`);
  return index;
}

/** @param {string[]} files @param {string} dir @returns {Promise<string>} one file with everything in it, for the worker */
export async function webHostTests(files, dir) {
  const esbuild = await import('esbuild');
  const outfile = path.join(dir, 'web.js');
  await esbuild.build({
    absWorkingDir: ROOT, outfile, bundle: true, format: 'cjs', platform: 'browser', target: 'es2022', external: ['vscode'], logLevel: 'error',
    sourcemap: 'inline', loader: { '.txt': 'text' },
    define: { global: 'globalThis', 'process.env.NODE_DEBUG': 'false', 'process.env.NODE_ENV': '"test"' },
    inject: [at('scripts/lib/process-shim.mjs')], mainFields: ['browser', 'module', 'main'],
    stdin: { resolveDir: ROOT, sourcefile: 'web-index.js', contents: `
import 'mocha/mocha';
mocha.setup({ ui: 'tdd', reporter: undefined, timeout: 120000 });
export async function run() {
  ${files.map(f => `await import('./${f}');`).join('\n  ')}
  await new Promise((resolve, reject) => {
    const runner = mocha.run(failures => {
      console.log('${COUNTS} ' + JSON.stringify({ passed: runner.stats.passes, failed: failures }));
      failures ? reject(new Error(failures + ' tests failed')) : resolve();
    });
    runner.on('pass', test => console.log('  ok ' + test.fullTitle()));
    runner.on('fail', (test, error) => console.log('  FAILED ' + test.fullTitle() + '\\n' + (error && error.stack || error)));
  });
}` },
  });
  return outfile;
}
