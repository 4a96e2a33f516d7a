/**
 * Page faults of programs: first touch, hint fault (do_numa_page() of 6.16, and as patch 4/4 changes it, 20250616133931.206626-5-bharata@amd.com), write
 * fault on an entry that lost its write bit, and the wait on a migration entry. A fault is a row of stretches in the kernel; effects come at their ends.
 */

import { Cause } from '../cost/ledger';
import type { CostTable } from '../cost/table';
import type { Machine } from '../machine/machine';
import { DIRTY, FILE, orderOf } from '../machine/pagestate';
import { Counter } from '../observe/counters';
import { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import type { UserTask } from '../sched/user';
import { EngineBug, NUMA_NO_NODE, PAGEBLOCK_PAGES } from '../types';
import { AddPfn } from '../workload/producer';
import { CPUPID_UNSET } from './balance/cpupid';
import type { Balancer, FaultHost } from './faulthost';
import { FaultState, Phase, STALL_OF } from './faultstate';
import { type Folios, Refusal } from './folios';
import { isDirtyFile, migrateBalancedNow, prepareMisplaced } from './kernel';
import { PTE_MIGRATION, PTE_NONE, PTE_PRESENT, PTE_PROTNONE, PTE_STATE, PTE_WRITE } from './pte';
import type { Vma } from './vma';

/** Passes of migrate_pages() over one folio that says -EAGAIN. */
const PASSES = 10;

export class Faults {
  private readonly states: (FaultState | undefined)[] = [];

  constructor(
    private readonly machine: Machine, private readonly costs: CostTable, private readonly rec: Recorder, private readonly folios: Folios,
    private readonly balancer: Balancer, private readonly host: FaultHost,
  ) {}

  private state(task: UserTask): FaultState {
    return (this.states[task.id] ??= new FaultState(new AddPfn(this.machine, this.costs, this.rec, taskActor(task.id))));
  }

  /** Whether a fault of the task is under way. */
  active(task: UserTask): boolean {
    const s = this.states[task.id];
    return s !== undefined && s.phase !== Phase.None;
  }

  /** Heads of the folios that faults hold isolated now. */
  isolated(): number[] {
    return this.states.flatMap((s) => (s !== undefined && s.phase === Phase.Inline ? [s.head] : []));
  }

  /** The next access of a task faults: enters the kernel. */
  begin(task: UserTask, timePs: number): void {
    const { pattern, slot } = task;
    if (pattern === undefined) throw new EngineBug('a fault without an access');
    const s = this.state(task);
    const vma = this.host.vmaOf(task);
    s.unit = pattern.faultUnit(slot);
    s.write = pattern.faultWrites(slot) && vma.spec.content !== 'file-readonly';
    const pte = vma.flags[s.unit];
    this.rec.add(this.host.nodeOfCpu(task.cpu), Counter.pgfault, 1);
    switch (pte & PTE_STATE) {
      case PTE_NONE: return this.firstTouch(task, s, vma, timePs);
      case PTE_PROTNONE:
        s.phase = Phase.Hint;
        return task.kernel(timePs, Cause.HintFault, this.costs.hintFaultPs);
      case PTE_MIGRATION:
        s.phase = Phase.Wait;
        this.rec.add(this.host.nodeOfCpu(task.cpu), Counter.entry_waits, 1);
        return task.kernel(timePs, Cause.Kernel, this.costs.entryWaitPs);
      default:
        s.phase = Phase.Write;
        return task.kernel(timePs, Cause.WriteRefault, this.costs.writeRefaultPs);
    }
  }

  /** A stretch of a fault is over; true when the task is back in user mode. */
  proceed(task: UserTask, timePs: number): boolean {
    const s = this.state(task);
    const vma = this.host.vmaOf(task);
    switch (s.phase) {
      case Phase.FirstTouch: return this.done(task, s, timePs, true);
      case Phase.Write: return this.writable(task, s, vma, timePs);
      case Phase.Hint: return this.hint(task, s, vma, timePs);
      case Phase.Inline: return this.moved(task, s, vma, timePs);
      case Phase.Mark: return this.mark(task, s, vma, timePs);
      case Phase.Wait: return this.wait(task, s, vma, timePs);
      case Phase.Report: return this.reported(task, s, vma, timePs);
      default: throw new EngineBug(`${task.name} has no fault`);
    }
  }

  /** The fault is over; made: the access was made with it, else it is tried again. */
  private done(task: UserTask, s: FaultState, timePs: number, made: boolean): boolean {
    const why = STALL_OF[s.phase];
    s.phase = Phase.None;
    if (made) task.completeAccess();
    if (task.stallFromPs >= 0) this.host.stalled(task, timePs - task.stallFromPs, why);
    task.stallFromPs = -1;
    return true;
  }

  /** do_anonymous_page(), or the page cache filled: a folio on the CPU's node, or on the nearest that has one. */
  private firstTouch(task: UserTask, s: FaultState, vma: Vma, timePs: number): void {
    const { frames } = this.machine;
    const { order } = vma.spec;
    const nid = vma.spec.firstTouchNode ?? this.host.nodeOfCpu(task.cpu);
    this.folios.tables.need(task.cpu, nid, vma, s.unit, timePs);
    const head = this.folios.allocator.alloc(task.cpu, nid, order, 'user');
    if (head < 0) {
      this.host.outOfMemory(task, nid);
      return;
    }
    const at = frames.owners.nid(head);
    this.rec.add(at, at === nid ? Counter.numa_hit : Counter.numa_miss, 1);
    const content = vma.spec.content === 'anon' ? 0 : vma.spec.content === 'file-dirty' ? FILE | DIRTY : FILE;
    if (content !== 0) frames.update(head, 1 << order, 0, content);
    const first = vma.headUnit(s.unit);
    const writable = vma.spec.content === 'file-readonly' ? 0 : PTE_WRITE;
    for (let i = 0; i < vma.folioUnits; i++) {
      vma.flags[first + i] = PTE_PRESENT | writable;
      vma.pfn[first + i] = head + i * vma.unitPages;
    }
    this.folios.rmap.set(head, vma, first);
    vma.cpupid[first] = CPUPID_UNSET;
    for (let i = 0; i < vma.folioUnits; i++) vma.moved(first + i, -1, at);
    this.folios.lru.lruAdd(task.cpu, head);
    this.host.resident(task.process, 1 << order);
    s.phase = Phase.FirstTouch;
    const clearing = ((1 << order) - 1) * this.costs.copyLargePagePs;
    task.kernel(timePs, Cause.FirstTouch, this.costs.firstTouchPs + clearing);
  }

  /** do_wp_page() of a page that is still exclusive after a migration (so nobody drains an LRU batch to count references), or a spurious fault. */
  private writable(task: UserTask, s: FaultState, vma: Vma, timePs: number): boolean {
    if ((vma.flags[s.unit] & PTE_STATE) !== PTE_PRESENT) return this.done(task, s, timePs, false);
    vma.flags[s.unit] |= PTE_WRITE;
    // wp_page_reuse() forgets who touched the folio last: the two-stage filter begins anew
    if (!vma.spec.pmdMapped) vma.cpupid[vma.headUnit(s.unit)] = CPUPID_UNSET;
    this.rec.add(this.host.nodeOfCpu(task.cpu), Counter.write_refaults, 1);
    return this.done(task, s, timePs, true);
  }

  /** migration_entry_wait(): sleeps until the entry is gone, then the access is tried again. */
  private wait(task: UserTask, s: FaultState, vma: Vma, timePs: number): boolean {
    s.phase = Phase.None;
    if ((vma.flags[s.unit] & PTE_STATE) === PTE_MIGRATION) {
      this.host.waitForEntry(task, vma, s.unit);
      task.ready(timePs);
      return false;
    }
    return true;
  }

  /** do_numa_page(), and do_huge_pmd_numa_page() for a PMD, from the locked entry on. */
  private hint(task: UserTask, s: FaultState, vma: Vma, timePs: number): boolean {
    const pte = vma.flags[s.unit];
    if ((pte & PTE_STATE) !== PTE_PROTNONE) return this.done(task, s, timePs, false);
    const { frames } = this.machine;
    const first = vma.headUnit(s.unit);
    s.head = vma.pfn[first];
    const nid = frames.owners.nid(s.head);
    s.target = this.balancer.check(task, vma, first, nid);
    this.rec.point(timePs, Point.HintFault, taskActor(task.id), s.head, nid, s.target, task.cpu, 0);
    const migrator = this.host.migrator();
    if (migrator === 'kmigrated-v1' && !vma.spec.pmdMapped) return this.report(task, s, vma, nid, timePs);
    const all = this.host.reports();
    const reports = vma.spec.pmdMapped && all?.design.takesPmd !== true ? undefined : all;
    if (reports !== undefined && migrator !== 'none') {
      const order = orderOf(frames.get(s.head));
      const answer = reports.report({ task: task.id, cpu: task.cpu, head: s.head, order, nid, target: s.target === NUMA_NO_NODE ? nid : s.target }, timePs);
      if (answer === 'ignore') {
        this.rebuild(vma, s.unit, true);
        if (reports.design.forgetsPlaced === true) return this.over(task, s, vma, timePs);
        return this.faulted(task, s, vma, nid, false, false, timePs);
      }
      if (answer === 'take') {
        this.rebuild(vma, s.unit, s.target === NUMA_NO_NODE || !reports.design.losesWriteBit);
        s.phase = Phase.Report;
        this.rec.point(timePs, Point.ReportTaken, taskActor(task.id), s.head, nid, s.target, task.cpu, 0);
        return this.reported(task, s, vma, timePs);
      }
    }
    if (s.target === NUMA_NO_NODE || migrator === 'none' || migrator === 'ideal') {
      this.rebuild(vma, s.unit, true);
      return this.faulted(task, s, vma, nid, false, false, timePs);
    }
    const pages = vma.folioUnits * vma.unitPages;
    if (prepareMisplaced(this.machine, s.head, s.target) !== 0) {
      if (isDirtyFile(this.machine, s.head)) this.rec.add(this.host.nodeOfCpu(task.cpu), Counter.fail_dirty, 1);
      else if (!migrateBalancedNow(this.machine, s.target, s.head)) this.host.promotionRefused(s.target);
      this.rebuild(vma, s.unit, true);
      return this.faulted(task, s, vma, nid, false, true, timePs);
    }
    this.folios.probe?.isolated(s.head);
    return this.inline(task, s, pages, timePs);
  }

  /** migrate_misplaced_folio(): composed from its phases (dossier M1); the entry was PROT_NONE, so no other CPU holds a translation. */
  private inline(task: UserTask, s: FaultState, pages: number, timePs: number): boolean {
    const order = orderOf(this.machine.frames.get(s.head));
    const { costs } = this;
    let ps = costs.migrateCallPs + costs.allocFolioPs;
    s.dst = this.folios.destination(task.cpu, order, s.target);
    const refusal = this.folios.refusal(s.head);
    s.phase = Phase.Inline;
    if (s.dst >= 0 && (refusal === Refusal.Locked || refusal === Refusal.Writeback)) {
      this.folios.allocator.free(task.cpu, s.dst, order, 0);
      s.dst = -1;
      this.rec.add(this.host.nodeOfCpu(task.cpu), refusal === Refusal.Locked ? Counter.fail_locked : Counter.fail_writeback, 1);
    } else if (s.dst < 0) this.rec.add(s.target, Counter.fail_enomem, 1);
    if (s.dst >= 0) {
      const flush = this.folios.unmap(s.head);
      ps += costs.unmapFolioPs + (order === 0 ? costs.copyPagePs : pages * costs.copyLargePagePs) + costs.remapFolioPs;
      if (refusal === Refusal.Pinned) ps += (PASSES - 1) * costs.remapFolioPs;
      if (flush) ps += this.host.shootdown(task.cpu, task.process, pages, !this.host.vmaOf(task).spec.pmdMapped);
    }
    task.kernel(timePs, Cause.InlineMigration, ps);
    return false;
  }

  /** The migration inside the fault is over, well or not. */
  private moved(task: UserTask, s: FaultState, vma: Vma, timePs: number): boolean {
    const { rec } = this;
    const pages = vma.folioUnits * vma.unitPages;
    const nid = this.machine.frames.owners.nid(s.head);
    const here = this.host.nodeOfCpu(task.cpu);
    const gone = this.folios.isGone(s.head);
    if (gone) {
      if (s.dst >= 0) this.folios.dropUnmapped(task.cpu, s.head, s.dst);
      else this.folios.free(task.cpu, s.head);
      return this.done(task, s, timePs, false);
    }
    if (s.dst < 0 || this.folios.refusal(s.head) === Refusal.Pinned) {
      if (s.dst >= 0) {
        this.folios.undo(task.cpu, s.head, s.dst);
        rec.add(here, Counter.fail_pinned, 1);
      }
      this.folios.putBack(task.cpu, s.head);
      rec.add(here, Counter.pgmigrate_fail, pages);
      if (pages === PAGEBLOCK_PAGES) rec.add(here, Counter.thp_migration_fail, 1);
      this.called(task, pages, false, timePs);
      // the entry was a migration entry meanwhile and is accessible now: pte_same() fails, and the fault returns without having been accounted
      if (s.dst >= 0) return this.done(task, s, timePs, !s.write || (vma.flags[s.unit] & PTE_WRITE) !== 0);
      if ((vma.flags[s.unit] & PTE_STATE) !== PTE_PROTNONE) return this.done(task, s, timePs, false);
      this.rebuild(vma, s.unit, false);
      return this.faulted(task, s, vma, nid, false, true, timePs);
    }
    this.called(task, pages, true, timePs);
    this.host.copied(task.cpu, nid, s.target, pages);
    rec.point(timePs, Point.BatchMove, taskActor(task.id), s.head, s.dst, s.target, 0, 0);
    this.host.moving(s.head);
    this.folios.move(task.cpu, s.head, s.dst, true);
    rec.add(here, Counter.pgmigrate_success, pages);
    rec.add(here, Counter.pages_right, pages);
    rec.add(s.target, Counter.numa_pages_migrated, pages);
    if (this.balancer.promotes(nid, s.target)) rec.add(s.target, Counter.pgpromote_success, pages);
    if (pages === PAGEBLOCK_PAGES) rec.add(here, Counter.thp_migration_success, 1);
    this.balancer.account(task, s.target, pages, true, false);
    // the fault returns without having touched the entry: a store finds it read-only and faults again
    return this.done(task, s, timePs, !s.write || (vma.flags[s.unit] & PTE_WRITE) !== 0);
  }

  /** mm_migrate_pages of a call in a fault, for whoever listens. */
  private called(task: UserTask, pages: number, ok: boolean, timePs: number): void {
    const thp = pages === PAGEBLOCK_PAGES ? 1 : 0;
    this.folios.probe?.onCall?.({
      timePs, cpu: task.cpu, nid: -1, task: task.id, succeeded: ok ? pages : 0, failed: ok ? 0 : pages, thpSucceeded: ok ? thp : 0, thpFailed: ok ? 0 : thp,
    });
  }

  /** out_map: the entry, or every PROT_NONE entry of the large folio, is accessible again; writable where it may be written and the caller lets it. */
  private rebuild(vma: Vma, unit: number, writable: boolean): void {
    const bit = writable && vma.spec.content !== 'file-readonly' ? PTE_WRITE : 0;
    const first = vma.headUnit(unit);
    for (let u = first; u < first + vma.folioUnits; u++) {
      if ((vma.flags[u] & PTE_STATE) === PTE_PROTNONE) vma.flags[u] = PTE_PRESENT | bit;
    }
    if (bit === 0) this.host.armed(vma, first, vma.folioUnits);
  }

  private faulted(task: UserTask, s: FaultState, vma: Vma, nid: number, migrated: boolean, failed: boolean, timePs: number): boolean {
    this.balancer.account(task, nid, vma.folioUnits * vma.unitPages, migrated, failed);
    return this.over(task, s, vma, timePs);
  }

  /** The entry is rebuilt: was the access made with it? */
  private over(task: UserTask, s: FaultState, vma: Vma, timePs: number): boolean {
    const made = !s.write || (vma.flags[s.unit] & PTE_WRITE) !== 0;
    return this.done(task, s, timePs, made && (vma.flags[s.unit] & PTE_STATE) === PTE_PRESENT);
  }

  /** Patch 4/4: every PTE fault on a normal folio reports, its own node included (D3); a target costs the write bit although nothing moves (D26); either may be repaired. */
  private report(task: UserTask, s: FaultState, vma: Vma, nid: number, timePs: number): boolean {
    const foreign = s.target !== NUMA_NO_NODE;
    const { repairs } = this.machine;
    this.rebuild(vma, s.unit, !foreign || repairs.has('D26'));
    if (!foreign && repairs.has('D3')) return this.faulted(task, s, vma, nid, false, false, timePs);
    if (!foreign) s.target = nid;
    if (repairs.has('D16')) this.machine.askedBy.set(s.head, task.id);
    s.phase = Phase.Mark;
    s.add.begin(s.head, s.target);
    return this.mark(task, s, vma, timePs);
  }

  /** The report of a deferred design goes on, or is over. */
  private reported(task: UserTask, s: FaultState, vma: Vma, timePs: number): boolean {
    const reports = this.host.reports();
    if (reports === undefined) throw new EngineBug('a report without a design');
    if (!reports.proceed(task, timePs)) return false;
    if (s.target !== NUMA_NO_NODE) this.host.marked(vma, vma.headUnit(s.unit), s.head, s.target);
    return this.faulted(task, s, vma, reports.design.creditedNid(task.id), false, false, timePs);
  }

  private mark(task: UserTask, s: FaultState, vma: Vma, timePs: number): boolean {
    if (s.add.pc !== -1) {
      task.kernel(timePs, Cause.Mark, s.add.step(timePs));
      return false;
    }
    const nid = Math.max(0, this.machine.frames.owners.nid(s.head));
    this.rec.add(nid, s.add.ret === 0 ? Counter.marks_set : Counter.marks_refused, 1);
    if (s.add.ret === 0 && s.add.wasReady) this.rec.add(nid, Counter.marks_overwritten, 1);
    this.host.marked(vma, vma.headUnit(s.unit), s.head, s.target);
    // as posted credited to the target, where the page is not yet (D16)
    return this.faulted(task, s, vma, this.machine.repairs.has('D16') ? nid : s.target, false, false, timePs);
  }
}

/** Actor number of a task in trace records: below those of producers. */
export const taskActor = (task: number): number => -1_000_001 - task;
