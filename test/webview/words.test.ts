// Figures and sentences: written one way everywhere.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { PageClass } from '../../src/engine/machine/pageclass';
import type { BatchModel, NodeModel, ThreadModel } from '../../src/protocol/messages';
import { count, memory, seconds, share, shortSeconds, speedText } from '../../src/webview/format';
import { LaneStore } from '../../src/webview/lanes';
import { bitRange } from '../../src/webview/pagecard';
import { FIRST_VIEW, readScroll, readViewState, viewFor, writeScroll } from '../../src/webview/state';
import { speedIndex, SPEEDS } from '../../src/webview/speeds';
import { busiest } from '../../src/webview/follow';
import { byteText, countsText, flowText, threadText } from '../../src/webview/words';

test('numbers, times and sizes', () => {
  assert.equal(count(17_630), '17,630');
  assert.equal(count(-1), '\u22121');
  assert.equal(count(0), '0');
  assert.equal(seconds(9_013_000_000_000), '9.013\u2009000');
  assert.equal(seconds(999_999), '0.000\u2009000');
  assert.equal(shortSeconds(10_008_000_000_000), '10.008 s');
  assert.equal(memory(65_536), '256 MiB');
  assert.equal(memory(2 ** 28), '1 TiB');
  assert.equal(share(1, 1000), '< 1 %');
  assert.equal(share(999, 1000), '> 99 %');
  assert.equal(share(0, 0), '\u2013');
  assert.equal(speedText(0.01), '1 : 100');
  assert.equal(speedText(0), 'no limit');
});

test('a count reads back as the number that it was', () => {
  fc.assert(fc.property(fc.maxSafeInteger(), n => assert.equal(Number(count(n).replaceAll(',', '').replace('\u2212', '-')), n)));
});

test('every speed finds its place on the slider', () => {
  SPEEDS.forEach((s, i) => assert.equal(speedIndex(s), i));
  assert.equal(SPEEDS[speedIndex(0.0099)], 0.01);
});

const batch: BatchModel = {
  thread: 0, index: 5, phase: 'move', timePs: 0, target: 3, folios: 512, moved: 300, failed: 0, right: 170, wrong: 342, firstPfn: 0, lastPfn: 1, asked: [[1, 171], [2, 171], [3, 170]], deciderPfn: 9, deciderInBatch: false,
};

test('the flow says who asked for what', () => {
  assert.equal(flowText(batch), '512 to node 3: 170 asked for it, 342 did not');
  assert.equal(flowText(batch, true), '512 to node 3, 342 asked elsewhere');
  assert.equal(flowText({ ...batch, asked: [[3, 512]] }), '512 to node 3: all asked for it');
  assert.equal(flowText({ ...batch, asked: [[1, 512]] }), '512 to node 3: none asked for it');
  assert.equal(flowText({ ...batch, folios: 0, target: -1 }), 'an empty batch to node \u22121');
});

test('pages and cells in words', () => {
  assert.equal(byteText(PageClass.Marked | (2 << 4), 0), 'marked for node 1');
  assert.equal(byteText(PageClass.Marked | (15 << 4), 0), 'marked for a node above 13');
  assert.equal(byteText(PageClass.Wrong, 3), 'moved here, to node 3; it asked for another');
  assert.equal(byteText(PageClass.Free, 0), 'free');
  const c = new Uint16Array(16);
  c[PageClass.Free] = 497;
  c[PageClass.Marked] = 12;
  c[PageClass.Wrong] = 3;
  assert.equal(countsText(c), '3 wrong node, 12 marked, 497 free');
  assert.equal(countsText(new Uint16Array(16)), 'nothing known yet');
});

test('what a thread is doing, in a few words', () => {
  const t: ThreadModel = { nid: 0, name: 'kmigrated0', phase: 'asleep', wakePs: 10_008_000_000_000, cursorPfn: -1, zoneIdx: -1, held: 0, moved: 0, batchFolios: 512, passes: 1, activate: false, curNid: -1, nidWanted: -1 };
  assert.equal(threadText(t), 'asleep until 10.008 s');
  assert.equal(threadText({ ...t, phase: 'walking', cursorPfn: 17_629 }), 'walking at PFN 17,629');
  assert.equal(threadText({ ...t, phase: 'collecting', held: 317 }), 'collecting 317 of 512');
  assert.equal(threadText({ ...t, phase: 'moving', held: 512, moved: 300, curNid: 3 }), 'moving 300 of 512 to node 3');
  assert.equal(threadText({ ...t, phase: 'none' }), 'no thread');
});

test('the inset follows the thread that does most: a batch before collecting before walking, and among equals the one on view', () => {
  const t = (nid: number, phase: ThreadModel['phase'], cursorPfn = 5): ThreadModel => ({ nid, name: '', phase, wakePs: -1, cursorPfn, zoneIdx: 0, held: 0, moved: 0, batchFolios: 512, passes: 0, activate: false, curNid: -1, nidWanted: -1 });
  assert.equal(busiest([t(0, 'walking'), t(1, 'moving'), t(2, 'collecting')], 0)?.nid, 1);
  assert.equal(busiest([t(0, 'walking'), t(1, 'walking')], 1)?.nid, 1);
  assert.equal(busiest([t(0, 'asleep', -1)], 0), undefined);
});

test('bits that a field names', () => {
  assert.deepEqual(bitRange('3-12'), { low: 3, high: 12 });
  assert.deepEqual(bitRange('0, 1'), { low: 0, high: 1 });
  assert.deepEqual(bitRange('2'), { low: 2, high: 2 });
  assert.equal(bitRange('none'), undefined);
  assert.equal(bitRange('99'), undefined);
});

test('lanes: a mark that was open is closed by its next message, whatever the order, and all are found again', () => {
  const mark = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 1, max: 50 }));
  fc.assert(fc.property(fc.array(mark, { maxLength: 60 }), marks => {
    const store = new LaneStore();
    const model = new Map<string, number>();
    for (const [nid, kind, from, length] of marks) {
      store.add([[nid, kind, from, from + length]]);
      model.set(`${nid}/${kind}/${from}`, from + length);
    }
    for (let nid = 0; nid < 4; nid++) {
      for (const kind of [0, 1]) {
        const seen: string[] = [];
        store.each(nid, kind, 0, 2_000, (from, to) => seen.push(`${nid}/${kind}/${from}=${to}`));
        const want = [...model].filter(([key]) => key.startsWith(`${nid}/${kind}/`)).map(([key, to]) => `${key}=${to}`);
        assert.deepEqual(seen.sort(), want.sort());
      }
    }
  }));
});

test('another machine begins with a level that suits its size; the same one keeps what was looked at', () => {
  const node = (spannedPages: number): NodeModel => ({
    nid: 0, cpus: [], hasThread: true,
    zones: [{ idx: 2, name: 'Normal', startPfn: 0, spannedPages, presentPages: 0, managedPages: 0, minPages: 0, lowPages: 0, highPages: 0, holesKnown: true }],
  });
  const view = { ...FIRST_VIEW, machine: 'a', level: 'pfn' as const, pfn: 9 };
  assert.deepEqual(viewFor(view, 'a', [node(65_536)]), {});
  assert.equal(viewFor(view, 'b', [node(65_536)]).level, 'pageblock');
  assert.equal(viewFor(view, 'b', [node(2 ** 28)]).level, 'section');
  assert.equal(viewFor(view, 'b', [node(2 ** 28)]).pfn, -1);
});

test('view state: what was kept is read, anything else gives the first view', () => {
  const kept = { ...FIRST_VIEW, level: 'pfn' as const, pfn: 17, filter: 'node:1' };
  assert.deepEqual(readViewState(JSON.parse(JSON.stringify(kept))), kept);
  fc.assert(fc.property(fc.anything(), value => assert.ok(readViewState(value).spanS > 0)));
  assert.deepEqual(readViewState({ ...kept, level: 'mile' }), FIRST_VIEW);
  assert.deepEqual([...readScroll(writeScroll(new Map([[0, 12.4], [3, 0], [7, 99]])))], [[0, 12], [7, 99]]);
});
