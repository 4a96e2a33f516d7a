/**
 * What a deferred design is to the machine around it: it takes the reports of hint faults, and moves pages later, in threads of its own or on the way
 * to user mode. One file a design; everything is plain data between two calls. kmigrated v1 is older than this and stands beside it.
 */

import type { CostTable } from '../cost/table';
import type { Cause } from '../cost/ledger';
import type { Machine } from '../machine/machine';
import type { MmEnv } from '../mm/env';
import type { Recorder } from '../observe/recorder';
import type { Clock } from '../sim/jiffies';

/** What a design stands on; the same in the whole machine and in conformance scenarios. */
export interface DesignContext {
  readonly machine: Machine;
  readonly env: MmEnv;
  readonly rec: Recorder;
  readonly costs: CostTable;
  readonly clock: Clock;
  readonly hz: number;
  readonly cpus: number;
  /** Node of a CPU, -1 for a CPU that is not there. */
  nodeOfCpu(cpu: number): number;
  topTier(nid: number): boolean;
  /** Process whose page tables map a folio, or -1. */
  processOf(head: number): number;
  /** distance[from][to] of SLIT. */
  distance(from: number, to: number): number;
  /** CPU of a worker's task; -1 before the machine has started it. */
  cpuOf(worker: Worker): number;
  /** Makes a sleeping worker runnable now. Without effect on one that runs. */
  wake(worker: Worker): void;
  /** Wakes a task that waits for a lock (DesignBlock); its step() is called again. */
  wakeTask(task: number): void;
}

/** One hint fault on a normal folio, its entry already accessible again. */
export interface Report {
  /** Row of the task in the ledger, and the CPU that it runs on. */
  readonly task: number;
  readonly cpu: number;
  readonly head: number;
  readonly order: number;
  /** Node of the folio, and the node that the balancer wants it on; equal: the folio is right where it is, or the filter said no. */
  readonly nid: number;
  readonly target: number;
}

/** What becomes of a report. take: step() follows; ignore: nothing more happens; sync: the fault migrates as it does today (entry still PROT_NONE). */
export type ReportAnswer = 'take' | 'ignore' | 'sync';

/** step() of a report or of work says: the task sleeps until ctx.wakeTask(). */
export const BLOCK = -2;
/** step() of a report or of work says: over. */
export const OVER = -1;

/** A design's scope in sentences, for its page and for exports. */
export interface ScopeNote {
  /** Message ids, or the dossier's section where nothing was posted. */
  readonly sources: readonly string[];
  readonly modelled: readonly string[];
  readonly simplified: readonly string[];
  readonly not: readonly string[];
}

/** A thread of a design. It is a task of a CPU; each step is one point, its effects first and its cost after them. */
export interface Worker {
  readonly name: string;
  /** The node whose column its counters go to and whose CPU it runs on. */
  readonly nid: number;
  /** Executes the next point; returns its cost in ps (0 or more). When it sleeps afterwards, `sleeping` is true and wakeAtPs says until when. */
  step(timePs: number): number;
  readonly sleeping: boolean;
  /** End of its sleep, Infinity: until ctx.wake(). */
  readonly wakeAtPs: number;
  /** Whom the point under way is charged to: KthreadWalk or KthreadMigrate. */
  readonly cause: Cause;
  /** The kernel asks to be rescheduled behind the newest point. */
  readonly atResched: boolean;
}

export interface Design {
  readonly scope: ScopeNote;
  readonly workers: readonly Worker[];
  /** The entry of a reported page is rebuilt without its write bit (D26), as in v0, v1 and pghot v3. */
  readonly losesWriteBit: boolean;
  /** task_numa_fault() is not called for a fault that is ignored: the scan period learns nothing of well-placed folios. */
  readonly forgetsPlaced?: boolean;
  /** do_huge_pmd_numa_page() reports as well; else a PMD-mapped folio migrates in the fault. */
  readonly takesPmd?: boolean;
  /** Decides at once, before the entry is rebuilt, whether a report is taken. No cost; a cost of refusing belongs to step(). */
  report(report: Report, timePs: number): ReportAnswer;
  /** The next stretch of the report of a task: its cost in ps, BLOCK, or OVER. */
  stepReport(task: number, timePs: number): number;
  /** What task_numa_fault() is told when a report is over: pages as if on this node, and whether they moved (kernel's D16: never). */
  creditedNid(task: number): number;
  /** task_tick_numa(): a tick found the task running; true when work waits for its return to user mode. */
  tick(task: number, timePs: number): boolean;
  /** Task work: true when it begins; stepWork() follows until OVER. */
  beginWork(task: number, cpu: number, timePs: number): boolean;
  stepWork(task: number, timePs: number): number;
  /** The task ends: what it held. */
  exit(task: number, timePs: number): void;
  /** Heads of folios that it holds off the LRU now. */
  held(): readonly number[];
  /** Bytes of metadata that it needs now, for the table of overheads. */
  overheadBytes(): number;
}
