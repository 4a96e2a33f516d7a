/** Independent random accesses of several threads: the next touch of each entry that faults, drawn once when it begins to fault. */

import type { Prng } from '../../sim/prng';
import type { Pattern } from '../pattern';
import type { Distribution } from './distribution';
import { MinHeap } from './heap';
import { Slots, type TimedSlotHost } from './slots';
import { Touches, unitOf } from './touches';

/**
 * The accesses of all slots together are the pattern's clock ("turn"). Each access goes to a unit by its weight, independent of all others, so the
 * accesses until the next touch of a unit are geometric and forget the past: it is enough to draw them when the entry begins to fault. When the turn of a
 * touch comes the entry is looked at, and only then is it known whether the access faults. Which slot makes the access is drawn when a slot comes near
 * that turn ("dealt"), among the slots at work, so a slot that ends or never begins holds nothing back.
 *
 * Simplified: between two points at which all positions are known ("anchors") slots are taken as advancing alike, one access of each a round. Two touches
 * may fall on the same access of a slot: the later one waits for the next access. While a fault is handled no other slot touches its unit.
 *
 * arm() comes after the flags have changed. Nothing is tracked before the first begin().
 */
export class RandomPattern implements Pattern {
  readonly reach: { readonly from: number; readonly end: number };
  private readonly slots: Slots;
  private readonly touches: Touches;
  /** By slot: touches by the slot's own accesses. */
  private readonly dealt: MinHeap[] = [];
  /** By slot: the touch whose fault is being handled, 0 for none. */
  private readonly current: Int32Array;
  /** By slot: the touch (in its own accesses) that untilFault() told last; Infinity for none. */
  private readonly told: Float64Array;
  /** Accesses of all slots, as far as they are known. */
  private turn = 0;
  /** The last anchor: the turn, and what each slot had made. */
  private anchorTurn = 0;
  private readonly anchorMade: Float64Array;
  private started = false;

  /** from: the first unit of the VMA that the distribution covers; writeShare: 0 .. 1; flags: of the whole VMA. */
  constructor(
    private readonly dist: Distribution, private readonly from: number, writeShare: number, slots: number,
    flags: Uint8Array, private readonly prng: Prng, host?: TimedSlotHost,
  ) {
    this.reach = { from, end: from + dist.units };
    this.slots = new Slots(slots, host);
    this.touches = new Touches(dist, from, writeShare, flags, prng);
    for (let i = 0; i < slots; i++) this.dealt.push(new MinHeap(8));
    this.current = new Int32Array(slots);
    this.told = new Float64Array(slots).fill(Infinity);
    this.anchorMade = new Float64Array(slots);
  }

  arm(unit: number): void {
    const u = unit - this.from;
    if (!this.started || u < 0 || u >= this.dist.units || !this.touches.lacks(u)) return;
    this.anchor();
    this.touches.want(u, this.turn);
  }

  moved(unit: number, fromNid: number, toNid: number): void {
    const u = unit - this.from;
    if (u >= 0 && u < this.dist.units) this.dist.moved(u, fromNid, toNid);
  }

  untilFault(slot: number): number {
    const { left, made } = this.slots;
    const own = this.dealt[slot];
    this.slots.looked();
    this.told[slot] = Infinity;
    while (left[slot] > 0) {
      this.deal(slot);
      if (own.length === 0) break;
      const key = own.topKey, word = own.topWord;
      const n = Math.max(0, Math.floor(key) - made[slot]);
      if (n >= left[slot]) break;
      if (this.touches.faults(word)) {
        this.told[slot] = key;
        return n;
      }
      own.pop();
      this.touches.setAside(this.turnOf(slot, key), word, this.turnOf(slot, made[slot]));
    }
    return Infinity;
  }

  faultUnit(slot: number): number {
    this.current[slot] = this.dealt[slot].topWord;
    return this.from + unitOf(this.current[slot]);
  }

  faultWrites(slot: number): boolean {
    this.current[slot] = this.dealt[slot].topWord;
    return this.current[slot] < 0;
  }

  advance(slot: number, n: number): void {
    this.turn += n;
    if (this.slots.make(slot, n)) this.ended(slot);
  }

  complete(slot: number): void {
    const own = this.dealt[slot];
    const word = this.current[slot] === 0 ? own.topWord : this.current[slot];
    this.current[slot] = 0;
    // it may have been set aside or forgotten while its fault was handled
    if (own.remove(word) || this.touches.take(word)) this.touches.drop(word);
    const now = this.turnOf(slot, this.slots.made[slot] + 1);
    this.advance(slot, 1);
    this.touches.want(unitOf(word), now);
  }

  left(slot: number): number {
    return this.slots.left[slot];
  }

  begin(slot: number, n: number): void {
    this.slots.sync();
    const ends = this.slots.left[slot] > 0 && n === 0;
    this.slots.begin(slot, n);
    if (ends) this.ended(slot);
    this.anchor();
    if (this.started || n === 0) return;
    this.started = true;
    this.touches.start(this.turn);
  }

  shares(_slot: number): Float64Array {
    return this.dist.shares();
  }

  share(unit: number): number {
    const u = unit - this.from;
    return u >= 0 && u < this.dist.units ? this.dist.weight(u) : 0;
  }

  hot(unit: number): boolean {
    const u = unit - this.from;
    return u >= 0 && u < this.dist.units && this.dist.hot(u);
  }

  nextChangePs(): number {
    return this.dist.nextChangePs();
  }

  /** Touches of units whose weight is another now are forgotten and drawn anew. */
  change(timePs: number): void {
    this.anchor();
    this.dist.change(timePs);
    const ranges = this.dist.changedRanges();
    if (!this.started || ranges.length === 0) return;
    const keep = (word: number): boolean => !this.dist.changed(unitOf(word)) || this.touches.drop(word);
    for (const own of this.dealt) {
      own.filter(keep);
      own.order();
    }
    this.touches.forget(keep);
    for (let i = 0; i < ranges.length; i += 2) {
      for (let k = 0; k < ranges[i + 1]; k++) this.touches.want((ranges[i] + k) % this.dist.units, this.turn);
    }
  }

  /** Memory for what is drawn. */
  bytes(): number {
    return this.touches.bytes();
  }

  /** All positions are known: what follows is reckoned from here. */
  private anchor(): void {
    this.slots.sync();
    this.anchorTurn = this.turn;
    const { anchorMade } = this, { made } = this.slots;
    for (let i = 0; i < anchorMade.length; i++) anchorMade[i] = made[i];
  }

  /** The turn at which a slot will have made so many accesses. */
  private turnOf(slot: number, made: number): number {
    return this.anchorTurn + (made - this.anchorMade[slot]) * this.slots.active;
  }

  /** Deals touches until none that comes before the slot's own first one, or within its work, is left undealt. */
  private deal(slot: number): void {
    const { slots, told } = this;
    const { heap } = this.touches;
    const { host, left, made, working } = slots;
    const own = this.dealt[slot];
    while (heap.length > 0) {
      const within = own.length > 0 ? Math.min(made[slot] + left[slot], own.topKey) : made[slot] + left[slot];
      const turn = heap.topKey;
      if (!(turn < this.turnOf(slot, within))) return;
      const word = heap.topWord;
      const to = slots.active === 1 ? slot : working[this.prng.draw(slots.active)];
      const key = this.anchorMade[to] + (turn - this.anchorTurn) / slots.active;
      if (to !== slot && key < told[to] && host !== undefined) {
        // it comes before what that slot was told: it is told again, and may turn out to have ended
        host.sync(to);
        told[to] = key;
        if (left[to] === 0) continue;
      }
      heap.pop();
      this.dealt[to].push(Math.max(made[to], key), word);
    }
  }

  /** The touches of a slot that has ended go back to all, whose clock is slower from here. */
  private ended(slot: number): void {
    const { active, made } = this.slots;
    const { heap } = this.touches;
    const own = this.dealt[slot];
    const ran = made[slot] - this.anchorMade[slot];
    this.anchorTurn += ran * (active + 1);
    for (let i = 0; i < this.anchorMade.length; i++) this.anchorMade[i] += ran;
    for (let i = 0; i < own.length; i++) heap.push(this.anchorTurn + Math.max(0, own.keyAt(i) - made[slot]) * (active + 1), own.wordAt(i));
    own.clear();
    this.told[slot] = Infinity;
  }
}
