/**
 * First occupancy of a zone, a rule of ours: zoneinfo says how many pages are free, on the LRU or neither, never which. In PFN order:
 * first present - managed pages are reserved; then runs of 1 to 32 pageblocks, each free, LRU or neither, drawn with the weights of what
 * is left of each; whatever a run exceeds goes to the next kind. The stream "occupancy" of the seed decides, so it is the same every time.
 */

import type { Prng } from '../sim/prng';
import { PAGEBLOCK_PAGES } from '../types';
import type { PageFrames } from './frames';
import { FOLIO, FREE, LRU, USED } from './pagestate';
import type { MemRange, ZoneSpec } from './spec';

const MAX_RUN_BLOCKS = 32;
/** States of the three kinds: free, LRU (order-0 folios), neither. */
const KINDS = [FREE, USED | FOLIO | LRU, USED] as const;

/** What is left to lay out in a zone. */
class Remainder {
  /** Pages by kind. */
  readonly left: [number, number, number];

  constructor(zone: ZoneSpec) {
    const free = Math.min(zone.freePages, zone.managedPages);
    const lru = Math.min(zone.lruPages, zone.managedPages - free);
    this.left = [free, lru, zone.managedPages - free - lru];
  }

  draw(rng: Prng): number {
    const [free, lru, other] = this.left;
    const sum = free + lru + other;
    if (sum === 0) return 2;
    const x = rng.draw(sum);
    return x < free ? 0 : x < free + lru ? 1 : 2;
  }
}

/** Fills the online ranges of one zone (sorted, clipped to it by the caller); returns the runs of LRU pages as [start, pages] through onLru. */
export function occupyZone(
  frames: PageFrames, zone: ZoneSpec, ranges: readonly MemRange[], rng: Prng, onLru: (start: number, pages: number) => void,
): void {
  const rest = new Remainder(zone);
  let reserved = Math.max(0, zone.presentPages - zone.managedPages);
  let kind = 2, run = 0;
  for (const range of ranges) {
    const end = range.startPfn + range.pages;
    if (range.kind === 'reserved') {
      // not counted as present by the zone
      frames.fill(range.startPfn, range.pages, USED);
      continue;
    }
    for (let pfn: number = range.startPfn; pfn < end; ) {
      if (reserved > 0) {
        const pages = Math.min(reserved, end - pfn);
        frames.fill(pfn, pages, USED);
        reserved -= pages;
        pfn += pages;
        continue;
      }
      if (run === 0) {
        kind = rest.draw(rng);
        // whole pageblocks from where the block begins, so that a kind is uniform in most blocks
        run = (1 + rng.draw(MAX_RUN_BLOCKS)) * PAGEBLOCK_PAGES - (pfn % PAGEBLOCK_PAGES);
      }
      const left = rest.left[kind];
      const pages = Math.min(run, end - pfn, left > 0 ? left : Infinity);
      frames.fill(pfn, pages, KINDS[kind]);
      if (kind === 1) onLru(pfn, pages);
      rest.left[kind] = Math.max(0, left - pages);
      run = rest.left[kind] === 0 ? 0 : run - pages;
      pfn += pages;
    }
  }
}
