/** Which CPU belongs to which node, and which node to which tier. */

import type { WorldSpec } from '../spec';
import type { SystemSpec } from './spec';

/** Node of each CPU number; -1 where a number is not used. */
export function nodesOfCpus(world: WorldSpec): Int32Array {
  const pairs = world.machine.nodes.flatMap((n) => n.cpus.map((cpu) => [cpu, n.nid] as const));
  const nodeOf = new Int32Array(pairs.reduce((most, [cpu]) => Math.max(most, cpu + 1), 0)).fill(-1);
  for (const [cpu, nid] of pairs) nodeOf[cpu] = nid;
  return nodeOf;
}

/** The first (or the last) CPU of a node, or of the nearest node that has one: kswapd stays out of kmigrated's way, as a scheduler would see to. */
export function nearestCpu(nid: number, nodeOf: Int32Array, distance: SystemSpec['distance'], last = false): number {
  let best = 0, least = Infinity;
  nodeOf.forEach((from, cpu) => {
    const far = from === nid ? 0 : (distance[nid]?.[from] ?? 20);
    if (from >= 0 && (far < least || (last && far === least))) {
      least = far;
      best = cpu;
    }
  });
  return best;
}

/** node_is_toptier(): as the scenario says, else every node with CPUs. */
export function topTierOf(spec: SystemSpec, nodeOf: Int32Array): (nid: number) => boolean {
  const { topTier } = spec;
  const known = new Set<number>(topTier ?? nodeOf);
  return (nid) => known.has(nid);
}

/** By node: its first PFN and how many it spans. */
export function spansOf(world: WorldSpec): Map<number, { readonly start: number; readonly pages: number }> {
  return new Map(world.machine.nodes.map((node) => {
    const zones = node.zones.filter((z) => z.presentPages > 0);
    const start = Math.min(...zones.map((z) => z.startPfn));
    return [node.nid, { start, pages: Math.max(...zones.map((z) => z.startPfn + z.spannedPages)) - start }];
  }));
}
