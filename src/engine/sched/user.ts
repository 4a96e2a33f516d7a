/** A user task: it makes the accesses of its program at their mean latency up to the next one that faults, and pays for what the kernel does in between. */

import { Cause, type Ledger } from '../cost/ledger';
import type { Op, ThreadSpec } from '../system/spec';
import { EngineBug, PS_PER_MS } from '../types';
import type { Pattern } from '../workload/pattern';
import { OpCursor } from './ops';
import { Task } from './task';

/** Longest stretch of accesses at one mean latency, ps: afterwards the shares of the nodes are looked at again. */
const STRETCH_PS = 4 * PS_PER_MS;
/** CPU time after which a duty below 1 sleeps, ps. */
const DUTY_SLICE_PS = 4 * PS_PER_MS;

/** What a user task is doing on its CPU. */
export const Mode = { Ready: 0, Access: 1, Compute: 2, Kernel: 3 } as const;
export type Mode = (typeof Mode)[keyof typeof Mode];

/** The rest of the machine, as a user task sees it. */
export interface UserHost {
  readonly ledger: Ledger;
  /** Latency of an access from this CPU to memory of each node, ps. */
  latencyPs(cpu: number): Float64Array;
  pattern(task: UserTask, op: Extract<Op, { op: 'sweep' | 'access' }>): { pattern: Pattern; slot: number };
  /** An access faults: begins the fault (calls task.kernel()). */
  fault(task: UserTask, timePs: number): void;
  /** A kernel stretch is over: goes on with the fault or the scan; true when the task is back in user mode. */
  proceed(task: UserTask, timePs: number): boolean;
  /** Work that waits for the return to user mode (task_work): begins it; true when there was some. */
  returnToUser(task: UserTask, timePs: number): boolean;
  tick(task: UserTask, timePs: number): void;
  /** An operation that the machine carries out; false when the task must wait (its state is set). */
  operate(task: UserTask, op: Op, timePs: number): boolean;
  /** Makes the task pay what walks and copies owe it; true when that took time. */
  settleDebts(task: UserTask): boolean;
  /** n accesses were made, latencyPs in all, of which a share was local. */
  progressed(task: UserTask, n: number, latencyPs: number, localShare: number): void;
  exited(task: UserTask, timePs: number): void;
}

export class UserTask extends Task {
  mode: Mode = Mode.Ready;
  readonly ops: OpCursor;
  private fromPs = 0;
  private endPs = 0;
  /** Accesses of the stretch, their mean time, and how the time splits. */
  private n = 0;
  private meanPs = 0;
  private computePart = 0;
  private localPart = 0;
  private latency = 0;
  private localShare = 0;
  cause: Cause = Cause.Kernel;
  pattern: Pattern | undefined;
  slot = -1;
  /** VMA (index in its process) that the accesses under way go to. */
  vma = -1;
  private dutyExecPs = 0;
  /** Latency of the own node's memory, ps. */
  private readonly herePs: number;
  /** The program's own work before the faulting access is done: a fault that is taken again does not repeat it. */
  private thought = false;
  /** When the fault under way began, ps; -1: none. */
  stallFromPs = -1;

  constructor(id: number, readonly spec: ThreadSpec, process: number, readonly index: number, private readonly host: UserHost, flags: { raised(flag: string): boolean }) {
    super(id, spec.name, spec.cpu, spec.nice, 'user', process);
    this.ops = new OpCursor(spec.ops, flags);
    this.herePs = Math.min(...host.latencyPs(spec.cpu));
  }

  nextPs(): number {
    return this.mode === Mode.Ready ? this.fromPs : this.endPs;
  }

  atResched(): boolean {
    // task_numa_work() asks to be rescheduled behind every range
    return this.mode !== Mode.Kernel || this.cause === Cause.PteScan;
  }

  tick(timePs: number): void {
    this.host.tick(this, timePs);
  }

  step(timePs: number): void {
    switch (this.mode) {
      case Mode.Ready: return this.goOn(timePs);
      case Mode.Access: return this.accessed(timePs);
      case Mode.Compute:
        this.ready(timePs);
        return this.goOn(timePs);
      case Mode.Kernel:
        if (this.host.proceed(this, timePs)) this.ready(timePs);
        return;
    }
  }

  /** Back in user mode: the next point decides what comes. */
  ready(timePs: number): void {
    this.mode = Mode.Ready;
    this.fromPs = this.endPs = timePs;
  }

  /** Stays in the kernel for a time; host.proceed() is called at its end. */
  kernel(timePs: number, cause: Cause, ps: number): void {
    this.mode = Mode.Kernel;
    this.cause = cause;
    this.fromPs = timePs;
    this.endPs = timePs + Math.max(1, ps);
  }

  private goOn(timePs: number): void {
    if (this.host.returnToUser(this, timePs)) return;
    this.ready(timePs);
    if (this.host.settleDebts(this)) return;
    if (this.pattern !== undefined) return this.access(timePs);
    this.nextOp(timePs);
  }

  private nextOp(timePs: number): void {
    if (this.rest(timePs)) return;
    const op = this.ops.next(timePs);
    if (op === undefined) {
      this.state = 'dead';
      this.host.exited(this, timePs);
      return;
    }
    if (op.op === 'sweep' || op.op === 'access') {
      const found = this.host.pattern(this, op);
      this.pattern = found.pattern;
      this.slot = found.slot;
      this.pattern.begin(this.slot, op.count);
      this.ready(timePs);
    } else if (op.op === 'compute') {
      this.mode = Mode.Compute;
      this.cause = Cause.Compute;
      this.fromPs = timePs;
      this.endPs = timePs + Math.max(1, op.ps);
    } else if (this.host.operate(this, op, timePs)) {
      if (this.mode !== Mode.Kernel) this.ready(timePs);
    }
  }

  /** A duty below 1: sleeps for its share; true when it does. */
  private rest(timePs: number): boolean {
    const { duty } = this.spec;
    if (duty >= 1 || this.sumExecPs - this.dutyExecPs < DUTY_SLICE_PS) return false;
    const ps = Math.round(((this.sumExecPs - this.dutyExecPs) * (1 - duty)) / duty);
    this.dutyExecPs = this.sumExecPs;
    this.ready(timePs);
    this.host.operate(this, { op: 'sleep', ps }, timePs);
    return true;
  }

  /** Begins a stretch of accesses, or the fault that comes first. */
  private access(timePs: number): void {
    const { pattern, slot } = this;
    if (pattern === undefined) throw new EngineBug(`${this.name} has no pattern`);
    const left = pattern.left(slot);
    if (left <= 0) {
      this.pattern = undefined;
      this.ready(timePs);
      return;
    }
    if (this.rest(timePs)) return;
    this.mean();
    const until = pattern.untilFault(slot);
    if (until === 0) return this.faulting(timePs);
    this.thought = false;
    this.mode = Mode.Access;
    this.n = Math.min(until, left, Math.max(1, Math.floor(STRETCH_PS / this.meanPs)));
    this.fromPs = timePs;
    this.endPs = timePs + Math.max(1, Math.ceil(this.n * this.meanPs));
  }

  /** The access that comes next faults: the program's own work before it first, then the fault. */
  private faulting(timePs: number): void {
    if (this.spec.thinkPs > 0 && !this.thought) {
      this.thought = true;
      this.mode = Mode.Compute;
      this.cause = Cause.Compute;
      this.fromPs = timePs;
      this.endPs = timePs + this.spec.thinkPs;
      return;
    }
    this.stallFromPs = timePs;
    this.host.fault(this, timePs);
  }

  /** Mean time of an access now, and its parts. */
  private mean(): void {
    const shares = this.pattern?.shares(this.slot);
    const latency = this.host.latencyPs(this.cpu);
    const { herePs } = this;
    let mapped = 0, sum = 0, local = 0;
    if (shares !== undefined) {
      for (let nid = 0; nid < latency.length; nid++) {
        const share = shares[nid];
        if (share <= 0) continue;
        mapped += share;
        sum += share * latency[nid];
        if (latency[nid] === herePs) local += share;
      }
    }
    this.latency = mapped > 0 ? sum / mapped : herePs;
    this.localShare = mapped > 0 ? local / mapped : 1;
    this.meanPs = Math.max(1, this.latency + this.spec.thinkPs);
    this.computePart = this.spec.thinkPs / this.meanPs;
    this.localPart = (this.localShare * herePs) / this.meanPs;
  }

  private accessed(timePs: number): void {
    this.made(this.n);
    this.ready(timePs);
    if (this.pattern !== undefined && this.pattern.left(this.slot) > 0 && this.pattern.untilFault(this.slot) === 0 && !this.workWaits(timePs)) {
      this.mean();
      this.faulting(timePs);
    }
  }

  private workWaits(timePs: number): boolean {
    return this.host.returnToUser(this, timePs);
  }

  private made(n: number): void {
    if (n <= 0) return;
    this.pattern?.advance(this.slot, n);
    this.host.progressed(this, n, n * this.latency, this.localShare);
  }

  /** The faulting access is made: its fault has been handled. */
  completeAccess(): void {
    this.thought = false;
    this.pattern?.complete(this.slot);
    this.host.progressed(this, 1, this.latency, this.localShare);
  }

  /** Brings the stretch up to a time: what is done is done, the rest is looked up anew. */
  sync(timePs: number): void {
    if (this.mode !== Mode.Access || this.state !== 'running') return;
    const done = Math.min(this.n, Math.max(0, Math.floor((timePs - this.fromPs) / this.meanPs)));
    if (done === 0) return;
    this.made(done);
    this.n -= done;
    this.fromPs += Math.floor(done * this.meanPs);
  }

  /** What it touches may have changed: the end of the stretch is found again. */
  recompute(timePs: number): void {
    if (this.mode !== Mode.Access || this.state !== 'running' || this.pattern === undefined) return;
    const until = this.pattern.untilFault(this.slot);
    if (until >= this.n) return;
    this.n = until;
    this.endPs = Math.max(timePs, this.fromPs + Math.ceil(until * this.meanPs));
  }

  enter(timePs: number): void {
    if (this.mode === Mode.Kernel || this.mode === Mode.Compute) {
      this.endPs = timePs + Math.max(1, this.endPs - this.fromPs);
      this.fromPs = timePs;
      return;
    }
    this.ready(timePs);
  }

  leave(timePs: number): void {
    if (this.mode === Mode.Access) {
      const done = Math.min(this.n, Math.max(0, Math.floor((timePs - this.fromPs) / this.meanPs)));
      this.made(done);
      this.ready(timePs);
      return;
    }
    // what is left of a stretch in the kernel is kept as its length
    this.fromPs = Math.min(timePs, this.endPs);
  }

  /** Stops a stretch of accesses at a time, to let something else come first. */
  interrupt(timePs: number): void {
    if (this.mode === Mode.Access) this.leave(timePs);
  }

  delay(byPs: number): void {
    this.fromPs += byPs;
    this.endPs += byPs;
  }

  charge(fromPs: number, toPs: number): void {
    const ps = toPs - fromPs;
    const { ledger } = this.host;
    if (this.mode !== Mode.Access) {
      ledger.charge(this.cpu, this.id, this.mode === Mode.Ready ? Cause.Kernel : this.cause, ps);
      return;
    }
    const compute = Math.floor(ps * this.computePart), local = Math.floor(ps * this.localPart);
    if (compute > 0) ledger.charge(this.cpu, this.id, Cause.Compute, compute);
    if (local > 0) ledger.charge(this.cpu, this.id, Cause.AccessLocal, local);
    ledger.charge(this.cpu, this.id, Cause.AccessRemote, ps - compute - local);
  }
}
