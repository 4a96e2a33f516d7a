// The test suites by name: each says what it needs, runs, and gives how many passed and failed.
import { filesBelow, run } from './lib/common.mjs';

/** @typedef {{ passed: number, failed: number }} Counts */
/** @typedef {(filters: string[]) => Promise<Counts>} Suite */

/** What `npm test` runs, cheapest first, so that a mistake shows early. */
export const ORDER = ['check', 'build', 'lint', 'unit'];

/** @param {string[]} filters @param {string} dir @param {RegExp} pattern */
const pick = (filters, dir, pattern) => filesBelow(dir, pattern).filter(f => filters.length === 0 || filters.some(x => f.includes(x)));

/** @param {string} script @param {string[]} args @returns {Promise<Counts>} a script that counts as one test */
async function one(script, ...args) {
  return await run(process.execPath, [script, ...args]) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** @type {Record<string, Suite>} */
export const SUITES = {
  check: () => one('node_modules/typescript/bin/tsc', '-b'),
  build: () => one('scripts/build.mjs'),
  lint: () => one('node_modules/eslint/bin/eslint.js', '--max-warnings', '0', '.'),
  async unit(filters) {
    const { nodeTests } = await import('./lib/nodetest.mjs');
    return nodeTests(pick(filters, 'test', /(?<!\.(browser|host|web|ui))\.test\.ts$/));
  },
};
