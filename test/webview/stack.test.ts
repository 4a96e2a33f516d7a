// Who pays, for runs beside each other: one cause has one colour and one place in all of them, and nothing that was paid is lost.
import assert from 'node:assert/strict';
import test from 'node:test';
import { SERIES_COLUMNS } from '../../src/protocol/series';
import { stacks } from '../../src/webview/charts/stack';
import { RunTable } from '../../src/webview/charts/table';

/** A run of two points; hundredths of the busy time by cause in the second, the programs' own work filling the rest. */
function run(label: string, paid: Readonly<Record<string, number>>): RunTable {
  const data = new Float64Array(2 * SERIES_COLUMNS.length);
  data[SERIES_COLUMNS.length] = 1e12;
  const own = 100 - Object.entries(paid).reduce((sum, [cause, part]) => sum + (cause === 'idle' || cause === 'other work' ? 0 : part), 0);
  for (const [cause, part] of Object.entries({ compute: own, ...paid })) {
    const at = SERIES_COLUMNS.indexOf(cause);
    assert.ok(at > 0, cause);
    data[SERIES_COLUMNS.length + at] = part * 3e9;
  }
  return new RunTable({ label, points: 2, data: data.buffer });
}
const named = (label: string): string => label.slice(0, label.indexOf(','));

test('a cause has the same colour in both runs, though each run would rank it differently', () => {
  const [a, b] = stacks([run('v1', { 'hint fault': 9, 'kthread migrate': 20 }), run('sync', { 'hint fault': 15, 'inline migration': 12 })]);
  assert.ok(a && b);
  const colours = (lines: typeof a): [string, number][] => lines.map(l => [named(l.label), l.color]);
  assert.deepEqual(colours(a), colours(b));
  assert.deepEqual(colours(a).reverse(), [['hint fault', 0], ['kthread migrate', 1], ['inline migration', 2]]);
  assert.deepEqual(a.map(l => Math.round(l.own?.[1] ?? -1)), [0, 20, 9]);
});

test('the topmost area is the sum of all; more causes than colours end in "the rest", and no colour stands twice', () => {
  const many = { 'hint fault': 8, mark: 7, 'inline migration': 6, 'pte scan': 5, 'kthread walk': 4, 'kthread migrate': 3, 'tlb refill': 2, kernel: 1 };
  const [lines] = stacks([run('v1', { ...many, idle: 1000, 'other work': 500 })]);
  assert.ok(lines);
  assert.equal(Math.round(lines[0]?.values[1] ?? 0), 36);
  assert.deepEqual([named(lines[0]?.label ?? ''), Math.round(lines[0]?.own?.[1] ?? 0)], ['the rest', 6]);
  assert.equal(new Set(lines.map(l => l.color % 6)).size, lines.length);
});

test('nobody has paid: no areas', () => {
  assert.deepEqual(stacks([run('v1', { idle: 3 }), run('sync', { compute: 0 })]), [[], []]);
  assert.deepEqual(stacks([]), []);
});

test('shares are of the CPU time that was not idle and not given away, so an interval of another length changes nothing', () => {
  const [lines] = stacks([run('v1', { 'hint fault': 25, idle: 900, 'other work': 40 })]);
  assert.deepEqual(lines?.map(l => [l.name, l.own]), [['hint fault', [0, 25]]]);
});

test('what is charged at the begin, before time has passed, is no share of an interval', () => {
  const cells = new Float64Array(2 * SERIES_COLUMNS.length);
  cells[SERIES_COLUMNS.indexOf('context switch')] = 5e6;
  cells[SERIES_COLUMNS.length] = 1e12;
  cells[SERIES_COLUMNS.length + SERIES_COLUMNS.indexOf('hint fault')] = 1e9;
  const [lines] = stacks([new RunTable({ label: 'v1', points: 2, data: cells.buffer })]);
  assert.deepEqual(lines?.map(l => [l.name, l.own]), [['context switch', [0, 0]], ['hint fault', [0, 100]]]);
});

test('an interval without an access has no latency and no local share; counters stand as they are', () => {
  const cells = new Float64Array(3 * SERIES_COLUMNS.length), at = (row: number, name: string): number => row * SERIES_COLUMNS.length + SERIES_COLUMNS.indexOf(name);
  cells[at(1, 'time ps')] = 1e12;
  cells[at(1, 'accesses a second')] = 10;
  cells[at(1, 'mean access latency ns')] = 90;
  cells[at(2, 'time ps')] = 2e12;
  const run = new RunTable({ label: 'v1', points: 3, data: cells.buffer });
  assert.deepEqual(['accesses a second', 'mean access latency ns', 'local share', 'numa_hint_faults'].map(name => run.drawn(name)), [[null, 10, 0], [null, 90, null], [null, 0, null], [0, 0, 0]]);
});
