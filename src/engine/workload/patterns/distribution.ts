/** Distributions of independent accesses over units: how likely an access goes to each, and which nodes the accesses reach. */

/** Units are numbered from 0 within the pattern's part of the VMA. */
export interface Distribution {
  readonly units: number;
  /** Chance that an access goes to a unit; over all units they sum to 1. */
  weight(u: number): number;
  /** The page of a unit came from one node to another (-1: none). */
  moved(u: number, fromNid: number, toNid: number): void;
  /** Share of accesses by node id; the array is reused. */
  shares(): Float64Array;
  /** Whether a unit gets at least an equal share of the accesses. */
  hot(u: number): boolean;
  nextChangePs(): number;
  /** Moves to its state at a time; afterwards changed() tells the units whose weight may be another, and changedRanges() where they lie. */
  change(timePs: number): void;
  changed(u: number): boolean;
  /** Pairs (first unit, number of units); a range may run over the end and on from 0, and ranges may overlap. */
  changedRanges(): readonly number[];
}

/** Shares from whole numbers by node, so that nothing drifts: every unit counts `scaled` of `total`. */
export class NodeTally {
  private readonly sums: Float64Array;
  private readonly out: Float64Array;

  constructor(nodes: number) {
    this.sums = new Float64Array(nodes);
    this.out = new Float64Array(nodes);
  }

  /** scaled: a whole number; the sum over all units stays below 2^53, so every sum is exact. */
  add(fromNid: number, toNid: number, scaled: number): void {
    if (fromNid >= 0) this.sums[fromNid] -= scaled;
    if (toNid >= 0) this.sums[toNid] += scaled;
  }

  sum(nid: number): number {
    return this.sums[nid];
  }

  /** Shares when each count is worth `factor`. */
  shares(factor: number): Float64Array {
    const { sums, out } = this;
    for (let i = 0; i < sums.length; i++) out[i] = sums[i] * factor;
    return out;
  }
}

/** Every unit as likely. */
export class Uniform implements Distribution {
  private readonly tally: NodeTally;

  constructor(readonly units: number, nodes: number) {
    this.tally = new NodeTally(nodes);
  }

  weight(_u: number): number {
    return 1 / this.units;
  }

  moved(_u: number, fromNid: number, toNid: number): void {
    this.tally.add(fromNid, toNid, 1);
  }

  shares(): Float64Array {
    return this.tally.shares(1 / this.units);
  }

  hot(_u: number): boolean {
    return true;
  }

  nextChangePs(): number {
    return Infinity;
  }

  change(_timePs: number): void {}

  changed(_u: number): boolean {
    return false;
  }

  changedRanges(): readonly number[] {
    return [];
  }
}
