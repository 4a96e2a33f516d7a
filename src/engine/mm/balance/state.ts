/** What NUMA balancing keeps of VMAs, address spaces and tasks: numab_state, mm_struct and task_struct of 6.16, as far as pinned tasks without numa_groups need it. */

import { type Clock, msecsToJiffies } from '../../sim/jiffies';
import type { NumaBalancingSpec } from '../../system/spec';
import { PS_PER_NS } from '../../types';
import { taskScanMax } from './period';

const NS_PER_MS = 1_000_000;

/** A VMA in its address space; page numbers are in base pages. */
export class NumaVma {
  /** vma->numab_state exists: a scan has seen it. */
  known = false;
  startScanSeq = 0;
  prevScanSeq = -1;
  nextScanJiffies = 0;
  pidsResetJiffies = 0;
  /** pids_active[0 .. 1]: bit hash(pid) of 64, as two halves each. */
  readonly pids = new Int32Array(4);

  /** fileReadOnly: file-backed and not writable; the scanner leaves such a VMA alone. */
  constructor(readonly index: number, readonly startVpn: number, readonly endVpn: number, readonly fileReadOnly: boolean) {}
}

export class NumaMm {
  /** mm->numa_scan_offset, in pages. */
  scanOffset = 0;
  scanSeq = 0;
  nextScanJiffies = 0;
  readonly vmas: NumaVma[] = [];
  threads = 0;
  rssPages = 0;
}

/** Kinds of faults in numa_faults[]: by node and private (1) or shared (0). */
export class NumaTask {
  /** CPU time of the last scan decision, ps. */
  nodeStampPs = 0;
  scanPeriodMs: number;
  /** p->numa_scan_seq: the sequence that its faults were last looked at in. */
  scanSeqSeen = 0;
  preferredNid = -1;
  migrateRetryJiffies = 0;
  readonly mem: Float64Array;
  readonly memBuf: Float64Array;
  readonly cpu: Float64Array;
  readonly cpuBuf: Float64Array;
  /** numa_faults_locality[]: remote, local, failed to migrate. */
  readonly locality = new Float64Array(3);
  pagesMigrated = 0;
  /** numa_work is queued for the return to user mode. */
  work = false;

  constructor(readonly pid: number, readonly mm: NumaMm, nodes: number, spec: NumaBalancingSpec) {
    this.scanPeriodMs = spec.scanDelayMs;
    this.mem = new Float64Array(nodes * 2);
    this.memBuf = new Float64Array(nodes * 2);
    this.cpu = new Float64Array(nodes * 2);
    this.cpuBuf = new Float64Array(nodes * 2);
  }
}

/** init_numa_balancing(): the first thread of a process, or a further one that shares its memory. */
export function initNumaTask(pid: number, mm: NumaMm, nodes: number, spec: NumaBalancingSpec, clock: Clock, nowJiffies: number): NumaTask {
  const task = new NumaTask(pid, mm, nodes, spec);
  const users = mm.threads++;
  task.scanSeqSeen = mm.scanSeq;
  if (mm.threads === 1) {
    mm.nextScanJiffies = nowJiffies + msecsToJiffies(clock.hz, spec.scanDelayMs);
    mm.scanSeq = 0;
    return task;
  }
  // the kernel takes the smaller of ms and of ns in 32 bits, and uses it as ns: in effect two ticks
  const delayNs = Math.min(taskScanMax(mm, spec), (task.scanPeriodMs * users * NS_PER_MS) % 2 ** 32);
  task.nodeStampPs = delayNs * PS_PER_NS + 2 * clock.tickPs;
  return task;
}
