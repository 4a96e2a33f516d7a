/** A recorded trace, replayed access by access: every slot replays the whole of it. */

import { faults } from '../../mm/pte';
import type { RecordedAccesses } from '../../system/spec';
import { EngineBug } from '../../types';
import type { Pattern } from '../pattern';
import { NodeTally } from './distribution';
import { Slots, type TimedSlotHost } from './slots';

/** A run begins at the begin of the trace and ends with it, unless it loops. */
export class RecordedPattern implements Pattern {
  private readonly slots: Slots;
  private readonly tally: NodeTally;
  /** Accesses of the trace to each unit of the VMA. */
  private readonly counts: Uint32Array;
  private readonly used: number;
  /** Rises when a unit begins to fault; what a slot has looked through before that must be looked through again. */
  private version = 0;
  private readonly seen: Float64Array;
  /** By slot: accesses made at the begin of the run, and up to which none faults (Infinity: none in the whole trace). */
  private readonly base: Float64Array;
  private readonly clear: Float64Array;

  /** flags: of the whole VMA; units of the trace are units of the VMA. */
  constructor(
    private readonly trace: RecordedAccesses, private readonly loop: boolean, slots: number,
    private readonly flags: Uint8Array, nodes: number, private readonly host?: TimedSlotHost,
  ) {
    this.slots = new Slots(slots, host);
    this.tally = new NodeTally(nodes);
    this.counts = new Uint32Array(flags.length);
    this.seen = new Float64Array(slots).fill(-1);
    this.base = new Float64Array(slots);
    this.clear = new Float64Array(slots);
    if (trace.writes.length !== trace.units.length) throw new EngineBug('a trace with a write bit missing');
    let used = 0;
    for (const unit of trace.units) {
      if (unit >= flags.length) throw new EngineBug(`a trace touches unit ${unit} of a VMA of ${flags.length}`);
      if (this.counts[unit]++ === 0) used++;
    }
    this.used = used;
  }

  arm(unit: number): void {
    if (this.counts[unit] === 0) return;
    const { seen, slots, version } = this;
    for (let i = slots.active - 1; i >= 0 && this.host !== undefined; i--) {
      // a slot that has not looked since the last arm() was told then
      if (i < slots.active && seen[slots.working[i]] === version) this.host.sync(slots.working[i]);
    }
    this.version++;
  }

  moved(unit: number, fromNid: number, toNid: number): void {
    this.tally.add(fromNid, toNid, this.counts[unit]);
  }

  untilFault(slot: number): number {
    const { clear, flags, seen, slots, trace } = this;
    const made = slots.made[slot], left = slots.left[slot];
    const length = trace.units.length;
    if (seen[slot] !== this.version) {
      seen[slot] = this.version;
      clear[slot] = made;
    }
    const begin = Math.max(made, clear[slot]);
    const end = Math.min(made + left, begin + length);
    let at = (begin - this.base[slot]) % length;
    for (let i = begin; i < end; i++) {
      if (faults(flags[trace.units[at]], trace.writes[at] === 1)) {
        clear[slot] = i;
        return i - made;
      }
      if (++at === length) at = 0;
    }
    clear[slot] = end === begin + length ? Infinity : Math.max(begin, end);
    return Infinity;
  }

  faultUnit(slot: number): number {
    return this.trace.units[this.index(slot)];
  }

  faultWrites(slot: number): boolean {
    return this.trace.writes[this.index(slot)] === 1;
  }

  advance(slot: number, n: number): void {
    this.slots.make(slot, n);
  }

  complete(slot: number): void {
    this.slots.make(slot, 1);
  }

  left(slot: number): number {
    return this.slots.left[slot];
  }

  begin(slot: number, n: number): void {
    const { length } = this.trace.units;
    this.slots.begin(slot, length === 0 ? 0 : this.loop ? n : Math.min(n, length));
    this.base[slot] = this.slots.made[slot];
    this.seen[slot] = -1;
  }

  /** By how often the whole trace touches each page. */
  shares(_slot: number): Float64Array {
    return this.tally.shares(1 / Math.max(1, this.trace.units.length));
  }

  share(unit: number): number {
    return this.counts[unit] / Math.max(1, this.trace.units.length);
  }

  /** At least an equal share among the units that the trace touches. */
  hot(unit: number): boolean {
    return this.counts[unit] > 0 && this.counts[unit] * this.used >= this.trace.units.length;
  }

  nextChangePs(): number {
    return Infinity;
  }

  change(_timePs: number): void {}

  /** Index in the trace of the access that faults next. */
  private index(slot: number): number {
    return (Math.max(this.clear[slot], this.slots.made[slot]) - this.base[slot]) % this.trace.units.length;
  }
}
