/** TLB shootdowns (C.5, M3): decided by the entry at unmap, one a chunk, by backend; who is interrupted, who pays, and what a pending flush costs the scanner. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import { Point } from '../../src/engine/observe/points';
import type { ProcessSpec, TlbBackend } from '../../src/engine/system/spec';
import { Lab, dictated, onceOver, visitors } from './mechanisms-world';
import { anon } from './programs';

const BACKENDS: readonly TlbBackend[] = ['ipi', 'invlpgb', 'arm64'];

/** Shootdowns of migrations: those of the scanner left out. */
const ofMigration = (lab: Lab): number => lab.sum('shootdowns') - lab.sum('scan_flushes') - lab.sum('scan_flushes_pending');

/** Folios unmapped and pages to flush, by chunk. */
const flushes = (lab: Lab): (readonly [number, number])[] => lab.records(Point.BatchTlbFlush).map((r) => [r.a, r.b] as const);

for (const tlb of BACKENDS) {
  test(`${tlb}: migrating from the hint fault needs no shootdown, since the entry was PROT_NONE`, () => {
    for (const order of [0, 4]) {
      const lab = onceOver('sync', 31 * 16, { order }, {}, { tlb }).to(400);
      assert.equal(lab.sum('numa_pages_migrated'), 496);
      assert.equal(ofMigration(lab), 0);
      assert.equal(lab.sum('scan_flushes_pending'), 0, 'nothing was left pending');
    }
  });

  test(`${tlb}: kmigrated unmaps accessible entries: one batched flush a chunk`, () => {
    const lab = onceOver('kmigrated-v1', 31 * 40, {}, {}, { tlb }).to(400);
    assert.equal(lab.sum('pages_moved'), 1240);
    assert.equal(flushes(lab).length, 3);
    assert.equal(ofMigration(lab), 3);
    assert.ok(flushes(lab).every(([folios, pages]) => folios === pages && pages <= 512));
  });

  test(`${tlb}: entries that the scanner has made PROT_NONE again need no flush in the batch either`, () => {
    const process = visitors([anon(217)], { 1: [{ atMs: 200 }] });
    const lab = new Lab(dictated('kmigrated-v1', 2, [process], { scansMs: [100, 250], walksMs: [300], tlb })).to(400);
    assert.equal(lab.sum('pages_moved'), 217);
    assert.deepEqual(flushes(lab), [[217, 0]]);
    assert.equal(ofMigration(lab), 0);
  });

  test(`${tlb}: a PMD is flushed in every design, each by itself`, () => {
    for (const migrator of ['sync', 'kmigrated-v1'] as const) {
      const lab = onceOver(migrator, 4 * 512, { order: 9, pmdMapped: true }, {}, { tlb }).to(400);
      assert.equal(lab.sum('thp_migration_success'), 4);
      assert.equal(ofMigration(lab), 4);
      assert.equal(lab.sum('scan_flushes_pending'), 0, 'a PMD leaves no batched flush pending');
    }
  });
}

test('a batch of re-armed and accessible entries is flushed once, for what was accessible', () => {
  const visits = { 1: [{ atMs: 200 }, { atMs: 270, units: 100 }] };
  const lab = new Lab(dictated('kmigrated-v1', 2, [visitors([anon(217)], visits)], { scansMs: [100, 250], walksMs: [300] })).to(400);
  assert.deepEqual(flushes(lab), [[217, 100]]);
  assert.equal(ofMigration(lab), 1);
});

/** Threads of one process that compute on CPUs 0, 1 and 2, and a stranger on CPU 3; CPU 1 faults. */
const crowd: readonly ProcessSpec[] = [visitors([anon(217)], { 1: [{ atMs: 200 }] }, [0, 1, 2]), {
  name: 'stranger', vmas: [], patterns: [], threads: [{ name: 'stranger', cpu: 3, nice: 0, thinkPs: 0, duty: 1, ops: [{ op: 'compute', ps: 3600e12 }] }],
}];

/** The crowd's world just before and after the batch that moves its pages; the kthread has CPU 4 for itself. */
function around(tlb: TlbBackend): { lab: Lab; by: (cpu: number, cause: Cause) => number } {
  const lab = new Lab(dictated('kmigrated-v1', 5, crowd, { scansMs: [100], walksMs: [300], tlb, kthread: { nice: 0, cpu: 4 } })).to(295);
  const before = lab.system.ledgerAt(295e9);
  lab.to(400);
  const after = lab.system.ledgerAt(400e9);
  assert.deepEqual(flushes(lab), [[217, 217]]);
  return { lab, by: (cpu, cause) => after.byCpu[(cpu * after.byCpu.length) / after.cpus + cause] - before.byCpu[(cpu * before.byCpu.length) / before.cpus + cause] };
}

test('ipi: the CPUs that run the process are interrupted and refill, a stranger is left alone, the kthread waits for the answers', () => {
  const { lab, by } = around('ipi');
  const { costs } = lab.world.spec;
  for (const cpu of [0, 1, 2]) {
    assert.equal(by(cpu, Cause.ShootdownReceive), costs.shootdownReceiverPs);
    assert.equal(by(cpu, Cause.TlbRefill), costs.tlbRefillPs);
  }
  assert.equal(by(3, Cause.ShootdownReceive) + by(3, Cause.TlbRefill), 0);
  assert.equal(by(4, Cause.ShootdownInitiate), costs.shootdownBasePs + 3 * costs.shootdownPerCpuPs);
});

test('invlpgb: nobody is interrupted, and every CPU in user mode refills, the stranger included', () => {
  const { lab, by } = around('invlpgb');
  const { costs } = lab.world.spec;
  for (const cpu of [0, 1, 2, 3]) {
    assert.equal(by(cpu, Cause.ShootdownReceive), 0);
    assert.equal(by(cpu, Cause.TlbRefill), costs.tlbRefillPs);
  }
  assert.equal(by(4, Cause.ShootdownInitiate), costs.invlpgbPs);
  assert.equal(lab.sum('shootdowns_received'), 0);
});

test('arm64: a TLBI a page by the initiator; nobody is interrupted', () => {
  const { lab, by } = around('arm64');
  for (const cpu of [0, 1, 2, 3]) assert.equal(by(cpu, Cause.ShootdownReceive) + by(cpu, Cause.TlbRefill), 0);
  assert.equal(by(4, Cause.ShootdownInitiate), 217 * lab.world.spec.costs.tlbiPagePs);
});

test('a kthread is always remote: even a process with one thread is interrupted, by a move in its own fault it is not', () => {
  const base = visitors([anon(217)], { 1: [{ atMs: 200 }] }, [1]);
  const [main, worker] = base.threads;
  const alone: ProcessSpec = { ...base, threads: [{ ...main, ops: [main.ops[0]] }, worker] };
  for (const migrator of ['kmigrated-v1', 'sync'] as const) {
    const lab = new Lab(dictated(migrator, 2, [alone], { scansMs: [100], walksMs: [300] })).to(150);
    assert.equal(lab.system.tasks().filter((t) => t.process === 0 && t.state !== 'dead').length, 1);
    assert.equal(lab.sum('shootdowns_received'), 0, 'its own scan flushes on its own CPU');
    lab.to(400);
    assert.deepEqual(lab.at(), { 1: 217 });
    assert.equal(lab.sum('shootdowns_received'), migrator === 'sync' ? 0 : 1);
  }
});

test('a shootdown of a CPU that sleeps or runs a kthread interrupts nobody (lazy TLB)', () => {
  const process = visitors([anon(217)], { 1: [{ atMs: 200 }] }, [0]);
  const lab = new Lab(dictated('kmigrated-v1', 3, [process], { scansMs: [100], walksMs: [300], kthread: { nice: 0, cpu: 2 } })).to(295);
  const received = lab.world.rec.of(1, 'shootdowns_received');
  lab.to(400);
  assert.equal(ofMigration(lab), 1);
  assert.equal(lab.world.rec.of(1, 'shootdowns_received') - received, 0, 'CPU 1 sleeps');
  assert.equal(lab.world.rec.of(0, 'shootdowns_received') > 0, true);
});

test('the scanner that comes after a batch pays for the flush that is pending, once, under its own cause', () => {
  const scan = (scansMs: readonly number[], walksMs: readonly number[]): Lab => {
    const process = visitors([anon(217)], { 1: [{ atMs: 200 }] }, [0, 1]);
    return new Lab(dictated('kmigrated-v1', 3, [process], { scansMs, walksMs, kthread: { nice: 0, cpu: 2 } })).to(600);
  };
  const paid = (lab: Lab): number => lab.system.ledger.total(Cause.PteScan);
  const lab = scan([100, 400, 500], [300]), unmoved = scan([100, 400, 500], []);
  assert.equal(lab.sum('scan_flushes_pending'), 1);
  assert.equal(unmoved.sum('scan_flushes_pending'), 0);
  const { shootdownBasePs, shootdownPerCpuPs } = lab.world.spec.costs;
  assert.equal(paid(lab) - paid(unmoved), shootdownBasePs + shootdownPerCpuPs, 'one more flush of the one other CPU that runs the process');
  assert.equal(scan([100, 500], [300]).sum('scan_flushes_pending'), 1);
});

test('munmap() carries out a pending flush as well, and ends with one of its own', () => {
  const base = visitors([anon(217)], { 1: [{ atMs: 200 }] }, [0, 1]);
  const [main, worker] = base.threads;
  const until = (ms: number): ProcessSpec['threads'][number]['ops'][number] => ({ op: 'repeat', until: { kind: 'time', ps: ms * 1e9 }, body: [{ op: 'compute', ps: 1e9 }] });
  const process: ProcessSpec = { ...base, threads: [{ ...main, ops: [main.ops[0], until(400), { op: 'unmap', vma: 0 }, until(3_600_000)] }, worker] };
  for (const walksMs of [[300], []]) {
    const lab = new Lab(dictated('kmigrated-v1', 3, [process], { scansMs: [100], walksMs, kthread: { nice: 0, cpu: 2 } })).to(395);
    const before = lab.paid('cpu 0', Cause.ShootdownInitiate);
    lab.to(450);
    const { shootdownBasePs, shootdownPerCpuPs } = lab.world.spec.costs;
    // munmap() ends with a flush of its own (tlb_finish_mmu())
    assert.equal(lab.paid('cpu 0', Cause.ShootdownInitiate) - before, (walksMs.length > 0 ? 2 : 1) * (shootdownBasePs + shootdownPerCpuPs));
  }
});
