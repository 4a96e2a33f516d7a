/** An array of kernel mutexes: who holds each, and who waits for it, first come first woken; a woken waiter tries again and may lose to a newcomer. */

import { EngineBug } from '../types';

/** Whoever can hold a mutex, as a number other than 0: task + 1, or -(worker + 1). */
export type Holder = number;
export const taskHolder = (task: number): Holder => task + 1;
export const workerHolder = (worker: number): Holder => -1 - worker;

export class Mutexes {
  private readonly owner: Int32Array;
  private readonly waiting = new Map<number, Holder[]>();

  /** wake: makes a waiter try again. */
  constructor(count: number, private readonly wake: (who: Holder) => void) {
    this.owner = new Int32Array(count);
  }

  isLocked(i: number): boolean {
    return this.owner[i] !== 0;
  }

  /** mutex_lock() that does not wait: true when it is ours now. */
  tryLock(i: number, who: Holder): boolean {
    if (this.owner[i] !== 0) return false;
    this.owner[i] = who;
    return true;
  }

  /** Goes to the end of the queue, or to its head when it was woken before and lost. */
  wait(i: number, who: Holder, again: boolean): void {
    const queue = this.waiting.get(i);
    if (queue === undefined) this.waiting.set(i, [who]);
    else if (again) queue.unshift(who);
    else queue.push(who);
  }

  /** mutex_unlock(): the first waiter is woken. */
  unlock(i: number, who: Holder): void {
    if (this.owner[i] !== who) throw new EngineBug(`mutex ${i} belongs to ${this.owner[i]}, not to ${who}`);
    this.owner[i] = 0;
    const queue = this.waiting.get(i);
    const first = queue?.shift();
    if (first === undefined) return;
    if (queue?.length === 0) this.waiting.delete(i);
    this.wake(first);
  }
}
