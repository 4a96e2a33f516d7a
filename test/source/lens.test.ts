// CodeLenses: where they stand, what they say, where they lead.
import assert from 'node:assert/strict';
import test from 'node:test';
import { COUNTER_NAMES } from '../../src/engine/observe/counters';
import { PageClass } from '../../src/engine/machine/pageclass';
import { Point, POINT_COUNT } from '../../src/engine/observe/points';
import { anchorFile } from '../../src/source/anchor';
import type { LiveFigures } from '../../src/source/api';
import { LENS_FUNCTIONS, lensesFor } from '../../src/source/lens';
import { EVENT_WORDS } from '../../src/session/logview';
import { outline } from './variants';

const TEXT = outline();
const FILE = anchorFile(TEXT);

function live(values: Readonly<Record<string, number>>, atPoint = -1): LiveFigures {
  return { byPoint: new Float64Array(POINT_COUNT).fill(2), counters: COUNTER_NAMES.map(n => values[n] ?? 0), threads: [], timePs: 0, atPoint };
}
const functionAt = (offset: number): string | undefined => FILE.functions.find(f => f.nameOffset === offset)?.name;

test('no simulation, no lens', () => {
  assert.deepEqual(lensesFor(FILE, undefined), []);
});

test('every function of the outline has a lens on its name, its figures said to be simulated', () => {
  const lenses = lensesFor(FILE, live({}));
  assert.deepEqual([...new Set(lenses.map(l => functionAt(l.offset)))].sort(), [...LENS_FUNCTIONS].sort());
  for (const fn of FILE.functions) {
    const first = lenses.find(l => l.offset === fn.nameOffset);
    assert.ok(first, fn.name);
    assert.ok(first.title.startsWith('simulated: '), fn.name);
    assert.ok(TEXT.startsWith(fn.name, first.offset));
  }
  assert.ok(lenses.every(l => !/undefined|NaN/.test(l.title)));
});

test('the walk tells visits, marks consumed, batches, right and wrong pages', () => {
  const lenses = lensesFor(FILE, live({ pfns_visited: 1_048_576, marks_consumed: 1, batches: 1, pages_right: 171, pages_wrong: 341 })).filter(l => functionAt(l.offset) === 'kmigrated_walk_zone');
  assert.deepEqual(lenses.map(l => l.title), ['simulated: 1,048,576 visits · 1 consumed · 1 batch', '171 pages right · 341 wrong']);
  assert.deepEqual(lenses.map(l => l.action), [{ kind: 'filterLog', filter: 'event:batch' }, { kind: 'showClass', pageClass: PageClass.Wrong }]);
});

test('where nothing is wrong the lens leads to the pages on the right node', () => {
  const lens = lensesFor(FILE, live({ pages_right: 5 })).find(l => l.title.includes('right'));
  assert.deepEqual(lens?.action, { kind: 'showClass', pageClass: PageClass.Right });
});

test('the function in which the simulation stands has a lens to the statement', () => {
  const lens = lensesFor(FILE, live({}, Point.WalkCur)).filter(l => l.action.kind === 'revealPoint');
  assert.equal(lens.length, 1);
  assert.equal(functionAt(lens[0]?.offset ?? -1), 'kmigrated_walk_zone');
  assert.deepEqual(lens[0]?.action, { kind: 'revealPoint', point: Point.WalkCur });
});

test('statements that a defect sits on have a lens once the run has shown it', () => {
  const on = (values: Readonly<Record<string, number>>, point: Point): readonly string[] => lensesFor(FILE, live(values)).filter(l => l.offset === FILE.anchorOf(point)?.offset).map(l => l.title);
  assert.deepEqual(on({}, Point.WalkCur), []);
  assert.deepEqual(on({ pages_wrong: 342 }, Point.WalkCur), ['simulated: D2, as posted: 342 pages moved to a node that they had not asked for']);
  assert.deepEqual(on({ batches_empty: 1 }, Point.WalkFlush), ['simulated: D2, as posted: 1 empty batch to node -1']);
  assert.deepEqual(on({ marks_lost_prepare: 2, marks_lost_migrate: 3 }, Point.GetTestClear), ['simulated: D7, as posted: 5 marks consumed and lost']);
});

test('every filter that a lens leads to can be read by the log', () => {
  const all = lensesFor(FILE, live(Object.fromEntries(COUNTER_NAMES.map(n => [n, 7])))).flatMap(l => (l.action.kind === 'filterLog' ? [l.action.filter] : []));
  assert.ok(all.length > 10);
  for (const filter of all) assert.ok(filter === 'result:wrong' || EVENT_WORDS.some(w => w.startsWith(filter.replace(/^event:/, ''))), filter);
});

test('a file with some of the functions gets the lenses of those', () => {
  const text = 'int migrate_pages_batch(void)\n{\n\ttry_to_unmap_flush();\n}\n';
  const lenses = lensesFor(anchorFile(text), live({}));
  assert.deepEqual(lenses.map(l => [l.offset, l.title]), [[4, 'simulated: 2 unmapped · 2 TLB flushes · 0 folios moved']]);
});
