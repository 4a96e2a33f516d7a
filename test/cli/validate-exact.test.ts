// Class "exact": the recorded runs keep every rule, and a record that breaks one rule misses that rule.
import assert from 'node:assert/strict';
import test from 'node:test';
import { readInputs } from '../../src/cli/validate/inputs';
import { EXACT_CHECKS } from '../../src/cli/validate/exact';
import { recordOf, type RunContext, type RunRecord } from '../../src/cli/validate/record';
import type { RunBatch, RunSample } from '../../src/scenario/program/runfile';
import { contextOf, RUN_FILES, runOf } from './validateruns';

function recordAndContext(file: string): { record: RunRecord; context: RunContext } {
  const run = runOf(file);
  const context = contextOf(run);
  const offset = readInputs(run, context.args, 256).clocks.printkRun;
  return { record: recordOf(run, offset === undefined ? undefined : (offset.low + offset.high) / 2), context };
}

const misses = (context: RunContext, record: RunRecord): string[] => EXACT_CHECKS.filter(c => c.check(context, record)?.ok === false).map(c => c.id);

test('the ten files keep every rule, and enough of the rules apply', () => {
  for (const file of RUN_FILES) {
    const { record, context } = recordAndContext(file);
    assert.deepEqual(misses(context, record), [], file);
    const applied = EXACT_CHECKS.filter(c => c.check(context, record) !== undefined).length;
    assert.ok(applied >= (record.design === 'v1' ? 17 : 8), `${file}: ${applied}`);
  }
  assert.equal(new Set(EXACT_CHECKS.map(c => c.id)).size, EXACT_CHECKS.length);
  for (const c of EXACT_CHECKS) assert.ok(c.says.length > 10 && c.why.length > 10);
});

const withBatch = (record: RunRecord, i: number, change: Partial<RunBatch>): RunRecord => ({ ...record, batches: record.batches.map((b, k) => (k === i ? { ...b, ...change } : b)) });
const withoutBatch = (record: RunRecord, i: number): RunRecord => ({ ...record, batches: record.batches.filter((_, k) => k !== i), calls: undefined });
const withLast = (record: RunRecord, change: (s: RunSample) => Partial<RunSample>): RunRecord => ({
  ...record, after: undefined, samples: record.samples.map((s, i) => (i === record.samples.length - 1 ? { ...s, ...change(s) } : s)),
});
const withVm = (record: RunRecord, name: string, by: number): RunRecord => withLast(record, s => ({ vm: new Map([...s.vm].map(([k, v]) => [k, k === name ? v + by : v])) }));
const withWant = (record: RunRecord, target: number, on: readonly (readonly [number, number])[]): RunRecord => withLast(record, s => ({ want: new Map([...s.want].map(([t, o]) => [t, t === target ? new Map(on) : o])) }));

test('a broken rule is missed by its check', () => {
  const { record, context } = recordAndContext('4n-block-targets.v1.json.gz');
  const broken: readonly (readonly [string, RunRecord])[] = [
    ['promote', withVm(record, 'pgpromote_success', 1)],
    ['success', withVm(record, 'pgmigrate_success', -1)],
    ['faults', withVm(record, 'numa_hint_faults', 100)],
    ['monotone', withVm(record, 'numa_hit', -1000)],
    ['conserved', withWant(record, 1, [[1, 2729]])],
    ['unmapped', { ...record, peakUnmapped: 512 * 5 }],
    ['untouched', withWant(record, 1, [[1, 2729], [9, 1]])],
    ['empty', withoutBatch(record, 0)],
    ['full', withBatch(record, 1, { n: 511, ok: 511 })],
    ['full', withBatch(record, 1, { n: 513, ok: 513 })],
    ['descending', withBatch(record, 1, { descending: false })],
    ['span', withBatch(record, 2, { first: 12157, last: 12000 })],
    ['ascending', withBatch(record, 3, { last: 5000 })],
    ['targets', withBatch(record, 5, { target: 0 })],
    ['targets', withBatch(record, 5, { target: 5 })],
    ['sums', withBatch(record, 5, { remaining: 1 })],
    ['migrations', withVm(record, 'numa_pages_migrated', 1)],
    ['failures', withVm(record, 'pgmigrate_fail', 1)],
    ['calls', { ...record, calls: { events: 2, succeeded: 0, first: [{ tS: 1, thread: 'kmigrated0', succeeded: 0 }, { tS: 2, thread: 'kmigrated0', succeeded: 511 }] } }],
  ];
  for (const [id, bad] of broken) assert.ok(misses(context, bad).includes(id), `${id}: ${misses(context, bad).join(', ')}`);
});

test('unpatched: promotions, batches, large calls and moves of a stale mapping are misses', () => {
  const { record, context } = recordAndContext('2n-stale-marks.base.json.gz');
  assert.ok(misses(context, withVm(record, 'pgpromote_success', 1)).includes('promote'));
  assert.ok(misses(context, withVm(record, 'numa_pages_migrated', 1)).includes('stale'));
  assert.ok(misses(context, withVm(record, 'numa_pte_updates', 1)).includes('stale'));
  assert.ok(misses(context, { ...record, peakUnmapped: 3 }).includes('unmapped'));
  assert.ok(misses(context, { ...record, calls: { events: 1, succeeded: 2, first: [{ tS: 1, thread: 'init', succeeded: 2 }] } }).includes('nobatch'));
});

test('node 8 and above: never reached; its alias may be', () => {
  const { record, context } = recordAndContext('2n-one-target.v1.json.gz');
  const wide: RunContext = { ...context, args: { ...context.args, targets: [9] } };
  const renamed = (on: (node: number) => number): RunRecord => ({ ...record, samples: record.samples.map(s => ({ ...s, want: new Map([[9, new Map([...(s.want.get(1) ?? [])].map(([n, p]) => [on(n), p]))]]) })) });
  assert.deepEqual(misses(wide, renamed(n => n)), []);
  assert.ok(misses(wide, renamed(n => (n === 1 ? 9 : n))).includes('alias'));
});
