/** The live figures of the open world, as lens and hover write them. */

import type { LiveFigures } from '../../source/api';
import type { OpenWorld } from '../live/worlds';

export function liveFigures(world: OpenWorld | undefined): LiveFigures | undefined {
  if (world === undefined) return undefined;
  const { session } = world;
  return {
    byPoint: session.figures().byPoint, counters: session.counters().total, threads: session.threads(), timePs: session.timePs, atPoint: session.atPoint,
  };
}
