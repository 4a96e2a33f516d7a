/** What page faults ask of the rest of the machine: NUMA balancing, designs that take reports, tasks, other CPUs. */

import type { Design, Report, ReportAnswer } from '../designs/design';
import type { Stall } from '../observe/stalls';
import type { UserTask } from '../sched/user';
import type { Migrator } from '../system/spec';
import type { Vma } from './vma';

/** NUMA balancing's part of a hint fault. */
export interface Balancer {
  /** numa_migrate_check(): counts the fault and returns the node that the folio should be on, or -1. */
  check(task: UserTask, vma: Vma, unit: number, folioNid: number): number;
  /** Tiering mode, from a slow node to the top tier: what the synchronous path counts as a promotion. */
  promotes(from: number, to: number): boolean;
  /** task_numa_fault(): pages faulted as if on a node. */
  account(task: UserTask, memNid: number, pages: number, migrated: boolean, failed: boolean): void;
}

/** A design that takes reports and moves pages later (designs/design.ts). */
export interface Reports {
  readonly design: Pick<Design, 'losesWriteBit' | 'creditedNid' | 'takesPmd' | 'forgetsPlaced'>;
  report(report: Report, timePs: number): ReportAnswer;
  /** The next stretch of a task's report; true when it is over. */
  proceed(task: UserTask, timePs: number): boolean;
}

/** The rest of the machine, as faults see it. */
export interface FaultHost {
  readonly migrator: () => Migrator;
  readonly reports: () => Reports | undefined;
  nodeOfCpu(cpu: number): number;
  vmaOf(task: UserTask): Vma;
  /** The task sleeps until the unit's migration entry is gone. */
  waitForEntry(task: UserTask, vma: Vma, unit: number): void;
  /** batched: try_to_unmap_flush(), else a flush of one mm's range. */
  shootdown(cpu: number, process: number, pages: number, batched: boolean): number;
  copied(cpu: number, from: number, to: number, pages: number): void;
  marked(vma: Vma, unit: number, pfn: number, nid: number): void;
  armed(vma: Vma, unit: number, units: number): void;
  outOfMemory(task: UserTask, nid: number): void;
  stalled(task: UserTask, ps: number, why: Stall): void;
  moving(head: number): void;
  /** Base pages that a process has got. */
  resident(process: number, pages: number): void;
  /** Prepare found the target below its mark. */
  promotionRefused(nid: number): void;
}
