// Runs the test suites and prints `N passed, M failed` as the last line.
// usage: node scripts/test.mjs [suite] [part of a file name]...     no suite: install what is missing, build, run everything
import './lib/ownnode.mjs';
import fs from 'node:fs';
import { at, Plain } from './lib/common.mjs';
import { ORDER, SUITES } from './suites.mjs';
import { needNodeModules } from './lib/need.mjs';

async function main() {
  const [wanted, ...filters] = process.argv.slice(2);
  if (wanted !== undefined && !(wanted in SUITES)) throw new Plain(`there is no suite "${wanted}"; the suites are ${Object.keys(SUITES).join(', ')}`);
  const names = wanted === undefined ? ORDER : [wanted];
  fs.mkdirSync(at('out'), { recursive: true });
  await needNodeModules();
  const total = { passed: 0, failed: 0 };
  const lines = [];
  for (const name of names) {
    const begin = Date.now();
    if (names.length > 1) console.log(`\n=== ${name}`);
    let result = { passed: 0, failed: 1 };
    try {
      result = await SUITES[name](filters);
    } catch (e) {
      console.error(e instanceof Plain ? `${name}: ${e.message}` : e);
    }
    total.passed += result.passed;
    total.failed += result.failed;
    lines.push(`${name.padEnd(8)} ${String(result.passed).padStart(5)} passed, ${result.failed} failed, ${((Date.now() - begin) / 1000).toFixed(1)} s`);
  }
  console.log(`\n${lines.join('\n')}`);
  return total;
}

main().catch(e => {
  console.error(e instanceof Plain ? e.message : e);
  return { passed: 0, failed: 1 };
}).then(total => {
  console.log(`${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed ? 1 : 0;
});
