/** Options of the designs that take requests from hint faults and move pages later, kmigrated v1 left aside (its options are WorldSpec.design); plain data. */

import type { Nid } from '../types';

/** v0: task_work batching (20250521080238.209678-1-bharata@amd.com). */
export interface TaskWorkOptions {
  readonly kind: 'task-work';
  /** NUMAB_BATCH_MIGRATION_THRESHOLD in pages, tested at ticks; 1 .. 65,536. */
  readonly batchPages: number;
  /** Longest time between two drains, ms; 1 .. 60,000. */
  readonly intervalMs: number;
}

/** kpromoted (RFC of March 2025). */
export interface KpromotedOptions {
  readonly kind: 'kpromoted';
  /** KPROMOTED_HASH_ORDER: 2^order buckets, each with a mutex; 4 .. 20. */
  readonly hashOrder: number;
  readonly delayMs: number;
  readonly windowMs: number;
  readonly threshold: number;
  /** The window test the right way round (now - last_update), and a first access counted once. */
  readonly repairWindow: boolean;
}

/** What a producer does when its buffer is full and the worker has not come (dossier F, M12). */
export type Overflow = 'sync' | 'drop-newest' | 'overwrite-oldest' | 'block';

/** Per-CPU candidate buffers, after Huang Ying's suggestion, in the strongest form (M12). */
export interface CpuBufferOptions {
  readonly kind: 'cpu-buffers';
  /** Entries of one half of a double buffer; 15 .. 4,096. */
  readonly entries: number;
  /** Age at which the worker takes a partial buffer, ms. */
  readonly agedMs: number;
  /** Entries older than this are not worth moving any more, ms; 0: no test. */
  readonly maxAgeMs: number;
  readonly overflow: Overflow;
  /** worker: a thread of the target node; task-work: the task that filled the buffer, on its way to user mode. */
  readonly drain: 'worker' | 'task-work';
  /** Folios of one chunk: bounds the latency of the first folio; 1 .. 512. */
  readonly chunkFolios: number;
}

/** Per-PFN hotness as pghot RFC v3 posted it (20251110052343.208768-1-bharata@amd.com). */
export interface PghotEarlyOptions {
  readonly kind: 'pghot-early';
  /** as-posted: masks made from the shifts; width-based: from the widths. */
  readonly masks: 'as-posted' | 'width-based';
  readonly delayMs: number;
  readonly windowMs: number;
  readonly batchFolios: number;
  /** lower: threads and records for lower-tier nodes only (as posted); all: every node with memory, for DRAM to DRAM moves. */
  readonly nodes: 'lower' | 'all';
}

/** The later pghot (u8 or u32 records, a hot flag a section). */
export interface PghotLateOptions {
  readonly kind: 'pghot-late';
  readonly record: 'default' | 'precise';
  readonly delayMs: number;
  readonly windowMs: number;
  readonly threshold: number;
  /** The batch is flushed when the count is above it: 513 folios by default. */
  readonly batchFolios: number;
  /** Node that the default record promotes to; -1: the nearest top-tier node. */
  readonly targetNid: Nid | -1;
  /** Who shares a memory cgroup; a change of it ends a batch. Default: one, all programs do; process: each has its own. */
  readonly memcgs?: 'one' | 'process';
  readonly nodes: 'lower' | 'all';
}

export type DeferredOptions = TaskWorkOptions | KpromotedOptions | CpuBufferOptions | PghotEarlyOptions | PghotLateOptions;
export type DeferredKind = DeferredOptions['kind'];

/** What was posted, or dossier M12's strongest form, by kind. */
export const DEFERRED_DEFAULTS: { readonly [K in DeferredKind]: Extract<DeferredOptions, { kind: K }> } = {
  'task-work': { kind: 'task-work', batchPages: 512, intervalMs: 1000 },
  kpromoted: { kind: 'kpromoted', hashOrder: 16, delayMs: 1000, windowMs: 5000, threshold: 2, repairWindow: false },
  'cpu-buffers': { kind: 'cpu-buffers', entries: 128, agedMs: 100, maxAgeMs: 2000, overflow: 'sync', drain: 'worker', chunkFolios: 64 },
  'pghot-early': { kind: 'pghot-early', masks: 'as-posted', delayMs: 100, windowMs: 5000, batchFolios: 512, nodes: 'lower' },
  'pghot-late': { kind: 'pghot-late', record: 'precise', delayMs: 100, windowMs: 5000, threshold: 2, batchFolios: 512, targetNid: -1, nodes: 'lower' },
};
