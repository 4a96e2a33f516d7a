/**
 * kmigrated v1 as posted, defects included: mm/kmigrated.c of RFC v1 (20250616133931.206626-4-bharata@amd.com), function by function in its
 * order. A thread is a program counter (the next point) and the locals of its functions; a point's effect comes first, its cost after it.
 * Points that follow each other at one time run in one step, unless somebody steps: nothing can come between them.
 */

import { ZONE_DEVICE } from '../machine/spec';
import { WalkClass } from '../machine/pagestate';
import { OOPS } from '../mm/env';
import { LogKind } from '../observe/logkinds';
import { Counter } from '../observe/counters';
import { Point } from '../observe/points';
import { LANE_PASS } from '../observe/recorder';
import type { Actor } from '../sim/actor';
import { jiffiesAt, msecsToJiffies, timeoutEndPs } from '../sim/jiffies';
import { EngineBug, NUMA_NO_NODE } from '../types';
import { endZone } from './kmigrated-v1-account';
import { ThreadState } from './kmigrated-v1-state';

/** The check that decides a visit, by WalkClass. */
const DECIDED_AT: readonly Point[] = [Point.WalkValid, Point.WalkOnline, Point.WalkLru, Point.GetTestClear, Point.GetTestClear, Point.WalkNid];
/** The order of the checks of one visit. */
const NEXT_CHECK: Readonly<Partial<Record<Point, Point>>> = {
  [Point.WalkValid]: Point.WalkOnline, [Point.WalkOnline]: Point.WalkNid, [Point.WalkNid]: Point.WalkLru, [Point.WalkLru]: Point.GetTestClear,
};

export class KmigratedThread extends ThreadState implements Actor {
  nextPs(): number {
    if (this.pc === Point.WalkValid && this.walk.active) {
      if (this.ctx.mode.literal) return this.walk.timePs;
      this.walk.aim();
      return this.walk.targetPs;
    }
    return this.pc === -1 ? Infinity : this.timePs;
  }

  step(): void {
    const { pc } = this;
    if (this.job.active) return this.stepBatch();
    switch (pc) {
      case Point.WaitCheck: return this.waitCheck();
      case Point.WaitSleep: return this.waitSleep();
      case Point.WaitTimeout: return this.waitTimeout();
      case Point.WorkClear: return this.workClear();
      case Point.WorkZone: return this.workZone();
      case Point.WorkDone: return this.workDone();
      case Point.WalkValid: case Point.WalkOnline: case Point.WalkNid: case Point.WalkLru: case Point.GetTestClear: return this.visit();
      case Point.GetReadWord: return this.readWord();
      case Point.GetCmpxchg: return this.cmpxchg();
      case Point.WalkOwn: return this.ownNode();
      case Point.Prepare: return this.prepare();
      case Point.WalkPrepare: return this.examinePrepared();
      case Point.WalkCur: return this.curTest();
      case Point.WalkCount: return this.countTest();
      case Point.WalkFlush: return this.flush(Point.WalkResched);
      case Point.WalkResched: return this.resched();
      case Point.WalkPush: return this.push();
      case Point.WalkFinal: return this.finalFlush();
      case Point.WalkEnd: return this.walkEnd();
      default: throw new EngineBug(`kmigrated${this.pgdat.nid} cannot be at point ${pc}`);
    }
  }

  // kmigrated_wait_work(): wait_event_timeout() on a queue that nobody ever wakes
  private waitCheck(): void {
    const go = this.pgdat.activate && this.ctx.givenWalkPs === undefined;
    this.point(Point.WaitCheck, 0, this.pgdat.activate ? 1 : 0, 0);
    this.pc = go ? Point.WorkClear : Point.WaitSleep;
    if (go) this.ctx.rec.count(this.pgdat.nid, 'passes_without_sleep', 1);
  }

  protected waitSleep(): void {
    const { clock, options, rec } = this.ctx;
    const timeout = msecsToJiffies(options.hz, options.delayMs);
    const given = this.ctx.givenWalkPs;
    this.wakePs = given === undefined ? timeoutEndPs(clock, this.timePs, timeout) : given(this.pgdat.nid, this.timePs);
    const lasts = this.wakePs === Infinity ? -1 : jiffiesAt(clock, this.wakePs) - jiffiesAt(clock, this.timePs);
    this.point(Point.WaitSleep, 0, timeout, lasts);
    rec.count(this.pgdat.nid, 'sleeps', 1);
    if (this.wakePs !== Infinity) rec.count(this.pgdat.nid, 'sleep_ps', this.wakePs - this.timePs);
    this.observe(Point.WaitSleep, -1);
    this.timePs = this.wakePs;
    this.pc = Point.WaitTimeout;
  }

  protected waitTimeout(): void {
    this.point(Point.WaitTimeout, 0, 0, 0);
    this.wakePs = -1;
    this.pc = Point.WorkClear;
  }

  // kmigrated_do_work()
  protected workClear(): void {
    this.pgdat.activate = false;
    this.passes++;
    this.passBeginPs = this.timePs;
    this.zoneCursor = 0;
    this.point(Point.WorkClear, 0, this.passes, 0);
    this.ctx.rec.count(this.pgdat.nid, 'passes', 1);
    this.logPass(LogKind.PassBegin, Point.WorkClear, -1, -1);
    this.pc = Point.WorkZone;
  }

  private workZone(): void {
    const zones = this.pgdat.zones;
    let zone = zones[this.zoneCursor++];
    while (zone !== undefined && (zone.spec.presentPages === 0 || zone.spec.idx === ZONE_DEVICE)) zone = zones[this.zoneCursor++];
    this.zone = zone;
    if (zone === undefined) {
      this.pc = Point.WorkDone;
      return;
    }
    const { startPfn, spannedPages, idx } = zone.spec;
    this.point(Point.WorkZone, startPfn, idx, spannedPages);
    this.curNid = this.nid = NUMA_NO_NODE;
    this.batchCount = 0;
    this.list.length = 0;
    this.zoneBeginPs = this.timePs;
    this.beginLoop(startPfn, startPfn + spannedPages);
  }

  /** for (pfn = start; pfn < end; pfn++). */
  protected beginLoop(start: number, end: number): void {
    this.walk.begin(start, end, this.timePs);
    this.pc = Point.WalkValid;
    if (end === start) this.leaveLoop();
  }

  private workDone(): void {
    this.point(Point.WorkDone, 0, this.passes, 0);
    this.ctx.rec.lane(this.pgdat.nid, LANE_PASS, this.passBeginPs, this.timePs);
    this.logPass(LogKind.PassEnd, Point.WorkDone, this.firstOfNode(), this.lastOfNode());
    this.pc = Point.WaitCheck;
  }

  // kmigrated_walk_zone(): the checks of one PFN, all at one time, and the test_and_clear of kmigrated_get_nid()
  private visit(): void {
    const { walk } = this;
    const { frames } = this.ctx.machine;
    if (this.pc === Point.WalkValid) {
      if (!this.ctx.mode.literal) walk.arrive();
      walk.stepOver();
      if (walk.pfn === walk.end) return this.leaveLoop();
      this.timePs = walk.timePs;
      this.observe(Point.WalkValid, walk.pfn);
      this.found = walk.classAt(walk.pfn);
    }
    if (this.ctx.mode.stepping && this.pc !== DECIDED_AT[this.found]) {
      this.pc = NEXT_CHECK[this.pc as Point] ?? Point.WalkValid;
      return;
    }
    const pfn = walk.pfn;
    walk.passOne(this.found);
    this.pc = Point.WalkValid;
    if (this.found === WalkClass.Lru && frames.ready.has(pfn)) this.testAndClear(pfn);
    else if (walk.pfn === walk.end) this.leaveLoop();
  }

  /** The loop of the walk is over. */
  protected leaveLoop(): void {
    this.timePs = this.walk.timePs;
    this.walk.active = false;
    this.pc = Point.WalkFinal;
  }

  /** READY was set: the mark is consumed whatever follows. */
  protected testAndClear(pfn: number): void {
    const { frames } = this.ctx.machine;
    const lo = frames.lo(pfn);
    // its count comes with the others of the visit, in endZone()
    this.ctx.rec.trace.add(this.timePs, Point.GetTestClear, this.pgdat.nid, pfn, 0, 0, lo, frames.hi(pfn));
    frames.setWord(pfn, (lo & ~frames.layout.readyMask) >>> 0, frames.hi(pfn));
    this.ctx.rec.add(this.pgdat.nid, Counter.marks_consumed, 1);
    this.page = pfn;
    this.timePs = this.walk.timePs;
    this.pc = Point.GetReadWord;
  }

  // page_ext_xchg_nid(page_ext, NUMA_NO_NODE): all ones in the nid field
  private readWord(): void {
    const { frames } = this.ctx.machine;
    this.ctx.rec.byPoint[Point.GetReadWord]++;
    this.readLo = frames.lo(this.page);
    this.readHi = frames.hi(this.page);
    this.timePs += this.ctx.costs.consumePs;
    this.pc = Point.GetCmpxchg;
  }

  private cmpxchg(): void {
    const { frames } = this.ctx.machine;
    const { layout } = frames;
    this.observe(Point.GetCmpxchg, this.page);
    const lo = frames.lo(this.page), hi = frames.hi(this.page);
    const same = lo === this.readLo && hi === this.readHi;
    const nid = layout.nidOf(this.readLo, this.readHi);
    if (same) frames.setWord(this.page, layout.withNidLo(lo, hi, NUMA_NO_NODE), layout.withNidHi(lo, hi, NUMA_NO_NODE));
    this.point(Point.GetCmpxchg, this.page, nid, same ? 1 : 0, frames.lo(this.page), frames.hi(this.page));
    if (!same) {
      this.readLo = lo;
      this.readHi = hi;
      this.timePs += Math.max(1, this.ctx.costs.consumePs);
      return;
    }
    this.nid = nid;
    this.asked = this.ctx.machine.takeRequest(this.page, nid);
    this.pc = Point.WalkOwn;
    if (!this.ctx.mode.stepping) this.ownNode();
  }

  protected ownNode(): void {
    const { machine, rec } = this.ctx;
    if (machine.frames.owners.nid(this.page) === this.nid) {
      this.point(Point.WalkOwn, this.page, this.nid, 0);
      rec.add(this.pgdat.nid, Counter.marks_own_node, 1);
      this.logMark(LogKind.OwnNode, Point.WalkOwn, this.page, 0);
      this.nextPfn();
      return;
    }
    rec.byPoint[Point.WalkOwn]++;
    this.pc = Point.Prepare;
    if (!this.ctx.mode.stepping) this.prepare();
  }

  protected prepare(): void {
    const { machine, env, rec, costs } = this.ctx;
    this.head = machine.frames.head(this.page);
    this.prepared = env.prepare(this.head, this.nid, this.pgdat.nid, this.listedPages());
    if (this.prepared === OOPS) return this.oops();
    this.point(Point.Prepare, this.head, this.nid, this.prepared);
    rec.add(this.pgdat.nid, Counter.prepare_ps, costs.preparePs);
    this.timePs += costs.preparePs;
    this.pc = Point.WalkPrepare;
  }

  /** Base pages that the watermark test of prepare counts besides the folio's own: as posted none, however many wait on the list (D14). */
  protected listedPages(): number {
    return 0;
  }

  /** The kernel reads a member of a NULL pgdat here: the thread ends, its isolated folios stay isolated. */
  private oops(): void {
    this.point(Point.Oops, this.head, this.nid, 0);
    this.logMark(LogKind.Oops, Point.Oops, this.head, OOPS);
    this.walk.active = false;
    this.pc = -1;
  }

  protected examinePrepared(): void {
    const { rec } = this.ctx;
    this.observe(Point.WalkPrepare, this.head);
    rec.byPoint[Point.WalkPrepare]++;
    if (this.prepared !== 0) {
      this.prepareFailed();
      this.logMark(LogKind.PrepareFailed, Point.WalkPrepare, this.head, this.prepared);
      this.nextPfn();
      return;
    }
    rec.add(this.pgdat.nid, Counter.folios_isolated, 1);
    this.pc = Point.WalkCur;
    if (!this.ctx.mode.stepping) this.curTest();
  }

  /** D7: the mark is gone. */
  protected prepareFailed(): void {
    this.ctx.rec.count(this.pgdat.nid, 'marks_lost_prepare', 1);
  }

  /** D2: the test is the wrong way round. */
  protected curTest(): void {
    this.ctx.rec.byPoint[Point.WalkCur]++;
    if (this.curNid !== NUMA_NO_NODE) this.curNid = this.nid;
    this.pc = Point.WalkCount;
    if (!this.ctx.mode.stepping) this.countTest();
  }

  protected countTest(): void {
    this.ctx.rec.byPoint[Point.WalkCount]++;
    const full = ++this.batchCount >= this.ctx.options.batchFolios;
    this.pc = full || this.curNid !== this.nid ? Point.WalkFlush : Point.WalkPush;
    if (!this.ctx.mode.stepping && this.pc === Point.WalkPush) this.push();
  }

  /** migrate_misplaced_folios_batch(&migrate_list, cur_nid); the thread goes on at `after`. */
  protected flush(after: typeof Point.WalkResched | typeof Point.WalkEnd | typeof Point.WalkFinal): void {
    const { rec, env, options } = this.ctx;
    const { job } = this;
    const n = this.list.length;
    const atEnd = after !== Point.WalkResched;
    this.point(atEnd ? Point.WalkFinal : Point.WalkFlush, 0, this.curNid, n);
    rec.count(this.pgdat.nid, n === 0 ? 'batches_empty' : 'batches', 1);
    if (n >= options.batchFolios) rec.count(this.pgdat.nid, 'batches_full', 1);
    const spare = job.list;
    job.list = this.list;
    this.list = spare;
    this.list.length = 0;
    job.deciderInBatch = atEnd;
    job.deciderPfn = n === 0 ? -1 : atEnd ? job.list.heads[n - 1] : this.head;
    job.index = n === 0 ? this.batches : ++this.batches;
    this.pc = after;
    env.beginBatch(job, this.curNid, this.pgdat.nid, this.timePs);
  }

  private stepBatch(): void {
    this.timePs += this.ctx.env.stepBatch(this.job, this.timePs);
    if (!this.job.active && this.pc === Point.WalkResched) {
      this.curNid = this.nid;
      this.batchCount = 0;
    }
  }

  protected resched(): void {
    this.observe(Point.WalkResched, -1);
    this.point(Point.WalkResched, 0, 0, 0);
    this.ctx.rec.count(this.pgdat.nid, 'cond_resched', 1);
    this.pc = Point.WalkPush;
  }

  /** list_add(): at the head. */
  protected push(): void {
    this.list.add(this.head, this.asked);
    this.point(Point.WalkPush, this.head, this.nid, this.list.length);
    this.nextPfn();
  }

  protected nextPfn(): void {
    this.walk.timePs = this.timePs;
    this.walk.targetValid = false;
    this.pc = Point.WalkValid;
    if (this.walk.pfn === this.walk.end) this.leaveLoop();
  }

  protected finalFlush(): void {
    if (this.list.length > 0) return this.flush(Point.WalkEnd);
    this.point(Point.WalkFinal, 0, this.curNid, 0);
    this.pc = Point.WalkEnd;
  }

  protected walkEnd(): void {
    endZone(this.ctx, this.pgdat.nid, this.walk, this.timePs);
    this.pc = Point.WorkZone;
  }
}
