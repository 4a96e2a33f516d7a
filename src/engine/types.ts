/** Branded scalars of the engine: a raw number does not cross a room's door under another meaning. */

/** A page frame number, 0 .. 2^32 - 1 (16 TiB of 4 KiB pages). */
export type Pfn = number & { readonly __brand: 'Pfn' };
/** A NUMA node id, 0 .. 1023, or -1 (NUMA_NO_NODE). */
export type Nid = number & { readonly __brand: 'Nid' };
/** Simulated time since boot in integer picoseconds, 0 .. 2^53 - 1 (2.5 hours). */
export type SimTimePs = number & { readonly __brand: 'SimTimePs' };

export const NUMA_NO_NODE = -1 as Nid;
/** NODES_SHIFT of 10: node ids are below this. */
export const MAX_NUMNODES = 1024;
/** A pageblock (and a PMD-sized folio) is 2^9 pages. */
export const PAGEBLOCK_ORDER = 9;
export const PAGEBLOCK_PAGES = 1 << PAGEBLOCK_ORDER;
/** A memory section is 128 MiB: 2^15 pages (x86-64 SPARSEMEM). */
export const SECTION_SHIFT = 15;
export const SECTION_PAGES = 1 << SECTION_SHIFT;
export const BLOCKS_PER_SECTION = SECTION_PAGES / PAGEBLOCK_PAGES;
/** The engine refuses machines with a higher PFN than this (16 TiB). */
export const MAX_PFN = 2 ** 32;

export const PS_PER_NS = 1_000;
export const PS_PER_MS = 1_000_000_000;
export const PS_PER_S = 1_000_000_000_000;
/** The longest run: two hours of simulated time. */
export const MAX_DURATION_PS = 7_200 * PS_PER_S;

/** Thrown for a bug of ours (a broken invariant), never for something a user can cause. */
export class EngineBug extends Error {
  override readonly name = 'EngineBug';
}

/** Throws EngineBug unless the condition holds. */
export function assert(condition: boolean, rule: string): asserts condition {
  if (!condition) throw new EngineBug(rule);
}
