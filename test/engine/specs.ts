/** Small worlds by hand, for tests that need to know what is in them. */

import { defaultCosts } from '../../src/engine/cost/table';
import type { MachineSpec, NodeSpec } from '../../src/engine/machine/spec';
import { KMIGRATED_V1_DEFAULTS, type WorldSpec } from '../../src/engine/spec';
import { type Nid, PS_PER_S, type Pfn, type SimTimePs } from '../../src/engine/types';
import type { MarkPhaseSpec } from '../../src/engine/workload/spec';

/** Nodes of one Normal zone each, `pages` long, nearly all free. */
export function rowOfNodes(nodes: number, pages: number, freeShare = 0.9): MachineSpec {
  const node = (n: number): NodeSpec => ({
    nid: n as Nid, cpus: [n], hasMemory: true,
    zones: [{
      idx: 2, startPfn: (n * pages) as Pfn, spannedPages: pages, presentPages: pages, managedPages: pages, minPages: 100, lowPages: 125, highPages: 150,
      boostPages: 0, lowmemReservePages: [0, 0, 0, 0, 0], freePages: Math.floor(pages * freeShare), lruPages: Math.floor(pages * 0.05), holesKnown: true,
    }],
  });
  return {
    name: `${nodes} nodes`, source: 'a test', nodes: Array.from({ length: nodes }, (_, n) => node(n)),
    ranges: Array.from({ length: nodes }, (_, n) => ({ startPfn: (n * pages) as Pfn, pages, nid: n as Nid, state: 'online' as const })),
  };
}

/** One burst of requests for the pages of region "app" on node 0, in PFN order, targets in turn. */
export function burst(count: number, targets: readonly number[]): Exclude<MarkPhaseSpec, { pattern: 'recorded' }> {
  return {
    pattern: 'sequential', name: 'burst', from: { nid: 0 as Nid, region: 'app' }, startPs: (0.1 * PS_PER_S) as SimTimePs, count, spacingPs: 0,
    targets: targets as Nid[], targetRule: 'roundRobin', clusterPages: 1,
  };
}

/** Four nodes of 128 MiB; 2,000 pages of node 0 are asked for by the targets in turn: batches go wrong (D2). */
export function threeTargets(seconds: number, targets: readonly number[] = [1, 2, 3]): WorldSpec {
  return {
    name: 'three targets', machine: rowOfNodes(4, 32_768), regions: [{ name: 'app', nid: 0 as Nid, pages: 4096, order: 0 }],
    workload: [burst(2000, targets)], design: KMIGRATED_V1_DEFAULTS, costs: defaultCosts(), seed: 1, durationPs: (seconds * PS_PER_S) as SimTimePs,
  };
}
