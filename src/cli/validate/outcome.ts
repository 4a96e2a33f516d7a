/** What a simulated world showed, taken sample by sample in the form of a recorded run. */

import { COUNTER_NAMES } from '../../engine/observe/counters';
import { type LogRow, blankRow } from '../../engine/observe/log';
import { LogKind } from '../../engine/observe/logkinds';
import type { World } from '../../engine/sim/world';
import type { SystemView } from '../../engine/system/view';
import { EngineBug, PS_PER_MS, PS_PER_S } from '../../engine/types';
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

/** The trace and the log are read this often, before their rings come round. */
const SLICE_PS = 50 * PS_PER_MS;

/** A world on its way, with the batches that it has made. */
class Observed {
  private readonly descent: DescentWatch;
  private readonly seen = new Map<number, number>();
  private readonly row = blankRow();
  private read = 0;
  readonly batches: RunBatch[] = [];

  constructor(readonly world: World, private readonly startPs: number) {
    this.descent = new DescentWatch(world.rec.trace);
  }

  /** Runs up to a time, over an oops of a thread too, as in a kernel. */
  runUntil(untilPs: number): void {
    const { world } = this;
    while (world.nowPs < untilPs) {
      const to = Math.min(untilPs, world.nowPs + SLICE_PS);
      while (world.run(to, Infinity, 'time') === 'oops');
      this.descent.update();
      this.readLog();
    }
  }

  private readLog(): void {
    const { log } = this.world.rec;
    if (log.dropped > this.read) throw new EngineBug('the log came round before it was read');
    for (; this.read < log.total; this.read++) {
      const row = log.read(this.read, this.row);
      if ((row.kind === LogKind.BatchEmpty || row.kind === LogKind.BatchEnd) && row.actor >= 0) this.batch(row);
    }
  }

  private batch(row: LogRow): void {
    const tS = (row.timePs - this.startPs) / PS_PER_S;
    if (row.kind === LogKind.BatchEmpty) {
      this.batches.push({ tS, node: row.actor, target: row.sentTo, n: 0, first: 0, last: 0, descending: false, ok: 0, remaining: 0, tookS: 0 });
      return;
    }
    const number = this.seen.get(row.actor) ?? 0;
    this.seen.set(row.actor, number + 1);
    // the log names the lowest PFN first
    this.batches.push({
      tS, node: row.actor, target: row.sentTo, n: row.folios, first: row.lastPfn, last: row.firstPfn,
      descending: row.folios > 1 && this.descent.went(row.actor, number), ok: row.folios - row.failed, remaining: row.failed, tookS: 0,
    });
  }
}

/** Runs a world and takes a sample at each time; startPs is where t = 0 lies. */
export function observe(world: World, system: SystemView, args: ProgramArgs, timesS: readonly number[], startPs: number, design: 'base' | 'v1'): RunRecord {
  const nodes = new Int16Array(mappingPages(args));
  const run = new Observed(world, startPs);
  const samples = timesS.map((tS): RunSample => {
    run.runUntil(startPs + Math.round(tS * PS_PER_S));
    const until = world.nowPs + PATIENCE_PS;
    while (!readNodes(system, args, nodes) && world.nowPs < until) run.runUntil(world.nowPs + PS_PER_MS);
    const totals = world.rec.totals();
    return {
      tS: (world.nowPs - startPs) / PS_PER_S, vm: new Map(COUNTER_NAMES.map((name, i) => [name, totals[i]])), want: wantOf(args, nodes),
      loops: args.targets.map((_, w) => system.loops(PROCESS, FIRST_WORKER + w)), switchedIn: new Map(),
    };
  });
  return { design, samples, batches: run.batches, batchOffsetS: 0, calls: undefined, peakUnmapped: system.peakUnmapped(), after: undefined };
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
