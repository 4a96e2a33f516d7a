/**
 * The buddy allocator of every zone: free blocks in lists by order, the smallest first, the last freed first. Mirrors __rmqueue_smallest(), expand()
 * and __free_one_page() of mm/page_alloc.c (6.16) for one migrate type: pageblocks of other types, high-atomic reserves and compaction are not modelled.
 */

import type { PageFrames } from '../../machine/frames';
import { FREE, KIND_MASK } from '../../machine/pagestate';
import { EngineBug, PAGEBLOCK_ORDER, PAGEBLOCK_PAGES } from '../../types';

/** MAX_PAGE_ORDER. */
export const MAX_PAGE_ORDER = 10;
const LISTS = MAX_PAGE_ORDER + 1;
const NIL = 0xffff_ffff;
const IN_BLOCK = PAGEBLOCK_PAGES - 1;

/**
 * Storage: blocks of orders 9 and 10 have their links in columns of one entry a pageblock (9 bytes, and 4 for the chunk number: 6.5 MiB a TiB); a pageblock
 * with smaller free blocks has a chunk of 512 entries, given back when the last of them is gone.
 */
export class Buddy {
  private readonly head: Uint32Array;
  private readonly tail: Uint32Array;
  /** Free blocks by owner id and order. */
  private readonly blocks: Uint32Array;
  private readonly bigNext: Uint32Array;
  private readonly bigPrev: Uint32Array;
  /** Order + 1 of the free block that begins at a pageblock, when it is 9 or 10. */
  private readonly bigOrder: Uint8Array;
  private readonly chunkOf: Int32Array;
  private next = new Uint32Array(PAGEBLOCK_PAGES * 8);
  private prev = new Uint32Array(PAGEBLOCK_PAGES * 8);
  /** Order + 1 of the free block that begins at a page. */
  private order = new Uint8Array(PAGEBLOCK_PAGES * 8);
  /** Free blocks in a chunk. */
  private inChunk = new Uint16Array(8);
  private spare = new Int32Array(8);
  private spares = 0;
  /** Blocks that the last takeRun() gave. */
  taken = 0;
  private chunks = 0;

  /** Takes over what the frames hold as free now, in ascending order, as the boot does. All zones must have an owner id by now. */
  constructor(private readonly frames: PageFrames) {
    const zones = frames.owners.table.length;
    const pageblocks = Math.ceil(frames.pfns / PAGEBLOCK_PAGES);
    this.head = new Uint32Array(zones * LISTS).fill(NIL);
    this.tail = new Uint32Array(zones * LISTS).fill(NIL);
    this.blocks = new Uint32Array(zones * LISTS);
    this.bigNext = new Uint32Array(pageblocks);
    this.bigPrev = new Uint32Array(pageblocks);
    this.bigOrder = new Uint8Array(pageblocks);
    this.chunkOf = new Int32Array(pageblocks).fill(-1);
    this.takeOver(pageblocks);
  }

  /**
   * __rmqueue_smallest() and expand(), as many times in a row as one free block serves, at most `most`: the first PFN of a run of `taken` blocks of 2^order pages,
   * or -1. What is left of the free block goes back on the lists. One call for n gives what n calls for one give: while a block is being used up its own halves
   * are the smallest there are.
   */
  takeRun(owner: number, order: number, most: number): number {
    const base = owner * LISTS;
    for (let from = order; from < LISTS; from++) {
      const pfn = this.head[base + from];
      if (pfn === NIL) continue;
      this.unlink(base, pfn, from);
      this.taken = Math.min(most, 1 << (from - order));
      const size = 1 << from;
      // the rest is one block of each order that is set in its offset
      for (let at = this.taken * (1 << order); at < size; ) {
        const part = 31 - Math.clz32(at & -at);
        this.link(base, pfn + at, part, false);
        at += 1 << part;
      }
      return pfn;
    }
    this.taken = 0;
    return -1;
  }

  /** __free_one_page(): merges with free buddies of the same zone, then to the head of its list, or to the tail where the next order is likely to merge. */
  release(owner: number, head: number, order: number): void {
    const base = owner * LISTS;
    let pfn = head, at = order;
    while (at < MAX_PAGE_ORDER) {
      const buddy = (pfn ^ (1 << at)) >>> 0;
      if (!this.isFree(buddy, at, owner)) break;
      this.unlink(base, buddy, at);
      if (buddy < pfn) pfn = buddy;
      at++;
    }
    this.link(base, pfn, at, this.mergeLikely(owner, pfn, at));
  }

  /** Whether a zone has a block of this order or a larger one (the second half of __zone_watermark_ok()). */
  has(owner: number, order: number): boolean {
    for (let at = owner * LISTS + order; at < (owner + 1) * LISTS; at++) if (this.blocks[at] > 0) return true;
    return false;
  }

  /** nr_free of one order. */
  count(owner: number, order: number): number {
    return this.blocks[owner * LISTS + order];
  }

  /** Pages on the lists of a zone, for checks. */
  pages(owner: number): number {
    let sum = 0;
    for (let order = 0; order < LISTS; order++) sum += this.count(owner, order) * (1 << order);
    return sum;
  }

  /** Walks every list and compares it with the frames; returns a sentence for the first thing wrong, or undefined. For checkers and tests: takes time in free blocks. */
  verify(): string | undefined {
    for (let owner = 0; owner < this.frames.owners.table.length; owner++) {
      for (let order = 0; order < LISTS; order++) {
        let n = 0;
        for (let pfn = this.head[owner * LISTS + order]; pfn !== NIL; pfn = this.nextOf(pfn, order)) {
          n++;
          if (!this.allFree(pfn, order, owner)) return `PFN ${pfn} is on the free list of order ${order} of zone ${owner}, but its pages are not all free there.`;
        }
        if (n !== this.count(owner, order)) return `Zone ${owner} counts ${this.count(owner, order)} free blocks of order ${order}, but ${n} are on the list.`;
      }
      if (this.pages(owner) !== this.frames.freeOf(owner)) return `Zone ${owner} has ${this.frames.freeOf(owner)} free pages, but ${this.pages(owner)} are on its lists.`;
    }
    return undefined;
  }

  /** Whether the pages of a block are free pages of a zone; uniform pageblocks are not looked into. */
  private allFree(pfn: number, order: number, owner: number): boolean {
    const { frames } = this;
    for (let p = pfn; p < pfn + (1 << order); p += PAGEBLOCK_PAGES) {
      const block = p >>> PAGEBLOCK_ORDER;
      if (order >= PAGEBLOCK_ORDER && frames.blockFree[block] === PAGEBLOCK_PAGES && frames.owners.uniform(block) === owner) continue;
      if (!frames.isFreeRun(p, Math.min(1 << order, PAGEBLOCK_PAGES), owner)) return false;
    }
    return true;
  }

  /** Bytes of storage. */
  bytes(): number {
    return this.bigOrder.length * 13 + this.order.length * 9;
  }

  /** Whether a free block of exactly this order begins at a page of this zone. */
  private isFree(pfn: number, order: number, owner: number): boolean {
    if (pfn >= this.frames.pfns) return false;
    if (order >= PAGEBLOCK_ORDER) {
      if (this.bigOrder[pfn >>> PAGEBLOCK_ORDER] !== order + 1) return false;
    } else {
      const chunk = this.chunkOf[pfn >>> PAGEBLOCK_ORDER];
      if (chunk < 0 || this.order[chunk + (pfn & IN_BLOCK)] !== order + 1) return false;
    }
    return this.frames.owners.of(pfn) === owner;
  }

  /** buddy_merge_likely(). */
  private mergeLikely(owner: number, pfn: number, order: number): boolean {
    if (order >= MAX_PAGE_ORDER - 1) return false;
    const higher = (pfn & ~(1 << order)) >>> 0;
    return this.isFree((higher ^ (1 << (order + 1))) >>> 0, order + 1, owner);
  }

  private link(base: number, pfn: number, order: number, toTail: boolean): void {
    const list = base + order;
    this.blocks[list]++;
    const other = toTail ? this.tail[list] : this.head[list];
    const before = toTail ? other : NIL, after = toTail ? NIL : other;
    const block = pfn >>> PAGEBLOCK_ORDER;
    if (order >= PAGEBLOCK_ORDER) {
      this.bigOrder[block] = order + 1;
      this.bigPrev[block] = before;
      this.bigNext[block] = after;
    } else {
      let chunk = this.chunkOf[block];
      if (chunk < 0) chunk = this.chunkOf[block] = this.makeChunk();
      this.inChunk[chunk >>> PAGEBLOCK_ORDER]++;
      const at = chunk + (pfn & IN_BLOCK);
      this.order[at] = order + 1;
      this.prev[at] = before;
      this.next[at] = after;
    }
    if (before !== NIL) this.setNext(before, order, pfn);
    else this.head[list] = pfn;
    if (after !== NIL) this.setPrev(after, order, pfn);
    else this.tail[list] = pfn;
  }

  private unlink(base: number, pfn: number, order: number): void {
    const list = base + order;
    this.blocks[list]--;
    const block = pfn >>> PAGEBLOCK_ORDER;
    let before: number, after: number;
    if (order >= PAGEBLOCK_ORDER) {
      before = this.bigPrev[block];
      after = this.bigNext[block];
      this.bigOrder[block] = 0;
    } else {
      const chunk = this.chunkOf[block];
      const at = chunk + (pfn & IN_BLOCK);
      before = this.prev[at];
      after = this.next[at];
      this.order[at] = 0;
      if (--this.inChunk[chunk >>> PAGEBLOCK_ORDER] === 0) {
        this.chunkOf[block] = -1;
        this.spare[this.spares++] = chunk;
      }
    }
    if (before !== NIL) this.setNext(before, order, after);
    else this.head[list] = after;
    if (after !== NIL) this.setPrev(after, order, before);
    else this.tail[list] = before;
  }

  private nextOf(pfn: number, order: number): number {
    const block = pfn >>> PAGEBLOCK_ORDER;
    return order >= PAGEBLOCK_ORDER ? this.bigNext[block] : this.next[this.chunkOf[block] + (pfn & IN_BLOCK)];
  }

  private setNext(pfn: number, order: number, to: number): void {
    const block = pfn >>> PAGEBLOCK_ORDER;
    if (order >= PAGEBLOCK_ORDER) this.bigNext[block] = to;
    else this.next[this.chunkOf[block] + (pfn & IN_BLOCK)] = to;
  }

  private setPrev(pfn: number, order: number, to: number): void {
    const block = pfn >>> PAGEBLOCK_ORDER;
    if (order >= PAGEBLOCK_ORDER) this.bigPrev[block] = to;
    else this.prev[this.chunkOf[block] + (pfn & IN_BLOCK)] = to;
  }

  /** First entry of an unused chunk. */
  private makeChunk(): number {
    if (this.spares > 0) return this.spare[--this.spares];
    const chunk = this.chunks++;
    if (this.chunks > this.inChunk.length) {
      this.next = wider(this.next);
      this.prev = wider(this.prev);
      const order = new Uint8Array(this.order.length * 2);
      order.set(this.order);
      this.order = order;
      const inChunk = new Uint16Array(this.inChunk.length * 2);
      inChunk.set(this.inChunk);
      this.inChunk = inChunk;
      const spare = new Int32Array(this.spare.length * 2);
      spare.set(this.spare);
      this.spare = spare;
    }
    return chunk * PAGEBLOCK_PAGES;
  }

  /** Finds the runs of free pages of one zone, and lays each out in the largest aligned blocks, at the tail. */
  private takeOver(pageblocks: number): void {
    const { frames } = this;
    let owner = -1, start = 0;
    const close = (end: number): void => {
      if (owner >= 0) this.layOut(owner, start, end);
      owner = -1;
    };
    const extend = (at: number, id: number): void => {
      if (id === owner) return;
      close(at);
      owner = id;
      start = at;
    };
    for (let block = 0; block < pageblocks; block++) {
      const from = block * PAGEBLOCK_PAGES, to = Math.min(frames.pfns, from + PAGEBLOCK_PAGES);
      if (frames.blockFree[block] === 0) close(from);
      else if (frames.blockFree[block] === PAGEBLOCK_PAGES && frames.owners.uniform(block) >= 0) extend(from, frames.owners.uniform(block));
      else {
        for (let pfn = from; pfn < to; pfn++) {
          if ((frames.get(pfn) & KIND_MASK) === FREE) extend(pfn, frames.owners.of(pfn));
          else close(pfn);
        }
      }
    }
    close(frames.pfns);
  }

  private layOut(owner: number, start: number, end: number): void {
    if (this.frames.owners.table[owner] === undefined) throw new EngineBug(`free pages of an unknown zone at PFN ${start}`);
    for (let pfn = start; pfn < end; ) {
      let order = 0;
      while (order < MAX_PAGE_ORDER && pfn % (2 << order) === 0 && pfn + (2 << order) <= end) order++;
      this.link(owner * LISTS, pfn, order, true);
      pfn += 1 << order;
    }
  }
}

function wider(cells: Uint32Array): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(cells.length * 2);
  out.set(cells);
  return out;
}
