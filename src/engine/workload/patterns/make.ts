/** From a pattern in a program to its accesses at run time. */

import type { Prng } from '../../sim/prng';
import type { PatternSpec } from '../../system/spec';
import { EngineBug } from '../../types';
import type { Pattern } from '../pattern';
import { Uniform, type Distribution } from './distribution';
import { HotSet } from './hotset';
import { RandomPattern } from './random';
import { RecordedPattern } from './recorded';
import type { TimedSlotHost } from './slots';
import { StreamPattern } from './stream';
import { MAX_UNITS } from './touches';
import { Zipf } from './zipf';

export { SweepPattern } from './sweep';

/**
 * slots: threads that name the pattern; flags: page table entries of the whole VMA (mm/pte.ts); nodes: one more than the highest node id; prng: a stream
 * of its own; host: who knows how far the slots are, undefined where every position is always up to date.
 */
export function makePattern(spec: PatternSpec, slots: number, flags: Uint8Array, nodes: number, prng: Prng, host?: TimedSlotHost): Pattern {
  const { from, units, writeShare, kind } = spec;
  if (!(from >= 0 && units >= 1 && from + units <= flags.length)) throw new EngineBug(`a pattern of ${units} units from ${from} does not fit a VMA of ${flags.length}`);
  if (units > MAX_UNITS) throw new EngineBug(`a pattern of ${units} units: ${MAX_UNITS} are possible`);
  const random = (dist: Distribution): Pattern => new RandomPattern(dist, from, writeShare, slots, flags, prng, host);
  switch (kind.kind) {
    case 'uniform': return random(new Uniform(units, nodes));
    case 'zipf': return random(new Zipf(units, kind.s, kind.shuffled, nodes, prng));
    case 'hotset': return random(new HotSet(units, kind.hotShare, kind.hotAccesses, kind.movePs, nodes));
    case 'stream': return new StreamPattern(from, units, writeShare, slots, flags, nodes, prng, host);
    case 'recorded': return new RecordedPattern(kind.accesses, kind.loop, slots, flags, nodes, host);
  }
}
