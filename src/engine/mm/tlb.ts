/**
 * TLB shootdowns by backend: who is interrupted, who waits, who refills. Mirrors try_to_unmap_flush() and flush_tlb_mm_range() of 6.16 as dossier C.5 and M3
 * describe them: ipi (x86 without broadcast), invlpgb (AMD Zen 3 on, Linux 6.15 on), arm64 (TLBI a page, one DSB).
 */

import { Cause } from '../cost/ledger';
import type { CostTable } from '../cost/table';
import type { Recorder } from '../observe/recorder';
import type { Cpus } from '../sched/cpus';
import type { TlbBackend } from '../system/spec';

/** Pages of a range from which arm64 gives up TLBIs by page: PTRS_PER_PTE with pages of 4 KiB. */
const MAX_DVM_OPS = 512;

export class Tlb {
  constructor(private readonly backend: TlbBackend, private readonly costs: CostTable, private readonly cpus: Cpus, private readonly rec: Recorder, private readonly nodeOf: Int32Array) {}

  /**
   * Flushes the translations of processes (by number) from every CPU that has one loaded. cpu: of who flushes; pages: of the batch. batched: the flush of
   * try_to_unmap_flush(), which is global with INVLPGB and page by page on arm64; else flush_tlb_range(), which is of one mm.
   * Returns what the initiator pays, ps; the others are interrupted now. A CPU that is idle or in a kthread keeps no user mm loaded (lazy TLB) and is left alone.
   */
  shootdown(cpu: number, processes: ReadonlySet<number>, pages: number, batched: boolean): number {
    const { costs } = this;
    const nid = this.nodeOf[cpu];
    this.rec.count(nid, 'shootdowns', 1);
    switch (this.backend) {
      case 'ipi': {
        let targets = 0;
        for (let i = 0; i < this.cpus.count; i++) {
          if (i === cpu || !this.runs(i, processes)) continue;
          targets++;
          this.rec.count(this.nodeOf[i], 'shootdowns_received', 1);
          this.cpus.steal(i, Cause.ShootdownReceive, costs.shootdownReceiverPs);
          this.cpus.steal(i, Cause.TlbRefill, costs.tlbRefillPs);
        }
        return targets === 0 ? 0 : costs.shootdownBasePs + targets * costs.shootdownPerCpuPs;
      }
      case 'invlpgb': {
        // the batched flush is a global one: every user translation of every CPU goes; a range is broadcast with its address space
        for (let i = 0; i < this.cpus.count; i++) if (i !== cpu && (batched ? this.cpus.running(i)?.kind === 'user' : this.runs(i, processes))) this.cpus.steal(i, Cause.TlbRefill, costs.tlbRefillPs);
        return costs.invlpgbPs;
      }
      case 'arm64':
        // from MAX_DVM_OPS pages on a range is flushed as one address space
        return (!batched && pages >= MAX_DVM_OPS ? 1 : pages) * costs.tlbiPagePs;
    }
  }

  private runs(cpu: number, processes: ReadonlySet<number>): boolean {
    const task = this.cpus.running(cpu);
    return task !== undefined && task.kind === 'user' && processes.has(task.process);
  }
}
