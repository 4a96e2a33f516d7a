/** What a world with programs shows of itself: read by sessions, the command line and tests, changed by nobody. */

import type { Ledger } from '../cost/ledger';
import type { Probe } from '../observe/probe';
import type { Stall } from '../observe/stalls';
import type { SystemSpec } from './spec';

export interface TaskView {
  /** Row in the ledger. */
  readonly id: number;
  readonly name: string;
  /** CPU that it runs on (or last ran on). */
  readonly cpu: number;
  readonly kind: 'user' | 'kthread';
  /** Process of a user task, else -1. */
  readonly process: number;
  readonly state: 'running' | 'runnable' | 'sleeping' | 'waiting' | 'dead';
}

/** A point in time of the whole run; everything since the begin. */
export interface Progress {
  readonly accesses: number;
  readonly localAccesses: number;
  /** Sum of the latencies of all accesses, in ps. */
  readonly latencyPs: number;
  /** 99th percentile of a stall (a fault, a wait on a migration entry, a wait for the CPU) in ps, to a resolution of 1/8 octave; 0 without stalls. */
  readonly stallP99Ps: number;
  readonly stalls: number;
}

export interface SystemView {
  readonly spec: SystemSpec;
  /** As of the last point of each CPU. */
  readonly ledger: Ledger;
  /** A copy as of a time between the world's last point and its next one: every CPU's row sums to that time (or to the end of an interrupt that it is in). */
  ledgerAt(timePs: number): Ledger;
  /** What the lab measures, where the spec asks for it. */
  readonly probe: Probe | undefined;
  /** A percentile (share 0 .. 1) of the stalls of a kind, or of all, ps. */
  stallPs(share: number, kind?: Stall): number;
  /** Cache lines that walks have evicted. */
  linesEvicted(): number;
  /** Bytes of metadata that the design needs now: page_ext words, records, buffers. */
  overheadBytes(): number;
  tasks(): readonly TaskView[];
  progress(): Progress;
  /** Passes of the outermost repeat that a thread has made (the "loops" of kernel-runs), by process and thread. */
  loops(process: number, thread: number): number;
  /** Node of the page of each unit of a VMA: -1 none, -2 under migration. */
  nodesOf(process: number, vma: number, into: Int16Array): void;
  /** Sentences of the checkers that found something wrong, oldest first; empty is good. */
  violations(): readonly string[];
  /** Longest time that a CPU ran one kthread without a chance to reschedule, across walks (M7), in ps. */
  longestNoReschedPs(): number;
  /** The most base pages that were unmapped at once. */
  peakUnmapped(): number;
}
