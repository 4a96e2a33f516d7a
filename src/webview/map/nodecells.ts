/** What is known of the cells of one node: counts, bytes and words, whatever zones lie in them. */

import { PAGE_CLASSES } from '../../engine/machine/pageclass';
import type { Level, NodeModel, ZoneModel } from '../../protocol/messages';
import type { App } from '../app';
import { count } from '../format';
import { byteText, countsText } from '../words';
import type { Window } from './cache';
import { endPfn, isGrid, pfnsOfUnit, UNIT_PAGES, zoneAt, zonesByPfn, type GridLevel } from './geometry';

/** A cell as it is hovered, announced and listed. */
export interface CellInfo {
  readonly first: number;
  readonly last: number;
  readonly says: string;
}

export class NodeCells {
  readonly zones: readonly ZoneModel[];
  private readonly counts = new Float64Array(PAGE_CLASSES);
  private windows: (Window | undefined)[] = [];

  constructor(private readonly app: App, private readonly node: NodeModel) {
    this.zones = zonesByPfn(node);
  }

  /** Counts by class of a unit, summed over the zones in it (a zone may begin inside a cell); undefined while nothing is known. */
  countsOf(level: GridLevel, unit: number): Float64Array | undefined {
    this.counts.fill(0);
    let known = false;
    for (let i = 0; i < this.zones.length; i++) {
      const cell = unit - Math.floor((this.zones[i]?.startPfn ?? 0) / UNIT_PAGES[level]);
      known = (this.windows[i]?.addCounts(cell, this.counts) ?? false) || known;
    }
    return known ? this.counts : undefined;
  }

  /** Takes hold of the windows of a level; call before anything is read at it. */
  lookUp(level: Level): void {
    this.windows = this.zones.map(z => this.app.cells.window('map', level, this.node.nid, z.idx));
  }

  /** The byte of a page at level pfn, or -1 while it is not known. */
  pageByte(pfn: number): number {
    for (let i = 0; i < this.zones.length; i++) {
      const byte = this.windows[i]?.page(pfn - (this.zones[i]?.startPfn ?? 0)) ?? -1;
      if (byte >= 0) return byte;
    }
    return -1;
  }

  /** True where the zone's holes were put at its end because nobody knows where they are. */
  unsureAt(level: GridLevel, unit: number): boolean {
    const size = UNIT_PAGES[level];
    return this.zones.some(z => !z.holesKnown && unit * size < endPfn(z) && (unit + 1) * size > z.startPfn);
  }

  inZone(level: GridLevel, unit: number): boolean {
    const size = UNIT_PAGES[level];
    return this.zones.some(z => unit * size < endPfn(z) && (unit + 1) * size > z.startPfn);
  }

  /** What the cell of a page says at a level. */
  info(level: Level, pfn: number): CellInfo | undefined {
    const { node } = this;
    this.lookUp(level);
    if (level === 'pfn') {
      const byte = this.pageByte(pfn);
      return { first: pfn, last: pfn, says: `PFN ${count(pfn)}, node ${node.nid}, ${byte < 0 ? 'not known yet' : byteText(byte, node.nid)}` };
    }
    if (isGrid(level)) {
      const unit = Math.floor(pfn / UNIT_PAGES[level]);
      const pfns = pfnsOfUnit(node, level, unit);
      if (!pfns) return undefined;
      const counts = this.countsOf(level, unit);
      const name = level === 'section' ? `section ${count(unit)}` : `pageblock ${count(unit)}`;
      return { ...pfns, says: `Node ${node.nid}, ${name}, PFN ${count(pfns.first)} to ${count(pfns.last)}: ${counts ? countsText(counts) : 'not known yet'}${this.caveat(pfn)}` };
    }
    const zone = zoneAt(node, pfn);
    if (!zone) return undefined;
    this.counts.fill(0);
    const window = level === 'zone' ? this.app.cells.window('map', 'zone', node.nid, zone.idx) : this.app.cells.window('totals', 'node', node.nid, node.zones.find(z => z.spannedPages > 0)?.idx ?? 0);
    const known = window?.addCounts(0, this.counts) ?? false;
    const name = level === 'zone' ? `node ${node.nid}, zone ${zone.name}, PFN ${count(zone.startPfn)} to ${count(endPfn(zone) - 1)}` : `node ${node.nid}`;
    return { first: zone.startPfn, last: endPfn(zone) - 1, says: `${name}: ${known ? countsText(this.counts) : 'not known yet'}${this.caveat(pfn)}` };
  }

  private caveat(pfn: number): string {
    return zoneAt(this.node, pfn)?.holesKnown === false ? '. Position unknown: where the holes of this zone lie is not known; they are put at its end' : '';
  }
}
