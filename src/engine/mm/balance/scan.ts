/** task_tick_numa() and task_numa_work() of kernel/sched/fair.c (6.16): when a task scans, and which ranges of its address space it makes PROT_NONE. */

import { type Clock, msecsToJiffies } from '../../sim/jiffies';
import type { NumaBalancingSpec } from '../../system/spec';
import { PAGEBLOCK_PAGES, PS_PER_MS } from '../../types';
import { taskScanMin } from './period';
import type { NumaMm, NumaTask, NumaVma } from './state';

/** VMA_PID_RESET_PERIOD in scan delays. */
const PID_RESET_DELAYS = 4;
/** Virtual space that a pass looks at, in scan sizes. */
const VIRTUAL_FACTOR = 8;
/** Time that a scan takes pushes the next one by 32 times as much: at most 3 % of a CPU. */
const OVERHEAD_FACTOR = 32;

/** Bit of a pid in a VMA's sets: hash_32(pid, 6). */
function setPid(sets: Int32Array, which: 0 | 1, pid: number): void {
  const bit = Math.imul(pid, 0x61c88647) >>> 26;
  sets[which * 2 + (bit >>> 5)] |= 1 << (bit & 31);
}

function hasPid(sets: Int32Array, pid: number): boolean {
  const bit = Math.imul(pid, 0x61c88647) >>> 26;
  return ((sets[bit >>> 5] | sets[2 + (bit >>> 5)]) & (1 << (bit & 31))) !== 0;
}

/** vma_set_access_pid_bit(): a task took a hint fault in a VMA. */
export function setAccessPid(vma: NumaVma, pid: number): void {
  if (vma.known) setPid(vma.pids, 1, pid);
}

/** task_tick_numa(): does a tick at this CPU time queue the scanner? */
export function taskTickNuma(task: NumaTask, execPs: number, nowJiffies: number, spec: NumaBalancingSpec): boolean {
  if (task.work) return false;
  const periodPs = task.scanPeriodMs * PS_PER_MS;
  if (execPs <= task.nodeStampPs + periodPs) return false;
  if (task.nodeStampPs === 0) task.scanPeriodMs = taskScanMin(task.mm, spec);
  task.nodeStampPs += periodPs;
  if (nowJiffies < task.mm.nextScanJiffies) return false;
  task.work = true;
  return true;
}

/** One run of task_numa_work(), range by range. */
export class ScanPass {
  private active = false;
  private readonly mm: NumaMm;
  private pages = 0;
  private virtualPages = 0;
  private at = 0;
  private vma = 0;
  /** Start and end of the kernel's iteration under way, and where the next slice of it begins. */
  private rangeFrom = -1;
  private rangeEnd = 0;
  private slice = 0;
  private updates = 0;
  private skipped = false;
  private forced = false;
  private startExecPs = 0;
  private startJiffies = 0;
  /** The slice that next() found. */
  vmaIndex = -1;
  from = 0;
  to = 0;
  /** The slice ends an iteration of the kernel: its TLB flush follows. */
  endsRange = false;

  constructor(private readonly task: NumaTask, private readonly spec: NumaBalancingSpec, private readonly clock: Clock) {
    this.mm = task.mm;
  }

  /** Begins; given: the instant is dictated by a recorded run, so no clock has a say. False when another thread was first or it is too early. */
  begin(nowJiffies: number, execPs: number, given: boolean): boolean {
    const { mm, task, spec, clock } = this;
    task.work = false;
    if (nowJiffies < mm.nextScanJiffies && !given) return false;
    mm.nextScanJiffies = nowJiffies + msecsToJiffies(clock.hz, task.scanPeriodMs);
    task.nodeStampPs += 2 * clock.tickPs;
    this.pages = spec.scanSizeMb * 256;
    this.virtualPages = this.pages * VIRTUAL_FACTOR;
    this.startExecPs = execPs;
    this.skipped = this.forced = false;
    this.rangeFrom = -1;
    this.vmaIndex = -1;
    this.startJiffies = nowJiffies;
    this.seek();
    this.active = true;
    return true;
  }

  /** The VMA at the scan offset; at the end of the address space a new sequence begins. */
  private seek(): void {
    const { mm } = this;
    this.at = mm.scanOffset;
    this.vma = mm.vmas.findIndex((v) => v.endVpn > this.at);
    if (this.vma >= 0) return;
    this.reset();
    this.at = 0;
    this.vma = 0;
  }

  private reset(): void {
    this.mm.scanSeq++;
    this.mm.scanOffset = 0;
  }

  /** Finds the next slice of at most 512 pages; false when the pass is over. */
  next(nowJiffies: number): boolean {
    if (!this.active) return false;
    if (this.rangeFrom < 0 && !this.nextRange(nowJiffies)) return this.stop();
    this.vmaIndex = this.mm.vmas[this.vma].index;
    this.from = this.slice;
    this.to = Math.min(this.rangeEnd, (Math.floor(this.slice / PAGEBLOCK_PAGES) + 1) * PAGEBLOCK_PAGES);
    this.slice = this.to;
    this.endsRange = this.to === this.rangeEnd;
    return true;
  }

  /** Pages that the slice made PROT_NONE; at the end of an iteration the budgets are charged as the kernel does. */
  account(pages: number): void {
    this.updates += pages;
    if (!this.endsRange) return;
    const length = this.rangeEnd - this.rangeFrom;
    if (this.updates > 0) this.pages -= length;
    this.virtualPages -= length;
    this.at = this.rangeEnd;
    this.rangeFrom = -1;
    const vma = this.mm.vmas[this.vma];
    if (this.pages <= 0 || this.virtualPages <= 0) {
      this.mm.scanOffset = this.at;
      this.active = false;
      return;
    }
    if (this.at < vma.endVpn) return;
    vma.prevScanSeq = this.mm.scanSeq;
    if (this.forced) {
      this.mm.scanOffset = this.at;
      this.active = false;
      return;
    }
    this.vma++;
  }

  /** The next iteration: a range of the VMA under way, or of the next one that is not skipped. */
  private nextRange(nowJiffies: number): boolean {
    for (;;) {
      const vma = this.mm.vmas[this.vma];
      if (vma === undefined) {
        if (this.forced || !this.skipped) return false;
        this.forced = true;
        this.seek();
        continue;
      }
      const under = this.at > vma.startVpn && this.at < vma.endVpn && this.updates >= 0 && vma.known && this.resuming(vma);
      if (!under && this.skips(vma, nowJiffies)) {
        this.vma++;
        continue;
      }
      this.rangeFrom = this.slice = Math.max(this.at, vma.startVpn);
      const end = Math.ceil((this.rangeFrom + this.pages) / PAGEBLOCK_PAGES) * PAGEBLOCK_PAGES;
      this.rangeEnd = Math.min(end, vma.endVpn);
      this.updates = 0;
      return true;
    }
  }

  /** The VMA's scan was begun in this pass: the loop over its ranges goes on without new tests. */
  private resuming(vma: NumaVma): boolean {
    return this.vmaIndex === vma.index && this.at === this.slice;
  }

  /** The skips of the VMA loop, in the kernel's order. */
  private skips(vma: NumaVma, nowJiffies: number): boolean {
    const { mm, clock, spec } = this;
    if (vma.fileReadOnly) return true;
    const resetJiffies = msecsToJiffies(clock.hz, PID_RESET_DELAYS * spec.scanDelayMs);
    if (!vma.known) {
      vma.known = true;
      vma.startScanSeq = mm.scanSeq;
      vma.prevScanSeq = mm.scanSeq - 1;
      vma.nextScanJiffies = this.startJiffies + msecsToJiffies(clock.hz, spec.scanDelayMs);
      vma.pidsResetJiffies = vma.nextScanJiffies + resetJiffies;
    }
    if (mm.scanSeq !== 0 && nowJiffies < vma.nextScanJiffies) return true;
    if (mm.scanSeq !== 0 && nowJiffies > vma.pidsResetJiffies) {
      vma.pidsResetJiffies += resetJiffies;
      vma.pids[0] = vma.pids[2];
      vma.pids[1] = vma.pids[3];
      vma.pids[2] = vma.pids[3] = 0;
    }
    if (vma.prevScanSeq === mm.scanSeq) {
      mm.scanOffset = vma.endVpn;
      return true;
    }
    if (this.forced || this.isAccessed(vma)) return false;
    this.skipped = true;
    return true;
  }

  /** vma_is_accessed(). */
  private isAccessed(vma: NumaVma): boolean {
    const { mm, task } = this;
    if (mm.scanSeq - vma.startScanSeq < 2) return true;
    if (hasPid(vma.pids, task.pid)) return true;
    if (mm.scanOffset > vma.startVpn) return true;
    return mm.scanSeq > vma.prevScanSeq + mm.threads;
  }

  /** The loop ran off the end of the address space. */
  private stop(): boolean {
    if (this.active) this.reset();
    this.active = false;
    return false;
  }

  /** After the pass: the time that it took pushes the task's next one. */
  end(execPs: number): void {
    this.task.nodeStampPs += OVERHEAD_FACTOR * (execPs - this.startExecPs);
  }
}
