/** Sweeps over units of one VMA, each unit once in order: the ones that fault are found through a bitmap of each residue class of a step, exactly. */

import { Bitmap } from '../../machine/bitmap';
import { faults } from '../../mm/pte';
import { EngineBug } from '../../types';
import type { Pattern } from '../pattern';
import { NodeTally } from './distribution';
import { Slots, type TimedSlotHost } from './slots';

/** Units residue, residue + step, ...: numbered by q = (unit - residue) / step, for accesses of one kind. */
interface Residue {
  readonly step: number;
  readonly residue: number;
  readonly write: boolean;
  /** By q: units whose entry faults; some may have stopped to. */
  readonly armed: Bitmap;
  readonly sweeps: Sweep[];
}

interface Sweep {
  readonly slot: number;
  readonly of: Residue;
  /** First q, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  readonly tally: NodeTally;
  /** Accesses that the slot had made when its run began. */
  base: number;
  /** The q that untilFault() told last, or `end` for none. */
  told: number;
  /** Its thread is gone. */
  retired: boolean;
}

/** Most slots of a VMA. */
const MAX_SLOTS = 65_536;

export class SweepPattern implements Pattern {
  private slots: Slots;
  private readonly sweeps: Sweep[] = [];
  /** The steps in use, and by step the residue classes in use, at 2 * residue + (1 for writes). */
  private readonly steps: number[] = [];
  private readonly classes: Map<number, Residue>[] = [];
  private placed = false;

  /** flags: of the whole VMA; nodes: one more than the highest node id. */
  constructor(private readonly flags: Uint8Array, private readonly nodes: number, private readonly host?: TimedSlotHost) {
    this.slots = new Slots(0, host);
  }

  /** Registers one access to each of count units from, from + step, ...; returns its slot. To be called before any page is placed and any run begins. */
  addSweep(from: number, step: number, count: number, write: boolean): number {
    if (!(from >= 0 && step >= 1 && count >= 0 && from + (count - 1) * step < this.flags.length)) {
      throw new EngineBug(`a sweep of ${count} units from ${from} by ${step} does not fit a VMA of ${this.flags.length}`);
    }
    if (this.placed || this.slots.active > 0 || this.sweeps.length === MAX_SLOTS) throw new EngineBug('a sweep must be registered before the program runs');
    const of = this.classOf(step, from % step, write);
    const first = (from - of.residue) / step;
    const sweep: Sweep = { slot: this.sweeps.length, of, first, end: first + count, tally: new NodeTally(this.nodes), base: 0, told: first + count, retired: false };
    of.sweeps.push(sweep);
    this.sweeps.push(sweep);
    if (this.slots.count < this.sweeps.length) this.slots = new Slots(this.sweeps.length * 2, this.host);
    return sweep.slot;
  }

  /** The thread of a sweep has ended: it makes no page hot any more. */
  retire(slot: number): void {
    this.sweeps[slot].retired = true;
  }

  private classOf(step: number, residue: number, write: boolean): Residue {
    let index = this.steps.indexOf(step);
    if (index < 0) {
      index = this.steps.push(step) - 1;
      this.classes.push(new Map());
    }
    const known = this.classes[index].get(2 * residue + (write ? 1 : 0));
    if (known !== undefined) return known;
    const count = Math.ceil((this.flags.length - residue) / step);
    const made: Residue = { step, residue, write, armed: new Bitmap(count), sweeps: [] };
    for (let q = 0; q < count; q++) if (faults(this.flags[residue + q * step], write)) made.armed.add(q);
    this.classes[index].set(2 * residue + (write ? 1 : 0), made);
    return made;
  }

  arm(unit: number): void {
    const pte = this.flags[unit];
    for (let i = 0; i < this.steps.length; i++) {
      const step = this.steps[i];
      const residue = step === 1 ? 0 : unit % step;
      const q = (unit - residue) / step;
      for (let kind = 0; kind < 2; kind++) {
        const found = this.classes[i].get(2 * residue + kind);
        if (found === undefined || !faults(pte, found.write)) continue;
        found.armed.add(q);
        this.tell(found, q);
      }
    }
  }

  /** Slots that were told of a later fault, or of none, have to look again. */
  private tell(found: Residue, q: number): void {
    if (this.host === undefined) return;
    for (const s of found.sweeps) {
      if (q >= s.told || q < s.first || this.slots.left[s.slot] === 0 || q < this.at(s)) continue;
      this.host.sync(s.slot);
      if (q < s.told) s.told = q;
    }
  }

  moved(unit: number, fromNid: number, toNid: number): void {
    this.placed = true;
    for (let i = 0; i < this.steps.length; i++) {
      const step = this.steps[i];
      const residue = step === 1 ? 0 : unit % step;
      const q = (unit - residue) / step;
      for (let kind = 0; kind < 2; kind++) {
        const found = this.classes[i].get(2 * residue + kind);
        if (found === undefined) continue;
        for (const s of found.sweeps) if (q >= s.first && q < s.end) s.tally.add(fromNid, toNid, 1);
      }
    }
  }

  /** The q of the slot's next access. */
  private at(s: Sweep): number {
    return s.first + this.slots.made[s.slot] - s.base;
  }

  untilFault(slot: number): number {
    const s = this.sweeps[slot];
    const { armed, residue, step, write } = s.of;
    const at = this.at(s);
    const end = at + this.slots.left[slot];
    s.told = end;
    for (let q = armed.next(at, end); q < end; q = armed.next(q + 1, end)) {
      if (faults(this.flags[residue + q * step], write)) {
        s.told = q;
        return q - at;
      }
      armed.remove(q);
    }
    return Infinity;
  }

  /** The first one that is armed at or behind the slot's next access: right after untilFault() that is the one that faults. */
  faultUnit(slot: number): number {
    const s = this.sweeps[slot];
    const at = this.at(s);
    return s.of.residue + s.of.armed.next(at, at + this.slots.left[slot]) * s.of.step;
  }

  faultWrites(slot: number): boolean {
    return this.sweeps[slot].of.write;
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

  /** Begins at the first unit again; n: 0 .. the count of the sweep. */
  begin(slot: number, n: number): void {
    const s = this.sweeps[slot];
    if (n > s.end - s.first) throw new EngineBug(`a run of ${n} accesses in a sweep of ${s.end - s.first}`);
    this.slots.begin(slot, n);
    s.base = this.slots.made[slot];
    s.told = s.end;
  }

  shares(slot: number): Float64Array {
    const s = this.sweeps[slot];
    return s.tally.shares(1 / Math.max(1, s.end - s.first));
  }

  /** Sweeps of threads that live are taken as coming round equally often. */
  share(unit: number): number {
    let all = 0, here = 0;
    for (const s of this.sweeps) {
      if (s.retired) continue;
      all += s.end - s.first;
      const q = (unit - s.of.residue) / s.of.step;
      if (Number.isInteger(q) && q >= s.first && q < s.end) here++;
    }
    return all === 0 ? 0 : here / all;
  }

  /** Whether any sweep goes over the unit. */
  hot(unit: number): boolean {
    return this.sweeps.some((s) => {
      if (s.retired) return false;
      const q = (unit - s.of.residue) / s.of.step;
      return Number.isInteger(q) && q >= s.first && q < s.end;
    });
  }

  nextChangePs(): number {
    return Infinity;
  }

  change(_timePs: number): void {}
}
