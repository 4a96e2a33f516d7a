/** Each repair of kmigrated v1 that marks alone can show: the defect without it, and gone with it. */

import test from 'node:test';
import assert from 'node:assert/strict';
import type { CounterName } from '../../src/engine/observe/counters';
import { FOLIO, LRU } from '../../src/engine/machine/pagestate';
import type { MachineSpec } from '../../src/engine/machine/spec';
import { Point } from '../../src/engine/observe/points';
import { ALL_V1_REPAIRS } from '../../src/engine/designs/kmigrated-v1-repairs';
import { KMIGRATED_V1_DEFAULTS, type KmigratedV1Options, type V1Repair, type WorldSpec } from '../../src/engine/spec';
import { defaultCosts } from '../../src/engine/cost/table';
import type { World } from '../../src/engine/sim/world';
import { type Nid, PS_PER_MS, PS_PER_S, type SimTimePs } from '../../src/engine/types';
import type { RegionSpec } from '../../src/engine/workload/spec';
import { AddPfn } from '../../src/engine/workload/producer';
import { burst, rowOfNodes } from './specs';
import { worldOf } from './worlds';

const REGION: RegionSpec = { name: 'app', nid: 0 as Nid, pages: 4096, order: 0 };

interface Set {
  readonly machine?: MachineSpec;
  readonly region?: Partial<RegionSpec>;
  readonly options?: Partial<KmigratedV1Options>;
  readonly seconds?: number;
}

/** `count` pages of node 0 are asked for by targets in turn, at 0.1 s. */
function specOf(repairs: readonly V1Repair[], count: number, targets: readonly number[], more: Set = {}): WorldSpec {
  return {
    name: 'repairs', machine: more.machine ?? rowOfNodes(4, 32_768), regions: [{ ...REGION, ...more.region }], workload: count === 0 ? [] : [burst(count, targets)],
    design: { ...KMIGRATED_V1_DEFAULTS, ...more.options, repairs }, costs: defaultCosts(), seed: 1, durationPs: ((more.seconds ?? 3) * PS_PER_S) as SimTimePs,
  };
}

function to(world: World, ms: number): World {
  while (!['time', 'done'].includes(world.run(ms * PS_PER_MS, Infinity, 'time')));
  return world;
}

const ran = (repairs: readonly V1Repair[], count: number, targets: readonly number[], more: Set = {}): World => {
  const spec = specOf(repairs, count, targets, more);
  return to(worldOf(spec), spec.durationPs / PS_PER_MS);
};
const sum = (w: World, name: CounterName): number => w.machine.nodes.reduce((n, node) => n + w.rec.of(node.nid, name), 0);

/** [node, folios] of every batch of node 0. */
function batches(w: World): number[][] {
  const found: number[][] = [];
  for (let n = 0; n < w.rec.trace.total; n++) {
    const r = w.rec.trace.get(n);
    if (r.point === Point.BatchBegin && r.actor === 0) found.push([r.a, r.b]);
  }
  return found;
}

/** First PFN of the region, which lies lowest in the free part of node 0. */
function firstPfn(w: World): number {
  const { frames } = w.machine;
  for (let pfn = 0; pfn < frames.pfns; pfn++) if ((frames.get(pfn) & (FOLIO | LRU)) === (FOLIO | LRU) && pfn % 512 === 0) return pfn;
  return assert.fail('no region');
}

function mark(w: World, pfn: number, nid: number): void {
  const add = new AddPfn(w.machine, w.spec.costs, w.rec, -1);
  add.begin(pfn, nid);
  while (add.pc !== -1) add.step(w.nowPs);
  w.disturb();
  w.rec.count(0, 'marks_set', 1);
}

test('D1: a request for node 9 goes to node 1, and with the mask to node 9', () => {
  const machine = rowOfNodes(10, 8192);
  const posted = ran([], 300, [9], { machine }), repaired = ran(['D1'], 300, [9], { machine });
  assert.deepEqual([sum(posted, 'pages_right'), sum(posted, 'pages_wrong')], [0, 300]);
  assert.deepEqual(batches(posted).at(-1), [1, 300]);
  assert.deepEqual([sum(repaired, 'pages_right'), sum(repaired, 'pages_wrong')], [300, 0]);
  assert.deepEqual(batches(repaired).at(-1), [9, 300]);
});

test('D2: three interleaved targets are misrouted after an empty flush; repaired, every batch is of one target, none is empty', () => {
  const posted = ran([], 2000, [1, 2, 3]), repaired = ran(['D2'], 2000, [1, 2, 3]);
  assert.ok(sum(posted, 'pages_wrong') > 1000);
  assert.deepEqual(batches(posted)[0], [-1, 0]);
  assert.deepEqual([sum(repaired, 'pages_right'), sum(repaired, 'pages_wrong'), sum(repaired, 'batches_empty')], [2000, 0, 0]);
  assert.ok(batches(repaired).every(([, n]) => n === 1), 'neighbours ask for different nodes: the fix has its own price (A.4)');
  assert.deepEqual(batches(ran(['D2'], 1500, [1])), [[1, 512], [1, 512], [1, 476]]);
});

test('per-target lists: interleaved targets are batched, each to its own node', () => {
  const w = ran(['per-target-lists'], 2000, [1, 2, 3]);
  assert.deepEqual([sum(w, 'pages_right'), sum(w, 'pages_wrong'), sum(w, 'batches_empty')], [2000, 0, 0]);
  assert.deepEqual(batches(w), [[1, 512], [2, 512], [3, 512], [1, 155], [2, 155], [3, 154]]);
});

test('D4: a mark waits for the end of the sleep; repaired, it wakes the thread', () => {
  const at = (w: World): number => {
    for (let n = 0; n < w.rec.trace.total; n++) if (w.rec.trace.get(n).point === Point.BatchMove) return w.rec.trace.get(n).timePs / PS_PER_MS;
    return assert.fail('nothing moved');
  };
  assert.ok(at(ran([], 10, [1])) > 900);
  const repaired = ran(['D4'], 10, [1]);
  assert.ok(at(repaired) < 102, `${at(repaired)} ms`);
  assert.ok(sum(repaired, 'worker_wakeups') >= 1);
  assert.equal(sum(ran([], 10, [1]), 'worker_wakeups'), 0);
});

test('D5: an idle machine is walked every second; repaired, never', () => {
  assert.ok(sum(ran([], 0, []), 'passes') >= 8);
  assert.equal(sum(ran(['D5'], 0, []), 'passes'), 0);
  assert.equal(sum(ran(['D5'], 10, [1]), 'folios_moved'), 10);
});

test('D5, D6: a request whose folio is off the LRU during the walk is not forgotten', () => {
  for (const repairs of [['D5'], ['D6'], ['D5', 'D6']] as const) {
    const w = worldOf(specOf(repairs, 0, [], { seconds: 6 }));
    const pfn = firstPfn(w);
    const { frames } = w.machine;
    frames.set(pfn, frames.get(pfn) & ~LRU);
    mark(w, pfn, 1);
    to(w, 1500);
    assert.equal(sum(w, 'marks_consumed'), 0);
    frames.set(pfn, frames.get(pfn) | LRU);
    to(w, 4000);
    assert.equal(sum(w, 'pages_right'), 1, repairs.join(','));
  }
});

test('D6: one mark costs a walk of the node; repaired, of its section', () => {
  const machine = rowOfNodes(2, 6 * 32_768);
  const pass = (repairs: readonly V1Repair[]): number => {
    const w = ran(repairs, 1, [1], { machine, seconds: 1.5 });
    assert.equal(sum(w, 'folios_moved'), 1);
    return w.rec.of(0, 'pfns_visited');
  };
  assert.equal(pass([]), 6 * 32_768);
  assert.equal(pass(['D6']), 32_768);
});

test('D6: two zones of a node that share a section are both walked', () => {
  const row = rowOfNodes(2, 40_000);
  const split = (z: MachineSpec['nodes'][number]['zones'][number]): typeof z[] => {
    const cut = { spannedPages: 20_000, presentPages: 20_000, managedPages: 20_000, freePages: 15_000, lruPages: 2000 };
    return [{ ...z, ...cut, idx: 1 }, { ...z, ...cut, startPfn: (z.startPfn + 20_000) as typeof z.startPfn }];
  };
  const machine = { ...row, nodes: row.nodes.map((n) => ({ ...n, zones: n.zones.flatMap(split) })) };
  for (const repairs of [[], ['D6'], ['D5', 'D6']] as const) assert.equal(sum(ran(repairs, 1000, [1], { machine }), 'pages_right'), 1000, repairs.join(','));
});

test('D7: a prepare that fails loses the request; repaired, it is tried again when the reason is gone', () => {
  for (const repairs of [[], ['D7']] as const) {
    const w = worldOf(specOf(repairs, 20, [1], { region: { file: 'dirty' }, seconds: 6 }));
    to(w, 2000);
    assert.equal(sum(w, 'folios_moved'), 0);
    assert.equal(w.machine.frames.ready.count, repairs.length === 0 ? 0 : 20);
    const { frames } = w.machine;
    for (let pfn = 0; pfn < 32_768; pfn++) if (frames.ready.has(pfn)) frames.set(pfn, frames.get(pfn) & ~(1 << 15));
    to(w, 5000);
    assert.equal(sum(w, 'pages_right'), repairs.length === 0 ? 0 : 20);
    assert.equal(sum(w, 'marks_lost_prepare'), repairs.length === 0 ? 20 : 0);
  }
});

test('D8: a mark outlives its page and moves whoever comes next; repaired, it goes with the page', () => {
  for (const repairs of [[], ['D8']] as const) {
    const w = worldOf(specOf(repairs, 0, []));
    const pfn = firstPfn(w);
    const { frames } = w.machine;
    const state = frames.get(pfn);
    mark(w, pfn, 1);
    frames.freeFolio(pfn, 0, 0);
    frames.set(pfn, state);
    to(w, 2900);
    assert.equal(sum(w, 'folios_moved'), repairs.length === 0 ? 1 : 0);
    assert.equal(sum(w, 'marks_cleared'), repairs.length);
  }
});

test('D11: a producer between the two atomics leaves READY with node 7, and the thread dies; repaired, there is no such moment', () => {
  const race = (repairs: readonly V1Repair[]): World => {
    const w = worldOf(specOf(repairs, 0, []));
    const pfn = firstPfn(w);
    const [thread] = w.threads;
    mark(w, pfn, 1);
    const second = new AddPfn(w.machine, w.spec.costs, w.rec, -1);
    // a fault that finds the page well placed (D3): the consumer takes the own node and leaves the page where it is
    second.begin(pfn, 0);
    const between: readonly number[] = [Point.GetReadWord, Point.WalkOwn];
    while (!between.includes(thread.pc)) assert.equal(w.run(2900 * PS_PER_MS, 1, 'time'), 'budget');
    second.step(w.nowPs);
    // the consumer goes on with what it finds, then the producer does
    while (between.includes(thread.pc) || thread.pc === Point.GetCmpxchg) w.run(2900 * PS_PER_MS, 1, 'time');
    while (second.pc !== -1) second.step(w.nowPs);
    w.disturb();
    return to(w, 2900);
  };
  assert.equal(race([]).rec.byPoint[Point.Oops], 1);
  const repaired = race(['D11']);
  assert.equal(repaired.rec.byPoint[Point.Oops], 0);
  assert.ok(sum(repaired, 'pages_right') >= 1);
});

test('D12, D13: a walk without candidates has no reschedule, and what it isolates waits for the end of the zone; repaired, both come a section', () => {
  const machine = rowOfNodes(2, 6 * 32_768);
  // the marks of a sequence lie in section 0; two more lie in the last one
  const end = (repairs: readonly V1Repair[]): World => {
    const w = to(worldOf(specOf(repairs, 10, [1], { machine, region: { pages: 5 * 32_768 }, seconds: 1.5 })), 200);
    const { frames } = w.machine;
    let pfn = 6 * 32_768 - 1;
    while ((frames.get(pfn) & (FOLIO | LRU)) !== (FOLIO | LRU)) pfn--;
    mark(w, pfn, 1);
    mark(w, pfn - 1, 1);
    return to(w, 1500);
  };
  const sizes = (w: World): number[] => batches(w).map(([, n]) => n).filter((n) => n > 0);
  assert.deepEqual(sizes(end([])), [12]);
  assert.deepEqual(sizes(end(['D13'])), [10, 2]);
  assert.equal(sum(ran([], 0, [], { machine, seconds: 1.2 }), 'cond_resched'), 0);
  assert.equal(sum(ran(['D12'], 0, [], { machine, seconds: 1.2 }), 'cond_resched'), 12);
});

test('D14: a batch takes its target below the high watermark; repaired, it stops above it', () => {
  const row = rowOfNodes(2, 16_384);
  const machine = { ...row, nodes: row.nodes.map((n) => (n.nid === 1 ? { ...n, zones: n.zones.map((z) => ({ ...z, freePages: 300 })) } : n)) };
  const free = (repairs: readonly V1Repair[]): number => {
    const w = ran(repairs, 400, [1], { machine });
    return w.machine.frames.freeOf(w.machine.nodeData(1)?.zones[0].ownerId ?? -1);
  };
  assert.ok(free([]) < 150, `${free([])}`);
  assert.ok(free(['D14']) >= 150 && free(['D14']) < 160, `${free(['D14'])}`);
});

test('D15: moves between nodes of one tier count as promotions; repaired, only those into the top tier', () => {
  assert.equal(sum(ran([], 100, [1]), 'pgpromote_success'), 100);
  assert.equal(sum(ran(['D15'], 100, [1]), 'pgpromote_success'), 0);
  const row = rowOfNodes(2, 32_768);
  const machine = { ...row, nodes: row.nodes.map((n) => (n.nid === 0 ? { ...n, cpus: [] } : n)) };
  const up = ran(['D15'], 100, [1], { machine });
  assert.deepEqual([sum(up, 'pgpromote_success'), sum(up, 'numa_pages_migrated')], [100, 100]);
});

test('D17: requests that are too old when their turn comes are dropped', () => {
  const options = { maxAgeMs: 500 };
  assert.equal(sum(ran([], 100, [1], { options }), 'folios_moved'), 100);
  const repaired = ran(['D17'], 100, [1], { options });
  assert.deepEqual([sum(repaired, 'folios_moved'), sum(repaired, 'lost_age')], [0, 100]);
  assert.equal(sum(ran(['D17'], 100, [1]), 'folios_moved'), 100);
});

test('D18: a burst moves in one walk; repaired, so much a second and target, and with D7 the rest later', () => {
  const options = { rateLimitMBps: 1 };
  assert.equal(sum(ran([], 1000, [1], { options }), 'folios_moved'), 1000);
  const repaired = ran(['D18'], 1000, [1], { options });
  assert.deepEqual([sum(repaired, 'folios_moved'), sum(repaired, 'lost_rate')], [256, 744]);
  const later = ran(['D7', 'D18'], 1000, [1], { options, seconds: 8 });
  assert.deepEqual([sum(later, 'folios_moved'), sum(later, 'lost_rate')], [1000, 0]);
});

test('D21: a thread for every node with memory; repaired, for the lower tier only, where there is one', () => {
  const row = rowOfNodes(3, 8192);
  const machine = { ...row, nodes: row.nodes.map((n) => (n.nid === 2 ? { ...n, cpus: [] } : n)) };
  const nodes = (repairs: readonly V1Repair[], m: MachineSpec): number[] => worldOf(specOf(repairs, 0, [], { machine: m })).threads.map((t) => t.pgdat.nid);
  assert.deepEqual(nodes([], machine), [0, 1, 2]);
  assert.deepEqual(nodes(['D21'], machine), [2]);
  assert.deepEqual(nodes(['D21'], row), [0, 1, 2]);
  assert.ok(sum(ran(['D21'], 0, [], { machine }), 'passes') <= 3);
});

test('a large folio is visited page by page; repaired, once', () => {
  const visits = (repairs: readonly V1Repair[], order: number): number => {
    const w = ran(repairs, 10, [1], { region: { order }, seconds: 1.5 });
    assert.equal(sum(w, 'folios_moved'), 10);
    return w.rec.of(0, 'pfns_visited');
  };
  assert.equal(visits([], 4), 32_768);
  assert.equal(visits(['large-folio-step'], 4), 32_768 - (4096 / 16) * 15);
  assert.equal(visits(['large-folio-step'], 0), 32_768);
});

test('all repairs together: every request reaches its node soon, in full batches, and nothing is walked for nothing', () => {
  const machine = rowOfNodes(12, 65_536);
  const w = ran(ALL_V1_REPAIRS, 3000, [9, 10, 11], { machine });
  assert.deepEqual([sum(w, 'pages_right'), sum(w, 'pages_wrong'), sum(w, 'batches_empty'), sum(w, 'pgpromote_success')], [3000, 0, 0, 0]);
  assert.equal(w.rec.of(1, 'passes'), 0);
  assert.ok(w.rec.of(0, 'pfns_visited') <= 32_768 * w.rec.of(0, 'passes'));
  assert.equal(w.machine.frames.ready.count, 0);
});
