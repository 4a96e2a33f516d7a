/** kpromotedN (mm/kpromoted.c of 20250306054532.221138-3-bharata@amd.com): once a second it walks every bucket and migrates its records one by one, holding the bucket's mutex. */

import { Cause } from '../cost/ledger';
import { LRU } from '../machine/pagestate';
import { LogKind } from '../observe/logkinds';
import { Point } from '../observe/points';
import { LANE_PASS } from '../observe/recorder';
import { jiffiesAt, msecsToJiffies, timeoutEndPs } from '../sim/jiffies';
import { Batcher } from './batcher';
import type { DesignContext, Worker } from './design';
import type { HotRecord, HotRecords } from './kpromoted-records';
import { type Mutexes, workerHolder } from './mutexes';
import type { KpromotedOptions } from './options';

/** Empty buckets that are walked in one step, at most: a producer's record in a bucket ahead is seen if it comes before the step that reaches it. */
const BUCKETS_A_STEP = 256;
const NO_PAIRS = new Int32Array(0);

const Pc = { Wait: 0, Begin: 1, Walk: 2, Lock: 3, Record: 4, Batch: 5, Unlock: 6, End: 7 } as const;
type Pc = (typeof Pc)[keyof typeof Pc];

/** Why a record was dropped, in the record of worker.drop. */
export const Drop = { NonLru: 1, RightNode: 2, Old: 3, NotAccessed: 4 } as const;

export class KpromotedThread implements Worker {
  readonly name: string;
  sleeping = false;
  wakeAtPs = 0;
  cause: Cause = Cause.KthreadWalk;
  private pc: Pc = Pc.Wait;
  private bucket = 0;
  /** Position in the bucket, and the record whose folio is under way. */
  private at = 0;
  private record: HotRecord | undefined;
  private passBeginPs = 0;
  private passes = 0;
  private lockFromPs = -1;
  private readonly batcher: Batcher;
  private readonly me: number;

  constructor(
    readonly nid: number, index: number, private readonly ctx: DesignContext, private readonly options: KpromotedOptions,
    private readonly records: HotRecords, private readonly locks: Mutexes,
  ) {
    this.name = `kpromoted${nid}`;
    this.batcher = new Batcher(ctx, nid, -1);
    this.me = workerHolder(index);
  }

  /** mutex_lock() and migrate_pages() ask to be rescheduled. */
  get atResched(): boolean {
    return this.pc === Pc.Walk || this.pc === Pc.Lock || this.batcher.folioByFolio;
  }

  held(into: number[]): void {
    this.batcher.held(into);
  }

  step(timePs: number): number {
    this.sleeping = false;
    this.cause = Cause.KthreadWalk;
    switch (this.pc) {
      case Pc.Wait: return this.wait(timePs);
      case Pc.Begin: return this.begin(timePs);
      case Pc.Walk: return this.walk();
      case Pc.Lock: return this.lock(timePs);
      case Pc.Record: return this.next(timePs);
      case Pc.Batch: return this.migrate(timePs);
      case Pc.Unlock: return this.unlock();
      case Pc.End: return this.end(timePs);
    }
  }

  /** wait_event_timeout() on a condition that is never true. */
  private wait(timePs: number): number {
    const { rec, clock, hz } = this.ctx;
    const timeout = msecsToJiffies(hz, this.options.delayMs);
    this.wakeAtPs = timeoutEndPs(clock, timePs, timeout);
    this.sleeping = true;
    rec.count(this.nid, 'sleeps', 1);
    rec.count(this.nid, 'sleep_ps', this.wakeAtPs - timePs);
    rec.point(timePs, Point.WorkerSleep, this.nid, 0, timeout, 0, 0, 0);
    this.pc = Pc.Begin;
    return 0;
  }

  private begin(timePs: number): number {
    const { rec } = this.ctx;
    this.batcher.on(this.ctx.cpuOf(this));
    this.passBeginPs = timePs;
    this.passes++;
    rec.count(this.nid, 'passes', 1);
    rec.point(timePs, Point.WorkerPass, this.nid, 0, this.records.size, this.passes, 0, 0);
    this.log(LogKind.PassBegin, timePs);
    this.bucket = 0;
    this.pc = Pc.Walk;
    return 0;
  }

  private log(kind: LogKind, timePs: number): void {
    this.ctx.rec.log.add(timePs, this.nid, kind, Point.WorkerPass, -1, -1, -1, 0, 0, 0, 0, 0, NO_PAIRS, 0);
  }

  /** Buckets without a record and without a holder, up to the next one that has. */
  private walk(): number {
    const { records, locks } = this;
    const stop = Math.min(records.buckets, this.bucket + BUCKETS_A_STEP);
    const from = this.bucket;
    while (this.bucket < stop && records.isEmpty(this.bucket) && !locks.isLocked(this.bucket)) this.bucket++;
    if (this.bucket === records.buckets) this.pc = Pc.End;
    else if (this.bucket < stop) this.pc = Pc.Lock;
    return (this.bucket - from) * this.ctx.costs.mutexPs;
  }

  private lock(timePs: number): number {
    const { rec, costs } = this.ctx;
    if (!this.locks.tryLock(this.bucket, this.me)) {
      this.locks.wait(this.bucket, this.me, this.lockFromPs >= 0);
      if (this.lockFromPs < 0) this.lockFromPs = timePs;
      rec.count(this.nid, 'lock_waits', 1);
      this.sleeping = true;
      this.wakeAtPs = Infinity;
      return 0;
    }
    if (this.lockFromPs >= 0) rec.count(this.nid, 'lock_wait_ps', timePs - this.lockFromPs);
    this.lockFromPs = -1;
    this.at = 0;
    this.pc = Pc.Record;
    return costs.mutexPs;
  }

  /** The next record of the bucket that wants this node; others are left. */
  private next(timePs: number): number {
    const { costs, rec, env, machine } = this.ctx;
    const list = this.records.of(this.bucket);
    while (this.at < list.length && list[this.at].hotNode !== this.nid) this.at++;
    if (this.at >= list.length) {
      this.pc = Pc.Unlock;
      return 0;
    }
    const record = list[this.at];
    const why = this.unfit(record, timePs);
    if (why !== 0) {
      rec.count(this.nid, 'kpromoted_mig_dropped', 1);
      rec.point(timePs, Point.WorkerDrop, this.nid, record.pfn, record.hotNode, why, 0, 0);
      this.records.remove(this.bucket, record);
      return costs.hashFindPs + costs.recordAllocPs;
    }
    rec.count(this.nid, 'kpromoted_mig_candidate', 1);
    const head = machine.frames.head(record.pfn);
    if (env.prepare(head, this.nid, this.nid) !== 0) {
      this.failed();
      rec.count(this.nid, 'lost_prepare', 1);
    } else {
      rec.count(this.nid, 'candidates_taken', 1);
      rec.point(timePs, Point.WorkerTake, this.nid, head, this.nid, machine.frames.owners.nid(head), 0, 0);
      this.batcher.list.add(head, record.hotNode);
      this.record = record;
      this.pc = Pc.Batch;
    }
    return costs.hashFindPs + costs.preparePs;
  }

  /** page_should_be_promoted(): 0, or why not. */
  private unfit(record: HotRecord, timePs: number): number {
    const { machine, rec, clock, hz } = this.ctx;
    const { frames } = machine;
    const head = frames.head(record.pfn);
    if (!(frames.get(head) & LRU)) {
      rec.count(this.nid, 'kpromoted_mig_non_lru', 1);
      return Drop.NonLru;
    }
    if (frames.owners.nid(head) === record.hotNode) {
      rec.count(this.nid, 'kpromoted_mig_right_node', 1);
      return Drop.RightNode;
    }
    if (jiffiesAt(clock, timePs) - record.lastUpdateJiffies > 2 * msecsToJiffies(hz, this.options.windowMs)) {
      rec.count(this.nid, 'kpromoted_mig_cold_old', 1);
      return Drop.Old;
    }
    if (record.frequency < this.options.threshold) {
      rec.count(this.nid, 'kpromoted_mig_cold_not_accessed', 1);
      return Drop.NotAccessed;
    }
    return 0;
  }

  /** The record stays and is tried again in a second. */
  private failed(): void {
    this.ctx.rec.count(this.nid, 'kpromoted_mig_failed', 1);
    this.at++;
  }

  /** migrate_misplaced_folio() of one folio, the mutex held. */
  private migrate(timePs: number): number {
    const { batcher, record, ctx } = this;
    this.cause = batcher.cause;
    if (!batcher.active) batcher.begin(this.nid, timePs);
    let ps = batcher.step(timePs);
    if (batcher.active) return ps;
    this.record = undefined;
    this.pc = Pc.Record;
    if (batcher.job.movedFolios === 1 && record !== undefined) {
      ctx.rec.count(this.nid, 'kpromoted_mig_promoted', 1);
      this.records.remove(this.bucket, record);
      ps += ctx.costs.recordAllocPs;
    } else {
      this.failed();
    }
    return ps;
  }

  private unlock(): number {
    this.locks.unlock(this.bucket++, this.me);
    this.pc = this.bucket === this.records.buckets ? Pc.End : Pc.Walk;
    return 0;
  }

  private end(timePs: number): number {
    this.ctx.rec.lane(this.nid, LANE_PASS, this.passBeginPs, timePs);
    this.log(LogKind.PassEnd, timePs);
    this.pc = Pc.Wait;
    return 0;
  }
}
