/** Random patterns draw when each entry is touched next; here every access is made one by one beside them, and both must look the same. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PTE_NONE, PTE_PRESENT, PTE_PROTNONE, PTE_STATE, PTE_WRITE, faults } from '../../src/engine/mm/pte';
import { exponential } from '../../src/engine/sim/math';
import { Prng } from '../../src/engine/sim/prng';
import type { PatternSpec } from '../../src/engine/system/spec';
import type { Pattern } from '../../src/engine/workload/pattern';
import { makePattern } from '../../src/engine/workload/patterns/make';

const UNITS = 200, NODES = 2, OPEN = PTE_PRESENT | PTE_WRITE;
type Kind = PatternSpec['kind'];

const KINDS: Readonly<Record<string, Kind>> = {
  uniform: { kind: 'uniform' },
  zipf: { kind: 'zipf', s: 0.8, shuffled: true },
  hotset: { kind: 'hotset', hotShare: 0.25, hotAccesses: 0.7, movePs: 250 },
};

/** What a run adds up to; all are compared by mean and spread. */
class Sums {
  readonly values = new Float64Array(12);

  /** A fault at a round: how many, writes, times, by slot, by group of units, first touches. */
  fault(round: number, slot: number, slots: number, unit: number, write: boolean, state: number): void {
    const v = this.values;
    v[0]++;
    if (write) v[1]++;
    v[2] += round;
    v[3] += round * round;
    if (slot === 0) v[4]++;
    if (slot === slots - 1) v[5]++;
    v[6 + (unit & 3)]++;
    if (state === PTE_NONE) v[10] += round;
    if (state === PTE_PRESENT) v[11]++;
  }
}

interface Setting {
  readonly kind: Kind;
  readonly writeShare: number;
  readonly slots: number;
  readonly rounds: number;
}

/** Accesses between two changes of the page table. */
const PHASE = 40;

/**
 * Changes of the page table that do not depend on accesses: what the scanner and other programs do. Few units fault at a time: touches of different units
 * are drawn independently of each other, which is right to the share of accesses that fault.
 */
function disturb(accesses: number, flags: Uint8Array, arm: (unit: number) => void): void {
  if (accesses % PHASE !== 0) return;
  const period = Math.floor(accesses / (10 * PHASE)), phase = (accesses / PHASE) % 10;
  for (let u = 0; u < UNITS; u++) {
    const group = (u * 7 + period * 3) % 20;
    let pte = -1;
    if (phase === 0 && group === 0) pte = PTE_PROTNONE | PTE_WRITE;
    if (phase === 2 && group === 1) pte = PTE_PRESENT;
    if (phase === 4 && group <= 1) pte = OPEN;
    if (phase === 5 && group === 0) pte = PTE_PROTNONE;
    if (phase === 6 && group === 1) pte = PTE_PRESENT;
    if (phase === 7 && group === 1) pte = PTE_PROTNONE;
    if (phase === 9 && group < 10) pte = OPEN;
    if (pte < 0) continue;
    flags[u] = pte;
    if (pte !== OPEN) arm(u);
  }
}

/** Units that have no page yet at the begin. */
const startFlags = (): Uint8Array => Uint8Array.from({ length: UNITS }, (_, u) => (u % 20 === 0 ? PTE_NONE : OPEN));

const handled = (pte: number, write: boolean): number => (write || (pte & PTE_STATE) === PTE_NONE ? OPEN : PTE_PRESENT | (pte & PTE_WRITE));

const spec = (s: Setting): PatternSpec => ({ vma: 0, from: 0, units: UNITS, writeShare: s.writeShare, kind: s.kind });

function byPattern(s: Setting, seed: number): Sums {
  const flags = startFlags();
  const p = makePattern(spec(s), s.slots, flags, NODES, new Prng(seed, 'pattern'));
  const sums = new Sums();
  for (let i = 0; i < s.slots; i++) p.begin(i, s.rounds);
  for (let round = 0; round < s.rounds; round++) {
    if (round === p.nextChangePs()) p.change(round);
    disturb(round * s.slots, flags, (u) => p.arm(u));
    for (let i = 0; i < s.slots; i++) {
      if (p.untilFault(i) > 0) {
        p.advance(i, 1);
        continue;
      }
      const unit = p.faultUnit(i), write = p.faultWrites(i);
      sums.fault(round, i, s.slots, unit, write, flags[unit] & PTE_STATE);
      flags[unit] = handled(flags[unit], write);
      if (flags[unit] !== OPEN) p.arm(unit);
      p.complete(i);
    }
  }
  return sums;
}

/** Chances of the units, summed up. The seed of the pattern deals the ranks, so it is asked for each seed anew. */
function cumulative(s: Setting, seed: number): (round: number) => Float64Array {
  const flags = new Uint8Array(UNITS).fill(OPEN);
  const p = makePattern(spec(s), 1, flags, UNITS, new Prng(seed, 'pattern'));
  for (let u = 0; u < UNITS; u++) p.moved(u, -1, u);
  let sums = new Float64Array(UNITS);
  return (round) => {
    const changes = round === p.nextChangePs();
    if (changes) p.change(round);
    if (round === 0 || changes) {
      let sum = 0;
      sums = p.shares(0).map((w) => (sum += w));
    }
    return sums;
  };
}

function byAccess(s: Setting, seed: number): Sums {
  const flags = startFlags();
  const prng = new Prng(seed, 'access by access');
  const weights = cumulative(s, seed);
  const sums = new Sums();
  for (let round = 0; round < s.rounds; round++) {
    const table = weights(round);
    disturb(round * s.slots, flags, () => {});
    for (let i = 0; i < s.slots; i++) {
      const x = prng.draw(2 ** 40) / 2 ** 40;
      let lo = 0, hi = UNITS - 1;
      while (lo < hi) {
        const mid = (lo + hi) >>> 1;
        if (table[mid] > x) hi = mid;
        else lo = mid + 1;
      }
      const write = prng.draw(1000) < s.writeShare * 1000;
      if (!faults(flags[lo], write)) continue;
      sums.fault(round, i, s.slots, lo, write, flags[lo] & PTE_STATE);
      flags[lo] = handled(flags[lo], write);
    }
  }
  return sums;
}

function compare(s: Setting, runs: number, name: string): void {
  const count = new Sums().values.length;
  const sum = [new Float64Array(count), new Float64Array(count)], squares = [new Float64Array(count), new Float64Array(count)];
  for (let seed = 1; seed <= runs; seed++) {
    [byPattern(s, seed), byAccess(s, seed)].forEach((r, which) => r.values.forEach((x, i) => {
      sum[which][i] += x;
      squares[which][i] += x * x;
    }));
  }
  for (let i = 0; i < count; i++) {
    const a = sum[0][i] / runs, b = sum[1][i] / runs;
    const va = squares[0][i] / runs - a * a, vb = squares[1][i] / runs - b * b;
    const sigma = Math.sqrt((va + vb) / runs);
    assert.ok(Math.abs(a - b) <= 4.5 * sigma + 1e-9, `${name}, sum ${i}: ${a.toFixed(3)} drawn, ${b.toFixed(3)} access by access, sigma ${sigma.toFixed(4)}`);
    assert.ok(va <= 1.35 * vb + 1e-9 && vb <= 1.35 * va + 1e-9, `${name}, spread of sum ${i}: ${va.toFixed(2)} drawn, ${vb.toFixed(2)} access by access`);
  }
}

for (const [name, kind] of Object.entries(KINDS)) {
  for (const writeShare of [0, 0.35, 1]) {
    test(`${name}, ${writeShare * 100} % writes: faults come as they do access by access, on any number of threads`, () => {
      compare({ kind, writeShare, slots: 1, rounds: 2400 }, 500, `${name} ${writeShare} x 1`);
      compare({ kind, writeShare, slots: 4, rounds: 600 }, 500, `${name} ${writeShare} x 4`);
    });
  }
}
