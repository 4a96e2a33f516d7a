/** The repairs of kmigrated v1 on a machine with programs: literal equals fast, the checkers stay quiet, and what only programs can show is gone. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { ALL_V1_REPAIRS, V1_REPAIRS } from '../../src/engine/designs/kmigrated-v1-repairs';
import { defaultCosts } from '../../src/engine/cost/table';
import { Prng } from '../../src/engine/sim/prng';
import type { V1Repair, WorldSpec } from '../../src/engine/spec';
import { NUMA_BALANCING_DEFAULTS, type VmaSpec } from '../../src/engine/system/spec';
import type { Nid } from '../../src/engine/types';
import { type Dictated, Lab, dictated, visitors } from './mechanisms-world';
import { anon, programWorld, shares } from './programs';
import { rowOfNodes } from './specs';

const withRepairs = (spec: WorldSpec, repairs: readonly V1Repair[]): WorldSpec => ({ ...spec, design: { ...spec.design, repairs } });

/** A walk that visits few PFNs a second, so that literal runs end soon. */
const slow = 400_000;
const SLOW_WALK = { ...defaultCosts(), walkHolePs: slow, walkOfflinePs: slow, walkForeignPs: slow, walkNonLruPs: slow, walkLruPs: 3 * slow };

/** A machine of a seed: folios of an order, pinned and locked ones, a preemption model. */
function drawn(seed: number, repairs: readonly V1Repair[]): WorldSpec {
  const rng = new Prng(seed, 'repaired machine');
  const nodes = 2 + rng.draw(3);
  const mapping: Partial<VmaSpec> = { order: [0, 0, 2, 4][rng.draw(4)], pinnedShare: rng.draw(2) * 0.2, lockedShare: rng.draw(2) * 0.2 };
  const process = shares(600 + rng.draw(1500), Array.from({ length: nodes - 1 }, (_, i) => i + 1), 0, mapping);
  const preemption = (['none', 'voluntary', 'full'] as const)[rng.draw(3)];
  const spec = programWorld('kmigrated-v1', nodes, [process], { preemption, kthread: { nice: 0, cpu: 1 } }, 2);
  return withRepairs({ ...spec, seed, costs: SLOW_WALK, design: { ...spec.design, delayMs: 50 + rng.draw(200), maxAgeMs: 50 + rng.draw(300), rateLimitMBps: 1 + rng.draw(5) } }, repairs);
}

/** Returns how many pages moved, so that nobody compares two empty runs. */
function sameBothWays(repairs: readonly V1Repair[], seed: number): number {
  const about = `seed ${seed} with ${repairs.join(',')}`;
  const fast = new Lab(drawn(seed, repairs)).to(900);
  const literal = new Lab(drawn(seed, repairs));
  literal.world.setLiteral(true, false);
  literal.to(900);
  assert.equal(literal.world.rec.trace.digest(), fast.world.rec.trace.digest(), about);
  assert.deepEqual(literal.world.rec.totals(), fast.world.rec.totals(), about);
  return fast.sum('pages_moved');
}

for (const [i, { id }] of V1_REPAIRS.entries()) {
  test(`${id} alone, programs: literal equals fast, the checkers find nothing`, () => {
    let moved = 0;
    for (let k = 0; k < 4; k++) moved += sameBothWays([id], 10 * i + k);
    assert.ok(moved > 0);
  });
}

test('all repairs and random sets of them, programs: literal equals fast, the checkers find nothing', () => {
  const rng = new Prng(5, 'sets');
  for (let i = 0; i < 8; i++) sameBothWays(ALL_V1_REPAIRS, 500 + i);
  for (let i = 0; i < 8; i++) sameBothWays(ALL_V1_REPAIRS.filter(() => rng.draw(2) === 0), 600 + i);
});

/** Pages of node 0, scanned at 100 ms, visited by the given CPU at 200 ms, walked at 300 ms. */
function once(repairs: readonly V1Repair[], cpu: number, mapping: Partial<VmaSpec> = {}, more: Dictated = {}): Lab {
  const process = visitors([anon(217, mapping)], { [cpu]: [{ atMs: 200 }] }, [0, 1]);
  return new Lab(withRepairs(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300], ...more }), repairs));
}

/** Two threads on CPUs of nodes 0 and 1 that sweep all of a mapping of node 0: half of the hint faults are well placed. */
const both = (repairs: readonly V1Repair[]): Lab => new Lab(withRepairs(programWorld('kmigrated-v1', 2, [shares(512, [0, 1], 0)]), repairs)).to(3000);

test('D3: well-placed pages are reported with their own node; repaired, they are not', () => {
  const posted = both([]), repaired = both(['D3']);
  assert.ok(posted.sum('marks_own_node') > 0);
  assert.equal(posted.sum('marks_set'), posted.sum('numa_hint_faults'));
  assert.equal(repaired.sum('marks_own_node'), 0);
  assert.ok(repaired.sum('marks_set') > 0 && repaired.sum('marks_set') < repaired.sum('numa_hint_faults'));
});

test('D26: a report costs the next store a fault; repaired, it does not', () => {
  assert.ok(once([], 1).to(400).sum('write_refaults') >= 217);
  assert.equal(once(['D26'], 1).to(250).sum('write_refaults'), 0);
});

test('D7: a folio that cannot be migrated loses its request; repaired, it keeps it', () => {
  const mapping = { pinnedShare: 1 };
  const posted = once([], 1, mapping).to(400), repaired = once(['D7'], 1, mapping).to(400);
  assert.equal(posted.world.machine.frames.ready.count, 0);
  assert.ok(posted.sum('marks_lost_migrate') > 0);
  assert.equal(repaired.sum('marks_lost_migrate'), 0);
  assert.ok(repaired.sum('marks_kept_migrate') > 0);
  assert.ok(repaired.world.machine.frames.ready.count >= repaired.sum('marks_kept_migrate'));
});

test('D16: the task never learns what came of its requests; repaired, it is told of moves and of failures', () => {
  const told = (repairs: readonly V1Repair[], mapping: Partial<VmaSpec>): { moved: number; failed: number; lab: Lab } => {
    const lab = once(repairs, 1, mapping);
    const counts = { moved: 0, failed: 0, lab };
    const feedBack = lab.system.balancing.feedBack.bind(lab.system.balancing);
    lab.system.balancing.feedBack = (task, pages, moved) => {
      counts[moved ? 'moved' : 'failed'] += pages;
      feedBack(task, pages, moved);
    };
    lab.to(400);
    return counts;
  };
  const posted = told([], {}), moved = told(['D16'], {}), failed = told(['D16'], { pinnedShare: 1 });
  assert.ok(posted.lab.sum('pages_moved') > 0);
  assert.deepEqual([posted.moved, posted.failed], [0, 0]);
  assert.deepEqual([moved.moved, moved.failed], [moved.lab.sum('pages_moved'), 0]);
  assert.equal(failed.moved, 0);
  assert.ok(failed.failed > 0 && failed.failed === failed.lab.sum('pgmigrate_fail'));
});

test('D20: the scenario may put kthreads anywhere; repaired, each runs near its node', () => {
  const cpus = (repairs: readonly V1Repair[]): number[] =>
    once(repairs, 1, {}, { kthread: { nice: 0, cpu: 1 } }).system.tasks().filter((t) => t.kind === 'kthread').map((t) => t.cpu);
  assert.deepEqual(cpus([]), [1, 1]);
  assert.deepEqual(cpus(['D20']), [0, 1]);
});

test('D21: in tiering mode only slow nodes get a thread; without tiering every node keeps its own', () => {
  const threads = (mode: 1 | 2): number[] => {
    const numaBalancing = { ...NUMA_BALANCING_DEFAULTS, mode };
    const spec = programWorld('kmigrated-v1', 3, [shares(64, [1], 1)], { numaBalancing, topTier: [0, 1] as Nid[] });
    return new Lab(withRepairs(spec, ['D21'])).to(100).world.threads.map((t) => t.pgdat.nid);
  };
  assert.deepEqual(threads(2), [2]);
  assert.deepEqual(threads(1), [0, 1, 2]);
});

test('D12: a walk without candidates keeps its CPU from end to end (M7); repaired, it offers it after every section', () => {
  const longest = (repairs: readonly V1Repair[]): number => {
    const spec = { ...programWorld('kmigrated-v1', 2, [shares(64, [0], 0)]), machine: rowOfNodes(2, 8 * 32_768) };
    return new Lab(withRepairs(spec, repairs)).to(3000).system.longestNoReschedPs();
  };
  assert.ok(longest(['D12']) < longest([]) / 4, `${longest(['D12'])} of ${longest([])} ps`);
});

test('D4: a wake-up ends the sleep on a machine with CPUs, and the timer of the sleep wakes nobody', () => {
  const lab = new Lab(withRepairs(programWorld('kmigrated-v1', 3, [shares(512, [1, 2], 0)]), ['D2', 'D3', 'D4', 'D5'])).to(5000);
  assert.ok(lab.sum('worker_wakeups') > 0);
  assert.ok(lab.sum('sleep_ps') >= 0);
  assert.ok(lab.sum('passes') >= lab.sum('worker_wakeups'));
  assert.equal(lab.world.rec.of(1, 'passes') + lab.world.rec.of(2, 'passes'), 0, 'nothing was asked of nodes 1 and 2');
});

test('all repairs together with programs: pages come to the nodes that asked, none goes wrong, and it beats the posted thread', () => {
  const at = (repairs: readonly V1Repair[]): Lab => new Lab(withRepairs(programWorld('kmigrated-v1', 4, [shares(4096, [1, 2, 3], 1)]), repairs)).to(5000);
  const posted = at([]), all = at(ALL_V1_REPAIRS);
  assert.equal(all.sum('pages_wrong') + all.sum('pgpromote_success') + all.sum('marks_own_node') + all.sum('batches_empty'), 0);
  assert.ok(posted.sum('pages_wrong') > 0);
  assert.ok(all.sum('pfns_visited') < posted.sum('pfns_visited') / 3, `${all.sum('pfns_visited')} of ${posted.sum('pfns_visited')}`);
  const local = (lab: Lab): number => lab.system.progress().localAccesses / lab.system.progress().accesses;
  assert.ok(local(all) > local(posted), `${local(all)} and ${local(posted)}`);
});
