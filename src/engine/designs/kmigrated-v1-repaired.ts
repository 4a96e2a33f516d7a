/**
 * kmigrated v1 with some of its defects repaired (WorldSpec.design.repairs): each repair is a branch at the place where the posted code goes wrong. What is
 * not repaired stays the posted code, which this class inherits; the sentences of the repairs stand in kmigrated-v1-repairs.ts.
 */

import { FOLIO, KIND_MASK, LRU, USED, WalkClass, orderOf } from '../machine/pagestate';
import type { Pgdat } from '../machine/machine';
import { type BatchFollower, FolioList } from '../mm/env';
import { Point } from '../observe/points';
import type { V1Repair } from '../spec';
import { V1_MAX_AGE_MS } from '../spec';
import { NUMA_NO_NODE, PS_PER_MS, SECTION_PAGES, SECTION_SHIFT } from '../types';
import { KmigratedThread } from './kmigrated-v1';
import type { ThreadContext } from './kmigrated-v1-state';

export class RepairedThread extends KmigratedThread implements BatchFollower {
  private readonly repairs: ReadonlySet<V1Repair>;
  /** The zone is walked section by section (D6, D12, D13). */
  private readonly bySection: boolean;
  private readonly perTarget: boolean;
  private readonly maxAgePs: number;
  private zoneEnd = 0;
  private betweenSections = false;
  private rescheduled = false;
  /** A request of the last walk is still there (D5). */
  private kept = false;
  private woken = false;
  /** D6: the sections that this pass walks. */
  private readonly marked: Uint8Array | undefined;
  /** Lists by target. */
  private readonly byTarget: (FolioList | undefined)[] = [];
  /** Base pages on the lists, by the node that was read from the word (D14). */
  private readonly listed: number[] = [];

  constructor(pgdat: Pgdat, rank: number, ctx: ThreadContext) {
    super(pgdat, rank, ctx);
    const { repairs } = ctx.machine;
    this.repairs = repairs;
    this.bySection = repairs.has('D6') || repairs.has('D12') || repairs.has('D13');
    this.perTarget = repairs.has('per-target-lists');
    this.maxAgePs = (ctx.options.maxAgeMs ?? V1_MAX_AGE_MS) * PS_PER_MS;
    if (pgdat.markedSections !== undefined) this.marked = pgdat.markedSections.slice();
    if (repairs.has('D7') || repairs.has('D16') || repairs.has('D17')) this.job.follower = this;
  }

  override lists(): readonly FolioList[] {
    return this.perTarget ? [this.list, ...this.byTarget.filter((l) => l !== undefined)] : [this.list];
  }

  override get nodeLocal(): boolean {
    return this.repairs.has('D20');
  }

  /** D4: the timer of a sleep is cancelled; false when the thread does not sleep. moveNow: no CPU decides when it goes on. */
  wakeEarly(timePs: number, moveNow: boolean): boolean {
    if (this.pc !== Point.WaitTimeout || this.woken || this.wakePs <= timePs || this.ctx.givenWalkPs !== undefined) return false;
    this.ctx.rec.count(this.pgdat.nid, 'sleep_ps', timePs - this.wakePs);
    this.ctx.rec.count(this.pgdat.nid, 'worker_wakeups', 1);
    this.woken = true;
    this.wakePs = timePs;
    if (moveNow) this.timePs = timePs;
    return true;
  }

  /** D4: wait_event() looks at its condition once more after it has queued itself. */
  protected override waitSleep(): void {
    if (this.repairs.has('D4') && this.pgdat.activate && this.ctx.givenWalkPs === undefined) this.pc = Point.WorkClear;
    else super.waitSleep();
  }

  protected override waitTimeout(): void {
    super.waitTimeout();
    this.woken = false;
    if (this.repairs.has('D5') && !this.pgdat.activate && !this.kept && this.ctx.givenWalkPs === undefined) this.pc = Point.WaitCheck;
  }

  protected override workClear(): void {
    this.kept = false;
    // taken and cleared with ACTIVATE, before the walk, and not zone by zone: two zones of a node may share a section
    const { markedSections } = this.pgdat;
    if (markedSections !== undefined) {
      this.marked?.set(markedSections);
      markedSections.fill(0);
    }
    super.workClear();
  }

  protected override beginLoop(start: number, end: number): void {
    this.zoneEnd = end;
    if (this.bySection) this.nextSection(start);
    else super.beginLoop(start, end);
  }

  /** The loop over the next section of the zone, from a PFN on; with D6 over the next one that was marked. */
  private nextSection(from: number): void {
    let at = from;
    while (this.marked !== undefined && at < this.zoneEnd && this.marked[at >>> SECTION_SHIFT] === 0) {
      at = Math.min(this.zoneEnd, ((at >>> SECTION_SHIFT) + 1) * SECTION_PAGES);
      this.timePs += this.walk.cost[WalkClass.Hole];
    }
    if (this.repairs.has('D13')) {
      this.curNid = NUMA_NO_NODE;
      this.batchCount = 0;
    }
    this.rescheduled = false;
    super.beginLoop(at, Math.min(this.zoneEnd, ((at >>> SECTION_SHIFT) + 1) * SECTION_PAGES));
  }

  protected override testAndClear(pfn: number): void {
    if (!this.repairs.has('D11')) return super.testAndClear(pfn);
    const { frames } = this.ctx.machine;
    const { layout } = frames;
    const lo = frames.lo(pfn), hi = frames.hi(pfn);
    this.ctx.rec.trace.add(this.timePs, Point.GetTestClear, this.pgdat.nid, pfn, 0, 0, lo, hi);
    this.nid = layout.nidOf(lo, hi);
    frames.setWord(pfn, (layout.withNidLo(lo, hi, NUMA_NO_NODE) & ~layout.readyMask) >>> 0, layout.withNidHi(lo, hi, NUMA_NO_NODE));
    this.ctx.rec.count(this.pgdat.nid, 'marks_consumed', 1);
    this.page = pfn;
    this.asked = this.ctx.machine.takeRequest(pfn, this.nid);
    this.timePs = this.walk.timePs;
    this.point(Point.GetCmpxchg, pfn, this.nid, 1, frames.lo(pfn), frames.hi(pfn));
    this.timePs += this.ctx.costs.consumePs;
    this.pc = Point.WalkOwn;
  }

  protected override ownNode(): void {
    const { machine, rec, limiter } = this.ctx;
    const { frames } = machine;
    if (frames.owners.nid(this.page) !== this.nid) {
      const askedAtPs = machine.askedAtPs.get(this.page);
      if (this.repairs.has('D17') && askedAtPs !== undefined && this.timePs - askedAtPs > this.maxAgePs) {
        machine.askedAtPs.delete(this.page);
        return this.drop('lost_age');
      }
      const pages = 2 ** orderOf(frames.get(this.page));
      if (limiter !== undefined && !limiter.allows(this.nid, pages, this.timePs)) {
        if (!this.keep(this.page, this.asked)) return this.drop('lost_rate');
        rec.count(this.pgdat.nid, 'marks_kept_prepare', 1);
        return this.nextPfn();
      }
    }
    super.ownNode();
  }

  private drop(as: 'lost_age' | 'lost_rate'): void {
    this.ctx.rec.count(this.pgdat.nid, as, 1);
    this.nextPfn();
  }

  protected override listedPages(): number {
    return this.repairs.has('D14') ? (this.listed[this.nid] ?? 0) : 0;
  }

  protected override prepareFailed(): void {
    this.feedBack(this.head, false);
    if (this.keep(this.page, this.asked)) this.ctx.rec.count(this.pgdat.nid, 'marks_kept_prepare', 1);
    else super.prepareFailed();
  }

  /** D7: sets the mark of a request again, as it was; false when it is not repaired, or a newer request stands there. */
  private keep(pfn: number, nid: number): boolean {
    const { machine } = this.ctx;
    const { frames } = machine;
    if (!this.repairs.has('D7') || frames.ready.has(pfn) || !frames.hasExt(pfn)) return false;
    const lo = frames.lo(pfn), hi = frames.hi(pfn);
    frames.setWord(pfn, (frames.layout.withNidLo(lo, hi, nid) | frames.layout.readyMask) >>> 0, frames.layout.withNidHi(lo, hi, nid));
    machine.noteRequest(pfn, nid);
    return true;
  }

  /** D16: the task that asked learns of it. */
  private feedBack(head: number, moved: boolean): void {
    if (!this.repairs.has('D16')) return;
    const { machine, feedBack } = this.ctx;
    const task = machine.askedBy.get(head);
    if (task === undefined) return;
    machine.askedBy.delete(head);
    feedBack?.(task, 2 ** orderOf(machine.frames.get(head)), moved);
  }

  // BatchFollower
  moving(head: number): void {
    this.feedBack(head, true);
    this.ctx.machine.askedAtPs.delete(head);
  }

  putBack(at: number, head: number): boolean {
    this.feedBack(head, false);
    if (!this.keep(head, this.job.list.asked[at])) return false;
    this.ctx.rec.count(this.pgdat.nid, 'marks_kept_migrate', 1);
    return true;
  }

  /** D2: the test as it was meant. */
  protected override curTest(): void {
    if (!this.repairs.has('D2') && !this.perTarget) return super.curTest();
    this.ctx.rec.byPoint[Point.WalkCur]++;
    if (this.curNid === NUMA_NO_NODE) this.curNid = this.nid;
    this.pc = Point.WalkCount;
    if (!this.ctx.mode.stepping) this.countTest();
  }

  protected override countTest(): void {
    if (!this.repairs.has('D2') && !this.perTarget) return super.countTest();
    this.ctx.rec.byPoint[Point.WalkCount]++;
    if (this.perTarget) this.list = this.byTarget[this.nid] ??= new FolioList();
    const { length } = this.list;
    const full = length >= this.ctx.options.batchFolios;
    const flush = full || (!this.perTarget && length > 0 && this.curNid !== this.nid);
    if (this.perTarget || length === 0) this.curNid = this.nid;
    this.pc = flush ? Point.WalkFlush : Point.WalkPush;
    if (!this.ctx.mode.stepping && !flush) this.push();
  }

  protected override flush(after: typeof Point.WalkResched | typeof Point.WalkEnd | typeof Point.WalkFinal): void {
    if (this.repairs.has('D14')) {
      if (this.perTarget) this.listed[this.curNid] = 0;
      else this.listed.fill(0);
    }
    const { topTier } = this.ctx;
    if (topTier !== undefined) this.job.promotes = !topTier(this.pgdat.nid) && topTier(this.curNid);
    super.flush(after);
    if (this.perTarget) this.byTarget[this.curNid] = this.list;
    if (!this.perTarget && !this.repairs.has('D2')) return;
    // the batch goes where its own folios asked for
    this.job.deciderInBatch = true;
    this.job.deciderPfn = this.job.list.heads[this.job.list.length - 1];
  }

  protected override push(): void {
    if (this.repairs.has('D14')) this.listed[this.nid] = (this.listed[this.nid] ?? 0) + 2 ** orderOf(this.ctx.machine.frames.get(this.head));
    super.push();
  }

  protected override resched(): void {
    super.resched();
    if (this.betweenSections) this.pc = Point.WalkFinal;
  }

  /** The end of the zone, or of a section of it. */
  protected override finalFlush(): void {
    const last = !this.bySection || this.walk.end >= this.zoneEnd;
    if (last || this.repairs.has('D13')) {
      if (this.perTarget) this.takeNextList();
      if (this.list.length > 0) return this.flush(Point.WalkFinal);
    }
    if (this.repairs.has('D12') && !this.rescheduled) {
      this.rescheduled = this.betweenSections = true;
      this.pc = Point.WalkResched;
      return;
    }
    this.betweenSections = false;
    if (last) super.finalFlush();
    else this.nextSection(this.walk.end);
  }

  /** The list of the lowest target that has folios becomes the list. */
  private takeNextList(): void {
    const nid = this.byTarget.findIndex((l) => l !== undefined && l.length > 0);
    const list = this.byTarget[nid];
    if (list === undefined) return;
    this.list = list;
    this.curNid = nid;
  }

  protected override walkEnd(): void {
    super.walkEnd();
    if (this.repairs.has('D5') || this.repairs.has('D6')) this.noteKept();
  }

  /** Requests that are left behind by the walk: their folios were off the LRU, or they failed and were kept. They are walked again without a new one. */
  private noteKept(): void {
    const { frames } = this.ctx.machine;
    const start = this.zone?.spec.startPfn ?? this.zoneEnd;
    const { markedSections } = this.pgdat;
    for (let pfn = frames.ready.next(start, this.zoneEnd); pfn < this.zoneEnd; pfn = frames.ready.next(pfn + 1, this.zoneEnd)) {
      const state = frames.get(pfn);
      const inUse = (state & KIND_MASK) === USED && (state & (FOLIO | LRU)) !== 0;
      if (!inUse || frames.owners.nid(pfn) !== this.pgdat.nid) continue;
      this.kept = true;
      if (markedSections === undefined) return;
      markedSections[pfn >>> SECTION_SHIFT] = 1;
    }
  }
}
