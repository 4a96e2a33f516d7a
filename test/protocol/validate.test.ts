// Messages at both ends: what fits passes unchanged, what does not gives a sentence that names the place, and nothing throws.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { COUNTER_NAMES } from '../../src/engine/observe/counters';
import { CELL_BYTES, LEVELS, MAX_FRAME_CELL_BYTES, MAX_LOG_REQUEST, MAX_VIEW_RANGES, type HostMessage, type Level, type WebviewMessage } from '../../src/protocol/messages';
import { MAX_SERIES_POINTS, MAX_SERIES_RUNS, SERIES_COLUMNS, type SeriesRun } from '../../src/protocol/series';
import { checkRuns, readHostMessage, readWebviewMessage } from '../../src/protocol/validate';

const webviewMessages: readonly WebviewMessage[] = [
  { type: 'ready', view: 'panel' }, { type: 'ack', generation: 3, seq: 9 }, { type: 'view', ranges: [{ id: 1, level: 'pfn', nid: 0, zoneIdx: 2, first: 0, count: 4096 }] }, { type: 'run' },
  { type: 'pause' }, { type: 'reset' }, { type: 'step', kind: 'pass' }, { type: 'speed', ratio: 0 }, { type: 'log', requestId: 1, filter: 'node:0', first: 0, count: MAX_LOG_REQUEST },
  { type: 'pfn', requestId: 2, pfn: 2 ** 32 - 1 }, { type: 'find', requestId: 3, nid: 1, near: 7, pageClass: 12 }, { type: 'select', pfn: 5 }, { type: 'reveal', point: 18 }, { type: 'copyRepro' },
  { type: 'openLogText', filter: '' }, { type: 'command', name: 'runDefault' }, { type: 'charts', visible: true }, { type: 'compare', on: false },
  { type: 'command', name: 'chooseMigrator' }, { type: 'command', name: 'showScope' }, { type: 'command', name: 'showCosts' },
];

const zone = { idx: 1, name: 'DMA32', startPfn: 4096, spannedPages: 61_440, presentPages: 61_440, managedPages: 60_000, minPages: 1, lowPages: 2, highPages: 3, holesKnown: false };
const frame: Extract<HostMessage, { type: 'frame' }> = {
  type: 'frame', generation: 1, seq: 2, key: true, timePs: 9_013_000_000_000, state: 'paused', stateText: '',
  threads: [{ nid: 0, name: 'kmigrated0', phase: 'moving', wakePs: -1, cursorPfn: 17_629, zoneIdx: 1, held: 512, moved: 300, batchFolios: 512, passes: 9, activate: true, curNid: 3, nidWanted: 3 }],
  batches: [{ thread: 0, index: 5, phase: 'move', timePs: 9, target: 3, folios: 512, moved: 300, failed: 0, right: 170, wrong: 342, firstPfn: 1, lastPfn: 2, asked: [[1, 171], [2, 171], [3, 170]], deciderPfn: 17_629, deciderInBatch: false }],
  counters: { total: COUNTER_NAMES.map(() => 1), markedNow: 1, staleNow: 0, isolatedNow: 0, unmappedNow: 212, free: [[0, 10]] },
  lanes: [[0, 1, 5, -1]], logRows: 26, logDropped: 0, speed: 0.01, atPoint: 30, cells: { runs: Int32Array.of(1, 0, 2, 0).buffer, data: new ArrayBuffer(64), more: false },
};
const row = { row: 1, timePs: 2, thread: -1, kind: 6, firstPfn: 1, lastPfn: 2, asked: [[1, 2]] as const, sentTo: -1, folios: 1, right: 0, wrong: 0, failed: 0, point: 2, result: 'marked' };
/** A run of some points, times 0, 1, 2, ... and everything else 0. */
function series(points: number, change: (numbers: Float64Array) => void = () => undefined): SeriesRun {
  const numbers = new Float64Array(points * SERIES_COLUMNS.length);
  for (let i = 0; i < points; i++) numbers[i * SERIES_COLUMNS.length] = i;
  change(numbers);
  return { label: 'kmigrated v1 as posted', points, data: numbers.buffer };
}
const charts: Extract<HostMessage, { type: 'series' }> = { type: 'series', generation: 1, says: 'Costs are a table.', runs: [series(MAX_SERIES_POINTS), series(3)], comparing: true, whyNot: '' };
const hostMessages: readonly HostMessage[] = [
  { type: 'session', generation: 1, speed: 0.5, step: 'batch', model: {
    name: 'a', machine: 'b', machineSource: 'c', seed: 42, engineVersion: '0.1.0', durationPs: 1e13, design: 'v1', batchFolios: 512, readyBit: 2,
    nodes: [{ nid: 0, cpus: [0, 1], zones: [zone], hasThread: true }], scope: { modelled: ['x'], simplified: [], notModelled: ['y'] }, programs: false, sourceLabel: 'outline' } },
  { type: 'noSession', text: 'none' }, frame, charts, { ...charts, runs: [], comparing: false, whyNot: 'The machine is large.' },
  { type: 'log', requestId: 1, first: 0, matched: 1, total: 1, rows: [row], error: '' },
  { type: 'pfn', requestId: 2, page: null },
  { type: 'pfn', requestId: 2, page: { pfn: 1, nid: 0, zone: 'DMA', section: 0, pageClass: 7, says: 's', order: 9, headPfn: 0, word: '0x14', fields: [{ name: 'READY', bits: '2', raw: '1', says: 'm' }], caveat: '', history: [{ timePs: 1, says: 'h', point: 2 }] } },
  { type: 'found', requestId: 3, pfn: -1, text: 'none' }, { type: 'progress', text: 'building', fraction: 0.38 }, { type: 'error', text: 'e' }, { type: 'show', what: {} }, { type: 'show', what: { pfn: 3, filter: 'node:1' } },
];

test('every kind of message passes, and passes unchanged', () => {
  for (const m of webviewMessages) assert.deepEqual(readWebviewMessage(m), { ok: true, message: m });
  for (const m of hostMessages) assert.deepEqual(readHostMessage(m), { ok: true, message: m });
});

test('a message that is wrong is told by a sentence that names the place and what is allowed', () => {
  const cases: readonly [unknown, RegExp][] = [
    [undefined, /The message is undefined; allowed is an object/],
    [{ type: 'fly' }, /type is "fly"; allowed is "ready", "ack"/],
    [{ type: 'step', kind: 'mile' }, /Message "step": kind is "mile"; allowed is "point", "pfn", "batch", "pass"\./],
    [{ type: 'pfn', requestId: 1, pfn: 2 ** 32 }, /pfn is 4294967296; allowed is a whole number from 0 to 4294967295/],
    [{ type: 'pfn', requestId: 1, pfn: 1.5 }, /pfn is 1.5/],
    [{ type: 'log', requestId: 1, filter: 'x'.repeat(301), first: 0, count: 1 }, /filter is "x+\.\.\."; allowed is a text of at most 300/],
    [{ type: 'log', requestId: 1, filter: '', first: 0, count: MAX_LOG_REQUEST + 1 }, /count is 501/],
    [{ type: 'view', ranges: Array.from({ length: MAX_VIEW_RANGES + 1 }, () => ({})) }, /ranges is a list of 65; allowed is a list of at most 64/],
    [{ type: 'view', ranges: [{ id: 1, level: 'pfn', nid: 0, zoneIdx: 9, first: 0, count: 1 }] }, /ranges\[0\]\.zoneIdx is 9/],
    [{ type: 'speed', ratio: Number.NaN }, /ratio is NaN/],
  ];
  for (const [value, text] of cases) {
    const read = readWebviewMessage(value);
    assert.equal(read.ok, false);
    if (!read.ok) assert.match(read.text, text);
  }
});

test('the limits of a frame hold', () => {
  const bad: readonly [unknown, RegExp][] = [
    [{ ...frame, cells: { ...frame.cells, data: new ArrayBuffer(MAX_FRAME_CELL_BYTES + 1) } }, /cells\.data is a buffer of 262145 bytes/],
    [{ ...frame, cells: { ...frame.cells, runs: new ArrayBuffer(15) } }, /cells\.runs is a buffer of 15 bytes; allowed .* in units of 16/],
    [{ ...frame, cells: { ...frame.cells, runs: [1, 2, 3, 4] } }, /cells\.runs is a list of 4/],
    [{ ...frame, lanes: [[0, 2, 5, 6]] }, /lanes\[0\]\[1\] is 2/],
    [{ ...frame, batches: [{ ...frame.batches[0], asked: [[1]] }] }, /batches\[0\]\.asked\[0\] is a list of 1; allowed is a list of 2/],
    [{ ...frame, timePs: -1 }, /timePs is -1/],
  ];
  for (const [value, text] of bad) {
    const read = readHostMessage(value);
    assert.equal(read.ok, false);
    if (!read.ok) assert.match(read.text, text);
  }
});

test('a series whose table does not fit its points, or that no chart could draw, is refused', () => {
  const bad: readonly [unknown, RegExp][] = [
    [{ ...charts, runs: Array.from({ length: MAX_SERIES_RUNS + 1 }, () => series(1)) }, /runs is a list of 3; allowed is a list of at most 2/],
    [{ ...charts, runs: [series(MAX_SERIES_POINTS + 1)] }, /runs\[0\]\.points is 513; allowed is a whole number from 0 to 512/],
    [{ ...charts, runs: [{ ...series(4), points: 5 }] }, /runs\[0\]\.data is a buffer of \d+ bytes; allowed is \d+ for 5 points/],
    [{ ...charts, runs: [series(1), { ...series(4), data: new ArrayBuffer(8) }] }, /runs\[1\]\.data is a buffer of 8 bytes/],
    [{ ...charts, runs: [{ ...series(1), data: [0] }] }, /runs\[0\]\.data is a list of 1/],
    [{ ...charts, runs: [series(2, n => n.fill(Number.NaN, 5, 6))] }, /has NaN in column "pgmigrate_success" of point 0/],
    [{ ...charts, runs: [series(2, n => n.fill(Infinity, SERIES_COLUMNS.length + 1))] }, /has Infinity in column "numa_pte_updates" of point 1/],
    [{ ...charts, runs: [series(3, n => n.copyWithin(2 * SERIES_COLUMNS.length, SERIES_COLUMNS.length, SERIES_COLUMNS.length + 1))] }, /point 2 no later than the one before/],
    [{ ...charts, runs: [{ ...series(1), label: 'x'.repeat(101) }] }, /runs\[0\]\.label/],
    [{ ...charts, comparing: 'yes' }, /comparing is "yes"; allowed is true or false/],
    [{ ...charts, runs: [null] }, /runs\[0\] is null/],
  ];
  for (const [value, text] of bad) {
    const read = readHostMessage(value);
    assert.equal(read.ok, false);
    if (!read.ok) assert.match(read.text, text);
  }
  for (const value of [{ type: 'charts', visible: 1 }, { type: 'compare' }, { type: 'command', name: 'toggleCompare' }]) assert.equal(readWebviewMessage(value).ok, false);
});

test('nothing that is sent can make the readers throw', () => {
  fc.assert(fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withTypedArray: true }), value => {
    for (const read of [readWebviewMessage(value), readHostMessage(value)]) assert.ok(read.ok || read.text.length > 0);
  }));
});

test('one field changed to anything: read as it stands, or refused with the name of the field', () => {
  const all: readonly [readonly object[], (v: unknown) => { readonly ok: boolean; readonly text?: string }][] = [[webviewMessages, readWebviewMessage], [hostMessages, readHostMessage]];
  for (const [messages, read] of all) {
    fc.assert(fc.property(fc.constantFrom(...messages), fc.nat(), fc.anything(), (message, pick, value) => {
      const keys = Object.keys(message);
      const key = keys[pick % keys.length] ?? 'type';
      const result = read({ ...message, [key]: value });
      if (!result.ok) assert.ok(result.text?.includes(key) === true, `${result.text} names ${key}`);
    }));
  }
});

test('runs: accepted exactly when every known one lies inside the data', () => {
  const run = fc.record({ id: fc.integer({ min: 0, max: 5 }), first: fc.integer({ min: -1, max: 50 }), count: fc.integer({ min: -1, max: 40 }), offset: fc.integer({ min: -1, max: 2_000 }) });
  const levelOf = (id: number): Level | undefined => LEVELS[id];
  fc.assert(fc.property(fc.array(run, { maxLength: 4 }), fc.integer({ min: 0, max: 2_048 }), (runs, bytes) => {
    const data = { runs: Int32Array.from(runs.flatMap(r => [r.id, r.first, r.count, r.offset])).buffer, data: new ArrayBuffer(bytes), more: false };
    const good = runs.every(r => {
      const level = levelOf(r.id);
      return level === undefined || (r.first >= 0 && r.count >= 1 && r.offset >= 0 && r.offset + r.count * CELL_BYTES[level] <= bytes);
    });
    assert.equal(checkRuns(data, levelOf) === '', good);
  }));
});
