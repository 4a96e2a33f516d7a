/** Scenario texts of the questions from a few parameters: small machines, seconds of simulated time, one mechanism at a time. */

import type { Json } from '../api';

export interface Setup {
  /** Memory of a node, MiB; of the program, MiB. */
  readonly nodeMib?: number;
  readonly programMib?: number;
  readonly cpusPerNode?: number;
  /** Threads on each of the nodes 1, 2 and 3; the memory is touched first on node 0. */
  readonly threadsPerNode?: number;
  readonly kind?: 'zipf' | 'uniform' | 'hotset';
  readonly moveSeconds?: number;
  readonly writeShare?: number;
  readonly thinkNs?: number;
  /** Share of its CPU that every thread wants. */
  readonly duty?: number;
  /** A program that never stops on every CPU as well. */
  readonly neighbours?: boolean;
  readonly order?: number;
  readonly thp?: boolean;
  readonly tlb?: 'ipi' | 'invlpgb' | 'arm64';
  readonly seconds?: number;
  /** Memory of nodes 1, 2, 3 where it is less than that of node 0, MiB: targets that fill up. */
  readonly targetMib?: number;
  /** Node 0 has CPUs and this much, node 1 none: mode 2. */
  readonly tiersMib?: { readonly fast: number; readonly slow: number };
  readonly kthread?: { readonly [key: string]: Json };
}

const PER_NODE = { nodeMib: 512, programMib: 96, cpusPerNode: 2, threadsPerNode: 2 };

/** The scenario as text. */
export function scenarioOf(name: string, s: Setup): string {
  return JSON.stringify(s.tiersMib === undefined ? spread(name, s) : tiers(name, s, s.tiersMib));
}

function memoryOf(s: Setup): { [key: string]: Json } {
  const { thp = false, order = 0 } = s;
  return thp ? { hugePages: 'thp' } : order > 0 ? { hugePages: 'mthp', order } : {};
}

function accessOf(s: Setup): { [key: string]: Json } {
  const { kind = 'zipf', moveSeconds } = s;
  const pattern: { [key: string]: Json } = kind === 'zipf' ? { kind, s: 0.99 } : kind === 'uniform' ? { kind } : { kind, hotShare: 0.1, hotAccesses: 0.9, ...(moveSeconds === undefined ? {} : { moveSeconds }) };
  return { ...pattern, writeShare: s.writeShare ?? 0.2, ...(s.thinkNs === undefined ? {} : { thinkNs: s.thinkNs }), ...(s.duty === undefined ? {} : { duty: s.duty }) };
}

function zones(sizes: readonly number[], cpus: (nid: number) => number): Json {
  let at = 4096, cpu = 0;
  return sizes.map((mib, nid) => {
    const node = { nid, cpus: Array.from({ length: cpus(nid) }, () => cpu++), zones: [{ zone: 'Normal', startPfn: `${at} MiB`, spannedPages: `${mib} MiB` }] };
    at += mib;
    return node;
  });
}

function spread(name: string, s: Setup): Json {
  const nodeMib = s.nodeMib ?? PER_NODE.nodeMib, cpus = s.cpusPerNode ?? PER_NODE.cpusPerNode, threads = s.threadsPerNode ?? PER_NODE.threadsPerNode;
  const target = s.targetMib ?? nodeMib;
  const neighbours = [0, 1, 2, 3].map((node): Json => ({ name: `neighbour ${node}`, kind: 'local', node, size: '8 MiB', threadCount: cpus }));
  return {
    schemaVersion: 1, name, seed: 1, durationSeconds: s.seconds ?? 8,
    machine: { name: `4 nodes of ${nodeMib} MiB`, source: 'Made up for a question.', nodes: zones([nodeMib, target, target, target], () => cpus) },
    system: {
      numaBalancing: { mode: 1, scanPeriodMinMs: 200, scanDelayMs: 200 }, tlb: s.tlb ?? 'ipi', ...(s.kthread === undefined ? {} : { kthread: s.kthread }),
      distance: [0, 1, 2, 3].map((a) => [0, 1, 2, 3].map((b) => (a === b ? 10 : 21))),
    },
    programs: [
      { name: 'program', size: `${s.programMib ?? PER_NODE.programMib} MiB`, home: 0, threadsOnNode: { 1: threads, 2: threads, 3: threads }, split: 'thread', ...accessOf(s), ...memoryOf(s) },
      ...(s.neighbours === true ? neighbours : []),
    ],
  };
}

function tiers(name: string, s: Setup, { fast, slow }: { readonly fast: number; readonly slow: number }): Json {
  return {
    schemaVersion: 1, name, seed: 1, durationSeconds: s.seconds ?? 12,
    machine: { name: `${fast} MiB fast, ${slow} MiB slow`, source: 'Made up for a question.', nodes: zones([fast, slow], (nid) => (nid === 0 ? 4 : 0)) },
    system: { topTier: [0], distance: [[10, 24], [24, 10]], numaBalancing: { mode: 2, scanPeriodMinMs: 200, scanDelayMs: 200 } },
    programs: [{ name: 'program', size: `${s.programMib ?? 384} MiB`, home: 0, threadsOnNode: { 0: 4 }, ...accessOf({ ...s, kind: s.kind ?? 'hotset' }), ...memoryOf(s) }],
  };
}
