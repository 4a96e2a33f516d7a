/** Everything that a run leaves behind: trace, log, counters by node, how often each point was passed, passes and batches for the time line. */

import { COUNTER_NAMES, Counter, type CounterName } from './counters';
import { LogTable } from './log';
import { POINTS, type Point } from './points';
import { Trace } from './trace';

const COLUMNS = COUNTER_NAMES.length;
const LANE_FIELDS = 4;
const LANES_KEPT = 4096;

/** Kinds of a lane mark. */
export const LANE_PASS = 0;
export const LANE_BATCH = 1;

export interface RecorderLimits {
  readonly traceRecords: number;
  readonly logRows: number;
}
export const RECORDER_LIMITS: RecorderLimits = { traceRecords: 1 << 18, logRows: 1 << 20 };

export class Recorder {
  readonly trace: Trace;
  readonly log: LogTable;
  readonly byPoint = new Float64Array(POINTS.length);
  private readonly counters: Float64Array;
  /** Ring of [nid, kind, from ps, to ps]. */
  private readonly lanes = new Float64Array(LANES_KEPT * LANE_FIELDS);
  laneTotal = 0;

  /** nodes: one row of counters for each node id below it. */
  constructor(private readonly nodes: number, limits: RecorderLimits) {
    this.trace = new Trace(limits.traceRecords);
    this.log = new LogTable(limits.logRows);
    this.counters = new Float64Array(nodes * COLUMNS);
  }

  /** A point with a record. */
  point(timePs: number, point: Point, actor: number, pfn: number, a: number, b: number, lo: number, hi: number): void {
    this.byPoint[point]++;
    this.trace.add(timePs, point, actor, pfn, a, b, lo, hi);
  }

  count(nid: number, name: CounterName, by: number): void {
    this.counters[nid * COLUMNS + Counter[name]] += by;
  }

  /** The same by column: for what is counted at every fault. */
  add(nid: number, column: number, by: number): void {
    this.counters[nid * COLUMNS + column] += by;
  }

  /** A counter of one node. */
  of(nid: number, name: CounterName): number {
    return this.counters[nid * COLUMNS + Counter[name]];
  }

  /** Sums over all nodes, in the order of COUNTER_NAMES. */
  totals(): Float64Array {
    const sums = new Float64Array(COLUMNS);
    for (let i = 0; i < this.nodes * COLUMNS; i++) sums[i % COLUMNS] += this.counters[i];
    return sums;
  }

  lane(nid: number, kind: number, fromPs: number, toPs: number): void {
    const at = (this.laneTotal++ % LANES_KEPT) * LANE_FIELDS;
    this.lanes[at] = nid;
    this.lanes[at + 1] = kind;
    this.lanes[at + 2] = fromPs;
    this.lanes[at + 3] = toPs;
  }

  /** Lane marks from number `from` on, as far as they are kept. */
  lanesSince(from: number): (readonly [number, number, number, number])[] {
    const out: (readonly [number, number, number, number])[] = [];
    for (let n = Math.max(from, this.laneTotal - LANES_KEPT); n < this.laneTotal; n++) {
      const at = (n % LANES_KEPT) * LANE_FIELDS;
      out.push([this.lanes[at], this.lanes[at + 1], this.lanes[at + 2], this.lanes[at + 3]]);
    }
    return out;
  }
}
