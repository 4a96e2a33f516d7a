/** Time series and the second run: the same points however the run was sliced, and the same world as one that runs alone. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { CAUSE_NAMES } from '../../src/engine/cost/ledger';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import type { WorldSpec } from '../../src/engine/spec';
import type { Migrator } from '../../src/engine/system/spec';
import { PS_PER_MS, PS_PER_S } from '../../src/engine/types';
import { MAX_SERIES_POINTS, SERIES_COLUMNS, type SeriesRun } from '../../src/protocol/series';
import { readHostMessage } from '../../src/protocol/validate';
import type { Session } from '../../src/session/api';
import { Companion } from '../../src/session/compare';
import { sampleIntervalPs, SeriesRecorder } from '../../src/session/series';
import { createSession } from '../../src/session/session';
import { Track } from '../../src/session/track';
import { anon, programWorld, shares } from '../engine/programs';
import { threeTargets } from '../engine/specs';
import { Bench } from './bench';

const COLUMNS = SERIES_COLUMNS.length;
const small = (migrator: Migrator, seconds = 2): WorldSpec => programWorld(migrator, 3, [shares(600, [1, 2], 1, {}, 1_000_000)], {}, seconds);

function build(spec: WorldSpec): World {
  const built = buildWorld(spec);
  assert.ok(built.ok);
  return built.world;
}

function open(bench: Bench, spec: WorldSpec, memoryLimitBytes = 2 ** 31): Session {
  const session = createSession(spec, { ...bench.options, memoryLimitBytes });
  assert.ok(!('ok' in session), 'ok' in session ? session.text : '');
  return session;
}

/** A column of a run by its name. */
function column(run: SeriesRun, name: string): number[] {
  const data = new Float64Array(run.data), c = SERIES_COLUMNS.indexOf(name);
  assert.ok(c >= 0, name);
  return Array.from({ length: run.points }, (_, i) => data[i * COLUMNS + c] ?? NaN);
}

/** A world run alone, in one piece a sample. */
function straight(spec: WorldSpec, intervalPs?: number): { readonly run: SeriesRun; readonly digest: string } {
  const track = new Track(build(spec), new SeriesRecorder('x', spec.durationPs, intervalPs));
  while (track.advance(spec.durationPs, Infinity, 'time') === 'budget');
  assert.ok(track.series !== undefined);
  return { run: track.series.run(), digest: track.world.rec.trace.digest() };
}

test('sampling changes nothing in a world', () => {
  const spec = small('kmigrated-v1');
  const alone = build(spec);
  alone.run(spec.durationPs, Infinity, 'time');
  assert.equal(straight(spec).digest, alone.rec.trace.digest());
});

test('a run in slices of a few steps, with pauses and steps, gives the bytes of a straight one', async () => {
  const spec = small('kmigrated-v1');
  const one = straight(spec);
  const track = new Track(build(spec), new SeriesRecorder('x', spec.durationPs));
  for (let i = 0, end = 'budget'; end !== 'done' && !(end === 'time' && track.world.nowPs >= spec.durationPs); i++) {
    end = track.advance(Math.min(spec.durationPs, (i + 1) * 7_777_777_777), 1 + (i % 13), 'time');
  }
  assert.deepEqual(track.series?.run(), one.run);

  const bench = new Bench();
  const session = open(bench, spec);
  session.setSpeed(7);
  for (const kind of ['pass', 'batch', 'pfn', 'point'] as const) {
    const done = session.step(kind);
    bench.settleAll(session);
    await done;
  }
  session.run();
  bench.settleAll(session);
  assert.equal(session.state, 'finished');
  assert.equal(session.digest(), one.digest);
  assert.deepEqual(session.series().runs[0]?.data, one.run.data);
});

test('points stand at fixed instants from 0 to the end; the ledger of all intervals is the CPU time of the machine', () => {
  const spec = small('sync');
  const { run } = straight(spec);
  const times = column(run, 'time ps'), interval = sampleIntervalPs(spec.durationPs);
  assert.equal(run.points, 257);
  assert.deepEqual(times, Array.from({ length: 257 }, (_, i) => Math.min(spec.durationPs, i * interval)));
  const charged = CAUSE_NAMES.reduce((sum, name) => sum + column(run, name).reduce((a, b) => a + b, 0), 0);
  const cpus = spec.machine.nodes.reduce((n, node) => n + node.cpus.length, 0);
  assert.ok(Math.abs(charged - cpus * spec.durationPs) <= PS_PER_MS, `${charged}`);
  const shareOf = column(run, 'local share');
  assert.ok(shareOf.every((s) => s >= 0 && s <= 1));
  assert.ok((shareOf.at(-2) ?? 0) > (shareOf.find((s) => s > 0) ?? 1), 'balancing brings pages home');
  const migrated = column(run, 'numa_pages_migrated');
  assert.ok(migrated.every((n, i) => i === 0 || n >= (migrated[i - 1] ?? 0)) && (migrated.at(-1) ?? 0) > 0);
  assert.ok(column(run, 'mean access latency ns').some((ns) => ns > 50));
});

test('more points than are kept: every second one goes, the rest tells of both intervals', () => {
  const spec = small('kmigrated-v1');
  const interval = 2 * PS_PER_MS;
  const halved = straight(spec, interval).run, wide = straight(spec, 2 * interval).run;
  assert.equal(spec.durationPs / interval, 1000);
  assert.ok(halved.points <= MAX_SERIES_POINTS && halved.points > MAX_SERIES_POINTS / 2);
  assert.deepEqual(halved.data, wide.data);
});

test('no world, however long or short, keeps more points than a message may carry', () => {
  for (const durationPs of [1, PS_PER_MS, 300 * PS_PER_MS + 1, 7 * PS_PER_S, 100_000 * PS_PER_S]) {
    assert.ok(Math.ceil(durationPs / sampleIntervalPs(durationPs)) + 1 <= MAX_SERIES_POINTS);
    assert.ok(sampleIntervalPs(durationPs) >= PS_PER_MS);
  }
});

test('the second run is the world of the other migrator, as if it ran alone', () => {
  for (const [mine, other] of [['kmigrated-v1', 'sync'], ['sync', 'kmigrated-v1'], ['none', 'sync']] as const) {
    const bench = new Bench();
    const session = open(bench, small(mine));
    session.setSpeed(mine === 'sync' ? 3 : 0);
    session.run();
    bench.settleAll(session);
    const { runs, comparing, whyNot } = session.series();
    const alone = straight(small(other));
    assert.ok(comparing && whyNot === '');
    assert.equal(session.compareDigest(), alone.digest);
    assert.notEqual(session.digest(), session.compareDigest());
    assert.deepEqual(runs[1]?.data, alone.run.data);
    assert.deepEqual(runs[0] && column(runs[0], 'time ps'), runs[1] && column(runs[1], 'time ps'));
    session.dispose();
  }
});

test('the second run catches up when it is switched on late, and is gone when it is switched off', () => {
  const bench = new Bench();
  const session = open(bench, small('kmigrated-v1', 1));
  session.setCompare(false);
  const off = session.series();
  assert.deepEqual([off.comparing, off.whyNot, off.runs.length], [false, '', 1]);
  session.setSpeed(0);
  session.run();
  bench.settleAll(session);
  assert.equal(session.compareDigest(), undefined);
  const before = session.seriesKey();
  session.setCompare(true);
  bench.settleAll(session);
  assert.notEqual(session.seriesKey(), before);
  assert.equal(session.compareDigest(), straight(small('sync', 1)).digest);
  session.reset();
  assert.equal(session.series().runs[0]?.points, 0);
  assert.equal(session.compareDigest(), undefined);
  session.run();
  bench.settleAll(session);
  assert.equal(session.compareDigest(), straight(small('sync', 1)).digest);
});

test('the second run is refused with a sentence where it does not fit, and where nothing can be compared', () => {
  const bench = new Bench();
  const tight = open(bench, small('sync', 1), 100 * 2 ** 20);
  assert.match(tight.series().whyNot, /Two worlds would take about \d+ MiB, more than the limit of 100 MiB\./);
  tight.setCompare(true);
  assert.ok(!tight.series().comparing && tight.series().whyNot.includes('kmigrated.memoryLimitMiB'));
  const marks = open(bench, threeTargets(3));
  marks.setCompare(true);
  assert.deepEqual([marks.series().comparing, marks.series().runs.length, marks.programs()], [false, 0, undefined]);
  assert.match(marks.series().whyNot, /no program runs/);
});

test('a large world runs alone and says so, until a second run is asked for', () => {
  const bench = new Bench();
  const session = open(bench, programWorld('sync', 2, [{ ...shares(600, [1], 1), vmas: [anon(3 * 2 ** 20)] }], {}, 1));
  const alone = session.series();
  assert.deepEqual([alone.comparing, alone.whyNot], [false, '']);
  assert.match(alone.says, /as it is large: .* about \d+ MiB more .* can be switched on/);
  const key = session.seriesKey();
  session.setCompare(true);
  assert.notEqual(session.seriesKey(), key);
  assert.deepEqual([session.series().comparing, session.series().whyNot, session.series().says.includes('alone')], [true, '', false]);
});

test('both worlds share the budget of a slice, the second follows the first, and their points are those of straight runs', () => {
  const spec = small('kmigrated-v1', 1);
  const jobs: (() => void)[] = [];
  let ms = 0;
  // every look at the clock takes a millisecond: a slice is a few looks
  const session = createSession(spec, {
    now: () => ms++, sourceLabel: () => 'test', memoryLimitBytes: 2 ** 31,
    defer: (run) => {
      jobs.push(run);
      return () => void jobs.splice(jobs.indexOf(run) >>> 0, 1);
    },
  });
  assert.ok(!('ok' in session));
  session.setSpeed(0);
  session.run();
  let slices = 0, most = 0;
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const begin = ms;
    job();
    slices++;
    most = Math.max(most, ms - begin);
    const [lead = 0, second = 0] = session.series().runs.map((r) => r.points);
    assert.ok(second <= lead && lead - second <= 1, `${lead} ${second}`);
  }
  assert.equal(session.state, 'finished');
  assert.ok(slices > 20 && most < 20, `${slices} slices, ${most} ms`);
  assert.deepEqual(session.series().runs.map((r) => r.data), [straight(spec).run.data, straight(small('sync', 1)).run.data]);
});

test('two worlds that grow above the limit become one, with a sentence', () => {
  const spec = small('sync', 1);
  const companion = new Companion(spec, 2 ** 31);
  const lead = build(spec);
  companion.prepare();
  lead.run(spec.durationPs / 2, Infinity, 'time');
  assert.ok(companion.behind(lead) && companion.world !== undefined && companion.bytes() > 0);
  assert.match(companion.lagText(lead.nowPs), /catches up: it is at 0\.0 s/);
  companion.drop(3 * 2 ** 30);
  assert.deepEqual([companion.comparing, companion.world, companion.behind(lead), companion.follow(lead.nowPs, 1), companion.bytes()], [false, undefined, false, true, 0]);
  assert.match(companion.whyNot, /had grown to 3072 MiB, more than the limit of 2048 MiB/);
});

test('what the charts get is a message that the webview takes, and says what is validated and what is not', () => {
  const bench = new Bench();
  const session = open(bench, small('kmigrated-v1'));
  session.setSpeed(0);
  session.run();
  bench.settleAll(session);
  const charts = session.series();
  assert.ok(readHostMessage({ type: 'series', generation: 1, ...charts }).ok);
  assert.match(charts.says, /569 traces.*never times\. Costs are a table: \d+ of 44 are soft\./);
  assert.deepEqual(charts.runs.map((r) => r.label), ['kmigrated v1 as posted', 'synchronous']);
  const programs = session.programs();
  assert.deepEqual(programs?.cpus.map((c) => c.cpu), [0, 1, 2]);
  assert.ok(programs.tasks.some((t) => t.name === 'kmigrated0') && programs.counters.some(([name]) => name === 'numa_hint_faults'));
});
