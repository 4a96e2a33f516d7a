/**
 * Pages that hold page tables: one a PMD range of a mapping (2 MiB), taken with its first entry (pte_alloc_one(), or the deposit of a PMD-mapped THP), given
 * back a grace period after munmap() (tlb_remove_table() with RCU). They are never on the LRU. Not modelled: the upper levels (one page a GiB), small VMAs that
 * share a table.
 */

import { PAGEBLOCK_PAGES, PS_PER_MS } from '../types';
import type { PageAllocator } from './alloc/allocator';
import type { Vma } from './vma';

const NONE = -1;
/** A grace period of RCU, soft: some jiffies. They are looked at when the next table is needed. */
const GRACE_PS = 12 * PS_PER_MS;

export class PageTables {
  /** By VMA id and range: the PFN of its table, or NONE. */
  private readonly tables: Float64Array[] = [];

  /** Tables of unmapped VMAs that wait for the end of their grace period, oldest first. */
  private readonly late: { readonly duePs: number; readonly cpu: number; readonly pfn: number }[] = [];

  constructor(private readonly allocator: PageAllocator) {}

  /** An entry of a unit is about to be made on a CPU: its table is there afterwards, where memory is. */
  need(cpu: number, nid: number, vma: Vma, unit: number, timePs: number): void {
    const ranges = (this.tables[vma.id] ??= new Float64Array(Math.ceil((vma.units * vma.unitPages) / PAGEBLOCK_PAGES)).fill(NONE));
    const range = Math.floor((unit * vma.unitPages) / PAGEBLOCK_PAGES);
    if (ranges[range] !== NONE) return;
    this.settle(timePs);
    ranges[range] = this.allocator.alloc(cpu, nid, 0, 'user');
  }

  /** Whether a range of a VMA has a table. */
  has(vma: Vma, unit: number): boolean {
    return (this.tables[vma.id]?.[Math.floor((unit * vma.unitPages) / PAGEBLOCK_PAGES)] ?? NONE) !== NONE;
  }

  /** free_pgtables() of a VMA that is gone. */
  drop(cpu: number, vma: Vma, timePs: number): void {
    const ranges = this.tables[vma.id];
    if (ranges === undefined) return;
    for (let i = 0; i < ranges.length; i++) {
      if (ranges[i] !== NONE) this.late.push({ duePs: timePs + GRACE_PS, cpu, pfn: ranges[i] });
      ranges[i] = NONE;
    }
  }

  private settle(timePs: number): void {
    let due = 0;
    while (due < this.late.length && this.late[due].duePs <= timePs) due++;
    for (const { cpu, pfn } of this.late.splice(0, due)) this.allocator.free(cpu, pfn, 0, 0);
  }
}
