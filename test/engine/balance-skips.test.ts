/** Budgets of a scan pass and the VMAs that it skips (C.1), by hand. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { ScanPass, setAccessPid } from '../../src/engine/mm/balance/scan';
import { NumaMm, NumaVma } from '../../src/engine/mm/balance/state';
import { NUMA_BALANCING_DEFAULTS } from '../../src/engine/system/spec';
import { HZ, Memory, PMD, type Range, bitOf, clock, enginePass, single, taskOf } from './balance-passes';

const two = { ...NUMA_BALANCING_DEFAULTS, scanSizeMb: 2 };

test('scan_size: a pass over full memory ends after that many pages, the next goes on there', () => {
  const { mm, pass } = single(1300, two);
  const ranges: (Range[] | undefined)[] = [];
  for (let n = 0; n < 4; n++) {
    mm.nextScanJiffies = 0;
    ranges.push(enginePass(pass, new Memory(1300, () => true), n * 100));
  }
  assert.deepEqual(ranges, [[{ vma: 0, from: 0, to: 512 }], [{ vma: 0, from: 512, to: 1024 }], [{ vma: 0, from: 1024, to: 1300 }], [{ vma: 0, from: 0, to: 512 }]]);
  assert.equal(mm.scanSeq, 1);
});

test('virtual limit: a pass over memory with nothing to change looks at eight scan sizes', () => {
  const { mm, pass } = single(20 * PMD, two);
  const memory = new Memory(20 * PMD, () => false);
  assert.deepEqual(enginePass(pass, memory, 0)?.map((r) => r.to), [1, 2, 3, 4, 5, 6, 7, 8].map((n) => n * PMD));
  mm.nextScanJiffies = 0;
  assert.equal(enginePass(pass, memory, 0)?.length, 8);
  mm.nextScanJiffies = 0;
  assert.equal(enginePass(pass, memory, 0)?.length, 4);
  assert.deepEqual([mm.scanSeq, mm.scanOffset], [1, 0]);
});

test('one changed page charges its whole range to the budget', () => {
  const spec = { ...two, scanSizeMb: 4 };
  const { pass } = single(20 * PMD, spec);
  const sparse = new Memory(20 * PMD, (vpn) => vpn === 1500);
  // ranges of 1,024 pages: the first is empty, the second has the page
  assert.deepEqual(enginePass(pass, sparse, 0), [{ vma: 0, from: 0, to: 1024 }, { vma: 0, from: 1024, to: 2048 }]);
});

test('a pass of several VMAs rounds what is left of its budget up to a PMD', () => {
  const mm = new NumaMm();
  mm.threads = 1;
  mm.vmas.push(new NumaVma(0, 0, 100, false), new NumaVma(1, 1024, 4096, false));
  const pass = new ScanPass(taskOf(mm, 100, two), two, clock);
  assert.deepEqual(enginePass(pass, new Memory(4096, () => true), 0), [{ vma: 0, from: 0, to: 100 }, { vma: 1, from: 1024, to: 1536 }]);
});

test('a VMA that appears after the first sequence is left alone for the scan delay', () => {
  const { mm, pass } = single(100, NUMA_BALANCING_DEFAULTS);
  const memory = (): Memory => new Memory(4096, () => true);
  assert.deepEqual(enginePass(pass, memory(), 10), [{ vma: 0, from: 0, to: 100 }], 'in the first sequence age does not matter');
  assert.equal(mm.scanSeq, 1);
  mm.vmas.push(new NumaVma(1, 1024, 1100, false));
  const at = (now: number): number[] | undefined => {
    mm.nextScanJiffies = 0;
    return enginePass(pass, memory(), now)?.map((r) => r.vma);
  };
  assert.deepEqual(at(300), [0]);
  setAccessPid(mm.vmas[0], 100);
  assert.deepEqual(at(300 + HZ - 1), [0]);
  assert.deepEqual(at(300 + HZ), [0, 1]);
});

test('after two sequences a task scans first where it has taken a hint fault lately, then one other VMA by force', () => {
  const spec = { ...NUMA_BALANCING_DEFAULTS, scanDelayMs: 0 };
  const mm = new NumaMm();
  mm.threads = 100;
  mm.vmas.push(new NumaVma(0, 0, 10, false), new NumaVma(1, 1024, 1034, false));
  const pass = new ScanPass(taskOf(mm, 100, spec), spec, clock);
  const at = (now: number): number[] | undefined => {
    mm.nextScanJiffies = 0;
    return enginePass(pass, new Memory(2048, () => true), now)?.map((r) => r.vma);
  };
  assert.deepEqual([at(1), at(2)], [[0, 1], [0, 1]]);
  assert.deepEqual([mm.scanSeq, mm.scanOffset], [2, 0]);
  setAccessPid(mm.vmas[1], 100);
  assert.deepEqual(at(2), [1, 0]);
  setAccessPid(mm.vmas[0], 100);
  assert.deepEqual([at(3), at(4)], [[], [0, 1]], 'the sequence goes on behind the VMA that was forced, and VMA 1 is done');
});

test('a forced pass scans one VMA when every one was skipped by pid, and pids with the same hash pass for each other', () => {
  const spec = { ...NUMA_BALANCING_DEFAULTS, scanDelayMs: 1000 };
  const mm = new NumaMm();
  mm.threads = 100;
  mm.vmas.push(new NumaVma(0, 0, 10, false), new NumaVma(1, 1024, 1034, false), new NumaVma(2, 2048, 2058, false));
  const pass = new ScanPass(taskOf(mm, 100, spec), spec, clock);
  const at = (now: number): number[] | undefined => {
    mm.nextScanJiffies = 0;
    return enginePass(pass, new Memory(4096, () => true), now)?.map((r) => r.vma);
  };
  at(300);
  at(600);
  assert.equal(mm.scanSeq, 2);
  assert.deepEqual(at(700), [0], 'forced: one VMA only');
  assert.deepEqual([mm.scanSeq, mm.scanOffset], [2, 10]);
  assert.deepEqual(at(701), [1]);
  assert.deepEqual(at(702), [2]);
  assert.equal(mm.scanSeq, 2, 'the end is seen by the next pass');
  const twin = Array.from({ length: 300 }, (_, i) => 101 + i).find((pid) => bitOf(pid) === bitOf(100)) ?? assert.fail('64 bits for 300 pids');
  setAccessPid(mm.vmas[2], twin);
  assert.deepEqual(at(703), [2, 0]);
});

test('recorded pids are forgotten after two reset periods of four scan delays', () => {
  const spec = { ...NUMA_BALANCING_DEFAULTS, scanDelayMs: 100 };
  const delay = 25, four = 100;
  const mm = new NumaMm();
  mm.threads = 1000;
  mm.vmas.push(new NumaVma(0, 0, 10, false), new NumaVma(1, 1024, 1034, true));
  const pass = new ScanPass(taskOf(mm, 100, spec), spec, clock);
  const at = (now: number): void => {
    mm.nextScanJiffies = 0;
    enginePass(pass, new Memory(2048, () => true), now);
  };
  at(0);
  const [vma] = mm.vmas;
  setAccessPid(vma, 100);
  const kept = (): boolean => vma.pids.some((half) => half !== 0);
  at(delay + four);
  assert.equal(vma.pidsResetJiffies, delay + four, 'time_after: not at the instant itself');
  at(delay + four + 1);
  assert.deepEqual([vma.pidsResetJiffies, kept()], [delay + 2 * four, true], 'the set becomes the older one');
  at(delay + 2 * four + 1);
  assert.equal(kept(), false);
});

test('a pass that begins in the middle of a VMA tests it again: its pid sets age', () => {
  const spec = { ...two, scanDelayMs: 4 };
  const { mm, pass } = single(PMD, spec);
  const at = (now: number): Range[] | undefined => {
    mm.nextScanJiffies = 0;
    return enginePass(pass, new Memory(4 * PMD, () => true), now);
  };
  at(0);
  at(10);
  assert.ok(mm.scanSeq > 0);
  mm.vmas[0] = new NumaVma(0, 0, 4 * PMD, false);
  at(20);
  at(30);
  const before = mm.vmas[0].pidsResetJiffies;
  assert.ok(mm.scanOffset > 0 && mm.scanOffset < 4 * PMD);
  at(90);
  assert.ok(mm.vmas[0].pidsResetJiffies > before);
});

test('a VMA that nobody on this task touched is scanned all the same once more sequences than threads have gone by', () => {
  const spec = { ...NUMA_BALANCING_DEFAULTS, scanDelayMs: 0 };
  for (const threads of [1, 2, 5]) {
    const mm = new NumaMm();
    mm.threads = threads;
    mm.vmas.push(new NumaVma(0, 0, 10, false), new NumaVma(1, 1024, 1034, false));
    const pass = new ScanPass(taskOf(mm, 100, spec), spec, clock);
    const seqs: number[] = [];
    for (let now = 0; now < 40; now++) {
      mm.nextScanJiffies = 0;
      if (mm.scanSeq >= 2 && mm.scanOffset === 0) setAccessPid(mm.vmas[1], 100);
      const { scanSeq } = mm;
      if (enginePass(pass, new Memory(2048, () => true), now)?.some((r) => r.vma === 0)) seqs.push(scanSeq);
    }
    const gaps = seqs.slice(3).map((s, i) => s - seqs[i + 2]);
    assert.ok(gaps.every((g) => g <= threads + 1), `${threads}: ${seqs.join(' ')}`);
    assert.ok(seqs.length >= 3, seqs.join(' '));
  }
});
