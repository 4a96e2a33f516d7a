/** The live state of a world as models: threads, batches, counters. */

import { type Visits, visitsByCheck } from '../engine/designs/kmigrated-v1-account';
import type { KmigratedThread } from '../engine/designs/kmigrated-v1';
import { PageClass } from '../engine/machine/pageclass';
import type { FolioList } from '../engine/mm/env';
import { Counter } from '../engine/observe/counters';
import { blankRow } from '../engine/observe/log';
import { LogKind } from '../engine/observe/logkinds';
import { Point } from '../engine/observe/points';
import type { World } from '../engine/sim/world';
import type { BatchModel, CountersModel, ThreadModel, ThreadPhase } from '../protocol/messages';

function phaseOf(t: KmigratedThread, dead: boolean): ThreadPhase {
  if (t.pc === -1) return dead ? 'dead' : 'none';
  if (t.job.active && t.job.list.length > 0) {
    if (t.job.next === Point.BatchUnmap || t.job.next === Point.BatchBegin) return 'unmapping';
    return t.job.next === Point.BatchTlbFlush ? 'flushing' : 'moving';
  }
  if (t.pc === Point.WaitTimeout || t.pc === Point.WaitSleep) return 'asleep';
  return t.list.length > 0 ? 'collecting' : 'walking';
}

/** Threads in node order. The caller has brought the walks up to now. */
export function threadModels(world: World): ThreadModel[] {
  return world.threads.map((t) => {
    const phase = phaseOf(t, t.pgdat.hasThread);
    const working = phase !== 'asleep' && phase !== 'dead' && phase !== 'none';
    const inBatch = t.job.active && t.job.list.length > 0;
    return {
      nid: t.pgdat.nid, name: `kmigrated${t.pgdat.nid}`, phase, wakePs: phase === 'asleep' ? t.wakePs : -1,
      cursorPfn: working && t.zone !== undefined ? Math.min(t.walk.pfn, t.walk.end - 1) : -1, zoneIdx: t.zone?.spec.idx ?? -1,
      held: inBatch ? t.job.list.length : t.list.length, moved: inBatch ? t.job.movedFolios : 0, batchFolios: world.spec.design.batchFolios,
      passes: t.passes, activate: t.pgdat.activate, curNid: t.curNid, nidWanted: t.nid,
    };
  });
}

/** Folios of a list by the node they asked for, ascending. */
export function askedPairs(list: FolioList): (readonly [number, number])[] {
  const counts = new Map<number, number>();
  for (let i = 0; i < list.length; i++) counts.set(list.asked[i], (counts.get(list.asked[i]) ?? 0) + 1);
  return [...counts].sort((a, b) => a[0] - b[0]);
}

/** The running batch of each thread, or its last one that was not empty. */
export function batchModels(world: World): BatchModel[] {
  const out: BatchModel[] = [];
  for (const t of world.threads) {
    const { job } = t;
    const n = job.list.length;
    if (n === 0) continue;
    out.push({
      thread: t.pgdat.nid, index: job.index, timePs: job.beginPs, target: job.nid, folios: n, moved: job.movedFolios,
      phase: !job.active ? 'done' : job.next === Point.BatchTlbFlush ? 'flush' : job.next === Point.BatchBegin || job.next === Point.BatchUnmap ? 'unmap' : 'move',
      failed: job.active ? job.failedFolios : n - job.movedFolios, right: job.right, wrong: job.wrong,
      firstPfn: job.list.heads[0], lastPfn: job.list.heads[n - 1], asked: askedPairs(job.list), deciderPfn: job.deciderPfn, deciderInBatch: job.deciderInBatch,
    });
  }
  return out;
}

/** Visits of the walks under way, by check; ps is their cost. */
function visitsUnderWay(world: World): Visits & { readonly ps: number } {
  const sum = new Float64Array(world.threads[0]?.walk.seen.length ?? 0);
  let ps = 0;
  for (const { walk } of world.threads) {
    for (let c = 0; c < sum.length; c++) {
      sum[c] += walk.seen[c];
      ps += walk.seen[c] * walk.cost[c];
    }
  }
  return { ...visitsByCheck(sum), ps };
}

/** Counters with the walks that are under way. */
export function countersModel(world: World): CountersModel {
  const { frames } = world.machine;
  const total = Array.from(world.rec.totals());
  const now = visitsUnderWay(world);
  total[Counter.pfns_visited] += now.visited;
  total[Counter.pfns_valid] += now.valid;
  total[Counter.pfns_online] += now.online;
  total[Counter.pfns_own_node] += now.own;
  total[Counter.pfns_lru] += now.lru;
  total[Counter.walk_ps] += now.ps;
  return {
    total,
    markedNow: frames.totals[PageClass.Marked], staleNow: frames.totals[PageClass.StaleMark],
    isolatedNow: frames.totals[PageClass.Isolated], unmappedNow: frames.totals[PageClass.Unmapped],
    free: world.machine.nodes.map((n) => [n.nid, n.zones.reduce((sum, z) => sum + frames.freeOf(z.ownerId), 0)] as const),
  };
}

/** How often each point was passed, the walks under way included. */
export function pointCounts(world: World): Float64Array {
  const by = world.rec.byPoint.slice();
  const now = visitsUnderWay(world);
  by[Point.WalkValid] += now.visited;
  by[Point.WalkOnline] += now.valid;
  by[Point.WalkNid] += now.online;
  by[Point.WalkLru] += now.own;
  by[Point.GetTestClear] += now.tested;
  return by;
}

/** Why a world stopped with an oops, from the newest row of its log that tells of one. */
export function oopsText(world: World): string {
  const { log } = world.rec;
  const row = blankRow();
  for (let i = log.total - 1; i >= log.dropped; i--) {
    log.read(i, row);
    if (row.kind === LogKind.Oops) return `halted: kmigrated${row.actor} dereferenced a NULL pgdat (node ${log.asked(i)[0]?.[0] ?? '?'} does not exist) and is dead; Run goes on without it`;
  }
  return 'halted: a thread dereferenced a NULL pgdat';
}
