/** Time series of runs for the charts: a table of numbers a run, one row a point in simulated time, columns in a fixed order. */

import { CAUSE_NAMES } from '../engine/cost/ledger';

/** Counters under their vmstat names, as they stand at the point. */
export const SERIES_COUNTERS = [
  'numa_pte_updates', 'numa_hint_faults', 'numa_hint_faults_local', 'numa_pages_migrated', 'pgmigrate_success', 'pgmigrate_fail', 'pgpromote_success', 'pgdemote_kswapd',
] as const;
/** Of the interval that ends at the point. */
export const SERIES_RATES = ['local share', 'accesses a second', 'mean access latency ns'] as const;
/** Of the whole run up to the point. */
export const SERIES_LEVELS = ['p99 stall us'] as const;
/** CPU time by cause in the interval that ends at the point, in ps. */
export const SERIES_LEDGER: readonly string[] = CAUSE_NAMES;

/** Column 0 is the time in ps, then counters, rates, levels, ledger. */
export const SERIES_COLUMNS: readonly string[] = ['time ps', ...SERIES_COUNTERS, ...SERIES_RATES, ...SERIES_LEVELS, ...SERIES_LEDGER];
/** Points that a run keeps: when it has more, every second one goes and the interval doubles. */
export const MAX_SERIES_POINTS = 512;
/** Runs beside each other: the scenario's, and the same under the other migrator. */
export const MAX_SERIES_RUNS = 2;

export interface SeriesRun {
  /** "kmigrated v1 as posted", "synchronous", "no balancing". */
  readonly label: string;
  readonly points: number;
  /** Float64, row by row: points x SERIES_COLUMNS.length. */
  readonly data: ArrayBuffer;
}
