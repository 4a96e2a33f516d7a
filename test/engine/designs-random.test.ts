/** Random machines under every deferred design of this family: nothing is left isolated, unmapped, waiting or uncounted, whatever is unmapped, preempted or full. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { CpuBuffers } from '../../src/engine/designs/cpu-buffers';
import { Kpromoted } from '../../src/engine/designs/kpromoted';
import type { CpuBufferOptions, DeferredOptions, KpromotedOptions, TaskWorkOptions } from '../../src/engine/designs/options';
import { TaskWork } from '../../src/engine/designs/task-work';
import { ISOLATED } from '../../src/engine/machine/pagestate';
import type { WorldSpec } from '../../src/engine/spec';
import type { Op, ProcessSpec, VmaSpec } from '../../src/engine/system/spec';
import { sums, until } from './designs-world';
import { Lab, dictated } from './mechanisms-world';
import { anon } from './programs';

const taskWork: fc.Arbitrary<TaskWorkOptions> = fc.record({ kind: fc.constant('task-work' as const), batchPages: fc.integer({ min: 1, max: 600 }), intervalMs: fc.integer({ min: 1, max: 1000 }) });
const kpromoted: fc.Arbitrary<KpromotedOptions> = fc.record({
  kind: fc.constant('kpromoted' as const), hashOrder: fc.integer({ min: 4, max: 12 }), delayMs: fc.integer({ min: 10, max: 1000 }), windowMs: fc.integer({ min: 10, max: 5000 }),
  threshold: fc.integer({ min: 1, max: 3 }), repairWindow: fc.boolean(),
});
const cpuBuffers: fc.Arbitrary<CpuBufferOptions> = fc.record({
  kind: fc.constant('cpu-buffers' as const), entries: fc.integer({ min: 15, max: 200 }), agedMs: fc.integer({ min: 1, max: 300 }), maxAgeMs: fc.constantFrom(0, 20, 2000),
  overflow: fc.constantFrom('sync' as const, 'drop-newest' as const, 'overwrite-oldest' as const, 'block' as const), drain: fc.constantFrom('worker' as const, 'task-work' as const),
  chunkFolios: fc.integer({ min: 1, max: 512 }),
});

const mapping: fc.Arbitrary<VmaSpec> = fc.record({
  pages: fc.integer({ min: 1, max: 400 }), order: fc.constantFrom(0, 0, 0, 2), content: fc.constantFrom('anon' as const, 'file' as const),
  pinnedShare: fc.constantFrom(0, 0.2), lockedShare: fc.constantFrom(0, 0.2), writebackShare: fc.constantFrom(0, 0.2),
}).map((m) => anon(m.pages, m));

interface Drawn {
  readonly deferred: DeferredOptions;
  readonly vmas: readonly VmaSpec[];
  readonly visits: readonly { readonly cpu: number; readonly vma: number; readonly atMs: number; readonly write: boolean }[];
  readonly unmapMs: number;
  readonly endMs: number;
  readonly preemption: 'none' | 'voluntary' | 'full';
  readonly workerCpu: number;
  readonly slowCopy: boolean;
  readonly freeOn1: number;
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  deferred: fc.oneof<fc.Arbitrary<DeferredOptions>[]>(taskWork, kpromoted, cpuBuffers, cpuBuffers), vmas: fc.array(mapping, { minLength: 2, maxLength: 2 }),
  visits: fc.array(fc.record({ cpu: fc.integer({ min: 1, max: 3 }), vma: fc.integer({ min: 0, max: 1 }), atMs: fc.integer({ min: 100, max: 1500 }), write: fc.boolean() }), { minLength: 1, maxLength: 6 }),
  unmapMs: fc.constantFrom(0, 150, 400, 1000), endMs: fc.constantFrom(0, 300, 1100), preemption: fc.constantFrom('none' as const, 'voluntary' as const, 'full' as const),
  workerCpu: fc.integer({ min: 0, max: 3 }), slowCopy: fc.boolean(), freeOn1: fc.constantFrom(20_000, 400),
});

/** CPU 0 touches both mappings and may unmap the first one; tasks on CPUs 1 to 3 visit; the one on CPU 1 may end early, and has a twin. */
function world(d: Drawn): WorldSpec {
  const sweep = (vma: number, write: boolean): Op => ({ op: 'sweep', vma, from: 0, step: 1, count: d.vmas[vma].pages, write });
  const main: Op[] = [sweep(0, true), sweep(1, true), ...(d.unmapMs > 0 ? [until(d.unmapMs), { op: 'unmap' as const, vma: 0 }] : []), until(3_600_000)];
  const ops = (cpu: number): Op[] => {
    const mine = d.visits.filter((v) => v.cpu === cpu && (d.unmapMs === 0 || v.vma === 1 || v.atMs < d.unmapMs)).sort((a, b) => a.atMs - b.atMs);
    return [...mine.flatMap((v) => [until(v.atMs), sweep(v.vma, v.write)]), until(cpu === 1 && d.endMs > 0 ? d.endMs : 3_600_000)];
  };
  const thread = (name: string, cpu: number, list: readonly Op[]): ProcessSpec['threads'][number] => ({ name, cpu, nice: 0, ops: list, thinkPs: 0, duty: 1 });
  const process: ProcessSpec = {
    name: 'random', vmas: d.vmas, patterns: [],
    threads: [thread('main', 0, main), ...[1, 2, 3].map((cpu) => thread(`cpu ${cpu}`, cpu, ops(cpu))), thread('twin', 1, ops(1))],
  };
  const spec = dictated(d.deferred.kind, 4, [process], {
    deferred: d.deferred, scansMs: [60, 200, 450, 700, 950, 1200], preemption: d.preemption, kthread: { nice: 0, cpu: d.workerCpu },
  });
  const nodes = spec.machine.nodes.map((n) => (n.nid === 1 ? { ...n, zones: n.zones.map((z) => ({ ...z, freePages: d.freeOn1 })) } : n));
  return { ...spec, machine: { ...spec.machine, nodes }, costs: { ...spec.costs, copyPagePs: d.slowCopy ? 100_000_000 : spec.costs.copyPagePs } };
}

function settled(lab: Lab, d: Drawn): void {
  const design = lab.system.deferred?.design;
  const held = new Set(design?.held());
  assert.equal(lab.system.folios.unmappedPages, 0);
  assert.ok(lab.system.tasks().every((t) => t.state !== 'waiting'), 'nobody waits');
  for (let i = 0; i < d.vmas.length; i++) {
    const vma = lab.vma(i);
    if (lab.at(i)['-1'] === vma.units) continue;
    for (let u = 0; u < vma.units; u += vma.folioUnits) if (lab.page(u, i) & ISOLATED) assert.ok(held.has(vma.pfn[u]));
  }
  assert.equal(lab.sum('pages_wrong'), 0);
  if (design instanceof CpuBuffers) {
    const c = sums(lab, 'records_made', 'candidates_taken', 'lost_age', 'lost_lru', 'lost_node', 'lost_prepare', 'requests_dropped');
    const overwritten = design.options.overflow === 'drop-newest' ? 0 : c.requests_dropped;
    assert.equal(c.records_made - c.candidates_taken - c.lost_age - c.lost_lru - c.lost_node - c.lost_prepare - overwritten, design.waiting());
    assert.deepEqual(design.held(), []);
  } else if (design instanceof Kpromoted) {
    const c = sums(lab, 'kpromoted_record_added', 'kpromoted_mig_promoted', 'kpromoted_mig_dropped', 'kpromoted_mig_candidate', 'kpromoted_mig_failed');
    assert.equal(c.kpromoted_mig_promoted + c.kpromoted_mig_dropped + design.records.size, c.kpromoted_record_added);
    assert.ok(c.kpromoted_mig_candidate - c.kpromoted_mig_promoted - c.kpromoted_mig_failed <= design.held().length);
  } else {
    assert.ok(design instanceof TaskWork);
    assert.equal(lab.sum('folios_leaked'), design.leaks().length);
  }
}

test('random machines: checkers hold all the time, and in the end everything has its place', () => {
  fc.assert(fc.property(drawn, (d) => {
    const lab = new Lab(world(d));
    for (let ms = 150; ms <= 2600; ms += 350) lab.to(ms);
    // a poll of kpromoted may be under way, or a second's work of a task
    let ms = 2600;
    while ((lab.system.folios.unmappedPages > 0 || lab.system.tasks().some((t) => t.state === 'waiting')) && ms < 20_000) lab.to((ms += 3));
    if (d.deferred.kind === 'cpu-buffers') while (lab.system.deferred?.design.held().length !== 0 && ms < 20_000) lab.to((ms += 1));
    settled(lab, d);
  }), { numRuns: 120 });
});
