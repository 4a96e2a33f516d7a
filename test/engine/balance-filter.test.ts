/** Who may pull a page: the truth table of the two-stage filter (C.3), what a fault leaves in the statistics of its task, and the limiter of tiering mode. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type NumaFault, taskNumaFault } from '../../src/engine/mm/balance/account';
import { CPUPID_UNSET, cpuPidToCpupid, cpupidMatchPid, cpupidPidUnset, cpupidToCpu, cpupidValid } from '../../src/engine/mm/balance/cpupid';
import { followsTask } from '../../src/engine/mm/balance/filter';
import { NumaMm, NumaTask } from '../../src/engine/mm/balance/state';
import { Promotion } from '../../src/engine/mm/balance/tiering';
import { clockOf } from '../../src/engine/sim/jiffies';
import { NUMA_BALANCING_DEFAULTS } from '../../src/engine/system/spec';

const clock = clockOf(250);
/** Two CPUs on each of three nodes. */
const NODE_OF = Int32Array.of(0, 0, 1, 1, 2, 2);

function taskOf(pid: number, more: Partial<Pick<NumaTask, 'preferredNid' | 'scanSeqSeen'>> = {}): NumaTask {
  return Object.assign(new NumaTask(pid, new NumaMm(), 3, NUMA_BALANCING_DEFAULTS), more);
}

test('a cpupid keeps the CPU and the low eight bits of the pid', () => {
  fc.assert(fc.property(fc.nat({ max: 8191 }), fc.nat({ max: 4_194_304 }), fc.nat({ max: 4_194_304 }), (cpu, pid, other) => {
    const cpupid = cpuPidToCpupid(cpu, pid);
    assert.equal(cpupidToCpu(cpupid), cpu);
    assert.equal(cpupidMatchPid(other, cpupid), other % 256 === pid % 256);
    assert.equal(cpupidPidUnset(cpupid), pid % 256 === 255);
    assert.equal(cpupidValid(cpupid, cpu + 1), true);
    assert.equal(cpupidValid(cpupid, cpu), false);
  }));
  assert.ok(cpupidPidUnset(CPUPID_UNSET) && !cpupidValid(CPUPID_UNSET, 8192));
});

test('the two-stage filter, row by row', () => {
  // the page's last fault; the task is pid 100 on node 1
  const nobody = CPUPID_UNSET, own = cpuPidToCpupid(2, 100), ownElsewhere = cpuPidToCpupid(0, 100), neighbour = cpuPidToCpupid(3, 101), stranger = cpuPidToCpupid(4, 101);
  // last, no preferred node yet, preferred but early (sequence <= 4), preferred and late
  const rows: readonly (readonly [string, number, boolean, boolean, boolean])[] = [
    ['nobody', nobody, true, true, true],
    ['itself on its node', own, true, true, true],
    ['itself on another node', ownElsewhere, true, true, false],
    ['another task of its node', neighbour, true, true, true],
    ['a task of another node', stranger, false, false, false],
  ];
  for (const [name, last, fresh, early, late] of rows) {
    const says = [{ preferredNid: -1, scanSeqSeen: 9 }, { preferredNid: 0, scanSeqSeen: 4 }, { preferredNid: 0, scanSeqSeen: 5 }].map((t) => followsTask(taskOf(100, t), last, 1, NODE_OF, false));
    assert.deepEqual(says, [fresh, early, late], name);
  }
});

test('the filter agrees with its sentences on any task, page and node', () => {
  const lasts = fc.oneof(fc.constant(CPUPID_UNSET), fc.record({ cpu: fc.nat({ max: 5 }), pid: fc.integer({ min: 250, max: 260 }) }).map(({ cpu, pid }) => cpuPidToCpupid(cpu, pid)));
  fc.assert(fc.property(lasts, fc.integer({ min: 250, max: 260 }), fc.integer({ min: -1, max: 2 }), fc.nat({ max: 8 }), fc.nat({ max: 2 }), fc.boolean(), (last, pid, preferredNid, scanSeqSeen, dst, slow) => {
    const faulted = last !== CPUPID_UNSET, pidKnown = faulted && last % 256 !== 255;
    const early = preferredNid === -1 || scanSeqSeen <= 4;
    const sameNode = faulted && NODE_OF[Math.floor(last / 256)] === dst;
    const samePid = faulted && last % 256 === pid % 256;
    const expected = slow && !faulted ? false : early && (!pidKnown || samePid) ? true : pidKnown ? sameNode : true;
    assert.equal(followsTask(taskOf(pid, { preferredNid, scanSeqSeen }), last, dst, NODE_OF, slow), expected);
  }), { numRuns: 2000 });
});

test('tiering off: a page below the top tier is not taken on its first fault, nor by a scan time that names no CPU', () => {
  const task = taskOf(100);
  assert.equal(followsTask(task, CPUPID_UNSET, 1, NODE_OF, true), false);
  assert.equal(followsTask(task, 123_456, 1, NODE_OF, true), false);
  assert.equal(followsTask(task, cpuPidToCpupid(2, 100), 1, NODE_OF, true), true);
});

const FAULT: NumaFault = { last: CPUPID_UNSET, memNid: 1, cpuNid: 2, pages: 4, local: false, migrated: false, failed: false };

test('a fault is private when nobody or the task itself faulted last; it counts by node of memory and of CPU, and by locality', () => {
  const page = fc.record({ last: fc.oneof(fc.constant(CPUPID_UNSET), fc.nat({ max: 1500 })), memNid: fc.nat({ max: 2 }), cpuNid: fc.nat({ max: 2 }), pages: fc.constantFrom(1, 16, 512), local: fc.boolean(), migrated: fc.boolean(), failed: fc.boolean() });
  fc.assert(fc.property(fc.array(fc.tuple(page, fc.boolean()), { maxLength: 30 }), (faults) => {
    const task = taskOf(101);
    task.migrateRetryJiffies = 10;
    const sum = { mem: [0, 0, 0, 0, 0, 0], cpu: [0, 0, 0, 0, 0, 0], locality: [0, 0, 0], moved: 0 };
    for (const [f, dropped] of faults) {
      taskNumaFault(task, f, dropped, NUMA_BALANCING_DEFAULTS, clock, 10);
      if (dropped) continue;
      const priv = f.last === CPUPID_UNSET || f.last % 256 === 101;
      sum.mem[2 * f.memNid + Number(priv)] += f.pages;
      sum.cpu[2 * f.cpuNid + Number(priv)] += f.pages;
      sum.locality[Number(f.local)] += f.pages;
      if (f.failed) sum.locality[2] += f.pages;
      if (f.migrated) sum.moved += f.pages;
    }
    assert.deepEqual([[...task.memBuf], [...task.cpuBuf], [...task.locality], task.pagesMigrated], [sum.mem, sum.cpu, sum.locality, sum.moved]);
  }));
});

test('placement waits for the retry instant, which is a sixteenth of the period ahead, a second at the most', () => {
  for (const [periodMs, ahead] of [[1000, 15], [100, 1], [60_000, 250], [16_000, 250], [15_996, 249]] as const) {
    const task = taskOf(100, { preferredNid: 2 });
    task.scanPeriodMs = periodMs;
    task.migrateRetryJiffies = 50;
    taskNumaFault(task, FAULT, false, NUMA_BALANCING_DEFAULTS, clock, 50);
    assert.equal(task.migrateRetryJiffies, 50, 'time_after: not at the instant itself');
    taskNumaFault(task, FAULT, false, NUMA_BALANCING_DEFAULTS, clock, 51);
    assert.equal(task.migrateRetryJiffies, 51 + ahead, `${periodMs} ms`);
  }
});

test('a task without a preferred node is looked at on every fault', () => {
  const task = taskOf(100);
  for (let now = 1; now < 4; now++) {
    task.mm.scanSeq = now;
    task.memBuf.fill(0);
    taskNumaFault(task, { ...FAULT, pages: 0 }, false, NUMA_BALANCING_DEFAULTS, clock, now);
    assert.deepEqual([task.scanSeqSeen, task.migrateRetryJiffies, task.preferredNid], [now, 0, -1]);
  }
});

test('a fault that opens a new sequence is counted after placement has looked: it belongs to the next one', () => {
  const task = taskOf(100);
  taskNumaFault(task, FAULT, false, NUMA_BALANCING_DEFAULTS, clock, 1);
  task.mm.scanSeq = 1;
  taskNumaFault(task, FAULT, false, NUMA_BALANCING_DEFAULTS, clock, 100);
  assert.deepEqual([task.mem[3], task.memBuf[3], task.preferredNid, task.scanSeqSeen], [4, 4, 1, 1]);
});

// tiering

const rate = (promoteRateLimitMBps: number, hotThresholdMs = 1000, scanPeriodMaxMs = 60_000): Promotion =>
  new Promotion({ ...NUMA_BALANCING_DEFAULTS, promoteRateLimitMBps, hotThresholdMs, scanPeriodMaxMs });

test('a page is hot below the threshold; free memory lets anything through and forgets the threshold', () => {
  const p = rate(65_536);
  assert.deepEqual([0, 999, 1000, 5000].map((ms) => p.allows(10, ms, 1, false)), [true, true, false, false]);
  p.thresholdMs = 250;
  assert.deepEqual([249, 250].map((ms) => p.allows(11, ms, 1, false)), [true, false]);
  assert.equal(p.allows(12, 1e6, 1, true), true);
  assert.equal(p.thresholdMs, 0);
  assert.equal(p.allows(13, 999, 1, false), true);
});

test('the rate limit counts a candidate before it tests it: the first of a window goes with its start, refused ones count as well', () => {
  const p = rate(1);
  const through = Array.from({ length: 1000 }, () => p.allows(5000, 0, 1, false)).filter(Boolean).length;
  // the candidate that opens the window is in its base, and the one that reaches the limit is refused
  assert.equal(through, 256);
  assert.equal(p.candidates, 1000);
  assert.equal(p.allows(6000, 0, 1, false), false, '1,000 ms later is still the same window');
  assert.equal(p.allows(6001, 0, 1, false), true);
  assert.equal(p.candidates, 1002);
  assert.equal(p.allows(6001, 1000, 1, false), false);
  assert.equal(p.candidates, 1002, 'a cold page is no candidate');
});

test('a large folio is counted whole, and passes when its window had room before it', () => {
  const p = rate(1);
  assert.equal(p.allows(0, 0, 512, false), true, 'opens the window');
  assert.equal(p.allows(0, 0, 255, false), true);
  assert.equal(p.allows(0, 0, 1, false), false);
  assert.equal(p.allows(0, 0, 512, false), false);
  assert.equal(p.candidates, 512 + 255 + 1 + 512);
});

/** Brings candidates for one adjustment period; at its end the next candidate adjusts. */
function period(p: Promotion, startMs: number, candidates: number): number {
  for (let i = 0; i < candidates; i++) p.allows(startMs + 1, 0, 1, false);
  p.allows(startMs + 60_001, 1e9, 1, false);
  return p.thresholdMs;
}

test('the threshold moves by a sixteenth of twice its default: sixteen steps from bottom to top', () => {
  const p = rate(1);
  const up: number[] = [], down: number[] = [];
  let at = 0;
  for (let n = 0; n < 10; n++, at += 60_001) up.push(period(p, at, 0));
  assert.deepEqual(up, [1125, 1250, 1375, 1500, 1625, 1750, 1875, 2000, 2000, 2000]);
  for (let n = 0; n < 17; n++, at += 60_001) down.push(period(p, at, 20_000));
  assert.deepEqual(down, [1875, 1750, 1625, 1500, 1375, 1250, 1125, 1000, 875, 750, 625, 500, 375, 250, 125, 125, 125]);
});

test('within a tenth of the limit the threshold stays', () => {
  // 256 pages a second for 60 s
  const wanted = 15_360;
  for (const [seen, ms] of [[13_823, 1125], [13_824, 1000], [wanted, 1000], [16_896, 1000], [16_897, 875]] as const) {
    const p = rate(1);
    const got = period(p, 0, seen);
    assert.equal(got === 0 ? 1000 : got, ms, `${seen} candidates`);
  }
});

test('the limits of the tenth are rounded down, as integers are', () => {
  // 256 pages a second for 1 s: 230.4 and 281.6
  for (const [seen, ms] of [[229, 1125], [230, 1000], [281, 1000], [282, 875]] as const) {
    const p = rate(1, 1000, 1000);
    for (let i = 0; i < seen; i++) p.allows(1, 0, 1, false);
    p.allows(1001, 1e9, 1, false);
    assert.equal(p.thresholdMs === 0 ? 1000 : p.thresholdMs, ms, `${seen} candidates`);
  }
});

test('switching tiering on begins a period with the default threshold', () => {
  const p = rate(1);
  period(p, 0, 0);
  assert.equal(p.thresholdMs, 1125);
  p.reset(100_000);
  assert.equal(p.thresholdMs, 0);
  p.allows(160_000, 1e9, 1, false);
  assert.equal(p.thresholdMs, 0, '60 s after the switch the period is not over');
  p.allows(160_001, 1e9, 1, false);
  assert.equal(p.thresholdMs, 1125);
});

test('the limiter agrees with a second writing of it on any stream of faults', () => {
  const fault = fc.record({ laterMs: fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 3000 }), fc.nat({ max: 90_000 })), latencyMs: fc.nat({ max: 2500 }), pages: fc.constantFrom(1, 16, 512), enough: fc.constantFrom(false, false, false, false, false, false, true) });
  fc.assert(fc.property(fc.array(fault, { maxLength: 120 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 16, max: 3000 }), fc.integer({ min: 500, max: 60_000 }), (faults, mbps, hot, maxMs) => {
    const p = rate(mbps, hot, maxMs);
    const limit = BigInt(mbps) * 256n, step = BigInt(Math.floor(hot / 8));
    let now = 0, total = 0n, threshold = 0n, window: { at: number; base: bigint } | undefined, adjusted = { at: 0, base: 0n };
    for (const { laterMs, latencyMs, pages, enough } of faults) {
      now += laterMs;
      let yes = true;
      if (enough) threshold = 0n;
      else {
        if (now - adjusted.at > maxMs) {
          const want = (limit * BigInt(maxMs)) / 1000n, had = total - adjusted.base, th = threshold === 0n ? BigInt(hot) : threshold;
          if (had > (want * 11n) / 10n) threshold = th - step > step ? th - step : step;
          else if (had < (want * 9n) / 10n) threshold = th + step < BigInt(2 * hot) ? th + step : BigInt(2 * hot);
          adjusted = { at: now, base: total };
        }
        yes = BigInt(latencyMs) < (threshold === 0n ? BigInt(hot) : threshold);
        if (yes) {
          total += BigInt(pages);
          if (window === undefined || now - window.at > 1000) window = { at: now, base: total };
          yes = total - window.base < limit;
        }
      }
      assert.equal(p.allows(now, latencyMs, pages, enough), yes);
      assert.deepEqual([p.candidates, p.thresholdMs], [Number(total), Number(threshold)]);
    }
  }), { numRuns: 300 });
});
