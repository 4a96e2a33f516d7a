/** One run of a comparison as a world that can be opened: the scenario with the design, its options and the seed in it. */

import { ENGINE_VERSION, type WorldSpec } from '../../engine/spec';
import type { Arm, Job } from '../../lab/api';
import { specOf } from '../../lab/job';
import { editScenario, withMigrator } from '../../scenario/edit';
import { reproductionText } from '../../scenario/reproduction';

export type RunWorld =
  | { readonly ok: true; readonly spec: WorldSpec; readonly text: string; /** What the text could not take in, as sentences, or "". */ readonly note: string }
  | { readonly ok: false; readonly text: string };

/** The scenario's text with an arm and a seed in it. */
export function armText(text: string, arm: Arm, seed: number): string {
  let out = editScenario(withMigrator(text, arm.migrator), ['seed'], seed);
  for (const [key, value] of Object.entries(arm.numaBalancing ?? {})) out = editScenario(out, ['system', 'numaBalancing', key], value);
  for (const [key, value] of Object.entries(arm.v1 ?? {})) out = editScenario(out, ['design', key], key === 'repairs' && Array.isArray(value) && value.length === 0 ? undefined : value);
  // as in a run of the lab: options of another design in the scenario are not this one's
  return hasDeferred(out) || arm.deferred !== undefined ? editScenario(out, ['system', 'deferred'], optionsIn(arm)) : out;
}

const hasDeferred = (text: string): boolean => /"deferred"/.test(text);

function optionsIn({ deferred }: Arm): object | undefined {
  if (deferred === undefined) return undefined;
  const { kind: _kind, ...options } = deferred;
  return options;
}

/** The world of a job; digest: what its run ended with, written into the text. */
export async function runWorld(job: Job, digest: string): Promise<RunWorld> {
  const made = await specOf(job);
  if (!made.ok) return made;
  const { system, ...rest } = made.spec;
  if (system === undefined) return { ok: false, text: 'A world without programs has no run to open.' };
  // the lab's probe measures and changes nothing; a session has its own means
  const { probe: _probe, ...without } = system;
  const spec: WorldSpec = { ...rest, system: without };
  const { text, notes } = reproductionText(armText(job.scenario, job.arm, job.seed), spec, { engineVersion: ENGINE_VERSION, digest, timePs: spec.durationPs });
  return { ok: true, spec, text, note: notes.join(' ') };
}
