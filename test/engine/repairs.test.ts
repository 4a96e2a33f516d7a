/** Every repair of kmigrated v1: literal and fast give the same records on random worlds, each alone and all together; nothing repaired is the posted thread. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { ALL_V1_REPAIRS, V1_NOT_REPAIRED, V1_REPAIRS, inOrder, repairOf } from '../../src/engine/designs/kmigrated-v1-repairs';
import { RepairedThread } from '../../src/engine/designs/kmigrated-v1-repaired';
import { COUNTER_NAMES } from '../../src/engine/observe/counters';
import { buildWorld } from '../../src/engine/sim/build';
import { Prng } from '../../src/engine/sim/prng';
import type { World } from '../../src/engine/sim/world';
import type { V1Repair, WorldSpec } from '../../src/engine/spec';
import { type Nid, PS_PER_S, type SimTimePs } from '../../src/engine/types';
import { rowOfNodes } from './specs';
import { Disturber, randomSpec, worldOf } from './worlds';

/** A random world with large folios that are asked for as well, and limits that bind; every other one has zones of several sections, not aligned to them. */
function specOf(seed: number, repairs: readonly V1Repair[]): WorldSpec | undefined {
  const random = randomSpec(seed);
  const rng = new Prng(seed, 'repairs');
  const { nodes } = random.machine;
  const wide = { ...random, machine: rowOfNodes(nodes.length, 20_000 + rng.draw(80_000), 0.5 + rng.draw(40) / 100), durationPs: (1.9 * PS_PER_S) as SimTimePs, design: { ...random.design, delayMs: 300 + rng.draw(300) } };
  const base = seed % 2 === 0 ? random : wide;
  const spec: WorldSpec = { ...base, design: { ...base.design, repairs, maxAgeMs: 1 + rng.draw(1500), rateLimitMBps: 1 + rng.draw(4) } };
  const large: WorldSpec = {
    ...spec, regions: [{ name: 'large', nid: 0 as Nid, pages: 256, order: 1 + rng.draw(4) }],
    workload: [...spec.workload, {
      pattern: 'random', name: 'large', from: { nid: 0 as Nid, region: 'large' }, startPs: (0.4 * PS_PER_S) as SimTimePs, count: 200, spacingPs: rng.draw(20_000_000),
      targets: [1 as Nid], targetRule: 'roundRobin', clusterPages: 1,
    }],
  };
  return [large, spec].find((s) => buildWorld(s).ok);
}

/** Runs to the end: nothing stops it, an oops ends a thread, not the run. */
function finish(spec: WorldSpec, seed: number, literal: boolean, slices?: readonly number[]): World {
  const world = worldOf(spec);
  world.addActor(new Disturber(world, seed, 400, 30_000_000_000));
  for (let i = 0; ; i++) {
    world.setLiteral(slices === undefined ? literal : i % 2 === 0, slices !== undefined && i % 4 === 0);
    const end = world.run(world.spec.durationPs, slices === undefined ? Infinity : slices[i % slices.length], 'time');
    if (end === 'time' || end === 'done') return world;
  }
}

function assertSame(a: World, b: World, about: string): void {
  for (let i = a.rec.trace.first; i < Math.min(a.rec.trace.total, b.rec.trace.total); i++) assert.deepEqual(a.rec.trace.get(i), b.rec.trace.get(i), `${about}: record ${i}`);
  assert.equal(a.rec.trace.total, b.rec.trace.total, about);
  assert.equal(a.rec.trace.digest(), b.rec.trace.digest(), about);
  assert.deepEqual(a.rec.totals(), b.rec.totals(), about);
  assert.deepEqual(a.rec.byPoint, b.rec.byPoint, about);
}

function sameBothWays(repairs: readonly V1Repair[], from: number, worlds: number): void {
  for (let seed = from, done = 0; done < worlds; seed++) {
    const spec = specOf(seed, repairs);
    if (spec === undefined) continue;
    done++;
    const fast = finish(spec, seed, false);
    const about = `seed ${seed} with ${repairs.join(',')}`;
    assertSame(fast, finish(spec, seed, true), about);
    if (done === 1) assertSame(fast, finish(spec, seed, false, [7, 400, 3000, 50_000]), `${about}, in slices`);
  }
}

for (const [i, { id }] of V1_REPAIRS.entries()) test(`${id} alone: literal and fast give the same records`, () => sameBothWays([id], 100 * i, 6));

test('all repairs together: literal and fast give the same records', () => sameBothWays(ALL_V1_REPAIRS, 5000, 25));

test('random sets of repairs: literal and fast give the same records', () => {
  const rng = new Prng(3, 'sets');
  for (let i = 0; i < 25; i++) sameBothWays(ALL_V1_REPAIRS.filter(() => rng.draw(2) === 0), 6000 + 20 * i, 1);
});

test('no request is left behind: once marks and disturbances are over, no page that a walk would take is marked', () => {
  const sets: (readonly V1Repair[])[] = [[], ...V1_REPAIRS.map((r) => [r.id]), ALL_V1_REPAIRS, ['D5', 'D6'], ['D4', 'D5', 'D6', 'D13', 'D11']];
  let moved = 0;
  for (const [i, repairs] of sets.entries()) {
    for (let seed = 9000 + 10 * i, done = 0; done < 4; seed++) {
      // what is kept for another try (D7) stays marked while its target is full
      const spec = specOf(seed, repairs.filter((r) => r !== 'D7'));
      if (spec === undefined) continue;
      done++;
      const world = worldOf({ ...spec, durationPs: (8 * PS_PER_S) as SimTimePs });
      world.addActor(new Disturber(world, seed, 100, 30_000_000_000));
      while (!['time', 'done'].includes(world.run(world.spec.durationPs, Infinity, 'time')));
      for (const t of world.threads) {
        if (t.pc === -1) continue;
        for (const zone of t.pgdat.zones) {
          const end = zone.spec.startPfn + zone.spec.spannedPages;
          for (let pfn = zone.spec.startPfn as number; pfn < end; pfn++) assert.ok(!t.walk.isCandidate(pfn), `PFN ${pfn}, seed ${seed}, ${repairs.join(',')}`);
        }
      }
      moved += world.rec.totals()[COUNTER_NAMES.indexOf('folios_moved')];
    }
  }
  assert.ok(moved > 1000, `${moved} folios moved`);
});

test('an empty list of repairs is the posted thread, record by record', () => {
  const spec = specOf(11, []);
  assert.ok(spec);
  const { repairs: _, ...design } = spec.design;
  const posted = finish({ ...spec, design }, 11, false);
  assertSame(finish(spec, 11, false), posted, 'empty');
  assert.ok(posted.threads.every((t) => !(t instanceof RepairedThread)));
});

test('every row of the register is either repaired or named with a reason, and none twice', () => {
  const ids = [...V1_REPAIRS.map((r) => r.id as string), ...V1_NOT_REPAIRED.map((r) => r.id)];
  for (let d = 1; d <= 28; d++) assert.equal(ids.filter((id) => id === `D${d}`).length, 1, `D${d}`);
  assert.equal(new Set(ids).size, ids.length);
  for (const { id } of V1_REPAIRS) assert.equal(repairOf(id), id);
  assert.equal(repairOf('D9'), undefined);
  assert.deepEqual(inOrder(['D2', 'D1', 'D2']), ['D1', 'D2']);
});
