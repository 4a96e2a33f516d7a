/** Cells and PFNs: which cell of a node holds a page at each level, and which ranges of zones make up a window. */

import { PAGEBLOCK_PAGES, SECTION_PAGES } from '../../engine/types';
import type { Level, NodeModel, ZoneModel } from '../../protocol/messages';

/** Pages of one unit at the levels that have a grid; units count from PFN 0. */
export const UNIT_PAGES = { section: SECTION_PAGES, pageblock: PAGEBLOCK_PAGES, pfn: 1 } as const;
export type GridLevel = keyof typeof UNIT_PAGES;

export const isGrid = (level: Level): level is GridLevel => level !== 'node' && level !== 'zone';

export const endPfn = (z: ZoneModel): number => z.startPfn + z.spannedPages;

/** A run of units [first, end) of one node that lie side by side on its map. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** Units of a zone at a level, [first, end). */
export function zoneUnits(z: ZoneModel, level: GridLevel): Span {
  const size = UNIT_PAGES[level];
  return { first: Math.floor(z.startPfn / size), end: Math.floor((endPfn(z) - 1) / size) + 1 };
}

/** The node's zones in PFN order, those without a span left out. */
export const zonesByPfn = (node: NodeModel): ZoneModel[] => node.zones.filter(z => z.spannedPages > 0).sort((a, b) => a.startPfn - b.startPfn);

/** Spans of a node: units of its zones, joined where they touch; rounded out to whole multiples of `align` units. */
export function spansOf(node: NodeModel, level: GridLevel, align: number): Span[] {
  const spans: { first: number; end: number }[] = [];
  for (const z of zonesByPfn(node)) {
    const units = zoneUnits(z, level);
    const first = Math.floor(units.first / align) * align;
    const end = Math.ceil(units.end / align) * align;
    const last = spans.at(-1);
    if (last && first <= last.end) last.end = Math.max(last.end, end);
    else spans.push({ first, end });
  }
  return spans;
}

/** A window of one zone at a level; `first` counts cells in the zone. */
export interface ZoneWindow {
  readonly zone: ZoneModel;
  readonly first: number;
  readonly count: number;
}

/** The windows of zones that units [first, end) of a node touch. */
export function windowsOf(node: NodeModel, level: GridLevel, first: number, end: number): ZoneWindow[] {
  const windows: ZoneWindow[] = [];
  for (const zone of zonesByPfn(node)) {
    const units = zoneUnits(zone, level);
    const from = Math.max(first, units.first);
    const to = Math.min(end, units.end);
    if (from < to) windows.push({ zone, first: from - units.first, count: to - from });
  }
  return windows;
}

/** The zone that holds a PFN in its span, by preference one of the node given. */
export function zoneAt(node: NodeModel, pfn: number): ZoneModel | undefined {
  return node.zones.find(z => z.spannedPages > 0 && pfn >= z.startPfn && pfn < endPfn(z));
}

/** The node in whose span a PFN lies; spans of nodes may overlap, so `prefer` is asked first. */
export function nodeAt(nodes: readonly NodeModel[], pfn: number, prefer = -1): NodeModel | undefined {
  const first = nodes.find(n => n.nid === prefer);
  return first && zoneAt(first, pfn) ? first : nodes.find(n => zoneAt(n, pfn));
}

/** First and last PFN of a unit inside the node's zones, or undefined when no zone reaches into it. */
export function pfnsOfUnit(node: NodeModel, level: GridLevel, unit: number): { first: number; last: number } | undefined {
  const size = UNIT_PAGES[level];
  const from = unit * size;
  const to = from + size - 1;
  let first = Infinity;
  let last = -1;
  for (const z of node.zones) {
    if (z.spannedPages === 0 || z.startPfn > to || endPfn(z) <= from) continue;
    first = Math.min(first, Math.max(from, z.startPfn));
    last = Math.max(last, Math.min(to, endPfn(z) - 1));
  }
  return last < 0 ? undefined : { first, last };
}

/** Pages present and spanned of a node. */
export const nodePages = (node: NodeModel): number => node.zones.reduce((sum, z) => sum + z.presentPages, 0);
