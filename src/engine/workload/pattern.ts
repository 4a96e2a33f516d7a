/** How the accesses of programs are known without making them one by one: the next touch of an entry that faults is drawn when it begins to fault. */

/**
 * Accesses of several threads ("slots") to the units of one VMA. A unit is a page, or a PMD of a PMD-mapped VMA; the page table flags of the VMA
 * (mm/pte.ts) are read through the array given at construction. All positions count accesses of one slot since it began.
 */
export interface Pattern {
  /** The units that it can touch, from and behind the last; undefined: any of the VMA. */
  readonly reach?: { readonly from: number; readonly end: number };
  /** A unit's entry has begun to fault for some accesses (none, PROT_NONE, migration entry, or no longer writable): its next touch must be known. */
  arm(unit: number): void;
  /** The page of a unit has come to a node (from -1: it had none; to -1: it has none any more). */
  moved(unit: number, fromNid: number, toNid: number): void;
  /** Accesses that a slot makes before the one that faults: 0 .. ; Infinity when none will in what is left of its work. */
  untilFault(slot: number): number;
  /** The unit of that access, and whether it writes. Only right after untilFault() was finite. */
  faultUnit(slot: number): number;
  faultWrites(slot: number): boolean;
  /** The slot makes n accesses, none of which faults: 0 <= n <= untilFault(slot). */
  advance(slot: number, n: number): void;
  /** The faulting access is made (its fault has been handled): the slot stands after it. */
  complete(slot: number): void;
  /** Accesses that are left of the slot's work; Infinity for ever. */
  left(slot: number): number;
  /** Gives the slot n accesses to make (a new run of its operation). */
  begin(slot: number, n: number): void;
  /** Share of the slot's accesses that go to pages of a node now, by node id; sums to the share that is mapped. Do not keep the array. */
  shares(slot: number): Float64Array;
  /** Share of the pattern's accesses that go to a unit now, 0 .. 1. */
  share(unit: number): number;
  /** Whether the distribution counts the unit as hot now: it gets at least an equal share of the accesses. */
  hot(unit: number): boolean;
  /** The distribution changes at this time (a hot set that moves), Infinity for never; change() is called then. */
  nextChangePs(): number;
  change(timePs: number): void;
}

/** Where a pattern's slots stand between their points: the scheduler knows, the pattern asks before it uses a position. */
export interface SlotHost {
  /** Brings a slot up to now: calls advance(slot, n) with what it has done since its last point; afterwards its next fault is looked up anew. */
  sync(slot: number): void;
}
