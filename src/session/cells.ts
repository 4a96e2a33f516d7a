/** Cells of a page map: exact counts by class for summarised cells, a byte a page at PFN level, and which of them have changed. */

import type { PageFrames } from '../engine/machine/frames';
import type { Machine, Zone } from '../engine/machine/machine';
import { NO_OWNER } from '../engine/machine/owners';
import { PAGE_CLASSES, PageClass } from '../engine/machine/pageclass';
import { pageClass } from '../engine/machine/pagestate';
import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, SECTION_PAGES, SECTION_SHIFT } from '../engine/types';
import type { Level, ViewRange } from '../protocol/messages';

/** Highest target that fits the high nibble of a PFN cell; above it the cell says "ask for the page". */
const MAX_NIBBLE_TARGET = 13;
const TARGET_ABOVE = 15;

const SHIFT: Readonly<Record<Level, number>> = { node: 0, zone: 0, section: SECTION_SHIFT, pageblock: PAGEBLOCK_ORDER, pfn: 0 };

/** Number of cells that a zone has at a level. */
export function cellsOfZone(zone: Zone, level: Level): number {
  const { startPfn, spannedPages } = zone.spec;
  if (level === 'node' || level === 'zone') return 1;
  if (level === 'pfn') return spannedPages;
  const unit = 2 ** SHIFT[level];
  return Math.floor((startPfn + spannedPages - 1) / unit) - Math.floor(startPfn / unit) + 1;
}

/** Asked-for node of folios that are on a migrate_list now, by head PFN. */
export type AskedOf = (head: number) => number;

export class CellReader {
  private readonly frames: PageFrames;
  readonly counts = new Uint32Array(PAGE_CLASSES);

  constructor(private readonly machine: Machine) {
    this.frames = machine.frames;
  }

  /** The zone that a range looks at; undefined when there is none. */
  zoneOf(range: ViewRange): Zone | undefined {
    return this.machine.nodeData(range.nid)?.zones.find((z) => z.spec.idx === range.zoneIdx);
  }

  /** PFNs [from, to) of cell k. */
  bounds(zone: Zone, level: Level, k: number): readonly [number, number] {
    const from = zone.spec.startPfn, to = from + zone.spec.spannedPages;
    if (level === 'node' || level === 'zone') return [from, to];
    if (level === 'pfn') return [from + k, from + k + 1];
    const unit = 2 ** SHIFT[level];
    const first = (Math.floor(from / unit) + k) * unit;
    return [Math.max(from, first), Math.min(to, first + unit)];
  }

  /** Number of the last change inside cell k of a level. */
  stamp(zone: Zone, level: Level, k: number): number {
    if (level === 'node' || level === 'zone') return this.frames.changes;
    const [from] = this.bounds(zone, level, k);
    return level === 'section' ? this.frames.sectionStamp[from >>> SECTION_SHIFT] : this.frames.blockStamp[from >>> PAGEBLOCK_ORDER];
  }

  /** Counts of a summarised cell, by PageClass, into this.counts. */
  summarise(zone: Zone, level: Level, k: number): void {
    this.counts.fill(0);
    if (level === 'node') {
      for (const z of this.machine.nodeData(this.nidOf(zone))?.zones ?? []) this.addRange(z, z.spec.startPfn, z.spec.startPfn + z.spec.spannedPages);
      return;
    }
    const [from, to] = this.bounds(zone, level, k);
    this.addRange(zone, from, to);
  }

  private nidOf(zone: Zone): number {
    return this.frames.owners.table[zone.ownerId].nid;
  }

  private addRange(zone: Zone, from: number, to: number): void {
    const { frames, counts } = this;
    for (let pfn = from; pfn < to; ) {
      const section = pfn >>> SECTION_SHIFT;
      const after = (section + 1) * SECTION_PAGES;
      const whole = (pfn & (SECTION_PAGES - 1)) === 0 && after <= to;
      const owner = whole ? frames.owners.uniformSection(section) : -2;
      if (owner === zone.ownerId || owner === NO_OWNER) {
        const at = section * PAGE_CLASSES;
        for (let c = 0; c < PAGE_CLASSES; c++) counts[c] += frames.sectionClass[at + c];
        pfn = after;
        continue;
      }
      const stop = Math.min(to, ((pfn >>> PAGEBLOCK_ORDER) + 1) * PAGEBLOCK_PAGES);
      this.addBlock(zone, pfn, stop);
      pfn = stop;
    }
  }

  private addBlock(zone: Zone, from: number, to: number): void {
    const { frames, counts } = this;
    const block = from >>> PAGEBLOCK_ORDER;
    const state = frames.state.uniform(block);
    const owner = frames.owners.uniform(block);
    if (state >= 0 && owner !== -2 && frames.ready.next(from, to) === to) {
      counts[owner === zone.ownerId || owner === NO_OWNER ? pageClass(state, false) : PageClass.Foreign] += to - from;
      return;
    }
    for (let pfn = from; pfn < to; pfn++) counts[this.classAt(zone, pfn)]++;
  }

  /** Class of a page on the map of a zone: pages of other nodes and zones are Foreign there. */
  classAt(zone: Zone, pfn: number): PageClass {
    const owner = this.frames.owners.of(pfn);
    return owner === zone.ownerId || owner === NO_OWNER ? this.frames.classOf(pfn) : PageClass.Foreign;
  }

  /** The byte of a page: low nibble class, high nibble target. */
  pageByte(zone: Zone, pfn: number, askedOf: AskedOf): number {
    const found = this.classAt(zone, pfn);
    let target = -1;
    if (found === PageClass.Marked || found === PageClass.StaleMark) target = this.frames.layout.nidOf(this.frames.lo(pfn), this.frames.hi(pfn));
    else if (found === PageClass.Isolated || found === PageClass.Unmapped) target = askedOf(this.frames.head(pfn));
    if (target < 0) return found;
    return found | ((target > MAX_NIBBLE_TARGET ? TARGET_ABOVE : target + 1) << 4);
  }
}
