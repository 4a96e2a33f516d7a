/** A world with its time series: runs it in pieces that end at every instant to sample. */

import type { RunEnd, Until, World } from '../engine/sim/world';
import type { SeriesRecorder } from './series';

/** Bytes that a world holds by what has happened in it: page frames, trace, log. */
export const bytesOf = (world: World): number => world.machine.frames.bytes() + world.rec.trace.bytes() + world.rec.log.bytes();

const MIB = 1024 * 1024;

/** The refusal of a world that takes more memory than it may. */
export const tooLarge = (needed: number, limit: number): string =>
  `This world takes ${Math.ceil(needed / MIB)} MiB, more than the limit of ${Math.floor(limit / MIB)} MiB. Raise the setting kmigrated.memoryLimitMiB, or take a smaller machine.`;

export class Track {
  /** series: undefined for a world of marks only, which has no charts. */
  constructor(readonly world: World, readonly series: SeriesRecorder | undefined) {}

  /** World.run(), but a piece ends at the next instant to sample, as 'budget' when there is more to run. */
  advance(untilPs: number, maxSteps: number, until: Until): RunEnd {
    const { world, series } = this;
    const { system } = world;
    if (series === undefined || system === undefined || series.nextPs > untilPs) return world.run(untilPs, maxSteps, until);
    const at = series.nextPs;
    const end = world.run(at, maxSteps, until);
    if (end !== 'time' && end !== 'done') return end;
    series.sample(world, system);
    return at < untilPs ? 'budget' : end;
  }
}
