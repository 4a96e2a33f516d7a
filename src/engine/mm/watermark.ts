/** Watermarks: zone_watermark_ok() and migrate_balanced_pgdat() of 6.16, per zone, without per-CPU lists and high-atomic reserves. */

import type { Machine, Pgdat, Zone } from '../machine/machine';
import { MAX_NR_ZONES, ZONE_MOVABLE } from '../machine/spec';

/** managed_zone(). */
export const managedZone = (zone: Zone): boolean => zone.spec.managedPages > 0;
export const minPages = (zone: Zone): number => zone.spec.minPages + zone.spec.boostPages;
export const lowPages = (zone: Zone): number => zone.spec.lowPages + zone.spec.boostPages;
export const highPages = (zone: Zone): number => zone.spec.highPages + zone.spec.boostPages;

/** Whether an order-0 allocation may leave the zone's free pages above mark plus what is kept for requests that could go to ZONE_MOVABLE. */
export function watermarkOk(free: number, order: number, mark: number, zone: Zone): boolean {
  return free - ((1 << order) - 1) > mark + (zone.spec.lowmemReservePages[ZONE_MOVABLE] ?? 0);
}

/** migrate_balanced_pgdat(): does any zone, from the highest, keep its high watermark after nr more pages? */
export function migrateBalancedPgdat(machine: Machine, pgdat: Pgdat, nrPages: number): boolean {
  for (let z = MAX_NR_ZONES - 1; z >= 0; z--) {
    const zone = pgdat.zones.find((x) => x.spec.idx === z);
    if (zone === undefined || !managedZone(zone)) continue;
    if (watermarkOk(machine.frames.freeOf(zone.ownerId), 0, highPages(zone) + nrPages, zone)) return true;
  }
  return false;
}

/**
 * Head of a free run for one folio on a node, or -1: get_page_from_freelist() with __GFP_THISNODE, from ZONE_MOVABLE down, above the
 * low watermark first and above the min watermark then; nobody reclaims and nobody is woken (alloc_misplaced_dst_folio()).
 */
export function allocThisNode(machine: Machine, pgdat: Pgdat, order: number): number {
  for (let pass = 0; pass < 2; pass++) {
    for (let z = ZONE_MOVABLE; z >= 0; z--) {
      const zone = pgdat.zones.find((x) => x.spec.idx === z);
      if (zone === undefined || !managedZone(zone)) continue;
      const mark = pass === 0 ? lowPages(zone) : minPages(zone);
      if (!watermarkOk(machine.frames.freeOf(zone.ownerId), order, mark, zone)) continue;
      const { startPfn, spannedPages } = zone.spec;
      const pfn = machine.frames.findFree(zone.ownerId, order, startPfn, startPfn + spannedPages);
      if (pfn >= 0) return pfn;
    }
  }
  return -1;
}
