/** task_numa_fault() of kernel/sched/fair.c (6.16): what a hint fault leaves in its task's statistics. */

import { type Clock, msecsToJiffies } from '../../sim/jiffies';
import type { NumaBalancingSpec } from '../../system/spec';
import { CPUPID_UNSET, cpupidMatchPid } from './cpupid';
import { taskNumaPlacement } from './period';
import type { NumaTask } from './state';

export interface NumaFault {
  /** last_cpupid before the fault. */
  readonly last: number;
  readonly memNid: number;
  readonly cpuNid: number;
  readonly pages: number;
  /** TNF_FAULT_LOCAL, TNF_MIGRATED, TNF_MIGRATE_FAIL. */
  readonly local: boolean;
  readonly migrated: boolean;
  readonly failed: boolean;
}

/** dropped: the memory is of a slow node, in tiering mode or with a cpupid that names no CPU: no statistics at all. */
export function taskNumaFault(task: NumaTask, f: NumaFault, dropped: boolean, spec: NumaBalancingSpec, clock: Clock, nowJiffies: number): void {
  if (dropped) return;
  const priv = f.last === CPUPID_UNSET || cpupidMatchPid(task.pid, f.last) ? 1 : 0;
  if (nowJiffies > task.migrateRetryJiffies) {
    taskNumaPlacement(task, spec, clock, nowJiffies);
    // numa_migrate_preferred(): a pinned task stays, but the interval is kept once a node is preferred
    if (task.preferredNid >= 0) task.migrateRetryJiffies = nowJiffies + Math.min(clock.hz, Math.floor(msecsToJiffies(clock.hz, task.scanPeriodMs) / 16));
  }
  if (f.migrated) task.pagesMigrated += f.pages;
  if (f.failed) task.locality[2] += f.pages;
  task.memBuf[f.memNid * 2 + priv] += f.pages;
  task.cpuBuf[f.cpuNid * 2 + priv] += f.pages;
  task.locality[f.local ? 1 : 0] += f.pages;
}
