/** Should a page follow its faulting task? should_numa_migrate_memory() of kernel/sched/fair.c (6.16) from the exchange of the cpupid on, without numa_groups. */

import { cpupidMatchPid, cpupidPidUnset, cpupidToCpu, cpupidValid } from './cpupid';
import type { NumaTask } from './state';

/** Scan sequences in which first and private faults migrate at once. */
const EARLY_SEQUENCES = 4;

/**
 * Two-stage filter on a page of the top tier, or of any node where tiering is off. last: its last_cpupid before this fault; nodeOfCpu: by CPU number;
 * slow: the page is on a node below the top tier, with tiering off.
 */
export function followsTask(task: NumaTask, last: number, dstNid: number, nodeOfCpu: Int32Array, slow: boolean): boolean {
  if (slow && !cpupidValid(last, nodeOfCpu.length)) return false;
  const unset = cpupidPidUnset(last);
  if ((task.preferredNid < 0 || task.scanSeqSeen <= EARLY_SEQUENCES) && (unset || cpupidMatchPid(task.pid, last))) return true;
  // the node that faulted last time must be the same: a page that is used by two nodes in turn stays
  return unset || nodeOfCpu[cpupidToCpu(last)] === dstNid;
}
