/** Demotion and page cache reclaim on page tables, and kswapd as a task. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { Cause, Ledger } from '../../src/engine/cost/ledger';
import { defaultCosts } from '../../src/engine/cost/table';
import type { Machine } from '../../src/engine/machine/machine';
import { FILE, ISOLATED, LRU, STORY_MASK, UNMAPPED } from '../../src/engine/machine/pagestate';
import { PageAllocator } from '../../src/engine/mm/alloc/allocator';
import { LruBatches } from '../../src/engine/mm/alloc/lrubatch';
import { Folios } from '../../src/engine/mm/folios';
import { PTE_NONE, PTE_PRESENT, PTE_STATE, PTE_WRITE } from '../../src/engine/mm/pte';
import { Demotion } from '../../src/engine/mm/reclaim/demotion';
import { Kswapd, SWAP_CLUSTER_MAX } from '../../src/engine/mm/reclaim/kswapd';
import { LruList, LruLists } from '../../src/engine/mm/reclaim/lrulists';
import { KswapdTask } from '../../src/engine/mm/reclaim/task';
import { ReverseMap, type Vma } from '../../src/engine/mm/vma';
import { RECORDER_LIMITS, Recorder } from '../../src/engine/observe/recorder';
import type { VmaSpec } from '../../src/engine/system/spec';
import { flatDistance, machineOf, node } from './alloc-machine';

const SPEC: VmaSpec = { name: 'heap', pages: 7000, content: 'anon', order: 0, pmdMapped: false, pinnedShare: 0, lockedShare: 0, writebackShare: 0 };

/** One process on node 0 (fast, 8192 pages) with one VMA; node 1 is slow. */
class Rig {
  readonly machine: Machine;
  readonly rec: Recorder;
  readonly rmap: ReverseMap;
  readonly lists: LruLists;
  readonly lru: LruBatches;
  readonly a: PageAllocator;
  readonly folios: Folios;
  readonly vma: Vma;
  readonly kswapd: Kswapd;
  flushes = 0;
  armed = 0;
  nowPs = 0;

  constructor(spec: Partial<VmaSpec>, slow: number, targets = [1]) {
    this.machine = machineOf([node(8192, 100, 200, 300), node(slow, 20, 40, 60)]);
    const { frames } = this.machine;
    this.rec = new Recorder(2, RECORDER_LIMITS);
    this.rmap = new ReverseMap(frames.pfns);
    this.a = new PageAllocator(this.machine, Int32Array.of(0), flatDistance(2));
    this.lists = new LruLists(frames, 2);
    this.lru = new LruBatches(frames, 1, {
      freeFolio: (cpu, head, order, story) => {
        this.lists.forget(head);
        this.a.free(cpu, head, order, story);
      },
      onLru: (head) => this.lists.add(head),
    });
    this.folios = new Folios(this.machine, defaultCosts(), this.rec, this.rmap, this.a, this.lru, { armed: () => undefined, restored: () => undefined, moved: () => undefined, topTier: (nid) => nid === 0 }, () => true);
    this.vma = this.rmap.addVma(0, 0, { ...SPEC, ...spec });
    const demotion = new Demotion(this.folios, this.lists, {
      cpuOf: () => 0, referenced: () => false, copied: () => undefined,
      shootdown: () => {
        this.flushes++;
        return 1_000_000;
      },
      armed: (_vma, _unit, units) => { this.armed += units; },
    }, SWAP_CLUSTER_MAX);
    this.kswapd = new Kswapd(this.machine.nodes[0], this.machine, this.a, this.lists, Int32Array.from(targets), demotion, { kswapdPagePs: 100_000 }, () => true);
    for (let unit = 0; unit < this.vma.units; unit++) this.touch(unit);
    this.lru.drainAll();
  }

  touch(unit: number): void {
    const head = this.a.alloc(0, 0, 0, 'user');
    if (this.vma.spec.content !== 'anon') this.machine.frames.update(head, 1, 0, FILE);
    this.vma.flags[unit] = PTE_PRESENT | PTE_WRITE;
    this.vma.pfn[unit] = head;
    this.rmap.set(head, this.vma, unit);
    this.lru.lruAdd(0, head);
  }

  /** The first allocation that fails above low wakes kswapd, as in the slow path. */
  run(): void {
    while (this.a.alloc(0, 0, 0, 'this-node') >= 0) { /* somebody else takes the rest */ }
    assert.equal(this.kswapd.wakeup(0), true);
    do this.nowPs += this.kswapd.step(this.nowPs); while (!this.kswapd.sleeping);
    this.lru.drainAll();
  }

  nid(unit: number): number {
    return this.machine.frames.owners.nid(this.vma.pfn[unit]);
  }

  /** Every mapped unit has its own folio, which is on the LRU and knows it. */
  check(): void {
    const { frames } = this.machine;
    const seen = new Set<number>();
    for (let unit = 0; unit < this.vma.units; unit++) {
      if ((this.vma.flags[unit] & PTE_STATE) === PTE_NONE) continue;
      const pfn = this.vma.pfn[unit];
      assert.equal(seen.has(pfn), false);
      seen.add(pfn);
      assert.equal(this.vma.flags[unit], PTE_PRESENT | PTE_WRITE);
      assert.equal(frames.get(pfn) & (LRU | ISOLATED | UNMAPPED), LRU);
      assert.equal(this.rmap.global(pfn), this.vma.firstUnit + unit);
    }
    assert.equal(this.a.verify(), undefined);
    assert.equal(this.folios.unmappedPages, 0);
  }
}

test('demotion moves the oldest pages of a program to the slow node, with one flush a step, and counts them', () => {
  const rig = new Rig({}, 32_768);
  rig.run();
  rig.check();
  const gone = Array.from({ length: rig.vma.units }, (_, unit) => rig.nid(unit)).filter((nid) => nid === 1).length;
  assert.ok(gone > 100, `${gone}`);
  assert.equal(rig.rec.of(0, 'pgdemote_kswapd'), gone);
  assert.equal(rig.kswapd.demoted, gone);
  assert.ok(rig.flushes >= gone / SWAP_CLUSTER_MAX && rig.flushes <= gone, `${rig.flushes} flushes`);
  for (let unit = 0; unit < gone; unit++) assert.equal(rig.nid(unit), 1, 'in the order of arrival');
  assert.equal(rig.machine.frames.get(rig.vma.pfn[0]) & STORY_MASK, 0);
  assert.equal(rig.lists.size(1, LruList.InactiveAnon), gone);
});

test('pinned, locked and written folios stay where they are', () => {
  const rig = new Rig({ pinnedShare: 0.2, lockedShare: 0.2, writebackShare: 0.2 }, 32_768);
  rig.run();
  rig.check();
  assert.ok(rig.kswapd.demoted > 100);
  for (let unit = 0; unit < rig.vma.units; unit++) if (rig.nid(unit) === 1) assert.equal(rig.folios.refusal(rig.vma.pfn[unit]), 0);
  assert.ok(rig.lists.size(0, LruList.ActiveAnon) > 0, 'they are activated');
});

test('a full slow node: what does not fit is mapped again', () => {
  const rig = new Rig({}, 150);
  rig.run();
  rig.check();
  assert.ok(rig.kswapd.demoted > 80 && rig.kswapd.demoted < 150, `${rig.kswapd.demoted}`);
  assert.equal(rig.kswapd.failures, 16);
});

test('clean page cache is dropped where there is no lower tier: entries are gone and the pages free', () => {
  const rig = new Rig({ content: 'file' }, 1024, []);
  rig.run();
  rig.check();
  const none = rig.vma.flags.filter((flags) => (flags & PTE_STATE) === PTE_NONE).length;
  assert.ok(none > 100, `${none}`);
  assert.deepEqual([rig.kswapd.dropped, rig.armed], [none, none]);
});

test('kswapd as a task: pays from its CPU, keeps the rest of a step when preempted, and ignores the timer of a nap that was cut short', () => {
  const rig = new Rig({}, 32_768);
  while (rig.a.alloc(0, 0, 0, 'this-node') >= 0) { /* the node runs low */ }
  const ledger = new Ledger(1, 1);
  const wakes: number[] = [], naps: number[] = [];
  const task = new KswapdTask(0, rig.kswapd, 0, { ledger, wake: (_t, timePs) => wakes.push(timePs), wakeAt: (_t, timePs) => naps.push(timePs) });
  task.wakeup(0, 5000);
  task.wakeup(0, 6000);
  assert.deepEqual(wakes, [5000], 'asked once');
  task.state = 'running';
  task.enter(7000);
  for (let i = 0; i < 10_000 && task.nextPs() === 7000; i++) task.step(7000);
  const due = task.nextPs();
  assert.ok(due > 7000);
  task.leave(8000);
  assert.equal(task.nextPs(), Infinity);
  task.enter(1_000_000);
  assert.equal(task.nextPs(), 1_000_000 + due - 8000);
  task.delay(500);
  assert.equal(task.nextPs(), 1_000_500 + due - 8000);
  task.charge(7000, 8000);
  assert.equal(ledger.byTask[Cause.Kswapd], 1000);
  while (task.state === 'running') task.step(task.nextPs());
  assert.equal(naps.length, 1);
  task.leave(naps[0] - 1);
  // woken before its time by a timer of an older nap
  task.state = 'running';
  task.enter(naps[0] - 1);
  task.step(naps[0] - 1);
  assert.equal(task.state, 'sleeping');
  assert.equal(naps.length, 1);
  task.leave(naps[0]);
  task.state = 'running';
  task.enter(naps[0]);
  task.step(naps[0]);
  assert.deepEqual([task.state, rig.kswapd.wakeAtPs, naps.length], ['sleeping', Infinity, 1]);
});
