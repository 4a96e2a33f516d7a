/** The kernel around kmigrated, as an interface: the real mm/ (kernel.ts) and, for `conform` alone, the stub machine of the traces. */

import { EngineBug } from '../types';
import type { Point } from '../observe/points';

/** Error numbers as the kernel returns them. */
export const ENOMEM = -12, EAGAIN = -11, EINVAL = -22;
/** prepare dereferenced a NULL pgdat: the thread that called it is gone. */
export const OOPS = -1000;

/** migrate_list: heads of folios in the order of their list_add() calls, and the node each asked for (what its requester named, not what the mask left of it). */
export class FolioList {
  heads = new Uint32Array(64);
  asked = new Int32Array(64);
  length = 0;

  /** list_add(): at the head of the list. */
  add(head: number, nid: number): void {
    if (this.length === this.heads.length) this.grow();
    this.heads[this.length] = head;
    this.asked[this.length++] = nid;
  }

  private grow(): void {
    const heads = new Uint32Array(this.heads.length * 2), asked = new Int32Array(this.heads.length * 2);
    heads.set(this.heads);
    asked.set(this.asked);
    this.heads = heads;
    this.asked = asked;
  }

  /** Index of the i-th folio from the head of the list: the last one added comes first. */
  at(i: number): number {
    if (i >= this.length) throw new EngineBug(`folio ${i} of a list of ${this.length}`);
    return this.length - 1 - i;
  }
}

/** Told what becomes of the folios of a batch: the repairs of kmigrated v1. */
export interface BatchFollower {
  /** A folio is about to move. */
  moving(head: number): void;
  /** A folio was put back; at: its place in the list. Returns whether its mark is set again. */
  putBack(at: number, head: number): boolean;
}

/** One call of migrate_misplaced_folios_batch() under way: plain data, from point to point. */
export class BatchJob {
  active = false;
  /** The point that the next step executes. */
  next: Point | -1 = -1;
  list = new FolioList();
  nid = -1;
  /** Node in whose column it is counted. */
  actor = -1;
  /** CPU that migrates; -1: the one of the kmigrated thread of node `actor`. */
  cpu = -1;
  beginPs = 0;
  /** Position in the list, and bounds of the chunk of migrate_pages(). */
  i = 0;
  chunkFrom = 0;
  chunkEnd = 0;
  unmappedEnd = 0;
  aborted = false;
  movedFolios = 0;
  movedPages = 0;
  failedFolios = 0;
  failedPages = 0;
  right = 0;
  wrong = 0;
  /** Base pages of folios that somebody freed meanwhile: migrate_pages() counts them as moved. */
  gonePages = 0;
  /** By list position: new head, or an error number below 0. */
  results = new Float64Array(64);
  /** PFN of the folio whose target decided, and whether it is in the list itself. */
  deciderPfn = -1;
  deciderInBatch = true;
  index = 0;
  follower: BatchFollower | undefined;
  /** What moves is counted as promoted: as posted always (D15). */
  promotes = true;

  begin(nid: number, actor: number, timePs: number, point: Point): void {
    this.active = true;
    this.next = point;
    this.nid = nid;
    this.actor = actor;
    this.beginPs = timePs;
    this.i = this.chunkFrom = this.chunkEnd = this.unmappedEnd = 0;
    this.aborted = false;
    this.movedFolios = this.movedPages = this.failedFolios = this.failedPages = this.right = this.wrong = this.gonePages = 0;
    if (this.results.length < this.list.length) this.results = new Float64Array(this.list.heads.length);
  }
}

export interface MmEnv {
  /** migrate_misplaced_folio_prepare(folio, NULL, nid): 0 and the folio is isolated, a negative errno, or OOPS. listedPages: wait for the node already (0 as posted, D14). */
  prepare(head: number, nid: number, actor: number, listedPages?: number): number;
  /** Begins migrate_misplaced_folios_batch(job.list, nid). */
  beginBatch(job: BatchJob, nid: number, actor: number, timePs: number): void;
  /** Executes job.next at a time; returns what it costs in ps. The job is over when it is no longer active. */
  stepBatch(job: BatchJob, timePs: number): number;
  /** kthread_create(): 0 or a negative errno. */
  kthreadCreate(nid: number): number;
}
