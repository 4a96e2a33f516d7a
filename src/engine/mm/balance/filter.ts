/** Should a page follow its faulting task? should_numa_migrate_memory() of kernel/sched/fair.c (6.16), without numa_groups, and the limiter of tiering mode. */

import { CPUPID_UNSET, cpupidMatchPid, cpupidToCpu } from './cpupid';
import type { NumaTask } from './state';

/** Scan sequences in which first and private faults migrate at once. */
const EARLY_SEQUENCES = 4;

/** Two-stage filter on a page of the top tier, or of any node where tiering is off. last: its last_cpupid before this fault. */
export function followsTask(task: NumaTask, last: number, dstNid: number, nodeOfCpu: (cpu: number) => number): boolean {
  const own = last === CPUPID_UNSET || cpupidMatchPid(task.pid, last);
  if ((task.preferredNid < 0 || task.scanSeqSeen <= EARLY_SEQUENCES) && own) return true;
  // the node that faulted last time must be the same: a page that is used by two nodes in turn stays
  if (last !== CPUPID_UNSET && nodeOfCpu(cpupidToCpu(last)) !== dstNid) return false;
  return true;
}
