/** A thread of a deferred design as a task: on a run queue like any other, off its CPU between two points, with the longest stretch that it kept its CPU (M7). */

import type { Ledger } from '../cost/ledger';
import type { Worker } from '../designs/design';
import { Task } from './task';

export interface WorkerHost {
  readonly ledger: Ledger;
  wakeAt(task: WorkerTask, timePs: number): void;
}

export class WorkerTask extends Task {
  /** When its next point executes, while it has the CPU. */
  private nextAtPs = Infinity;
  /** What was left of a point's cost when the CPU was taken away, ps. */
  private restPs = 0;
  private asked = false;
  private keptSincePs = 0;
  longestNoReschedPs = 0;

  constructor(id: number, readonly worker: Worker, cpu: number, nice: number, private readonly host: WorkerHost) {
    super(id, worker.name, cpu, nice, 'kthread', -1);
  }

  /** wake_up() of its wait queue, or its start; true when it slept. */
  ask(): boolean {
    if (this.state !== 'sleeping') return false;
    this.asked = true;
    return true;
  }

  nextPs(): number {
    return this.nextAtPs;
  }

  step(timePs: number): void {
    const { worker } = this;
    // the timer of a sleep that a wake-up has ended meanwhile
    const stale = worker.sleeping && !this.asked && timePs < worker.wakeAtPs;
    this.asked = false;
    const ps = stale ? 0 : worker.step(timePs);
    // the point may have woken a task that took the CPU at once: what it costs is still to come
    if (this.state === 'running') this.nextAtPs = timePs + ps;
    else this.restPs = ps;
    if (worker.atResched || worker.sleeping) this.kept(timePs);
    if (!worker.sleeping) return;
    this.state = 'sleeping';
    if (!stale && worker.wakeAtPs !== Infinity) this.host.wakeAt(this, worker.wakeAtPs);
  }

  private kept(timePs: number): void {
    this.longestNoReschedPs = Math.max(this.longestNoReschedPs, timePs - this.keptSincePs);
    this.keptSincePs = timePs;
  }

  enter(timePs: number): void {
    this.keptSincePs = timePs;
    this.nextAtPs = timePs + this.restPs;
    this.restPs = 0;
  }

  leave(timePs: number): void {
    this.kept(timePs);
    this.restPs = this.state === 'sleeping' ? 0 : Math.max(0, this.nextAtPs - timePs);
    this.nextAtPs = Infinity;
  }

  delay(byPs: number): void {
    this.nextAtPs += byPs;
  }

  charge(fromPs: number, toPs: number): void {
    this.host.ledger.charge(this.cpu, this.id, this.worker.cause, toPs - fromPs);
  }

  atResched(): boolean {
    return this.worker.atResched;
  }

  tick(): void {
    // NUMA balancing leaves tasks without an mm alone
  }
}
