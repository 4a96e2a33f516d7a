/** The one state that a page map shows for a page: disjoint classes, so that counts add up to the pages of a cell. */

export const PageClass = {
  Hole: 0,
  /** A page of another node inside this node's span (only relative to a node's map). */
  Foreign: 1,
  Offline: 2,
  Free: 3,
  /** Free, and a folio moved away from here. */
  Left: 4,
  /** In use and never on the LRU here: slab, page tables, reserved. */
  NonLru: 5,
  Lru: 6,
  /** On the LRU with READY set: the next visit consumes the mark. */
  Marked: 7,
  /** READY set on a page that is not on the LRU: the mark is kept and meets the next occupant. */
  StaleMark: 8,
  /** On a migrate_list: off the LRU, still mapped. */
  Isolated: 9,
  /** Its page table entries are migration entries. */
  Unmapped: 10,
  /** On the LRU; kmigrated moved it here and it had asked for this node. */
  Right: 11,
  /** On the LRU; kmigrated moved it here though it had asked for another node. */
  Wrong: 12,
} as const;
export type PageClass = (typeof PageClass)[keyof typeof PageClass];

/** Counts of a summarised cell are arrays of this length, indexed by PageClass (the rest is zero). */
export const PAGE_CLASSES = 16;

export const PAGE_CLASS_NAMES: readonly string[] = [
  'hole', "other node's", 'offline', 'free', 'moved away', 'non-LRU', 'LRU', 'marked', 'stale mark', 'isolated',
  'unmapped', 'right node', 'wrong node',
];
