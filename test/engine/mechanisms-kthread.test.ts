/** The kthread is a thread (M10): preempted folio by folio while it holds migration entries, waited for, starving and starved; the longest stretch without a reschedule (M7). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { CAUSES, Cause, WAITS, Wait } from '../../src/engine/cost/ledger';
import { PTE_MIGRATION, PTE_STATE } from '../../src/engine/mm/pte';
import { Point } from '../../src/engine/observe/points';
import type { WorldSpec } from '../../src/engine/spec';
import { NUMA_BALANCING_DEFAULTS, type Op, type Preemption, type ProcessSpec } from '../../src/engine/system/spec';
import { type Dictated, Lab, MS, dictated, visitors } from './mechanisms-world';
import { anon, programWorld } from './programs';

const MODELS: readonly Preemption[] = ['none', 'voluntary', 'full'];
const PAGES = 31 * 16;

/** Two threads that never let a CPU go. */
const rivals = (cpu: number): ProcessSpec => ({
  name: 'rivals', vmas: [], patterns: [], threads: ['rival', 'other'].map((name) => ({ name, cpu, nice: 0, thinkPs: 0, duty: 1, ops: [{ op: 'compute', ps: 3600e12 }] })),
});

/** The batch of 496 folios takes about 50 ms; kthreads share CPU 1 with two rivals, CPU 2 touches pages while they move. */
function contended(preemption: Preemption, touchMs: number, write: boolean, more: Dictated = {}): Lab {
  const process = visitors([anon(PAGES)], { 1: [{ atMs: 200 }], 2: [{ atMs: touchMs, write }] }, [0]);
  const spec: WorldSpec = dictated('kmigrated-v1', 3, [process, rivals(1)], { scansMs: [100], walksMs: [300], preemption, kthread: { nice: 0, cpu: 1 }, ...more });
  return new Lab({ ...spec, costs: { ...spec.costs, unmapFolioPs: 50_000_000, remapFolioPs: 50_000_000 } });
}

const kthread = (lab: Lab): string => lab.system.tasks().find((t) => t.name === 'kmigrated0')?.state ?? assert.fail();
const entries = (lab: Lab): number => lab.vma().flags.filter((f) => (f & PTE_STATE) === PTE_MIGRATION).length;

for (const preemption of MODELS) {
  test(`preemption ${preemption}: the kthread loses its CPU in the middle of a batch and keeps its migration entries meanwhile`, () => {
    const lab = contended(preemption, 330, false).to(295);
    let times = 0;
    for (let was = ''; lab.world.rec.byPoint[Point.BatchEnd] < 2; was = kthread(lab)) {
      assert.equal(lab.world.run(900 * MS, 1, 'time'), 'budget');
      if (was === 'running' && kthread(lab) === 'runnable' && lab.system.folios.unmappedPages > 0) times++;
      assert.equal(lab.system.folios.unmappedPages, entries(lab));
    }
    assert.ok(times >= 5, `${times} times preempted`);
    lab.to(900);
    assert.deepEqual(lab.at(), { 1: PAGES });
    assert.equal(entries(lab), 0);
  });

  test(`preemption ${preemption}: who touches a page that moves sleeps until its entry is gone, and no longer`, () => {
    const lab = contended(preemption, 330, false).to(295);
    lab.until(600, () => lab.sum('entry_waits') > 0);
    const waiter = lab.system.tasks().find((t) => t.name === 'cpu 2') ?? assert.fail();
    lab.until(600, () => lab.system.tasks().some((t) => t.id === waiter.id && t.state === 'waiting'));
    const from = lab.world.nowPs;
    const unit = lab.records(Point.BatchUnmap).length;
    assert.ok(unit > 0 && entries(lab) > 0);
    lab.until(900, () => lab.system.tasks().some((t) => t.id === waiter.id && t.state !== 'waiting'));
    const { waits } = lab.system.ledger;
    assert.equal(waits[waiter.id * WAITS + Wait.MigrationEntry], lab.world.nowPs - from);
    assert.ok(lab.world.nowPs - from > 5 * MS, 'as long as the kthread took, its own waits for the CPU included');
    lab.to(900);
    assert.ok(lab.system.tasks().every((t) => t.state !== 'waiting'), 'nobody waits for ever');
  });
}

test('a store that waited for the entry finds the page writable afterwards where it was before', () => {
  const lab = contended('voluntary', 330, true).to(295);
  const before = lab.sum('write_refaults');
  assert.equal(before, PAGES);
  lab.to(900);
  assert.ok(lab.sum('entry_waits') > 0);
  assert.equal(lab.sum('write_refaults'), before);
});

test('in a higher nice value the kthread takes longer over the same batch, and its victims wait longer', () => {
  const lasts = (nice: number): number => {
    const lab = contended('full', 330, false, { kthread: { nice, cpu: 1 } }).to(2500);
    const [begin] = lab.records(Point.BatchBegin).filter((r) => r.b > 0);
    const end = lab.records(Point.BatchEnd).find((r) => r.timePs > begin.timePs) ?? assert.fail();
    assert.deepEqual(lab.at(), { 1: PAGES });
    return end.timePs - begin.timePs;
  };
  const [fast, fair, slow] = [-10, 0, 10].map(lasts);
  assert.ok(fast < fair && fair < slow, `${fast} ${fair} ${slow}`);
  assert.ok(slow > 4 * fair, `${fast} ${fair} ${slow}`);
});

test('a CPU that nobody shares: the batch takes exactly what its phases cost', () => {
  const lab = contended('none', 3000, false, { kthread: { nice: 0, cpu: 2 } }).to(600);
  const [begin] = lab.records(Point.BatchBegin).filter((r) => r.b > 0);
  const end = lab.records(Point.BatchEnd).find((r) => r.timePs > begin.timePs) ?? assert.fail();
  const c = lab.world.spec.costs;
  assert.equal(end.timePs - begin.timePs, c.migrateCallPs + PAGES * (c.allocFolioPs + c.unmapFolioPs + c.copyPagePs + c.remapFolioPs) + lab.paid('kmigrated0', Cause.ShootdownInitiate));
  assert.equal(lab.paid('kmigrated0', Cause.ShootdownInitiate), c.shootdownBasePs + c.shootdownPerCpuPs, 'CPU 0 runs the process, CPU 1 another one');
});

/** What a task has been charged and how long it waited for its CPU, ps. */
function spent(lab: Lab, name: string): number {
  const { id } = lab.system.tasks().find((t) => t.name === name) ?? assert.fail();
  const ledger = lab.system.ledgerAt(lab.world.nowPs);
  return ledger.byTask.slice(id * CAUSES, (id + 1) * CAUSES).reduce((a, b) => a + b, 0) + ledger.waits[id * WAITS + Wait.RunQueue];
}

test('a batch lasts as long as its thread ran and waited for its CPU: nothing is missing', () => {
  const lab = contended('voluntary', 3000, false).to(295);
  const { byPoint } = lab.world.rec;
  lab.until(900, () => byPoint[Point.BatchUnmap] > 0);
  const from = lab.world.nowPs, before = spent(lab, 'kmigrated0');
  lab.until(900, () => byPoint[Point.BatchMove] === PAGES);
  assert.equal(kthread(lab), 'running');
  assert.equal(spent(lab, 'kmigrated0') - before, lab.world.nowPs - from);
  assert.ok(lab.world.nowPs - from > 100 * MS, 'with two rivals it gets a third of the CPU');
});

test('two threads that fault on the same pages at once: the second one waits on the entry of the first, and each page moves once', () => {
  const process = visitors([anon(PAGES)], { 1: [{ atMs: 200 }], 2: [{ atMs: 200 }] });
  const lab = new Lab(dictated('sync', 3, [process], { scansMs: [100] })).to(400);
  assert.ok(lab.sum('entry_waits') > 0);
  assert.equal(lab.sum('numa_pages_migrated'), PAGES, 'the two-stage filter refuses the second thread');
  assert.equal(entries(lab), 0);
  assert.ok(lab.system.tasks().every((t) => t.state !== 'waiting'));
});

/** Threads on CPU 0 and 2 that fault on their own pages all the time: own-node marks arm every walk (D3). */
function localFaults(preemption: Preemption): WorldSpec {
  const pages = 4096;
  const around: Op = { op: 'repeat', until: { kind: 'time', ps: 3600e12 }, body: [{ op: 'sweep', vma: 0, from: 0, step: 1, count: pages, write: true }] };
  const process: ProcessSpec = {
    name: 'local', vmas: [anon(pages)], patterns: [], threads: [
      { name: 'a', cpu: 0, nice: 0, ops: [around], thinkPs: 0, duty: 1 },
      { name: 'b', cpu: 2, nice: 0, ops: [{ op: 'sleep', ps: 3600e12 }], thinkPs: 0, duty: 1 },
    ],
  };
  const spec = programWorld('kmigrated-v1', 3, [process], {
    preemption, kthread: { nice: 0, cpu: 1 }, numaBalancing: { ...NUMA_BALANCING_DEFAULTS, scanPeriodMinMs: 100, scanPeriodMaxMs: 100, scanDelayMs: 100 },
  });
  // a fault every 40 us, less than half a walk
  return { ...spec, costs: { ...spec.costs, hintFaultPs: 40_000_000 } };
}

test('M7: local hint faults keep a walk going into the next one; without preemption nobody else gets the CPU', () => {
  const lab = new Lab(localFaults('none')).to(4000);
  assert.equal(lab.sum('pages_moved'), 0);
  assert.ok(lab.sum('marks_own_node') > 1000);
  const walks = lab.world.rec.of(0, 'passes_without_sleep');
  assert.ok(walks > 200, `${walks} walks began without a sleep`);
  const one = lab.world.rec.of(0, 'walk_ps') / lab.world.rec.of(0, 'passes');
  assert.ok(lab.system.longestNoReschedPs() > 50 * one, `${lab.system.longestNoReschedPs()} ps, a walk takes ${one}`);
  assert.equal(lab.sum('cond_resched'), 0, 'there is no flush, so there is no cond_resched()');
});

test('M7: where the kernel can be preempted the tick ends the stretch as soon as somebody waits', () => {
  for (const preemption of MODELS) {
    const spec = localFaults(preemption);
    const { system } = spec;
    assert.ok(system !== undefined);
    const lab = new Lab({ ...spec, system: { ...system, processes: [...system.processes, rivals(1)] } }).to(4000);
    const longest = lab.system.longestNoReschedPs();
    if (preemption === 'full') assert.ok(longest <= 12 * MS, `${longest} ps`);
    else assert.ok(longest > 12 * MS, `${preemption}: ${longest} ps: only a flush or a sleep gives the CPU away`);
    assert.ok(lab.paid('rival', Cause.Compute) > (preemption === 'full' ? 1500 : 100) * MS);
  }
});

test('an idle machine: the longest stretch is one walk', () => {
  const lab = new Lab(dictated('kmigrated-v1', 2, [visitors([anon(31)], {})], { walksMs: [300] })).to(600);
  assert.equal(lab.world.rec.of(0, 'passes'), 1);
  const walk = lab.world.rec.of(0, 'walk_ps');
  assert.ok(lab.system.longestNoReschedPs() >= walk && lab.system.longestNoReschedPs() <= walk + MS);
});

test('a kthread that has slept for long has no credit over a thread that computed all the while', () => {
  const alone = { ...rivals(1), threads: rivals(1).threads.slice(0, 1) };
  const process = visitors([anon(PAGES)], { 1: [{ atMs: 200 }] }, [0]);
  const spec = dictated('kmigrated-v1', 3, [process, alone], { scansMs: [100], walksMs: [900], kthread: { nice: 0, cpu: 1 } });
  const lab = new Lab({ ...spec, costs: { ...spec.costs, unmapFolioPs: 50_000_000, remapFolioPs: 50_000_000 } }).to(895);
  const begin = lab.system.ledgerAt(895 * MS).byTask;
  lab.until(1500, () => lab.world.rec.byPoint[Point.BatchEnd] >= 2);
  const end = lab.system.ledger.byTask;
  const rival = lab.system.tasks().find((t) => t.name === 'rival') ?? assert.fail();
  const computed = end[rival.id * CAUSES + Cause.Compute] - begin[rival.id * CAUSES + Cause.Compute];
  assert.ok(computed > 30 * MS, `${computed} ps of the rival while the batch took its 50 ms`);
});
