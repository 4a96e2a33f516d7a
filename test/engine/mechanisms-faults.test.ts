/** What a hint fault does in the kernel as it is and under patch 4/4: write bits (C.6, D26), marks (D3), what is told to the balancer (D16), huge pages (M14). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import { CPUPID_UNSET } from '../../src/engine/mm/balance/cpupid';
import { PTE_PRESENT, PTE_STATE, PTE_WRITE } from '../../src/engine/mm/pte';
import { Point } from '../../src/engine/observe/points';
import { Lab, dictated, onceOver, visitors } from './mechanisms-world';
import { anon } from './programs';

// numbers of small folios are multiples of 31: what waits in a CPU's LRU batch cannot be isolated

const writable = (lab: Lab): number => lab.vma().flags.filter((f) => (f & PTE_STATE) === PTE_PRESENT && (f & PTE_WRITE) !== 0).length;

test('synchronous: the first store to a page that moved in its fault is one more write fault (C.6)', () => {
  const lab = onceOver('sync').to(400);
  assert.deepEqual(lab.at(), { 1: 217 });
  assert.equal(lab.sum('write_refaults'), 217);
  assert.equal(lab.sum('pgfault'), 217 + 217 + 217, 'first touch, hint fault, write fault');
  assert.equal(writable(lab), 217);
});

test('synchronous: a page that only was read has lost its write bit all the same, and the next writer pays', () => {
  const lab = new Lab(dictated('sync', 2, [visitors([anon(62)], { 1: [{ atMs: 200, write: false }, { atMs: 300, write: true }] })], { scansMs: [100] })).to(250);
  assert.deepEqual(lab.at(), { 1: 62 });
  assert.equal(lab.sum('write_refaults'), 0);
  assert.equal(writable(lab), 0);
  lab.to(400);
  assert.equal(lab.sum('write_refaults'), 62);
  assert.equal(writable(lab), 62);
});

test('a write refault forgets who touched the page last, as wp_page_reuse() does; a read does not', () => {
  const spec = (): Lab => new Lab(dictated('sync', 2, [visitors([anon(62)], { 1: [{ atMs: 200, write: false }, { atMs: 300, write: true }] })], { scansMs: [100] }));
  const read = spec().to(250), written = spec().to(400);
  assert.ok(read.vma().cpupid.every((c) => c !== CPUPID_UNSET));
  assert.ok(written.vma().cpupid.every((c) => c === CPUPID_UNSET));
});

test('synchronous: a page that its own node faults on, or that cannot be prepared, keeps its write bit', () => {
  const local = new Lab(dictated('sync', 2, [visitors([anon(62)], { 0: [{ atMs: 200 }], 1: [] })], { scansMs: [100] })).to(300);
  assert.equal(local.sum('numa_hint_faults_local'), 62);
  assert.equal(local.sum('write_refaults'), 0);
  assert.equal(writable(local), 62);
  // the last 7 of 38 pages wait in the LRU batch of CPU 0: prepare refuses them, and out_map gives them back as they were
  const batched = onceOver('sync', 38).to(400);
  assert.deepEqual(batched.at(), { 0: 7, 1: 31 });
  assert.equal(batched.sum('write_refaults'), 31);
  assert.equal(writable(batched), 38);
});

test('v1: a mark on a page that is not on the LRU yet is kept until a walk finds it there', () => {
  const process = visitors([anon(38), anon(24)], { 0: [{ atMs: 400, vma: 1 }], 1: [{ atMs: 200 }] }, [0], 1);
  const lab = new Lab(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300, 500] })).to(350);
  assert.equal(lab.sum('marks_set'), 38);
  assert.equal(lab.sum('marks_consumed'), 31);
  assert.equal(lab.world.machine.frames.ready.count, 7);
  // first touches of the second mapping fill the batch of CPU 0, and drain it
  lab.to(600);
  assert.equal(lab.sum('marks_consumed'), 38);
  assert.deepEqual(lab.at(), { 1: 38 });
});

test('v1: a reported target costs the write bit although nothing moves (D26)', () => {
  const lab = onceOver('kmigrated-v1', 217, {}, {}, { walksMs: [] }).to(400);
  assert.equal(lab.sum('marks_set'), 217);
  assert.deepEqual(lab.at(), { 0: 217 });
  assert.equal(lab.sum('write_refaults'), 217);
});

test('v1: reading costs it too, and the page that then moves is still read-only', () => {
  const lab = onceOver('kmigrated-v1', 93, {}, { write: false }).to(400);
  assert.deepEqual(lab.at(), { 1: 93 });
  assert.equal(lab.sum('write_refaults'), 0);
  assert.equal(writable(lab), 0);
});

test('v1: a page whose write bit came back before the move keeps it through the move', () => {
  const lab = onceOver('kmigrated-v1', 93).to(400);
  assert.deepEqual(lab.at(), { 1: 93 });
  assert.equal(lab.sum('write_refaults'), 93);
  assert.equal(writable(lab), 93);
});

test('v1: every fault on a normal folio marks, with its own node where it is well placed (D3); own-node marks keep the write bit', () => {
  const lab = new Lab(dictated('kmigrated-v1', 2, [visitors([anon(310)], { 0: [{ atMs: 200 }], 1: [] })], { scansMs: [100], walksMs: [400] })).to(300);
  assert.equal(lab.sum('numa_hint_faults'), 310);
  assert.equal(lab.sum('numa_hint_faults_local'), 310);
  assert.equal(lab.sum('marks_set'), 310);
  assert.equal(lab.sum('write_refaults'), 0);
  assert.ok(lab.records(Point.AddXchgNid).every((r) => r.a === 0));
  assert.equal(lab.world.machine.nodeData(0)?.activate, true, 'local faults alone arm the next walk');
  lab.to(500);
  assert.equal(lab.sum('marks_own_node'), 310);
  assert.equal(lab.sum('batches'), 0);
  assert.deepEqual(lab.at(), { 0: 310 });
});

test('v1: a fault on its own node cancels the request that waits there (D3 b)', () => {
  const visits = { 0: [{ atMs: 400 }], 1: [{ atMs: 200 }] };
  const lab = new Lab(dictated('kmigrated-v1', 2, [visitors([anon(124)], visits)], { scansMs: [100, 300], walksMs: [500] })).to(600);
  assert.equal(lab.sum('marks_set'), 248);
  assert.equal(lab.sum('marks_overwritten'), 124);
  assert.equal(lab.sum('marks_own_node'), 124);
  assert.deepEqual(lab.at(), { 0: 124 });
});

test('v1: the last of several reports decides where a page goes', () => {
  const visits = { 1: [{ atMs: 200 }], 2: [{ atMs: 400 }, { atMs: 600 }] };
  const lab = new Lab(dictated('kmigrated-v1', 3, [visitors([anon(62)], visits)], { scansMs: [100, 300, 500], walksMs: [700] })).to(800);
  assert.deepEqual(lab.at(), { 2: 62 }, 'the two-stage filter refused the second report, not the third');
  assert.equal(lab.sum('marks_overwritten'), 124);
});

interface Told { memNid: number; pages: number; migrated: boolean; failed: boolean }

/** Everything that task_numa_fault() is told from now on. */
function listen(lab: Lab): Told[] {
  const told: Told[] = [];
  const { balancing } = lab.system;
  const real = balancing.account.bind(balancing);
  balancing.account = (task, memNid, pages, migrated, failed) => {
    told.push({ memNid, pages, migrated, failed });
    real(task, memNid, pages, migrated, failed);
  };
  return told;
}

test('v1 tells the balancer neither of moves nor of failures, and the target as if the page were there (D16)', () => {
  for (const pinnedShare of [0, 1]) {
    const lab = onceOver('kmigrated-v1', 93, { pinnedShare });
    const told = listen(lab);
    lab.to(400);
    assert.equal(told.length, 93);
    assert.ok(told.every((t) => t.memNid === 1 && t.pages === 1 && !t.migrated && !t.failed));
    assert.equal(lab.sum('numa_pages_migrated'), pinnedShare === 1 ? 0 : 93);
  }
});

test('the synchronous fault tells it both, with the node where the page is then; a failure behind the unmap returns without a word, as pte_same() fails', () => {
  for (const lockedShare of [0, 1]) {
    const lab = onceOver('sync', 93, { lockedShare });
    const told = listen(lab);
    lab.to(400);
    assert.equal(told.length, 93);
    const moved = lockedShare === 0;
    assert.ok(told.every((t) => t.memNid === (moved ? 1 : 0) && t.migrated === moved && t.failed === !moved));
  }
  const pinned = onceOver('sync', 93, { pinnedShare: 1 });
  const told = listen(pinned);
  pinned.to(400);
  assert.equal(told.length, 0);
  assert.equal(pinned.sum('pgmigrate_fail'), 93);
  assert.equal(pinned.sum('numa_hint_faults'), 93, 'each faults once: the entry is accessible again');
});

test('a THP moves in its fault under v1 as well: no mark, no batch, one hint fault (M14)', () => {
  for (const migrator of ['sync', 'kmigrated-v1'] as const) {
    const lab = onceOver(migrator, 3 * 512, { order: 9, pmdMapped: true }).to(400);
    assert.deepEqual(lab.at(), { 1: 3 });
    assert.equal(lab.sum('numa_hint_faults'), 3);
    assert.equal(lab.sum('numa_huge_pte_updates'), 3);
    assert.equal(lab.sum('numa_pte_updates'), 3 * 512);
    assert.equal(lab.sum('marks_set') + lab.sum('batches'), 0);
    assert.equal(lab.sum('thp_migration_success'), 3);
    assert.equal(lab.sum('pgmigrate_success'), 3 * 512);
    assert.equal(lab.sum('numa_pages_migrated'), 3 * 512);
    assert.ok(lab.paid('cpu 1', Cause.InlineMigration) > 3 * 512 * lab.world.spec.costs.copyLargePagePs);
  }
});

test('v1: a large folio mapped by PTEs faults once, is marked on its head and moves whole (M14)', () => {
  const lab = onceOver('kmigrated-v1', 40 * 16, { order: 4 }).to(400);
  assert.equal(lab.sum('numa_hint_faults'), 40, 'the fault restores every entry of the folio');
  const marks = lab.records(Point.AddXchgNid);
  assert.equal(marks.length, 40);
  assert.ok(marks.every((r) => r.pfn % 16 === 0));
  assert.equal(lab.sum('folios_moved'), 40);
  assert.equal(lab.sum('pages_moved'), 640);
  assert.equal(lab.sum('numa_pages_migrated'), 640);
  assert.deepEqual(lab.at(), { 1: 640 });
  const { pfn } = lab.vma();
  for (let u = 0; u < 640; u++) assert.equal(pfn[u], pfn[u - (u % 16)] + (u % 16), 'the pages of a folio stay neighbours');
});

test('v1: inline migration is never paid for PTE faults, marking never by the synchronous fault', () => {
  const v1 = onceOver('kmigrated-v1').to(400);
  assert.equal(v1.system.ledger.total(Cause.InlineMigration), 0);
  const { markXchgPs, markSetBitPs } = v1.world.spec.costs;
  assert.equal(v1.paid('cpu 1', Cause.Mark), 217 * (markXchgPs + 2 * markSetBitPs));
  assert.ok(v1.paid('kmigrated0', Cause.KthreadMigrate) > 0);
  const sync = onceOver('sync').to(400);
  assert.equal(sync.system.ledger.total(Cause.Mark) + sync.system.ledger.total(Cause.KthreadMigrate), 0);
  const { migrateCallPs, allocFolioPs, unmapFolioPs, copyPagePs, remapFolioPs } = sync.world.spec.costs;
  assert.equal(sync.paid('cpu 1', Cause.InlineMigration), 217 * (migrateCallPs + allocFolioPs + unmapFolioPs + copyPagePs + remapFolioPs), 'M1: composed from its phases, no shootdown');
});
