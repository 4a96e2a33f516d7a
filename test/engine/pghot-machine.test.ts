/** pghot in whole machines: who gets a thread, when it walks, what a batch holds, what is lost, and that nothing is left isolated. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import type { DesignContext } from '../../src/engine/designs/design';
import type { DeferredOptions } from '../../src/engine/designs/options';
import { PGHOT_EARLY_SCOPE, PghotEarly } from '../../src/engine/designs/pghot-early';
import { PGHOT_LATE_SCOPE, PghotLate } from '../../src/engine/designs/pghot-late';
import { LateLimiter } from '../../src/engine/designs/pghot-late-limit';
import { At, Drop } from '../../src/engine/designs/pghot-thread';
import { FOLIO, KIND_MASK, LRU, USED } from '../../src/engine/machine/pagestate';
import { Point } from '../../src/engine/observe/points';
import { jiffiesAt } from '../../src/engine/sim/jiffies';
import { NUMA_BALANCING_DEFAULTS } from '../../src/engine/system/spec';
import type { Nid } from '../../src/engine/types';
import { designOf, options, pair, sums, zipf } from './designs-world';
import { Lab, MS, dictated, visitors } from './mechanisms-world';
import { anon } from './programs';
import { rowOfNodes } from './specs';

const late = (more: Parameters<typeof options<'pghot-late'>>[1] = {}): ReturnType<typeof options<'pghot-late'>> => options('pghot-late', { nodes: 'all', ...more });
const early = (more: Parameters<typeof options<'pghot-early'>>[1] = {}): ReturnType<typeof options<'pghot-early'>> => options('pghot-early', { nodes: 'all', masks: 'width-based', ...more });

/** Folios of every batch call, in order. */
const batches = (lab: Lab): number[] => lab.records(Point.BatchBegin).map((r) => r.b);

/** Every request has one place: READY in a record, or one of the ends; what is under way is one a thread at most. */
function accounted(lab: Lab): void {
  const c = sums(lab, 'marks_set', 'marks_overwritten', 'marks_consumed', 'marks_own_node', 'requests_dropped', 'lost_cold', 'lost_rate', 'lost_prepare', 'folios_isolated');
  const { ready } = lab.world.machine.frames;
  assert.equal(c.marks_set - c.marks_overwritten - c.requests_dropped - c.marks_consumed, ready.count, 'requests out');
  const ends = c.marks_own_node + c.lost_cold + c.lost_rate + c.lost_prepare + c.folios_isolated;
  const underWay = c.marks_consumed - ends;
  assert.ok(underWay >= 0 && underWay <= lab.world.machine.nodes.length, `${underWay} of ${c.marks_consumed} requests have no end`);
}

test('late: a full batch holds 513 folios, which migrate_pages() then takes as 512 and one', () => {
  const lab = new Lab(pair(late(), 1302, { scansMs: [100, 400] }, {}, [200, 500])).to(1000);
  assert.deepEqual(lab.at(), { 1: 1302 });
  assert.deepEqual(batches(lab), [513, 513, 276]);
  assert.deepEqual(lab.records(Point.BatchTlbFlush).map((r) => r.a), [512, 1, 512, 1, 276]);
  assert.equal(lab.sum('cond_resched'), 2, 'none behind the last batch of a section');
  assert.equal(lab.sum('batches_empty'), 0);
  accounted(lab);
});

test('late: batch_nr + 1 folios, whatever batch_nr is', () => {
  const lab = new Lab(pair(late({ batchFolios: 10 }), 31, { scansMs: [100, 400] }, {}, [200, 500])).to(1000);
  assert.deepEqual(batches(lab), [11, 11, 9]);
});

test('early: v1’s batches: an empty first flush to node -1, 512 folios, and three accesses to be hot', () => {
  const lab = new Lab(pair(early(), 1302, { scansMs: [100, 400, 700] }, {}, [200, 500, 800])).to(1200);
  assert.deepEqual(batches(lab), [0, 512, 512, 278]);
  assert.deepEqual(lab.records(Point.BatchBegin).map((r) => r.a), [-1, 1, 1, 1]);
  assert.equal(lab.sum('cond_resched'), 3);
  assert.equal(lab.sum('records_made'), 3906);
  assert.deepEqual(lab.at(), { 1: 1302 });
  accounted(lab);
});

test('early as posted: no page that node 1 wants ever becomes hot', () => {
  const times = Array.from({ length: 9 }, (_, i) => 100 + 300 * i);
  const lab = new Lab(pair(early({ masks: 'as-posted' }), 186, { scansMs: times }, {}, times.map((ms) => ms + 100))).to(3000);
  assert.equal(lab.sum('records_made'), 1674);
  assert.deepEqual([lab.sum('marks_set'), lab.sum('passes'), lab.sum('pfns_visited')], [0, 0, 0]);
  assert.deepEqual(lab.at(), { 0: 186 });
});

test('threads poll ten times a second and visit nothing while nobody asks; one request costs one pass over one section', () => {
  const lab = new Lab(pair(late(), 31, { scansMs: [100, 400] }, {}, [200, 500]));
  lab.to(490);
  assert.equal(lab.sum('pfns_visited'), 0);
  assert.ok(lab.sum('sleeps') >= 3 * 4 && lab.sum('sleeps') <= 3 * 5, `${lab.sum('sleeps')} sleeps of three threads in 490 ms`);
  lab.to(1500);
  const { rec } = lab.world;
  assert.equal(rec.of(0, 'passes'), 1);
  assert.equal(rec.of(0, 'pfns_visited'), 3 + 32_768, 'the first page of each of three sections, and the pages of the one that is hot');
  assert.equal(rec.of(1, 'passes') + rec.of(2, 'passes'), 0);
  const begin = lab.records(Point.WorkerPass)[0].timePs, asked = lab.records(Point.ReportTaken).filter((r) => r.timePs > 450 * MS)[0].timePs;
  assert.ok(begin > asked && begin - asked < 130 * MS, `${(begin - asked) / MS} ms from request to walk`);
});

test('the default record sends everything to one node, the precise one where it is wanted', () => {
  const world = (o: DeferredOptions): Lab => {
    const process = visitors([anon(93), anon(93)], { 1: [200, 500].map((atMs) => ({ atMs, vma: 0 })), 2: [200, 500].map((atMs) => ({ atMs, vma: 1 })) }, [0, 1, 2]);
    return new Lab(dictated(o.kind, 3, [process], { deferred: o, scansMs: [100, 400] })).to(1000);
  };
  const one = world(late({ record: 'default', targetNid: 1 as Nid })), own = world(late());
  assert.deepEqual([one.at(0), one.at(1)], [{ 1: 93 }, { 1: 93 }]);
  assert.deepEqual([one.sum('pages_right'), one.sum('pages_wrong')], [93, 93]);
  assert.deepEqual([own.at(0), own.at(1)], [{ 1: 93 }, { 2: 93 }]);
  assert.equal(own.sum('pages_wrong'), 0);
  assert.ok(batches(own).length >= 2 && batches(own).reduce((a, b) => a + b) === 186, 'a change of target ends a batch');
  assert.deepEqual(batches(one), [186]);
  const nearest = world(late({ record: 'default' }));
  assert.deepEqual(nearest.at(1), { 1: 93 }, 'the nearest other node of the top tier');
});

test('a change of memory cgroup ends a batch where every process has its own', () => {
  const world = (memcgs: 'one' | 'process'): Lab => {
    const visits = [200, 600].map((atMs) => ({ atMs }));
    const processes = [visitors([anon(60)], { 1: visits }, [0, 1]), visitors([anon(60)], { 1: visits }, [0, 1])];
    const o = late({ memcgs });
    const numaBalancing = { ...NUMA_BALANCING_DEFAULTS, scanPeriodMinMs: 100, scanDelayMs: 50 };
    const { given, ...system } = dictated(o.kind, 2, processes, { deferred: o, numaBalancing }).system ?? assert.fail();
    assert.ok(given !== undefined);
    return new Lab({ ...dictated(o.kind, 2, processes, { deferred: o, numaBalancing }), system }).to(4000);
  };
  const one = world('one'), own = world('process');
  assert.ok(one.sum('pages_moved') > 0 && own.sum('pages_moved') > 0);
  assert.ok(batches(own).length > batches(one).length, `${batches(own).length} and ${batches(one).length} batches`);
});

const TIERS = { topTier: [1 as Nid], numaBalancing: { ...NUMA_BALANCING_DEFAULTS, mode: 2 as const, scanPeriodMinMs: 100, scanDelayMs: 100 } };

for (const o of [options('pghot-late'), options('pghot-late', { record: 'default' }), options('pghot-early'), options('pghot-early', { masks: 'width-based' }), late(), early()]) {
  const name = `${o.kind} ${o.kind === 'pghot-early' ? o.masks : o.record}, ${o.nodes} nodes`;
  for (const [what, more] of [['tiering', TIERS], ['DRAM to DRAM', {}]] as const) {
    test(`${name}, ${what}: the checkers find nothing, every request is accounted`, () => {
      const lab = new Lab(zipf(o, 6, 3000, more));
      for (let ms = 300; ms <= 6000; ms += 300) {
        lab.to(ms);
        accounted(lab);
      }
      const moved = lab.sum('pages_moved');
      const able = (what === 'tiering' || o.nodes === 'all') && !(o.kind === 'pghot-early' && o.masks === 'as-posted');
      assert.equal(moved > 1500, able, `${moved} pages`);
      if (o.nodes === 'lower' && what === 'DRAM to DRAM') assert.deepEqual([lab.sum('records_made'), lab.sum('sleeps'), lab.system.deferred?.tasks.length], [0, 0, 0], 'as posted, nobody looks at nodes of the top tier');
      const pages = lab.world.machine.frames.pfns / lab.world.machine.nodes.length;
      const maps = o.nodes === 'all' ? 2 : what === 'tiering' ? 1 : 0;
      const bytes = o.kind === 'pghot-early' ? 8 : o.record === 'default' ? 1 : 4;
      assert.equal(lab.system.deferred?.design.overheadBytes(), maps * pages * bytes);
    });
  }
}

test('tiering: pghot hears of every fault on a slow page, not only of those that the threshold of the fault lets through', () => {
  const world = (o: DeferredOptions): Lab => new Lab(pair(o, 93, { ...TIERS, scansMs: [100, 2500] }, {}, [2000, 4000])).to(4500);
  const lab = world(options('pghot-late'));
  assert.deepEqual(lab.at(), { 1: 93 }, 'both faults come 1.5 s or more after their scan, beyond hot_threshold_ms');
  const other = world(options('task-work'));
  assert.deepEqual(other.at(), { 0: 93 });
});

test('the same run twice, in other steps, is the same run', () => {
  const digest = (o: DeferredOptions, steps: number): string => {
    const lab = new Lab(zipf(o, 3, 1500));
    while (lab.world.run(3000 * MS, steps, 'time') === 'budget');
    return JSON.stringify([[...lab.world.rec.totals()], [...lab.system.ledger.byCpu], lab.system.progress(), lab.at()]);
  };
  for (const o of [late(), early()]) assert.equal(digest(o, 1_000_000), digest(o, 7));
});

/** A design whose machine does not run: its threads are stepped by hand. */
function still<T extends PghotEarly | PghotLate>(o: DeferredOptions, kind: new (...args: never[]) => T, nodePages = 32_768): { readonly lab: Lab; readonly design: T; readonly page: number; readonly now: number } {
  const spec = { ...zipf(o, 3, 100), machine: rowOfNodes(2, nodePages) };
  const lab = new Lab(spec);
  const { frames } = lab.world.machine;
  let page = 0;
  while (!(frames.get(page) & LRU)) page++;
  const design = designOf(lab, kind);
  return { lab, design, page, now: jiffiesAt(design.ctx.clock, 0) };
}

test('early: what is reported between the two steps of a consumption is lost', () => {
  const { lab, design, page, now } = still(early(), PghotEarly);
  const thread = design.threads[0];
  const thrice = (): void => {
    for (let i = 0; i < 3; i++) assert.equal(design.access(page, 1, 2, now), 0);
  };
  thrice();
  assert.equal(design.records.ready(page), true);
  thread.restart(At.Clear);
  while (thread.pc !== At.Exchange) thread.step(0);
  assert.equal(design.records.ready(page), false);
  design.access(page, 1, 2, now);
  assert.equal(design.records.ready(page), true, 'the frequency still stands in the word');
  thread.step(0);
  assert.equal(thread.pc, At.Exchange, 'the compare-exchange finds another word');
  thread.step(0);
  assert.equal(design.records.ready(page), false);
  assert.equal(lab.sum('requests_dropped'), 1);
  assert.equal(lab.sum('marks_consumed'), 1);
});

test('a section whose first page lies on the top tier has no map: late pages there are never hot, the early walk crashes', () => {
  const tiers = { topTier: [0 as Nid] };
  const world = <T extends PghotEarly | PghotLate>(o: DeferredOptions, kind: new (...args: never[]) => T): { readonly lab: Lab; readonly design: T } => {
    // node 1 begins at PFN 40,000, inside the section that node 0 has begun
    const lab = new Lab({ ...zipf(o, 3, 100, tiers), machine: rowOfNodes(2, 40_000, 0.5) });
    return { lab, design: designOf(lab, kind) };
  };
  const first = world(options('pghot-late'), PghotLate);
  const second = world(options('pghot-early'), PghotEarly);
  const { frames } = first.lab.world.machine;
  const inUse = (from: number): number => {
    let pfn = from;
    while ((frames.get(pfn) & KIND_MASK) !== USED) pfn++;
    return pfn;
  };
  const inMixed = inUse(40_000), inOwn = inUse(65_536);
  assert.ok(inMixed < 65_536);
  for (const { world: { machine } } of [first.lab, second.lab]) for (const pfn of [inMixed, inOwn]) machine.frames.set(pfn, USED | FOLIO | LRU);
  const now = jiffiesAt(first.design.ctx.clock, 0);
  for (let i = 0; i < 4; i++) assert.equal(first.design.access(inMixed, 0, 0, now), 0);
  assert.deepEqual([first.design.records.ready(inMixed), first.design.events], [false, [0, 4, 0, 0]]);
  const at = Math.ceil(now / 8192) * 8192;
  assert.equal(second.design.access(inMixed, 0, 2, at), -22);
  for (let i = 0; i < 3; i++) second.design.access(inOwn, 0, 2, at);
  assert.equal(second.design.records.ready(inOwn), true);
  const thread = second.design.threads[0];
  thread.restart(At.Clear);
  for (let i = 0; i < 1000 && thread.pc !== At.Dead; i++) thread.step(0);
  assert.equal(thread.pc, At.Dead);
  assert.deepEqual([thread.sleeping, thread.wakeAtPs, second.lab.records(Point.Oops).length], [true, Infinity, 1]);
});

test('who is refused, and what is counted on the way', () => {
  const { design, page, now } = still(early(), PghotEarly);
  assert.deepEqual([design.access(page, 1024, 2, now), design.access(page, 1, 3, now), design.access(-1, 1, 2, now), design.access(2 ** 20, 1, 2, now)], [-22, -22, 0, 0]);
  assert.deepEqual(design.events, [3, 0, 0, 2]);
  design.sources.delete(2);
  assert.equal(design.access(page, 1, 2, now), -22);
  const other = still(late(), PghotLate);
  const own = other.lab.world.machine.frames.owners.nid(other.page);
  assert.deepEqual([other.design.access(other.page, own, 0, now), other.design.access(other.page, 1, 1, now), other.design.access(other.page, 1024, 0, now)], [0, -22, -22]);
  assert.deepEqual(other.design.events, [0, 1, 0, 0], 'the source is counted, the record is not');
  other.design.unboot();
  assert.equal(other.design.access(other.page, 1, 0, now), -22);
});

test('the limiter lets everything into a node with memory to spare, else only what is young enough and within the rate', () => {
  const context = (nodePages: number): DesignContext => still(late(), PghotLate, nodePages).design.ctx;
  const o = late();
  const full = context(32_768), wide = context(2 * 262_144 + 32_768);
  const now = jiffiesAt(full.clock, 10_000 * MS);
  const ago = (ms: number): number => (now - (ms * full.hz) / 1000) & 0x3fff;
  const limiter = new LateLimiter(o, full);
  assert.equal(limiter.refuses(1, 1, ago(4900), 10_000 * MS), 0);
  assert.equal(limiter.refuses(1, 1, ago(5000), 10_000 * MS), Drop.Cold);
  assert.equal(limiter.refuses(1, 7, 0, 0), 0, 'a node that does not exist is left to prepare');
  const most = 65_536 * 256;
  assert.equal(limiter.refuses(most, 1, ago(0), 10_001 * MS), Drop.RateLimit, 'more than 65,536 MB within a second');
  assert.equal(limiter.refuses(1, 1, ago(0), 11_500 * MS), 0, 'the next second is another one');
  assert.equal(new LateLimiter(o, wide).refuses(1, 1, ago(5000), 10_000 * MS), 0);
});

test('early: a fault on a well-placed folio is not accounted to the scan period, as posted; late: it is', () => {
  for (const [o, accounted] of [[late(), 93], [early(), 0]] as const) {
    const process = visitors([anon(93)], { 0: [{ atMs: 200 }] }, [0, 1]);
    const lab = new Lab(dictated(o.kind, 2, [process], { deferred: o, scansMs: [100] }));
    const { balancing } = lab.system;
    const account = balancing.account.bind(balancing);
    let calls = 0;
    balancing.account = (...args) => {
      calls++;
      account(...args);
    };
    lab.to(400);
    assert.deepEqual([lab.sum('numa_hint_faults'), calls], [93, accounted]);
  }
});

test('a PMD-mapped folio is reported and moved like others: nothing migrates in the fault', () => {
  for (const o of [late(), early()]) {
    const lab = new Lab(pair(o, 4 * 512, { scansMs: [100, 400, 700] }, { order: 9, pmdMapped: true }, [200, 500, 800]));
    lab.to(o.kind === 'pghot-late' ? 490 : 790);
    assert.deepEqual(lab.at(), { 0: 4 });
    lab.to(1500);
    assert.deepEqual(lab.at(), { 1: 4 }, o.kind);
    assert.equal(lab.sum('pages_moved'), 4 * 512);
    assert.equal(lab.paid('cpu 1', Cause.InlineMigration), 0);
    accounted(lab);
  }
});

test('scope notes say what is modelled, simplified and not there', () => {
  for (const note of [PGHOT_EARLY_SCOPE, PGHOT_LATE_SCOPE]) for (const part of [note.sources, note.modelled, note.simplified, note.not]) assert.ok(part.length > 0 && part.every((s) => s.length > 10));
});
