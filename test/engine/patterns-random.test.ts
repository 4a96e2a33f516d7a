/** Random patterns draw when each entry is touched next; here every access is made one by one beside them, and both must look the same. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PTE_NONE, PTE_PRESENT, PTE_PROTNONE, PTE_STATE, PTE_WRITE, faults } from '../../src/engine/mm/pte';
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

/** The same with slots that run on for up to 50 accesses without telling where they are, as threads between their points do. */
function byLazyPattern(s: Setting, seed: number, timed: boolean): Sums {
  const flags = startFlags();
  const at = new Float64Array(s.slots), wake = new Float64Array(s.slots), disturbed = new Uint8Array(s.slots), done = new Uint8Array(s.slots);
  let round = 0;
  const sync = (i: number): void => {
    const n = round + done[i] - at[i];
    at[i] += n;
    p.advance(i, n);
    disturbed[i] = 1;
  };
  const host = timed ? { sync, nowPs: () => round } : { sync };
  const p = makePattern(spec(s), s.slots, flags, NODES, new Prng(seed, 'pattern'), host);
  const sums = new Sums();
  const look = (i: number): void => {
    wake[i] = at[i] + Math.min(p.untilFault(i), 50);
    disturbed[i] = 0;
  };
  for (let i = 0; i < s.slots; i++) p.begin(i, Infinity);
  for (let i = 0; i < s.slots; i++) look(i);
  for (; round < s.rounds; round++) {
    done.fill(0);
    if (round === p.nextChangePs()) p.change(round);
    disturb(round * s.slots, flags, (u) => p.arm(u));
    for (let i = 0; i < s.slots; i++) {
      if (disturbed[i]) look(i);
      if (wake[i] === round) {
        sync(i);
        if (p.untilFault(i) === 0) {
          const unit = p.faultUnit(i), write = p.faultWrites(i);
          sums.fault(round, i, s.slots, unit, write, flags[unit] & PTE_STATE);
          flags[unit] = handled(flags[unit], write);
          if (flags[unit] !== OPEN) p.arm(unit);
          p.complete(i);
          at[i]++;
        }
        look(i);
        assert.ok(wake[i] > round);
      }
      done[i] = 1;
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

function compare(s: Setting, runs: number, name: string, drawn: (s: Setting, seed: number) => Sums): void {
  const count = new Sums().values.length;
  const sum = [new Float64Array(count), new Float64Array(count)], squares = [new Float64Array(count), new Float64Array(count)];
  for (let seed = 1; seed <= runs; seed++) {
    [drawn(s, seed), byAccess(s, seed)].forEach((r, which) => r.values.forEach((x, i) => {
      sum[which][i] += x;
      squares[which][i] += x * x;
    }));
  }
  for (let i = 0; i < count; i++) {
    const a = sum[0][i] / runs, b = sum[1][i] / runs;
    const va = squares[0][i] / runs - a * a, vb = squares[1][i] / runs - b * b;
    const sigma = Math.sqrt((va + vb) / runs);
    assert.ok(Math.abs(a - b) <= 4.5 * sigma + 1e-9, `${name}, sum ${i}: ${a.toFixed(3)} drawn, ${b.toFixed(3)} access by access, sigma ${sigma.toFixed(4)}`);
    assert.ok(va <= 1.6 * vb + 1e-9 && vb <= 1.6 * va + 1e-9, `${name}, spread of sum ${i}: ${va.toFixed(2)} drawn, ${vb.toFixed(2)} access by access`);
  }
}

for (const [name, kind] of Object.entries(KINDS)) {
  for (const writeShare of [0, 0.35, 1]) {
    test(`${name}, ${writeShare * 100} % writes: faults come as they do access by access, on any number of threads`, () => {
      compare({ kind, writeShare, slots: 1, rounds: 2400 }, 300, `${name} ${writeShare} x 1`, byPattern);
      compare({ kind, writeShare, slots: 4, rounds: 600 }, 300, `${name} ${writeShare} x 4`, byPattern);
    });
  }
  test(`${name}: faults come as they do access by access when positions are told only on request`, () => {
    compare({ kind, writeShare: 0.35, slots: 4, rounds: 600 }, 300, `${name} lazy`, (s, seed) => byLazyPattern(s, seed, false));
    compare({ kind, writeShare: 0.35, slots: 5, rounds: 480 }, 300, `${name} lazy and timed`, (s, seed) => byLazyPattern(s, seed, true));
  });
}

const uniform = (units: number, slots: number, flags: Uint8Array, writeShare = 0, seed = 1): Pattern =>
  makePattern({ vma: 0, from: 0, units, writeShare, kind: { kind: 'uniform' } }, slots, flags, NODES, new Prng(seed, 'pattern'));

/** Lets slots go on in turn until no slot has a fault; returns how often each unit faulted. */
function drain(p: Pattern, flags: Uint8Array, slots: readonly number[], from: number): Float64Array {
  const faulted = new Float64Array(flags.length);
  for (let quiet = 0; quiet < slots.length;) {
    for (const slot of slots) {
      const n = p.untilFault(slot);
      quiet = n === Infinity ? quiet + 1 : 0;
      if (n === Infinity) continue;
      p.advance(slot, n);
      const unit = p.faultUnit(slot);
      assert.ok(unit >= from && faults(flags[unit], p.faultWrites(slot)));
      faulted[unit]++;
      flags[unit] = OPEN;
      p.complete(slot);
    }
  }
  return faulted;
}

test('nothing is lost: every unit that faults is touched, whoever ends, begins late or never begins', () => {
  const step = fc.record({ kind: fc.constantFrom('arm', 'arm', 'open', 'protect', 'go', 'go', 'end', 'begin'), a: fc.nat(9999), b: fc.nat(9999) });
  fc.assert(fc.property(fc.array(step, { maxLength: 120 }), fc.constantFrom(0, 0.5, 1), fc.constantFrom('uniform', 'zipf', 'hotset'), fc.nat(), (steps, writeShare, kind, seed) => {
    const units = 60, slots = 4;
    const flags = new Uint8Array(units + 5);
    const p = makePattern({ vma: 0, from: 5, units, writeShare, kind: KINDS[kind] }, slots, flags, NODES, new Prng(seed >>> 0, 'pattern'));
    let time = 0;
    for (const { kind: what, a, b } of steps) {
      const unit = a % (units + 5), slot = b % slots;
      if (what === 'arm' || what === 'protect') {
        flags[unit] = what === 'arm' ? PTE_PROTNONE | PTE_WRITE : PTE_PRESENT;
        p.arm(unit);
      } else if (what === 'open') flags[unit] = OPEN;
      else if (what === 'begin') p.begin(slot, a % 3 === 0 ? Infinity : a % 100);
      else if (what === 'end') p.begin(slot, 0);
      else if (p.left(slot) > 0) {
        const n = p.untilFault(slot);
        assert.equal(p.untilFault(slot), n);
        if (n === 0) {
          flags[p.faultUnit(slot)] = OPEN;
          p.complete(slot);
          continue;
        }
        const by = Math.min(n, a % 50, p.left(slot));
        p.advance(slot, by);
        if (n !== Infinity && p.left(slot) > 0) assert.equal(p.untilFault(slot), n - by, 'a slot that goes on comes closer by as much');
      }
      if (a % 23 === 0) p.change(time += 300);
    }
    for (let i = 0; i < slots; i++) p.begin(i, i === seed % slots ? Infinity : 0);
    const must = Array.from(flags, (pte, u) => u >= 5 && faults(pte, writeShare > 0));
    const faulted = drain(p, flags, [seed % slots], 5);
    must.forEach((m, u) => assert.equal(faulted[u], m ? 1 : 0, `unit ${u}`));
  }), { numRuns: 300 });
});

test('a fault that is tried again is the same one, and is no longer one when its entry has been opened', () => {
  const flags = new Uint8Array(100).fill(PTE_PROTNONE | PTE_WRITE);
  const p = uniform(100, 1, flags);
  p.begin(0, Infinity);
  p.advance(0, p.untilFault(0));
  const unit = p.faultUnit(0);
  assert.equal(p.untilFault(0), 0);
  assert.equal(p.faultUnit(0), unit);
  flags[unit] = OPEN;
  p.untilFault(0);
  assert.notEqual(p.faultUnit(0), unit);
  assert.equal(drain(p, flags, [0], 0)[unit], 0);
});

test('an entry that still faults when its fault is complete is touched again; one that is opened while its fault is handled is not', () => {
  const flags = new Uint8Array(50).fill(OPEN);
  const p = uniform(50, 2, flags, 1);
  p.begin(0, Infinity);
  p.begin(1, Infinity);
  flags[7] = PTE_PROTNONE;
  p.arm(7);
  const slot = p.untilFault(0) !== Infinity ? 0 : 1;
  p.advance(slot, p.untilFault(slot));
  assert.equal(p.faultUnit(slot), 7);
  flags[7] = PTE_PRESENT;
  p.arm(7);
  p.untilFault(1 - slot);
  p.complete(slot);
  assert.ok(Math.min(p.untilFault(0), p.untilFault(1)) < Infinity, 'its next write faults');
  flags[7] = OPEN;
  assert.equal(Math.min(p.untilFault(0), p.untilFault(1)), Infinity);
});

test('a slot takes its share of the touches, and what a slot leaves behind goes to the others', () => {
  const units = 30_000;
  const flags = new Uint8Array(units);
  const p = uniform(units, 3, flags);
  const by = [0, 0, 0];
  p.begin(0, Infinity);
  p.begin(1, 20_000);
  p.begin(2, Infinity);
  for (let i = 0; i < 20_000; i++) {
    for (let slot = 0; slot < 3; slot++) {
      if (p.left(slot) === 0) continue;
      if (p.untilFault(slot) > 0) {
        p.advance(slot, 1);
        continue;
      }
      by[slot]++;
      flags[p.faultUnit(slot)] = OPEN;
      p.complete(slot);
    }
  }
  const each = (units * (1 - Math.exp(-60_000 / units))) / 3;
  for (const n of by) assert.ok(Math.abs(n - each) < 5 * Math.sqrt(each), by.join(' '));
  assert.equal(p.left(1), 0);
  const rest = drain(p, flags, [0, 2], 0).reduce((a, b) => a + b, 0);
  assert.equal(rest + by[0] + by[1] + by[2], units);
});

test('folios: units that are opened by a touch of their neighbour cost little and are never touched', () => {
  const units = 2 ** 16, folio = 512;
  const flags = new Uint8Array(units);
  const p = uniform(units, 8, flags, 0.5);
  let count = 0;
  for (let i = 0; i < 8; i++) p.begin(i, Infinity);
  for (let quiet = 0; quiet < 8;) {
    for (let slot = 0; slot < 8; slot++) {
      const n = p.untilFault(slot);
      quiet = n === Infinity ? quiet + 1 : 0;
      if (n === Infinity) continue;
      p.advance(slot, n);
      const first = p.faultUnit(slot) - (p.faultUnit(slot) % folio);
      flags.fill(OPEN, first, first + folio);
      p.complete(slot);
      count++;
    }
  }
  assert.equal(count, units / folio);
});
