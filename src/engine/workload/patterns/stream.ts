/** Accesses in address order, round and round; every slot starts at a place of its own. */

import { Bitmap } from '../../machine/bitmap';
import { faults } from '../../mm/pte';
import type { Prng } from '../../sim/prng';
import type { Pattern } from '../pattern';
import { NodeTally } from './distribution';
import { Slots, type TimedSlotHost } from './slots';

/** Slot i of n starts at i / n of the way. A new run goes on where the last one ended. Which accesses write is a hash of slot and position. */
export class StreamPattern implements Pattern {
  private readonly slots: Slots;
  /** Units whose entry faults for some accesses; some may have stopped to. */
  private readonly armed: Bitmap;
  private readonly tally: NodeTally;
  private readonly key: number;
  private readonly writeBelow: number;
  /** By slot: accesses made before the fault that untilFault() told last, Infinity for none. */
  private readonly told: Float64Array;

  /** from, units: the part of the VMA; writeShare: 0 .. 1; flags: of the whole VMA. */
  constructor(
    private readonly from: number, private readonly units: number, writeShare: number, slots: number,
    private readonly flags: Uint8Array, nodes: number, prng: Prng, private readonly host?: TimedSlotHost,
  ) {
    this.slots = new Slots(slots, host);
    this.armed = new Bitmap(units);
    this.tally = new NodeTally(nodes);
    this.key = prng.next();
    this.writeBelow = writeShare > 0 ? Math.max(1, Math.round(writeShare * 2 ** 32)) : 0;
    this.told = new Float64Array(slots).fill(Infinity);
    for (let u = 0; u < units; u++) if (this.may(u)) this.armed.add(u);
  }

  arm(unit: number): void {
    const u = unit - this.from;
    if (u < 0 || u >= this.units || !this.may(u)) return;
    this.armed.add(u);
    if (this.host === undefined) return;
    const { active, left, made, working } = this.slots;
    for (let i = active - 1; i >= 0; i--) {
      if (i >= this.slots.active) continue;
      const slot = working[i];
      const away = u - this.place(slot, 0);
      const when = made[slot] + (away < 0 ? away + this.units : away);
      if (left[slot] === 0 || when >= this.told[slot]) continue;
      this.host.sync(slot);
      if (when < this.told[slot]) this.told[slot] = when;
    }
  }

  moved(unit: number, fromNid: number, toNid: number): void {
    if (unit >= this.from && unit < this.from + this.units) this.tally.add(fromNid, toNid, 1);
  }

  untilFault(slot: number): number {
    const { armed, units } = this;
    const left = this.slots.left[slot];
    let n = 0;
    let u = this.place(slot, 0);
    this.told[slot] = Infinity;
    while (n < left && armed.count > 0) {
      const end = Math.min(units, u + (left - n));
      const next = armed.next(u, end);
      n += next - u;
      u = next === units ? 0 : next;
      if (next === end) continue;
      if (!this.may(next)) armed.remove(next);
      else if (faults(this.flags[this.from + next], this.writes(slot, n))) {
        this.told[slot] = this.slots.made[slot] + n;
        return n;
      } else {
        n++;
        u = next + 1 === units ? 0 : next + 1;
      }
    }
    return Infinity;
  }

  faultUnit(slot: number): number {
    return this.from + this.place(slot, this.told[slot] - this.slots.made[slot]);
  }

  faultWrites(slot: number): boolean {
    return this.writes(slot, this.told[slot] - this.slots.made[slot]);
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
    this.slots.begin(slot, n);
    this.told[slot] = Infinity;
  }

  shares(_slot: number): Float64Array {
    return this.tally.shares(1 / this.units);
  }

  share(unit: number): number {
    return this.hot(unit) ? 1 / this.units : 0;
  }

  hot(unit: number): boolean {
    return unit >= this.from && unit < this.from + this.units;
  }

  nextChangePs(): number {
    return Infinity;
  }

  change(_timePs: number): void {}

  /** Where a slot's access after n more goes. */
  private place(slot: number, n: number): number {
    return (Math.floor((slot * this.units) / this.slots.count) + this.slots.made[slot] + n) % this.units;
  }

  /** Whether some access to a unit faults now. */
  private may(u: number): boolean {
    return faults(this.flags[this.from + u], this.writeBelow > 0);
  }

  /** Whether a slot's access after n more writes. */
  private writes(slot: number, n: number): boolean {
    if (this.writeBelow === 0) return false;
    const index = this.slots.made[slot] + n;
    let h = Math.imul((index >>> 0) ^ this.key, 0x9e3779b1) ^ Math.imul(Math.floor(index / 2 ** 32) + 0x7f4a7c15 * (slot + 1), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
    h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
    return (h ^ (h >>> 15)) >>> 0 < this.writeBelow;
  }
}
