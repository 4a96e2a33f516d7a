/** Changes one value of a scenario text and leaves the rest, comments included, as it stands. */

import { applyEdits, modify } from 'jsonc-parser/lib/esm/main.js';
import type { Migrator } from '../engine/system/spec';
import { type JsonPath, nodeAt } from './file/nodes';
import { type JsonNode, parseJson } from './file/parse';

const MIGRATORS: readonly Migrator[] = ['none', 'ideal', 'sync', 'kmigrated-v1', 'task-work', 'kpromoted', 'cpu-buffers', 'pghot-early', 'pghot-late'];

/**
 * Sets the value at a path such as ['workload', 0, 'count']; undefined removes it. Parents that are missing are made; an index one past
 * the end of a list appends. A text that is no JSON, or a path that leads through a value that is no object, comes back unchanged.
 */
export function editScenario(text: string, path: JsonPath, value: unknown): string {
  try {
    return applyEdits(text, modify(text, [...path], value, { formattingOptions: { insertSpaces: true, tabSize: 2, eol: text.includes('\r\n') ? '\r\n' : '\n' } }));
  } catch {
    // the library throws for paths through plain values
    return text;
  }
}

/**
 * The same scenario with another migrator, "system" made where it is missing. Options of the design before it ("deferred") go with it. repairs of kmigrated v1:
 * a list or "all"; none: as posted; undefined: as they stand.
 */
export function withMigrator(text: string, migrator: Migrator, repairs?: readonly string[] | 'all'): string {
  const other = migratorOf(text) !== migrator;
  let made = editScenario(text, ['system', 'migrator'], migrator);
  if (other && hasValue(made, ['system', 'deferred'])) made = editScenario(made, ['system', 'deferred'], undefined);
  if (repairs === undefined || (repairs.length === 0 && !hasValue(made, ['design', 'repairs']))) return made;
  return editScenario(made, ['design', 'repairs'], repairs.length === 0 ? undefined : repairs);
}

/** Something stands at a path of a scenario text. */
function hasValue(text: string, path: JsonPath): boolean {
  const parsed = parseJson(text);
  if (!parsed.ok) return false;
  let node: JsonNode | undefined = parsed.root;
  for (const name of path) node = node?.children?.find((p) => p.children?.[0]?.value === name)?.children?.[1];
  return node !== undefined;
}

/**
 * The migrator that a scenario text names, or the one that it gets by default; undefined where no program runs (marks only), so that there is
 * nothing to switch, and for a text that is no JSON.
 */
export function migratorOf(text: string): Migrator | undefined {
  const parsed = parseJson(text);
  if (!parsed.ok) return undefined;
  const has = (name: string): boolean => parsed.root.children?.some((p) => p.children?.[0]?.value === name) ?? false;
  if (parsed.root.type !== 'object' || !(has('system') || has('programs'))) return undefined;
  const v: unknown = nodeAt(parsed.root, ['system', 'migrator']).value;
  return MIGRATORS.find((m) => m === v) ?? 'kmigrated-v1';
}
