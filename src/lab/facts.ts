/** What named axes must know of a scenario: its nodes and its programs. */

import { nodeAt } from '../scenario/file/nodes';
import { type JsonNode, parseJson } from '../scenario/file/parse';
import { loadScenario } from '../scenario/load';
import { parseSize } from '../scenario/units';

export interface ProgramFacts {
  readonly kind: string;
  readonly home: number | undefined;
  /** Its threads are given with nodes or CPUs of their own. */
  readonly threaded: boolean;
}

export interface Facts {
  readonly nodes: readonly { readonly nid: number; readonly cpus: readonly number[]; readonly hasMemory: boolean }[];
  readonly programs: readonly ProgramFacts[];
  readonly durationSeconds: number;
  /** Pages of an amount of memory. */
  parse(text: string): number | undefined;
}

/** The facts of a scenario text; a sentence when it cannot be read. */
export async function factsOf(scenario: string, side: Readonly<Record<string, string>>): Promise<Facts | string> {
  const read = await loadScenario(scenario, (name) => Promise.resolve(side[name]));
  const parsed = parseJson(scenario);
  if (!read.ok) return read.problems.map((p) => p.message).slice(0, 3).join(' ');
  if (!parsed.ok) return parsed.problems[0].message;
  const list = nodeAt(parsed.root, ['programs']);
  return {
    nodes: read.spec.machine.nodes, durationSeconds: read.spec.durationPs / 1e12, parse: parseSize,
    programs: list.type === 'array' ? (list.children ?? []).map(programOf) : [],
  };
}

function programOf(node: JsonNode): ProgramFacts {
  const value = (name: string): JsonNode | undefined => node.children?.find((p) => p.children?.[0]?.value === name)?.children?.[1];
  const kind: unknown = value('kind')?.value, home: unknown = value('home')?.value;
  return { kind: typeof kind === 'string' ? kind : '', home: typeof home === 'number' ? home : undefined, threaded: value('threads') !== undefined || value('threadsOnNode') !== undefined };
}
