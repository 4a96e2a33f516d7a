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
  readonly firstTouchPs: number;
  readonly hintFaultPs: number;
  readonly writeRefaultPs: number;
  readonly entryWaitPs: number;
  readonly pteScanPs: number;
  readonly pteScanCallPs: number;
  readonly migrateCallPs: number;
  readonly shootdownBasePs: number;
  readonly shootdownPerCpuPs: number;
  readonly shootdownReceiverPs: number;
  readonly invlpgbPs: number;
  readonly tlbiPagePs: number;
  readonly tlbRefillPs: number;
  readonly contextSwitchPs: number;
  readonly accessLocalPs: number;
  readonly accessPerDistancePs: number;
  readonly accessSlowTierPs: number;
  readonly cacheRefillLinePs: number;
  readonly copyBandwidthPagePs: number;
  readonly kswapdPagePs: number;
  readonly bufferAddPs: number;
  readonly bufferPushPs: number;
  readonly wakeUpPs: number;
  readonly recordUpdatePs: number;
  readonly hashFindPs: number;
  readonly recordAllocPs: number;
  readonly mutexPs: number;
  readonly taskWorkPs: number;
  readonly zapFolioPs: number;
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
  row('firstTouchPs', 1_270_000, 800_000, 3_000_000, 'fault', 'fair', 'first touch of a page: minor fault with the clearing of 4 KiB', 'measured under KVM'),
  row('hintFaultPs', 1_500_000, 800_000, 3_000_000, 'fault', 'soft', 'hint fault: entry, page table lock, numa_migrate_check(), PTE rebuilt, exit', 'no primary figure found; usual quote 1 to 2 us'),
  row('writeRefaultPs', 700_000, 400_000, 1_500_000, 'fault', 'soft', 'write fault that only sets the write bit again', 'no figure found; a minor fault without allocation'),
  row('entryWaitPs', 1_000_000, 500_000, 3_000_000, 'fault', 'soft', 'fault on a migration entry: entry, sleep and wake-up, the wait itself not included', 'no figure found'),
  row('pteScanPs', 20_000, 10_000, 60_000, 'PTE', 'soft', 'change_prot_numa() of one PTE', 'upper bound measured with mprotect, 79 ns'),
  row('pteScanCallPs', 2_000_000, 1_000_000, 10_000_000, 'pass', 'soft', 'fixed part of a scan pass: task_work, mmap lock, VMA walk', 'no figure found'),
  row('migrateCallPs', 400_000, 100_000, 2_000_000, 'call', 'soft', 'fixed part of one migrate_pages() call, shootdown not included', 'no figure found; M1 forbids the 7.2 us of move_pages()'),
  row('shootdownBasePs', 1_000_000, 500_000, 3_000_000, 'flush', 'soft', 'initiator of a TLB shootdown, first part', 'measured 1.1 us with one remote vCPU'),
  row('shootdownPerCpuPs', 200_000, 50_000, 1_500_000, 'CPU', 'soft', 'initiator, for each CPU that must answer', 'two sources differ by seven times at 64 CPUs'),
  row('shootdownReceiverPs', 500_000, 200_000, 2_000_000, 'CPU', 'soft', 'time stolen from a CPU that answers', 'no primary figure found'),
  row('invlpgbPs', 500_000, 200_000, 2_000_000, 'flush', 'soft', 'broadcast flush with INVLPGB and TLBSYNC', 'no figure found'),
  row('tlbiPagePs', 100_000, 50_000, 500_000, 'page', 'soft', 'arm64 TLBI of one page; one DSB follows a batch', 'no figure found'),
  row('tlbRefillPs', 2_000_000, 500_000, 10_000_000, 'flush', 'soft', 'refill of user translations of one CPU after a full flush', 'no figure found; some tens of page walks'),
  row('contextSwitchPs', 1_500_000, 1_000_000, 3_000_000, 'switch', 'soft', 'context switch', 'usual quote 1 to 3 us'),
  row('accessLocalPs', 90_000, 70_000, 170_000, 'access', 'fair', 'access to memory of the own node', '70 to 110 ns quoted, 169 ns measured under KVM'),
  row('accessPerDistancePs', 5_000, 2_000, 10_000, 'distance', 'soft', 'what one unit of SLIT distance above 10 adds to an access', 'fit to 130 to 200 ns at distance 20 to 32'),
  row('accessSlowTierPs', 100_000, 50_000, 300_000, 'access', 'soft', 'what memory of a node without CPUs adds to an access', '200 to 400 ns quoted for CXL in all'),
  row('cacheRefillLinePs', 5_000, 1_500, 89_000, 'line', 'soft', 'reload of one cache line that a walk evicted', '0.1 ms to 5.8 ms for 4 MiB measured: bandwidth or dependent'),
  row('copyBandwidthPagePs', 20_000, 7_000, 400_000, 'page', 'soft', 'bandwidth of a node that the copy of one 4 KiB page takes from its CPUs', '4 KiB at 200 GB/s'),
  row('kswapdPagePs', 100_000, 30_000, 300_000, 'page', 'soft', 'kswapd looks at one page of the inactive list', 'no figure found'),
  row('bufferAddPs', 10_000, 3_000, 60_000, 'entry', 'soft', 'append of (pfn, nid, time) to a buffer of the own CPU, preemption off', 'no figure found; a line that the CPU owns'),
  row('bufferPushPs', 60_000, 20_000, 300_000, 'buffer', 'soft', 'a full buffer goes to the worker by a lock-less list', 'a contended compare-exchange; no figure found'),
  row('wakeUpPs', 800_000, 300_000, 3_000_000, 'wake-up', 'soft', 'try_to_wake_up() of a worker on another CPU', 'no figure found; an IPI and a run queue lock'),
  row('recordUpdatePs', 18_000, 8_000, 110_000, 'record', 'soft', 'compare-exchange of a record of a PFN, its line cold', 'as markXchgPs and markSetBitPs together'),
  row('hashFindPs', 120_000, 40_000, 400_000, 'look-up', 'soft', 'search of a bucket of a hash of records', 'no figure found; one or two cold lines'),
  row('recordAllocPs', 100_000, 30_000, 1_000_000, 'record', 'soft', 'kmalloc() or kfree() of a record', 'no figure found'),
  row('mutexPs', 20_000, 10_000, 60_000, 'lock', 'soft', 'mutex_lock() and mutex_unlock() that nobody contends', 'two locked operations on a cold line'),
  row('taskWorkPs', 200_000, 50_000, 1_000_000, 'call', 'soft', 'task_work_add() and its run on the way to user mode', 'no figure found'),
  row('zapFolioPs', 100_000, 40_000, 300_000, 'folio', 'soft', 'munmap() or exit of one folio: entry cleared, folio freed', 'no figure found; a third of a first touch without the clearing'),
];

/** A fresh table of the defaults. */
export function defaultCosts(): CostTable {
  const table: Record<string, number> = {};
  for (const c of COSTS) table[c.key] = c.defaultPs;
  return table as Record<keyof CostTable, number>;
}
