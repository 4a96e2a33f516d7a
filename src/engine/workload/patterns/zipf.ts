/** The zipf distribution: the weight of a rank in closed form, ranks dealt to units by a keyed permutation that is computed; weights are kept once they are asked for. */

import { expm1Ratio, log, pow } from '../../sim/math';
import type { Prng } from '../../sim/prng';
import { NodeTally, type Distribution } from './distribution';

/** Terms of the harmonic number that are summed one by one; behind them the error of the Euler-Maclaurin terms is below 1e-15 of the sum. */
const SUMMED = 1024;

/** The sum of 1 / r^s for r = 1 .. n; n: 1 .., s: 0 .. . */
export function harmonic(n: number, s: number): number {
  const m = Math.min(n, SUMMED);
  let sum = 0;
  for (let r = m; r >= 1; r--) sum += pow(r, -s);
  if (n <= m) return sum;
  const span = log(n / m);
  const integral = pow(m, 1 - s) * span * expm1Ratio((1 - s) * span);
  const ends = (pow(n, -s) - pow(m, -s)) / 2;
  const first = (s / 12) * (pow(m, -s - 1) - pow(n, -s - 1));
  const third = (s * (s + 1) * (s + 2) / 720) * (pow(n, -s - 3) - pow(m, -s - 3));
  return sum + (integral + ends + first + third);
}

/** A permutation of 0 .. n - 1 by four 32-bit keys: rounds of odd multiplication and shifted xor on the next power of two, walked on until below n. */
export class Permutation {
  private readonly mask: number;
  private readonly shift: number;
  private readonly k0: number;
  private readonly k1: number;
  private readonly k2: number;
  private readonly k3: number;

  /** n: 1 .. 2^31. */
  constructor(private readonly n: number, prng: Prng) {
    const bits = Math.max(1, 32 - Math.clz32(n - 1));
    this.mask = 2 ** bits - 1;
    this.shift = Math.max(1, (bits + 1) >>> 1);
    this.k0 = prng.next();
    this.k1 = prng.next();
    this.k2 = prng.next();
    this.k3 = prng.next();
  }

  at(i: number): number {
    const { mask, shift } = this;
    let x = i;
    do {
      x = (Math.imul(x, this.k0 | 1) + this.k1) & mask;
      x ^= x >>> shift;
      x = (Math.imul(x, this.k2 | 1) + this.k3) & mask;
      x ^= x >>> shift;
      x = (Math.imul(x, this.k1 | 1) + this.k2) & mask;
      x ^= x >>> shift;
      x = (Math.imul(x, this.k3 | 1) + this.k0) & mask;
    } while (x >= this.n);
    return x;
  }
}

/** Weights are tallied in units of 2^-52, so that the sums by node are exact whole numbers. */
const SCALE = 2 ** 52;

/** Most units whose weights are kept once they are known: beyond, a look into a table that fits no cache takes as long as the sum. */
const KEPT_UNITS = 2 ** 19;

export class Zipf implements Distribution {
  /** By unit: its weight, 0 where nobody has asked for it yet. */
  private readonly known: Float64Array;
  private readonly tally: NodeTally;
  private readonly sum: number;
  private readonly permutation: Permutation | undefined;

  constructor(readonly units: number, private readonly s: number, shuffled: boolean, nodes: number, prng: Prng) {
    this.tally = new NodeTally(nodes);
    this.known = new Float64Array(units <= KEPT_UNITS ? units : 0);
    this.sum = harmonic(units, s);
    this.permutation = shuffled ? new Permutation(units, prng) : undefined;
  }

  /** Rank of a unit: 1 is the most likely. */
  rank(u: number): number {
    return 1 + (this.permutation === undefined ? u : this.permutation.at(u));
  }

  weight(u: number): number {
    const known = this.known[u];
    if (known > 0) return known;
    const weight = pow(this.rank(u), -this.s) / this.sum;
    if (u < this.known.length) this.known[u] = weight;
    return weight;
  }

  moved(u: number, fromNid: number, toNid: number): void {
    this.tally.add(fromNid, toNid, Math.round(this.weight(u) * SCALE));
  }

  shares(): Float64Array {
    return this.tally.shares(1 / SCALE);
  }

  hot(u: number): boolean {
    return this.weight(u) * this.units >= 1 - 1e-9;
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
