/**
 * Per-CPU batches of folios on their way to the LRU: cpu_fbatches.lru_add, folio_add_lru() and folio_batch_move_lru() of mm/swap.c (6.12 to 6.16). A folio in
 * a batch is off the LRU: it cannot be isolated, a walk passes it by, and its pages are not freed before the batch is (the batch holds a reference).
 */

import type { PageFrames } from '../../machine/frames';
import { FOLIO, ISOLATED, LRU, UNMAPPED, orderOf } from '../../machine/pagestate';
import { assert } from '../../types';

/** PAGEVEC_SIZE: the batch drains when it holds so many. */
export const LRU_BATCH = 31;

/** What a drain does with the folios; freeFolio is the allocator's free(). */
export interface LruBatchHost {
  freeFolio(cpu: number, head: number, order: number, story: number): void;
  /** A folio came on the LRU (for the lists of mode 2). */
  onLru?(head: number): void;
}

const KEPT = -1;

export class LruBatches {
  private readonly heads: Uint32Array;
  /** Story of a folio whose last other reference is gone, else KEPT. */
  private readonly dead: Int32Array;
  private readonly counts: Uint8Array;

  constructor(private readonly frames: PageFrames, private readonly cpus: number, private readonly host: LruBatchHost) {
    this.heads = new Uint32Array(cpus * LRU_BATCH);
    this.dead = new Int32Array(cpus * LRU_BATCH).fill(KEPT);
    this.counts = new Uint8Array(cpus);
  }

  /** folio_add_lru(): into the CPU's batch; the 31st, and any large folio, drains it at once. */
  lruAdd(cpu: number, head: number): void {
    const order = orderOf(this.frames.get(head));
    assert((this.frames.get(head) & (FOLIO | LRU)) === FOLIO, 'a folio goes to the LRU once');
    this.heads[cpu * LRU_BATCH + this.counts[cpu]++] = head;
    if (this.counts[cpu] === LRU_BATCH || order > 0) this.drainCpu(cpu);
  }

  /** lru_add_drain(): all of a CPU's batch in the order of arrival. munmap() and exit begin with it, a write fault on a shared page and compaction do it too. */
  drainCpu(cpu: number): void {
    const from = cpu * LRU_BATCH, to = from + this.counts[cpu];
    this.counts[cpu] = 0;
    for (let at = from; at < to; at++) {
      const head = this.heads[at];
      const order = orderOf(this.frames.get(head));
      if (this.dead[at] !== KEPT) {
        // the batch's reference was the last: the folio passes over the LRU within this instant, and is freed on this CPU
        this.host.freeFolio(cpu, head, order, this.dead[at]);
        this.dead[at] = KEPT;
        continue;
      }
      this.frames.update(head, 1 << order, 0, LRU);
      this.host.onLru?.(head);
    }
  }

  /** lru_add_drain_all(). */
  drainAll(): void {
    for (let cpu = 0; cpu < this.cpus; cpu++) this.drainCpu(cpu);
  }

  /** folio_put() by its last user: frees the folio on this CPU, or leaves that to the drain of the batch that it sits in. Returns whether it is free now. */
  put(cpu: number, head: number, story: number): boolean {
    const state = this.frames.get(head);
    // whatever is isolated or on the LRU sits in no batch
    if (!(state & (LRU | ISOLATED | UNMAPPED)) && this.markDead(head, story)) return false;
    this.host.freeFolio(cpu, head, orderOf(state), story);
    return true;
  }

  /** Folios in a CPU's batch. */
  count(cpu: number): number {
    return this.counts[cpu];
  }

  /** Whether a folio waits in some batch. */
  holds(head: number): boolean {
    return this.find(head) >= 0;
  }

  private markDead(head: number, story: number): boolean {
    const at = this.find(head);
    if (at < 0) return false;
    assert(this.dead[at] === KEPT, 'a folio is put by its last user once');
    this.dead[at] = story;
    return true;
  }

  private find(head: number): number {
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const from = cpu * LRU_BATCH;
      for (let at = from; at < from + this.counts[cpu]; at++) if (this.heads[at] === head) return at;
    }
    return -1;
  }
}
