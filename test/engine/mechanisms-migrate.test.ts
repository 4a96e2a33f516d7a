/** migrate_pages() in its phases: why folios fail and that they are put back, the end at the first failed allocation, chunks of 512 base pages (C.4). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import { DIRTY, orderOf } from '../../src/engine/machine/pagestate';
import { EAGAIN, ENOMEM } from '../../src/engine/mm/env';
import { Refusal } from '../../src/engine/mm/folios';
import { EBUSY } from '../../src/engine/mm/migrate';
import { PTE_PRESENT, PTE_STATE, PTE_WRITE } from '../../src/engine/mm/pte';
import type { CounterName } from '../../src/engine/observe/counters';
import { Point } from '../../src/engine/observe/points';
import type { WorldSpec } from '../../src/engine/spec';
import type { VmaSpec } from '../../src/engine/system/spec';
import { Lab, dictated, onceOver, visitors } from './mechanisms-world';
import { anon, programWorld, shares } from './programs';

const CAUSES = ['fail_pinned', 'fail_locked', 'fail_writeback', 'fail_dirty', 'fail_enomem'] as const satisfies readonly CounterName[];

/** Failures by their counters, zeros left out. */
const failures = (lab: Lab): Partial<Record<CounterName, number>> => Object.fromEntries(CAUSES.map((c) => [c, lab.sum(c)] as const).filter(([, n]) => n > 0));

const REFUSED: readonly (readonly [Partial<VmaSpec>, CounterName, number])[] = [
  [{ pinnedShare: 1 }, 'fail_pinned', EAGAIN], [{ lockedShare: 1 }, 'fail_locked', EAGAIN], [{ writebackShare: 1 }, 'fail_writeback', EBUSY],
];

for (const [mapping, counter, errno] of REFUSED) {
  test(`a batch of refused folios: ${counter} alone counts them, all are put back, nothing moves`, () => {
    const lab = onceOver('kmigrated-v1', 217, mapping).to(400);
    assert.deepEqual(failures(lab), { [counter]: 217 });
    assert.equal(lab.sum('pgmigrate_fail'), 217);
    assert.equal(lab.sum('pgmigrate_success') + lab.sum('numa_pages_migrated') + lab.sum('pgpromote_success'), 0);
    assert.equal(lab.sum('marks_lost_migrate'), 217);
    assert.deepEqual(lab.at(), { 0: 217 });
    lab.allOnLru();
    const back = lab.records(Point.BatchPutback);
    assert.equal(back.length, 217);
    assert.ok(back.every((r) => r.a === errno));
    // only what was pinned had been unmapped; it took ten passes to give up, and an accessible entry costs its flush
    assert.equal(lab.records(Point.BatchTlbFlush).length, counter === 'fail_pinned' ? 1 : 0);
    assert.equal(lab.records(Point.BatchUnmap).length, counter === 'fail_locked' ? 2170 : 217);
    assert.equal(lab.system.peakUnmapped(), counter === 'fail_pinned' ? 217 : 0);
  });

  test(`the synchronous fault on a refused folio: ${counter}, put back, and the page is mapped read-only where it was`, () => {
    const lab = onceOver('sync', 217, mapping, { write: false }).to(400);
    assert.deepEqual(failures(lab), { [counter]: 217 });
    assert.equal(lab.sum('pgmigrate_fail'), 217);
    assert.equal(lab.sum('pgmigrate_success') + lab.sum('numa_pages_migrated'), 0);
    assert.deepEqual(lab.at(), { 0: 217 });
    lab.allOnLru();
    assert.ok(lab.vma().flags.every((f) => (f & PTE_STATE) === PTE_PRESENT && (f & PTE_WRITE) === 0));
  });
}

test('a large folio that is refused counts once under its cause, and all its pages under pgmigrate_fail', () => {
  for (const migrator of ['sync', 'kmigrated-v1'] as const) {
    const lab = onceOver(migrator, 320, { order: 4, lockedShare: 1 }).to(400);
    assert.deepEqual(failures(lab), { fail_locked: 20 });
    assert.equal(lab.sum('pgmigrate_fail'), 320);
  }
  const thp = onceOver('kmigrated-v1', 1024, { order: 9, pmdMapped: true, pinnedShare: 1 }).to(400);
  assert.equal(thp.sum('thp_migration_fail'), 2);
  assert.equal(thp.sum('pgmigrate_fail'), 1024);
});

test('a mixed batch: each folio has one end, the rest of the batch moves', () => {
  const mapping = { pinnedShare: 0.2, lockedShare: 0.2, writebackShare: 0.2 };
  const lab = onceOver('kmigrated-v1', 31 * 32, mapping).to(400);
  const failed = lab.sum('fail_pinned') + lab.sum('fail_locked') + lab.sum('fail_writeback');
  for (const c of ['fail_pinned', 'fail_locked', 'fail_writeback'] as const) assert.ok(lab.sum(c) > 100 && lab.sum(c) < 300, `${c} ${lab.sum(c)}`);
  assert.equal(lab.sum('pages_moved') + failed, 992);
  assert.equal(lab.sum('marks_lost_migrate'), failed);
  assert.deepEqual(lab.at(), { 0: failed, 1: 992 - failed });
  lab.allOnLru();
});

test('a file page that is dirty when it is prepared is refused there: its mark is lost, it is never isolated', () => {
  const lab = onceOver('kmigrated-v1', 62, { content: 'file' }).to(250);
  const { frames } = lab.world.machine;
  for (let u = 0; u < 10; u++) frames.update(lab.vma().pfn[u], 1, 0, DIRTY);
  lab.to(400);
  assert.deepEqual(failures(lab), { fail_dirty: 10 });
  assert.equal(lab.sum('marks_lost_prepare'), 10);
  assert.equal(lab.sum('folios_isolated'), 52);
  assert.deepEqual(lab.at(), { 0: 10, 1: 52 });
  const sync = onceOver('sync', 62, { content: 'file' }).to(150);
  for (let u = 0; u < 10; u++) sync.world.machine.frames.update(sync.vma().pfn[u], 1, 0, DIRTY);
  sync.to(400);
  assert.deepEqual(failures(sync), { fail_dirty: 10 });
  assert.deepEqual(sync.at(), { 0: 10, 1: 52 });
});

test('the scanner leaves dirty file pages and read-only file mappings alone', () => {
  for (const content of ['file-dirty', 'file-readonly'] as const) {
    const lab = onceOver('kmigrated-v1', 62, { content }, { write: false }).to(400);
    assert.equal(lab.sum('numa_pte_updates') + lab.sum('numa_hint_faults') + lab.sum('marks_set'), 0);
  }
});

/** The world with so many free pages on node 1. */
function nearlyFull(spec: WorldSpec, freePages: number): WorldSpec {
  const nodes = spec.machine.nodes.map((n) => (n.nid === 1 ? { ...n, zones: n.zones.map((z) => ({ ...z, freePages })) } : n));
  return { ...spec, machine: { ...spec.machine, nodes } };
}

test('-ENOMEM ends the call: one failure is counted, what was not tried is put back uncounted (D14)', () => {
  const process = visitors([anon(31 * 16)], { 1: [{ atMs: 200 }] });
  const lab = new Lab(nearlyFull(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300] }), 300)).to(400);
  assert.equal(lab.sum('folios_isolated'), 496, 'every folio passed a watermark that was checked before the batch existed');
  const moved = lab.sum('pages_moved');
  assert.ok(moved > 100 && moved <= 200, `${moved}: from 300 free pages down to the min mark of 100`);
  assert.equal(lab.sum('fail_enomem'), 1);
  assert.equal(lab.sum('pgmigrate_fail'), 1);
  assert.equal(lab.sum('pgmigrate_success'), moved);
  assert.equal(lab.sum('marks_lost_migrate'), 496 - moved);
  const tried = lab.records(Point.BatchUnmap);
  assert.equal(tried.length, moved + 1);
  assert.deepEqual(tried.map((r) => r.a >= 0), tried.map((_, i) => i < moved), 'the last one tried is the one that failed');
  assert.ok(lab.records(Point.BatchPutback).every((r) => r.a === ENOMEM));
  assert.deepEqual(lab.at(), { 0: 496 - moved, 1: moved });
  lab.allOnLru();
});

test('-ENOMEM counts the folios that asked to be tried again in that pass, whose turn never comes', () => {
  const process = visitors([anon(31 * 16, { lockedShare: 0.3 })], { 1: [{ atMs: 200 }] });
  const lab = new Lab(nearlyFull(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300] }), 300)).to(400);
  const tried = lab.records(Point.BatchUnmap);
  const locked = tried.filter((r) => r.lo === Refusal.Locked && r.a >= 0).length;
  assert.ok(locked > 20 && tried[tried.length - 1].a < 0);
  assert.equal(lab.sum('fail_enomem'), 1);
  assert.equal(lab.sum('fail_locked'), locked);
  assert.equal(lab.sum('pgmigrate_fail'), 1 + locked);
  assert.equal(lab.sum('pages_moved'), tried.length - 1 - locked);
  lab.allOnLru();
});

test('-ENOMEM in a second chunk leaves the first one moved, and no third is begun', () => {
  const process = visitors([anon(3 * 512, { order: 4 })], { 1: [{ atMs: 200 }] });
  const lab = new Lab(nearlyFull(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300] }), 900)).to(400);
  const moved = lab.sum('pages_moved');
  assert.ok(moved > 512 && moved < 1024, String(moved));
  assert.equal(lab.sum('fail_enomem'), 1);
  assert.equal(lab.sum('pgmigrate_fail'), 16);
  assert.equal(lab.records(Point.BatchTlbFlush).length, 2);
  assert.equal(lab.sum('marks_lost_migrate'), 96 - moved / 16);
});

test('a target below its high watermark is refused by prepare: the mark is lost, no batch is formed', () => {
  const process = visitors([anon(62)], { 1: [{ atMs: 200 }] });
  const full = nearlyFull(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300] }), 150);
  const lab = new Lab(full).to(400);
  assert.equal(lab.sum('marks_lost_prepare'), 62);
  assert.equal(lab.sum('batches') + lab.sum('folios_isolated') + lab.sum('pgmigrate_fail'), 0);
});

/** Base pages of each chunk: what was unmapped between two flushes, by folio. */
function chunks(lab: Lab): number[][] {
  const { frames } = lab.world.machine;
  const out: number[][] = [];
  let now: number[] = [];
  for (const r of lab.records(Point.BatchUnmap, Point.BatchTlbFlush)) {
    if (r.point === Point.BatchUnmap) now.push(2 ** orderOf(frames.get(r.a)));
    else {
      assert.equal(r.a, now.length, 'one flush for all that was unmapped');
      out.push(now);
      now = [];
    }
  }
  assert.deepEqual(now, []);
  return out;
}

const total = (pages: readonly number[]): number => pages.reduce((a, b) => a + b, 0);

test('a batch of 512 order-0 folios is one chunk with one flush', () => {
  const lab = onceOver('kmigrated-v1', 31 * 40).to(400);
  assert.equal(lab.sum('batches_full'), 2);
  assert.equal(lab.system.peakUnmapped(), 512);
  assert.ok(chunks(lab).every((c) => total(c) <= 512));
  assert.equal(total(chunks(lab).flat()), 1240);
  assert.equal(chunks(lab).length, lab.sum('batches'));
});

test('a batch of 512 folios of 64 KiB is sixteen chunks of 512 base pages (M14)', () => {
  const lab = onceOver('kmigrated-v1', 8192, { order: 4 }).to(600);
  assert.equal(lab.sum('pages_moved'), 8192);
  assert.deepEqual(lab.records(Point.BatchBegin).map((r) => [r.a, r.b]), [[-1, 0], [1, 512]], 'the empty batch to -1, then one of 512 folios');
  assert.deepEqual(chunks(lab).map(total), Array<number>(16).fill(512));
  assert.equal(lab.system.peakUnmapped(), 512);
});

test('the folio that crosses 512 base pages is in the chunk', () => {
  // list_add() puts the highest PFN first: small folios above, folios of 2 MiB (by PTEs) below or the other way round, as the buddy gives them
  const process = visitors([anon(2 * 512, { order: 9 }), anon(31 * 9), anon(512, { order: 9 })], { 1: [{ atMs: 200 }, { atMs: 210, vma: 1 }, { atMs: 220, vma: 2 }] });
  const lab = new Lab(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300] })).to(500);
  assert.equal(lab.sum('pages_moved'), 3 * 512 + 279);
  const cut = chunks(lab);
  for (const [i, c] of cut.entries()) {
    assert.ok(total(c) - c[c.length - 1] < 512, `chunk ${i} went on after 512`);
    if (i < cut.length - 1) assert.ok(total(c) >= 512, `chunk ${i} ended at ${total(c)}`);
  }
  assert.ok(cut.some((c) => total(c) > 512), 'one chunk has small folios and the large one that crosses');
  assert.equal(lab.system.peakUnmapped(), Math.max(...cut.map(total)));
});

test('every chunk is unmapped as a whole before anything of it moves, and moved before the next is unmapped', () => {
  const lab = onceOver('kmigrated-v1', 4096, { order: 3 }).to(600);
  let unmapped = 0, flushed = false;
  for (const r of lab.records(Point.BatchUnmap, Point.BatchTlbFlush, Point.BatchMove)) {
    if (r.point === Point.BatchUnmap) {
      assert.ok(!flushed, 'the chunk before is done');
      unmapped++;
    } else if (r.point === Point.BatchTlbFlush) flushed = true;
    else {
      assert.ok(flushed, 'no move before the flush');
      if (--unmapped === 0) flushed = false;
    }
  }
  assert.equal(unmapped, 0);
});

test('copying is paid by the migrating thread: pages times the copy, folios times the phases', () => {
  const lab = onceOver('kmigrated-v1', 31 * 20).to(400);
  const { migrateCallPs, allocFolioPs, unmapFolioPs, copyPagePs, remapFolioPs } = lab.world.spec.costs;
  const batches = lab.sum('batches');
  assert.equal(lab.paid('kmigrated0', Cause.KthreadMigrate), 620 * (allocFolioPs + unmapFolioPs + copyPagePs + remapFolioPs) + batches * migrateCallPs);
});

test('at most 512 base pages are unmapped at once by one call; threads of several nodes add up', () => {
  const lab = new Lab(programWorld('kmigrated-v1', 4, [shares(4096, [1, 2, 3], 1)])).to(3000);
  const out = new Map<number, number>();
  let each = 0, all = 0, now = 0;
  for (const r of lab.records(Point.BatchUnmap, Point.BatchMove)) {
    const by = r.point === Point.BatchUnmap ? 1 : -1;
    now += by;
    out.set(r.actor, (out.get(r.actor) ?? 0) + by);
    each = Math.max(each, out.get(r.actor) ?? 0);
    all = Math.max(all, now);
  }
  assert.equal(each, 512);
  assert.equal(all, lab.system.peakUnmapped());
});
