/** Samples a world with programs at fixed simulated instants: what the charts draw, the same points however the run was sliced. */

import { CAUSES, type Cause } from '../engine/cost/ledger';
import { Counter } from '../engine/observe/counters';
import type { World } from '../engine/sim/world';
import type { SystemView } from '../engine/system/view';
import { PS_PER_MS, PS_PER_S } from '../engine/types';
import { MAX_SERIES_POINTS, SERIES_COLUMNS, SERIES_COUNTERS, SERIES_LEVELS, SERIES_RATES, type SeriesRun } from '../protocol/series';

/** Points of a whole run, unless they came closer than a millisecond. */
const POINTS_OF_A_RUN = 256;
const COLUMNS = SERIES_COLUMNS.length;
/** First column of each group; in the rows that are kept, the rates' place holds the sums that rates are made of. */
const RATES = 1 + SERIES_COUNTERS.length;
const LEVELS = RATES + SERIES_RATES.length;
const LEDGER = LEVELS + SERIES_LEVELS.length;
const PS_PER_NS = 1000;
const PS_PER_US = 1_000_000;
const COUNTERS: readonly number[] = SERIES_COUNTERS.map((name) => Counter[name]);

/** Simulated time between two samples of a run of this length, in ps. */
export const sampleIntervalPs = (durationPs: number): number => Math.max(PS_PER_MS, Math.floor(durationPs / POINTS_OF_A_RUN));

/**
 * Keeps sums since the begin; what belongs to an interval is made when it is read, so that a row that goes loses nothing but itself: the next one
 * tells of both intervals.
 */
export class SeriesRecorder {
  /** The next instant to sample, in ps; Infinity when the run is over. The world must be run exactly up to it. */
  nextPs = 0;
  points = 0;
  /** Samples taken so far, those that went included. */
  samples = 0;
  private intervalPs: number;
  /** One row more than is ever kept. */
  private readonly sums = new Float64Array((MAX_SERIES_POINTS + 1) * COLUMNS);

  constructor(readonly label: string, private readonly durationPs: number, intervalPs = sampleIntervalPs(durationPs)) {
    this.intervalPs = intervalPs;
  }

  /** Takes the sample of nextPs from a world that stands there with everything done. */
  sample(world: World, system: SystemView): void {
    const timePs = this.nextPs;
    this.samples++;
    this.row(this.points++ * COLUMNS, timePs, world, system);
    if (this.points > MAX_SERIES_POINTS) this.halve();
    this.nextPs = timePs >= this.durationPs ? Infinity : Math.min(this.durationPs, timePs + this.intervalPs);
  }

  private row(at: number, timePs: number, world: World, system: SystemView): void {
    const { sums } = this;
    sums[at] = timePs;
    const totals = world.rec.totals();
    COUNTERS.forEach((counter, i) => {
      sums[at + 1 + i] = totals[counter];
    });
    const p = system.progress();
    sums[at + RATES] = p.localAccesses;
    sums[at + RATES + 1] = p.accesses;
    sums[at + RATES + 2] = p.latencyPs;
    sums[at + LEVELS] = p.stallP99Ps / PS_PER_US;
    const ledger = system.ledgerAt(timePs);
    for (let cause = 0; cause < CAUSES; cause++) sums[at + LEDGER + cause] = ledger.total(cause as Cause);
  }

  /** Every second row goes, the first and the newest stay. */
  private halve(): void {
    const kept = Math.ceil(this.points / 2);
    for (let i = 1; i < kept; i++) this.sums.copyWithin(i * COLUMNS, 2 * i * COLUMNS, (2 * i + 1) * COLUMNS);
    this.points = kept;
    this.intervalPs *= 2;
  }

  /** The run as the charts take it. */
  run(): SeriesRun {
    const { sums, points } = this;
    const out = sums.slice(0, points * COLUMNS);
    for (let i = 0; i < points; i++) {
      const now = i * COLUMNS;
      const since = (column: number): number => sums[now + column] - (i === 0 ? 0 : sums[now - COLUMNS + column]);
      const local = since(RATES), accesses = since(RATES + 1), latencyPs = since(RATES + 2), ps = since(0);
      out[now + RATES] = accesses > 0 ? local / accesses : 0;
      out[now + RATES + 1] = ps > 0 ? accesses / (ps / PS_PER_S) : 0;
      out[now + RATES + 2] = accesses > 0 ? latencyPs / accesses / PS_PER_NS : 0;
      for (let c = LEDGER; c < COLUMNS; c++) out[now + c] = since(c);
    }
    return { label: this.label, points, data: out.buffer };
  }
}
