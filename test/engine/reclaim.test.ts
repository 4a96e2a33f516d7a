/** Reclaim in mode 2: watermarks, the LRU lists, and kswapd, which demotes cold folios until its node is balanced, and then stops. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Machine } from '../../src/engine/machine/machine';
import { DIRTY, FILE, FOLIO, FREE, ISOLATED, KIND_MASK, LRU, USED, orderOf } from '../../src/engine/machine/pagestate';
import { PageAllocator } from '../../src/engine/mm/alloc/allocator';
import { LruBatches } from '../../src/engine/mm/alloc/lrubatch';
import { Kswapd } from '../../src/engine/mm/reclaim/kswapd';
import { LruList, LruLists } from '../../src/engine/mm/reclaim/lrulists';
import { demotionTargets, pgdatBalanced, promoPages } from '../../src/engine/mm/reclaim/watermarks';
import { Prng } from '../../src/engine/sim/prng';
import { PS_PER_MS } from '../../src/engine/types';
import { flatDistance, machineOf, node } from './alloc-machine';

const MS = PS_PER_MS;

/** Node 0 fast with a CPU, node 1 slow; a world that only allocates, touches and demotes. */
class Rig {
  readonly machine: Machine;
  readonly a: PageAllocator;
  readonly lists: LruLists;
  readonly lru: LruBatches;
  readonly kswapd: Kswapd;
  readonly touched = new Set<number>();
  readonly demoted: number[] = [];
  readonly dropped: number[] = [];
  nowPs = 0;

  constructor(fast: number, slow: number, options: { tiering?: boolean; targets?: number[] } = {}) {
    this.machine = machineOf([node(fast, 100, 200, 300), node(slow, 20, 40, 60)]);
    this.a = new PageAllocator(this.machine, Int32Array.of(0), flatDistance(2));
    this.lists = new LruLists(this.machine.frames, 2);
    this.lru = new LruBatches(this.machine.frames, 1, { freeFolio: (cpu, head, order, story) => this.free(cpu, head, order, story), onLru: (head) => this.lists.add(head) });
    this.kswapd = new Kswapd(this.machine.nodes[0], this.machine, this.a, this.lists, Int32Array.from(options.targets ?? [1]), {
      referenced: (head) => this.touched.delete(head),
      demote: (heads, count, nid, targets, done) => this.demote(heads, count, nid, targets, done),
      drop: (head) => {
        this.dropped.push(head);
        this.free(0, head, orderOf(this.machine.frames.get(head)), 0);
        return 1000;
      },
    }, { kswapdPagePs: 100_000 }, () => options.tiering ?? true);
  }

  get free0(): number {
    return this.machine.frames.freeOf(this.machine.nodes[0].zones[0].ownerId);
  }

  free(cpu: number, head: number, order: number, story: number): void {
    this.lists.forget(head);
    this.a.free(cpu, head, order, story);
  }

  /** Takes folios of node 0 until its allocation fails, or so many; adds them to the LRU. */
  fill(most = Infinity, order = 0, bits = 0): number[] {
    const heads: number[] = [];
    while (heads.length < most) {
      const head = this.a.alloc(0, 0, order, 'this-node');
      if (head < 0) break;
      this.machine.frames.update(head, 2 ** order, 0, bits);
      this.lru.lruAdd(0, head);
      heads.push(head);
    }
    this.lru.drainCpu(0);
    return heads;
  }

  /** Runs kswapd until it sleeps; returns the steps that it made. */
  run(most = 200_000): number {
    let steps = 0;
    do {
      this.nowPs += this.kswapd.step(this.nowPs);
      steps++;
    } while (!this.kswapd.sleeping && steps < most);
    return steps;
  }

  private demote(heads: Uint32Array, count: number, nid: number, targets: Int32Array, done: Uint8Array): number {
    assert.equal(nid, 0);
    const { frames } = this.machine;
    for (let i = 0; i < count; i++) {
      const state = frames.get(heads[i]);
      assert.equal(state & (LRU | ISOLATED), ISOLATED);
      const dst = this.a.alloc(0, targets[0], orderOf(state), 'this-node');
      if (dst < 0) continue;
      this.lists.inherit(heads[i], dst);
      this.free(0, heads[i], orderOf(state), 0);
      this.lru.lruAdd(0, dst);
      this.demoted.push(heads[i]);
      done[i] = 1;
    }
    return count * 1_000_000;
  }
}

test('promo lies one step above high, as zoneinfo of a real kernel says', () => {
  const zone = machineOf([[{ idx: 1, pages: 53_634, min: 212, low: 265, high: 318 }]]).nodes[0].zones[0];
  assert.equal(promoPages(zone), 371);
});

test('a node is balanced above high, in tiering mode above promo', () => {
  const rig = new Rig(8192, 8192);
  const balanced = (tiering: boolean): boolean => pgdatBalanced(rig.machine.frames, rig.a.buddy, rig.machine.nodes[0], 0, tiering);
  assert.deepEqual([balanced(false), balanced(true)], [true, true]);
  while (rig.free0 > 400) rig.a.alloc(0, 0, 4, 'this-node');
  assert.ok(rig.free0 > 300, `${rig.free0}`);
  assert.deepEqual([balanced(false), balanced(true)], [true, false]);
});

test('a node demotes to the nearest lower tier', () => {
  const tier = [0, 0, 1, 1, 2];
  const distance = [[10, 21, 17, 28, 40], [21, 10, 28, 17, 40], [17, 28, 10, 28, 30], [28, 17, 28, 10, 30], [40, 40, 30, 30, 10]];
  const of = (nid: number): number[] => [...demotionTargets(nid, [0, 1, 2, 3, 4], (n) => tier[n], distance)];
  assert.deepEqual([of(0), of(1), of(2), of(4)], [[2, 3, 4], [3, 2, 4], [4], []]);
});

test('kswapd brings the node above promo by demoting the coldest folios first, naps, and sleeps', () => {
  const rig = new Rig(8192, 32_768);
  const heads = rig.fill();
  assert.ok(rig.free0 <= 200);
  assert.equal(rig.lists.size(0, LruList.InactiveAnon), heads.length);
  assert.equal(rig.kswapd.wakeup(0), true);
  rig.run();
  rig.a.drainPages();
  assert.ok(rig.free0 > 400, `${rig.free0} free`);
  assert.ok(rig.free0 < 400 + 1200, 'and not much more');
  assert.deepEqual(rig.demoted, heads.slice(0, rig.demoted.length), 'in the order of arrival');
  assert.equal(rig.kswapd.demoted, rig.demoted.length);
  rig.lru.drainAll();
  assert.equal(rig.lists.size(1, LruList.InactiveAnon), rig.demoted.length);
  assert.equal(rig.lists.size(0, LruList.InactiveAnon), heads.length - rig.demoted.length);
  assert.equal(rig.kswapd.wakeAtPs, rig.nowPs + 100 * MS, 'it naps');
  assert.equal(rig.kswapd.wakeup(0), false, 'nobody wakes it while the node is balanced');
  rig.nowPs = rig.kswapd.wakeAtPs;
  assert.equal(rig.run(), 1);
  assert.equal(rig.kswapd.wakeAtPs, Infinity);
  assert.equal(rig.a.verify(), undefined);
});

test('in normal mode it stops at the high watermark', () => {
  const rig = new Rig(8192, 32_768, { tiering: false });
  rig.fill();
  assert.equal(rig.kswapd.wakeup(0), true);
  rig.run();
  rig.a.drainPages();
  assert.ok(rig.free0 > 300 && rig.free0 < 300 + 600, `${rig.free0} free`);
});

test('folios that are accessed between two looks become active and stay; cold ones go', () => {
  const rig = new Rig(8192, 32_768);
  const heads = rig.fill();
  const hot = new Set(heads.filter((_, i) => i % 4 === 0));
  for (let round = 0; round < 40; round++) {
    for (const head of hot) rig.touched.add(head);
    if (rig.kswapd.wakeup(0)) rig.run();
    rig.fill(600);
  }
  assert.ok(rig.demoted.length > 10_000, `${rig.demoted.length}`);
  const lost = rig.demoted.filter((head) => hot.has(head)).length;
  assert.ok(lost < hot.size * 0.02, `${lost} of ${hot.size} hot folios were demoted`);
  assert.ok(rig.lists.size(0, LruList.ActiveAnon) > 0);
});

test('without a demotion target anonymous folios stay, and kswapd gives up after sixteen rounds', () => {
  const rig = new Rig(4096, 4096, { targets: [] });
  const heads = rig.fill();
  assert.equal(rig.kswapd.wakeup(0), true);
  rig.run();
  assert.equal(rig.kswapd.sleeping, true);
  assert.equal(rig.kswapd.failures, 16);
  assert.equal(rig.kswapd.rounds, 16);
  assert.equal(rig.demoted.length, 0);
  assert.equal(rig.lists.size(0, LruList.InactiveAnon), heads.length);
  assert.equal(rig.kswapd.wakeup(0), false, 'a hopeless node is left alone');
});

test('a full target: folios come back to the active list, and nobody loses a page', () => {
  const rig = new Rig(4096, 256);
  const heads = rig.fill();
  assert.equal(rig.kswapd.wakeup(0), true);
  rig.run();
  assert.equal(rig.kswapd.sleeping, true);
  assert.ok(rig.demoted.length > 200 && rig.demoted.length < 256 - 20, `${rig.demoted.length}`);
  const there = heads.filter((head) => (rig.machine.frames.get(head) & (KIND_MASK | FOLIO | LRU | ISOLATED)) === (USED | FOLIO | LRU));
  assert.equal(there.length + rig.demoted.length, heads.length);
  assert.equal(rig.lists.size(0, LruList.InactiveAnon) + rig.lists.size(0, LruList.ActiveAnon), there.length);
});

test('clean file folios are dropped where nothing can be demoted; dirty ones stay', () => {
  const rig = new Rig(8192, 1024, { targets: [] });
  const dirty = rig.fill(1000, 0, FILE | DIRTY), clean = rig.fill(Infinity, 0, FILE);
  assert.equal(rig.kswapd.wakeup(0), true);
  rig.run();
  rig.a.drainPages();
  assert.ok(rig.free0 > 400, `${rig.free0}`);
  assert.ok(rig.dropped.length > 0 && rig.dropped.every((head) => clean.includes(head)));
  assert.ok(dirty.every((head) => (rig.machine.frames.get(head) & LRU) !== 0));
  assert.equal(rig.machine.frames.get(rig.dropped[0]) & KIND_MASK, FREE);
});

test('large folios count as all their pages', () => {
  const rig = new Rig(16_384, 32_768);
  const heads = rig.fill(Infinity, 4);
  assert.equal(rig.lists.size(0, LruList.InactiveAnon), heads.length * 16);
  assert.equal(rig.kswapd.wakeup(0), true);
  rig.run();
  rig.lru.drainAll();
  assert.equal(rig.kswapd.demoted, rig.demoted.length * 16);
  assert.equal(rig.lists.size(1, LruList.InactiveAnon), rig.demoted.length * 16);
  assert.equal(rig.a.verify(), undefined);
});

test('LRU pages of first occupancy are the oldest; what is gone from them is passed over', () => {
  const rig = new Rig(8192, 32_768);
  const nobodys = rig.fill(3000);
  for (const head of nobodys) rig.lists.forget(head);
  const start = Math.min(...nobodys);
  rig.lists.seed(0, start, 3000);
  const later = rig.fill();
  rig.machine.frames.update(start + 2999, 1, LRU, ISOLATED);
  assert.equal(rig.kswapd.wakeup(0), true);
  rig.run();
  assert.ok(rig.demoted.length > 0);
  assert.ok(rig.demoted.every((head) => !later.includes(head)), 'none of the later ones');
  assert.ok(!rig.demoted.includes(start + 2999));
});

test('lists keep their order and their counts under random adding, isolating and freeing', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 100_000 }), (seed) => {
    const rng = new Prng(seed, 'lists');
    const machine = machineOf([node(2048), node(2048)]);
    const { frames } = machine;
    const lists = new LruLists(frames, 2);
    const model: number[][] = [[], [], [], [], [], [], [], []];
    const where = (head: number): number[] | undefined => model.find((l) => l.includes(head));
    for (let i = 0; i < 600; i++) {
      const head = rng.draw(4096);
      const what = rng.draw(4);
      const listed = where(head);
      if (listed !== undefined && what < 2) {
        listed.splice(listed.indexOf(head), 1);
        if (what === 0) lists.remove(head);
        else lists.forget(head);
      } else if (listed === undefined) {
        const active = rng.draw(2) === 1, file = rng.draw(2) === 1;
        frames.set(head, USED | FOLIO | LRU | (file ? FILE : 0));
        lists.setActive(head, active);
        lists.add(head);
        model[Math.floor(head / 2048) * 4 + (file ? 2 : 0) + (active ? 1 : 0)].unshift(head);
      }
      if (what === 3) {
        const at = rng.draw(8);
        const oldest = model[at].pop() ?? -1;
        assert.equal(lists.takeOldest(at >> 2, (at & 3) as LruList), oldest);
      }
      model.forEach((l, at) => { assert.equal(lists.size(at >> 2, (at & 3) as LruList), l.length); });
    }
  }), { numRuns: 30 });
});

test('the same calls demote the same pages', () => {
  const run = (): number[] => {
    const rig = new Rig(8192, 32_768);
    const heads = rig.fill();
    for (let i = 0; i < heads.length; i += 3) rig.touched.add(heads[i]);
    rig.kswapd.wakeup(0);
    rig.run();
    return [...rig.demoted, rig.nowPs];
  };
  assert.deepEqual(run(), run());
});
