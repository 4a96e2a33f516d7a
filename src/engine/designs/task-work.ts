/**
 * v0, task_work batching (20250521080238.209678-3-bharata@amd.com): do_numa_page() isolates a misplaced folio and parks it on a list of the task; the task
 * migrates the list on its way to user mode, once a second or above 512 pages. Parked folios can be moved by nobody else; a task that ends leaks its own.
 */

import { isDirtyFile, migrateBalancedNow } from '../mm/kernel';
import { LRU } from '../machine/pagestate';
import { Point } from '../observe/points';
import { jiffiesAt } from '../sim/jiffies';
import { EngineBug } from '../types';
import { Batcher } from './batcher';
import type { Design, DesignContext, Report, ReportAnswer, ScopeNote, Worker } from './design';
import { OVER } from './design';
import type { TaskWorkOptions } from './options';

/** What is added to task_struct: a callback, an interval, a list head, a count. */
const TASK_BYTES = 48;

export const TASK_WORK_SCOPE: ScopeNote = {
  sources: ['20250521080238.209678-1-bharata@amd.com', '20250521080238.209678-3-bharata@amd.com', 'df71c9e6-52e2-4afa-b0bd-42f5aadbad71@amd.com'],
  modelled: [
    'A misplaced folio is prepared (watermark, isolation) inside the hint fault, and its entry is made present again without its write bit, as posted.',
    'The task parks folios on a list of its own; a tick that finds the task running queues the work when a second has passed or more than 512 pages wait.',
    'The work moves runs of consecutive equal targets, each run last in, first out; its first call has an empty list, because the first target is read from the list head.',
    'Parked folios are off the LRU: a fault on one is taken for a folio that is queued already; nobody else can move it.',
    'A task that ends leaves its parked folios isolated for ever; they are counted as leaked.',
    'NUMA balancing, in task_numa_fault(), is told the target, and never that a move failed.',
  ],
  simplified: [
    'The target stands beside the folio and not in its last_cpupid, so the confusion of the two uses and the switch of modes with folios queued do not occur.',
    'The filter, numa_migrate_check(), runs before the test for a parked folio: such a fault counts as a hint fault and passes the filter, which the posted code skips.',
    'A tick queues the work even while a scan of the task is queued; the posted code waits for the scan to be over.',
  ],
  not: ['CMA, compaction and long-term pins, which parked folios would hold up, do not exist here.', 'PMD-mapped folios keep the synchronous path, as posted.'],
};

/** A task's list and the work on it. */
class Parked {
  readonly heads: number[] = [];
  readonly targets: number[] = [];
  pages = 0;
  /** numa_mig_interval; 0 at fork, so the first tick queues the work. */
  intervalJiffies = 0;
  queued = false;
  /** Of the work under way: the next folio of the list, and cur_nid. */
  at = 0;
  curNid = -1;
  flushed = false;
  /** The report under way: 1 while its cost is still to be paid. */
  unpaid = 0;
  target = -1;

  constructor(readonly batcher: Batcher) {}
}

export class TaskWork implements Design {
  readonly scope = TASK_WORK_SCOPE;
  readonly workers: readonly Worker[] = [];
  readonly losesWriteBit = true;
  private readonly tasks: (Parked | undefined)[] = [];
  private readonly leaked: number[] = [];
  private readonly intervalJiffies: number;

  constructor(private readonly options: TaskWorkOptions, private readonly ctx: DesignContext) {
    this.intervalJiffies = Math.ceil((options.intervalMs * ctx.hz) / 1000);
  }

  /** A task that reports or ticks for the first time; its CPU is not known to a tick and comes with the first report or work. */
  private of(task: number): Parked {
    return (this.tasks[task] ??= new Parked(new Batcher(this.ctx, 0, -1)));
  }

  report(report: Report, _timePs: number): ReportAnswer {
    const { machine, env, rec } = this.ctx;
    const { head, nid, target } = report;
    if (target === nid || !(machine.frames.get(head) & LRU)) return 'ignore';
    // the prepare of the synchronous path fails as this one would, and says so to the scan period
    if (isDirtyFile(machine, head) || !migrateBalancedNow(machine, target, head)) return 'sync';
    const here = this.ctx.nodeOfCpu(report.cpu);
    const error = env.prepare(head, target, here);
    if (error !== 0) throw new EngineBug(`prepare of PFN ${head} failed with ${error} behind its own tests`);
    const p = this.of(report.task);
    p.batcher.on(report.cpu, here);
    p.heads.push(head);
    p.targets.push(target);
    p.pages += 2 ** report.order;
    p.target = target;
    p.unpaid = 1;
    rec.count(here, 'records_made', 1);
    rec.count(here, 'candidates_taken', 1);
    return 'take';
  }

  stepReport(task: number, _timePs: number): number {
    const p = this.of(task);
    if (p.unpaid === 0) return OVER;
    p.unpaid = 0;
    return this.ctx.costs.preparePs;
  }

  creditedNid(task: number): number {
    return this.of(task).target;
  }

  /** task_check_pending_migrations(). */
  tick(task: number, timePs: number): boolean {
    const p = this.of(task);
    if (p.queued) return true;
    const now = jiffiesAt(this.ctx.clock, timePs);
    if (now <= p.intervalJiffies && p.pages <= this.options.batchPages) return false;
    p.intervalJiffies = now + this.intervalJiffies;
    p.queued = true;
    return true;
  }

  beginWork(task: number, cpu: number, timePs: number): boolean {
    const p = this.tasks[task];
    if (p === undefined || !p.queued) return false;
    p.queued = false;
    p.at = 0;
    p.curNid = -1;
    p.flushed = false;
    p.batcher.on(cpu, this.ctx.nodeOfCpu(cpu));
    this.ctx.rec.count(p.batcher.nid, 'passes', 1);
    this.ctx.rec.point(timePs, Point.WorkerPass, p.batcher.nid, 0, p.heads.length, task, 0, 0);
    return true;
  }

  /** migrate_queued_pages(). */
  stepWork(task: number, timePs: number): number {
    const p = this.of(task);
    const { batcher } = p;
    if (batcher.active) return batcher.step(timePs);
    while (p.at < p.heads.length) {
      const target = p.targets[p.at];
      if (target !== p.curNid) {
        // with nothing before it, this is the empty flush to the number that was read from the list head
        batcher.begin(p.curNid, timePs);
        p.curNid = target;
        return batcher.step(timePs);
      }
      batcher.list.add(p.heads[p.at++], target);
    }
    if (p.at > 0 && !p.flushed) {
      p.flushed = true;
      batcher.begin(p.curNid, timePs);
      return batcher.step(timePs);
    }
    p.heads.length = p.targets.length = p.at = p.pages = 0;
    return OVER;
  }

  /** Nobody empties the list of a task that is gone. */
  exit(task: number, _timePs: number): void {
    const p = this.tasks[task];
    if (p === undefined) return;
    const left = p.heads.slice(p.at);
    this.leaked.push(...left);
    this.ctx.rec.count(p.batcher.nid, 'folios_leaked', left.length);
    p.heads.length = p.targets.length = p.at = p.pages = 0;
    p.queued = false;
  }

  /** Heads of tasks that have ended. */
  leaks(): readonly number[] {
    return this.leaked;
  }

  held(): readonly number[] {
    const heads = [...this.leaked];
    for (const p of this.tasks) {
      if (p === undefined) continue;
      for (let i = p.at; i < p.heads.length; i++) heads.push(p.heads[i]);
      p.batcher.held(heads);
    }
    return heads;
  }

  overheadBytes(): number {
    return this.tasks.length * TASK_BYTES;
  }
}
