/**
 * The kmigrated thread as both pghot versions have it: it sleeps, works only when ACTIVATE is set, and walks ranges of PFNs folio by folio. A stretch of
 * pages without a candidate is one step that looks at them as they are at its beginning: at most a pageblock, a few microseconds.
 */

import { Cause } from '../cost/ledger';
import type { Pgdat } from '../machine/machine';
import { WalkClass } from '../machine/pagestate';
import { OOPS } from '../mm/env';
import { Point } from '../observe/points';
import { LANE_PASS } from '../observe/recorder';
import { msecsToJiffies, timeoutEndPs } from '../sim/jiffies';
import { EngineBug, NUMA_NO_NODE } from '../types';
import { Batcher } from './batcher';
import type { DesignContext, Worker } from './design';
import type { HotRecords, Word } from './pghot-records';
import { FolioWalk } from './pghot-walk';


/** Told of what a walk does, at the moment it does it: conformance scenarios. With it a stretch is one PFN. */
export interface WalkProbe {
  /** pfn_valid() of a walk. */
  visiting(pfn: number): void;
  /** Between the read and the compare-exchange of a record. */
  exchanging(pfn: number): void;
  /** A record was consumed; its word after READY was cleared, and the node that it named. */
  consumed(pfn: number, word: Readonly<Word>, nid: number): void;
  rescheduled(): void;
  /** A real sleep. */
  slept(): void;
}

/** What the thread does next. */
export const At = { Wait: 0, Woken: 1, Clear: 2, Range: 3, Visit: 4, Exchange: 5, Prepare: 6, Examine: 7, Flushed: 8, Push: 9, End: 10, Dead: 11 } as const;
export type At = (typeof At)[keyof typeof At];

/** Why a candidate goes no further: b of worker.drop. */
export const Drop = { OwnNode: 1, Cold: 2, RateLimit: 3, Prepare: 4 } as const;

export interface ThreadParts {
  readonly ctx: DesignContext;
  readonly records: HotRecords;
  readonly delayMs: () => number;
  readonly batchFolios: () => number;
  readonly probe: WalkProbe | undefined;
}

export abstract class PghotThread implements Worker {
  readonly name: string;
  readonly nid: number;
  sleeping = false;
  wakeAtPs = Infinity;
  cause: Cause = Cause.KthreadWalk;
  atResched = false;
  pc: At = At.Wait;
  passes = 0;
  // locals of kmigrated_walk_zone()
  protected curNid: number = NUMA_NO_NODE;
  protected batchCount = 0;
  /** The candidate under way: its page, its folio and base pages, its target, and the node that was really asked for. */
  protected page = -1;
  protected head = -1;
  protected target: number = NUMA_NO_NODE;
  protected asked: number = NUMA_NO_NODE;
  private prepared = 0;
  protected readonly batcher: Batcher;
  /** Where it goes on behind a batch and its cond_resched(). */
  private after: At = At.Visit;
  private passBeginPs = 0;
  protected readonly walk: FolioWalk;

  /** freeHasFolio: the walk looks at the folio of a free page. */
  constructor(readonly pgdat: Pgdat, protected readonly parts: ThreadParts, freeHasFolio: boolean) {
    this.nid = pgdat.nid;
    this.name = `kmigrated${pgdat.nid}`;
    this.walk = new FolioWalk(parts.ctx.machine.frames, pgdat.nid, freeHasFolio, parts.records.kind.bytes, parts.ctx.costs);
    this.batcher = new Batcher(parts.ctx, pgdat.nid, -1);
  }

  /** Sleep between two looks, in jiffies. */
  get timeout(): number {
    return msecsToJiffies(this.parts.ctx.hz, this.parts.delayMs());
  }

  step(timePs: number): number {
    this.atResched = false;
    if (this.batcher.active) {
      this.cause = Cause.KthreadMigrate;
      return this.batcher.step(timePs);
    }
    switch (this.pc) {
      case At.Wait: return this.wait(timePs);
      case At.Woken: return this.woken();
      case At.Clear: return this.clear(timePs);
      case At.Range: return this.range(timePs);
      case At.Visit: return this.visit(timePs);
      case At.Exchange: return this.exchange(timePs);
      case At.Prepare: return this.prepare(timePs);
      case At.Examine: return this.examine(timePs);
      case At.Flushed: return this.flushed();
      case At.Push: return this.push(timePs);
      case At.End: return this.endRange(timePs);
      default: throw new EngineBug(`${this.name} is dead`);
    }
  }

  /** wait_event_timeout(): ACTIVATE first; nobody ever wakes the queue. */
  private wait(timePs: number): number {
    const { ctx, probe } = this.parts;
    this.cause = Cause.KthreadWalk;
    if (this.pgdat.activate) {
      ctx.rec.count(this.nid, 'passes_without_sleep', 1);
      this.pc = At.Clear;
      return 0;
    }
    this.sleeping = true;
    this.wakeAtPs = timeoutEndPs(ctx.clock, timePs, this.timeout);
    ctx.rec.point(timePs, Point.WorkerSleep, this.nid, 0, this.timeout, 0, 0, 0);
    ctx.rec.count(this.nid, 'sleeps', 1);
    ctx.rec.count(this.nid, 'sleep_ps', this.wakeAtPs - timePs);
    this.pc = At.Woken;
    probe?.slept();
    return 0;
  }

  /** The timer fired: work only if somebody has asked for it meanwhile. */
  private woken(): number {
    this.sleeping = false;
    this.wakeAtPs = Infinity;
    this.pc = this.pgdat.activate ? At.Clear : At.Wait;
    return 0;
  }

  /** kmigrated_do_work() */
  private clear(timePs: number): number {
    const { ctx } = this.parts;
    this.pgdat.activate = false;
    this.passes++;
    this.passBeginPs = timePs;
    this.cause = Cause.KthreadWalk;
    ctx.rec.point(timePs, Point.WorkerPass, this.nid, 0, this.passes, 0, 0, 0);
    ctx.rec.count(this.nid, 'passes', 1);
    this.beginPass();
    this.pc = At.Range;
    return 0;
  }

  private range(timePs: number): number {
    this.cause = Cause.KthreadWalk;
    if (!this.nextRange(timePs)) {
      this.parts.ctx.rec.lane(this.nid, LANE_PASS, this.passBeginPs, timePs);
      this.pc = At.Wait;
    }
    return this.walk.pay(this.parts.ctx.rec);
  }

  protected abstract beginPass(): void;
  /** Begins the walk of the next range; false: the pass is over. */
  protected abstract nextRange(timePs: number): boolean;
  /** READY is set in the record of a page that is on the LRU of this node. */
  protected abstract take(timePs: number): number;
  /** The second half of taking a record. */
  protected abstract exchange(timePs: number): number;
  /** The folio is isolated: on which list, and does it flush one? */
  protected abstract collect(timePs: number): number;
  protected abstract push(timePs: number): number;
  /** The walk of [start, end) begins; it looks at one PFN at least. */
  protected beginRange(start: number, end: number): void {
    this.walk.pfn = start;
    this.walk.end = end;
    this.curNid = NUMA_NO_NODE;
    this.batchCount = 0;
    this.pc = At.Visit;
  }

  /** One PFN under a probe or at a candidate, else what comes before the next request, a pageblock at most. */
  private visit(timePs: number): number {
    this.cause = Cause.KthreadWalk;
    const { walk, parts: { probe, records, ctx: { rec, machine } } } = this;
    const { pfn } = walk;
    probe?.visiting(pfn);
    const found = walk.look(pfn);
    const mapped = records.hasMap(pfn);
    if (found === WalkClass.Lru && !mapped) return this.fault(timePs);
    walk.saw(found);
    if (found === WalkClass.Lru && records.ready(pfn)) {
      this.page = pfn;
      this.head = machine.frames.head(pfn);
      return walk.pay(rec) + this.take(timePs);
    }
    walk.pfn += walk.nr;
    if (probe === undefined && mapped) walk.stretch(pfn);
    return this.next(walk.pay(rec));
  }

  /** Behind a visit: on, or to the end of the range. */
  protected next(ps: number): number {
    this.pc = this.walk.pfn < this.walk.end ? At.Visit : At.End;
    return ps;
  }

  /** The candidate goes no further; its record is gone. */
  protected drop(why: number, timePs: number): void {
    this.parts.ctx.rec.point(timePs, Point.WorkerDrop, this.nid, this.head, this.target, why, 0, 0);
    this.walk.pfn += this.walk.nr;
    this.next(0);
  }

  private prepare(timePs: number): number {
    const { env, rec, costs } = this.parts.ctx;
    this.cause = Cause.KthreadMigrate;
    this.prepared = env.prepare(this.head, this.target, this.nid);
    if (this.prepared === OOPS) return this.fault(timePs);
    rec.point(timePs, Point.Prepare, this.nid, this.head, this.target, this.prepared, 0, 0);
    rec.count(this.nid, 'prepare_ps', costs.preparePs);
    rec.count(this.nid, this.prepared === 0 ? 'folios_isolated' : 'lost_prepare', 1);
    this.pc = At.Examine;
    return costs.preparePs;
  }

  private examine(timePs: number): number {
    if (this.prepared !== 0) {
      this.drop(Drop.Prepare, timePs);
      return 0;
    }
    this.parts.ctx.rec.point(timePs, Point.WorkerTake, this.nid, this.head, this.target, this.asked, 0, 0);
    return this.collect(timePs);
  }

  /** migrate_misplaced_folios_batch() of the list to a node, then on at another place. inList: the folio under way is in it. */
  protected flush(nid: number, timePs: number, after: At, inList: boolean): number {
    const { batcher } = this;
    const n = batcher.list.length;
    if (n >= this.parts.batchFolios()) this.parts.ctx.rec.count(this.nid, 'batches_full', 1);
    batcher.on(this.parts.ctx.cpuOf(this));
    batcher.begin(nid, timePs);
    if (!inList) {
      batcher.job.deciderPfn = this.head;
      batcher.job.deciderInBatch = false;
    }
    this.after = after;
    this.pc = after === At.Range ? At.Range : At.Flushed;
    this.cause = Cause.KthreadMigrate;
    return 0;
  }

  /** cond_resched() without a batch before it. */
  protected reschedule(after: At): number {
    this.after = after;
    this.pc = At.Flushed;
    return 0;
  }

  /** cond_resched() */
  private flushed(): number {
    const { ctx, probe } = this.parts;
    this.atResched = true;
    ctx.rec.count(this.nid, 'cond_resched', 1);
    probe?.rescheduled();
    this.pc = this.after;
    if (this.after === At.Visit) this.next(0);
    return 0;
  }

  /** What is left on the list is migrated; the last flush of a range yields to nobody. */
  private endRange(timePs: number): number {
    if (this.batcher.list.length > 0) return this.flush(this.curNid, timePs, At.Range, true);
    this.pc = At.Range;
    return 0;
  }

  /** The kernel dereferences a bad pointer: the thread is gone, and what it had isolated stays so. */
  protected fault(timePs: number): number {
    this.parts.ctx.rec.point(timePs, Point.Oops, this.nid, this.head, this.target, 0, 0, 0);
    this.pc = At.Dead;
    this.sleeping = true;
    this.wakeAtPs = Infinity;
    return 0;
  }

  /** Heads of folios that it holds off the LRU. */
  held(into: number[]): void {
    this.batcher.held(into);
    const own = this.pc === At.Push || this.pc === At.Examine || (this.pc === At.Flushed && this.after === At.Push);
    if (own && this.prepared === 0) into.push(this.head);
  }

  /** The main loop begins a round (or, in conformance scenarios, a single kmigrated_do_work()). */
  restart(at: typeof At.Wait | typeof At.Clear): void {
    this.sleeping = false;
    this.pc = at;
  }
}
