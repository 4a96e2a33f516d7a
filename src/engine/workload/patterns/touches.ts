/** The next touches of the units that fault, by the turn at which they come: drawn, looked at too early, forgotten. */

import { PTE_PRESENT, PTE_STATE, PTE_WRITE, faults } from '../../mm/pte';
import { exponential, hazard } from '../../sim/math';
import type { Prng } from '../../sim/prng';
import type { Distribution } from './distribution';
import { Parked } from './parked';
import { TouchQueue } from './queue';

/** A touch in 32 bits: the unit, which of its streams it stands for, and whether it writes (then the word is negative). Never 0. */
const UNIT = (1 << 29) - 1;
const READS = 1, WRITES = 2;
const STREAM_SHIFT = 29;
const WRITING = 1 << 31;
/** Stale touches that are looked at one by one before all are searched for. */
const STALE_MIN = 64;
/** Most units of a pattern. */
export const MAX_UNITS = 2 ** 28;

const streamsOf = (word: number): number => (word >> STREAM_SHIFT) & (READS | WRITES);
/** Key in the table of parked touches: a unit may have one for writes alone beside another one. */
const parkedId = (u: number, streams: number): number => (streams === WRITES ? u + 2 ** 29 : u);

export const unitOf = (word: number): number => word & UNIT;

/**
 * Reads and writes of a unit are two streams, because an entry that is not writable faults on writes alone; one draw covers both where both fault.
 * A stream whose touch is drawn is pending: the touch stays its next one until its turn has passed, whatever happens to the entry.
 */
export class Touches {
  /** Touches by turn. */
  readonly heap = new TouchQueue();
  private readonly parked = new Parked();
  /** Two bits a unit: pending streams. */
  private readonly pending: Uint32Array;
  /** Streams that have accesses at all. */
  private readonly streams: number;
  private readonly writeBelow: number;
  private stale = 0;

  /** from: the unit of the VMA that is the distribution's first; writeShare: 0 .. 1; flags: of the whole VMA. */
  constructor(
    private readonly dist: Distribution, private readonly from: number, private readonly writeShare: number,
    private readonly flags: Uint8Array, private readonly prng: Prng,
  ) {
    this.pending = new Uint32Array(Math.ceil(dist.units / 16));
    this.streams = (writeShare < 1 ? READS : 0) | (writeShare > 0 ? WRITES : 0);
    this.writeBelow = writeShare * 2 ** 32;
  }

  /** Draws for all units that fault; only while none is pending. */
  start(now: number): void {
    for (let u = 0; u < this.dist.units; u++) {
      const need = this.needs(u);
      if (need !== 0) this.draw(u, need, now, true);
    }
    this.heap.order();
  }

  /** Whether want() may have something to do. */
  lacks(u: number): boolean {
    const need = this.needs(u);
    return need !== 0 && (this.parked.count > 0 || (need & ~this.pendingOf(u)) !== 0);
  }

  /** Sees to it that every stream of a unit that faults has its touch. now: the turn from which on. */
  want(u: number, now: number): void {
    const need = this.needs(u);
    if (need === 0) return;
    if (this.parked.count > 0 && (need & this.pendingOf(u)) !== 0) {
      this.revive(parkedId(u, READS), need, now);
      this.revive(parkedId(u, WRITES), need, now);
    }
    const missing = need & ~this.pendingOf(u);
    if (missing !== 0) this.draw(u, missing, now, false);
  }

  /** Whether the access of a touch faults as things are. */
  faults(word: number): boolean {
    return faults(this.flags[this.from + (word & UNIT)], word < 0);
  }

  /** A touch that came up (turn key) and would not fault now: it waits in case its entry faults again before its turn. */
  setAside(key: number, word: number, now: number): void {
    const u = word & UNIT;
    const need = this.needs(u);
    let streams = streamsOf(word);
    if ((streams & need) !== 0 && streams !== need) {
      // a read on an entry that faults on writes: its next write is later than this read
      const weight = this.dist.weight(u) * this.writeShare;
      this.heap.push(Math.max(key, now) + exponential(this.prng) / hazard(weight), u | (WRITES << STREAM_SHIFT) | WRITING);
      streams = READS;
    }
    const rest = u | (streams << STREAM_SHIFT) | (word & WRITING);
    if (key >= now) this.parked.put(parkedId(u, streams), key, rest);
    else this.drop(rest);
    if (++this.stale > STALE_MIN + this.heap.length / 8) this.compact(now);
  }

  /** Removes a touch that nobody has been dealt; false when it was forgotten meanwhile. */
  take(word: number): boolean {
    const at = this.parked.find(parkedId(word & UNIT, streamsOf(word)));
    if (at < 0 || this.parked.wordAt(at) !== word) return false;
    this.parked.removeAt(at);
    return true;
  }

  /** The streams of a touch have no next touch any more. Always false. */
  drop(word: number): false {
    const u = word & UNIT;
    this.pending[u >>> 4] &= ~(streamsOf(word) << ((u & 15) << 1));
    return false;
  }

  /** Forgets the touches for which the test says false (it drops them itself). */
  forget(keep: (word: number) => boolean): void {
    this.heap.filter(keep);
    this.heap.order();
    this.parked.filter((_key, word) => keep(word));
  }

  bytes(): number {
    return this.pending.byteLength + this.heap.bytes() + this.parked.bytes();
  }

  /** Streams of a unit that fault now. */
  private needs(u: number): number {
    const pte = this.flags[this.from + u];
    if ((pte & PTE_STATE) !== PTE_PRESENT) return this.streams;
    return pte & PTE_WRITE ? 0 : this.streams & WRITES;
  }

  /** Brings a parked touch back when its streams are needed again; one whose turn has passed is dropped. */
  private revive(id: number, need: number, now: number): void {
    const at = this.parked.find(id);
    if (at < 0) return;
    const key = this.parked.keyAt(at), word = this.parked.wordAt(at);
    if ((streamsOf(word) & need) === 0) return;
    this.parked.removeAt(at);
    if (key >= now) this.heap.push(key, word);
    else this.drop(word);
  }

  private draw(u: number, streams: number, now: number, bulk: boolean): void {
    const share = streams === this.streams ? 1 : streams === READS ? 1 - this.writeShare : this.writeShare;
    const weight = this.dist.weight(u) * share;
    if (!(weight > 0)) return;
    const key = now + exponential(this.prng) / hazard(weight);
    const writes = streams === WRITES || (streams === (READS | WRITES) && this.prng.next() < this.writeBelow);
    const word = u | (streams << STREAM_SHIFT) | (writes ? WRITING : 0);
    this.pending[u >>> 4] |= streams << ((u & 15) << 1);
    if (bulk) this.heap.append(key, word);
    else this.heap.push(key, word);
  }

  /** Forgets all undealt touches of streams that do not fault: which ones does not depend on when they would come, so nothing is distorted. */
  private compact(now: number): void {
    this.stale = 0;
    this.heap.filter((word) => (streamsOf(word) & this.needs(word & UNIT)) !== 0 || this.drop(word));
    this.heap.order();
    this.parked.filter((key, word) => key >= now || this.drop(word));
  }

  private pendingOf(u: number): number {
    return (this.pending[u >>> 4] >>> ((u & 15) << 1)) & 3;
  }
}
