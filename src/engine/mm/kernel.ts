/**
 * The kernel's mm around kmigrated: migrate_misplaced_folio_prepare() without a VMA (20250616133931.206626-2-bharata@amd.com),
 * migrate_misplaced_folios_batch() (-3-) and migrate_pages() of 6.16 in its phases. An effect happens at its point, its cost follows.
 */

import type { CostTable } from '../cost/table';
import type { Machine } from '../machine/machine';
import {
  DIRTY, FILE, FOLIO, ISOLATED, LRU, NOEXT, STORY_LEFT, STORY_RIGHT, STORY_WRONG, UNMAPPED, USED, orderBits, orderOf,
} from '../machine/pagestate';
import { Point } from '../observe/points';
import { LANE_BATCH, type Recorder } from '../observe/recorder';
import { EngineBug } from '../types';
import { BatchLog } from './batchlog';
import { type BatchJob, EAGAIN, ENOMEM, type MmEnv, OOPS } from './env';
import { allocThisNode, migrateBalancedPgdat } from './watermark';

/** NR_MAX_BATCHED_MIGRATION: migrate_pages() works in chunks of at least so many base pages. */
export const NR_MAX_BATCHED_MIGRATION = 512;

/** folio_is_file_lru() and dirty: prepare refuses it. */
export function isDirtyFile(machine: Machine, head: number): boolean {
  return (machine.frames.get(head) & (FILE | DIRTY)) === (FILE | DIRTY);
}

/** migrate_misplaced_folio_prepare() without a VMA: 0 and the folio is isolated, a negative errno, or OOPS. */
export function prepareMisplaced(machine: Machine, head: number, nid: number, listedPages = 0): number {
  const { frames } = machine;
  const state = frames.get(head);
  if (isDirtyFile(machine, head)) return EAGAIN;
  const pgdat = machine.nodeData(nid);
  if (pgdat === undefined) return OOPS;
  const nrPages = 1 << orderOf(state);
  if (!migrateBalancedPgdat(machine, pgdat, nrPages + listedPages)) return EAGAIN;
  if (!(state & LRU)) return EAGAIN;
  frames.update(head, nrPages, LRU, ISOLATED);
  return 0;
}

/** Whether the node of a prepare that failed had room for the folio: if not, that was its reason. */
export function migrateBalancedNow(machine: Machine, nid: number, head: number): boolean {
  const pgdat = machine.nodeData(nid);
  return pgdat === undefined || migrateBalancedPgdat(machine, pgdat, 1 << orderOf(machine.frames.get(head)));
}

export class KernelMm implements MmEnv {
  private readonly log: BatchLog;

  constructor(private readonly machine: Machine, private readonly costs: CostTable, private readonly rec: Recorder) {
    this.log = new BatchLog(rec);
  }

  prepare(head: number, nid: number, _actor: number, listedPages = 0): number {
    return prepareMisplaced(this.machine, head, nid, listedPages);
  }

  kthreadCreate(_nid: number): number {
    return 0;
  }

  beginBatch(job: BatchJob, nid: number, actor: number, timePs: number): void {
    job.begin(nid, actor, timePs, Point.BatchBegin);
  }

  stepBatch(job: BatchJob, timePs: number): number {
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
    const n = job.list.length;
    this.rec.point(timePs, Point.BatchBegin, job.actor, 0, job.nid, n, 0, 0);
    if (n > 0) this.log.begin(job, timePs);
    job.next = n === 0 ? Point.BatchEnd : this.nextChunk(job);
    return 0;
  }

  /** Cuts the next chunk: folios until at least 512 base pages, the folio that crosses included. */
  private nextChunk(job: BatchJob): Point {
    job.chunkFrom = job.chunkEnd;
    let pages = 0;
    while (job.chunkEnd < job.list.length && pages < NR_MAX_BATCHED_MIGRATION) {
      pages += 1 << orderOf(this.machine.frames.get(job.list.heads[job.list.at(job.chunkEnd++)]));
    }
    job.i = job.unmappedEnd = job.chunkFrom;
    return Point.BatchUnmap;
  }

  /** migrate_folio_unmap() of one folio: destination first, then its PTEs become migration entries. */
  private unmap(job: BatchJob, timePs: number): number {
    const frames = this.machine.frames;
    const head = job.list.heads[job.list.at(job.i)];
    const order = orderOf(frames.get(head));
    const pgdat = this.machine.nodeData(job.nid);
    const dst = pgdat === undefined ? -1 : allocThisNode(this.machine, pgdat, order);
    this.rec.point(timePs, Point.BatchUnmap, job.actor, head, dst, job.nid, 0, 0);
    if (dst < 0) {
      job.aborted = true;
      job.failedPages += 1 << order;
      job.next = job.unmappedEnd > job.chunkFrom ? Point.BatchTlbFlush : Point.BatchPutback;
      this.rest(job, job.i);
      return this.costs.allocFolioPs;
    }
    for (let p = dst; p < dst + (1 << order); p++) frames.set(p, (frames.get(p) & NOEXT) | USED | FOLIO | orderBits(order));
    frames.update(head, 1 << order, 0, UNMAPPED);
    job.results[job.i++] = dst;
    job.unmappedEnd = job.i;
    if (job.i === job.chunkEnd) job.next = Point.BatchTlbFlush;
    return this.costs.allocFolioPs + this.costs.unmapFolioPs;
  }

  /** -ENOMEM ends the whole call: what is not unmapped yet stays untried. */
  private rest(job: BatchJob, from: number): void {
    for (let i = from; i < job.list.length; i++) job.results[i] = ENOMEM;
  }

  /** try_to_unmap_flush(): one shootdown a chunk, and with it the fixed cost. */
  private flushTlb(job: BatchJob, timePs: number): number {
    this.rec.point(timePs, Point.BatchTlbFlush, job.actor, 0, job.unmappedEnd - job.chunkFrom, 0, 0, 0);
    job.i = job.chunkFrom;
    job.next = Point.BatchMove;
    return this.costs.batchFixedPs;
  }

  private move(job: BatchJob, timePs: number): number {
    const frames = this.machine.frames;
    const at = job.list.at(job.i);
    const head = job.list.heads[at];
    const dst = job.results[job.i];
    const state = frames.get(head);
    const order = orderOf(state);
    const pages = 1 << order;
    const right = job.list.asked[at] === job.nid;
    this.rec.point(timePs, Point.BatchMove, job.actor, head, dst, job.nid, 0, 0);
    job.follower?.moving(head);
    const next = USED | FOLIO | LRU | orderBits(order) | (state & (FILE | DIRTY)) | (right ? STORY_RIGHT : STORY_WRONG);
    for (let p = dst; p < dst + pages; p++) frames.set(p, (frames.get(p) & NOEXT) | next);
    frames.freeFolio(head, order, STORY_LEFT);
    job.movedFolios++;
    job.movedPages += pages;
    if (right) job.right++;
    else job.wrong++;
    this.rec.count(job.actor, right ? 'pages_right' : 'pages_wrong', pages);
    if (++job.i === job.unmappedEnd) job.next = this.afterChunk(job);
    return (order === 0 ? this.costs.copyPagePs : pages * this.costs.copyLargePagePs) + this.costs.remapFolioPs;
  }

  private afterChunk(job: BatchJob): Point {
    if (job.aborted) return Point.BatchPutback;
    return job.chunkEnd < job.list.length ? this.nextChunk(job) : Point.BatchEnd;
  }

  /** putback_movable_pages(): back on the LRU where it was; its mark is gone. */
  private putBack(job: BatchJob, timePs: number): number {
    job.i = job.unmappedEnd + job.failedFolios;
    const at = job.list.at(job.i);
    const head = job.list.heads[at];
    this.rec.point(timePs, Point.BatchPutback, job.actor, head, ENOMEM, 0, 0, 0);
    this.machine.frames.update(head, 1 << orderOf(this.machine.frames.get(head)), ISOLATED, LRU);
    job.failedFolios++;
    if (job.follower?.putBack(at, head) !== true) this.rec.count(job.actor, 'marks_lost_migrate', 1);
    this.log.putBack(job, timePs, head, at, ENOMEM);
    if (job.i + 1 === job.list.length) job.next = Point.BatchEnd;
    return 0;
  }

  private leave(job: BatchJob, timePs: number): number {
    const n = job.list.length;
    const { rec } = this;
    rec.point(timePs, Point.BatchEnd, job.actor, 0, job.movedFolios, n - job.movedFolios, 0, 0);
    this.log.end(job, timePs);
    if (n > 0) {
      rec.lane(job.actor, LANE_BATCH, job.beginPs, timePs);
      rec.count(job.actor, 'migrate_ps', timePs - job.beginPs);
    }
    rec.count(job.actor, 'folios_moved', job.movedFolios);
    rec.count(job.actor, 'pages_moved', job.movedPages);
    rec.count(job.actor, 'pgmigrate_success', job.movedPages);
    rec.count(job.actor, 'pgmigrate_fail', job.failedPages);
    if (job.movedPages > 0) {
      rec.count(job.nid, 'numa_pages_migrated', job.movedPages);
      if (job.promotes) rec.count(job.nid, 'pgpromote_success', job.movedPages);
    }
    job.active = false;
    job.next = -1;
    return 0;
  }
}
