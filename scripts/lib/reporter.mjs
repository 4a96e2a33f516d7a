// node:test reporter: one line a file, failures in full, and the totals as JSON into the file $KMIGRATED_COUNTS.
import fs from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';

/** @param {string | undefined} file */
const short = file => (file ? path.relative(process.cwd(), file).replace(/^out\/test-[^/]+\//, '').replace(/\.mjs$/, '') : '');

/** @param {any} error */
function explain(error) {
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? cause.stack ?? cause.message : typeof cause === 'string' ? cause : inspect(cause);
  return text.split('\n').filter((/** @type {string} */ l) => !/node:internal/.test(l)).slice(0, 40).join('\n');
}

/** @param {AsyncIterable<{ type: string, data: any }>} source */
export default async function* reporter(source) {
  const totals = { passed: 0, failed: 0 };
  /** @type {Map<string, { passed: number, failed: number, ms: number }>} */
  const files = new Map();
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message;
    if (type === 'test:diagnostic') {
      // the runner's own totals, which also count tests cancelled by a failing parent
      const m = /^(pass|fail|cancelled) (\d+)$/.exec(data.message);
      if (m && data.nesting === 0) totals[m[1] === 'pass' ? 'passed' : 'failed'] += Number(m[2]);
    }
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const name = short(data.file);
    const f = files.get(name) ?? { passed: 0, failed: 0, ms: 0 };
    files.set(name, f);
    if (data.nesting === 0) f.ms += data.details.duration_ms;
    if (data.details.type === 'suite') continue;
    if (type === 'test:pass') { f.passed++; continue; }
    f.failed++;
    yield `\nFAILED ${name}: ${data.name}\n${explain(data.details.error)}\n\n`;
  }
  for (const [name, f] of files) yield `${f.failed ? 'FAIL' : ' ok '} ${name}: ${f.passed} passed, ${f.failed} failed (${(f.ms / 1000).toFixed(1)} s)\n`;
  if (process.env.KMIGRATED_COUNTS) fs.writeFileSync(process.env.KMIGRATED_COUNTS, JSON.stringify(totals));
}
