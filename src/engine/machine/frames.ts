/** All page frames of the machine: states, flag words, owners, and counts kept up to date per section for walks and maps. */

import {
  BLOCKS_PER_SECTION, EngineBug, PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, SECTION_PAGES, SECTION_SHIFT, assert,
} from '../types';
import { Bitmap } from './bitmap';
import { type ExtLayout } from './extword';
import { NO_OWNER, Owners } from './owners';
import { PAGE_CLASSES, PageClass } from './pageclass';
import { pagedU16, pagedU32, type PagedColumn } from './paged';
import {
  FREE, HOLE, KIND_MASK, NOEXT, WALK_CLASSES, WalkClass, headsIn, isTail, orderOf, pageClass, walkClass,
} from './pagestate';

/** Told before and after the state or the READY bit of a page changes, so that lazy walks stay exact. */
export interface FrameWatcher {
  before(pfn: number): void;
  after(pfn: number, oldWalk: number, newWalk: number): void;
}

/** Orders that a folio may have, conformance scenarios included. */
const ORDERS = 19;

export class PageFrames {
  readonly state: PagedColumn<Uint16Array>;
  readonly wordLo: PagedColumn<Uint32Array>;
  /** High halves, made when a bit above 31 is first set. */
  private wordHi: PagedColumn<Uint32Array> | undefined;
  readonly ready: Bitmap;
  readonly owners: Owners;
  /** Pages of each WalkClass (0 .. 4) in a section; WALK_CLASSES columns. */
  readonly sectionWalk: Uint16Array;
  /** Pages of each PageClass in a section; PAGE_CLASSES columns. */
  readonly sectionClass: Uint16Array;
  /** Pages of each PageClass in the whole machine. */
  readonly totals = new Float64Array(PAGE_CLASSES);
  /** Number of the last change of a block or section, for views that send only what is dirty. */
  readonly blockStamp: Float64Array;
  readonly sectionStamp: Float64Array;
  /** Free pages by owner id. */
  readonly freeByOwner: number[] = [];
  /** Free pages of a block. */
  readonly blockFree: Uint16Array;
  /** Lowest aligned PFN that may begin a free run, by owner id and order (0 .. 18). */
  private readonly hints: Float64Array[] = [];
  changes = 0;
  /** D8 repaired: READY of pages that are freed is cleared, and this is told the PFN. */
  markCleared: ((pfn: number) => void) | undefined;
  watcher: FrameWatcher | undefined;

  /** pfns: PFNs 0 .. pfns - 1 can be named; all begin as holes. stepsFolios: walks step over the further pages of large folios (not as posted). */
  constructor(readonly pfns: number, readonly layout: ExtLayout, readonly stepsFolios = false) {
    assert(pfns >= 0 && pfns <= 2 ** 32, 'PFNs fit 32 bits');
    const blocks = Math.ceil(pfns / PAGEBLOCK_PAGES);
    const sections = Math.ceil(pfns / SECTION_PAGES);
    this.state = pagedU16(pfns);
    this.wordLo = pagedU32(pfns);
    this.ready = new Bitmap(pfns);
    this.owners = new Owners(pfns);
    this.sectionWalk = new Uint16Array(sections * WALK_CLASSES);
    this.sectionClass = new Uint16Array(sections * PAGE_CLASSES);
    this.blockStamp = new Float64Array(blocks);
    this.sectionStamp = new Float64Array(sections);
    this.blockFree = new Uint16Array(blocks);
    for (let s = 0; s < sections; s++) {
      const pages = Math.min(SECTION_PAGES, pfns - s * SECTION_PAGES);
      this.sectionWalk[s * WALK_CLASSES] = pages;
      this.sectionClass[s * PAGE_CLASSES + PageClass.Hole] = pages;
    }
    this.totals[PageClass.Hole] = pfns;
  }

  get(pfn: number): number {
    return this.state.get(pfn);
  }

  /** Head PFN of the folio that a page belongs to: folios are naturally aligned. */
  head(pfn: number): number {
    return pfn - (pfn % (1 << orderOf(this.state.get(pfn))));
  }

  classOf(pfn: number): PageClass {
    return pageClass(this.state.get(pfn), this.ready.has(pfn));
  }

  /** Walk class of a page in a state, its node left aside. */
  walkOf(pfn: number, state: number): number {
    return this.stepsFolios && isTail(pfn, state) ? WalkClass.Tail : walkClass(state);
  }

  /** Visits that a walk makes of a range, all of one state. */
  visitsOf(start: number, pages: number, state: number): number {
    return this.stepsFolios ? headsIn(start, start + pages, state) : pages;
  }

  /** Changes the state of one page and every count that depends on it. */
  set(pfn: number, next: number): void {
    const old = this.state.get(pfn);
    if (old !== next) this.change(pfn, old, next);
  }

  private change(pfn: number, old: number, next: number): void {
    this.watcher?.before(pfn);
    this.state.set(pfn, next);
    const ready = this.ready.has(pfn);
    const walkOld = this.walkOf(pfn, old);
    const walkNew = this.walkOf(pfn, next);
    this.count(pfn, pageClass(old, ready), pageClass(next, ready), 1);
    if (walkOld !== walkNew) {
      const at = (pfn >>> SECTION_SHIFT) * WALK_CLASSES;
      if (walkOld !== WalkClass.Tail) this.sectionWalk[at + walkOld]--;
      if (walkNew !== WalkClass.Tail) this.sectionWalk[at + walkNew]++;
    }
    if ((old & KIND_MASK) === FREE) this.addFree(pfn, -1);
    if ((next & KIND_MASK) === FREE) this.addFree(pfn, 1);
    this.watcher?.after(pfn, walkOld, walkNew);
  }

  /** Gives every page of a folio, or of any range, the bits in set and takes those in clear. */
  update(start: number, pages: number, clear: number, set: number): void {
    for (let pfn = start; pfn < start + pages; pfn++) {
      const old = this.state.get(pfn);
      const next = (old & ~clear) | set;
      if (old !== next) this.change(pfn, old, next);
    }
  }

  /** Fills a range with one state, whole blocks at once; only while no walk is under way (set-up). */
  fill(start: number, pages: number, next: number): void {
    assert(this.watcher === undefined, 'ranges are filled before the world runs');
    const end = start + pages;
    for (let pfn = start; pfn < end; ) {
      const block = pfn >>> PAGEBLOCK_ORDER;
      const stop = Math.min(end, (block + 1) * PAGEBLOCK_PAGES);
      const old = this.state.uniform(block);
      if (stop - pfn === PAGEBLOCK_PAGES && old >= 0 && this.owners.uniform(block) > -2) this.fillBlock(block, old, next);
      else for (let p = pfn; p < stop; p++) this.set(p, next);
      pfn = stop;
    }
  }

  private fillBlock(block: number, old: number, next: number): void {
    const first = block * PAGEBLOCK_PAGES;
    assert(this.ready.next(first, first + PAGEBLOCK_PAGES) === first + PAGEBLOCK_PAGES, 'no marks in a block that is filled');
    const at = (block / BLOCKS_PER_SECTION >>> 0) * WALK_CLASSES;
    this.sectionWalk[at + walkClass(old)] -= this.visitsOf(first, PAGEBLOCK_PAGES, old);
    this.sectionWalk[at + walkClass(next)] += this.visitsOf(first, PAGEBLOCK_PAGES, next);
    this.count(first, pageClass(old, false), pageClass(next, false), PAGEBLOCK_PAGES);
    if ((old & KIND_MASK) === FREE) this.addFree(first, -PAGEBLOCK_PAGES);
    if ((next & KIND_MASK) === FREE) this.addFree(first, PAGEBLOCK_PAGES);
    this.state.setBlock(block, next);
  }

  private count(pfn: number, from: PageClass, to: PageClass, pages: number): void {
    const section = pfn >>> SECTION_SHIFT;
    this.sectionStamp[section] = this.blockStamp[pfn >>> PAGEBLOCK_ORDER] = ++this.changes;
    if (from === to) return;
    this.sectionClass[section * PAGE_CLASSES + from] -= pages;
    this.sectionClass[section * PAGE_CLASSES + to] += pages;
    this.totals[from] -= pages;
    this.totals[to] += pages;
  }

  private addFree(pfn: number, pages: number): void {
    const owner = this.owners.of(pfn);
    if (owner === NO_OWNER) throw new EngineBug(`free page ${pfn} has no owner`);
    const block = pfn >>> PAGEBLOCK_ORDER;
    this.blockFree[block] += pages;
    this.freeByOwner[owner] = (this.freeByOwner[owner] ?? 0) + pages;
    // nobody has searched this owner yet: its hints are all 0
    const hints = this.hints[owner];
    if (pages > 0 && hints !== undefined) {
      for (let order = 0; order < ORDERS; order++) if (hints[order] > pfn) hints[order] = pfn - (pfn % (1 << order));
    }
  }

  private hintsOf(owner: number): Float64Array {
    return (this.hints[owner] ??= new Float64Array(ORDERS));
  }

  /** Moves a page to another owner; its free count moves along. Conformance set-up only. */
  reown(start: number, pages: number, owner: number): void {
    for (let pfn = start; pfn < start + pages; pfn++) {
      const free = (this.state.get(pfn) & KIND_MASK) === FREE;
      if (free) this.addFree(pfn, -1);
      this.owners.setRange(pfn, 1, owner);
      if (free) this.addFree(pfn, 1);
    }
  }

  freeOf(owner: number): number {
    return this.freeByOwner[owner] ?? 0;
  }

  /**
   * The lowest naturally aligned run of 2^order free pages of one owner in [start, end), or -1.
   * The kernel's choice depends on the history of its buddy lists, which nobody knows: "lowest" is our rule.
   */
  findFree(owner: number, order: number, start: number, end: number): number {
    const run = 1 << order;
    const hints = this.hintsOf(owner);
    let pfn = Math.max(hints[order], start - (start % run));
    while (pfn < end) {
      const block = pfn >>> PAGEBLOCK_ORDER;
      const after = (block + 1) * PAGEBLOCK_PAGES;
      if (this.blockFree[block] < Math.min(run, PAGEBLOCK_PAGES)) {
        pfn = run > PAGEBLOCK_PAGES ? pfn + run : after;
        continue;
      }
      if (pfn >= start && pfn + run <= end && this.isFreeRun(pfn, run, owner)) {
        hints[order] = pfn;
        return pfn;
      }
      pfn += run;
    }
    hints[order] = pfn;
    return -1;
  }

  /** Whether [pfn, pfn + run) is free and of one owner. */
  isFreeRun(pfn: number, run: number, owner: number): boolean {
    for (let p = pfn; p < pfn + run; p++) {
      if ((this.state.get(p) & KIND_MASK) !== FREE || this.owners.of(p) !== owner) return false;
    }
    return true;
  }

  lo(pfn: number): number {
    return this.wordLo.get(pfn);
  }

  hi(pfn: number): number {
    return this.wordHi === undefined ? 0 : this.wordHi.get(pfn);
  }

  /** Writes the flag word of a page; the READY index follows bit for bit. */
  setWord(pfn: number, lo: number, hi: number): void {
    this.wordLo.set(pfn, lo);
    if (hi !== 0 || this.wordHi !== undefined) (this.wordHi ??= pagedU32(this.pfns)).set(pfn, hi);
    const ready = (lo & this.layout.readyMask) !== 0;
    const state = this.state.get(pfn);
    if (ready === this.ready.has(pfn)) {
      this.count(pfn, PageClass.Hole, PageClass.Hole, 0);
      return;
    }
    this.watcher?.before(pfn);
    if (ready) this.ready.add(pfn);
    else this.ready.remove(pfn);
    this.count(pfn, pageClass(state, !ready), pageClass(state, ready), 1);
    const walk = walkClass(state);
    this.watcher?.after(pfn, walk, walk);
  }

  /** page_ext_get() would find one. */
  hasExt(pfn: number): boolean {
    const state = this.state.get(pfn);
    return (state & KIND_MASK) !== HOLE && !(state & NOEXT);
  }

  /** Frees the pages of a folio; story tells the map what happened. Flag words stay as they are (D8), unless that is repaired. */
  freeFolio(head: number, order: number, story: number): void {
    this.clearMarks(head, 1 << order);
    for (let pfn = head; pfn < head + (1 << order); pfn++) this.set(pfn, (this.state.get(pfn) & NOEXT) | FREE | story);
  }

  /** D8 repaired: pages are about to be freed; nothing as posted. */
  clearMarks(start: number, pages: number): void {
    if (this.markCleared === undefined) return;
    for (let pfn = this.ready.next(start, start + pages); pfn < start + pages; pfn = this.ready.next(pfn + 1, start + pages)) {
      this.markCleared(pfn);
      this.setWord(pfn, (this.lo(pfn) & ~this.layout.readyMask) >>> 0, this.hi(pfn));
    }
  }

  /** Bytes that the frames take now. */
  bytes(): number {
    return this.state.bytes() + this.wordLo.bytes() + (this.wordHi?.bytes() ?? 0) + this.ready.bits / 8
      + this.blockStamp.byteLength + this.sectionStamp.byteLength + this.blockFree.byteLength
      + this.sectionWalk.byteLength + this.sectionClass.byteLength;
  }
}
