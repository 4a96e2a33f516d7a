/** The cost table: what each class of work costs in simulated time, with unit, range, source and standing. */

/** How far a figure can be trusted: solid may be printed as it is, fair with its source, soft is a guess to be varied. */
export type Standing = 'solid' | 'fair' | 'soft';

export interface CostInfo {
  readonly key: keyof CostTable;
  readonly says: string;
  /** Default, in integer picoseconds a unit. */
  readonly defaultPs: number;
  readonly per: string;
  readonly minPs: number;
  readonly maxPs: number;
  readonly standing: Standing;
  readonly source: string;
}

/** All values are integer picoseconds, 0 .. 10^12. */
export interface CostTable {
  readonly walkHolePs: number;
  readonly walkOfflinePs: number;
  readonly walkForeignPs: number;
  readonly walkNonLruPs: number;
  readonly walkLruPs: number;
  readonly consumePs: number;
  readonly preparePs: number;
  readonly batchFixedPs: number;
  readonly unmapFolioPs: number;
  readonly allocFolioPs: number;
  readonly copyPagePs: number;
  readonly copyLargePagePs: number;
  readonly remapFolioPs: number;
  readonly markXchgPs: number;
  readonly markSetBitPs: number;
}

const row = (
  key: keyof CostTable, defaultPs: number, minPs: number, maxPs: number, per: string, standing: Standing, says: string, source: string,
): CostInfo => ({ key, defaultPs, minPs, maxPs, per, standing, says, source });

/** Defaults follow the project's cost survey of November 2026; "stand-in" is a user-space loop on an AMD EPYC guest. */
export const COSTS: readonly CostInfo[] = [
  row('walkHolePs', 500, 200, 1_900, 'PFN', 'soft', 'visit of a PFN without struct page (pfn_valid fails)', 'no figure found; a table look-up without a cache miss'),
  row('walkOfflinePs', 1_000, 500, 1_900, 'PFN', 'soft', 'visit of an offline page', 'no figure found; no struct page is read'),
  row('walkForeignPs', 1_900, 1_500, 2_500, 'PFN', 'fair', "visit of another node's page", 'stand-in, 64 B stride'),
  row('walkNonLruPs', 1_900, 1_500, 2_500, 'PFN', 'fair', 'visit of a page that is not on the LRU', 'stand-in, 64 B stride'),
  row('walkLruPs', 5_400, 2_300, 13_300, 'PFN', 'fair', 'visit of an LRU page: page_ext and a locked test-and-clear', 'stand-in, 8 B page_ext'),
  row('consumePs', 5_000, 4_000, 8_000, 'mark', 'solid', 'compare-exchange of an owned line when a mark is consumed', 'measured locked operation'),
  row('preparePs', 100_000, 30_000, 300_000, 'folio', 'soft', 'watermark check and isolation from the LRU', 'no figure found'),
  row('batchFixedPs', 7_200_000, 5_000_000, 9_000_000, 'batch', 'fair', 'fixed part of a non-empty batch, shootdown included', 'fit to 20240614221525.19170-1-shivankg@amd.com; it holds a system call that a kthread does not pay'),
  row('unmapFolioPs', 495_000, 330_000, 680_000, 'folio', 'soft', 'unmap of one folio', '45 % of 1.1 us that is not copy; the split is a guess'),
  row('allocFolioPs', 220_000, 150_000, 300_000, 'folio', 'soft', 'allocation of one destination folio', '20 % of 1.1 us; the split is a guess'),
  row('copyPagePs', 400_000, 250_000, 450_000, 'page', 'solid', 'copy of a 4 KiB folio', 'published and measured'),
  row('copyLargePagePs', 370_000, 215_000, 640_000, 'page', 'solid', 'copy of one base page of a large folio', '191 us a 2 MiB folio, published'),
  row('remapFolioPs', 385_000, 260_000, 530_000, 'folio', 'soft', 'remap, LRU, release of the source', '35 % of 1.1 us; the split is a guess'),
  row('markXchgPs', 13_000, 5_000, 100_000, 'mark', 'fair', 'nid exchange on a cold page_ext line', 'measured, overlapped misses'),
  row('markSetBitPs', 5_000, 4_000, 8_000, 'bit', 'solid', 'set_bit on an owned line (READY, ACTIVATE)', 'measured locked operation'),
];

/** A fresh table of the defaults. */
export function defaultCosts(): CostTable {
  const table: Record<string, number> = {};
  for (const c of COSTS) table[c.key] = c.defaultPs;
  return table as Record<keyof CostTable, number>;
}
