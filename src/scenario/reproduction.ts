/** A run as a text that stands on its own: the scenario with everything it needs inside, and what to expect of it. */

import type { WorldSpec } from '../engine/spec';
import { editScenario } from './edit';
import { nodeAt, type JsonPath } from './file/nodes';
import { parseJson } from './file/parse';
import { inlineOf } from './machine/inline';
import { rowsOf } from './recorded';
import { distanceRows } from './system/distance';
import { accessRows } from './traces/collect';

export interface RunMade {
  readonly engineVersion: string;
  /** Digest of the trace up to timePs. */
  readonly digest: string;
  readonly timePs: number;
}

export interface Reproduction {
  readonly text: string;
  /** Sentences on what the text could not take in: long recorded lists stay in their files. */
  readonly notes: readonly string[];
}

/** Lists of up to so many requests or accesses are written into the text. */
const MAX_ROWS = 5_000;

/**
 * The text of a scenario with the seed of the run, its machine written out where it came from a file beside it, recorded lists and traces
 * likewise, and a "reproduction" object. loadScenario() opens it as the same world. Comments stay.
 */
export function reproductionText(scenarioText: string, spec: WorldSpec, made: RunMade): Reproduction {
  const parsed = parseJson(scenarioText);
  if (!parsed.ok) return { text: scenarioText, notes: ['The text of the scenario can no longer be read.'] };
  const has = (path: JsonPath): boolean => {
    const parent = nodeAt(parsed.root, path.slice(0, -1));
    return parent.children?.some((p) => p.children?.[0]?.value === path[path.length - 1]) ?? false;
  };
  let text = editScenario(scenarioText, ['seed'], spec.seed);
  const notes: string[] = [];
  if (has(['machine', 'zoneinfo'])) {
    text = editScenario(text, ['machine'], inlineOf(spec.machine));
    // a machine that is written out has no distances of its own
    if (spec.system !== undefined && !has(['system', 'distance'])) text = editScenario(text, ['system', 'distance'], distanceRows(spec.machine, spec.system.distance));
  }
  spec.workload.forEach((phase, i) => {
    if (phase.pattern !== 'recorded' || !has(['workload', i, 'file'])) return;
    const rows = phase.marks.timesPs.length > MAX_ROWS ? undefined : rowsOf(phase.marks);
    if (rows === undefined) {
      notes.push(`The recorded list of "${phase.name}" (${phase.marks.timesPs.length} requests) stays in its file, which must be beside the text.`);
      return;
    }
    text = editScenario(editScenario(text, ['workload', i, 'file'], undefined), ['workload', i, 'list'], rows);
  });
  text = withTraces(text, spec, (i, field) => has(['programs', i, field]), notes);
  const { engineVersion, digest, timePs } = made;
  return { text: editScenario(text, ['reproduction'], { engineVersion, digest, timePs }), notes };
}

/** Writes short traces into the text; programs become processes in their order, copies one after the other. */
function withTraces(before: string, spec: WorldSpec, has: (program: number, field: string) => boolean, notes: string[]): string {
  const parsed = parseJson(before);
  if (!parsed.ok) return before;
  const programs = nodeAt(parsed.root, ['programs']);
  let text = before, process = 0;
  (programs.type === 'array' ? programs.children ?? [] : []).forEach((_, i) => {
    const copies: unknown = has(i, 'processes') ? nodeAt(parsed.root, ['programs', i, 'processes']).value : 1;
    const p = spec.system?.processes[process];
    process += typeof copies === 'number' ? copies : 1;
    const [pattern] = p?.patterns ?? [];
    if (p === undefined || pattern?.kind.kind !== 'recorded' || !has(i, 'file')) return;
    const { accesses } = pattern.kind;
    if (accesses.units.length > MAX_ROWS) {
      notes.push(`The recorded trace of "${p.name}" (${accesses.units.length} accesses) stays in its file, which must be beside the text.`);
      return;
    }
    for (const field of ['file', 'format', 'pid']) if (has(i, field)) text = editScenario(text, ['programs', i, field], undefined);
    text = editScenario(text, ['programs', i, 'list'], accessRows(accesses, p.vmas[pattern.vma]?.pmdMapped ?? false));
  });
  return text;
}
