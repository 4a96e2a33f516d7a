/** The session: slices, steps, pause, reset, views and the log, on a clock of the test's own. */

import test from 'node:test';
import assert from 'node:assert/strict';
import type { Session } from '../../src/session/api';
import { createSession } from '../../src/session/session';
import { PageClass } from '../../src/engine/machine/pageclass';
import { Point } from '../../src/engine/observe/points';
import { Counter } from '../../src/engine/observe/counters';
import type { WorldSpec } from '../../src/engine/spec';
import { CELL_BYTES, MAX_FRAME_CELL_BYTES } from '../../src/protocol/messages';
import { randomSpec } from '../engine/worlds';
import { threeTargets } from '../engine/specs';
import { Bench } from './bench';

function open(bench: Bench, spec: WorldSpec): Session {
  const session = createSession(spec, bench.options);
  assert.ok(!('ok' in session), 'ok' in session ? session.text : '');
  return session;
}

test('a run at full speed, a run in real time, and a stepped run end with one digest', async () => {
  const digests = new Set<string>();
  for (const how of ['full', 'timed', 'stepped']) {
    const bench = new Bench();
    const session = open(bench, threeTargets(3));
    session.setSpeed(how === 'full' ? 0 : 10);
    if (how === 'stepped') {
      for (const kind of ['point', 'pfn', 'batch', 'point', 'pass', 'pfn', 'point'] as const) {
        const done = session.step(kind);
        bench.settle(session);
        await done;
        assert.equal(session.state, 'paused');
      }
    }
    session.run();
    bench.settle(session);
    assert.equal(session.state, 'finished');
    digests.add(session.digest());
  }
  assert.equal(digests.size, 1);
});

test('a step stops where it says', async () => {
  const bench = new Bench();
  const session = open(bench, threeTargets(3));
  const step = async (kind: 'point' | 'pfn' | 'batch' | 'pass'): Promise<void> => {
    const done = session.step(kind);
    bench.settle(session);
    await done;
  };
  await step('pass');
  assert.equal(session.figures().byPoint[Point.WorkDone], 1);
  await step('pfn');
  assert.equal(session.atPoint, Point.WalkValid);
  const before = session.counters().total[Counter.pfns_visited];
  await step('pfn');
  assert.equal(session.counters().total[Counter.pfns_visited], before + 1);
  await step('point');
  assert.equal(session.atPoint, Point.WalkOnline);
  await step('point');
  assert.equal(session.atPoint, Point.WalkNid);
  const batches = session.figures().byPoint[Point.BatchEnd];
  await step('batch');
  assert.equal(session.figures().byPoint[Point.BatchEnd], batches + 1);
});

test('pause in the middle and reset give back time 0, and the same world again', () => {
  const bench = new Bench();
  const session = open(bench, threeTargets(3));
  session.setSpeed(1);
  session.run();
  for (let i = 0; i < 20; i++) bench.nowMs += 100;
  session.pause();
  assert.equal(session.state, 'paused');
  session.reset();
  assert.equal(session.timePs, 0);
  session.setSpeed(0);
  session.run();
  bench.settle(session);
  const first = session.digest();
  session.reset();
  session.run();
  bench.settle(session);
  assert.equal(session.digest(), first);
});

test('cells of a view add up to the pages of the zone at every level, and dirty frames keep a copy exact', async () => {
  const bench = new Bench();
  const spec = randomSpec(7);
  const session = open(bench, spec);
  const zones = session.model.nodes.flatMap((n) => n.zones.map((z) => ({ nid: n.nid, zone: z })));
  const ranges = zones.flatMap(({ nid, zone }, i) => (['zone', 'section', 'pageblock', 'pfn'] as const).map((level, k) => ({
    id: i * 4 + k, level, nid, zoneIdx: zone.idx, first: 0, count: 1 << 20,
  })));
  const view = session.openView(), fresh = session.openView();
  view.setRanges(ranges);
  const copy = new Map<string, string>();
  const pull = (from: typeof view, into: Map<string, string>): void => {
    for (let more = true; more;) {
      const frame = from.nextFrame();
      if (frame === undefined) return;
      more = frame.cells.more;
      const runs = new Int32Array(frame.cells.runs), data = new Uint8Array(frame.cells.data);
      assert.ok(data.byteLength <= MAX_FRAME_CELL_BYTES);
      for (let r = 0; r < runs.length; r += 4) {
        const bytes = CELL_BYTES[ranges[runs[r]].level];
        for (let k = 0; k < runs[r + 2]; k++) into.set(`${runs[r]}:${runs[r + 1] + k}`, data.slice(runs[r + 3] + k * bytes, runs[r + 3] + (k + 1) * bytes).join());
      }
    }
  };
  pull(view, copy);
  for (let i = 0; i < 6; i++) {
    const done = session.step(i % 2 === 0 ? 'pass' : 'batch');
    bench.settle(session);
    await done;
    pull(view, copy);
    const whole = new Map<string, string>();
    fresh.setRanges(ranges);
    pull(fresh, whole);
    assert.deepEqual(copy, whole);
  }
  for (const [i, { zone }] of zones.entries()) {
    for (const [k, level] of (['zone', 'section', 'pageblock'] as const).entries()) {
      let pages = 0;
      for (const [key, bytes] of copy) {
        if (!key.startsWith(`${i * 4 + k}:`)) continue;
        const b = bytes.split(',').map(Number);
        for (let c = 0; c < b.length; c += CELL_BYTES[level] / 16) pages += b[c] + b[c + 1] * 256 + (level === 'zone' ? b[c + 2] * 65536 + b[c + 3] * 2 ** 24 : 0);
      }
      assert.equal(pages, zone.spannedPages, `${level} cells of zone ${i}`);
    }
  }
});

test('a second look at a world at rest gives no frame', () => {
  const bench = new Bench();
  const session = open(bench, threeTargets(3));
  const view = session.openView();
  view.setRanges([{ id: 0, level: 'zone', nid: 0, zoneIdx: 2, first: 0, count: 1 }]);
  assert.equal(view.nextFrame()?.key, true);
  assert.equal(view.nextFrame(), undefined);
  view.resync();
  assert.equal(view.nextFrame()?.key, true);
});

test('the log is filtered by key words and free text, and a filter that cannot be read says what is allowed', async () => {
  const bench = new Bench();
  const session = open(bench, threeTargets(3));
  session.setSpeed(0);
  session.run();
  bench.settle(session);
  const all = session.log('', 0, 500);
  assert.equal(all.matched, all.total);
  const wrong = session.log('event:batch result:wrong thread:kmigrated0', 0, 500);
  assert.ok(wrong.matched > 0);
  for (const row of wrong.rows) assert.ok(row.wrong > 0 && row.thread === 0);
  const batch = wrong.rows[0];
  assert.match(batch.result, /^\d+ moved: \d+ asked for node \d, \d+ did not$/);
  assert.ok(session.log(`pfn:${batch.firstPfn}`, 0, 10).matched > 0);
  assert.match(session.log('event:nonsense', 0, 10).error, /the events are .*batch/);
  assert.match(session.log('colour:red', 0, 10).error, /the keys are/);
  const marks = session.log('event:mark', 0, 1).matched;
  assert.ok(marks > 0);
  assert.equal(session.log('-event:mark', 0, 1).matched, all.total - marks);
  assert.equal(session.log('thread:producer -event:mark', 0, 1).matched, 0);
  assert.equal(session.log('', -3, 3).rows.at(-1)?.row, all.total - 1);
  assert.match(session.logText('event:batch-empty', 100), /empty list, target -1/);
});

test('a page tells its flag word field by field and its history', async () => {
  const bench = new Bench();
  const session = open(bench, threeTargets(3));
  const done = session.step('batch');
  bench.settle(session);
  await done;
  const pfn = session.find(0, 0, PageClass.Marked);
  const page = session.page(pfn);
  assert.ok(page !== null);
  assert.match(page.says, /marked for node [123]/);
  assert.equal(page.fields.find((f) => f.name === 'MIGRATE_READY')?.raw, '1');
  assert.ok(page.history.some((h) => h.point === Point.AddSetReady));
  assert.equal(session.page(2 ** 31), null);
  assert.equal(session.find(0, 0, PageClass.Offline), -1);
});

test('a world above the memory limit is refused with a sentence that names the setting', () => {
  const bench = new Bench();
  const session = createSession(threeTargets(3), { ...bench.options, memoryLimitBytes: 1000 });
  assert.ok('ok' in session);
  assert.match(session.text, /kmigrated\.memoryLimitMiB/);
});

test('an oops halts the session, says which node, and Run goes on without the thread', () => {
  const bench = new Bench();
  const session = open(bench, threeTargets(3, [7, 1]));
  session.setSpeed(0);
  session.run();
  bench.settle(session);
  assert.equal(session.state, 'halted');
  assert.match(session.stateText, /kmigrated0 dereferenced a NULL pgdat \(node 7/);
  assert.equal(session.threads()[0].phase, 'dead');
  session.run();
  bench.settle(session);
  assert.equal(session.state, 'finished');
});
