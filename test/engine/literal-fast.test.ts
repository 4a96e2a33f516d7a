/** Literal and fast walks are the same walk: every record equal, on random worlds with changes in mid-walk, however the run is cut. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { World } from '../../src/engine/sim/world';
import { COUNTER_NAMES } from '../../src/engine/observe/counters';
import { PS_PER_MS } from '../../src/engine/types';
import { buildWorld } from '../../src/engine/sim/build';
import { Disturber, randomSpec, worldOf } from './worlds';

/** Seeds whose world can be built: a node may have drawn no LRU page at all. */
const seeds = fc.integer({ min: 0, max: 1 << 30 }).filter((seed) => buildWorld(randomSpec(seed)).ok);

function disturbed(seed: number): World {
  const world = worldOf(randomSpec(seed));
  world.addActor(new Disturber(world, seed, 400, 30_000_000_000));
  return world;
}

/** Runs to the end; cut says how the run is sliced. */
function finish(world: World, cut: (i: number) => number): World {
  for (let i = 0; ; i++) {
    const end = world.run(world.spec.durationPs, cut(i), 'time');
    if (end === 'time' || end === 'done') return world;
  }
}

function assertSame(a: World, b: World): void {
  for (let i = a.rec.trace.first; i < Math.min(a.rec.trace.total, b.rec.trace.total); i++) assert.deepEqual(a.rec.trace.get(i), b.rec.trace.get(i), `record ${i}`);
  assert.equal(a.rec.trace.total, b.rec.trace.total);
  assert.equal(a.rec.trace.digest(), b.rec.trace.digest());
  assert.deepEqual(a.rec.totals(), b.rec.totals());
  assert.deepEqual(a.rec.byPoint, b.rec.byPoint);
}

test('literal and fast give the same records on random worlds with changes in mid-walk', () => {
  fc.assert(fc.property(seeds, (seed) => {
    const fast = finish(disturbed(seed), () => Infinity);
    const literal = disturbed(seed);
    literal.setLiteral(true, false);
    finish(literal, () => Infinity);
    assertSame(fast, literal);
  }), { numRuns: 60, seed: 1 });
});

test('a run cut into slices, stepped point by point in places, and switched between literal and fast is the same run', () => {
  fc.assert(fc.property(seeds, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 3, maxLength: 20 }), (seed, cuts) => {
    const whole = finish(disturbed(seed), () => Infinity);
    const cut = disturbed(seed);
    for (const [i, n] of cuts.entries()) {
      cut.setLiteral(i % 3 !== 0, i % 3 === 2);
      if (i % 4 === 1) cut.run(Math.min(cut.spec.durationPs, cut.nowPs + n * PS_PER_MS), Infinity, 'time');
      else cut.run(cut.spec.durationPs, n, i % 3 === 2 ? 'point' : 'time');
    }
    cut.setLiteral(false, false);
    assertSame(whole, finish(cut, (i) => cuts[i % cuts.length]));
  }), { numRuns: 60, seed: 2 });
});

test('the random worlds migrate: the property is not empty', () => {
  let moved = 0, lost = 0;
  for (let seed = 0; seed < 20; seed++) {
    const totals = finish(disturbed(seed), () => Infinity).rec.totals();
    moved += totals[COUNTER_NAMES.indexOf('folios_moved')];
    lost += totals[COUNTER_NAMES.indexOf('marks_lost_prepare')];
  }
  assert.ok(moved > 1000, `${moved} folios moved`);
  assert.ok(lost > 0, `${lost} marks lost`);
});
