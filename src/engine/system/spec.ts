/** What runs on the machine besides kmigrated, as plain data: CPUs' policy, NUMA balancing, TLB, programs. A world without it has marks only. */

import type { DeferredKind, DeferredOptions } from '../designs/options';
import type { Nid } from '../types';

/**
 * Who moves misplaced pages. none: nobody; ideal: nobody, but every access costs what a local one does (a bound, not a placement); sync: the faulting
 * task (the kernel as it is); kmigrated-v1: patch 4/4 as posted; the others: the designs of designs/options.ts.
 */
export type Migrator = 'none' | 'ideal' | 'sync' | 'kmigrated-v1' | DeferredKind;

/** Preemption model of the kernel: none and voluntary switch inside the kernel only where it asks to; full switches at any instruction. */
export type Preemption = 'none' | 'voluntary' | 'full';

/** How a shootdown reaches other CPUs (dossier C.5, M3). */
export type TlbBackend = 'ipi' | 'invlpgb' | 'arm64';

/** kernel.numa_balancing and its tunables (debugfs sched/numa_balancing), defaults of 6.16. */
export interface NumaBalancingSpec {
  /** 0 off, 1 NUMA_BALANCING_NORMAL, 2 NUMA_BALANCING_MEMORY_TIERING. */
  readonly mode: 0 | 1 | 2;
  readonly scanPeriodMinMs: number;
  readonly scanPeriodMaxMs: number;
  readonly scanSizeMb: number;
  readonly scanDelayMs: number;
  readonly hotThresholdMs: number;
  readonly promoteRateLimitMBps: number;
  /** M4: clear the failure count of the scan-period feedback, as the kernel does not. */
  readonly repairBackoff: boolean;
}

export const NUMA_BALANCING_DEFAULTS: NumaBalancingSpec = {
  mode: 1, scanPeriodMinMs: 1000, scanPeriodMaxMs: 60_000, scanSizeMb: 256, scanDelayMs: 1000, hotThresholdMs: 1000, promoteRateLimitMBps: 65_536,
  repairBackoff: false,
};

/** The kmigrated threads as tasks. */
export interface KthreadSpec {
  /** nice value, -20 .. 19. */
  readonly nice: number;
  /** A CPU number for all of them; undefined: the first CPU of the thread's own node, or of the nearest node that has one. */
  readonly cpu?: number;
  /** A node whose first CPU runs all of them; `cpu` goes before it. */
  readonly node?: Nid;
}

/** A mapping of a process. */
export interface VmaSpec {
  readonly name: string;
  /** Base pages; rounded up to whole folios. */
  readonly pages: number;
  readonly content: 'anon' | 'file' | 'file-dirty' | 'file-readonly';
  /** Folio order 0 .. 9 of what is allocated on first touch. */
  readonly order: number;
  /** Order 9 only: mapped by a PMD (THP), not by PTEs. */
  readonly pmdMapped: boolean;
  /** set_mempolicy(MPOL_PREFERRED) while the mapping is filled: first touches allocate here, whoever makes them; NUMA balancing goes by the default policy afterwards. */
  readonly firstTouchNode?: Nid;
  /** Shares of the folios (0 .. 1) that migrate_pages() finds pinned, locked or under writeback, by a hash of the page. */
  readonly pinnedShare: number;
  readonly lockedShare: number;
  readonly writebackShare: number;
}

/** Ends a repeat. flag: raised by a signal op of the same process. */
export type Until =
  | { readonly kind: 'times'; readonly times: number }
  | { readonly kind: 'time'; readonly ps: number }
  | { readonly kind: 'flag'; readonly flag: string };

/** What a thread does, in order. vma and pattern are indices into the process's lists; units are pages, or PMDs of a PMD-mapped VMA. */
export type Op =
  /** One access to each of `count` units: from, from + step, ... */
  | { readonly op: 'sweep'; readonly vma: number; readonly from: number; readonly step: number; readonly count: number; readonly write: boolean }
  /** `count` accesses (Infinity: for ever) as a pattern draws them. */
  | { readonly op: 'access'; readonly pattern: number; readonly count: number }
  /** nanosleep(): ends at the high-resolution timer, not at the wheel. */
  | { readonly op: 'sleep'; readonly ps: number }
  /** CPU time without memory accesses. */
  | { readonly op: 'compute'; readonly ps: number }
  /** Waits until every thread of the process that names it has come. */
  | { readonly op: 'barrier'; readonly name: string }
  | { readonly op: 'signal'; readonly flag: string }
  /** Looks every pollPs whether the machine's numa_hint_faults have grown by `atLeast` since the thread began. */
  | { readonly op: 'awaitHintFaults'; readonly atLeast: number; readonly pollPs: number }
  /** munmap() of a whole VMA: its pages are freed, its marks stay (D8). */
  | { readonly op: 'unmap'; readonly vma: number }
  /** The kernel takes pages of this CPU's node for itself and keeps them, off the LRU: stacks, slab. */
  | { readonly op: 'kernelPages'; readonly count: number }
  /** sysctl kernel.numa_balancing. */
  | { readonly op: 'numaBalancing'; readonly mode: 0 | 1 | 2 }
  | { readonly op: 'repeat'; readonly body: readonly Op[]; readonly until: Until };

export interface ThreadSpec {
  readonly name: string;
  /** The only CPU it may run on. */
  readonly cpu: number;
  readonly nice: number;
  readonly ops: readonly Op[];
  /** CPU time of its own before every access, in ps: what the program does with the data. */
  readonly thinkPs: number;
  /** Share of time that it wants the CPU, 0 < duty <= 1: after 4 ms of CPU time it sleeps as long as the share asks. */
  readonly duty: number;
}

/** One access of a recorded trace. */
export interface RecordedAccesses {
  /** Unit of the VMA that each access touches. */
  readonly units: Uint32Array;
  /** 1 = write. */
  readonly writes: Uint8Array;
}

/** A distribution of accesses over the units of one VMA (or a part of it), shared by the threads that name it. */
export interface PatternSpec {
  readonly vma: number;
  /** Part of the VMA in units: [from, from + units). */
  readonly from: number;
  readonly units: number;
  /** Share of writes, 0 .. 1. */
  readonly writeShare: number;
  readonly kind:
    | { readonly kind: 'uniform' }
    /** Rank r has weight 1 / r^s; ranks are dealt to units by the seed, or in order. */
    | { readonly kind: 'zipf'; readonly s: number; readonly shuffled: boolean }
    /** hotShare of the units get hotAccesses of the accesses; the set moves on by its own size every movePs (0: never). */
    | { readonly kind: 'hotset'; readonly hotShare: number; readonly hotAccesses: number; readonly movePs: number }
    /** In address order, round and round. */
    | { readonly kind: 'stream' }
    | { readonly kind: 'recorded'; readonly accesses: RecordedAccesses; readonly loop: boolean };
}

export interface ProcessSpec {
  readonly name: string;
  readonly vmas: readonly VmaSpec[];
  readonly patterns: readonly PatternSpec[];
  readonly threads: readonly ThreadSpec[];
}

/** Instants that a recorded run dictates instead of the model (validate: "given the scans"); all ascending, in ps. */
export interface GivenInstants {
  /** A scan pass (task_numa_work) begins at these times and at no other. */
  readonly scansPs?: readonly number[];
  /** A dictated pass that changes fewer PTEs is followed at once by the next one: the recorded growth says that the pass which made it changed this many. Default 0. */
  readonly scanAtLeast?: number;
  /** By node: walks of kmigratedN begin at these times and at no other. */
  readonly walksPs?: ReadonlyMap<number, readonly number[]>;
}

export interface SystemSpec {
  readonly migrator: Migrator;
  /** Options of a deferred design; its kind is the migrator. undefined: DEFERRED_DEFAULTS. */
  readonly deferred?: DeferredOptions;
  /** CONFIG_HZ comes from WorldSpec.design.hz. */
  readonly preemption: Preemption;
  readonly numaBalancing: NumaBalancingSpec;
  readonly kthread: KthreadSpec;
  readonly tlb: TlbBackend;
  /** Nodes of the top tier; all with CPUs when undefined. Mode 2 promotes from the others. */
  readonly topTier?: readonly Nid[];
  /** distance[from][to] by node id as in SLIT: 10 is local. */
  readonly distance: readonly (readonly number[])[];
  /** Where struct page and page_ext of a node's memory lie; undefined: on the node itself. A walk of another node's metadata costs that distance. */
  readonly metadataNode?: Nid;
  /** Last-level cache of a node in bytes, for what a walk evicts. */
  readonly llcBytes: number;
  readonly processes: readonly ProcessSpec[];
  readonly given?: GivenInstants;
  /** Run the checkers while the world runs. */
  readonly checkers: boolean;
  /** Keep what the lab measures (observe/probe.ts); costs memory by marked page. */
  readonly probe?: boolean;
}
