/** kpromoted: the hash, the window test as posted and repaired, the mutex that is held across migration, and the identities of its published counters. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Cause, WAITS, Wait } from '../../src/engine/cost/ledger';
import { Kpromoted } from '../../src/engine/designs/kpromoted';
import { HotRecords, bucketOf } from '../../src/engine/designs/kpromoted-records';
import { Mutexes } from '../../src/engine/designs/mutexes';
import { Point } from '../../src/engine/observe/points';
import { NUMA_BALANCING_DEFAULTS } from '../../src/engine/system/spec';
import type { Nid } from '../../src/engine/types';
import { designOf, options, pair, sums, zipf } from './designs-world';
import { Lab, dictated, visitors } from './mechanisms-world';
import { anon } from './programs';

const KP = options('kpromoted');
const PAGES = 31 * 7;

/** H.1: 638006 + 321234 + 1380 = 960620, 226 + 1373 = 1599, 319635 + 1599 = 321234, at any time and with what is still recorded or failed. */
function identities(lab: Lab): void {
  const c = sums(
    lab, 'kpromoted_recorded_accesses', 'kpromoted_record_toptier', 'kpromoted_record_refused', 'kpromoted_record_added', 'kpromoted_record_exists', 'kpromoted_mig_right_node',
    'kpromoted_mig_non_lru', 'kpromoted_mig_cold_old', 'kpromoted_mig_cold_not_accessed', 'kpromoted_mig_candidate', 'kpromoted_mig_promoted', 'kpromoted_mig_failed', 'kpromoted_mig_dropped',
  );
  const { records } = designOf(lab, Kpromoted);
  const open = lab.system.tasks().filter((t) => t.kind === 'user').length, threads = designOf(lab, Kpromoted).workers.length;
  const seen = c.kpromoted_record_toptier + c.kpromoted_record_refused + c.kpromoted_record_added + c.kpromoted_record_exists;
  assert.ok(c.kpromoted_recorded_accesses - seen >= 0 && c.kpromoted_recorded_accesses - seen <= open, 'an access is counted before its mutex is taken');
  assert.equal(c.kpromoted_mig_right_node + c.kpromoted_mig_non_lru + c.kpromoted_mig_cold_old + c.kpromoted_mig_cold_not_accessed, c.kpromoted_mig_dropped);
  assert.equal(c.kpromoted_mig_promoted + c.kpromoted_mig_dropped + records.size, c.kpromoted_record_added);
  const underWay = c.kpromoted_mig_candidate - c.kpromoted_mig_promoted - c.kpromoted_mig_failed;
  assert.ok(underWay >= 0 && underWay <= threads);
}

test('the bucket is hash_64() of the PFN', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 4, max: 20 }), (pfn, order) => {
    const wide = (BigInt(pfn) * 0x61c8864680b583ebn) & 0xffff_ffff_ffff_ffffn;
    assert.equal(bucketOf(pfn, order), Number(wide >> BigInt(64 - order)));
  }));
});

test('the window test: as posted the first access counts twice and the second one in a later jiffy takes it back; repaired it counts', () => {
  const posted = new HotRecords(4, 1250, false), repaired = new HotRecords(4, 1250, true);
  const frequency = (r: HotRecords): number | undefined => r.find(r.bucketOf(77), 77)?.frequency;
  assert.equal(posted.access(77, 1, 1000), true);
  assert.equal(repaired.access(77, 1, 1000), true);
  assert.deepEqual([frequency(posted), frequency(repaired)], [2, 1]);
  assert.equal(posted.access(77, 1, 1000), false);
  assert.equal(frequency(posted), 3, 'in the same jiffy it does not wrap');
  posted.access(77, 2, 1001);
  repaired.access(77, 2, 1001);
  assert.deepEqual([frequency(posted), frequency(repaired)], [1, 2]);
  assert.equal(posted.find(posted.bucketOf(77), 77)?.hotNode, 2);
  posted.access(77, 2, 1002);
  assert.equal(frequency(posted), 1);
  repaired.access(77, 2, 2251);
  assert.equal(frequency(repaired), 1, 'a window later it begins anew');
  assert.equal(posted.size, 1);
});

test('a mutex: the first waiter is woken, one that loses goes to the head, and nobody else may unlock', () => {
  const woken: number[] = [];
  const m = new Mutexes(2, (who) => woken.push(who));
  assert.ok(m.tryLock(0, 5));
  assert.ok(!m.tryLock(0, 6) && m.tryLock(1, 6));
  m.wait(0, 6, false);
  m.wait(0, 7, false);
  m.unlock(0, 5);
  assert.deepEqual(woken, [6]);
  assert.ok(m.tryLock(0, 8), 'a newcomer is faster');
  m.wait(0, 6, true);
  m.unlock(0, 8);
  assert.deepEqual(woken, [6, 6]);
  assert.throws(() => m.unlock(0, 7));
});

test('one access a page: recorded, and promoted by the next poll; the entry keeps its write bit', () => {
  const lab = new Lab(pair(KP, PAGES)).to(900);
  assert.deepEqual(lab.at(), { 0: PAGES });
  assert.equal(designOf(lab, Kpromoted).records.size, PAGES);
  lab.to(2500);
  assert.deepEqual(lab.at(), { 1: PAGES });
  lab.allOnLru();
  identities(lab);
  assert.deepEqual(sums(lab, 'kpromoted_record_added', 'kpromoted_mig_candidate', 'kpromoted_mig_promoted', 'kpromoted_mig_dropped', 'batches', 'write_refaults'), {
    kpromoted_record_added: PAGES, kpromoted_mig_candidate: PAGES, kpromoted_mig_promoted: PAGES, kpromoted_mig_dropped: 0, batches: PAGES, write_refaults: 0,
  });
});

test('a second access within the second un-promotes as posted, and promotes with repairWindow', () => {
  for (const repairWindow of [false, true]) {
    const lab = new Lab(pair(options('kpromoted', { repairWindow }), PAGES, { scansMs: [100, 400] }, {}, [200, 600])).to(2500);
    assert.deepEqual(lab.at(), repairWindow ? { 1: PAGES } : { 0: PAGES });
    assert.equal(lab.sum('kpromoted_record_exists'), PAGES);
    assert.equal(lab.sum('kpromoted_mig_cold_not_accessed'), repairWindow ? 0 : PAGES);
    identities(lab);
  }
  const once = new Lab(pair(options('kpromoted', { repairWindow: true }), PAGES)).to(2500);
  assert.deepEqual(once.at(), { 0: PAGES }, 'one access is below the threshold');
});

test('a record whose migration fails stays and is tried every second', () => {
  const lab = new Lab(pair(KP, PAGES, {}, { pinnedShare: 1 })).to(4500);
  assert.equal(designOf(lab, Kpromoted).records.size, PAGES);
  const { kpromoted_mig_candidate, kpromoted_mig_failed } = sums(lab, 'kpromoted_mig_candidate', 'kpromoted_mig_failed');
  assert.equal(kpromoted_mig_candidate, kpromoted_mig_failed);
  assert.ok(kpromoted_mig_failed >= 3 * PAGES);
  identities(lab);
  lab.allOnLru();
  // older than two windows it is dropped
  lab.to(13_000);
  assert.equal(lab.sum('kpromoted_mig_cold_old'), PAGES);
  identities(lab);
});

test('a poll walks every bucket: its CPU time is at least 2^order mutexes a second', () => {
  const lab = new Lab(pair(KP, PAGES)).to(5000);
  const passes = lab.records(Point.WorkerPass).filter((r) => r.actor === 2).length;
  assert.ok(passes >= 3 && passes <= 5);
  assert.equal(lab.paid('kpromoted2', Cause.KthreadWalk), passes * 65_536 * lab.world.spec.costs.mutexPs);
});

test('contention: producers wait for a mutex that the consumer holds across migrations, and their waits are counted', () => {
  // 16 buckets, slow copies: the consumer sits in a bucket while CPU 2 reports other pages
  const mappings = [anon(31 * 32), anon(31 * 8)];
  const process = visitors(mappings, { 1: [{ atMs: 200 }], 2: [{ atMs: 1035, vma: 1 }] }, [0]);
  const spec = dictated('kpromoted', 3, [process], { deferred: options('kpromoted', { hashOrder: 4 }), scansMs: [100, 300, 500] });
  const lab = new Lab({ ...spec, costs: { ...spec.costs, copyPagePs: 50_000_000 } });
  lab.to(1010);
  assert.equal(lab.sum('lock_waits'), 0);
  lab.until(1300, () => lab.system.tasks().some((t) => t.name === 'cpu 2' && t.state === 'waiting'));
  lab.to(4000);
  assert.ok(lab.system.tasks().every((t) => t.state !== 'waiting'), 'it went through in the end');
  assert.deepEqual(lab.at(1), { 2: 31 * 8 });
  const waits = lab.system.ledger.waits.filter((_, i) => i % WAITS === Wait.Lock).reduce((n, ps) => n + ps, 0);
  assert.ok(waits > 50 * 1e6, `${waits} ps`);
  assert.ok(lab.sum('lock_wait_ps') >= waits);
  identities(lab);
});

test('lower tier in tiering mode: only its pages are recorded, and promoted', () => {
  const numaBalancing = { ...NUMA_BALANCING_DEFAULTS, mode: 2 as const };
  const lab = new Lab(pair(KP, PAGES, { topTier: [1 as Nid, 2 as Nid], numaBalancing, scansMs: [100, 300] }, {}, [110, 400])).to(2500);
  assert.deepEqual(lab.at(), { 1: PAGES });
  assert.ok(lab.sum('kpromoted_mig_promoted') > 0);
  identities(lab);
});

test('two tiers, plain balancing: a misplaced page of the top tier is no business of kpromoted', () => {
  const lab = new Lab(pair(KP, PAGES, { topTier: [0 as Nid, 1 as Nid] })).to(2500);
  assert.equal(lab.sum('kpromoted_record_toptier'), PAGES);
  assert.equal(lab.sum('kpromoted_record_added'), 0);
  assert.deepEqual(lab.at(), { 0: PAGES });
  identities(lab);
});

test('the identities hold at any time of a longer run', () => {
  const lab = new Lab(zipf(KP, 6));
  for (let ms = 500; ms <= 6000; ms += 250) {
    lab.to(ms);
    identities(lab);
  }
  assert.ok(lab.sum('kpromoted_mig_promoted') > 1000);
});
