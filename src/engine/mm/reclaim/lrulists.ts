/**
 * The LRU lists of every node, active and inactive, anonymous and file: struct lruvec without memory cgroups, generations (MGLRU) and the unevictable list.
 * They exist in mode 2 only. New folios come to the head of an inactive list, scans take from the tail.
 */

import type { PageFrames } from '../../machine/frames';
import { FILE, FOLIO, KIND_MASK, LRU, USED, orderOf } from '../../machine/pagestate';
import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES } from '../../types';

/** enum lru_list without LRU_UNEVICTABLE. */
export const LruList = { InactiveAnon: 0, ActiveAnon: 1, InactiveFile: 2, ActiveFile: 3 } as const;
export type LruList = (typeof LruList)[keyof typeof LruList];
export const LRU_LISTS = 4;
export const isActive = (list: number): boolean => (list & 1) !== 0;

const NIL = 0xffff_ffff;
const IN_BLOCK = PAGEBLOCK_PAGES - 1;
/** Flags of a folio: it is on a list, PG_active, PG_referenced, its list is one of file folios; above them its order when it was listed. */
const LISTED = 1, ACTIVE = 2, REFERENCED = 4, FILE_LIST = 8, ORDER_SHIFT = 4;

/** Nine bytes a page of every pageblock that ever had a folio on a list. */
export class LruLists {
  private readonly head: Uint32Array;
  private readonly tail: Uint32Array;
  /** Base pages by node and list. */
  private readonly pages: Float64Array;
  private readonly chunkOf: Int32Array;
  private next = new Uint32Array(PAGEBLOCK_PAGES * 8);
  private prev = new Uint32Array(PAGEBLOCK_PAGES * 8);
  private flags = new Uint8Array(PAGEBLOCK_PAGES * 8);
  private chunks = 0;
  /** By node: runs [start, end) of first occupancy, the last the oldest. */
  private readonly seeds: number[][];

  /** nodes: one more than the highest node id. */
  constructor(private readonly frames: PageFrames, nodes: number) {
    this.head = new Uint32Array(nodes * LRU_LISTS).fill(NIL);
    this.tail = new Uint32Array(nodes * LRU_LISTS).fill(NIL);
    this.pages = new Float64Array(nodes * LRU_LISTS);
    this.chunkOf = new Int32Array(Math.ceil(frames.pfns / PAGEBLOCK_PAGES)).fill(-1);
    this.seeds = Array.from({ length: nodes }, () => []);
  }

  /**
   * LRU pages of first occupancy, which belong to nobody and whose age nobody knows. Rule of ours: they are older than all others, and anonymous. They are
   * not linked before a scan reaches them, so their number is an upper bound once somebody else has taken one.
   */
  seed(nid: number, start: number, pages: number): void {
    this.seeds[nid].push(start, start + pages);
    this.pages[nid * LRU_LISTS + LruList.InactiveAnon] += pages;
  }

  /** Base pages on a list. */
  size(nid: number, list: LruList): number {
    return this.pages[nid * LRU_LISTS + list];
  }

  /** lruvec_add_folio(): to the head of the list that its flags name (a new folio: inactive). To be called whenever a folio becomes LRU. */
  add(head: number): void {
    const at = this.cell(head);
    if (this.flags[at] & LISTED) this.unlink(head, at);
    const state = this.frames.get(head);
    this.flags[at] = LISTED | (this.flags[at] & (ACTIVE | REFERENCED)) | (state & FILE ? FILE_LIST : 0) | (orderOf(state) << ORDER_SHIFT);
    const list = this.listOf(head, this.flags[at]);
    const first = this.head[list];
    this.prev[at] = NIL;
    this.next[at] = first;
    if (first === NIL) this.tail[list] = head;
    else this.prev[this.cell(first)] = head;
    this.head[list] = head;
    this.pages[list] += 1 << orderOf(state);
  }

  /** lruvec_del_folio(): the folio is isolated. PG_active and PG_referenced stay. */
  remove(head: number): void {
    const at = this.find(head);
    if (at >= 0 && this.flags[at] & LISTED) this.unlink(head, at);
  }

  /** The folio is freed. */
  forget(head: number): void {
    const at = this.find(head);
    if (at < 0) return;
    if (this.flags[at] & LISTED) this.unlink(head, at);
    this.flags[at] = 0;
  }

  /** folio_migrate_flags(): PG_active and PG_referenced go along, to a folio that is not on a list yet. */
  inherit(from: number, to: number): void {
    const source = this.find(from);
    const kept = source < 0 ? 0 : this.flags[source] & (ACTIVE | REFERENCED);
    if (kept !== 0 || this.find(to) >= 0) this.flags[this.cell(to)] = kept;
  }

  active(head: number): boolean {
    return this.has(head, ACTIVE);
  }

  setActive(head: number, active: boolean): void {
    this.put(head, ACTIVE, active);
  }

  referenced(head: number): boolean {
    return this.has(head, REFERENCED);
  }

  setReferenced(head: number, referenced: boolean): void {
    this.put(head, REFERENCED, referenced);
  }

  /** Takes the oldest folio off a list, or returns -1. What is no LRU folio any more is passed over. */
  takeOldest(nid: number, list: LruList): number {
    if (list === LruList.InactiveAnon) {
      const seed = this.takeSeed(nid);
      if (seed >= 0) return seed;
    }
    const head = this.tail[nid * LRU_LISTS + list];
    if (head === NIL) return -1;
    this.unlink(head, this.cell(head));
    return head;
  }

  /** Bytes of storage. */
  bytes(): number {
    return this.chunkOf.byteLength + this.flags.length * 9;
  }

  private takeSeed(nid: number): number {
    const runs = this.seeds[nid];
    while (runs.length > 0) {
      const start = runs[runs.length - 2], end = runs[runs.length - 1];
      const head = end - 1;
      if (head === start) runs.length -= 2;
      else runs[runs.length - 1] = head;
      this.pages[nid * LRU_LISTS + LruList.InactiveAnon]--;
      const state = this.frames.get(head);
      const listed = this.has(head, LISTED);
      if (!listed && (state & (KIND_MASK | LRU | FOLIO)) === (USED | LRU | FOLIO) && orderOf(state) === 0 && this.frames.owners.nid(head) === nid) return head;
    }
    return -1;
  }

  private listOf(head: number, flags: number): number {
    return this.frames.owners.nid(head) * LRU_LISTS + (flags & FILE_LIST ? 2 : 0) + (flags & ACTIVE ? 1 : 0);
  }

  private unlink(head: number, at: number): void {
    const list = this.listOf(head, this.flags[at]);
    const before = this.prev[at], after = this.next[at];
    if (before === NIL) this.head[list] = after;
    else this.next[this.cell(before)] = after;
    if (after === NIL) this.tail[list] = before;
    else this.prev[this.cell(after)] = before;
    this.flags[at] &= ~LISTED;
    this.pages[list] -= 1 << (this.flags[at] >>> ORDER_SHIFT);
  }

  private has(head: number, flag: number): boolean {
    const at = this.find(head);
    return at >= 0 && (this.flags[at] & flag) !== 0;
  }

  /** Only while the folio is off the lists: its list follows from its flags. */
  private put(head: number, flag: number, on: boolean): void {
    const at = this.cell(head);
    this.flags[at] = on ? this.flags[at] | flag : this.flags[at] & ~flag;
  }

  private find(pfn: number): number {
    const chunk = this.chunkOf[pfn >>> PAGEBLOCK_ORDER];
    return chunk < 0 ? -1 : chunk + (pfn & IN_BLOCK);
  }

  private cell(pfn: number): number {
    const block = pfn >>> PAGEBLOCK_ORDER;
    if (this.chunkOf[block] < 0) this.chunkOf[block] = this.makeChunk();
    return this.chunkOf[block] + (pfn & IN_BLOCK);
  }

  private makeChunk(): number {
    const from = this.chunks++ * PAGEBLOCK_PAGES;
    if (from === this.flags.length) {
      const next = new Uint32Array(from * 2), prev = new Uint32Array(from * 2), flags = new Uint8Array(from * 2);
      next.set(this.next);
      prev.set(this.prev);
      flags.set(this.flags);
      this.next = next;
      this.prev = prev;
      this.flags = flags;
    }
    return from;
  }
}
