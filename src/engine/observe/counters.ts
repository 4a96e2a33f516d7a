/** Names of the counters that a run keeps, a column a node; kernel counters under their vmstat names, ours in plain words. */

export const COUNTER_NAMES = [
  'passes', 'passes_without_sleep', 'sleeps', 'pfns_visited', 'pfns_valid', 'pfns_online', 'pfns_own_node', 'pfns_lru',
  'marks_set', 'marks_overwritten', 'marks_refused', 'marks_without_page', 'marks_consumed', 'marks_own_node', 'marks_lost_prepare', 'marks_lost_migrate',
  'folios_isolated', 'batches', 'batches_empty', 'batches_full', 'cond_resched', 'folios_moved', 'pages_moved', 'pages_right', 'pages_wrong',
  'numa_pages_migrated', 'pgmigrate_success', 'pgmigrate_fail', 'pgpromote_success', 'walk_ps', 'prepare_ps', 'migrate_ps', 'sleep_ps',
  'pgfault', 'numa_pte_updates', 'numa_huge_pte_updates', 'numa_hint_faults', 'numa_hint_faults_local', 'numa_hit', 'numa_miss',
  'pgpromote_candidate', 'pgpromote_candidate_nrl', 'pgdemote_kswapd', 'thp_migration_success', 'thp_migration_fail', 'scan_passes', 'scan_flushes', 'scan_flushes_pending',
  'shootdowns', 'shootdowns_received', 'write_refaults', 'entry_waits', 'marks_stale', 'moves_cooled', 'ping_pong',
  'fail_enomem', 'fail_pinned', 'fail_locked', 'fail_writeback', 'fail_dirty', 'remote_after_mark', 'faults_after_mark', 'oom',
  'requests_dropped', 'sync_fallbacks', 'lost_age', 'lost_cold', 'lost_rate', 'lock_waits', 'lock_wait_ps', 'worker_wakeups', 'metadata_bytes', 'records_made',
  'marks_kept_prepare', 'marks_kept_migrate', 'marks_cleared', 'candidates_taken', 'lost_lru', 'lost_node', 'lost_prepare', 'folios_leaked',
  'kpromoted_recorded_accesses', 'kpromoted_record_toptier', 'kpromoted_record_refused', 'kpromoted_record_added', 'kpromoted_record_exists',
  'kpromoted_mig_right_node', 'kpromoted_mig_non_lru', 'kpromoted_mig_cold_old', 'kpromoted_mig_cold_not_accessed', 'kpromoted_mig_candidate',
  'kpromoted_mig_promoted', 'kpromoted_mig_failed', 'kpromoted_mig_dropped',
] as const;
export type CounterName = (typeof COUNTER_NAMES)[number];

/** Column of a counter. */
export const Counter = Object.freeze(
  Object.fromEntries(COUNTER_NAMES.map((name, i) => [name, i])),
) as Readonly<Record<CounterName, number>>;
