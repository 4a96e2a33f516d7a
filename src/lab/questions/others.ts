/** The rest of dossier section I: who asked for what, and which of the ten shows it. */

export interface AskedFor {
  readonly who: string;
  readonly ask: string;
  /** Questions that answer it, and metrics to look at there. */
  readonly see: readonly string[];
  readonly metrics: readonly string[];
}

export const ASKED: readonly AskedFor[] = [
  { who: 'Huang Ying (v0)', ask: 'The real benefit; threads still stall on migration entries; PTE scanning against migration.', see: ['async-or-sync'], metrics: ['stall_hint_p99_us', 'stall_inline_p99_us', 'stall_entry_p99_us', 'stall_write_p99_us', 'pte_scan_cpu_ms'] },
  { who: 'Huang Ying (v1)', ask: 'Is synchronisation really the problem; scanning wastes CPU and pollutes the cache.', see: ['synchronisation', 'scan-or-buffers'], metrics: ['lock_wait_ms', 'pfns_per_page', 'metadata_bytes_per_page', 'lines_evicted'] },
  { who: 'Huang Ying (M-SG5)', ask: 'Batch number against total migration time and first-folio latency.', see: ['batch-size'], metrics: ['migrate_cpu_ms', 'stall_entry_p99_us'] },
  { who: 'Byungchul Park (v1)', ask: 'Is scanning every page feasible; reduce CPU.', see: ['scan-or-buffers'], metrics: ['scan_cpu_ms', 'pfns_per_page'] },
  { who: 'Bharata B Rao', ask: 'Detection delay depends on location; runs vary; batch and sleep need tuning.', see: ['scan-or-buffers', 'batch-size'], metrics: ['mark_to_move_p50_ms', 'mark_to_move_p95_ms', 'mark_to_move_max_ms'] },
  { who: 'Gregory Price (v0)', ask: 'A bound on parked folios; when does deferred migration happen, and who pays.', see: ['async-or-sync', 'repaired'], metrics: ['isolated_mean', 'isolated_most', 'isolated_longest_ms', 'migrate_cpu_ms'] },
  { who: 'David Hildenbrand (v0)', ask: 'Folios that cannot move while they are isolated; hints that are stale.', see: ['hot-set-moves', 'async-or-sync'], metrics: ['isolated_longest_ms', 'pages_useless'] },
  { who: 'Zi Yan (v0)', ask: 'Look again right before migrating; use recency.', see: ['hot-set-moves'], metrics: ['pages_useless'] },
  { who: 'Matthew Wilcox (v2)', ask: 'No kernel migration for CXL at all: an honest control without any movement.', see: ['full-target', 'async-or-sync'], metrics: ['accesses_per_s'] },
  { who: 'Gregory Price (v2)', ask: 'Does the data justify the complexity; the more random the access, the less any movement pays.', see: ['async-or-sync', 'repaired'], metrics: ['accesses_per_s'] },
  { who: 'David Rientjes, Wei Xu (v2)', ask: 'Responsiveness of promotion; hint faults too slow and too dear; complexity beside benefit.', see: ['full-target', 'hot-set-moves'], metrics: ['mark_to_move_p95_ms', 'overhead_bytes'] },
  { who: 'Davidlohr Bueso (2026-09)', ask: 'No regression, a simpler interface.', see: ['repaired', 'busy'], metrics: ['accesses_per_s', 'stall_p99_us'] },
  { who: 'Byungchul Park, Zi Yan (offload)', ask: 'At worst as today on a busy system; charge the thread back.', see: ['busy'], metrics: ['accesses_per_s', 'queue_wait_ms', 'migrate_cpu_ms'] },
];
