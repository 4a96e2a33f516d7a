/** The scanner (C.1): passes against a second writing of task_numa_work() on random histories, coverage, and when a tick finds a task. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ScanPass, setAccessPid, taskTickNuma } from '../../src/engine/mm/balance/scan';
import { NumaMm, NumaVma } from '../../src/engine/mm/balance/state';
import { NUMA_BALANCING_DEFAULTS } from '../../src/engine/system/spec';
import { PS_PER_MS } from '../../src/engine/types';
import { Memory, PMD, Second, clock, enginePass, single, taskOf } from './balance-passes';

const layouts = fc.array(fc.record({
  pages: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3000 })), gap: fc.integer({ min: 1, max: 3 }),
  fill: fc.constantFrom(0, 0, 0.01, 0.5, 1), readOnly: fc.constantFrom(false, false, false, true),
}), { minLength: 1, maxLength: 6 });

type Layout = typeof layouts extends fc.Arbitrary<infer T> ? T : never;

/** VMAs at PMD boundaries with gaps, and how densely each is filled. */
function lay(layout: Layout): { mm: NumaMm; fills: number[]; vpns: number } {
  const mm = new NumaMm();
  let vpn = 0;
  layout.forEach((v, index) => {
    mm.vmas.push(new NumaVma(index, vpn, vpn + v.pages, v.readOnly));
    vpn = (Math.ceil((vpn + v.pages) / PMD) + v.gap) * PMD;
  });
  return { mm, fills: layout.map((v) => v.fill), vpns: vpn };
}

/** A page is eligible by a hash of its number, at the fill of its VMA. */
function memoryOf(mm: NumaMm, fills: readonly number[], vpns: number, round: number): Memory {
  const fill = new Float64Array(vpns);
  for (const v of mm.vmas) fill.fill(fills[v.index], v.startVpn, v.endVpn);
  return new Memory(vpns, (vpn) => ((Math.imul(vpn + 1, 0x9e3779b1) ^ Math.imul(round + 1, 0x85ebca6b)) >>> 0) / 2 ** 32 < fill[vpn]);
}

const rounds = fc.array(fc.record({
  task: fc.nat({ max: 2 }), laterJiffies: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 900 })),
  touched: fc.array(fc.record({ vma: fc.nat({ max: 5 }), task: fc.nat({ max: 2 }) }), { maxLength: 5 }),
}), { minLength: 5, maxLength: 40 });

test('passes agree with a second writing of task_numa_work() on any history of tasks, faults and time', () => {
  fc.assert(fc.property(layouts, rounds, fc.constantFrom(1, 2, 3, 8), fc.constantFrom(0, 1, 37, 400), fc.integer({ min: 1, max: 4 }), (layout, history, scanSizeMb, scanDelayMs, threads) => {
    const spec = { ...NUMA_BALANCING_DEFAULTS, scanSizeMb, scanDelayMs, scanPeriodMinMs: 1 };
    const { mm, fills, vpns } = lay(layout);
    mm.threads = threads;
    const tasks = [100, 101, 357].map((pid) => taskOf(mm, pid, spec));
    const passes = tasks.map((t) => new ScanPass(t, spec, clock));
    const second = new Second(mm.vmas, spec, threads);
    let now = 1000;
    for (const [round, { task, laterJiffies, touched }] of history.entries()) {
      now += laterJiffies;
      for (const { vma, task: toucher } of touched) {
        if (vma >= mm.vmas.length) continue;
        setAccessPid(mm.vmas[vma], tasks[toucher].pid);
        second.touch(vma, tasks[toucher].pid);
      }
      mm.nextScanJiffies = now;
      const made = enginePass(passes[task], memoryOf(mm, fills, vpns, round), now);
      const wanted = second.pass(tasks[task].pid, now, memoryOf(mm, fills, vpns, round));
      assert.deepEqual(made, wanted, `round ${round}`);
      assert.deepEqual([mm.scanOffset, mm.scanSeq], [second.offset, second.seq], `offset and sequence after round ${round}`);
      for (const v of mm.vmas) {
        const kept = second.kept.get(v.index);
        assert.equal(v.known, kept !== undefined);
        if (kept !== undefined) assert.deepEqual([v.startScanSeq, v.prevScanSeq, v.nextScanJiffies, v.pidsResetJiffies], [kept.start, kept.prev, kept.next, kept.reset]);
      }
    }
  }), { numRuns: 400, seed: 616 });
});

test('every page of a VMA that may be scanned is visited exactly once a sequence, in address order', () => {
  fc.assert(fc.property(layouts, fc.constantFrom(1, 2, 5), fc.constantFrom(0, 1, 0.3), (layout, scanSizeMb, fill) => {
    const spec = { ...NUMA_BALANCING_DEFAULTS, scanSizeMb, scanDelayMs: 0 };
    const { mm, vpns } = lay(layout);
    mm.threads = 1;
    const task = taskOf(mm, 100, spec);
    const pass = new ScanPass(task, spec, clock);
    const memory = memoryOf(mm, layout.map(() => fill), vpns, 0);
    const before = Uint8Array.from(memory.eligible);
    let seq = 0, at = 0;
    /** A sequence is over: looks at what it visited, and lets every page be faulted on. */
    const ended = (): void => {
      if (mm.scanSeq === seq) return;
      assert.equal(mm.scanSeq, ++seq);
      for (const v of mm.vmas) {
        for (let vpn = v.startVpn; vpn < v.endVpn; vpn++) {
          assert.equal(memory.visits[vpn], v.fileReadOnly ? 0 : seq, `page ${vpn} of VMA ${v.index} after ${seq} sequences`);
          assert.equal(memory.eligible[vpn], v.fileReadOnly ? before[vpn] : 0);
          memory.eligible[vpn] = before[vpn];
        }
      }
      at = 0;
    };
    for (let n = 0; n < 400 && seq < 4; n++) {
      for (const v of mm.vmas) setAccessPid(v, 100);
      mm.nextScanJiffies = 0;
      assert.ok(pass.begin(n, 0, false));
      ended();
      while (pass.next(n)) {
        assert.ok(pass.from >= at, 'addresses ascend');
        at = pass.to;
        pass.account(memory.take(pass.from, pass.to));
      }
      ended();
    }
    assert.equal(seq, 4);
  }), { numRuns: 100 });
});

test('begin(): too early is refused, one winner pushes the instant and its own stamp by two ticks; a dictated pass asks no clock', () => {
  fc.assert(fc.property(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 5000 }), fc.boolean(), (ahead, scanPeriodMs, given) => {
    const { mm, task, pass } = single(10, NUMA_BALANCING_DEFAULTS);
    mm.nextScanJiffies = 1000 + ahead;
    task.scanPeriodMs = scanPeriodMs;
    task.work = true;
    const won = pass.begin(1000, 0, given);
    assert.equal(won, ahead <= 0 || given);
    assert.equal(task.work, false);
    assert.equal(task.nodeStampPs, won ? 2 * clock.tickPs : 0);
    assert.equal(mm.nextScanJiffies, won ? 1000 + Math.ceil(scanPeriodMs / 4) : 1000 + ahead);
  }));
});

test('a tick finds a task when its CPU time passed a period and the address space is due', () => {
  const cpuTime = fc.integer({ min: 0, max: 5000 }).map((ms) => ms * PS_PER_MS);
  fc.assert(fc.property(cpuTime, cpuTime, fc.integer({ min: 1, max: 3000 }), fc.boolean(), fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }), (exec, stamp, period, work, now, due) => {
    const { mm, task } = single(10, NUMA_BALANCING_DEFAULTS);
    Object.assign(task, { nodeStampPs: stamp, scanPeriodMs: period, work });
    mm.nextScanJiffies = due;
    const found = !work && exec > stamp + period * PS_PER_MS;
    assert.equal(taskTickNuma(task, exec, now, NUMA_BALANCING_DEFAULTS), found && now >= due);
    assert.equal(task.nodeStampPs, found ? stamp + period * PS_PER_MS : stamp, 'the stamp moves whether or not the address space is due');
    assert.equal(task.work, work || (found && now >= due));
    assert.equal(task.scanPeriodMs, found && stamp === 0 ? 1000 : period, 'the first decision sets the period anew');
  }));
});

test('the time of a pass pushes the next one by 32 times as much: at most 1 part in 33 of a CPU', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 10 ** 12 }), (costPs, startPs) => {
    const { mm, task, pass } = single(10, NUMA_BALANCING_DEFAULTS);
    task.nodeStampPs = startPs;
    task.scanPeriodMs = 0;
    mm.nextScanJiffies = 0;
    assert.ok(pass.begin(0, startPs, false));
    pass.end(startPs + costPs);
    const next = task.nodeStampPs;
    assert.equal(next, startPs + 2 * clock.tickPs + 32 * costPs);
    assert.equal(taskTickNuma(task, next, 1, NUMA_BALANCING_DEFAULTS), false);
    assert.equal(taskTickNuma(task, next + 1, 1, NUMA_BALANCING_DEFAULTS), true);
    assert.ok(costPs / (next - startPs) < 1 / 32);
  }));
});
