// Bundles node:test files into out/test (one entry a file, shared code in chunks) and runs them with Node's runner.
import fs from 'node:fs';
import { at, run, ROOT } from './common.mjs';

/**
 * @param {string[]} files test files, relative to the root
 * @param {{ concurrency?: number, env?: Record<string, string>, timeoutMs?: number }} [o]
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function nodeTests(files, o = {}) {
  if (files.length === 0) return { passed: 0, failed: 0 };
  const esbuild = await import('esbuild');
  // a folder of its own a run, so that two developers (or two suites) running at once do not delete each other's files
  const dir = fs.mkdtempSync(at('out', 'test-'));
  try {
    try {
      await esbuild.build({
        absWorkingDir: ROOT, entryPoints: files, outdir: dir, outbase: 'test', outExtension: { '.js': '.mjs' },
        bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', external: ['vscode'],
        // Node cannot load this package's ES modules by itself, so it is bundled here as it is in dist/
        alias: { 'jsonc-parser/lib/esm/main.js': at('node_modules/jsonc-parser/lib/esm/main.js') },
        sourcemap: 'inline', logLevel: 'error', loader: { '.txt': 'text' },
      });
    } catch {
      console.error('a test file could not be bundled (see above)');
      return { passed: 0, failed: 1 };
    }
    const counts = at(dir.slice(ROOT.length), 'counts.json');
    const built = files.map(f => `${dir}/${f.replace(/^test\//, '').replace(/\.ts$/, '.mjs')}`);
    const code = await run(process.execPath,
      ['--enable-source-maps', '--test', `--test-concurrency=${o.concurrency ?? 2}`, '--test-reporter=./scripts/lib/reporter.mjs', '--test-reporter-destination=stdout', ...built],
      { env: { KMIGRATED_ROOT: ROOT, KMIGRATED_COUNTS: counts, KMIGRATED_TEST_DIR: dir, NODE_TEST_CONTEXT: undefined, ...o.env }, timeoutMs: o.timeoutMs ?? 600_000 });
    const totals = fs.existsSync(counts) ? JSON.parse(fs.readFileSync(counts, 'utf8')) : { passed: 0, failed: 1 };
    return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}
