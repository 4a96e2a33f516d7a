/** The 16-bit state of a page as bits, and the two ways to classify it: what a walk does with it, and what a map shows. */

import { PageClass } from './pageclass';

/** Bits 0-1: what stands at this PFN. */
export const KIND_MASK = 3;
export const HOLE = 0;
export const OFFLINE = 1;
export const FREE = 2;
export const USED = 3;
/** folio_test_lru() of the page's folio. */
export const LRU = 1 << 2;
/** On a migrate_list. */
export const ISOLATED = 1 << 3;
/** Its PTEs are migration entries. */
export const UNMAPPED = 1 << 4;
/** page_ext_get() is NULL. */
export const NOEXT = 1 << 5;
/** Belongs to a folio. Outside the conformance stub only USED pages do. */
export const FOLIO = 1 << 6;
export const ORDER_SHIFT = 7;
export const ORDER_MASK = 31 << ORDER_SHIFT;
/** Bits 12-13: what kmigrated did here, for the map alone; no kernel function reads it. */
export const STORY_MASK = 3 << 12;
export const STORY_RIGHT = 1 << 12;
export const STORY_WRONG = 2 << 12;
export const STORY_LEFT = 3 << 12;
/** file and dirty bits of the folio, read by prepare. */
export const FILE = 1 << 14;
export const DIRTY = 1 << 15;

export const orderOf = (state: number): number => (state & ORDER_MASK) >>> ORDER_SHIFT;
export const orderBits = (order: number): number => order << ORDER_SHIFT;

/**
 * What one visit of kmigrated_walk_zone() finds, before it looks at the node of the page. Tail: a further page of a large folio, where the walk is
 * repaired to step over it: no visit, counted nowhere, so WALK_CLASSES leaves it out.
 */
export const WalkClass = { Hole: 0, Offline: 1, NonLru: 2, Lru: 3, LruNoExt: 4, Foreign: 5, Tail: 6 } as const;
export type WalkClass = (typeof WalkClass)[keyof typeof WalkClass];
export const WALK_CLASSES = 6;

const WALK_TABLE = Uint8Array.from({ length: 64 }, (_, s) => {
  const kind = s & KIND_MASK;
  if (kind === HOLE) return WalkClass.Hole;
  if (kind === OFFLINE) return WalkClass.Offline;
  if (!(s & LRU)) return WalkClass.NonLru;
  return s & NOEXT ? WalkClass.LruNoExt : WalkClass.Lru;
});

/** Walk class of a state, the page's node left aside. */
export const walkClass = (state: number): number => WALK_TABLE[state & 63];

function classify(state: number, ready: boolean): PageClass {
  const kind = state & KIND_MASK;
  if (kind === HOLE) return PageClass.Hole;
  if (kind === OFFLINE) return ready ? PageClass.StaleMark : PageClass.Offline;
  const story = state & STORY_MASK;
  if (kind === FREE) return ready ? PageClass.StaleMark : story === STORY_LEFT ? PageClass.Left : PageClass.Free;
  if (state & UNMAPPED) return PageClass.Unmapped;
  if (state & ISOLATED) return PageClass.Isolated;
  if (!(state & LRU)) return ready ? PageClass.StaleMark : PageClass.NonLru;
  if (ready) return PageClass.Marked;
  if (story === STORY_RIGHT) return PageClass.Right;
  return story === STORY_WRONG ? PageClass.Wrong : PageClass.Lru;
}

const CLASS_TABLE = Uint8Array.from({ length: 1 << 15 }, (_, i) => classify(i & 0x3fff, (i & 0x4000) !== 0));

/** Class that a map of the page's own node shows. */
export const pageClass = (state: number, ready: boolean): PageClass => CLASS_TABLE[(state & 0x3fff) | (ready ? 0x4000 : 0)] as PageClass;

const isLarge = (state: number): boolean => (state & ORDER_MASK) !== 0 && (state & KIND_MASK) === USED;

/** A page of a large folio, its first one left aside. */
export const isTail = (pfn: number, state: number): boolean => isLarge(state) && pfn % (1 << orderOf(state)) !== 0;

/** Pages of [from, to), all of one state, that are no tails. */
export function headsIn(from: number, to: number, state: number): number {
  if (!isLarge(state)) return to - from;
  const pages = 1 << orderOf(state);
  return Math.ceil(to / pages) - Math.ceil(from / pages);
}
