/** A set of neighbouring units that gets most of the accesses and moves on by its own size from time to time. */

import { NodeTally, type Distribution } from './distribution';

/** Nothing in the node column: the unit has no page. */
const NO_NODE = 0;

export class HotSet implements Distribution {
  /** Units in the hot set: 0 .. units. */
  readonly size: number;
  private start = 0;
  private before = 0;
  private nextPs: number;
  private readonly hotWeight: number;
  private readonly coldWeight: number;
  /** Node + 1 of each unit's page: when the set moves, what it reaches must be known. */
  private readonly nodeOf: Uint16Array;
  private readonly hotTally: NodeTally;
  private readonly coldTally: NodeTally;
  private readonly out: Float64Array;

  /** movePs: 0 for never. */
  constructor(readonly units: number, hotShare: number, hotAccesses: number, private readonly movePs: number, nodes: number) {
    this.size = hotShare > 0 ? Math.min(units, Math.max(1, Math.round(hotShare * units))) : 0;
    const even = this.size === 0 || this.size === units;
    this.hotWeight = even ? 1 / units : hotAccesses / this.size;
    this.coldWeight = even ? 1 / units : (1 - hotAccesses) / (units - this.size);
    this.nextPs = movePs > 0 && !even ? movePs : Infinity;
    this.nodeOf = new Uint16Array(units);
    this.hotTally = new NodeTally(nodes);
    this.coldTally = new NodeTally(nodes);
    this.out = new Float64Array(nodes);
  }

  weight(u: number): number {
    return this.within(u, this.start) ? this.hotWeight : this.coldWeight;
  }

  moved(u: number, fromNid: number, toNid: number): void {
    this.nodeOf[u] = toNid < 0 ? NO_NODE : toNid + 1;
    (this.within(u, this.start) ? this.hotTally : this.coldTally).add(fromNid, toNid, 1);
  }

  shares(): Float64Array {
    for (let nid = 0; nid < this.out.length; nid++) this.out[nid] = this.hotTally.sum(nid) * this.hotWeight + this.coldTally.sum(nid) * this.coldWeight;
    return this.out;
  }

  hot(u: number): boolean {
    return this.weight(u) * this.units >= 1 - 1e-9;
  }

  nextChangePs(): number {
    return this.nextPs;
  }

  change(timePs: number): void {
    this.before = this.start;
    if (timePs < this.nextPs) return;
    const steps = 1 + Math.floor((timePs - this.nextPs) / this.movePs);
    this.nextPs += steps * this.movePs;
    const start = (this.start + ((steps % this.units) * this.size) % this.units) % this.units;
    this.carry(this.start, this.hotTally, this.coldTally);
    this.start = start;
    this.carry(start, this.coldTally, this.hotTally);
  }

  changed(u: number): boolean {
    return this.before !== this.start && (this.within(u, this.before) || this.within(u, this.start));
  }

  changedRanges(): readonly number[] {
    return this.before === this.start ? [] : [this.before, this.size, this.start, this.size];
  }

  private within(u: number, start: number): boolean {
    const d = u - start;
    return (d < 0 ? d + this.units : d) < this.size;
  }

  /** Carries the pages of a range from one tally to the other. */
  private carry(start: number, from: NodeTally, to: NodeTally): void {
    for (let i = 0; i < this.size; i++) {
      const nid = this.nodeOf[(start + i) % this.units] - 1;
      from.add(nid, -1, 1);
      to.add(-1, nid, 1);
    }
  }
}
