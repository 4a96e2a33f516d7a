// The test suites by name: each says what it needs, runs, and gives how many passed and failed.
import fs from 'node:fs';
import { at, filesBelow, Plain, run } from './lib/common.mjs';

/** @typedef {{ passed: number, failed: number }} Counts */
/** @typedef {(filters: string[]) => Promise<Counts>} Suite */

/** What `npm test` runs, cheapest first, so that a mistake shows early. */
export const ORDER = ['check', 'build', 'lint', 'unit', 'conform', 'source', 'validate', 'lab', 'published', 'webview', 'host', 'web', 'ui'];

/** Files of test/conform data that `conform` compares with. */
const TRACES = 'test/fixtures/conformance';

/** Recorded runs of real kernels that `validate` compares with: 200 seeds each, some minutes in all. */
const RUNS = 'test/fixtures/kernel-runs';

/** @param {string[]} filters @param {string} dir @param {RegExp} pattern */
const pick = (filters, dir, pattern) => filesBelow(dir, pattern).filter(f => filters.length === 0 || filters.some(x => f.includes(x)));

/** @param {string} script @param {string[]} args @returns {Promise<Counts>} a script that counts as one test */
async function one(script, ...args) {
  return await run(process.execPath, [script, ...args]) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @param {string} what @returns {Counts} */
function nothing(what) {
  console.log(`there is ${what}`);
  return { passed: 0, failed: 0 };
}

/** @param {string} dir @param {RegExp} pattern @param {(files: string[]) => Promise<Counts>} runFiles @returns {Suite} */
const files = (dir, pattern, runFiles) => async filters => {
  const found = pick(filters, dir, pattern);
  return found.length === 0 ? nothing(`no test file in ${dir} for this suite`) : runFiles(found);
};

/** What this run has built already. */
const done = new Set();

/** @returns {Promise<Counts>} */
async function build() {
  done.add('build');
  return one('scripts/build.mjs');
}

/** Suites that run the bundles build them anew, so that they never test yesterday's; a whole run builds once. */
async function needBuilt() {
  if (done.has('build')) return;
  if ((await build()).failed > 0) throw new Plain('the bundles could not be built (see above)');
}

const host = files('test/host', /\.host\.test\.ts$/, async found => {
  await needBuilt();
  return (await import('./lib/inhost.mjs')).nodeHost(found);
});

const ui = files('test/ui', /\.ui\.test\.ts$/, async found => {
  const { needChromium, needHost } = await import('./lib/need.mjs');
  const { hostDir } = await import('./lib/server.mjs');
  const { makeVsix } = await import('./lib/vsix.mjs');
  const { nodeTests } = await import('./lib/nodetest.mjs');
  await needBuilt();
  await needChromium();
  await needHost(hostDir());
  return nodeTests(found, { concurrency: 1, env: { KMIGRATED_VSIX: await makeVsix(at('out/ui.vsix')) } });
});

/** @type {Record<string, Suite>} */
export const SUITES = {
  check: () => one('node_modules/typescript/bin/tsc', '-b'),
  build,
  lint: () => one('node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'),
  async unit(filters) {
    const { nodeTests } = await import('./lib/nodetest.mjs');
    return nodeTests(pick(filters, 'test', /(?<!\.(browser|host|web|ui|source|lab))\.test\.ts$/));
  },
  async conform() {
    if (!fs.existsSync(at('dist/cli.js'))) return nothing('no dist/cli.js: build first');
    const traces = filesBelow(TRACES, /\.jsonl(\.gz)?$/);
    return traces.length === 0 ? nothing(`no trace in ${TRACES}`) : one('dist/cli.js', 'conform', ...traces);
  },
  /** A C file compiled to WebAssembly in place of the engine's own design. */
  source: files('test/policy', /\.source\.test\.ts$/, async found => {
    await needBuilt();
    return (await import('./lib/nodetest.mjs')).nodeTests(found, { concurrency: 1 });
  }),
  /** The command line's lab on threads, and split by GNU parallel. */
  lab: files('test/cli', /\.lab\.test\.ts$/, async found => {
    await (await import('./lib/need.mjs')).needParallel();
    await needBuilt();
    return (await import('./lib/nodetest.mjs')).nodeTests(found, { concurrency: 1 });
  }),
  async validate(filters) {
    await needBuilt();
    const runs = pick(filters, RUNS, /\.json\.gz$/);
    return runs.length === 0 ? nothing(`no recorded run in ${RUNS}`) : one('dist/cli.js', 'validate', ...runs);
  },
  async published() {
    await needBuilt();
    return one('dist/cli.js', 'published');
  },
  webview: files('test/webview', /\.browser\.test\.ts$/, async found => {
    await (await import('./lib/need.mjs')).needChromium();
    await needBuilt();
    return (await import('./lib/nodetest.mjs')).nodeTests(found, { concurrency: 1 });
  }),
  host,
  web: files('test/web', /\.web\.test\.ts$/, async found => {
    await needBuilt();
    return (await import('./lib/inhost.mjs')).webHost(found);
  }),
  ui,
  /** The same host and ui suites in the oldest VS Code that engines.vscode allows. Not part of `npm test`. */
  async oldest(filters) {
    process.env.KMIGRATED_VSCODE_HOST = at('vscode-host/oldest');
    const a = await host(filters);
    const b = await ui(filters);
    return { passed: a.passed + b.passed, failed: a.failed + b.failed };
  },
};
