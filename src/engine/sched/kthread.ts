/** A kmigrated thread as a task: on a run queue like any other, preemptible between folios of a batch, with the longest stretch that it kept its CPU (M7). */

import { Cause, type Ledger } from '../cost/ledger';
import type { KmigratedThread } from '../designs/kmigrated-v1';
import { Point } from '../observe/points';
import { Task } from './task';

export interface KthreadHost {
  readonly ledger: Ledger;
  /** What the batch step under way is paid for. */
  batchCause(): Cause;
  /** The thread sleeps until a time (Infinity: for ever). */
  sleepUntil(task: KthreadTask, timePs: number): void;
  /** A pass is over. */
  passed(task: KthreadTask): void;
}

export class KthreadTask extends Task {
  private frozenPs = -1;
  private resched = false;
  /** Since when it has had no chance to reschedule, ps. */
  private keptSincePs = 0;
  longestNoReschedPs = 0;

  constructor(id: number, readonly thread: KmigratedThread, cpu: number, nice: number, private readonly host: KthreadHost) {
    super(id, `kmigrated${thread.pgdat.nid}`, cpu, nice, 'kthread', -1);
  }

  /** wake_up_process() after kthread_create(): the thread function begins when the task comes on its CPU. */
  start(timePs: number): void {
    this.thread.start(timePs);
    this.frozenPs = timePs;
  }

  nextPs(): number {
    return this.thread.nextPs();
  }

  atResched(): boolean {
    return this.resched;
  }

  /** A timer of a sleep that a mark has ended early is none (D4 repaired). */
  override expects(timePs: number): boolean {
    return this.thread.wakePs <= timePs;
  }

  tick(): void {
    // NUMA balancing leaves tasks without an mm alone
  }

  step(timePs: number): void {
    const { thread } = this;
    const point = thread.nextPoint();
    thread.step();
    const folioByFolio = thread.job.active && (thread.job.next === Point.BatchUnmap || thread.job.next === Point.BatchMove);
    this.resched = folioByFolio || point === Point.WalkResched;
    if (point === Point.WorkDone) this.host.passed(this);
    if (thread.pc === Point.WaitTimeout) {
      this.resched = true;
      this.state = 'sleeping';
      this.host.sleepUntil(this, thread.pointPs);
    } else if (thread.pc === -1) {
      this.state = 'dead';
    }
    if (this.resched) this.kept(timePs);
  }

  private kept(timePs: number): void {
    this.longestNoReschedPs = Math.max(this.longestNoReschedPs, timePs - this.keptSincePs);
    this.keptSincePs = timePs;
  }

  enter(timePs: number): void {
    this.keptSincePs = timePs;
    if (this.frozenPs >= 0) this.thread.thaw(timePs - this.frozenPs);
    this.frozenPs = -1;
  }

  leave(timePs: number): void {
    if (this.state === 'dead') return;
    this.kept(timePs);
    this.thread.freeze(timePs);
    // who sleeps goes on at the instant of its wake-up, who was preempted where it was
    this.frozenPs = this.state === 'sleeping' ? this.thread.pointPs : timePs;
  }

  delay(byPs: number, timePs: number): void {
    // what its walk has visited by then stays visited
    this.thread.freeze(timePs);
    this.thread.thaw(byPs);
  }

  charge(fromPs: number, toPs: number): void {
    this.host.ledger.charge(this.cpu, this.id, this.thread.job.active ? this.host.batchCause() : Cause.KthreadWalk, toPs - fromPs);
  }
}
