/** One scenario run in several ways, each giving the digest of its trace: bundled for Chromium and called in Node by digest.browser.test.ts. */

import { buildWorld } from '../../../src/engine/sim/build';
import type { World } from '../../../src/engine/sim/world';
import { marksScenarioText } from '../../../src/scenario/defaults';
import { loadScenario } from '../../../src/scenario/load';

export type Way = 'straight' | 'sliced' | 'stepped' | 'literal';
export const WAYS: readonly Way[] = ['straight', 'sliced', 'stepped', 'literal'];

const FIRST_MARKS_PS = 2.5e12;
const AFTER_BATCHES_PS = 3.2e12;

async function world(): Promise<World> {
  const loaded = await loadScenario(marksScenarioText(), () => Promise.resolve(undefined));
  if (!loaded.ok) throw new Error(loaded.problems[0]?.message);
  const built = buildWorld(loaded.spec);
  if (!built.ok) throw new Error(built.text);
  return built.world;
}

/** Digest of the default experiment's first 8 s, run one way. */
export async function digestOf(way: Way): Promise<string> {
  const w = await world();
  const until = 8e12;
  if (way === 'sliced') for (let n = 1; w.run(until, n, 'time') === 'budget';) n = (n * 7) % 1009 + 1;
  if (way === 'stepped') {
    w.run(FIRST_MARKS_PS, Infinity, 'time');
    w.setLiteral(true, true);
    // point by point through marks, walk and batches, then fast again
    while (w.nowPs < AFTER_BATCHES_PS) w.run(until, 1, 'point');
    w.setLiteral(false, false);
  }
  w.setLiteral(way === 'literal', false);
  w.run(until, Infinity, 'time');
  return `${w.rec.trace.digest()} ${w.rec.trace.total}`;
}
