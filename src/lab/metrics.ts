/** What a run is measured by: the table that the thread argues about, each row with its unit and which way is better. */

import { Cause, Wait, WAITS, CAUSES } from '../engine/cost/ledger';
import { type CounterName, Counter } from '../engine/observe/counters';
import { Stall } from '../engine/observe/stalls';
import type { World } from '../engine/sim/world';
import type { SystemView } from '../engine/system/view';
import { EngineBug, PS_PER_MS, PS_PER_S } from '../engine/types';

const PS_PER_US = 1e6;
const STRUCT_PAGE_BYTES = 64, PAGE_EXT_BYTES = 8;

/** The figures that a metric is made of. */
interface Figures {
  readonly system: SystemView;
  readonly seconds: number;
  readonly ps: number;
  count(name: CounterName): number;
  causeMs(cause: Cause): number;
  waitMs(wait: Wait): number;
}

export interface Metric {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  /** undefined: neither way is better by itself. */
  readonly better: 'high' | 'low' | undefined;
  readonly group: 'application' | 'latency' | 'scan' | 'migration' | 'isolation' | 'tlb' | 'waiting' | 'overhead';
  readonly of: (f: Figures) => number;
}

const per = (a: number, b: number): number => (b > 0 ? a / b : 0);
const stallUs = (kind?: Stall) => ({ system }: Figures): number => system.stallPs(0.99, kind) / 1e6;
const metadataBytes = ({ count }: Figures): number => count('pfns_online') * STRUCT_PAGE_BYTES + count('pfns_lru') * PAGE_EXT_BYTES + count('metadata_bytes');
/** Requests that a design took: marks of v1 and pghot, records or entries of the others. */
const requests = ({ system, count }: Figures): number => (['kmigrated-v1', 'pghot-early', 'pghot-late'].includes(system.spec.migrator) ? count('marks_set') : count('records_made'));
const moved = ({ count }: Figures): number => count('pages_right') + count('pages_wrong');
const probe = ({ system }: Figures): NonNullable<SystemView['probe']> => {
  if (system.probe === undefined) throw new EngineBug('a run of the lab without a probe');
  return system.probe;
};

const latencyMs = (f: Figures, share: number): number => Math.min(probe(f).latency.percentile(share), probe(f).latencyMaxPs) / PS_PER_MS;
const entryUs = (f: Figures, share: number): number => Math.min(probe(f).entries.percentile(share), probe(f).entryMaxPs) / PS_PER_US;
function meanBatch(f: Figures): number {
  let batches = 0, folios = 0;
  for (const [size, count] of probe(f).batchSizes) {
    batches += count;
    folios += size * count;
  }
  return per(folios, batches);
}

const rows = [
  ['accesses_per_s', 'accesses completed', '1/s', 'high', 'application', (f: Figures) => per(f.system.progress().accesses, f.seconds)],
  ['access_ns', 'mean access latency', 'ns', 'low', 'application', (f: Figures) => per(f.system.progress().latencyPs, f.system.progress().accesses) / 1000],
  ['local_share', 'local share of accesses', '', 'high', 'application', (f: Figures) => per(f.system.progress().localAccesses, f.system.progress().accesses)],
  ['stall_p99_us', 'p99 stall', 'us', 'low', 'application', stallUs()],
  ['stall_hint_p99_us', 'p99 stall, hint fault', 'us', 'low', 'application', stallUs(Stall.HintFault)],
  ['stall_inline_p99_us', 'p99 stall, migration in the fault', 'us', 'low', 'application', stallUs(Stall.InlineMigration)],
  ['stall_report_p99_us', 'p99 stall, fault with a report', 'us', 'low', 'application', stallUs(Stall.Report)],
  ['stall_entry_p99_us', 'p99 stall, migration entry', 'us', 'low', 'application', stallUs(Stall.EntryWait)],
  ['stall_write_p99_us', 'p99 stall, write refault', 'us', 'low', 'application', stallUs(Stall.WriteRefault)],
  ['stall_queue_p99_us', 'p99 stall, run queue', 'us', 'low', 'application', stallUs(Stall.RunQueue)],
  ['mark_to_move_p50_ms', 'mark to move, p50', 'ms', 'low', 'latency', (f: Figures) => latencyMs(f, 0.5)],
  ['mark_to_move_p95_ms', 'mark to move, p95', 'ms', 'low', 'latency', (f: Figures) => latencyMs(f, 0.95)],
  ['mark_to_move_max_ms', 'mark to move, max', 'ms', 'low', 'latency', (f: Figures) => probe(f).latencyMaxPs / PS_PER_MS],
  ['entry_p50_us', 'unmapped during a move, p50', 'us', 'low', 'latency', (f: Figures) => entryUs(f, 0.5)],
  ['entry_p99_us', 'unmapped during a move, p99', 'us', 'low', 'latency', (f: Figures) => entryUs(f, 0.99)],
  ['entry_max_us', 'unmapped during a move, max (first folio)', 'us', 'low', 'latency', (f: Figures) => probe(f).entryMaxPs / PS_PER_US],
  ['scan_cpu_ms', 'CPU of the walk', 'ms', 'low', 'scan', (f: Figures) => f.causeMs(Cause.KthreadWalk)],
  ['pte_scan_cpu_ms', 'CPU of the PTE scanner', 'ms', 'low', 'scan', (f: Figures) => f.causeMs(Cause.PteScan)],
  ['report_cpu_ms', 'CPU of reports in faults', 'ms', 'low', 'scan', (f: Figures) => f.causeMs(Cause.Mark)],
  ['pfns_per_page', 'PFNs visited a page migrated', '', 'low', 'scan', (f: Figures) => per(f.count('pfns_visited'), moved(f))],
  ['metadata_bytes_per_page', 'metadata read a page migrated', 'B', 'low', 'scan', (f: Figures) => per(metadataBytes(f), moved(f))],
  ['lines_evicted', 'cache lines evicted by walks', '', 'low', 'scan', (f: Figures) => f.system.linesEvicted()],
  ['hint_faults', 'hint faults', '', undefined, 'migration', (f: Figures) => f.count('numa_hint_faults')],
  ['requests', 'requests taken', '', undefined, 'migration', requests],
  ['requests_per_s', 'requests taken a second', '1/s', undefined, 'migration', (f: Figures) => per(requests(f), f.seconds)],
  ['pages_moved', 'pages migrated', '', undefined, 'migration', moved],
  ['pages_right', 'migrated where asked', '', 'high', 'migration', (f: Figures) => f.count('pages_right')],
  ['pages_wrong', 'migrated elsewhere', '', 'low', 'migration', (f: Figures) => f.count('pages_wrong')],
  ['pages_useless', 'migrated when cooled', '', 'low', 'migration', (f: Figures) => f.count('moves_cooled')],
  ['ping_pong', 'back where it came from', '', 'low', 'migration', (f: Figures) => f.count('ping_pong')],
  ['lost_prepare', 'requests lost at prepare', '', 'low', 'migration', (f: Figures) => f.count('marks_lost_prepare') + f.count('lost_prepare')],
  ['lost_migrate', 'requests lost at migration', '', 'low', 'migration', (f: Figures) => f.count('marks_lost_migrate')],
  ['lost_other', 'requests dropped, too old, cold, over the rate, off the LRU or there already', '', 'low', 'migration', (f: Figures) => f.count('requests_dropped') + f.count('lost_age') + f.count('lost_cold') + f.count('lost_rate') + f.count('lost_lru') + f.count('lost_node')],
  ['sync_fallbacks', 'migrated in the fault instead', '', undefined, 'migration', (f: Figures) => f.count('sync_fallbacks')],
  ['demoted', 'pages demoted', '', undefined, 'migration', (f: Figures) => f.count('pgdemote_kswapd')],
  ['batches', 'batches', '', undefined, 'migration', (f: Figures) => f.count('batches')],
  ['folios_per_batch', 'folios a batch', '', undefined, 'migration', meanBatch],
  ['inline_cpu_ms', 'CPU of migration in faults', 'ms', 'low', 'migration', (f: Figures) => f.causeMs(Cause.InlineMigration)],
  ['migrate_cpu_ms', 'CPU of migration in threads', 'ms', 'low', 'migration', (f: Figures) => f.causeMs(Cause.KthreadMigrate)],
  ['total_migrate_cpu_ms', 'CPU of migration in all', 'ms', 'low', 'migration', (f: Figures) => f.causeMs(Cause.InlineMigration) + f.causeMs(Cause.KthreadMigrate) + f.causeMs(Cause.ShootdownInitiate)],
  ['remote_after_mark', 'remote accesses between mark and move', '', 'low', 'migration', (f: Figures) => f.count('remote_after_mark')],
  ['refaults_after_mark', 'faults again between mark and move', '', 'low', 'migration', (f: Figures) => f.count('faults_after_mark')],
  ['write_refaults', 'write refaults', '', 'low', 'migration', (f: Figures) => f.count('write_refaults')],
  ['isolated_mean', 'isolated folios, mean', '', 'low', 'isolation', (f: Figures) => probe(f).isolatedMean(f.ps)],
  ['isolated_most', 'isolated folios, most', '', 'low', 'isolation', (f: Figures) => probe(f).isolatedMost],
  ['isolated_longest_ms', 'longest isolation', 'ms', 'low', 'isolation', (f: Figures) => probe(f).longestAt(f.ps) / PS_PER_MS],
  ['shootdowns', 'shootdowns', '', 'low', 'tlb', (f: Figures) => f.count('shootdowns')],
  ['shootdowns_received', 'shootdowns received', '', 'low', 'tlb', (f: Figures) => f.count('shootdowns_received')],
  ['shootdown_cpu_ms', 'CPU of shootdowns, both sides', 'ms', 'low', 'tlb', (f: Figures) => f.causeMs(Cause.ShootdownInitiate) + f.causeMs(Cause.ShootdownReceive)],
  ['tlb_refill_cpu_ms', 'CPU of TLB refill', 'ms', 'low', 'tlb', (f: Figures) => f.causeMs(Cause.TlbRefill)],
  ['lock_wait_ms', 'waiting for locks', 'ms', 'low', 'waiting', (f: Figures) => f.waitMs(Wait.Lock)],
  ['queue_wait_ms', 'waiting for the CPU', 'ms', 'low', 'waiting', (f: Figures) => f.waitMs(Wait.RunQueue)],
  ['entry_wait_ms', 'waiting on migration entries', 'ms', 'low', 'waiting', (f: Figures) => f.waitMs(Wait.MigrationEntry)],
  ['no_resched_ms', 'longest without a reschedule', 'ms', 'low', 'waiting', (f: Figures) => f.system.longestNoReschedPs() / PS_PER_MS],
  ['overhead_bytes', 'metadata kept', 'B', 'low', 'overhead', (f: Figures) => f.system.overheadBytes()],
  ['cache_refill_cpu_ms', 'CPU of cache refill', 'ms', 'low', 'overhead', (f: Figures) => f.causeMs(Cause.CacheRefill)],
  ['copy_bandwidth_cpu_ms', 'CPU lost to copy bandwidth', 'ms', 'low', 'overhead', (f: Figures) => f.causeMs(Cause.CopyBandwidth)],
] as const satisfies readonly (readonly [string, string, string, Metric['better'], Metric['group'], Metric['of']])[];

export type MetricId = (typeof rows)[number][0];

/** Every metric, in the order of the table. */
export const METRICS: readonly (Metric & { readonly id: MetricId })[] = rows.map(([id, name, unit, better, group, of]) => ({ id, name, unit, better, group, of }));

/** A metric by its id. */
export function metricOf(id: MetricId): Metric & { readonly id: MetricId } {
  const found = METRICS.find((m) => m.id === id);
  if (found === undefined) throw new EngineBug(`no metric ${id}`);
  return found;
}

export const isMetricId = (id: string): id is MetricId => METRICS.some((m) => m.id === id);

/** All metrics of a world as it stands; it must have programs and a probe. */
export function measure(world: World): Record<MetricId, number> {
  const { system, rec } = world;
  if (system === undefined) throw new EngineBug('the lab measures worlds with programs');
  const totals = rec.totals();
  const ledger = system.ledgerAt(world.nowPs);
  const waits = Array.from({ length: WAITS }, (_, w) => {
    let ps = 0;
    for (let t = 0; t < ledger.tasks; t++) ps += ledger.waits[t * WAITS + w];
    return ps / PS_PER_MS;
  });
  const causes = Array.from({ length: CAUSES }, (_, c) => {
    let ps = 0;
    for (let cpu = 0; cpu < ledger.cpus; cpu++) ps += ledger.byCpu[cpu * CAUSES + c];
    return ps / PS_PER_MS;
  });
  const figures: Figures = {
    system, seconds: world.nowPs / PS_PER_S, ps: world.nowPs, count: (name) => totals[Counter[name]], causeMs: (cause) => causes[cause], waitMs: (wait) => waits[wait],
  };
  const out: Partial<Record<MetricId, number>> = {};
  for (const m of METRICS) out[m.id] = m.of(figures);
  return complete(out);
}

/** A value for every metric, or a bug. */
export function complete<T>(values: Partial<Record<MetricId, T>>): Record<MetricId, T> {
  const all = METRICS.every((m) => values[m.id] !== undefined);
  if (!all || !isComplete(values)) throw new EngineBug('a metric has no value');
  return values;
}

const isComplete = <T>(values: Partial<Record<MetricId, T>>): values is Record<MetricId, T> => METRICS.every((m) => m.id in values);

