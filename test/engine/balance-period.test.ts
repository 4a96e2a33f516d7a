/** How often a task is scanned: the tables of C.1, the feedback of C.2 against a second writing of it, the back-off that sticks (M4), stamps after fork. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { taskScanMax, taskScanMin, taskNumaPlacement, updateTaskScanPeriod } from '../../src/engine/mm/balance/period';
import { NumaMm, NumaTask, initNumaTask } from '../../src/engine/mm/balance/state';
import { clockOf, jiffiesAt, msecsToJiffies } from '../../src/engine/sim/jiffies';
import { NUMA_BALANCING_DEFAULTS, type NumaBalancingSpec } from '../../src/engine/system/spec';
import { PS_PER_MS, PS_PER_NS } from '../../src/engine/types';

const MIB_PAGES = 256;
const clock = clockOf(250);

function mmOf(rssPages: number): NumaMm {
  const mm = new NumaMm();
  mm.rssPages = rssPages;
  return mm;
}

const tuned = (more: Partial<NumaBalancingSpec>): NumaBalancingSpec => ({ ...NUMA_BALANCING_DEFAULTS, ...more });

test('the shortest and longest periods of the default tunables by resident size', () => {
  // MiB resident, then ms
  const rows: readonly (readonly [number, number, number])[] = [
    [0, 1000, 60_000], [1, 1000, 60_000], [256, 1000, 60_000], [257, 500, 30_000], [512, 500, 30_000], [513, 333, 20_000], [1024, 250, 15_000],
    [2560, 100, 6000], [2561, 100, 5454], [16_384, 100, 937], [152_576, 100, 100], [153_600, 100, 100], [2 ** 20, 100, 100],
  ];
  for (const [mib, min, max] of rows) {
    const mm = mmOf(mib * MIB_PAGES);
    assert.deepEqual([taskScanMin(mm, NUMA_BALANCING_DEFAULTS), taskScanMax(mm, NUMA_BALANCING_DEFAULTS)], [min, max], `${mib} MiB`);
  }
});

test('the floor of the period follows the scan size: nobody is scanned faster than 2,560 MB a second', () => {
  // MB a scan, then the floor in ms; a scan size at or above the window is one window a second
  const rows: readonly (readonly [number, number])[] = [[1, 0], [64, 25], [128, 50], [256, 100], [512, 200], [1024, 500], [2048, 1000], [2559, 1000], [2560, 1000], [4096, 1000]];
  for (const [scanSizeMb, floor] of rows) {
    const spec = tuned({ scanSizeMb, scanPeriodMinMs: 0, scanPeriodMaxMs: 0 });
    assert.equal(taskScanMin(mmOf(0), spec), floor, `${scanSizeMb} MB`);
    assert.equal(taskScanMax(mmOf(0), spec), floor, 'the longest is never below the shortest');
  }
});

const tunables = fc.record({
  scanPeriodMinMs: fc.integer({ min: 1, max: 5000 }), scanPeriodMaxMs: fc.integer({ min: 1, max: 100_000 }),
  scanSizeMb: fc.constantFrom(1, 2, 16, 64, 128, 256, 1024, 4096), scanDelayMs: fc.integer({ min: 0, max: 3000 }),
});
const rssPages = fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2 ** 26 }));

test('periods never fall as memory shrinks, and the shortest never lies above the longest', () => {
  fc.assert(fc.property(tunables, rssPages, rssPages, (more, a, b) => {
    const spec = tuned(more);
    const small = mmOf(Math.min(a, b)), large = mmOf(Math.max(a, b));
    assert.ok(taskScanMin(small, spec) >= taskScanMin(large, spec));
    assert.ok(taskScanMax(small, spec) >= taskScanMax(large, spec));
    assert.ok(taskScanMin(large, spec) <= taskScanMax(large, spec));
  }));
});

interface Feedback { readonly remote: number; readonly local: number; readonly failed: number; readonly shared: number; readonly priv: number }

/** The feedback as dossier C.2 words it, by table instead of by formula: slots that the period grows by. */
function slots(f: Feedback): number {
  const tenth = (part: number, whole: number): number => {
    let n = 0;
    while (n < 10 && (n + 1) * whole <= part * 10) n++;
    return n;
  };
  const ps = tenth(f.priv, f.priv + f.shared), lr = tenth(f.local, f.local + f.remote);
  const slower = [1, 1, 2, 3];
  if (ps >= 7) return slower[ps - 7];
  if (lr >= 7) return slower[lr - 7];
  return Math.max(ps, lr) - 7;
}

function expected(f: Feedback, period: number, min: number, max: number): number {
  if (f.failed > 0 || (f.local === 0 && f.shared === 0)) return period * 2 > max ? max : period * 2;
  const slot = (period - (period % 10)) / 10 + (period % 10 === 0 ? 0 : 1);
  const wanted = period + slots(f) * slot;
  return wanted < min ? min : wanted > max ? max : wanted;
}

const count = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000 }));
/** Faults of a scan: every one is local or remote and private or shared. */
const feedback = fc.record({ local: count, remote: count, failed: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: count }), split: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ local, remote, failed, split }): Feedback => {
    const shared = Math.round((local + remote) * split);
    return { remote, local, failed, shared, priv: local + remote - shared };
  });

function taskWith(f: Feedback, periodMs: number, rss: number, spec: NumaBalancingSpec): NumaTask {
  const task = new NumaTask(100, mmOf(rss), 2, spec);
  task.scanPeriodMs = periodMs;
  task.locality.set([f.remote, f.local, f.failed]);
  return task;
}

test('the feedback agrees with a second writing of it on any counts', () => {
  fc.assert(fc.property(feedback, tunables, rssPages, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (f, more, rss, where, repairBackoff) => {
    const spec = tuned({ ...more, repairBackoff });
    const mm = mmOf(rss);
    const min = taskScanMin(mm, spec), max = taskScanMax(mm, spec);
    const period = min + Math.floor((max - min) * where);
    const task = taskWith(f, period, rss, spec);
    task.mm.nextScanJiffies = 17;
    updateTaskScanPeriod(task, f.shared, f.priv, spec, clock, 5000);
    const doubled = f.failed > 0 || f.local + f.shared === 0;
    assert.equal(task.scanPeriodMs, expected(f, period, min, max));
    assert.equal(task.mm.nextScanJiffies, doubled ? 5000 + Math.ceil(task.scanPeriodMs / 4) : 17, 'only the back-off pushes the next scan');
    assert.deepEqual([...task.locality], doubled && !repairBackoff ? [f.remote, f.local, f.failed] : [0, 0, 0], 'the back-off returns before it clears');
  }), { numRuns: 2000 });
});

test('ten rows of the feedback by hand, at 1,000 ms', () => {
  const rows: readonly (readonly [Feedback, number])[] = [
    [{ local: 0, remote: 0, failed: 0, shared: 0, priv: 0 }, 2000],
    [{ local: 0, remote: 100, failed: 0, shared: 0, priv: 100 }, 2000],
    [{ local: 50, remote: 50, failed: 0, shared: 0, priv: 100 }, 1300],
    [{ local: 50, remote: 50, failed: 0, shared: 20, priv: 80 }, 1100],
    [{ local: 50, remote: 50, failed: 0, shared: 30, priv: 70 }, 1100],
    [{ local: 90, remote: 10, failed: 0, shared: 50, priv: 50 }, 1200],
    [{ local: 70, remote: 30, failed: 0, shared: 100, priv: 0 }, 1100],
    [{ local: 69, remote: 31, failed: 0, shared: 100, priv: 0 }, 900],
    [{ local: 0, remote: 100, failed: 0, shared: 100, priv: 0 }, 300],
    [{ local: 100, remote: 0, failed: 1, shared: 0, priv: 100 }, 2000],
  ];
  for (const [f, ms] of rows) {
    const spec = tuned({ scanPeriodMinMs: 100 });
    const task = taskWith(f, 1000, 0, spec);
    updateTaskScanPeriod(task, f.shared, f.priv, spec, clock, 0);
    assert.equal(task.scanPeriodMs, ms, JSON.stringify(f));
  }
});

/** Scan sequences with only local private faults after one failed migration. */
function afterOneFailure(repairBackoff: boolean, sequences: number): { periods: number[]; task: NumaTask } {
  const spec = tuned({ repairBackoff });
  const mm = mmOf(0);
  const task = initNumaTask(100, mm, 2, spec, clock, jiffiesAt(clock, 0));
  task.locality[2] = 1;
  const periods: number[] = [];
  for (let seq = 0; seq < sequences; seq++) {
    mm.scanSeq++;
    taskNumaPlacement(task, spec, clock, 1000 * seq);
    periods.push(task.scanPeriodMs);
    task.locality[0] += 100;
    task.memBuf[2] += 100;
  }
  return { periods, task };
}

test('M4: one failed migration holds a task at the longest period for good', () => {
  const { periods, task } = afterOneFailure(false, 12);
  assert.deepEqual(periods, [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
  assert.deepEqual([...task.locality], [1200, 0, 1]);
});

test('M4 repaired: the failure counts once, then remote shared faults speed the scan up again', () => {
  const { periods, task } = afterOneFailure(true, 6);
  assert.deepEqual(periods, [2000, 1000, 1000, 1000, 1000, 1000]);
  assert.deepEqual([...task.locality], [100, 0, 0]);
});

test('the back-off saturates on any mix of faults; repaired it never outlives the scan it was noted in', () => {
  fc.assert(fc.property(fc.array(feedback, { minLength: 12, maxLength: 20 }), (rounds) => {
    for (const repairBackoff of [false, true]) {
      const spec = tuned({ repairBackoff });
      const task = taskWith({ remote: 0, local: 0, failed: 3, shared: 0, priv: 0 }, 1000, 0, spec);
      for (const [i, f] of rounds.entries()) {
        const before = task.scanPeriodMs;
        updateTaskScanPeriod(task, f.shared, f.priv, spec, clock, 0);
        if (!repairBackoff || i === 0) assert.equal(task.scanPeriodMs, Math.min(60_000, before * 2));
        else assert.equal(task.locality[2], 0);
        task.locality[0] += f.remote;
        task.locality[1] += f.local;
        if (repairBackoff && (f.local + f.shared > 0)) {
          const now = task.scanPeriodMs;
          const twin = taskWith({ ...f, failed: 0 }, now, 0, spec);
          updateTaskScanPeriod(twin, f.shared, f.priv, spec, clock, 0);
          assert.equal(twin.scanPeriodMs, expected({ ...f, failed: 0 }, now, 1000, 60_000));
        }
      }
    }
  }), { numRuns: 50 });
});

test('placement happens once a scan sequence: old faults decay by half, the busiest node is preferred, buffers empty', () => {
  fc.assert(fc.property(fc.array(fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 8 }), (scans) => {
    const spec = NUMA_BALANCING_DEFAULTS;
    const task = initNumaTask(100, mmOf(0), 4, spec, clock, 0);
    const seen = new Array<number>(8).fill(0);
    let preferred = -1;
    for (const faults of scans) {
      task.mm.scanSeq++;
      task.memBuf.set(faults);
      task.cpuBuf.set(faults);
      task.locality[1] += faults.reduce((a, b) => a + b, 0);
      taskNumaPlacement(task, spec, clock, 0);
      const period = task.scanPeriodMs;
      taskNumaPlacement(task, spec, clock, 0);
      assert.equal(task.scanPeriodMs, period, 'the same sequence again changes nothing');
      for (let i = 0; i < 8; i++) seen[i] = seen[i] - Math.floor(seen[i] / 2) + faults[i];
      let most = 0;
      for (let nid = 0; nid < 4; nid++) {
        if (seen[2 * nid] + seen[2 * nid + 1] <= most) continue;
        most = seen[2 * nid] + seen[2 * nid + 1];
        preferred = nid;
      }
      assert.deepEqual([...task.mem], seen);
      assert.ok(task.memBuf.every((n) => n === 0) && task.cpuBuf.every((n) => n === 0));
      assert.equal(task.preferredNid, preferred);
    }
  }));
});

test('after fork: the first thread waits for the scan delay, its sequence is zero', () => {
  for (const hz of [100, 250, 300, 1000]) {
    const at = clockOf(hz);
    const mm = mmOf(0);
    mm.scanSeq = 9;
    const task = initNumaTask(100, mm, 2, NUMA_BALANCING_DEFAULTS, at, jiffiesAt(at, 0));
    assert.deepEqual([task.nodeStampPs, task.scanPeriodMs, task.preferredNid, mm.scanSeq], [0, 1000, -1, 0]);
    assert.equal(mm.nextScanJiffies, at.initial + msecsToJiffies(hz, 1000));
  }
});

test('after clone: a further thread starts two ticks and some microseconds of CPU time later, since the kernel compares ms with ns', () => {
  for (const [hz, mib, scanDelayMs] of [[250, 0, 1000], [250, 1024, 1000], [1000, 0, 100], [100, 16_384, 5]] as const) {
    const at = clockOf(hz);
    const spec = tuned({ scanDelayMs });
    const mm = mmOf(mib * MIB_PAGES);
    initNumaTask(100, mm, 2, spec, at, 0);
    for (let n = 1; n < 6; n++) {
      const before = mm.nextScanJiffies;
      const task = initNumaTask(100 + n, mm, 2, spec, at, 77);
      // min(task_scan_max() in ms, period x users in ns, as a 32-bit number) is taken as ns
      const delayNs = Math.min(taskScanMax(mm, spec), (scanDelayMs * n * 1_000_000) % 2 ** 32);
      assert.equal(task.nodeStampPs, delayNs * PS_PER_NS + 2 * at.tickPs, `thread ${n}`);
      assert.ok(task.nodeStampPs < 2 * at.tickPs + PS_PER_MS);
      assert.equal(mm.nextScanJiffies, before, 'the address space keeps its own instant');
    }
  }
});
