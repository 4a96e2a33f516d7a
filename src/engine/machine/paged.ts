/** Sparse per-page columns in three levels: a pageblock is uniform (no storage) or eight groups of 64 pages, each uniform or a chunk of typed memory. */

import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES } from '../types';

const GROUP_SHIFT = 6;
/** Pages of a group. */
export const GROUP_PAGES = 1 << GROUP_SHIFT;
const GROUP_MASK = GROUP_PAGES - 1;
const GROUPS = PAGEBLOCK_PAGES / GROUP_PAGES;
const SLAB_SHIFT = 12;
const SLAB_CHUNKS = 1 << SLAB_SHIFT;

type Cells = Uint16Array | Uint32Array;

/** A column of unsigned integers indexed by PFN, all 0 at first. */
export class PagedColumn<T extends Cells> {
  /** By block; below 0: all 512 values are ~slot; else the number of its row in groups. */
  readonly slots: Int32Array;
  /** Eight entries a row; below 0: all 64 values are ~entry; else the number of a chunk. */
  groups = new Int32Array(GROUPS * 64);
  private rows = 0;
  slabs: T[] = [];
  private chunks = 0;

  /** pfns: number of PFNs. Uniform values must be below 2^31. */
  constructor(private readonly make: (cells: number) => T, pfns: number) {
    this.slots = new Int32Array(Math.ceil(pfns / PAGEBLOCK_PAGES)).fill(~0);
  }

  get(pfn: number): number {
    const slot = this.slots[pfn >>> PAGEBLOCK_ORDER];
    if (slot < 0) return ~slot;
    const group = this.groups[(slot * GROUPS) | ((pfn >>> GROUP_SHIFT) & (GROUPS - 1))];
    if (group < 0) return ~group;
    return this.slabs[group >>> SLAB_SHIFT][((group & (SLAB_CHUNKS - 1)) << GROUP_SHIFT) | (pfn & GROUP_MASK)];
  }

  set(pfn: number, value: number): void {
    const block = pfn >>> PAGEBLOCK_ORDER;
    let slot = this.slots[block];
    if (slot < 0) {
      if (~slot === value) return;
      slot = this.split(block);
    }
    const at = (slot * GROUPS) | ((pfn >>> GROUP_SHIFT) & (GROUPS - 1));
    let group = this.groups[at];
    if (group < 0) {
      if (~group === value) return;
      group = this.materialise(at);
    }
    this.slabs[group >>> SLAB_SHIFT][((group & (SLAB_CHUNKS - 1)) << GROUP_SHIFT) | (pfn & GROUP_MASK)] = value;
  }

  /** Makes a whole block uniform; what it had stays allocated when there is a row for it. */
  setBlock(block: number, value: number): void {
    const slot = this.slots[block];
    if (slot < 0) {
      this.slots[block] = ~value;
      return;
    }
    for (let at = slot * GROUPS; at < (slot + 1) * GROUPS; at++) {
      const group = this.groups[at];
      if (group < 0) this.groups[at] = ~value;
      else {
        const from = (group & (SLAB_CHUNKS - 1)) << GROUP_SHIFT;
        this.slabs[group >>> SLAB_SHIFT].fill(value, from, from + GROUP_PAGES);
      }
    }
  }

  /** The uniform value of a block, or -1 when its pages differ (or may differ). */
  uniform(block: number): number {
    const slot = this.slots[block];
    return slot < 0 ? ~slot : -1;
  }

  /** The uniform value of the group of 64 pages that holds a PFN, or -1 when its pages differ (or may differ). */
  uniformGroup(pfn: number): number {
    const slot = this.slots[pfn >>> PAGEBLOCK_ORDER];
    if (slot < 0) return ~slot;
    const group = this.groups[(slot * GROUPS) | ((pfn >>> GROUP_SHIFT) & (GROUPS - 1))];
    return group < 0 ? ~group : -1;
  }

  /** For a group that is not uniform: the array with its values, and where the group begins in it. */
  chunkOf(pfn: number): T {
    return this.slabs[this.groupOf(pfn) >>> SLAB_SHIFT];
  }

  chunkStart(pfn: number): number {
    return (this.groupOf(pfn) & (SLAB_CHUNKS - 1)) << GROUP_SHIFT;
  }

  private groupOf(pfn: number): number {
    return this.groups[(this.slots[pfn >>> PAGEBLOCK_ORDER] * GROUPS) | ((pfn >>> GROUP_SHIFT) & (GROUPS - 1))];
  }

  /** Bytes of storage in use. */
  bytes(): number {
    return this.slots.byteLength + this.groups.byteLength + this.slabs.reduce((sum, slab) => sum + slab.byteLength, 0);
  }

  /** Gives a uniform block a row of eight groups. */
  private split(block: number): number {
    const row = this.rows++;
    if (this.rows * GROUPS > this.groups.length) {
      const wider = new Int32Array(this.groups.length * 2);
      wider.set(this.groups);
      this.groups = wider;
    }
    this.groups.fill(this.slots[block], row * GROUPS, (row + 1) * GROUPS);
    return (this.slots[block] = row);
  }

  /** Gives a uniform group a chunk. */
  private materialise(at: number): number {
    const chunk = this.chunks++;
    const slab = chunk >>> SLAB_SHIFT;
    if (slab === this.slabs.length) this.slabs.push(this.make(SLAB_CHUNKS << GROUP_SHIFT));
    const value = ~this.groups[at];
    if (value !== 0) {
      const from = (chunk & (SLAB_CHUNKS - 1)) << GROUP_SHIFT;
      this.slabs[slab].fill(value, from, from + GROUP_PAGES);
    }
    return (this.groups[at] = chunk);
  }
}

export const pagedU16 = (pfns: number): PagedColumn<Uint16Array> => new PagedColumn((n) => new Uint16Array(n), pfns);
export const pagedU32 = (pfns: number): PagedColumn<Uint32Array> => new PagedColumn((n) => new Uint32Array(n), pfns);
