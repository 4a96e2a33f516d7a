/** Reads from the trace whether each batch's folios were unmapped from the highest PFN to the lowest. */

import { Point } from '../../engine/observe/points';
import type { Trace } from '../../engine/observe/trace';

/** A batch under way. */
interface Under {
  readonly folios: number;
  seen: number;
  lastPfn: number;
  descending: boolean;
}

export class DescentWatch {
  private read = 0;
  private readonly under = new Map<number, Under>();
  /** By node: for each non-empty batch that has ended, in order. */
  private readonly ended = new Map<number, boolean[]>();
  /** Records were dropped before they were read: what is not known counts as descending. */
  private lost = false;

  constructor(private readonly trace: Trace) {}

  /** Reads what has come since the last call. */
  update(): void {
    const { trace } = this;
    if (trace.first > this.read) this.lost = true;
    for (let n = Math.max(this.read, trace.first); n < trace.total; n++) {
      const { point, actor, pfn, b } = trace.get(n);
      if (point === Point.BatchBegin) this.under.set(actor, { folios: b, seen: 0, lastPfn: Infinity, descending: true });
      else if (point === Point.BatchUnmap) this.unmap(actor, pfn);
      else if (point === Point.BatchEnd) this.end(actor);
    }
    this.read = trace.total;
  }

  private unmap(actor: number, pfn: number): void {
    const batch = this.under.get(actor);
    // after the first pass over the list come retries
    if (batch === undefined || batch.seen++ >= batch.folios) return;
    if (pfn >= batch.lastPfn) batch.descending = false;
    batch.lastPfn = pfn;
  }

  private end(actor: number): void {
    const batch = this.under.get(actor);
    if (batch === undefined || batch.folios === 0) return;
    const list = this.ended.get(actor);
    if (list === undefined) this.ended.set(actor, [batch.descending]);
    else list.push(batch.descending);
  }

  /** Whether non-empty batch number i of a node went down. */
  went(node: number, i: number): boolean {
    return this.lost || (this.ended.get(node)?.[i] ?? false);
  }
}
