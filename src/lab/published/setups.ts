/** Worlds for measurements that others published: machines and programs as far as their texts say, smaller where only ratios are asked for. */

import type { Json } from '../api';

const gib = (n: number): string => `${n} GiB`;

/** One Normal zone a node, one after the other from 4 GiB on. */
export function machine(name: string, nodes: readonly { readonly gib: number; readonly cpus: number }[]): Json {
  let at = 4, cpu = 0;
  return {
    name, source: 'Made after the published text; zones are made up.',
    nodes: nodes.map(({ gib: size, cpus }, nid) => {
      const node = { nid, cpus: Array.from({ length: cpus }, () => cpu++), zones: [{ zone: 'Normal', startPfn: gib(at), spannedPages: gib(size) }] };
      at += size;
      return node;
    }),
  };
}

export const scenario = (parts: { readonly [key: string]: Json }): string => JSON.stringify({ schemaVersion: 1, seed: 1, ...parts });

/** H.2: pghot v3's cover. An eighth of the memory and of the work; a quarter of its threads' number (16), all on node 0; the memory begins on CXL (node 2), whose row of distances (255: nobody is there to ask) is mirrored. */
export function pghotCover(mode: 'anon' | 'file' | 'thp', balancing: 0 | 2, seconds: number): string {
  return scenario({
    name: `pghot v3 cover, ${mode}`, durationSeconds: seconds, machine: machine('3 nodes, the third as CXL', [{ gib: 4, cpus: 16 }, { gib: 4, cpus: 0 }, { gib: 8, cpus: 0 }]),
    system: { topTier: [0, 1], distance: [[10, 32, 50], [32, 10, 60], [50, 60, 10]], numaBalancing: { mode: balancing } },
    programs: [{
      name: 'microbenchmark', kind: 'uniform', size: gib(1), firstTouchNode: 2, threadsOnNode: { 0: 16 }, writeShare: mode === 'file' ? 0 : 0.5,
      ...(mode === 'file' ? { content: 'clean file' } : mode === 'thp' ? { hugePages: 'thp' } : {}),
    }],
  });
}

/** J.1, J.3, J.4: memory of one node moved in bulk by a kernel thread, folios of one order; one program thread on the other node asks for it. */
export function bulkMove(order: number, size: string, threads = 1): string {
  return scenario({
    name: `bulk move, order ${order}`, durationSeconds: 12, machine: machine('2 nodes', [{ gib: 4, cpus: 8 }, { gib: 4, cpus: 8 }]),
    system: { numaBalancing: { mode: 1, scanPeriodMinMs: 100, scanDelayMs: 100, scanSizeMb: 4096 }, distance: [[10, 32], [32, 10]] },
    programs: [{
      name: 'pages', kind: 'uniform', size, home: 0, threadsOnNode: { 1: threads }, writeShare: 0.3, thinkNs: 100,
      ...(order > 0 ? { hugePages: 'mthp', order } : {}),
    }],
  });
}

/** H.1: an application spills from DRAM to CXL and touches at random; enough of it that a page is seen about once by the time that the thread looks, as there. */
export const spill = (): string => scenario({
  name: 'spill to CXL', durationSeconds: 20, machine: machine('DRAM and CXL', [{ gib: 4, cpus: 8 }, { gib: 4, cpus: 0 }]),
  system: { topTier: [0], distance: [[10, 24], [24, 10]], numaBalancing: { mode: 2 } },
  programs: [{ name: 'application', kind: 'uniform', size: gib(2), firstTouchNode: 1, threadsOnNode: { 0: 8 }, writeShare: 0.3, thinkNs: 200 }],
});
