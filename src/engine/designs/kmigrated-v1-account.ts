/** Sums of one zone walk, when it ends: what was visited, by class, into trace and counters, the same whether it was walked or leapt over. */

import { WalkClass } from '../machine/pagestate';
import type { Walk } from '../machine/walk';
import { Point } from '../observe/points';
import type { ThreadContext } from './kmigrated-v1-state';

/** Writes three walk.end records (two classes each) and the counters of the walk that has ended at a time; its own sums begin anew. */
export function endZone(ctx: ThreadContext, nid: number, walk: Walk, timePs: number): void {
  const { rec } = ctx;
  const s = walk.seen;
  for (let c = 0; c < s.length; c += 2) rec.trace.add(timePs, Point.WalkEnd, nid, walk.end, s[c], s[c + 1], 0, 0);
  rec.byPoint[Point.WalkEnd]++;
  let ps = 0;
  for (let c = 0; c < s.length; c++) ps += s[c] * walk.cost[c];
  rec.count(nid, 'walk_ps', ps);
  const v = visitsByCheck(s);
  rec.byPoint[Point.WalkValid] += v.visited;
  rec.byPoint[Point.WalkOnline] += v.valid;
  rec.byPoint[Point.WalkNid] += v.online;
  rec.byPoint[Point.WalkLru] += v.own;
  rec.byPoint[Point.GetTestClear] += v.tested;
  rec.count(nid, 'pfns_visited', v.visited);
  rec.count(nid, 'pfns_valid', v.valid);
  rec.count(nid, 'pfns_online', v.online);
  rec.count(nid, 'pfns_own_node', v.own);
  rec.count(nid, 'pfns_lru', v.lru);
  s.fill(0);
}

/** How many PFNs reached each check; tested: test_and_clear of READY, which needs a page_ext. */
export interface Visits {
  readonly visited: number;
  readonly valid: number;
  readonly online: number;
  readonly own: number;
  readonly lru: number;
  readonly tested: number;
}

/** Visits by check from visits by WalkClass. */
export function visitsByCheck(seen: Float64Array): Visits {
  const tested = seen[WalkClass.Lru];
  const lru = tested + seen[WalkClass.LruNoExt];
  const own = lru + seen[WalkClass.NonLru];
  const online = own + seen[WalkClass.Foreign];
  const valid = online + seen[WalkClass.Offline];
  return { visited: valid + seen[WalkClass.Hole], valid, online, own, lru, tested };
}
