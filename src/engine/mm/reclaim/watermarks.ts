/** Watermarks of reclaim: WMARK_PROMO, pgdat_balanced() and the demotion targets of a node, as in mm/page_alloc.c, mm/vmscan.c and mm/memory-tiers.c (6.12 to 6.16). */

import type { PageFrames } from '../../machine/frames';
import type { Pgdat, Zone } from '../../machine/machine';
import { ZONE_MOVABLE } from '../../machine/spec';
import type { Buddy } from '../alloc/buddy';
import { highPages, managedZone } from '../watermark';

/** promo_wmark_pages(): one more step of __setup_per_zone_wmarks() above high; low, high and promo are equally far apart. zoneinfo of 6.12 prints it. */
export const promoPages = (zone: Zone): number => highPages(zone) + (zone.spec.highPages - zone.spec.lowPages);

/**
 * pgdat_balanced() for movable pages: some zone keeps its high watermark (in tiering mode its promo watermark) and has a block of 2^order pages. A node
 * without managed zones is balanced. Watermark boost decays nowhere (M13): what the machine begins with stays.
 */
export function pgdatBalanced(frames: PageFrames, buddy: Buddy, pgdat: Pgdat, order: number, tiering: boolean): boolean {
  let managed = false;
  for (const zone of pgdat.zones) {
    if (!managedZone(zone) || zone.spec.idx > ZONE_MOVABLE) continue;
    managed = true;
    const mark = (tiering ? promoPages(zone) : highPages(zone)) + (zone.spec.lowmemReservePages[ZONE_MOVABLE] ?? 0);
    if (frames.freeOf(zone.ownerId) - ((1 << order) - 1) > mark && (order === 0 || buddy.has(zone.ownerId, order))) return true;
  }
  return !managed;
}

/**
 * Where a node demotes to, next_demotion_node() first: the nodes of lower tiers by distance, the lower number first among equals (the kernel draws one of
 * the equally near ones by chance). Empty: it demotes nowhere. nodes: those with memory; tierOf: 0 is the top tier.
 */
export function demotionTargets(nid: number, nodes: readonly number[], tierOf: (nid: number) => number, distance: readonly (readonly number[])[]): Int32Array {
  const far = (to: number): number => distance[nid]?.[to] ?? 20;
  const own = tierOf(nid);
  const lower = nodes.filter((n) => tierOf(n) > own);
  // the next tier first: a node demotes one tier down while it can
  return Int32Array.from(lower.sort((a, b) => tierOf(a) - tierOf(b) || far(a) - far(b) || a - b));
}
