/** Who owns a page: page_to_nid() and page_zone() for every PFN, uniform per pageblock nearly everywhere. */

import { BLOCKS_PER_SECTION, PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, assert } from '../types';

/** A (node, zone slot) pair that pages can belong to; zoneIdx -1 = in no zone (conformance machines only). */
export interface Owner {
  readonly nid: number;
  readonly zoneIdx: number;
}

const MIXED = -2;
/** Not looked at since the last change. */
const UNKNOWN = -3;
/** Owner id of PFNs that no range covers. */
export const NO_OWNER = -1;

export class Owners {
  readonly table: Owner[] = [];
  private readonly byBlock: Int16Array;
  private readonly bySection: Int16Array;
  private readonly mixed = new Map<number, Int16Array>();

  constructor(pfns: number) {
    this.bySection = new Int16Array(Math.ceil(pfns / PAGEBLOCK_PAGES / BLOCKS_PER_SECTION)).fill(UNKNOWN);
    this.byBlock = new Int16Array(Math.ceil(pfns / PAGEBLOCK_PAGES)).fill(NO_OWNER);
  }

  /** The id of a pair, made on first use. */
  id(nid: number, zoneIdx: number): number {
    const found = this.table.findIndex((o) => o.nid === nid && o.zoneIdx === zoneIdx);
    if (found >= 0) return found;
    assert(this.table.length < 32_000, 'at most 32,000 zones');
    return this.table.push({ nid, zoneIdx }) - 1;
  }

  /** Owner id of a page, or NO_OWNER. */
  of(pfn: number): number {
    const block = pfn >>> PAGEBLOCK_ORDER;
    const id = this.byBlock[block];
    if (id !== MIXED) return id;
    const cells = this.mixed.get(block);
    return cells === undefined ? NO_OWNER : cells[pfn & (PAGEBLOCK_PAGES - 1)];
  }

  /** page_to_nid(), or -1 for a PFN without page. */
  nid(pfn: number): number {
    const id = this.of(pfn);
    return id < 0 ? -1 : this.table[id].nid;
  }

  /** Owner id shared by all pages of a block, NO_OWNER, or -2 when they differ. */
  uniform(block: number): number {
    return this.byBlock[block];
  }

  /** Owner id shared by all pages of a section, NO_OWNER, or -2 when they differ. */
  uniformSection(section: number): number {
    const known = this.bySection[section];
    if (known !== UNKNOWN) return known;
    const first = section * BLOCKS_PER_SECTION;
    const last = Math.min(this.byBlock.length, first + BLOCKS_PER_SECTION);
    let id = this.byBlock[first];
    for (let b = first + 1; b < last && id !== MIXED; b++) if (this.byBlock[b] !== id) id = MIXED;
    return (this.bySection[section] = id);
  }

  /** Gives [start, start + pages) to an owner. */
  setRange(start: number, pages: number, id: number): void {
    const end = start + pages;
    for (let pfn = start; pfn < end; ) {
      const block = pfn >>> PAGEBLOCK_ORDER;
      const stop = Math.min(end, (block + 1) * PAGEBLOCK_PAGES);
      this.bySection[Math.floor(block / BLOCKS_PER_SECTION)] = UNKNOWN;
      if (stop - pfn === PAGEBLOCK_PAGES) {
        this.byBlock[block] = id;
        this.mixed.delete(block);
      } else this.setPart(block, pfn, stop, id);
      pfn = stop;
    }
  }

  private setPart(block: number, from: number, to: number, id: number): void {
    let cells = this.mixed.get(block);
    if (cells === undefined) {
      if (this.byBlock[block] === id) return;
      cells = new Int16Array(PAGEBLOCK_PAGES).fill(this.byBlock[block]);
      this.mixed.set(block, cells);
      this.byBlock[block] = MIXED;
    }
    cells.fill(id, from & (PAGEBLOCK_PAGES - 1), ((to - 1) & (PAGEBLOCK_PAGES - 1)) + 1);
  }
}
