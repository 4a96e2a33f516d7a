/** What a simulated world showed, taken sample by sample in the form of a recorded run. */

import { COUNTER_NAMES } from '../../engine/observe/counters';
import { blankRow } from '../../engine/observe/log';
import { LogKind } from '../../engine/observe/logkinds';
import type { World } from '../../engine/sim/world';
import type { SystemView } from '../../engine/system/view';
import { PS_PER_MS, PS_PER_S } from '../../engine/types';
import type { ProgramArgs } from '../../scenario/program/args';
import { FIRST_WORKER, MAPPING, SECOND_MAPPING, mappingPages, ownerOf } from '../../scenario/program/kernelrun';
import { type RunBatch, type RunSample, UNMAPPED } from '../../scenario/program/runfile';
import { DescentWatch } from './descent';
import type { RunRecord } from './record';

/** The only process of the world. */
const PROCESS = 0;
const NONE = -1;
/** mode=stale: how long a sample waits for a mapping that is just being made. */
const PATIENCE_PS = 5 * PS_PER_S;

/** Runs the world up to a time, over an oops of a thread too, as in a kernel. */
function runUntil(world: World, untilPs: number): void {
  while (world.run(untilPs, Infinity, 'time') === 'oops');
}

/** Runs a world and takes a sample at each time; startPs is where t = 0 lies. */
export function observe(world: World, system: SystemView, args: ProgramArgs, timesS: readonly number[], startPs: number, design: 'base' | 'v1'): RunRecord {
  const nodes = new Int16Array(mappingPages(args));
  const descent = new DescentWatch(world.rec.trace);
  const samples = timesS.map((tS): RunSample => {
    runUntil(world, startPs + Math.round(tS * PS_PER_S));
    const until = world.nowPs + PATIENCE_PS;
    descent.update();
    while (!readNodes(system, args, nodes) && world.nowPs < until) runUntil(world, world.nowPs + PS_PER_MS);
    descent.update();
    const totals = world.rec.totals();
    return {
      tS: (world.nowPs - startPs) / PS_PER_S, vm: new Map(COUNTER_NAMES.map((name, i) => [name, totals[i]])), want: wantOf(args, nodes),
      loops: args.targets.map((_, w) => system.loops(PROCESS, FIRST_WORKER + w)), switchedIn: new Map(),
    };
  });
  return { design, samples, batches: batchesIn(world, startPs, descent), batchOffsetS: 0, calls: undefined, peakUnmapped: system.peakUnmapped(), after: undefined };
}

/** Node of every page of the mapping that the program has now; false while pages of it are still to be written. */
function readNodes(system: SystemView, args: ProgramArgs, into: Int16Array): boolean {
  system.nodesOf(PROCESS, MAPPING, into);
  if (!into.includes(NONE)) return true;
  if (args.mode !== 'stale') return false;
  system.nodesOf(PROCESS, SECOND_MAPPING, into);
  return !into.includes(NONE);
}

function wantOf(args: ProgramArgs, nodes: Int16Array): Map<number, Map<number, number>> {
  const want = new Map(args.targets.map((t) => [t, new Map<number, number>()]));
  for (let page = 0; page < nodes.length; page++) {
    const on = want.get(args.targets[ownerOf(args, page)]);
    const node = nodes[page] < 0 ? UNMAPPED : nodes[page];
    on?.set(node, (on.get(node) ?? 0) + 1);
  }
  return want;
}

function batchesIn(world: World, startPs: number, descent: DescentWatch): RunBatch[] {
  const { log } = world.rec;
  const row = blankRow();
  const out: RunBatch[] = [];
  const seen = new Map<number, number>();
  for (let i = log.dropped; i < log.total; i++) {
    log.read(i, row);
    if ((row.kind !== LogKind.BatchEmpty && row.kind !== LogKind.BatchEnd) || row.actor < 0) continue;
    const n = row.kind === LogKind.BatchEmpty ? 0 : row.folios;
    const batch = seen.get(row.actor) ?? 0;
    if (n > 0) seen.set(row.actor, batch + 1);
    // the log names the lowest PFN first
    out.push({
      tS: (row.timePs - startPs) / PS_PER_S, node: row.actor, target: row.sentTo, n, first: n === 0 ? 0 : row.lastPfn, last: n === 0 ? 0 : row.firstPfn,
      descending: n > 1 && descent.went(row.actor, batch), ok: n - (n === 0 ? 0 : row.failed), remaining: n === 0 ? 0 : row.failed, tookS: 0,
    });
  }
  return out;
}
