// Bundles the extension, the webview and the command line into dist/ with esbuild.
// usage: node scripts/build.mjs [--dev] [--watch]      (CI=true: a missing entry point is an error)
import fs from 'node:fs';
import path from 'node:path';
import * as esbuild from 'esbuild';
import { ROOT, kb } from './lib/common.mjs';

const dev = process.argv.includes('--dev');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: !dev,
  sourcemap: dev,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
  define: { 'process.env.NODE_ENV': JSON.stringify(dev ? 'development' : 'production') },
  loader: { '.txt': 'text', '.svg': 'dataurl', '.ttf': 'dataurl' },
};

/** One line an output; entries that colleagues have not written yet are left out with a note. */
/** @type {(import('esbuild').BuildOptions & { in: string, out: string })[]} */
const TARGETS = [
  { in: 'src/host/main.ts', out: 'dist/extension.js', platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'] },
  { in: 'src/host/node/labWorker.ts', out: 'dist/labworker.js', platform: 'node', format: 'cjs', target: 'node20' },
  { in: 'src/host/main.web.ts', out: 'dist/extension.web.js', platform: 'browser', format: 'cjs', target: 'es2022', external: ['vscode'] },
  { in: 'src/webview/main.ts', out: 'dist/webview.js', platform: 'browser', format: 'iife', target: 'es2022' },
  { in: 'src/cli/main.ts', out: 'dist/cli.js', platform: 'node', format: 'cjs', target: 'node20', banner: { js: '#!/usr/bin/env node' } },
];

async function main() {
  const missing = TARGETS.filter(t => !fs.existsSync(path.join(ROOT, t.in)));
  for (const t of missing) console.log(`build: ${t.in} does not exist yet, so ${t.out} is not built`);
  if (missing.length && process.env.CI && !watch) throw new Error('an entry point is missing');
  const present = TARGETS.filter(t => !missing.includes(t));
  const contexts = await Promise.all(present.map(({ in: entry, out, ...o }) =>
    esbuild.context({ ...common, ...o, entryPoints: [entry], outfile: out })));
  if (watch) {
    console.log('build: started');
    await Promise.all(contexts.map(c => c.watch()));
    console.log('build: watching');
    return;
  }
  await Promise.all(contexts.map(c => c.rebuild().finally(() => c.dispose())));
  const cli = path.join(ROOT, 'dist/cli.js');
  if (fs.existsSync(cli)) fs.chmodSync(cli, 0o755);
  for (const t of present) console.log(`build: ${t.out} ${kb(path.join(ROOT, t.out))}`);
}

main().catch(e => {
  // esbuild has already printed its own messages
  if (!('errors' in e)) console.error(`build: ${e.message}`);
  process.exit(1);
});
