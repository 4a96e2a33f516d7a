/** Sparse per-page columns: 512 pages at a time are either uniform (no storage) or a chunk in a slab of typed memory. */

import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES } from '../types';

const SLAB_SHIFT = 10;
const SLAB_CHUNKS = 1 << SLAB_SHIFT;
const PAGE_MASK = PAGEBLOCK_PAGES - 1;

type Cells = Uint16Array | Uint32Array;

/** A column of unsigned integers indexed by PFN. Slot < 0: all 512 values are ~slot; slot >= 0: chunk number. */
export class PagedColumn<T extends Cells> {
  readonly slots: Int32Array;
  slabs: T[] = [];
  private used = 0;

  /** pfns: number of PFNs; every value begins as 0. Uniform values must be below 2^31. */
  constructor(private readonly make: (cells: number) => T, pfns: number) {
    this.slots = new Int32Array(Math.ceil(pfns / PAGEBLOCK_PAGES)).fill(~0);
  }

  get(pfn: number): number {
    const slot = this.slots[pfn >>> PAGEBLOCK_ORDER];
    if (slot < 0) return ~slot;
    return this.slabs[slot >>> SLAB_SHIFT][((slot & (SLAB_CHUNKS - 1)) << PAGEBLOCK_ORDER) | (pfn & PAGE_MASK)];
  }

  set(pfn: number, value: number): void {
    const block = pfn >>> PAGEBLOCK_ORDER;
    let slot = this.slots[block];
    if (slot < 0) {
      if (~slot === value) return;
      slot = this.materialise(block);
    }
    this.slabs[slot >>> SLAB_SHIFT][((slot & (SLAB_CHUNKS - 1)) << PAGEBLOCK_ORDER) | (pfn & PAGE_MASK)] = value;
  }

  /** Makes a whole block uniform; its chunk, if it had one, stays allocated and is refilled when needed again. */
  setBlock(block: number, value: number): void {
    const slot = this.slots[block];
    if (slot < 0) this.slots[block] = ~value;
    else {
      const at = (slot & (SLAB_CHUNKS - 1)) << PAGEBLOCK_ORDER;
      this.slabs[slot >>> SLAB_SHIFT].fill(value, at, at + PAGEBLOCK_PAGES);
    }
  }

  /** The uniform value of a block, or -1 when its pages differ (or may differ). */
  uniform(block: number): number {
    const slot = this.slots[block];
    return slot < 0 ? ~slot : -1;
  }

  /** The array that holds the values of a block that is not uniform, from chunkStart() on. */
  chunk(block: number): T {
    return this.slabs[this.slots[block] >>> SLAB_SHIFT];
  }

  chunkStart(block: number): number {
    return (this.slots[block] & (SLAB_CHUNKS - 1)) << PAGEBLOCK_ORDER;
  }

  /** Bytes of storage in use. */
  bytes(): number {
    return this.slots.byteLength + this.slabs.reduce((sum, slab) => sum + slab.byteLength, 0);
  }

  private materialise(block: number): number {
    const slot = this.used++;
    const slab = slot >>> SLAB_SHIFT;
    if (slab === this.slabs.length) this.slabs.push(this.make(SLAB_CHUNKS << PAGEBLOCK_ORDER));
    const value = ~this.slots[block];
    if (value !== 0) {
      const at = (slot & (SLAB_CHUNKS - 1)) << PAGEBLOCK_ORDER;
      this.slabs[slab].fill(value, at, at + PAGEBLOCK_PAGES);
    }
    this.slots[block] = slot;
    return slot;
  }

  /** A copy for a checkpoint. */
  clone(): PagedColumn<T> {
    const copy = new PagedColumn<T>(this.make, 0);
    return Object.assign(copy, { slots: this.slots.slice(), slabs: this.slabs.map((slab) => slab.slice() as T), used: this.used });
  }
}

/** The first slabs are small on purpose: a machine where nothing happens takes no page storage at all. */
export const pagedU16 = (pfns: number): PagedColumn<Uint16Array> => new PagedColumn((n) => new Uint16Array(n), pfns);
export const pagedU32 = (pfns: number): PagedColumn<Uint32Array> => new PagedColumn((n) => new Uint32Array(n), pfns);
