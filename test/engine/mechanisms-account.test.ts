/** What adds up whatever runs: CPU time by cause and task, hint faults, marks, pages, and time that never runs back (issue 3, part 7), on random small machines. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { CAUSES, Cause } from '../../src/engine/cost/ledger';
import { KIND_MASK, OFFLINE, USED } from '../../src/engine/machine/pagestate';
import { PTE_NONE, PTE_STATE } from '../../src/engine/mm/pte';
import type { WorldSpec } from '../../src/engine/spec';
import type { Nid } from '../../src/engine/types';
import { Lab, MS } from './mechanisms-world';
import { programWorld, shares } from './programs';

const specs = fc.record({
  migrator: fc.constantFrom('none' as const, 'ideal' as const, 'sync' as const, 'kmigrated-v1' as const),
  nodes: fc.integer({ min: 2, max: 4 }),
  pages: fc.integer({ min: 40, max: 1500 }),
  order: fc.constantFrom(0, 0, 3, 9),
  pmd: fc.boolean(),
  preemption: fc.constantFrom('none' as const, 'voluntary' as const, 'full' as const),
  tlb: fc.constantFrom('ipi' as const, 'invlpgb' as const, 'arm64' as const),
  mode: fc.constantFrom(1 as const, 1 as const, 2 as const),
  refused: fc.constantFrom(0, 0.1),
  processes: fc.integer({ min: 1, max: 3 }),
  nice: fc.integer({ min: -5, max: 5 }),
  cpu: fc.integer({ min: 0, max: 1 }),
  /** When the test looks, ms; costs of unmap and move are such that a batch is often under way then. */
  endMs: fc.integer({ min: 300, max: 1600 }),
  seed: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
});

type Drawn = typeof specs extends fc.Arbitrary<infer T> ? T : never;

function worldOf(d: Drawn): WorldSpec {
  const targets = Array.from({ length: d.nodes - 1 }, (_, i) => i + 1);
  const vma = { order: d.order, pmdMapped: d.pmd && d.order === 9, pinnedShare: d.refused, lockedShare: d.refused, writebackShare: d.refused };
  const processes = Array.from({ length: d.processes }, (_, i) => shares(d.order === 9 ? d.pages * 2 : d.pages, targets, i + 1, vma, i * 50_000));
  const spec = programWorld(d.migrator, d.nodes, processes, {
    preemption: d.preemption, tlb: d.tlb, kthread: { nice: d.nice, cpu: d.cpu }, ...(d.mode === 2 ? { topTier: [1 as Nid] } : {}),
  }, 2);
  const { system } = spec;
  assert.ok(system !== undefined);
  return { ...spec, seed: d.seed, costs: { ...spec.costs, unmapFolioPs: MS / 4, remapFolioPs: MS / 4 }, system: { ...system, numaBalancing: { ...system.numaBalancing, mode: d.mode } } };
}

/** Pages of the machine in use, but those that per-CPU lists hold. */
function used(lab: Lab): number {
  const { frames, nodes } = lab.world.machine;
  const { lru, allocator } = lab.system.folios;
  lru.drainAll();
  let n = 0;
  for (let pfn = 0; pfn < frames.pfns; pfn++) if ((frames.get(pfn) & KIND_MASK) === USED) n++;
  for (const node of nodes) for (const zone of node.zones) n -= allocator.pcpTotal(zone.ownerId);
  return n;
}

test('time never runs back, and the ledger of every CPU sums to the time that has passed, at any time', () => {
  fc.assert(fc.property(specs, fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 5, maxLength: 12 }), (d, cuts) => {
    const lab = new Lab(worldOf(d));
    let before = 0;
    for (const ms of cuts) {
      const untilPs = before + ms * MS;
      // a few hundred single steps, the rest in one go
      for (let i = 0; i < 300; i++) {
        const end = lab.world.run(untilPs, 1, 'time');
        assert.ok(lab.world.nowPs >= before, `from ${before} back to ${lab.world.nowPs}`);
        before = lab.world.nowPs;
        if (end !== 'budget') break;
      }
      while (lab.world.run(untilPs, 100_000, 'time') === 'budget');
      before = untilPs;
      const ledger = lab.system.ledgerAt(untilPs);
      for (let cpu = 0; cpu < ledger.cpus; cpu++) assert.equal(ledger.ofCpu(cpu), Math.max(untilPs, lab.system.cpus.accountedPs(cpu)), `CPU ${cpu}`);
    }
  }), { numRuns: 40, seed: 7 });
});

test('what tasks paid, with idle time, is what CPUs paid; no cause is ever negative', () => {
  fc.assert(fc.property(specs, (d) => {
    const lab = new Lab(worldOf(d)).to(d.endMs);
    const { ledger } = lab.system;
    for (const row of [ledger.byCpu, ledger.byTask, ledger.waits]) assert.ok(row.every((ps) => ps >= 0));
    for (let cause = 0; cause < CAUSES; cause++) {
      if (cause === Cause.Idle) continue;
      let tasks = 0;
      for (let t = 0; t < ledger.tasks; t++) tasks += ledger.byTask[t * CAUSES + cause];
      const cpus = ledger.total(cause as Cause);
      // interrupts of an idle CPU are nobody's
      if (cause === Cause.ShootdownReceive || cause === Cause.TlbRefill) assert.ok(tasks <= cpus);
      else assert.equal(tasks, cpus, `cause ${cause}`);
    }
  }), { numRuns: 50, seed: 8 });
});

test('every hint fault is accounted once, every mark has one end, every isolated folio one fate', () => {
  fc.assert(fc.property(specs, (d) => {
    const lab = new Lab(worldOf(d));
    const { balancing } = lab.system;
    let told = 0;
    const real = balancing.account.bind(balancing);
    balancing.account = (...args) => {
      told++;
      real(...args);
    };
    lab.to(d.endMs);
    const open = lab.sum('numa_hint_faults') - told;
    const users = lab.system.tasks().filter((t) => t.kind === 'user').length;
    assert.ok(open >= 0 && open <= users, `${open} hint faults are not accounted`);
    const out = lab.sum('marks_set') - lab.sum('marks_overwritten') - lab.sum('marks_consumed');
    assert.ok(Math.abs(out - lab.world.machine.frames.ready.count) <= users);
    const fates = lab.sum('folios_moved') + lab.sum('marks_lost_migrate');
    const inHand = lab.world.threads.reduce((n, t) => n + t.list.length + (t.job.active ? t.job.list.length : 0) + (t.heldHead >= 0 ? 1 : 0), 0);
    assert.ok(lab.sum('folios_isolated') - fates <= inHand && lab.sum('folios_isolated') >= fates);
    if (d.migrator === 'none') assert.equal(lab.sum('numa_pte_updates'), 0);
    if (d.migrator === 'none' || d.migrator === 'ideal') assert.equal(lab.sum('numa_pages_migrated') + lab.sum('marks_set'), 0);
    if (d.migrator === 'sync') assert.equal(lab.sum('marks_set'), 0);
  }), { numRuns: 60, seed: 9 });
});

test('pages are conserved: what is in use is what was, what is mapped, what holds page tables, and what is being filled', () => {
  fc.assert(fc.property(specs, (d) => {
    const lab = new Lab(worldOf(d));
    const before = used(lab);
    lab.to(d.endMs);
    let mapped = 0, tables = 0;
    for (const process of lab.system.programs.processes) {
      for (const vma of process.vmas) {
        const ranges = new Set<number>();
        for (let u = 0; u < vma.units; u++) {
          if ((vma.flags[u] & PTE_STATE) === PTE_NONE) continue;
          mapped += vma.unitPages;
          ranges.add(Math.floor((u * vma.unitPages) / 512));
        }
        tables += ranges.size;
      }
    }
    // a folio under migration has a destination as well
    assert.equal(used(lab) - before, mapped + tables + lab.system.folios.unmappedPages);
    let pages = 0;
    const { frames } = lab.world.machine;
    for (let pfn = 0; pfn < frames.pfns; pfn++) if ((frames.get(pfn) & KIND_MASK) > OFFLINE) pages++;
    assert.equal(pages, frames.pfns);
  }), { numRuns: 60, seed: 10 });
});

test('accesses are conserved: a worker has made its rounds, whoever moves its pages', () => {
  const loops = (migrator: Drawn['migrator']): number => {
    const lab = new Lab(programWorld(migrator, 2, [shares(310, [1], 5)])).to(2000);
    const { accesses, localAccesses, latencyPs } = lab.system.progress();
    const rounds = lab.system.loops(0, 1);
    assert.ok(accesses >= 310 + rounds * 310 && accesses <= 310 + (rounds + 1) * 310, `${accesses} accesses in ${rounds} rounds`);
    assert.ok(localAccesses <= accesses && latencyPs > 0);
    return rounds;
  };
  const [none, sync, v1] = (['none', 'sync', 'kmigrated-v1'] as const).map(loops);
  assert.ok(Math.min(none, sync, v1) > 350);
});
