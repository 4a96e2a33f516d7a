/** The page allocator: pages are conserved, watermarks hold, nodes are tried by distance, per-CPU lists have the kernel's sizes and give back what was freed last. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { FOLIO, FREE, KIND_MASK, LRU, NOEXT, STORY_LEFT, USED, orderOf } from '../../src/engine/machine/pagestate';
import type { Machine } from '../../src/engine/machine/machine';
import { PageAllocator } from '../../src/engine/mm/alloc/allocator';
import { Buddy } from '../../src/engine/mm/alloc/buddy';
import { PerCpuPages, pcpBatch } from '../../src/engine/mm/alloc/pcp';
import { fallbackOrders } from '../../src/engine/mm/alloc/zonelist';
import { Prng } from '../../src/engine/sim/prng';
import { flatDistance, machineOf, node, randomMachine } from './alloc-machine';

const cpusOf = (machine: Machine, each: number): Int32Array => Int32Array.from({ length: machine.nodeIds * each }, (_, cpu) => Math.floor(cpu / each));

/** Free blocks by zone and order. */
const lists = (machine: Machine, a: PageAllocator): number[][] => machine.frames.owners.table.map((_, owner) => Array.from({ length: 11 }, (_, order) => a.buddy.count(owner, order)));

test('pages are conserved under random allocation and freeing from many CPUs, and all merge again', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 100_000 }), (seed) => {
    const rng = new Prng(seed, 'alloc test');
    const machine = randomMachine(rng);
    const { frames } = machine;
    const cpuNode = cpusOf(machine, 2);
    const before = frames.owners.table.map((_, owner) => frames.freeOf(owner));
    const a = new PageAllocator(machine, cpuNode, flatDistance(machine.nodeIds));
    const blocks = lists(machine, a);
    const noext = (p: number): number => frames.get(p) & NOEXT;
    const held: { head: number; order: number }[] = [];
    const used = before.map(() => 0);
    for (let i = 0; i < 1500; i++) {
      const cpu = rng.draw(cpuNode.length);
      if (rng.draw(5) < 3) {
        const order = [0, 0, 0, 0, 1, 2, 3, 5, 9][rng.draw(9)];
        const nid = rng.draw(machine.nodeIds);
        if (a.nodeOrder(nid).length === 0) continue;
        const head = a.alloc(cpu, nid, order, rng.draw(3) === 0 ? 'this-node' : 'user');
        if (head < 0) continue;
        assert.equal(head % 2 ** order, 0, 'naturally aligned');
        for (let p = head; p < head + 2 ** order; p++) assert.equal(frames.get(p) & ~NOEXT, (USED | FOLIO) | (order << 7));
        held.push({ head, order });
        used[frames.owners.of(head)] += 2 ** order;
      } else if (held.length > 0) {
        const { head, order } = held.splice(rng.draw(held.length), 1)[0];
        const ext = noext(head);
        a.free(cpu, head, order, rng.draw(2) === 0 ? STORY_LEFT : 0);
        assert.equal(noext(head), ext, 'page_ext stays as it was');
        assert.equal(frames.get(head) & (FOLIO | LRU), 0);
        used[frames.owners.of(head)] -= 2 ** order;
      }
      if (rng.draw(200) === 0) a.drainPages(rng.draw(cpuNode.length));
      if (rng.draw(100) === 0) a.everySecond(rng.draw(cpuNode.length));
      if (i % 50 === 0) {
        before.forEach((pages, owner) => { assert.equal(frames.freeOf(owner) + a.pcpTotal(owner) + used[owner], pages); });
        assert.equal(a.verify(), undefined);
      }
    }
    const taken = new Set(held.flatMap(({ head, order }) => Array.from({ length: 2 ** order }, (_, i) => head + i)));
    assert.equal(taken.size, used.reduce((x, y) => x + y, 0), 'no page was given out twice');
    for (const { head, order } of held) a.free(0, head, order, 0);
    a.drainPages();
    assert.equal(a.verify(), undefined);
    assert.deepEqual(lists(machine, a), blocks, 'everything merged into the blocks of the begin');
  }), { numRuns: 40 });
});

test('the same calls give the same pages', () => {
  const run = (): number[] => {
    const machine = machineOf([node(5000), node(7000)], 300);
    const a = new PageAllocator(machine, cpusOf(machine, 2), flatDistance(2));
    const rng = new Prng(9, 'same');
    const out: number[] = [];
    for (let i = 0; i < 3000; i++) {
      if (rng.draw(3) > 0 || out.length === 0) out.push(a.alloc(rng.draw(4), rng.draw(2), 0, 'user'));
      else a.free(rng.draw(4), out.splice(rng.draw(out.length), 1)[0], 0, 0);
    }
    return out;
  };
  assert.deepEqual(run(), run());
});

test('an allocation asks for more free pages than the min watermark and the reserve, and only a refill of a per-CPU list may dip below', () => {
  const machine = machineOf([[{ idx: 1, pages: 4096, min: 100, low: 150, high: 200, reserve: 300 }, { idx: 2, pages: 8192, min: 120, low: 180, high: 240 }]]);
  const a = new PageAllocator(machine, Int32Array.of(0), [[10]]);
  const zones = machine.nodes[0].zones;
  const least = [Infinity, Infinity];
  let given = 0;
  for (let before = zones.map((z) => machine.frames.freeOf(z.ownerId)); ; before = zones.map((z) => machine.frames.freeOf(z.ownerId))) {
    const pfn = a.alloc(0, 0, 0, 'user');
    if (pfn < 0) break;
    given++;
    const slot = pfn < 4096 ? 0 : 1;
    const { minPages, lowmemReservePages } = zones[slot].spec;
    assert.ok(before[slot] > minPages + lowmemReservePages[3], `free ${before[slot]} in zone ${slot}`);
    least[slot] = Math.min(least[slot], machine.frames.freeOf(zones[slot].ownerId));
  }
  // a list takes at most high - count - batch pages in one go, and at least a batch
  for (const [slot, zone] of zones.entries()) {
    const lists = a.pcp(0, zone.ownerId);
    assert.ok(lists !== undefined);
    assert.ok(least[slot] >= zone.spec.minPages + zone.spec.lowmemReservePages[3] - Math.max(lists.high, lists.batch), `zone ${slot} fell to ${least[slot]}`);
  }
  assert.ok(given > 12_288 - 100 - 300 - 120 - 1200, `${given} pages were given out`);
});

test('zones of a node are tried from the highest down, and DMA32 keeps its reserve', () => {
  const machine = machineOf([[{ idx: 1, pages: 2048, min: 10, low: 20, high: 30, reserve: 500 }, { idx: 2, pages: 2048, min: 10, low: 20, high: 30 }, { idx: 3, pages: 2048, min: 10, low: 20, high: 30 }]]);
  const a = new PageAllocator(machine, Int32Array.of(0), [[10]]);
  const order: number[] = [];
  for (let pfn = a.alloc(0, 0, 0, 'user'); pfn >= 0; pfn = a.alloc(0, 0, 0, 'user')) {
    const zone = Math.floor(pfn / 2048);
    if (order.at(-1) !== zone) order.push(zone);
  }
  // down to the low watermarks first, Movable, Normal, DMA32; then to the min watermarks in the same order
  assert.deepEqual(order.slice(0, 3), [2, 1, 0]);
  assert.ok(machine.frames.freeOf(machine.nodes[0].zones[0].ownerId) > 400);
});

test('a user allocation goes to the nearest node when its own is low, wakes kswapd of all before it goes down to min, and then gives up', () => {
  const machine = machineOf([node(2048), node(2048), node(2048)]);
  const distance = [[10, 40, 20], [40, 10, 30], [20, 30, 10]];
  const a = new PageAllocator(machine, Int32Array.of(0, 1, 2), distance);
  assert.deepEqual([...a.nodeOrder(0)], [0, 2, 1]);
  assert.deepEqual([...a.nodeOrder(1)], [1, 2, 0]);
  const woken: number[] = [];
  a.wakeKswapd = (nid) => woken.push(nid);
  const seen: number[] = [];
  let wokenAt = -1, given = 0;
  for (let pfn = a.alloc(0, 0, 0, 'user'); pfn >= 0; pfn = a.alloc(0, 0, 0, 'user')) {
    given++;
    const nid = machine.frames.owners.nid(pfn);
    if (seen.at(-1) !== nid && seen.length < 3) seen.push(nid);
    if (woken.length > 0 && wokenAt < 0) wokenAt = given;
  }
  assert.deepEqual(seen, [0, 2, 1]);
  assert.deepEqual(woken.slice(0, 3), [0, 2, 1]);
  assert.ok(wokenAt > 3 * 1900, `kswapd was woken at page ${wokenAt}`);
});

test('a this-node allocation falls back to nobody and wakes nobody', () => {
  const machine = machineOf([node(2048), node(2048)]);
  const a = new PageAllocator(machine, Int32Array.of(0, 1), flatDistance(2));
  a.wakeKswapd = () => assert.fail('nobody is woken');
  let given = 0;
  for (let pfn = a.alloc(0, 1, 0, 'this-node'); pfn >= 0; pfn = a.alloc(0, 1, 0, 'this-node')) {
    assert.equal(machine.frames.owners.nid(pfn), 1);
    given++;
  }
  assert.ok(given > 1900 && given < 2048, `${given}`);
  assert.equal(machine.frames.freeOf(machine.nodes[0].zones[0].ownerId), 2048);
});

test('ties of distance go to the next higher node number first, and to nodes without CPUs', () => {
  const all = (): boolean => true;
  assert.deepEqual(fallbackOrders(4, all, all, flatDistance(4)).map((o) => [...o]), [[0, 1, 2, 3], [1, 2, 3, 0], [2, 3, 0, 1], [3, 0, 1, 2]]);
  assert.deepEqual([...fallbackOrders(3, all, (n) => n !== 2, flatDistance(3))[0]], [0, 2, 1]);
  assert.deepEqual([...fallbackOrders(3, (n) => n !== 1, all, flatDistance(3))[1]], [2, 0]);
});

test('batch and high of per-CPU lists are those of a real 6.12 kernel', () => {
  // zoneinfo of kernel-runs (6.12.117): batch by managed pages; 63 is the cap
  assert.deepEqual([118_146, 64_456, 53_634, 31_652, 3_840, 4_000_000].map(pcpBatch), [31, 15, 15, 7, 1, 63]);
  const zone = machineOf([[{ idx: 1, pages: 53_634, min: 212, low: 265, high: 318 }]]).nodes[0].zones[0];
  const none = { takeBlocks: () => -1, taken: 0, giveBlock: () => undefined };
  const one = new PerCpuPages(0, zone.spec, 1, { belowHigh: false, reclaimActive: false }, none);
  assert.deepEqual([one.batch, one.highMin, one.highMax], [15, 265, 6704], 'idle lists of that zone decay to high 265 in the file');
  const many = new PerCpuPages(0, zone.spec, 16, { belowHigh: false, reclaimActive: false }, none);
  assert.deepEqual([many.highMin, many.highMax], [60, 419], 'at least four batches');
});

test('a list is filled by batches that double, and a freed page is the next one given out', () => {
  const machine = machineOf([node(65_536, 200, 250, 300)]);
  const a = new PageAllocator(machine, Int32Array.of(0, 0), [[10]]);
  const { ownerId } = machine.nodes[0].zones[0];
  const first = a.alloc(0, 0, 0, 'user');
  assert.equal(first, 0, 'the lowest block comes first after boot');
  assert.equal(a.pcpCount(0, ownerId), 14);
  assert.equal(machine.frames.freeOf(ownerId), 65_536 - 15);
  for (let i = 1; i < 15; i++) assert.equal(a.alloc(0, 0, 0, 'user'), i, 'ascending');
  a.alloc(0, 0, 0, 'user');
  assert.equal(a.pcpCount(0, ownerId), 29, 'the second refill is twice as large');
  assert.equal(machine.frames.get(20) & KIND_MASK, USED, 'pages of a per-CPU list are not free');
  a.free(0, 7, 0, 0);
  a.free(0, 3, 0, 0);
  assert.equal(a.alloc(1, 0, 0, 'user') > 30, true, "another CPU has its own list");
  assert.deepEqual([a.alloc(0, 0, 0, 'user'), a.alloc(0, 0, 0, 'user')], [3, 7]);
});

test('a list that has grown beyond high gives its coldest pages back to the buddy', () => {
  const machine = machineOf([node(65_536, 200, 250, 300)]);
  const a = new PageAllocator(machine, Int32Array.of(0), [[10]]);
  const { ownerId } = machine.nodes[0].zones[0];
  const heads = Array.from({ length: 20_000 }, () => a.alloc(0, 0, 0, 'user'));
  let most = 0;
  for (const head of heads) {
    a.free(0, head, 0, 0);
    most = Math.max(most, a.pcpCount(0, ownerId));
  }
  const lists = a.pcp(0, ownerId);
  assert.ok(lists !== undefined && most <= lists.highMax, `${most}`);
  assert.equal(machine.frames.freeOf(ownerId) + a.pcpCount(0, ownerId), 65_536);
  assert.equal(machine.frames.get(heads[0]) & KIND_MASK, FREE, 'what was freed first is back');
  assert.equal(machine.frames.get(heads[19_999]) & KIND_MASK, USED);
  for (let s = 0; s < 200; s++) a.everySecond(0);
  assert.ok(a.pcpCount(0, ownerId) <= lists.highMin, 'and it shrinks with time');
});

test("a list of another node's zone that has become idle gives one batch back after three seconds, and keeps the rest", () => {
  const machine = machineOf([node(65_536, 200, 250, 300), node(65_536, 200, 250, 300)]);
  const a = new PageAllocator(machine, Int32Array.of(0, 1), flatDistance(2));
  const remote = machine.nodes[1].zones[0].ownerId;
  a.alloc(0, 1, 0, 'user');
  assert.equal(a.pcpCount(0, remote), 14);
  a.everySecond(0);
  a.everySecond(0);
  assert.equal(a.pcpCount(0, remote), 14);
  a.everySecond(0);
  assert.equal(a.pcpCount(0, remote), 0);
  for (let i = 0; i < 40; i++) a.alloc(0, 1, 0, 'user');
  const held = a.pcpCount(0, remote);
  assert.ok(held > 15);
  for (let s = 0; s < 9; s++) a.everySecond(0);
  assert.equal(a.pcpCount(0, remote), held - 15, 'the real lists of idle remote zones stay at 93 and 191 pages all through a run');
});

test('the smallest block that fits is taken, and the last one freed first', () => {
  const machine = machineOf([node(8192)]);
  const a = new PageAllocator(machine, Int32Array.of(0), [[10]]);
  const { ownerId } = machine.nodes[0].zones[0];
  const big = [a.alloc(0, 0, 5, 'user'), a.alloc(0, 0, 5, 'user'), a.alloc(0, 0, 5, 'user'), a.alloc(0, 0, 5, 'user')];
  assert.deepEqual(big, [0, 32, 64, 96]);
  a.free(0, 0, 5, 0);
  a.free(0, 64, 5, 0);
  assert.equal(a.buddy.count(ownerId, 5), 2);
  assert.equal(a.alloc(0, 0, 4, 'user'), 64);
  assert.equal(a.alloc(0, 0, 5, 'user'), 0);
  assert.equal(orderOf(machine.frames.get(64)), 4);
});

test('a run of blocks is what single blocks are, one after the other', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 100_000 }), (seed) => {
    const make = (): { buddy: Buddy; zones: number } => {
      const machine = randomMachine(new Prng(seed, 'runs'));
      return { buddy: new Buddy(machine.frames), zones: machine.frames.owners.table.length };
    };
    const one = make(), many = make();
    const rng = new Prng(seed, 'takes');
    const held: { owner: number; head: number; order: number }[] = [];
    for (let i = 0; i < 200; i++) {
      const owner = rng.draw(one.zones), order = rng.draw(4);
      if (rng.draw(3) === 0 && held.length > 0) {
        const { owner: zone, head, order: size } = held.splice(rng.draw(held.length), 1)[0];
        one.buddy.release(zone, head, size);
        many.buddy.release(zone, head, size);
        continue;
      }
      const head = many.buddy.takeRun(owner, order, 1 + rng.draw(90));
      if (head < 0) assert.equal(one.buddy.takeRun(owner, order, 1), -1);
      for (let n = 0; n < many.buddy.taken; n++) {
        assert.equal(one.buddy.takeRun(owner, order, 1), head + n * 2 ** order);
        held.push({ owner, head: head + n * 2 ** order, order });
      }
    }
    for (let owner = 0; owner < one.zones; owner++) for (let order = 0; order <= 10; order++) assert.equal(one.buddy.count(owner, order), many.buddy.count(owner, order));
  }), { numRuns: 30 });
});

test('huge pages have a per-CPU list of their own', () => {
  const machine = machineOf([node(65_536, 200, 250, 300)]);
  const a = new PageAllocator(machine, Int32Array.of(0), [[10]]);
  const { ownerId } = machine.nodes[0].zones[0];
  assert.equal(a.alloc(0, 0, 9, 'user'), 0);
  assert.equal(a.pcpCount(0, ownerId), 512, 'two at a time');
  a.free(0, 0, 9, 0);
  assert.equal(a.alloc(0, 0, 9, 'user'), 0);
  assert.equal(a.verify(), undefined);
});

test('a terabyte of free memory takes megabytes', () => {
  const machine = machineOf([node(2 ** 28, 4000, 5000, 6000)]);
  const a = new PageAllocator(machine, Int32Array.of(0), [[10]]);
  const { ownerId } = machine.nodes[0].zones[0];
  assert.equal(a.buddy.count(ownerId, 10), 2 ** 18);
  assert.equal(a.alloc(0, 0, 0, 'user'), 0);
  assert.ok(a.buddy.bytes() < 8 * 2 ** 20, `${a.buddy.bytes()} bytes`);
});
