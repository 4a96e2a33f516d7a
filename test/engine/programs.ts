/** Small worlds with programs, for tests that need to know what is in them. */

import { defaultCosts } from '../../src/engine/cost/table';
import { KMIGRATED_V1_DEFAULTS, type WorldSpec } from '../../src/engine/spec';
import { type Migrator, NUMA_BALANCING_DEFAULTS, type Op, type ProcessSpec, type SystemSpec, type VmaSpec } from '../../src/engine/system/spec';
import { PS_PER_MS, PS_PER_S, type SimTimePs } from '../../src/engine/types';
import { rowOfNodes } from './specs';

export const anon = (pages: number, more: Partial<VmaSpec> = {}): VmaSpec => ({
  name: 'mapping', pages, content: 'anon', order: 0, pmdMapped: false, pinnedShare: 0, lockedShare: 0, writebackShare: 0, ...more,
});

/** SLIT of n nodes: 10 on the diagonal, 20 elsewhere. */
export const flat = (n: number): number[][] => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 10 : 20)));

/** Main on node 0 first-touches `pages`; a worker on each target sweeps its share and naps. */
export function shares(pages: number, targets: readonly number[], napMs: number, vma: Partial<VmaSpec> = {}, thinkPs = 0): ProcessSpec {
  const mapping = anon(pages, vma);
  const units = mapping.pmdMapped ? Math.ceil(pages / 512) : pages;
  const main: Op[] = [{ op: 'sweep', vma: 0, from: 0, step: 1, count: units, write: true }, { op: 'barrier', name: 'start' }];
  const worker = (w: number): Op[] => [
    { op: 'barrier', name: 'start' },
    {
      op: 'repeat', until: { kind: 'time', ps: 3600 * PS_PER_S },
      body: [{ op: 'sweep', vma: 0, from: w, step: targets.length, count: Math.ceil((units - w) / targets.length), write: true }, { op: 'sleep', ps: napMs * PS_PER_MS }],
    },
  ];
  const thread = (name: string, cpu: number, ops: readonly Op[]): ProcessSpec['threads'][number] => ({ name, cpu, nice: 0, ops, thinkPs, duty: 1 });
  return {
    name: 'shares', vmas: [mapping], patterns: [],
    threads: [thread('main', 0, main), ...targets.map((cpu, w) => thread(`worker ${w}`, cpu, worker(w)))],
  };
}

/** A machine of `nodes` nodes with a CPU each that runs processes; NUMA balancing scans every 100 ms of CPU time. */
export function programWorld(migrator: Migrator, nodes: number, processes: readonly ProcessSpec[], more: Partial<SystemSpec> = {}, seconds = 5): WorldSpec {
  const system: SystemSpec = {
    migrator, preemption: 'voluntary', numaBalancing: { ...NUMA_BALANCING_DEFAULTS, scanPeriodMinMs: 100, scanDelayMs: 100 }, kthread: { nice: 0 }, tlb: 'ipi',
    distance: flat(nodes), llcBytes: 32 * 2 ** 20, processes, checkers: true, ...more,
  };
  return {
    name: 'programs', machine: rowOfNodes(nodes, 32_768), regions: [], workload: [], design: KMIGRATED_V1_DEFAULTS, costs: defaultCosts(), system, seed: 1,
    durationPs: (seconds * PS_PER_S) as SimTimePs,
  };
}
