/** What follows when page table entries change: patterns learn of it, waiters on migration entries go on, deferral's own costs are counted. */

import { type Ledger, Wait } from '../cost/ledger';
import type { Machine } from '../machine/machine';
import type { FolioHost } from '../mm/folios';
import type { ReverseMap, Vma } from '../mm/vma';
import type { Probe } from '../observe/probe';
import type { Recorder } from '../observe/recorder';
import type { Cpus } from '../sched/cpus';
import type { UserTask } from '../sched/user';
import { Deferral } from './deferral';

export class Entries implements FolioHost {
  /** By global unit: who sleeps until its migration entry is gone. */
  private readonly waiters = new Map<number, UserTask[]>();
  readonly deferral: Deferral;
  probe: Probe | undefined;

  constructor(
    private readonly machine: Machine, rec: Recorder, private readonly rmap: ReverseMap, private readonly cpus: Cpus, private readonly ledger: Ledger, readonly topTier: (nid: number) => boolean,
    private readonly stalled: (ps: number) => void,
  ) {
    this.deferral = new Deferral(rec, machine);
  }

  /** A hint fault has asked for a folio to move. */
  marked(vma: Vma, unit: number, pfn: number, nid: number): void {
    this.deferral.marked(vma, unit, pfn, nid);
    if (nid !== this.machine.frames.owners.nid(pfn)) this.probe?.marked(vma.id, unit, vma.units);
  }

  armed(vma: Vma, unit: number, units: number): void {
    for (let u = unit; u < unit + units; u++) vma.arm(u);
  }

  restored(vma: Vma, unit: number, units: number): void {
    if (this.waiters.size === 0) return;
    for (let u = unit; u < unit + units; u++) {
      const waiting = this.waiters.get(vma.firstUnit + u);
      if (waiting === undefined) continue;
      this.waiters.delete(vma.firstUnit + u);
      for (const task of waiting) {
        this.ledger.wait(task.id, Wait.MigrationEntry, this.cpus.nowPs - task.sincePs);
        this.stalled(this.cpus.nowPs - task.sincePs);
        this.cpus.wake(task, this.cpus.nowPs);
      }
    }
  }

  moved(vma: Vma, unit: number, units: number, from: number, to: number): void {
    for (let u = unit; u < unit + units; u++) vma.moved(u, from, to);
    if (from >= 0 && to >= 0) this.deferral.came(vma, unit, from, to);
  }

  /** A task sleeps until a migration entry is gone. */
  wait(task: UserTask, vma: Vma, unit: number): void {
    task.state = 'waiting';
    task.sincePs = this.cpus.nowPs;
    const global = vma.firstUnit + unit;
    const waiting = this.waiters.get(global);
    if (waiting === undefined) this.waiters.set(global, [task]);
    else waiting.push(task);
  }

  /** A folio is about to move. */
  moving(head: number): void {
    const g = this.rmap.global(head);
    if (g === 0) return;
    const vma = this.rmap.vmaOf(g);
    this.deferral.moving(vma, g - vma.firstUnit, head);
    this.probe?.moving(vma.id, g - vma.firstUnit, head, this.machine.frames.owners.nid(head));
  }

  /** The folio's program never asked for it to move. */
  stale(head: number): boolean {
    const g = this.rmap.global(head);
    if (g === 0) return false;
    const vma = this.rmap.vmaOf(g);
    return !this.deferral.isMarked(vma, g - vma.firstUnit);
  }
}
