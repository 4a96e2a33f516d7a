/** Passes and batches of every thread for the time line, oldest first, bounded in number. */

import type { LaneMark } from '../protocol/messages';

/** Marks kept a lane; the oldest leave first. */
const MAX_MARKS = 20_000;

interface Lane {
  /** [from, to] pairs in ps by begin. */
  readonly spans: number[];
}

/** Index behind the last pair that begins at or before a time. */
function after(spans: readonly number[], from: number): number {
  let low = 0;
  let high = spans.length / 2;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((spans[2 * mid] ?? 0) <= from) low = mid + 1;
    else high = mid;
  }
  return 2 * low;
}

export class LaneStore {
  private readonly lanes = new Map<number, Lane>();

  /** Takes marks as a frame brings them; a mark with a known begin replaces it (it had not ended then). */
  add(marks: readonly LaneMark[]): void {
    for (const [nid, kind, from, to] of marks) {
      const key = nid * 2 + kind;
      let lane = this.lanes.get(key);
      if (!lane) this.lanes.set(key, (lane = { spans: [] }));
      const { spans } = lane;
      const at = after(spans, from);
      if (at > 0 && spans[at - 2] === from) spans[at - 1] = to;
      else spans.splice(at, 0, from, to);
      if (spans.length > 2 * MAX_MARKS) spans.splice(0, spans.length - 2 * MAX_MARKS);
    }
  }

  /** Calls back with every mark of a lane that reaches into [from, to], kind 0 pass or 1 batch; an open end gives -1. */
  each(nid: number, kind: number, from: number, to: number, callback: (from: number, to: number) => void): void {
    const spans = this.lanes.get(nid * 2 + kind)?.spans ?? [];
    for (let i = spans.length - 2; i >= 0; i -= 2) {
      const begin = spans[i] ?? 0;
      const end = spans[i + 1] ?? -1;
      if (begin > to) continue;
      if (end >= 0 && end < from) break;
      callback(begin, end);
    }
  }

  clear(): void {
    this.lanes.clear();
  }
}
