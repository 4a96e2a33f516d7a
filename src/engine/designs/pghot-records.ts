/** The records that pghot keeps of pages: one word a PFN in maps of whole memory sections (mem_section->hot_map), and their update by compare-exchange. */

import type { PageFrames } from '../machine/frames';
import { PageClass, PAGE_CLASSES } from '../machine/pageclass';
import { HOLE, KIND_MASK } from '../machine/pagestate';
import { type PagedColumn, pagedU32 } from '../machine/paged';
import { SECTION_PAGES } from '../types';

/** A record as two halves of an unsigned long; shorter ones use the low half. */
export interface Word {
  lo: number;
  hi: number;
}

/** What an update keeps from one attempt of its compare-exchange to the next. */
export interface Attempt {
  nid: number;
  /** jiffies. */
  readonly now: number;
  newWindow: boolean;
  /** RFC v3 leaves it uninitialised on one path; kernels zero such variables by default. */
  freq: number;
}

/** The layout of a record and what an access makes of it. */
export interface RecordKind {
  /** sizeof() of a record. */
  readonly bytes: number;
  /** Bits of READY in the two halves. */
  readonly readyLo: number;
  readonly readyHi: number;
  /** The body of the update loop: the new word from the old one. */
  next(old: Readonly<Word>, into: Word, attempt: Attempt): void;
  /** The node that a consumed record names, or -1 where it holds none. */
  nidOf(word: Readonly<Word>): number;
  timeOf(word: Readonly<Word>): number;
}

/** Sizes that conformance scenarios change. */
export interface SectionShape {
  /** PAGES_PER_SECTION. */
  readonly pages: number;
  /** Whether a section is present; undefined: whether any page of it exists. */
  readonly present?: (section: number) => boolean;
}

export const MACHINE_SECTIONS: SectionShape = { pages: SECTION_PAGES };

export class HotRecords {
  private lows: PagedColumn<Uint32Array>;
  private highs: PagedColumn<Uint32Array>;
  private readonly mapped: Uint8Array;
  /** PGHOT_SECTION_HOT_BIT; the early version has none. */
  private readonly hot: Uint8Array;
  /** Nodes that requests named where the record gives another one or none. No kernel function reads it: it tells right from wrong. */
  private readonly named = new Map<number, number>();
  readonly sections: number;
  private maps = 0;

  constructor(private readonly frames: PageFrames, readonly kind: RecordKind, readonly shape: SectionShape) {
    this.sections = Math.ceil(frames.pfns / shape.pages);
    this.mapped = new Uint8Array(this.sections);
    this.hot = new Uint8Array(this.sections);
    this.lows = pagedU32(frames.pfns);
    this.highs = pagedU32(frames.pfns);
  }

  /** Allocates a zeroed map for every present section whose first page exists and lies on a node that is wanted, as at boot; a second call begins anew. */
  allocate(wanted: (nid: number) => boolean): void {
    this.release();
    for (let s = 0; s < this.sections; s++) {
      const nid = this.nodeOf(s);
      if (nid < 0 || !wanted(nid)) continue;
      this.mapped[s] = 1;
      this.maps++;
    }
  }

  /** Frees every map, and with it every record. */
  release(): void {
    const { frames } = this;
    if (this.maps > 0) for (let pfn = frames.ready.next(0, frames.pfns); pfn < frames.pfns; pfn = frames.ready.next(pfn, frames.pfns)) frames.setWord(pfn, 0, 0);
    this.lows = pagedU32(frames.pfns);
    this.highs = pagedU32(frames.pfns);
    this.mapped.fill(0);
    this.hot.fill(0);
    this.named.clear();
    this.maps = 0;
  }

  isPresent(section: number): boolean {
    const { present, pages } = this.shape;
    if (present !== undefined) return present(section);
    if (pages !== SECTION_PAGES) return true;
    const all = Math.min(pages, this.frames.pfns - section * pages);
    return this.frames.sectionClass[section * PAGE_CLASSES + PageClass.Hole] < all;
  }

  /**
   * pfn_to_nid() of a section's first PFN, -1 where there is none. A hole in a section with memory has a struct page of the zone around it
   * (init_unavailable_range()): PFN 0 of a PC, say. Conformance scenarios tell themselves what is there.
   */
  nodeOf(section: number): number {
    const { frames, shape: { pages, present } } = this;
    if (!this.isPresent(section)) return -1;
    const first = section * pages, end = present === undefined ? Math.min(frames.pfns, first + pages) : first + 1;
    for (let pfn = first; pfn < end; pfn++) if ((frames.get(pfn) & KIND_MASK) !== HOLE) return frames.owners.nid(pfn);
    return -1;
  }

  /** Whether the section of a PFN has a map. */
  hasMap(pfn: number): boolean {
    return this.mapped[Math.floor(pfn / this.shape.pages)] === 1;
  }

  setHot(pfn: number): void {
    this.hot[Math.floor(pfn / this.shape.pages)] = 1;
  }

  /** test_and_clear_bit() of a section's hot flag. */
  takeHot(section: number): boolean {
    const was = this.hot[section] === 1;
    this.hot[section] = 0;
    return was;
  }

  read(pfn: number, into: Word): void {
    into.lo = this.lows.get(pfn);
    into.hi = this.highs.get(pfn);
  }

  isReady(word: Readonly<Word>): boolean {
    return (word.lo & this.kind.readyLo) !== 0 || (word.hi & this.kind.readyHi) !== 0;
  }

  /** READY is set in the record of a PFN; the page map shows it as a mark. */
  ready(pfn: number): boolean {
    return this.frames.ready.has(pfn);
  }

  write(pfn: number, lo: number, hi: number): void {
    this.lows.set(pfn, lo >>> 0);
    this.highs.set(pfn, hi >>> 0);
    const ready = this.isReady({ lo, hi });
    if (ready !== this.frames.ready.has(pfn)) this.frames.setWord(pfn, ready ? this.frames.layout.readyMask : 0, 0);
  }

  /** What a request that was just recorded really named. */
  name(pfn: number, nid: number, stored: number): void {
    if (nid >= 0 && nid !== stored) this.named.set(pfn, nid);
    else if (this.named.size > 0) this.named.delete(pfn);
  }

  /** The node that the consumed request named, given the one that its record holds. */
  takeName(pfn: number, stored: number): number {
    const nid = this.named.get(pfn);
    if (nid === undefined) return stored;
    this.named.delete(pfn);
    return nid;
  }

  /** Bytes of all maps. */
  bytes(): number {
    return this.maps * this.shape.pages * this.kind.bytes;
  }
}

/** One access on its way into a record: read, then compare-exchange until nobody came between. */
export class RecordUpdate {
  private readonly old: Word = { lo: 0, hi: 0 };
  private readonly next: Word = { lo: 0, hi: 0 };
  private readonly seen: Word = { lo: 0, hi: 0 };
  private attempt: Attempt = { nid: 0, now: 0, newWindow: false, freq: 0 };
  private pfn = -1;
  /** READY stood in the word before, and stands in it now. */
  wasReady = false;
  isReady = false;

  constructor(private readonly records: HotRecords) {}

  begin(pfn: number, nid: number, now: number): void {
    this.pfn = pfn;
    this.attempt = { nid, now, newWindow: false, freq: 0 };
    this.records.read(pfn, this.old);
  }

  /** One round of the loop; false: somebody changed the word meanwhile, and it is tried again. */
  tryExchange(): boolean {
    const { records, old, next, seen, pfn } = this;
    records.kind.next(old, next, this.attempt);
    records.read(pfn, seen);
    if (seen.lo !== old.lo || seen.hi !== old.hi) {
      old.lo = seen.lo;
      old.hi = seen.hi;
      return false;
    }
    this.wasReady = records.isReady(old);
    records.write(pfn, next.lo, next.hi);
    this.isReady = records.isReady(next);
    return true;
  }
}
