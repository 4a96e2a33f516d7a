/** A list of isolated folios on its way through migrate_misplaced_folios_batch(): what every deferred design does with the folios that it has collected. */

import { Cause } from '../cost/ledger';
import { BatchJob, type FolioList } from '../mm/env';
import { Point } from '../observe/points';
import type { DesignContext } from './design';

export class Batcher {
  readonly job = new BatchJob();
  private batches = 0;

  /** nid: the node in whose column it counts; cpu: the CPU that migrates, or -1 in conformance scenarios. */
  constructor(private readonly ctx: DesignContext, private actor: number, cpu: number) {
    this.job.cpu = cpu;
  }

  /** The CPU, and with it the node, may differ from call to call (task work). */
  on(cpu: number, nid = this.actor): void {
    this.job.cpu = cpu;
    this.actor = nid;
  }

  /** The node in whose column it counts. */
  get nid(): number {
    return this.actor;
  }

  get list(): FolioList {
    return this.job.list;
  }

  get active(): boolean {
    return this.job.active;
  }

  /** A kernel that may be preempted folio by folio. */
  get folioByFolio(): boolean {
    return this.job.active && (this.job.next === Point.BatchUnmap || this.job.next === Point.BatchMove);
  }

  get cause(): Cause {
    return Cause.KthreadMigrate;
  }

  /** migrate_misplaced_folios_batch(list, target); step() until it is no longer active, then the list is empty again. */
  begin(target: number, timePs: number): void {
    const { job } = this;
    const n = job.list.length;
    this.ctx.rec.count(this.nid, n === 0 ? 'batches_empty' : 'batches', 1);
    job.deciderInBatch = true;
    job.deciderPfn = n === 0 ? -1 : job.list.heads[n - 1];
    job.index = n === 0 ? this.batches : ++this.batches;
    this.ctx.env.beginBatch(job, target, this.nid, timePs);
  }

  /** The next point of the batch; its cost in ps. */
  step(timePs: number): number {
    const ps = this.ctx.env.stepBatch(this.job, timePs);
    if (!this.job.active) this.job.list.length = 0;
    return ps;
  }

  /** Heads that it holds off the LRU. */
  held(into: number[]): void {
    for (let i = 0; i < this.job.list.length; i++) into.push(this.job.list.heads[i]);
  }
}
