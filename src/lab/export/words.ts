/** Short sentences that every export carries. */

import { ARMS } from '../arms';
import { jobsOf, type CompareRequest } from '../compare';
import { specOf } from '../job';

/** What a reader of two lines must know; the scope table has the rest. */
export const NOT_MODELLED_SHORT = 'scheduler NUMA placement, memcg, KSM, swap, hotplug, hardware sources; most costs are soft.';

/** "4 nodes, 1 GiB, 4 CPUs" of a request's scenario. */
export async function machineText(request: CompareRequest): Promise<string> {
  const made = await specOf(jobsOf({ ...request, arms: ARMS.slice(0, 1), seeds: [1] })[0]);
  if (!made.ok) return made.text;
  const { nodes } = made.spec.machine;
  const pages = nodes.reduce((n, node) => n + node.zones.reduce((m, z) => m + z.presentPages, 0), 0);
  const gib = pages / 2 ** 18;
  return `${nodes.length} nodes, ${gib >= 1 ? `${Math.round(gib * 10) / 10} GiB` : `${Math.round(pages / 256)} MiB`}, ${nodes.reduce((n, node) => n + node.cpus.length, 0)} CPUs`;
}
