/** The scenario that is to be compared, with the files that it names, as text: a comparison stands for itself and reads nothing later. */

import type { WorldSpec } from '../../engine/spec';
import type { SideFileReader } from '../../scenario/api';
import { loadScenario } from '../../scenario/load';

export interface Subject {
  readonly name: string;
  readonly text: string;
  readonly side: Readonly<Record<string, string>>;
  readonly spec: WorldSpec;
}

export type SubjectResult = { readonly ok: true; readonly subject: Subject } | { readonly ok: false; readonly text: string; readonly noPrograms: boolean };

export const NO_PROGRAMS = 'This scenario has no programs: pages are marked by hand, and there is nothing to compare designs by. Choose one with "programs", as the default experiment has.';

/** Reads a scenario for a comparison; a sentence when it cannot be read or runs no program. */
export async function readSubject(text: string, readSide: SideFileReader): Promise<SubjectResult> {
  const side: Record<string, string> = {};
  const read = await loadScenario(text, async (name, maxBytes) => {
    const found = await readSide(name, maxBytes);
    if (found !== undefined) side[name] = found;
    return found;
  });
  if (!read.ok) return { ok: false, text: `The scenario has a mistake, so nothing was compared. ${read.problems[0]?.message ?? ''}`, noPrograms: false };
  if (read.spec.system === undefined) return { ok: false, text: NO_PROGRAMS, noPrograms: true };
  return { ok: true, subject: { name: read.spec.name, text, side, spec: read.spec } };
}
