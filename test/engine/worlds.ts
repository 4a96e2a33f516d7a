/** Random worlds for property tests: a seed in, a small machine with holes, offline and foreign pages, regions, requests, and a disturber out. */

import { defaultCosts } from '../../src/engine/cost/table';
import type { MachineSpec, MemRange, NodeSpec, ZoneSpec } from '../../src/engine/machine/spec';
import { FOLIO, FREE, HOLE, KIND_MASK, LRU, OFFLINE, USED } from '../../src/engine/machine/pagestate';
import { buildWorld } from '../../src/engine/sim/build';
import type { Actor } from '../../src/engine/sim/actor';
import { Prng } from '../../src/engine/sim/prng';
import type { World } from '../../src/engine/sim/world';
import { KMIGRATED_V1_DEFAULTS, type WorldSpec } from '../../src/engine/spec';
import { type Nid, PS_PER_MS, type Pfn, type SimTimePs } from '../../src/engine/types';
import type { MarkPhaseSpec } from '../../src/engine/workload/spec';

export const pfn = (n: number): Pfn => n as Pfn;
export const nid = (n: number): Nid => n as Nid;
export const ps = (n: number): SimTimePs => n as SimTimePs;

function zone(idx: number, startPfn: number, spannedPages: number, presentPages: number, rng: Prng): ZoneSpec {
  const managedPages = presentPages - rng.draw(1 + Math.floor(presentPages / 8));
  const freePages = Math.floor((managedPages * (20 + rng.draw(50))) / 100);
  return {
    idx, startPfn: pfn(startPfn), spannedPages, presentPages, managedPages, minPages: 8 + rng.draw(40), lowPages: 60, highPages: 70 + rng.draw(30), boostPages: 0,
    lowmemReservePages: [0, 0, 0, 0, 0], freePages, lruPages: Math.floor((managedPages - freePages) * 0.8), holesKnown: true,
  };
}

/** Nodes in a row, the first with two zones; each with a hole, an offline run and a run that belongs to its neighbour. */
function machineOf(rng: Prng, nodes: number): MachineSpec {
  const ranges: MemRange[] = [];
  const specs: NodeSpec[] = [];
  let at = rng.draw(700);
  for (let n = 0; n < nodes; n++) {
    const span = 1500 + rng.draw(5000);
    const cut = n === 0 ? Math.floor(span / 3) : span;
    const zones: ZoneSpec[] = [];
    let present = 0, zoneStart = at, zonePresent = 0;
    const push = (start: number, pages: number, owner: number, state: 'online' | 'offline'): void => {
      ranges.push({ startPfn: pfn(start), pages, nid: nid(owner), state });
    };
    for (let p = at; p < at + span; ) {
      if (p === at + cut && n === 0) {
        zones.push(zone(1, zoneStart, p - zoneStart, zonePresent, rng));
        zoneStart = p;
        zonePresent = 0;
      }
      const stop = n === 0 && p < at + cut ? at + cut : at + span;
      const pages = Math.min(stop - p, 100 + rng.draw(1500));
      const what = rng.draw(10);
      if (what === 1) push(p, pages, n, 'offline');
      else if (what === 2 && n > 0) push(p, pages, n - 1, 'online');
      else if (what > 2) {
        push(p, pages, n, 'online');
        present += pages;
        zonePresent += pages;
      }
      p += pages;
    }
    if (zonePresent > 0 || zones.length === 0) zones.push(zone(2, zoneStart, at + span - zoneStart, zonePresent, rng));
    specs.push({ nid: nid(n), cpus: [n], hasMemory: present > 0, zones: zones.filter((z) => z.presentPages > 0) });
    at += span + rng.draw(300);
  }
  return { name: 'random', source: 'a test', nodes: specs, ranges };
}

function phaseOf(rng: Prng, i: number, nodes: number): MarkPhaseSpec {
  return {
    pattern: (['random', 'clustered', 'sequential'] as const)[rng.draw(3)], name: `phase ${i}`, from: { nid: nid(rng.draw(nodes)) },
    startPs: ps(rng.draw(2200) * PS_PER_MS), count: 1 + rng.draw(900), spacingPs: rng.draw(3) === 0 ? 0 : rng.draw(40_000_000),
    targets: Array.from({ length: 1 + rng.draw(3) }, () => nid(rng.draw(nodes))), targetRule: (['roundRobin', 'random', 'blocks'] as const)[rng.draw(3)],
    clusterPages: 1 + rng.draw(40),
  };
}

/** A random world of a seed, as plain data. */
export function randomSpec(seed: number): WorldSpec {
  const rng = new Prng(seed, 'test world');
  const nodes = 2 + rng.draw(3);
  return {
    name: `random ${seed}`, machine: machineOf(rng, nodes), regions: [], workload: Array.from({ length: 1 + rng.draw(4) }, (_, i) => phaseOf(rng, i, nodes)),
    design: { ...KMIGRATED_V1_DEFAULTS, batchFolios: rng.draw(2) === 0 ? 512 : 1 + rng.draw(60), delayMs: rng.draw(2) === 0 ? 1000 : 1 + rng.draw(50), hz: ([100, 250, 300, 1000] as const)[rng.draw(4)] },
    costs: defaultCosts(), seed, durationPs: ps(4000 * PS_PER_MS),
  };
}

/** The world of a spec; a spec that cannot be built is a bug of the test. */
export function worldOf(spec: WorldSpec): World {
  const built = buildWorld(spec);
  if (!built.ok) throw new Error(built.text);
  return built.world;
}

/** Frees, allocates, takes off the LRU, and takes offline and online pages at random times: what the rest of a kernel would do meanwhile. */
export class Disturber implements Actor {
  readonly rank = -1;
  private readonly rng: Prng;
  private timePs = 0;
  private left: number;

  constructor(private readonly world: World, seed: number, changes: number, private readonly gapPs: number) {
    this.rng = new Prng(seed, 'disturber');
    this.left = changes;
  }

  nextPs(): number {
    return this.left > 0 ? this.timePs : Infinity;
  }

  step(): void {
    this.left--;
    const { frames } = this.world.machine;
    const pages = 1 + this.rng.draw(64);
    const start = this.rng.draw(Math.max(1, frames.pfns - pages));
    const what = this.rng.draw(4);
    for (let p = start; p < start + pages; p++) {
      const state = frames.get(p);
      const kind = state & KIND_MASK;
      if (kind === HOLE) continue;
      if (kind === OFFLINE) {
        if (what === 3 && frames.owners.of(p) >= 0) frames.set(p, FREE);
      } else if (kind === FREE) frames.set(p, what === 3 ? OFFLINE : USED | FOLIO | LRU);
      else if (what === 0 && state & LRU) frames.freeFolio(p, 0, 0);
      else if (what === 1 && state & LRU) frames.set(p, state & ~LRU);
      else if (what === 2 && state & FOLIO && !(state & LRU) && (state & ~(FOLIO | KIND_MASK)) === 0) frames.set(p, state | LRU);
    }
    this.timePs += 1 + this.rng.draw(this.gapPs);
  }
}
