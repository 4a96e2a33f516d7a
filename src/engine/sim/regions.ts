/** Places the memory that programs hold when a run begins: free pages of a node become LRU folios, lowest zone address first, above the low watermark. */

import type { Machine, Zone } from '../machine/machine';
import { FILE, DIRTY, FOLIO, FREE, KIND_MASK, LRU, USED, orderBits } from '../machine/pagestate';
import { ZONE_MOVABLE } from '../machine/spec';
import { lowPages, managedZone } from '../mm/watermark';
import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES } from '../types';
import type { RegionSpec } from '../workload/spec';
import { PageRuns } from '../workload/supply';

export type PlaceResult = { readonly ok: true; readonly runs: PageRuns } | { readonly ok: false; readonly text: string };

/** Takes the pages of a region from its node, highest zone first as the page allocator does, lowest PFN first (our rule). */
export function placeRegion(machine: Machine, region: RegionSpec): PlaceResult {
  const pgdat = machine.nodeData(region.nid);
  if (pgdat === undefined) return { ok: false, text: `Region "${region.name}" lies on node ${region.nid}, which the machine does not have.` };
  const runs = new PageRuns();
  const folio = 2 ** region.order;
  let left = Math.ceil(region.pages / folio) * folio;
  const wanted = left;
  const taken: { start: number; pages: number }[] = [];
  for (let idx = ZONE_MOVABLE; idx >= 0 && left > 0; idx--) {
    const zone = pgdat.zones.find((z) => z.spec.idx === idx);
    if (zone !== undefined && managedZone(zone)) left -= takeFrom(machine, zone, region, left, taken);
  }
  if (left > 0) {
    return {
      ok: false,
      text: `Region "${region.name}" needs ${wanted} pages on node ${region.nid}, but only ${wanted - left} can be had there above the low watermarks. Make it smaller, or the node larger.`,
    };
  }
  taken.sort((a, b) => a.start - b.start);
  for (const { start, pages } of taken) runs.add(start, pages);
  return { ok: true, runs };
}

/** Takes up to `want` pages from one zone; returns how many. */
function takeFrom(machine: Machine, zone: Zone, region: RegionSpec, want: number, taken: { start: number; pages: number }[]): number {
  const { frames } = machine;
  const { startPfn, spannedPages } = zone.spec;
  const end = startPfn + spannedPages;
  const folio = 2 ** region.order;
  const spare = frames.freeOf(zone.ownerId) - lowPages(zone) - (zone.spec.lowmemReservePages[ZONE_MOVABLE] ?? 0);
  const limit = Math.floor(Math.min(want, Math.max(0, spare)) / folio) * folio;
  const state = USED | FOLIO | LRU | orderBits(region.order) | (region.file === undefined ? 0 : FILE) | (region.file === 'dirty' ? DIRTY : 0);
  let got = 0;
  const take = (start: number, pages: number): void => {
    frames.fill(start, pages, state);
    taken.push({ start, pages });
    got += pages;
  };
  for (let block = startPfn >>> PAGEBLOCK_ORDER; block * PAGEBLOCK_PAGES < end && got < limit; block++) {
    const first = block * PAGEBLOCK_PAGES;
    const uniform = frames.state.uniform(block);
    if (uniform >= 0 && (uniform & KIND_MASK) !== FREE) continue;
    if (uniform >= 0 && frames.owners.uniform(block) === zone.ownerId && first >= startPfn && first + PAGEBLOCK_PAGES <= end && limit - got >= PAGEBLOCK_PAGES) {
      take(first, PAGEBLOCK_PAGES);
      continue;
    }
    for (let pfn = Math.max(first, startPfn + ((folio - (startPfn % folio)) % folio)); pfn + folio <= Math.min(end, first + PAGEBLOCK_PAGES) && got < limit; pfn += folio) {
      if (frames.isFreeRun(pfn, folio, zone.ownerId)) take(pfn, folio);
    }
  }
  return got;
}
