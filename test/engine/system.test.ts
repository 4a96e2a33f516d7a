/** Machines with programs: one digest however they are run, the checkers quiet, and what the mechanisms dictate. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Cause } from '../../src/engine/cost/ledger';
import { defaultCosts } from '../../src/engine/cost/table';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import type { WorldSpec } from '../../src/engine/spec';
import { PS_PER_MS, PS_PER_S } from '../../src/engine/types';
import { programWorld, shares } from './programs';

function world(spec: WorldSpec): World {
  const built = buildWorld(spec);
  assert.ok(built.ok, built.ok ? '' : built.text);
  return built.world;
}

function runTo(w: World, ps: number): World {
  while (w.run(ps, 1_000_000, 'time') === 'budget');
  return w;
}

const sum = (w: World, name: Parameters<World['rec']['of']>[1]): number => w.machine.nodes.reduce((n, node) => n + w.rec.of(node.nid, name), 0);

function nodes(w: World, process = 0, vma = 0): Map<number, number> {
  const units = w.system?.spec.processes[process].vmas[vma].pages ?? 0;
  const into = new Int16Array(units);
  w.system?.nodesOf(process, vma, into);
  const counts = new Map<number, number>();
  for (const nid of into) counts.set(nid, (counts.get(nid) ?? 0) + 1);
  return counts;
}

test('synchronous balancing brings every page to the node of its worker', () => {
  const w = runTo(world(programWorld('sync', 3, [shares(1024, [1, 2], 1)])), 5 * PS_PER_S);
  assert.deepEqual(w.system?.violations(), []);
  assert.equal(sum(w, 'pgpromote_success'), 0);
  const at = nodes(w);
  assert.ok((at.get(1) ?? 0) >= 500 && (at.get(2) ?? 0) >= 500, JSON.stringify([...at]));
  assert.equal(sum(w, 'numa_pages_migrated'), sum(w, 'pgmigrate_success'));
});

test('kmigrated as posted moves whole batches to one of several targets (D2) and counts promotions (D15)', () => {
  const w = runTo(world(programWorld('kmigrated-v1', 4, [shares(4096, [1, 2, 3], 1)])), 3 * PS_PER_S);
  assert.deepEqual(w.system?.violations(), []);
  assert.equal(sum(w, 'pgpromote_success'), sum(w, 'numa_pages_migrated'));
  assert.ok(sum(w, 'pages_wrong') > sum(w, 'pages_right') / 2, 'interleaved targets go wrong');
  assert.equal(sum(w, 'numa_hint_faults'), sum(w, 'marks_set'));
  assert.ok((w.system?.peakUnmapped() ?? 0) <= 4 * 512, '512 a thread');
});

test('without a migrator nothing moves and nobody scans', () => {
  const w = runTo(world(programWorld('none', 2, [shares(512, [1], 1)])), 2 * PS_PER_S);
  assert.equal(sum(w, 'numa_pte_updates') + sum(w, 'numa_pages_migrated'), 0);
});

test('the ledger of every CPU sums to the time that has passed on it', () => {
  for (const migrator of ['sync', 'kmigrated-v1'] as const) {
    const w = runTo(world(programWorld(migrator, 3, [shares(1024, [1, 2], 1)])), 8 * PS_PER_S);
    const ledger = w.system?.ledgerAt(8 * PS_PER_S) ?? assert.fail();
    for (let cpu = 0; cpu < ledger.cpus; cpu++) assert.ok(ledger.ofCpu(cpu) >= 8 * PS_PER_S && ledger.ofCpu(cpu) <= 8 * PS_PER_S + PS_PER_MS, `CPU ${cpu}: ${ledger.ofCpu(cpu)}`);
    assert.ok(ledger.total(migrator === 'sync' ? Cause.InlineMigration : Cause.KthreadMigrate) > 0);
  }
});

/** A walk that visits few PFNs a second, so that literal runs end soon. */
const slow = 400_000;
const SLOW_WALK = { ...defaultCosts(), walkHolePs: slow, walkOfflinePs: slow, walkForeignPs: slow, walkNonLruPs: slow, walkLruPs: 3 * slow };

const specs = fc.record({
  migrator: fc.constantFrom('sync' as const, 'kmigrated-v1' as const),
  nodes: fc.integer({ min: 2, max: 4 }),
  pages: fc.integer({ min: 30, max: 1500 }),
  nap: fc.integer({ min: 0, max: 3 }),
  preemption: fc.constantFrom('none' as const, 'voluntary' as const, 'full' as const),
  tlb: fc.constantFrom('ipi' as const, 'invlpgb' as const, 'arm64' as const),
  order: fc.constantFrom(0, 0, 2, 4, 9),
  pmd: fc.boolean(),
  pinned: fc.constantFrom(0, 0.2), locked: fc.constantFrom(0, 0.2), writeback: fc.constantFrom(0, 0.2),
  think: fc.constantFrom(0, 100_000),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

type Drawn = typeof specs extends fc.Arbitrary<infer T> ? T : never;

function drawn(d: Drawn): WorldSpec {
  const targets = Array.from({ length: d.nodes - 1 }, (_, i) => i + 1);
  const pages = d.order === 9 ? d.pages * 4 : d.pages;
  const process = shares(pages, targets, d.nap, {
    order: d.order, pmdMapped: d.pmd && d.order === 9, pinnedShare: d.pinned, lockedShare: d.locked, writebackShare: d.writeback,
  }, d.think);
  return { ...programWorld(d.migrator, d.nodes, [process], { preemption: d.preemption, tlb: d.tlb, kthread: { nice: 0, cpu: 1 } }, 2), seed: d.seed, costs: SLOW_WALK };
}

test('random programs: the checkers find nothing', () => {
  fc.assert(fc.property(specs, (d) => {
    const w = runTo(world(drawn(d)), 1.1 * PS_PER_S);
    assert.deepEqual(w.system?.violations(), []);
  }), { numRuns: 25, seed: 20250616 });
});

test('straight, sliced, literal and switched runs of a machine with programs have one digest', () => {
  fc.assert(fc.property(specs, fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 3, maxLength: 8 }), (d, cuts) => {
    const end = 0.9 * PS_PER_S;
    const digest = runTo(world(drawn(d)), end).rec.trace.digest();
    const sliced = world(drawn(d));
    let at = 0;
    for (const ms of cuts) {
      at = Math.min(end, at + ms * PS_PER_MS);
      while (sliced.run(at, 137, 'time') === 'budget');
    }
    assert.equal(runTo(sliced, end).rec.trace.digest(), digest, 'sliced');
    const literal = world(drawn(d));
    literal.setLiteral(true, false);
    assert.equal(runTo(literal, end).rec.trace.digest(), digest, 'literal');
    const switched = world(drawn(d));
    runTo(switched, 0.4 * PS_PER_S);
    switched.setLiteral(true, true);
    runTo(switched, 0.6 * PS_PER_S);
    switched.setLiteral(false, false);
    assert.equal(runTo(switched, end).rec.trace.digest(), digest, 'switched');
  }), { numRuns: 12, seed: 1 });
});
