/** One run of a comparison as a world that can be opened: the scenario with the design, its options and the seed in it. */

import { DEFERRED_DEFAULTS, type DeferredOptions } from '../../engine/designs/options';
import { ENGINE_VERSION, type WorldSpec } from '../../engine/spec';
import type { Arm, Job } from '../../lab/api';
import { specOf, stable } from '../../lab/job';
import { editScenario, withMigrator } from '../../scenario/edit';
import { reproductionText } from '../../scenario/reproduction';

export type RunWorld =
  | { readonly ok: true; readonly spec: WorldSpec; readonly text: string; /** What the text has no words for, as a sentence, or "". */ readonly note: string }
  | { readonly ok: false; readonly text: string };

/** The scenario's text with an arm and a seed in it, as far as it has words for them. */
export function armText(text: string, arm: Arm, seed: number): string {
  let out = editScenario(withMigrator(text, arm.migrator), ['seed'], seed);
  for (const [key, value] of Object.entries(arm.numaBalancing ?? {})) out = editScenario(out, ['system', 'numaBalancing', key], value);
  for (const [key, value] of Object.entries(arm.v1 ?? {})) out = editScenario(out, ['design', key], key === 'repairs' && Array.isArray(value) && value.length === 0 ? undefined : value);
  return out;
}

const isDefault = (o: DeferredOptions): boolean => stable(o) === stable(DEFERRED_DEFAULTS[o.kind]);

/** The world of a job; digest: what its run ended with, written into the text. */
export async function runWorld(job: Job, digest: string): Promise<RunWorld> {
  const made = await specOf(job);
  if (!made.ok) return made;
  const { system, ...rest } = made.spec;
  if (system === undefined) return { ok: false, text: 'A world without programs has no run to open.' };
  // the lab's probe measures and changes nothing; a session has its own means
  const { probe: _probe, ...without } = system;
  const spec: WorldSpec = { ...rest, system: without };
  const { deferred } = job.arm;
  const { text, notes } = reproductionText(armText(job.scenario, job.arm, job.seed), spec, { engineVersion: ENGINE_VERSION, digest, timePs: spec.durationPs });
  const own = deferred === undefined || isDefault(deferred) ? '' : `Options of "${job.arm.label}" that a scenario file has no words for stand in this session only; read from its text it would run with the defaults.`;
  return { ok: true, spec, text, note: [own, ...notes].filter(n => n !== '').join(' ') };
}
