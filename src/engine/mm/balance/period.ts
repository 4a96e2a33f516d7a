/** How often a task is scanned: task_scan_min(), _max(), task_numa_placement() and update_task_scan_period() of kernel/sched/fair.c (6.16), without numa_groups. */

import { type Clock, msecsToJiffies } from '../../sim/jiffies';
import type { NumaBalancingSpec } from '../../system/spec';
import type { NumaMm, NumaTask } from './state';

/** MB a second that nobody is scanned faster than. */
const MAX_SCAN_WINDOW = 2560;
const SLOTS = 10;
const THRESHOLD = 7;

/** task_nr_scan_windows(): scans that it takes to see the resident memory once. */
function scanWindows(mm: NumaMm, spec: NumaBalancingSpec): number {
  const pages = spec.scanSizeMb * 256;
  return Math.ceil(Math.max(mm.rssPages, pages) / pages);
}

export function taskScanMin(mm: NumaMm, spec: NumaBalancingSpec): number {
  const windows = spec.scanSizeMb < MAX_SCAN_WINDOW ? Math.floor(MAX_SCAN_WINDOW / spec.scanSizeMb) : 1;
  return Math.max(Math.floor(1000 / windows), Math.floor(spec.scanPeriodMinMs / scanWindows(mm, spec)));
}

export function taskScanMax(mm: NumaMm, spec: NumaBalancingSpec): number {
  return Math.max(taskScanMin(mm, spec), Math.floor(spec.scanPeriodMaxMs / scanWindows(mm, spec)));
}

/** task_numa_placement(): once a scan sequence, faults decay, the preferred node is found and the period adapted. */
export function taskNumaPlacement(task: NumaTask, spec: NumaBalancingSpec, clock: Clock, nowJiffies: number): void {
  if (task.scanSeqSeen === task.mm.scanSeq) return;
  task.scanSeqSeen = task.mm.scanSeq;
  let shared = 0, priv = 0, most = 0;
  for (let i = 0; i < task.mem.length; i += 2) {
    shared += task.memBuf[i];
    priv += task.memBuf[i + 1];
    for (const j of [i, i + 1]) {
      task.mem[j] += task.memBuf[j] - Math.floor(task.mem[j] / 2);
      task.cpu[j] += task.cpuBuf[j] - Math.floor(task.cpu[j] / 2);
      task.memBuf[j] = task.cpuBuf[j] = 0;
    }
    const faults = task.mem[i] + task.mem[i + 1];
    if (faults > most) {
      most = faults;
      task.preferredNid = i / 2;
    }
  }
  updateTaskScanPeriod(task, shared, priv, spec, clock, nowJiffies);
}

/**
 * update_task_scan_period(). A failed migration (locality[2]) doubles the period and leaves the array as it is, so it keeps doing so (M4);
 * with repairBackoff the array is cleared.
 */
export function updateTaskScanPeriod(task: NumaTask, shared: number, priv: number, spec: NumaBalancingSpec, clock: Clock, nowJiffies: number): void {
  const [remote, local, failed] = task.locality;
  const max = taskScanMax(task.mm, spec), min = taskScanMin(task.mm, spec);
  if (local + shared === 0 || failed > 0) {
    task.scanPeriodMs = Math.min(max, task.scanPeriodMs * 2);
    task.mm.nextScanJiffies = nowJiffies + msecsToJiffies(clock.hz, task.scanPeriodMs);
    if (spec.repairBackoff) task.locality.fill(0);
    return;
  }
  const slotMs = Math.ceil(task.scanPeriodMs / SLOTS);
  const byPlace = Math.floor((local * SLOTS) / (local + remote));
  const byShare = Math.floor((priv * SLOTS) / (priv + shared));
  const slower = (ratio: number): number => Math.max(1, ratio - THRESHOLD) * slotMs;
  const diff = byShare >= THRESHOLD ? slower(byShare) : byPlace >= THRESHOLD ? slower(byPlace) : -(THRESHOLD - Math.max(byPlace, byShare)) * slotMs;
  task.scanPeriodMs = Math.min(max, Math.max(min, task.scanPeriodMs + diff));
  task.locality.fill(0);
}
