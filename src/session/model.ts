/** What a session says of itself: nodes and zones for the tree and the map, and the scope of the model in three columns. */

import { ZONE_NAMES } from '../engine/machine/spec';
import { ENGINE_VERSION, type WorldSpec } from '../engine/spec';
import type { ScopeTable, SessionModel } from '../protocol/messages';

/** What is modelled, simplified and not modelled by kmigrated v1 in this version; shown in the legend, always. */
export const SCOPE: ScopeTable = {
  modelled: [
    'kmigrated v1 statement by statement as posted, its defects included; equal to 569 traces of the real code',
    'the flag word bit for bit, with the masks as posted (three nid bits on 64-bit)',
    'nodes, zones, holes, offline memory, pages of one node inside another node\'s span',
    'sleep by the timer wheel; nobody wakes the thread',
    'watermarks per zone with lowmem_reserve, for prepare and for the allocation',
    'migrate_pages() in chunks of 512 base pages: unmap pass, one TLB flush, move pass, stop at the first failed allocation, putback',
    'races between the two atomics of a mark and the thread, at the order of their points',
  ],
  simplified: [
    'requests come from a workload of marks, not from hint faults of running programs',
    'each thread has a CPU of its own: no run queue, no preemption',
    'costs are a table of constants, some of them guesses (soft); they can be changed in the scenario',
    'first occupancy by count is real, by position it follows a seeded rule; so do holes where their position is unknown',
    'the page allocator gives the lowest free run; the order of a real free list depends on its history',
  ],
  notModelled: [
    'NUMA hint faults, the scanner and its feedback; tiering mode',
    'page table state, access latency, refaults; TLB shootdowns are one constant a chunk',
    'per-CPU free lists, reclaim, compaction, watermark boost over time, other users of memory',
    'pinned, locked or written-back folios: every unmap succeeds; folio splits; memory cgroups',
    'memory hotplug while the world runs',
  ],
};

/** The fixed part of a session. */
export function sessionModel(spec: WorldSpec, sourceLabel: string): SessionModel {
  return {
    name: spec.name, machine: spec.machine.name, machineSource: spec.machine.source, seed: spec.seed, engineVersion: ENGINE_VERSION,
    durationPs: spec.durationPs, design: 'kmigrated v1 as posted', batchFolios: spec.design.batchFolios, readyBit: spec.design.readyBit,
    scope: SCOPE, programs: spec.system !== undefined, sourceLabel,
    nodes: spec.machine.nodes.map((node) => ({
      nid: node.nid, cpus: node.cpus, hasThread: node.hasMemory,
      zones: node.zones.map((z) => ({
        idx: z.idx, name: ZONE_NAMES[z.idx], startPfn: z.startPfn, spannedPages: z.spannedPages, presentPages: z.presentPages, managedPages: z.managedPages,
        minPages: z.minPages, lowPages: z.lowPages, highPages: z.highPages, holesKnown: z.holesKnown,
      })),
    })),
  };
}
