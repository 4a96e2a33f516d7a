/** What a kmigrated thread is between two points: its program counter, the locals of its functions, and how it reports; plain data and small helpers. */

import type { CostTable } from '../cost/table';
import type { Machine, Pgdat, Zone } from '../machine/machine';
import { ZONE_DEVICE } from '../machine/spec';
import { WalkClass } from '../machine/pagestate';
import { Walk } from '../machine/walk';
import { BatchJob, FolioList, type MmEnv } from '../mm/env';
import type { LogKind } from '../observe/logkinds';
import { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import type { RunMode } from '../sim/actor';
import type { Clock } from '../sim/jiffies';
import type { KmigratedV1Options } from '../spec';
import { NUMA_NO_NODE } from '../types';
import type { RateLimiter } from './kmigrated-v1-limit';

/** What every thread of the design shares. */
export interface ThreadContext {
  readonly machine: Machine;
  readonly env: MmEnv;
  readonly rec: Recorder;
  readonly costs: CostTable;
  readonly visitCosts: Float64Array;
  readonly clock: Clock;
  readonly options: KmigratedV1Options;
  readonly mode: RunMode;
  /** A recorded run dictates when walks begin: the first start of a node's walk after a time, or Infinity. */
  readonly givenWalkPs?: (nid: number, afterPs: number) => number;
  /** D15: node_is_toptier(). */
  readonly topTier?: (nid: number) => boolean;
  /** D18. */
  readonly limiter?: RateLimiter;
  /** D16: tells a task that pages it asked for have moved, or could not. */
  readonly feedBack?: (task: number, pages: number, moved: boolean) => void;
}

export class ThreadState {
  readonly walk: Walk;
  /** The point that executes next, or -1: not started yet, or dead. */
  pc: Point | -1 = -1;
  protected timePs = 0;
  passes = 0;
  passBeginPs = 0;
  /** While asleep: when the timer fires. */
  wakePs = -1;
  protected zoneCursor = 0;
  zone: Zone | undefined;
  zoneBeginPs = 0;
  // locals of kmigrated_walk_zone()
  curNid: number = NUMA_NO_NODE;
  nid: number = NUMA_NO_NODE;
  /** The node that the request under way really asked for; another one than nid where the mask has cut it (D1). */
  asked: number = NUMA_NO_NODE;
  batchCount = 0;
  protected found: WalkClass = WalkClass.Hole;
  /** The page whose mark was consumed, its folio, and the flag word as page_ext_xchg_nid() read it. */
  page = -1;
  protected head = -1;
  protected readLo = 0;
  protected readHi = 0;
  protected prepared = 0;
  readonly job = new BatchJob();
  /** migrate_list. */
  list = new FolioList();
  batches = 0;
  /** Scratch for one (node, folios) pair of a log row. */
  protected readonly pair = new Int32Array(2);

  constructor(readonly pgdat: Pgdat, readonly rank: number, protected readonly ctx: ThreadContext) {
    this.walk = new Walk(ctx.machine.frames, pgdat.nid, rank, ctx.visitCosts);
  }

  /** wake_up_process(): the thread function begins (or, in conformance scenarios, a single kmigrated_do_work()). */
  start(timePs: number, at: typeof Point.WaitCheck | typeof Point.WorkClear = Point.WaitCheck): void {
    this.timePs = timePs;
    this.pc = at;
  }

  /** Goes off the CPU between two points: the cursor of a walk stands where it has come to. */
  freeze(timePs: number): void {
    if (this.walk.active) this.walk.syncTo(timePs, false);
    this.walk.frozen = true;
  }

  /** Back on the CPU: everything to come is later by ps. */
  thaw(byPs: number): void {
    this.walk.frozen = false;
    this.shift(byPs);
  }

  /** Everything to come is later by ps. */
  shift(byPs: number): void {
    this.timePs += byPs;
    this.walk.shift(byPs);
  }

  /** Time of the point that comes next, a lazy walk left aside. */
  get pointPs(): number {
    return this.timePs;
  }

  /** The folio that is isolated but on no list yet, or -1. */
  get heldHead(): number {
    switch (this.pc) {
      case Point.WalkPrepare: return this.prepared === 0 ? this.head : -1;
      case Point.WalkCur: case Point.WalkCount: case Point.WalkFlush: case Point.WalkResched: case Point.WalkPush: return this.head;
      default: return -1;
    }
  }

  /** Every list that holds isolated folios. */
  lists(): readonly FolioList[] {
    return [this.list];
  }

  /** Runs near its node wherever the scenario puts kthreads (D20). */
  get nodeLocal(): boolean {
    return false;
  }

  /** A mark is consumed whose fate is not decided yet. */
  get consuming(): boolean {
    return this.pc === Point.GetReadWord || this.pc === Point.GetCmpxchg || this.pc === Point.WalkOwn || this.pc === Point.Prepare || this.pc === Point.WalkPrepare;
  }

  /** Takes the thread off its CPU for good, between two points. */
  stop(): void {
    this.pc = -1;
  }

  /** The point that executes next, those of a batch under way included, or -1. */
  nextPoint(): Point | -1 {
    if (this.job.active) return this.job.next;
    return this.pc === Point.WalkValid && this.walk.pfn === this.walk.end ? Point.WalkFinal : this.pc;
  }

  protected point(point: Point, pfn: number, a: number, b: number, lo = 0, hi = 0): void {
    this.ctx.rec.point(this.timePs, point, this.pgdat.nid, pfn, a, b, lo, hi);
  }

  protected observe(point: Point, pfn: number): void {
    const observer = this.ctx.mode.observer;
    if (observer !== undefined && observer.mask[point]) observer.before(point, this.pgdat.nid, pfn);
  }

  protected firstOfNode(): number {
    return this.pgdat.zones.find((z) => z.spec.presentPages > 0)?.spec.startPfn ?? -1;
  }

  protected lastOfNode(): number {
    const zone = this.pgdat.zones.filter((z) => z.spec.presentPages > 0 && z.spec.idx !== ZONE_DEVICE).at(-1);
    return zone === undefined ? -1 : zone.spec.startPfn + zone.spec.spannedPages - 1;
  }

  protected logPass(kind: LogKind, point: Point, first: number, last: number): void {
    this.ctx.rec.log.add(this.timePs, this.pgdat.nid, kind, point, first, last, -1, 0, 0, 0, 0, 0, this.pair, 0);
  }

  /** A row about one mark: what it asked for, and the node that was read from the word. */
  protected logMark(kind: LogKind, point: Point, pfn: number, result: number): void {
    this.pair[0] = this.asked;
    this.pair[1] = 1;
    this.ctx.rec.log.add(this.timePs, this.pgdat.nid, kind, point, pfn, pfn, this.nid, 1, 0, 0, result < 0 ? 1 : 0, result, this.pair, 1);
  }
}
