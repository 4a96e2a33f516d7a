/** What the model holds, in three columns: one table for worlds of marks, one for worlds with programs. Shown one click from every result. */

import { V1_NOT_REPAIRED, V1_REPAIRS } from '../engine/designs/kmigrated-v1-repairs';
import { SCOPES } from '../engine/designs/scopes';
import type { WorldSpec } from '../engine/spec';
import type { ScopeTable } from '../protocol/messages';

/** What is modelled, simplified and not modelled by kmigrated v1 where somebody only marks pages; shown in the legend, always. */
export const MARKS_SCOPE: ScopeTable = {
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
    'NUMA hint faults, the scanner and its feedback, tiering mode: they are modelled where programs run',
    'page table state, access latency, refaults; TLB shootdowns are one constant a chunk',
    'per-CPU free lists, reclaim, compaction, watermark boost over time, other users of memory',
    'pinned, locked or written-back folios: every unmap succeeds; folio splits; memory cgroups',
    'memory hotplug while the world runs',
  ],
};

/** The same where programs run. */
export const PROGRAM_SCOPE: ScopeTable = {
  modelled: [
    'kmigrated v1 statement by statement as posted, its defects included; equal to 569 traces of the real code',
    'CPUs with a run queue each, ticks at HZ, the timer wheel, preemption models none, voluntary and full; kmigrated and kswapd compete with programs for their CPU and are preempted between folios',
    'page tables with the states none, accessible, PROT_NONE and migration entry, the write bit, folios of orders 0 to 9, THPs mapped by a PMD',
    'first touch with zonelists by distance, watermarks with lowmem_reserve, per-CPU page lists, buddy lists; LRU adds that lag in per-CPU batches; PFNs that are freed and used again with their marks on them',
    'NUMA balancing: scanner with period, size, delay, skips and CPU cap; hint faults; the two-stage filter with last_cpupid; the feedback on the scan period with its back-off that sticks, or repaired (M4)',
    'tiering mode: access time, hot threshold, rate limit, promo watermark, kswapd and demotion, ping-pong counted',
    'migrate_pages() in phases: unmap passes, one batched flush, move passes, retries, stop at the first failed allocation, putback; failures by cause: no memory, pinned, locked, dirty, writeback',
    'patch 4/4 as posted: every PTE hint fault reports, own node included (D3), no TNF_MIGRATED (D16), the write bit (D26); PMD faults stay synchronous',
    "TLB shootdowns from the entry's state at the unmap, with the backends ipi, invlpgb and arm64, targets from the process's CPU mask as if it were trimmed at once (the kernel trims it lazily), INVLPGB for every mm (the kernel takes interrupts for one of up to three CPUs), and the pending flush that a scan pays",
    'a ledger of CPU time by payer and cause that sums to the time that has passed; checkers for pages, free counts, marks and counters',
  ],
  simplified: [
    'accesses go by rate: only those that fault are looked at one by one; threads of a random pattern are taken as advancing alike between two looks',
    'threads are pinned to a CPU; kthreads stay on one CPU too: of their node, of the nearest that has one, or where the scenario puts them',
    'EEVDF as the least virtual runtime: slices of 3 ms that end at a tick, a woken task preempts one that is 1 ms ahead',
    'NUMA balancing without numa_groups: a process whose threads share pages has none of the group statistics',
    'the accessed bit is estimated: set where a page gets at least an equal share of the accesses of its pattern',
    'where struct page and page_ext lie costs distance only, with 16 misses of a walk under way at once',
    'what walks evict from caches and what copies take of the bandwidth is owed by all CPUs of a node alike; both figures are soft',
    'kswapd demotes up to 32 pages in one instant, so nobody meets their migration entries; classic LRU lists; demotion is on',
    'upper levels of page tables take no page; page tables are freed 12 ms after munmap()',
    'costs are a table of constants, many of them guesses (soft): times follow from them and are not validated',
    'validation: what a recorded run does not say is drawn in ranges that were widened with the ten runs in view (0 to 32 pages of the program\'s own, how far the largest free block is used up, 0 to 64 kernel pages when a mapping is freed); the emulated kernel\'s time for a migration and a hint fault is derived from walk starts and missing loops',
    'first occupancy by count is real, by position it follows a seeded rule; so do holes where their position is unknown',
  ],
  notModelled: [
    "the scheduler's own NUMA placement and load balancing: a thread that may run on any CPU is refused",
    'mappings shared between processes, fork and copy on write, KSM; a folio has one mapping',
    'the shared zero page: a read as the first touch of anonymous memory takes a page of the reader\'s node at once',
    'FOLL_PIN: a pinned folio here has an extra plain reference, so the scanner arms its entries and only the move fails',
    'kswapd in modes 0 and 1: clean page cache gives way in tiering mode only; ACTIVE and REFERENCED do not travel with a migration',
    'watermark boost, migrate types, high-atomic reserves and allocations of the kernel that a scenario does not name',
    'direct reclaim, compaction, the OOM killer, swap, MGLRU, memory cgroups, cpusets, node_reclaim_mode',
    'memory hotplug while the world runs; splits of large folios',
    'the time that a dropped page of a file takes to be read again',
  ],
};

/** Rows of PROGRAM_SCOPE that are about kmigrated v1 as posted alone. */
const ABOUT_V1 = [0, 7];

/** The table of a world: where another design migrates, its own rows take the place of those about kmigrated v1. */
export function scopeOf(spec: WorldSpec): ScopeTable {
  const { system } = spec;
  if (system === undefined) return MARKS_SCOPE;
  if (system.migrator === 'kmigrated-v1') return spec.design.repairs === undefined || spec.design.repairs.length === 0 ? PROGRAM_SCOPE : repaired(spec.design.repairs);
  const note = SCOPES[system.migrator];
  return {
    modelled: [...note.modelled, ...PROGRAM_SCOPE.modelled.filter((_, i) => !ABOUT_V1.includes(i))], simplified: [...note.simplified, ...PROGRAM_SCOPE.simplified],
    notModelled: [...note.not, ...PROGRAM_SCOPE.notModelled],
  };
}

/** kmigrated v1 with repairs: each is named, and no kernel has them. */
function repaired(repairs: readonly string[]): ScopeTable {
  const [first, ...rest] = PROGRAM_SCOPE.modelled;
  const named = V1_REPAIRS.filter((r) => repairs.includes(r.id)).map((r) => `repair ${r.id}: ${r.says}`);
  return { ...PROGRAM_SCOPE, modelled: [`${first}; here with repairs that no kernel has and no recorded run covers`, ...named, ...rest], notModelled: [...V1_NOT_REPAIRED.map((n) => `repair of ${n.id}: ${n.why}`), ...PROGRAM_SCOPE.notModelled] };
}
