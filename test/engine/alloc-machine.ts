/** Small machines for the tests of the page allocator and of reclaim: nodes of one or more zones, all pages free at first. */

import { ExtLayout } from '../../src/engine/machine/extword';
import { PageFrames } from '../../src/engine/machine/frames';
import { Machine, type Pgdat } from '../../src/engine/machine/machine';
import { FREE, NOEXT, OFFLINE, USED } from '../../src/engine/machine/pagestate';
import type { ZoneSpec } from '../../src/engine/machine/spec';
import type { Prng } from '../../src/engine/sim/prng';
import type { Pfn } from '../../src/engine/types';

export interface TestZone {
  readonly idx: number;
  readonly pages: number;
  readonly min: number;
  readonly low: number;
  readonly high: number;
  /** lowmem_reserve of ZONE_MOVABLE. */
  readonly reserve?: number;
}

/** Zones one after the other from PFN `from`, node by node; all online and free. */
export function machineOf(nodes: readonly (readonly TestZone[])[], from = 0): Machine {
  const total = from + nodes.flat().reduce((sum, z) => sum + z.pages, 0);
  const frames = new PageFrames(total, new ExtLayout(2, 64));
  let at = from;
  const pgdats: Pgdat[] = nodes.map((zones, nid) => ({
    nid, hasMemory: zones.length > 0, activate: false, hasThread: false,
    zones: zones.map((z) => {
      const ownerId = frames.owners.id(nid, z.idx);
      const spec: ZoneSpec = {
        idx: z.idx, startPfn: at as Pfn, spannedPages: z.pages, presentPages: z.pages, managedPages: z.pages, minPages: z.min, lowPages: z.low, highPages: z.high,
        boostPages: 0, lowmemReservePages: [0, 0, 0, z.reserve ?? 0, 0], freePages: z.pages, lruPages: 0, holesKnown: true,
      };
      frames.owners.setRange(at, z.pages, ownerId);
      frames.fill(at, z.pages, FREE);
      at += z.pages;
      return { spec, ownerId };
    }),
  }));
  return new Machine(frames, pgdats);
}

/** A node with one Normal zone. */
export const node = (pages: number, min = 20, low = 40, high = 60): TestZone[] => [{ idx: 2, pages, min, low, high }];

/** SLIT of equally far nodes. */
export const flatDistance = (nodes: number): number[][] => Array.from({ length: nodes }, (_, i) => Array.from({ length: nodes }, (_, j) => (i === j ? 10 : 20)));

/** A machine with holes in its free memory: pages in use, offline, without page_ext, and of the neighbour. */
export function randomMachine(rng: Prng): Machine {
  const nodes = 2 + rng.draw(3);
  const zone = (idx: number): TestZone => ({ idx, pages: 700 + rng.draw(6000), min: 8 + rng.draw(40), low: 60, high: 70 + rng.draw(30), reserve: idx === 1 ? rng.draw(200) : 0 });
  const machine = machineOf(Array.from({ length: nodes }, (_, n) => (n === 0 ? [zone(1), zone(2)] : [zone(2)])), rng.draw(700));
  const { frames } = machine;
  for (let i = rng.draw(30); i > 0; i--) {
    const pages = 1 + rng.draw(300), start = rng.draw(frames.pfns - pages);
    const what = rng.draw(4), owner = rng.draw(frames.owners.table.length);
    for (let p = start; p < start + pages; p++) {
      if (frames.owners.of(p) < 0) continue;
      if (what === 3) frames.reown(p, 1, owner);
      else frames.set(p, [USED, OFFLINE | NOEXT, FREE | NOEXT][what]);
    }
  }
  return machine;
}
