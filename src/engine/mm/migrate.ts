/**
 * migrate_misplaced_folios_batch() (20250616133931.206626-3-bharata@amd.com) over migrate_pages() of 6.16 in its phases, on mapped folios: chunks of at
 * least 512 base pages; up to ten unmap passes, one batched flush, up to ten move passes; stop at the first failed allocation; putback.
 */

import { Cause } from '../cost/ledger';
import type { CostTable } from '../cost/table';
import type { Machine } from '../machine/machine';
import { orderOf } from '../machine/pagestate';
import { Counter } from '../observe/counters';
import { Point } from '../observe/points';
import { LANE_BATCH, type Recorder } from '../observe/recorder';
import { EngineBug } from '../types';
import { BatchLog } from './batchlog';
import { type BatchJob, EAGAIN, ENOMEM, type MmEnv } from './env';
import { type Folios, Refusal } from './folios';
import { Call, Fate, countBatch } from './migratecall';
import { NR_MAX_BATCHED_MIGRATION, isDirtyFile, migrateBalancedNow, prepareMisplaced } from './kernel';

/** NR_MAX_MIGRATE_PAGES_RETRY and the passes of MIGRATE_ASYNC. */
const PASSES = 10;
export const EBUSY = -16;

/** What the thread that migrates is, as far as migrate_pages() needs it. */
export interface Migrating {
  cpuOf(actor: number): number;
  /** Flushes processes' translations; returns what the initiator pays, ps. */
  shootdown(cpu: number, processes: ReadonlySet<number>, pages: number): number;
  /** Prepare found the target below its mark. */
  promotionRefused(nid: number): void;
  /** The folio's program never asked for it to move: the mark is of an earlier occupant of its PFN (D8). */
  stale(head: number): boolean;
  /** A folio that the design moved: counted for deferral's own costs. */
  moving(head: number): void;
  /** Copying takes bandwidth from both nodes. */
  copied(cpu: number, fromNid: number, toNid: number, pages: number): void;
}

export class SystemMm implements MmEnv {
  private readonly calls = new Map<BatchJob, Call>();
  private readonly log: BatchLog;
  /** What the last step was paid for. */
  cause: Cause = Cause.KthreadMigrate;

  constructor(
    private readonly machine: Machine, private readonly costs: CostTable, private readonly rec: Recorder, private readonly folios: Folios, private readonly host: Migrating,
  ) {
    this.log = new BatchLog(rec);
  }

  prepare(head: number, nid: number, actor: number, listedPages = 0): number {
    if (this.host.stale(head)) this.rec.add(actor, Counter.marks_stale, 1);
    const error = prepareMisplaced(this.machine, head, nid, listedPages);
    if (error === 0) this.folios.probe?.isolated(head);
    if (error === EAGAIN && isDirtyFile(this.machine, head)) this.rec.add(actor, Counter.fail_dirty, 1);
    else if (error === EAGAIN && !migrateBalancedNow(this.machine, nid, head)) this.host.promotionRefused(nid);
    return error;
  }

  private cpuOf(job: BatchJob): number {
    return job.cpu >= 0 ? job.cpu : this.host.cpuOf(job.actor);
  }

  kthreadCreate(_nid: number): number {
    return 0;
  }

  beginBatch(job: BatchJob, nid: number, actor: number, timePs: number): void {
    job.begin(nid, actor, timePs, Point.BatchBegin);
    let call = this.calls.get(job);
    if (call === undefined) this.calls.set(job, (call = new Call()));
    call.begin(job.list.length);
  }

  private call(job: BatchJob): Call {
    const call = this.calls.get(job);
    if (call === undefined) throw new EngineBug(`no call of actor ${job.actor}`);
    return call;
  }

  stepBatch(job: BatchJob, timePs: number): number {
    this.cause = Cause.KthreadMigrate;
    switch (job.next) {
      case Point.BatchBegin: return this.enter(job, timePs);
      case Point.BatchUnmap: return this.unmap(job, timePs);
      case Point.BatchTlbFlush: return this.flushTlb(job, timePs);
      case Point.BatchMove: return this.move(job, timePs);
      case Point.BatchPutback: return this.putBack(job, timePs);
      case Point.BatchEnd: return this.leave(job, timePs);
      default: throw new EngineBug(`a batch cannot be at point ${job.next}`);
    }
  }

  private enter(job: BatchJob, timePs: number): number {
    this.rec.point(timePs, Point.BatchBegin, job.actor, 0, job.nid, job.list.length, 0, 0);
    if (job.list.length === 0) {
      job.next = Point.BatchEnd;
      return 0;
    }
    this.log.begin(job, timePs);
    this.nextChunk(job);
    return this.costs.migrateCallPs;
  }

  /** Cuts the next chunk: folios until at least 512 base pages, the folio that crosses included. */
  private nextChunk(job: BatchJob): void {
    job.chunkFrom = job.chunkEnd;
    let pages = 0;
    while (job.chunkEnd < job.list.length && pages < NR_MAX_BATCHED_MIGRATION) {
      pages += 1 << orderOf(this.machine.frames.get(job.list.heads[job.list.at(job.chunkEnd++)]));
    }
    this.call(job).beginChunk();
    job.i = job.chunkFrom;
    job.next = Point.BatchUnmap;
  }

  private headAt(job: BatchJob, i: number): number {
    return job.list.heads[job.list.at(i)];
  }

  /** The next folio of the chunk with a fate, from i on; chunkEnd when there is none. */
  private find(job: BatchJob, call: Call, fate: Fate, from: number): number {
    let i = from;
    while (i < job.chunkEnd && call.fate[i] !== fate) i++;
    return i;
  }

  /** migrate_folio_unmap() of one folio; its errors decide whether it is tried again, given up, or ends the call. */
  private unmap(job: BatchJob, timePs: number): number {
    const call = this.call(job);
    const head = this.headAt(job, job.i);
    const order = orderOf(this.machine.frames.get(head));
    const cpu = this.cpuOf(job);
    let costPs = 0;
    if (this.folios.isGone(head)) {
      // freed under us: the isolation held the last reference
      this.folios.free(cpu, head);
      call.fate[job.i] = Fate.Done;
      job.results[job.i] = head;
      this.rec.point(timePs, Point.BatchUnmap, job.actor, head, -1, job.nid, 0, 0);
      job.movedFolios++;
      job.movedPages += 1 << order;
      job.gonePages += 1 << order;
    } else {
      const refusal = this.folios.refusal(head);
      const dst = this.folios.destination(cpu, order, job.nid);
      costPs = this.costs.allocFolioPs;
      this.rec.point(timePs, Point.BatchUnmap, job.actor, head, dst, job.nid, refusal, 0);
      if (dst < 0) return this.outOfMemory(job, call, order) + costPs;
      if (refusal === Refusal.Locked) {
        call.again = true;
        call.retryFolios++;
        call.retryPages += 1 << order;
        this.folios.allocator.free(cpu, dst, order, 0);
      } else if (refusal === Refusal.Writeback) {
        this.folios.allocator.free(cpu, dst, order, 0);
        this.fail(job, call, job.i, EBUSY, 'fail_writeback', order);
      } else {
        costPs += this.costs.unmapFolioPs;
        job.results[job.i] = dst;
        call.fate[job.i] = Fate.Unmapped;
        call.unmapped++;
        const process = this.folios.processOf(head);
        if (this.folios.unmap(head)) {
          call.flush.add(process);
          call.flushPages += 1 << order;
        }
      }
    }
    job.i = this.find(job, call, Fate.Untried, job.i + 1);
    if (job.i === job.chunkEnd) this.endUnmapPass(job, call);
    return costPs;
  }

  private endUnmapPass(job: BatchJob, call: Call): void {
    if (call.again && ++call.pass < PASSES) {
      call.beginPass();
      job.i = this.find(job, call, Fate.Untried, job.chunkFrom);
      return;
    }
    for (let i = this.find(job, call, Fate.Untried, job.chunkFrom); i < job.chunkEnd; i = this.find(job, call, Fate.Untried, i + 1)) {
      this.fail(job, call, i, EAGAIN, 'fail_locked', orderOf(this.machine.frames.get(this.headAt(job, i))));
    }
    this.afterUnmap(job, call);
  }

  private afterUnmap(job: BatchJob, call: Call): void {
    call.pass = 0;
    call.again = false;
    if (call.unmapped > 0) job.next = Point.BatchTlbFlush;
    else this.afterChunk(job);
  }

  /** -ENOMEM ends the whole call: this folio and those that asked to be tried again are counted, what was not tried is not. */
  private outOfMemory(job: BatchJob, call: Call, order: number): number {
    job.aborted = true;
    job.failedPages += (1 << order) + call.retryPages;
    this.rec.add(job.actor, Counter.fail_enomem, 1);
    this.rec.add(job.actor, Counter.fail_locked, call.retryFolios);
    call.fate[job.i] = Fate.Failed;
    job.results[job.i] = ENOMEM;
    this.afterUnmap(job, call);
    return 0;
  }

  private fail(job: BatchJob, call: Call, i: number, errno: number, counter: 'fail_writeback' | 'fail_locked' | 'fail_pinned', order: number): void {
    call.fate[i] = Fate.Failed;
    job.results[i] = errno;
    job.failedPages += 1 << order;
    this.rec.count(job.actor, counter, 1);
    if (order === 9) this.rec.count(job.actor, 'thp_migration_fail', 1);
  }

  /** try_to_unmap_flush(): one shootdown a chunk, and only where an entry was accessible. */
  private flushTlb(job: BatchJob, timePs: number): number {
    const call = this.call(job);
    this.rec.point(timePs, Point.BatchTlbFlush, job.actor, 0, call.unmapped, call.flushPages, 0, 0);
    job.i = this.find(job, call, Fate.Unmapped, job.chunkFrom);
    job.next = Point.BatchMove;
    if (call.flush.size === 0) return 0;
    this.cause = Cause.ShootdownInitiate;
    return this.host.shootdown(this.cpuOf(job), call.flush, call.flushPages);
  }

  private move(job: BatchJob, timePs: number): number {
    const call = this.call(job);
    const at = job.list.at(job.i);
    const head = job.list.heads[at];
    const dst = job.results[job.i];
    const { frames } = this.machine;
    const order = orderOf(frames.get(head));
    const pages = 1 << order;
    const cpu = this.cpuOf(job);
    let costPs = 0;
    if (this.folios.isGone(head)) {
      // munmap() came between: nothing maps it any more
      this.folios.dropUnmapped(cpu, head, dst);
      call.fate[job.i] = Fate.Done;
      job.movedFolios++;
      job.movedPages += pages;
      job.gonePages += pages;
    } else if (this.folios.refusal(head) === Refusal.Pinned) {
      call.again = true;
    } else {
      const right = job.list.asked[at] === job.nid;
      this.rec.point(timePs, Point.BatchMove, job.actor, head, dst, job.nid, 0, 0);
      this.host.moving(head);
      job.follower?.moving(head);
      this.host.copied(cpu, frames.owners.nid(head), job.nid, pages);
      this.folios.move(cpu, head, dst, right);
      call.fate[job.i] = Fate.Done;
      job.movedFolios++;
      job.movedPages += pages;
      if (order === 9) this.rec.add(job.actor, Counter.thp_migration_success, 1);
      if (right) job.right++;
      else job.wrong++;
      this.rec.add(job.actor, right ? Counter.pages_right : Counter.pages_wrong, pages);
      costPs = (order === 0 ? this.costs.copyPagePs : pages * this.costs.copyLargePagePs) + this.costs.remapFolioPs;
    }
    job.i = this.find(job, call, Fate.Unmapped, job.i + 1);
    if (job.i === job.chunkEnd) this.endMovePass(job, call);
    return costPs;
  }

  private endMovePass(job: BatchJob, call: Call): void {
    if (call.again && ++call.pass < PASSES) {
      call.again = false;
      job.i = this.find(job, call, Fate.Unmapped, job.chunkFrom);
      return;
    }
    const cpu = this.cpuOf(job);
    for (let i = this.find(job, call, Fate.Unmapped, job.chunkFrom); i < job.chunkEnd; i = this.find(job, call, Fate.Unmapped, i + 1)) {
      const head = this.headAt(job, i);
      this.folios.undo(cpu, head, job.results[i]);
      this.fail(job, call, i, EAGAIN, 'fail_pinned', orderOf(this.machine.frames.get(head)));
    }
    this.afterChunk(job);
  }

  private afterChunk(job: BatchJob): void {
    if (!job.aborted && job.chunkEnd < job.list.length) return this.nextChunk(job);
    job.i = -1;
    job.next = this.nextPutBack(job) ? Point.BatchPutback : Point.BatchEnd;
  }

  /** The next folio that was not moved, for putback_movable_pages(). */
  private nextPutBack(job: BatchJob): boolean {
    const call = this.call(job);
    do job.i++;
    while (job.i < job.list.length && call.fate[job.i] === Fate.Done);
    return job.i < job.list.length;
  }

  private putBack(job: BatchJob, timePs: number): number {
    const call = this.call(job);
    const at = job.list.at(job.i);
    const head = job.list.heads[at];
    const errno = call.fate[job.i] === Fate.Failed ? job.results[job.i] : ENOMEM;
    this.rec.point(timePs, Point.BatchPutback, job.actor, head, errno, 0, 0, 0);
    const gone = this.folios.isGone(head);
    if (gone) this.folios.free(this.cpuOf(job), head);
    else this.folios.putBack(this.cpuOf(job), head);
    job.failedFolios++;
    if (gone || job.follower?.putBack(at, head) !== true) this.rec.add(job.actor, Counter.marks_lost_migrate, 1);
    this.log.putBack(job, timePs, head, at, errno);
    if (!this.nextPutBack(job)) job.next = Point.BatchEnd;
    return 0;
  }

  private leave(job: BatchJob, timePs: number): number {
    const n = job.list.length;
    const { rec } = this;
    rec.point(timePs, Point.BatchEnd, job.actor, 0, job.movedFolios, n - job.movedFolios, 0, 0);
    this.log.end(job, timePs);
    if (n > 0) {
      this.folios.probe?.batch(n);
      this.folios.probe?.onCall?.({ timePs, cpu: this.cpuOf(job), nid: job.actor, task: -1, succeeded: job.movedPages, failed: job.failedPages, thpSucceeded: 0, thpFailed: 0 });
      rec.lane(job.actor, LANE_BATCH, job.beginPs, timePs);
      rec.add(job.actor, Counter.migrate_ps, timePs - job.beginPs);
    }
    countBatch(rec, job);
    job.active = false;
    job.next = -1;
    return 0;
  }
}
