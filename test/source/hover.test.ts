// Hovers: what they say with and without a simulation, and that nothing in them can become markup.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { COUNTER_NAMES, type CounterName } from '../../src/engine/observe/counters';
import { Point, POINT_COUNT } from '../../src/engine/observe/points';
import { CONCEPT_IDS, type LiveFigures, type LiveThread } from '../../src/source/api';
import { count, counted, escapeMarkdown, seconds } from '../../src/source/format';
import { hoverMarkdown } from '../../src/source/hover';

function figures(counters: Partial<Record<CounterName, number>>, points: readonly (readonly [Point, number])[] = [], threads: readonly LiveThread[] = [], atPoint = -1): LiveFigures {
  const byPoint = new Float64Array(POINT_COUNT);
  for (const [point, n] of points) byPoint[point] = n;
  return { byPoint, counters: COUNTER_NAMES.map(name => counters[name] ?? 0), threads, timePs: 1_376_000_000_000, atPoint };
}

/** What a reader sees of the Markdown: backslash escapes taken back. */
const seen = (markdown: string): string => markdown.replace(/\\([^A-Za-z0-9\s])/g, '$1');

test('without a simulation a hover explains and says that there are no figures', () => {
  const text = seen(hoverMarkdown('curNid', undefined));
  assert.match(text, /^\*\*cur_nid: where the batch goes\*\*/);
  assert.match(text, /D2: The cur_nid test is inverted/);
  assert.match(text, /No simulation is open/);
});

test('with a simulation it tells how often each point was passed, counters, threads, and that it is simulated', () => {
  const threads = [
    { name: 'kmigrated0', phase: 'walking', wakePs: -1, cursorPfn: 0x1f00, held: 317, batchFolios: 512 },
    { name: 'kmigrated1', phase: 'asleep', wakePs: 2_400_000_000_000, cursorPfn: -1 },
  ];
  const text = seen(hoverMarkdown('wait', figures({ sleeps: 3, passes_without_sleep: 1234 }, [[Point.WaitSleep, 3], [Point.WaitCheck, 1237]], threads, Point.WaitSleep)));
  assert.match(text, /Simulated, at 1\.376\u2009000 s:/);
  assert.match(text, /1,237 times: is ACTIVATE set\?.*\(wait\.check\)/);
  assert.match(text, /sleeps 3, passes_without_sleep 1,234/);
  assert.match(text, /kmigrated0: walking at PFN 7,936 \(0x1f00\), 317 of 512 folios/);
  assert.match(text, /kmigrated1: asleep until 2\.400\u2009000 s/);
  assert.match(text, /stands here now/);
});

test('every concept has a hover; threads beyond sixteen are summed up; missing figures count as 0', () => {
  const many = Array.from({ length: 20 }, (_, i) => ({ name: `kmigrated${i}`, phase: 'asleep' }));
  for (const id of CONCEPT_IDS) {
    const text = seen(hoverMarkdown(id, { byPoint: new Float64Array(0), counters: [], threads: many, timePs: 0, atPoint: -1 }));
    assert.ok(!/undefined|NaN/.test(text), id);
    assert.match(text, /Simulated, at 0\.000\u2009000 s/);
  }
  assert.match(seen(hoverMarkdown('thread', figures({}, [], many))), /kmigrated15: asleep {2}\nand 4 more threads$/);
});

test('names cannot smuggle markup in', () => {
  const evil = '](command:evil) <img src=x> **b** `c` $(bug)\n# h\n- l https://x.y www.z.a me@x.y';
  const text = hoverMarkdown('thread', figures({}, [], [{ name: evil, phase: evil }]));
  const line = text.split('  \n').find(l => l.includes('command'));
  assert.ok(line && !line.includes('\n'));
  for (const open of ['<img', '](', '**', '`c', '$(', '://', 'www.', 'me@']) {
    for (let at = line.indexOf(open); at >= 0; at = line.indexOf(open, at + 1)) assert.equal(line[at - 1], '\\', `${open} in ${line}`);
  }
});

test('escaped text keeps its letters and has no bare mark of markup', () => {
  fc.assert(fc.property(fc.string({ maxLength: 60 }), text => {
    const escaped = escapeMarkdown(text);
    assert.equal(seen(escaped), text.replace(/[^\S\u2009]+/g, ' '));
    assert.ok(!/[`*_[\]<>&~|$@]/.test(escaped.replace(/\\./g, '')));
    assert.ok(!/^ ?([#+=-]|\d+[.)])/.test(escaped));
  }));
});

test('numbers as a person reads them', () => {
  assert.equal(count(1234567), '1,234,567');
  assert.equal(count(999), '999');
  assert.equal(counted(1, 'batch', 'batches'), '1 batch');
  assert.equal(counted(0, 'visit'), '0 visits');
  assert.equal(seconds(999_999), '0.000\u2009000 s');
  assert.equal(seconds(7_200_000_001_000_000), '7,200.000\u2009001 s');
});
