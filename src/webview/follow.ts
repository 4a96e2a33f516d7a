/** Which thread the inset follows while several walk at once. */

import type { ThreadModel } from '../protocol/messages';

const RANK: Readonly<Partial<Record<ThreadModel['phase'], number>>> = { moving: 3, flushing: 3, unmapping: 3, collecting: 2, walking: 1 };

/** The thread to follow: one with a batch before one that collects before one that walks; among equals the one on view. */
export function busiest(threads: readonly ThreadModel[], nid: number): ThreadModel | undefined {
  const rank = (t: ThreadModel): number => (t.cursorPfn < 0 ? -1 : 2 * (RANK[t.phase] ?? 0) + (t.nid === nid ? 1 : 0));
  return threads.reduce<ThreadModel | undefined>((best, t) => (rank(t) >= 0 && (!best || rank(t) > rank(best)) ? t : best), undefined);
}
