/** The stub machine of the conformance scenarios: pages that may be free and on the LRU at once, watermarks a node, migration in one go. Only `conform` uses it. */

import type { Machine } from '../../engine/machine/machine';
import type { PageFrames } from '../../engine/machine/frames';
import {
  DIRTY, FILE, FOLIO, FREE, HOLE, ISOLATED, KIND_MASK, LRU, NOEXT, OFFLINE, ORDER_MASK, USED, orderBits, orderOf,
} from '../../engine/machine/pagestate';
import { type BatchJob, EAGAIN, ENOMEM, type MmEnv } from '../../engine/mm/env';
import { Point } from '../../engine/observe/points';

/** What the stub answers where the kernel has another reason or none. */
const EPERM = -1, ENOENT = -2, ESRCH = -3, EINTR = -4, EFAULT = -14;

/** Ids of folios that a scenario allocates are their PFN plus this. */
export const ALLOCATED = 1_000_000;

export interface StubNode {
  readonly high: number;
  readonly min: number;
  reserved: number;
}

/** Told what prepare and batch did, at the moment they return. */
export interface StubListener {
  prepared(head: number, nid: number, ret: number, why: string): void;
  batched(nid: number, heads: readonly number[], results: readonly number[], ret: number): void;
}

/** Pages as the scenario sees them; what they are to a walk is projected onto the frames. */
export class StubPages {
  private readonly valid: Uint8Array;
  private readonly online: Uint8Array;
  private readonly free: Uint8Array;
  /** Folio id by head PFN. */
  readonly ids = new Map<number, number>();
  /** How often isolation or migration of a folio (by id) still fails; -1 = always. */
  readonly isoFail = new Map<number, number>();
  readonly migFail = new Map<number, number>();

  constructor(readonly frames: PageFrames, pfns: number) {
    this.valid = new Uint8Array(pfns);
    this.online = new Uint8Array(pfns);
    this.free = new Uint8Array(pfns);
  }

  private project(pfn: number, bits: number): void {
    const kind = !this.valid[pfn] ? HOLE : !this.online[pfn] ? OFFLINE : this.free[pfn] ? FREE : USED;
    this.frames.set(pfn, (bits & ~KIND_MASK) | kind);
  }

  /** mem START COUNT NID KIND; an overridden folio keeps its pages and its LRU flag under free, hole and offline. */
  mem(start: number, pages: number, owner: number, kind: string): void {
    const count = Math.max(0, Math.min(pages, this.valid.length - start));
    this.frames.reown(start, count, owner);
    for (let pfn = start; pfn < start + count; pfn++) {
      this.valid[pfn] = kind === 'hole' ? 0 : 1;
      this.online[pfn] = kind === 'hole' || kind === 'offline' ? 0 : 1;
      const used = kind === 'lru' || kind === 'nonlru';
      this.free[pfn] = used ? 0 : 1;
      let bits = this.frames.get(pfn) & ~NOEXT;
      if (used) {
        bits = FOLIO | (kind === 'lru' ? LRU : 0);
        this.ids.set(pfn, pfn);
      }
      this.project(pfn, bits);
    }
  }

  setOnline(start: number, count: number, online: boolean): void {
    for (let pfn = start; pfn < start + count; pfn++) {
      this.online[pfn] = online ? 1 : 0;
      this.project(pfn, this.frames.get(pfn));
    }
  }

  removeExt(start: number, count: number): void {
    for (let pfn = start; pfn < start + count; pfn++) this.frames.set(pfn, this.frames.get(pfn) | NOEXT);
  }

  /** Makes 2^order pages one folio; bits are state bits such as LRU. */
  makeFolio(head: number, order: number, bits: number, id: number): void {
    for (let pfn = head; pfn < head + 2 ** order; pfn++) {
      this.ids.delete(pfn);
      this.free[pfn] = 0;
      this.project(pfn, (this.frames.get(pfn) & NOEXT) | FOLIO | orderBits(order) | bits);
    }
    this.ids.set(head, id);
  }

  /** Frees the pages of a folio. */
  release(head: number): void {
    const pages = 2 ** orderOf(this.frames.get(head));
    this.ids.delete(head);
    for (let pfn = head; pfn < head + pages; pfn++) {
      this.free[pfn] = 1;
      this.project(pfn, this.frames.get(pfn) & ~(FOLIO | ORDER_MASK | LRU | ISOLATED | FILE | DIRTY));
    }
  }

  /** Changes bits of every page of the folio that holds a PFN, but not of pages that a later mem line made folios of their own; nothing where there is none. */
  updateFolio(pfn: number, clear: number, set: number): void {
    if (!this.hasFolio(pfn)) return;
    const head = this.frames.head(pfn);
    const pages = 2 ** orderOf(this.frames.get(head));
    for (let p = head; p < head + pages; p++) if (this.hasFolio(p) && this.frames.head(p) === head) this.frames.update(p, 1, clear, set);
  }

  hasFolio(pfn: number): boolean {
    return (this.frames.get(pfn) & FOLIO) !== 0;
  }

  idOf(head: number): number {
    return this.ids.get(head) ?? head;
  }

  /** True, and counted down, when a folio is still to fail. */
  fails(table: Map<number, number>, head: number): boolean {
    const id = this.idOf(head);
    const left = table.get(id) ?? 0;
    if (left > 0) table.set(id, left - 1);
    return left !== 0;
  }
}

export class StubMm implements MmEnv {
  /** Nodes whose thread cannot be created. */
  readonly threadFails = new Set<number>();

  constructor(
    private readonly machine: Machine, readonly pages: StubPages, readonly nodes: ReadonlyMap<number, StubNode>,
    private readonly ownerOf: (nid: number) => number, private readonly enomemStops: boolean, private readonly listener: StubListener,
  ) {}

  free(nid: number): number {
    return this.machine.frames.freeOf(this.ownerOf(nid)) - (this.nodes.get(nid)?.reserved ?? 0);
  }

  prepare(head: number, nid: number): number {
    const state = this.machine.frames.get(head);
    const node = this.nodes.get(nid);
    const nr = 2 ** orderOf(state);
    let ret: number = EAGAIN, why = 'iso';
    if ((state & (FILE | DIRTY)) === (FILE | DIRTY)) why = 'dirty';
    else if (node === undefined) [ret, why] = [EFAULT, 'nonode'];
    else if (!(this.free(nid) > node.high + nr)) why = 'full';
    // counted down whether or not the LRU flag alone would have refused it
    else if (!this.pages.fails(this.pages.isoFail, head) && state & LRU) {
      [ret, why] = [0, 'ok'];
      this.pages.updateFolio(head, LRU, ISOLATED);
    }
    this.listener.prepared(head, nid, ret, why);
    return ret;
  }

  beginBatch(job: BatchJob, nid: number, actor: number, timePs: number): void {
    job.begin(nid, actor, timePs, Point.BatchBegin);
  }

  stepBatch(job: BatchJob): number {
    const heads: number[] = [], results: number[] = [];
    let stopped = false;
    for (let i = 0; i < job.list.length; i++) {
      const head = job.list.heads[job.list.at(i)];
      const result = stopped ? EINTR : this.migrate(head, job.nid);
      if (result === ENOENT && this.enomemStops) stopped = true;
      if (result < 0) this.pages.updateFolio(head, ISOLATED, LRU);
      heads.push(head);
      results.push(result);
    }
    job.active = false;
    this.listener.batched(job.nid, heads, results, results.some((r) => r < 0) ? EAGAIN : 0);
    return 0;
  }

  /** New head of a folio, or the stub's error for it. */
  private migrate(head: number, nid: number): number {
    const { frames } = this.machine;
    const node = this.nodes.get(nid);
    if (this.pages.fails(this.pages.migFail, head)) return EPERM;
    if (node === undefined) return ESRCH;
    const state = frames.get(head);
    const order = orderOf(state);
    if (this.free(nid) - 2 ** order < node.min) return ENOENT;
    const to = frames.findFree(this.ownerOf(nid), order, 0, frames.pfns);
    if (to < 0) return ENOENT;
    const id = this.pages.idOf(head);
    this.pages.makeFolio(to, order, LRU | (state & (FILE | DIRTY)), id);
    this.pages.release(head);
    return to;
  }

  kthreadCreate(nid: number): number {
    return this.threadFails.has(nid) ? ENOMEM : 0;
  }
}
