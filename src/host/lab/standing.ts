/** What there is to say of an arm beside its numbers: what its code is held against, where it comes from, what of it is modelled, and the defects of the posting that it has. */

import type { ScopeNote } from '../../engine/designs/design';
import { V1_REPAIRS } from '../../engine/designs/kmigrated-v1-repairs';
import { SCOPES } from '../../engine/designs/scopes';
import type { Arm } from '../../lab/api';
import type { ResultArm, ResultDefect } from '../../protocol/results';
import { DEFECTS } from '../../source/defects';

/** The scope note of an arm's design. */
export const scopeOfArm = (arm: Arm): ScopeNote => SCOPES[arm.migrator];

/** What an arm's code was compared with. Never more than there is. */
export function standingOf(arm: Arm): string {
  const repaired = (arm.v1?.repairs ?? []).length > 0, changed = arm.numaBalancing?.repairBackoff === true;
  switch (arm.migrator) {
    case 'none': return 'A control. Nothing to hold it against: nobody migrates.';
    case 'ideal': return 'A control, and a bound that nothing reaches.';
    case 'sync': return changed ? 'Recorded runs of a real kernel cover the kernel as it is; the repaired feedback (M4) is ours, no kernel has it.' : 'Recorded runs of a real kernel: counts, order and targets, never times.';
    case 'kmigrated-v1': return repaired ? 'The posted code is held against 569 traces of the real code and recorded runs; the repairs are ours, no kernel has them.'
      : '569 traces of the real code, statement by statement; recorded runs of a real kernel with the patch: counts, order and targets, never times.';
    case 'pghot-early': return '242 traces of the real code for its records and walk; nothing for the run as a whole.';
    case 'pghot-late': return '89 traces of the real code for its records and walk; nothing for the run as a whole.';
    case 'task-work': case 'kpromoted': return 'Nothing real was run: written after the posted code.';
    case 'cpu-buffers': return 'Nothing real exists: our reading of a suggestion in a mail.';
  }
}

/** The register's entries for an arm of kmigrated v1, with what its repairs take away; other designs have none there: their scope notes say what they do as posted. */
export function defectsOf(arm: Arm): ResultDefect[] {
  if (arm.migrator !== 'kmigrated-v1') return [];
  const repairs = new Set<string>(arm.v1?.repairs ?? []);
  const posted = DEFECTS.map((d): ResultDefect => ({ id: d.id, title: d.title, says: d.says, repaired: repairs.has(d.id), point: d.points[0] ?? -1 }));
  const more = V1_REPAIRS.filter(r => repairs.has(r.id) && !posted.some(d => d.id === r.id)).map((r): ResultDefect => ({ id: r.id, title: r.id, says: r.says, repaired: true, point: -1 }));
  return [...posted, ...more];
}

/** What makes an arm differ from the scenario, as "name value" in words for a list. */
export function optionsOfArm(arm: Arm): string[] {
  const pairs = (of: object): string[] => Object.entries(of).filter(([k]) => k !== 'kind' && k !== 'repairs').map(([k, v]) => `${k} ${String(v)}`);
  return [...pairs(arm.numaBalancing ?? {}).map(p => `numaBalancing.${p}`), ...pairs(arm.v1 ?? {}), ...pairs(arm.deferred ?? {})];
}

type About = Pick<ResultArm, 'standing' | 'options' | 'sources' | 'modelled' | 'simplified' | 'notModelled' | 'defects'>;

/** All of it, as the results page gets it. */
export function aboutArm(arm: Arm): About {
  const scope = scopeOfArm(arm);
  return {
    standing: standingOf(arm), options: optionsOfArm(arm), sources: scope.sources,
    modelled: scope.modelled, simplified: scope.simplified, notModelled: scope.not, defects: defectsOf(arm),
  };
}
