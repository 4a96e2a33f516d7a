/** Runs one job to its end, in slices, and measures it. */

import { buildWorld } from '../engine/sim/build';
import type { World } from '../engine/sim/world';
import type { Job, JobResult, RunResult, RunSeries } from './api';
import { ScenarioReader, specOf } from './job';
import { measure } from './metrics';

/** Samples of a run over simulated time. */
const SAMPLES = 50;
/** Steps between two looks at the clock and at cancellation. */
const SLICE_STEPS = 20_000;
/** The lab keeps no log; the trace gives the digest alone. */
const LIMITS = { traceRecords: 1 << 10, logRows: 1 << 8 };

export interface Pace {
  /** Called between slices: lets others run; full: whether the slice took all of its steps. */
  breathe(full: boolean): Promise<void>;
  cancelled(): boolean;
  /** Steps until the next breath, at least 1; without it a fixed number that suits a thread of its own. */
  steps?(): number;
}

/** Never in the way, never cancelled: for threads of its own. */
export const ALONE: Pace = { breathe: () => Promise.resolve(), cancelled: () => false };

/** The result of a job, or a sentence; reader: shared by jobs of one scenario, so that it is read once. */
export async function runJob(job: Job, pace: Pace = ALONE, reader = new ScenarioReader()): Promise<JobResult> {
  const made = await specOf(job, reader);
  if (!made.ok) return made;
  await pace.breathe(false);
  const built = buildWorld(made.spec, LIMITS);
  if (!built.ok) return built;
  const { world } = built;
  const seconds: number[] = [], localShare: number[] = [], accesses: number[] = [], isolated: number[] = [];
  const untilPs = made.spec.durationPs;
  let last = { accesses: 0, local: 0, ps: 0 };
  for (let i = 1; i <= SAMPLES; i++) {
    const ps = Math.round((untilPs * i) / SAMPLES);
    const stopped = await advance(world, ps, pace);
    if (stopped !== undefined) return { ok: false, text: stopped };
    // an interval that is shorter than a slice must not make the next one longer
    await pace.breathe(false);
    const p = world.system?.progress();
    const all = (p?.accesses ?? 0) - last.accesses, local = (p?.localAccesses ?? 0) - last.local;
    seconds.push(ps / 1e12);
    localShare.push(all > 0 ? local / all : (localShare.at(-1) ?? 0));
    accesses.push(all / ((ps - last.ps) / 1e12));
    isolated.push(world.system?.probe?.isolatedNow ?? 0);
    last = { accesses: p?.accesses ?? 0, local: p?.localAccesses ?? 0, ps };
  }
  return { ok: true, result: resultOf(world, { seconds, localShare, accesses, isolated }) };
}

/** Undefined, or why the run ended early. */
async function advance(world: World, untilPs: number, pace: Pace): Promise<string | undefined> {
  for (;;) {
    if (pace.cancelled()) return 'cancelled';
    const end = world.run(untilPs, pace.steps?.() ?? SLICE_STEPS, 'time');
    if (end === 'oops') return `The simulated kernel dereferenced a NULL pgdat at ${(world.nowPs / 1e12).toFixed(3)} s; a run that has oopsed is not compared.`;
    if (end !== 'budget') return undefined;
    await pace.breathe(true);
  }
}

function resultOf(world: World, series: RunSeries): RunResult {
  const { system } = world;
  const probe = system?.probe;
  return {
    metrics: measure(world), series,
    latencyByPositionMs: Array.from(probe?.latencyAt ?? [], (sum, i) => (probe !== undefined && probe.movesAt[i] > 0 ? sum / probe.movesAt[i] / 1e9 : 0)),
    batchSizes: [...(probe?.batchSizes ?? [])].sort((a, b) => a[0] - b[0]),
    digest: world.rec.trace.digest(), violations: system?.violations() ?? [],
  };
}
