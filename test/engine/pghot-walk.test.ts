/** A walk in stretches is the walk PFN by PFN: random machines with holes, offline and foreign pages, large folios, and requests, walked both ways. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { DesignContext } from '../../src/engine/designs/design';
import { DEFERRED_DEFAULTS } from '../../src/engine/designs/options';
import { PghotEarly } from '../../src/engine/designs/pghot-early';
import { PghotLate } from '../../src/engine/designs/pghot-late';
import { lateRecord } from '../../src/engine/designs/pghot-late-record';
import { At, type WalkProbe } from '../../src/engine/designs/pghot-thread';
import { FOLIO, KIND_MASK, LRU, USED, orderBits } from '../../src/engine/machine/pagestate';
import { KernelMm } from '../../src/engine/mm/kernel';
import { COUNTER_NAMES } from '../../src/engine/observe/counters';
import { Recorder } from '../../src/engine/observe/recorder';
import { clockOf } from '../../src/engine/sim/jiffies';
import { Prng } from '../../src/engine/sim/prng';
import { randomSpec, worldOf } from './worlds';

const SECTION = 512;

interface Walked {
  readonly counters: Record<string, number>;
  readonly states: readonly number[];
  readonly ready: readonly number[];
  /** Time that the steps of all passes cost, ps. */
  readonly ps: number;
  readonly steps: number;
  readonly dead: number;
}

/** Some passes of every node's thread over a random machine, requests between them. */
function walked(version: 'early' | 'late', seed: number, probe: WalkProbe | undefined): Walked {
  const spec = { ...randomSpec(seed), workload: [] };
  const { machine } = worldOf(spec);
  const { frames } = machine;
  const rng = new Prng(seed, 'pghot walk');
  // some runs of used pages become large folios
  for (let i = 0; i < 60; i++) {
    const order = 1 + rng.draw(6), head = rng.draw(frames.pfns >> order) << order;
    const pages = Array.from({ length: 1 << order }, (_, k) => head + k);
    const owner = frames.owners.of(head);
    if (owner >= 0 && pages.every((p) => (frames.get(p) & KIND_MASK) === USED && frames.owners.of(p) === owner)) for (const p of pages) frames.set(p, USED | FOLIO | LRU | orderBits(order));
  }
  const rec = new Recorder(machine.nodeIds, { traceRecords: 16, logRows: 16 });
  const ctx: DesignContext = {
    machine, env: new KernelMm(machine, spec.costs, rec), rec, costs: spec.costs, clock: clockOf(1000), hz: 1000, cpus: 0, nodeOfCpu: () => -1, cpuOf: () => -1, topTier: () => false,
    processOf: () => -1, distance: (from, to) => (from === to ? 10 : 20), wake: () => undefined, wakeTask: () => undefined,
  };
  const setting = { sections: { pages: SECTION }, ...(probe === undefined ? {} : { probe }) };
  const lateOptions = { ...DEFERRED_DEFAULTS['pghot-late'], nodes: 'all' as const, threshold: 1, batchFolios: 1 + rng.draw(40) };
  const design = version === 'early'
    ? new PghotEarly({ ...DEFERRED_DEFAULTS['pghot-early'], nodes: 'all', masks: 'width-based', batchFolios: 1 + rng.draw(40) }, ctx, setting)
    : new PghotLate(lateOptions, ctx, { ...setting, record: lateRecord(lateOptions, 1000, () => 0), memcgOf: (head) => head & 64 });
  design.boot();
  for (let s = 0; s < 3; s++) design.sources.add(s);
  let ps = 0, steps = 0, dead = 0;
  for (let pass = 0; pass < 3; pass++) {
    for (let i = 0; i < 120; i++) {
      const pfn = rng.draw(frames.pfns), nid = rng.draw(machine.nodes.length);
      for (let k = 0; k < 3; k++) design.access(pfn, nid, 0, 5000 + pass);
    }
    for (const pgdat of machine.nodes) {
      const thread = design.thread(pgdat);
      thread.restart(At.Clear);
      do {
        ps += thread.step(ps);
        steps++;
      } while (thread.pc !== At.Wait && thread.pc !== At.Dead);
      if (thread.pc === At.Dead) dead++;
    }
  }
  const ready: number[] = [];
  for (let pfn = frames.ready.next(0, frames.pfns); pfn < frames.pfns; pfn = frames.ready.next(pfn + 1, frames.pfns)) ready.push(pfn);
  return {
    counters: Object.fromEntries([...rec.totals()].map((n, i) => [COUNTER_NAMES[i], n])), states: Array.from({ length: frames.pfns }, (_, p) => frames.get(p)), ready, ps, steps, dead,
  };
}

class Visits implements WalkProbe {
  visits = 0;
  visiting(): void {
    this.visits++;
  }
  exchanging(): void {
    // nobody comes between
  }
  consumed(): void {
    // counted as a mark
  }
  rescheduled(): void {
    // counted
  }
  slept(): void {
    // no pass here begins with a wait
  }
}

for (const version of ['early', 'late'] as const) {
  test(`${version}: the same visits, costs, moves and requests, whether PFN by PFN or in stretches`, () => {
    let moved = 0, saved = 0;
    fc.assert(fc.property(fc.nat(1_000_000), (seed) => {
      const probe = new Visits();
      const one = walked(version, seed, probe), leaps = walked(version, seed, undefined);
      const { steps: many, ...literal } = one, { steps: few, ...fast } = leaps;
      assert.deepEqual(fast, literal);
      assert.equal(probe.visits, one.counters['pfns_visited'] + (version === 'early' ? one.dead : 0), 'the visit that crashes is not paid any more');
      moved += one.counters['pages_moved'];
      saved += many - few;
    }), { numRuns: 40 });
    assert.ok(moved > 500 && saved > 10_000, `${moved} pages moved, ${saved} steps saved`);
  });
}
