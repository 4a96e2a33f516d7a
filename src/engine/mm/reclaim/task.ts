/** A kswapd thread as a task: on a run queue like any other, with a chance to be preempted after every step of 32 pages (cond_resched() in shrink_lruvec()). */

import { Cause, type Ledger } from '../../cost/ledger';
import { Task } from '../../sched/task';
import type { Kswapd } from './kswapd';

export interface KswapdTaskHost {
  readonly ledger: Ledger;
  /** wakeup_kswapd() decided so: makes the task runnable. */
  wake(task: KswapdTask, timePs: number): void;
  /** Ends a nap: makes the task runnable at a time. */
  wakeAt(task: KswapdTask, timePs: number): void;
}

export class KswapdTask extends Task {
  /** When its next step begins, while it has the CPU. */
  private nextAtPs = Infinity;
  /** What was left of a step's cost when the CPU was taken away, ps. */
  private restPs = 0;
  private asked = false;

  /** id: row of the ledger; cpu: one of its node, or of the nearest node that has one. */
  constructor(id: number, readonly kswapd: Kswapd, cpu: number, private readonly host: KswapdTaskHost) {
    super(id, `kswapd${kswapd.pgdat.nid}`, cpu, 0, 'kthread', -1);
  }

  /** wakeup_kswapd() of its node. */
  wakeup(order: number, timePs: number): void {
    if (this.asked || !this.kswapd.wakeup(order)) return;
    this.asked = true;
    this.host.wake(this, timePs);
  }

  nextPs(): number {
    return this.nextAtPs;
  }

  step(timePs: number): void {
    const { kswapd } = this;
    // the timer of a nap that a wake-up has ended meanwhile
    const stale = kswapd.sleeping && !this.asked && timePs < kswapd.wakeAtPs;
    this.asked = false;
    this.nextAtPs = timePs + (stale ? 0 : kswapd.step(timePs));
    if (!kswapd.sleeping) return;
    this.state = 'sleeping';
    if (!stale && kswapd.wakeAtPs !== Infinity) this.host.wakeAt(this, kswapd.wakeAtPs);
  }

  enter(timePs: number): void {
    this.nextAtPs = timePs + this.restPs;
    this.restPs = 0;
  }

  leave(timePs: number): void {
    this.restPs = this.state === 'sleeping' ? 0 : Math.max(0, this.nextAtPs - timePs);
    this.nextAtPs = Infinity;
  }

  delay(byPs: number): void {
    this.nextAtPs += byPs;
  }

  charge(fromPs: number, toPs: number): void {
    this.host.ledger.charge(this.cpu, this.id, Cause.Kswapd, toPs - fromPs);
  }

  atResched(): boolean {
    return true;
  }

  tick(): void {
    // NUMA balancing leaves tasks without an mm alone
  }
}
