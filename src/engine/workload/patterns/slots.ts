/** Where the threads ("slots") of a pattern stand: accesses made, accesses left, and who is at work. */

import { EngineBug } from '../../types';
import type { SlotHost } from '../pattern';

/** A host that also tells the time spares calls of sync(): at one instant every slot is brought up to now once. */
export interface TimedSlotHost extends SlotHost {
  nowPs?(): number;
}

export class Slots {
  /** Accesses that each slot has made, over all its runs. */
  readonly made: Float64Array;
  readonly left: Float64Array;
  /** Slots with accesses left, the first `active` of the array, in no order. */
  readonly working: Int32Array;
  active = 0;
  private syncedPs = -1;

  constructor(readonly count: number, readonly host: TimedSlotHost | undefined) {
    this.made = new Float64Array(count);
    this.left = new Float64Array(count);
    this.working = new Int32Array(count);
  }

  /** Gives a slot a run of n accesses. */
  begin(slot: number, n: number): void {
    if (!(n >= 0)) throw new EngineBug(`a run of ${n} accesses`);
    if (this.left[slot] > 0) this.retire(slot);
    this.left[slot] = n;
    if (n > 0) this.working[this.active++] = slot;
  }

  /** Counts n accesses; returns whether that ended the slot's run. */
  make(slot: number, n: number): boolean {
    if (n === 0) return false;
    if (n > this.left[slot]) throw new EngineBug(`slot ${slot} makes ${n} accesses and has ${this.left[slot]} left`);
    this.made[slot] += n;
    this.left[slot] -= n;
    if (this.left[slot] > 0) return false;
    this.retire(slot);
    return true;
  }

  /** Brings every slot at work up to now; those may end meanwhile. */
  sync(): void {
    const { host } = this;
    if (host === undefined) return;
    if (host.nowPs !== undefined) {
      const nowPs = host.nowPs();
      if (nowPs === this.syncedPs) return;
      this.syncedPs = nowPs;
    }
    // a slot that ends is replaced by the last one, which was here already
    for (let i = this.active - 1; i >= 0; i--) if (i < this.active) host.sync(this.working[i]);
  }

  /** A slot looks where its next fault is: what happens afterwards must be told to it again. */
  looked(): void {
    this.syncedPs = -1;
  }

  private retire(slot: number): void {
    let at = 0;
    while (this.working[at] !== slot) at++;
    this.working[at] = this.working[--this.active];
  }
}
