/** The consumer of per-CPU buffers, in a worker or in task work: candidates are looked at again, isolated, and moved in chunks of one target (dossier M12). */

import { KIND_MASK, LRU, USED, orderOf } from '../machine/pagestate';
import { migrateBalancedPgdat } from '../mm/watermark';
import type { CounterName } from '../observe/counters';
import { Point } from '../observe/points';
import { jiffiesAt } from '../sim/jiffies';
import { Batcher } from './batcher';
import type { CpuHalves } from './cpu-halves';
import { type DesignContext, OVER } from './design';
import type { CpuBufferOptions } from './options';

/** What a drain tells its design. */
export interface DrainHost {
  readonly halves: CpuHalves;
  /** A half is empty again: whoever waits for room goes on. */
  returned(half: number): void;
}

/** Why an entry was dropped, in the record of worker.drop, by what it counts as. */
const WHY: Readonly<Partial<Record<CounterName, number>>> = { lost_age: 1, lost_lru: 2, lost_node: 3, lost_prepare: 4 };

export class Drain {
  /** Halves to drain, in the order in which they came. */
  readonly queue: number[] = [];
  readonly batcher: Batcher;
  private half = -1;
  /** The next entry of the half. */
  private at = 0;
  /** Target and base pages of the chunk that is collected. */
  private target = -1;
  private pages = 0;
  private readonly maxAgeJiffies: number;

  constructor(nid: number, private readonly ctx: DesignContext, private readonly options: CpuBufferOptions, private readonly host: DrainHost) {
    this.batcher = new Batcher(ctx, nid, -1);
    this.maxAgeJiffies = options.maxAgeMs === 0 ? Infinity : Math.ceil((options.maxAgeMs * ctx.hz) / 1000);
  }

  /** Nothing is under way, collected or queued. */
  get idle(): boolean {
    return this.half < 0 && this.queue.length === 0 && this.batcher.list.length === 0;
  }

  /** The next point; its cost in ps, or OVER when everything is drained. */
  step(timePs: number): number {
    const { batcher, host } = this;
    if (batcher.active) return batcher.step(timePs);
    if (this.half < 0) {
      const next = this.queue.shift();
      if (next === undefined) return batcher.list.length > 0 ? this.flush(timePs) : OVER;
      this.half = next;
      this.at = 0;
    }
    if (this.at === host.halves.count(this.half)) {
      const done = this.half;
      this.half = -1;
      host.halves.giveBack(done);
      host.returned(done);
      return 0;
    }
    return this.entry(timePs);
  }

  /** One candidate: is it still worth moving, and is there room for it? */
  private entry(timePs: number): number {
    const { halves } = this.host;
    const { machine, env, rec, costs, clock } = this.ctx;
    const { frames } = machine;
    const { batcher } = this;
    const i = halves.at(this.half, this.at);
    const pfn = halves.pfn[i], target = halves.nid[i];
    if (batcher.list.length >= this.options.chunkFolios || (batcher.list.length > 0 && target !== this.target)) return this.flush(timePs);
    if (jiffiesAt(clock, timePs) - halves.jiffies[i] > this.maxAgeJiffies) return this.drop(timePs, pfn, target, 'lost_age');
    const head = frames.head(pfn);
    const state = frames.get(head);
    if ((state & KIND_MASK) !== USED || !(state & LRU)) return this.drop(timePs, pfn, target, 'lost_lru');
    const nid = frames.owners.nid(head);
    if (nid === target) return this.drop(timePs, pfn, target, 'lost_node');
    const pages = 2 ** orderOf(state);
    const pgdat = machine.nodeData(target);
    // the watermark must hold for the whole chunk; where it does not any more, what is collected goes first and the folio is asked for alone
    if (batcher.list.length > 0 && pgdat !== undefined && !migrateBalancedPgdat(machine, pgdat, this.pages + pages)) return this.flush(timePs);
    if (env.prepare(head, target, batcher.nid) !== 0) return this.drop(timePs, pfn, target, 'lost_prepare') + costs.preparePs;
    this.at++;
    rec.count(batcher.nid, 'candidates_taken', 1);
    rec.point(timePs, Point.WorkerTake, batcher.nid, head, target, nid, 0, 0);
    batcher.list.add(head, target);
    this.target = target;
    this.pages += pages;
    return costs.walkLruPs + costs.preparePs;
  }

  private drop(timePs: number, pfn: number, target: number, why: CounterName): number {
    this.at++;
    this.ctx.rec.count(this.batcher.nid, why, 1);
    this.ctx.rec.point(timePs, Point.WorkerDrop, this.batcher.nid, pfn, target, WHY[why] ?? 0, 0, 0);
    return this.ctx.costs.walkLruPs;
  }

  private flush(timePs: number): number {
    const { batcher } = this;
    if (batcher.list.length >= this.options.chunkFolios) this.ctx.rec.count(batcher.nid, 'batches_full', 1);
    this.pages = 0;
    batcher.begin(this.target, timePs);
    return batcher.step(timePs);
  }

  /** Entries of the half under way that it has looked at. */
  get seen(): number {
    return this.half < 0 ? 0 : this.at;
  }
}
