/** The worker of a target node: drains the buffers that were pushed to it, and takes the aged ones that nobody has filled up, by a timer and without an IPI. */

import { Cause } from '../cost/ledger';
import { Point } from '../observe/points';
import { LANE_PASS } from '../observe/recorder';
import { jiffiesAt, msecsToJiffies, timeoutEndPs } from '../sim/jiffies';
import { Drain, type DrainHost } from './cpu-drain';
import { type DesignContext, OVER, type Worker } from './design';
import type { CpuBufferOptions } from './options';

export class BufferWorker implements Worker {
  readonly name: string;
  readonly drain: Drain;
  sleeping = false;
  wakeAtPs = 0;
  cause: Cause = Cause.KthreadWalk;
  /** Behind a candidate, a batch or a look at the timer it asks to be rescheduled; inside a batch, folio by folio. */
  atResched = false;
  private pollPs = 0;
  private passBeginPs = -1;
  private passes = 0;
  private readonly agedJiffies: number;

  constructor(readonly nid: number, private readonly ctx: DesignContext, options: CpuBufferOptions, private readonly host: DrainHost) {
    this.name = `kbuffers${nid}`;
    this.drain = new Drain(nid, ctx, options, host);
    this.agedJiffies = msecsToJiffies(ctx.hz, options.agedMs);
  }

  step(timePs: number): number {
    this.sleeping = false;
    this.cause = Cause.KthreadWalk;
    this.atResched = true;
    if (this.passBeginPs >= 0) {
      const ps = this.work(timePs);
      if (ps !== OVER) return ps;
      this.ctx.rec.lane(this.nid, LANE_PASS, this.passBeginPs, timePs);
      this.passBeginPs = -1;
    }
    if (timePs >= this.pollPs) return this.poll(timePs);
    if (this.drain.queue.length > 0) return this.begin(timePs);
    return this.sleep(timePs);
  }

  private work(timePs: number): number {
    const { drain } = this;
    const before = drain.batcher.active;
    const ps = drain.step(timePs);
    const batch = before || drain.batcher.active;
    if (batch) this.cause = drain.batcher.cause;
    this.atResched = !drain.batcher.active || drain.batcher.folioByFolio;
    return ps;
  }

  private begin(timePs: number): number {
    const { rec } = this.ctx;
    this.drain.batcher.on(this.ctx.cpuOf(this));
    this.passBeginPs = timePs;
    this.passes++;
    rec.count(this.nid, 'passes', 1);
    rec.point(timePs, Point.WorkerPass, this.nid, 0, this.drain.queue.length, this.passes, 0, 0);
    return 0;
  }

  /** Looks at the buffer of every CPU: one whose oldest entry is for this node and has aged is exchanged for the spare half. */
  private poll(timePs: number): number {
    const { ctx, drain } = this;
    const { halves } = this.host;
    const { costs } = ctx;
    const now = jiffiesAt(ctx.clock, timePs);
    let ps = 0;
    for (let cpu = 0; cpu < ctx.cpus; cpu++) {
      if (ctx.nodeOfCpu(cpu) < 0) continue;
      ps += costs.bufferAddPs;
      const half = halves.filling(cpu);
      if (half < 0 || halves.count(half) === 0 || !halves.hasSpare(cpu)) continue;
      const oldest = halves.at(half, 0);
      if (halves.nid[oldest] !== this.nid || now - halves.jiffies[oldest] < this.agedJiffies) continue;
      drain.queue.push(halves.take(cpu));
      ps += costs.bufferPushPs;
    }
    this.pollPs = timeoutEndPs(ctx.clock, timePs, this.agedJiffies);
    return ps;
  }

  private sleep(timePs: number): number {
    const { rec } = this.ctx;
    this.sleeping = true;
    this.wakeAtPs = this.pollPs;
    rec.count(this.nid, 'sleeps', 1);
    rec.point(timePs, Point.WorkerSleep, this.nid, 0, this.agedJiffies, 0, 0, 0);
    return 0;
  }
}
