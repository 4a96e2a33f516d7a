/** Sweeps, streams and recorded traces find every access that faults exactly, whatever happens to the entries in between. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PTE_MIGRATION, PTE_NONE, PTE_PRESENT, PTE_PROTNONE, PTE_WRITE, faults } from '../../src/engine/mm/pte';
import { Prng } from '../../src/engine/sim/prng';
import type { PatternSpec } from '../../src/engine/system/spec';
import type { Pattern } from '../../src/engine/workload/pattern';
import { SweepPattern, makePattern } from '../../src/engine/workload/patterns/make';

const UNITS = 96, NODES = 3;
const STATES = [PTE_NONE, PTE_PRESENT, PTE_PRESENT | PTE_WRITE, PTE_PROTNONE, PTE_PROTNONE | PTE_WRITE, PTE_MIGRATION | PTE_WRITE];

/** The k-th access of a run, by brute force. */
type Access = (k: number) => { unit: number; write: boolean };

/** A slot with its brute-force twin. */
interface Twin {
  readonly slot: number;
  readonly access: Access;
  readonly count: number;
  at: number;
}

const event = fc.record({ kind: fc.constantFrom('pte', 'pte', 'pte', 'move', 'go', 'go', 'begin', 'look'), a: fc.nat(9999), b: fc.nat(9999) });
type Event = { kind: string; a: number; b: number };

class World {
  readonly flags = new Uint8Array(UNITS);
  readonly node = new Int8Array(UNITS).fill(-1);

  setPte(p: Pattern, unit: number, state: number): void {
    const before = this.flags[unit];
    this.flags[unit] = state;
    // as mm/ does: whenever an entry begins to fault for accesses that did not fault before, and at times when it faults all along
    if ((faults(state, false) && !faults(before, false)) || (faults(state, true) && !faults(before, true)) || unit % 7 === 0) p.arm(unit);
  }

  move(p: Pattern, unit: number, to: number): void {
    p.moved(unit, this.node[unit], to);
    this.node[unit] = to;
  }

  /** Accesses of a twin before the one that faults, or Infinity. */
  until(t: Twin): number {
    for (let k = t.at; k < t.count; k++) {
      const { unit, write } = t.access(k);
      if (faults(this.flags[unit], write)) return k - t.at;
    }
    return Infinity;
  }

  check(p: Pattern, t: Twin): number {
    const n = p.untilFault(t.slot);
    assert.equal(n, this.until(t));
    assert.equal(p.untilFault(t.slot), n, 'asked twice');
    assert.equal(p.left(t.slot), t.count - t.at);
    if (n !== Infinity) assert.deepEqual({ unit: p.faultUnit(t.slot), write: p.faultWrites(t.slot) }, t.access(t.at + n));
    return n;
  }

  /** The slot goes on by some accesses; at the fault it is handled. */
  go(p: Pattern, t: Twin, upTo: number): void {
    const n = this.check(p, t);
    if (t.at === t.count) return;
    if (n !== Infinity && upTo >= n) {
      p.advance(t.slot, n);
      assert.equal(p.untilFault(t.slot), 0);
      const { unit, write } = t.access(t.at + n);
      this.setPte(p, unit, write ? PTE_PRESENT | PTE_WRITE : PTE_PRESENT);
      p.complete(t.slot);
      t.at += n + 1;
      return;
    }
    const by = Math.min(upTo, n, t.count - t.at);
    p.advance(t.slot, by);
    t.at += by;
    if (n !== Infinity) assert.equal(p.untilFault(t.slot), n - by);
  }
}

function run(p: Pattern, world: World, twins: readonly Twin[], restarts: boolean, events: readonly Event[]): void {
  for (const t of twins) p.begin(t.slot, t.count);
  for (const e of events) {
    const t = twins[e.a % twins.length];
    if (e.kind === 'pte') world.setPte(p, e.a % UNITS, STATES[e.b % STATES.length]);
    else if (e.kind === 'move') world.move(p, e.a % UNITS, (e.b % (NODES + 1)) - 1);
    else if (e.kind === 'go') world.go(p, t, e.b % 40);
    else if (e.kind === 'look') world.check(p, t);
    else if (restarts) {
      p.begin(t.slot, t.count);
      t.at = 0;
    }
  }
  for (const t of twins) world.check(p, t);
}

function sameShares(got: Float64Array, world: World, weight: (unit: number) => number): void {
  const want = new Float64Array(NODES);
  let all = 0;
  for (let u = 0; u < UNITS; u++) {
    all += weight(u);
    if (world.node[u] >= 0) want[world.node[u]] += weight(u);
  }
  for (let nid = 0; nid < NODES; nid++) assert.ok(Math.abs(got[nid] - want[nid] / (all || 1)) < 1e-9, `node ${nid}: ${got[nid]} instead of ${want[nid] / all}`);
}

const sweepArb = fc.record({ from: fc.nat(UNITS - 1), step: fc.constantFrom(1, 1, 3, 4, 7), count: fc.nat(UNITS), write: fc.boolean() })
  .map((s) => ({ ...s, count: Math.min(s.count, Math.floor((UNITS - 1 - s.from) / s.step) + 1) }));

test('sweeps over one VMA, with any shares, equal brute force', () => {
  fc.assert(fc.property(fc.array(sweepArb, { minLength: 1, maxLength: 6 }), fc.array(event, { maxLength: 150 }), (sweeps, events) => {
    const world = new World();
    const p = new SweepPattern(world.flags, NODES);
    const twins = sweeps.map((s): Twin => ({
      slot: p.addSweep(s.from, s.step, s.count, s.write), access: (k) => ({ unit: s.from + k * s.step, write: s.write }), count: s.count, at: 0,
    }));
    run(p, world, twins, true, events);
    sweeps.forEach((s, i) => {
      sameShares(p.shares(twins[i].slot), world, (u) => (u >= s.from && (u - s.from) % s.step === 0 && (u - s.from) / s.step < s.count ? 1 : 0));
    });
    for (let u = 0; u < UNITS; u++) {
      assert.equal(p.hot(u), sweeps.some((s) => u >= s.from && (u - s.from) % s.step === 0 && (u - s.from) / s.step < s.count));
    }
  }), { numRuns: 400 });
});

test('a sweep that does not fit its VMA, comes too late or is run too long is a bug', () => {
  const p = new SweepPattern(new Uint8Array(10), NODES);
  assert.throws(() => p.addSweep(0, 3, 5, true), /does not fit a VMA of 10/);
  const slot = p.addSweep(0, 3, 4, true);
  assert.throws(() => p.begin(slot, 5), /5 accesses in a sweep of 4/);
  p.begin(slot, 4);
  assert.throws(() => p.addSweep(0, 1, 4, true), /before the program runs/);
});

const spec = (kind: PatternSpec['kind'], writeShare: number): PatternSpec => ({ vma: 0, from: 0, units: UNITS, writeShare, kind });

test('a stream equals brute force: in address order, round and round, each slot from a place of its own', () => {
  const make = (flags: Uint8Array, slots: number, seed: number, writeShare: number): Pattern =>
    makePattern(spec({ kind: 'stream' }, writeShare), slots, flags, NODES, new Prng(seed, 'stream'));
  fc.assert(fc.property(fc.integer({ min: 1, max: 5 }), fc.constantFrom(0, 0.3, 1), fc.nat(1000), fc.array(event, { maxLength: 150 }), (slots, share, seed, events) => {
    const world = new World();
    const p = make(world.flags, slots, seed, share);
    // which accesses write does not depend on the entries: a world where everything faults tells
    const teller = make(new Uint8Array(UNITS), slots, seed, share);
    const twins = Array.from({ length: slots }, (_, slot): Twin => {
      const writes: boolean[] = [];
      teller.begin(slot, 3 * UNITS);
      for (let k = 0; k < 3 * UNITS; k++) {
        assert.equal(teller.untilFault(slot), 0);
        writes.push(teller.faultWrites(slot));
        teller.complete(slot);
      }
      return { slot, access: (k) => ({ unit: (Math.floor((slot * UNITS) / slots) + k) % UNITS, write: writes[k] }), count: 3 * UNITS, at: 0 };
    });
    run(p, world, twins, false, events);
    sameShares(p.shares(0), world, () => 1);
  }), { numRuns: 200 });
});

test('the writes of a stream have their share', () => {
  const p = makePattern(spec({ kind: 'stream' }, 0.25), 1, new Uint8Array(UNITS), NODES, new Prng(3, 'stream'));
  const n = 40_000;
  let writes = 0;
  p.begin(0, n);
  for (let k = 0; k < n; k++) {
    assert.equal(p.untilFault(0), 0);
    if (p.faultWrites(0)) writes++;
    p.complete(0);
  }
  assert.ok(Math.abs(writes / n - 0.25) < 5 * Math.sqrt(0.1875 / n), String(writes));
});

const traceArb = fc.array(fc.record({ unit: fc.nat(UNITS - 1), write: fc.boolean() }), { minLength: 1, maxLength: 60 });

test('a recorded trace equals brute force, looped and not', () => {
  fc.assert(fc.property(traceArb, fc.boolean(), fc.integer({ min: 1, max: 4 }), fc.array(event, { maxLength: 150 }), (trace, loop, slots, events) => {
    const world = new World();
    const accesses = { units: Uint32Array.from(trace, (t) => t.unit), writes: Uint8Array.from(trace, (t) => (t.write ? 1 : 0)) };
    const p = makePattern(spec({ kind: 'recorded', accesses, loop }, 0), slots, world.flags, NODES, new Prng(1, 'recorded'));
    const count = loop ? 150 : trace.length;
    const twins = Array.from({ length: slots }, (_, slot): Twin => ({ slot, access: (k) => ({ ...trace[k % trace.length] }), count, at: 0 }));
    run(p, world, twins, true, events);
    const counts = new Float64Array(UNITS);
    for (const t of trace) counts[t.unit]++;
    sameShares(p.shares(0), world, (u) => counts[u]);
    const used = counts.filter((c) => c > 0).length;
    for (let u = 0; u < UNITS; u++) assert.equal(p.hot(u), counts[u] > 0 && counts[u] * used >= trace.length);
  }), { numRuns: 300 });
});

test('an endless loop over a trace with nothing that faults has no fault; a trace that does not loop ends with its last access', () => {
  const flags = new Uint8Array(UNITS).fill(PTE_PRESENT | PTE_WRITE);
  const accesses = { units: Uint32Array.of(4, 5, 4), writes: Uint8Array.of(0, 1, 0) };
  const endless = makePattern(spec({ kind: 'recorded', accesses, loop: true }, 0), 1, flags, NODES, new Prng(1, 'r'));
  endless.begin(0, Infinity);
  assert.equal(endless.untilFault(0), Infinity);
  endless.advance(0, 1_000_000);
  assert.equal(endless.left(0), Infinity);
  flags[5] = PTE_PROTNONE;
  endless.arm(5);
  assert.equal(endless.untilFault(0), 0);
  assert.equal(endless.faultUnit(0), 5);
  assert.equal(endless.faultWrites(0), true);
  const once = makePattern(spec({ kind: 'recorded', accesses, loop: false }, 0), 1, flags, NODES, new Prng(1, 'r'));
  once.begin(0, Infinity);
  assert.equal(once.left(0), 3);
});
