/** Values of a scenario's text as plain JSON, for the questions that begin with what stands there. */

import { parseJson, type JsonNode } from '../../scenario/file/parse';
import type { Json } from './drafts';

function valueOf(node: JsonNode): Json {
  const children = node.children ?? [];
  if (node.type === 'array') return children.map(valueOf);
  if (node.type === 'object') return Object.fromEntries(children.flatMap(p => {
    const [key, value] = p.children ?? [];
    const name: unknown = key?.value;
    return typeof name === 'string' && value !== undefined ? [[name, valueOf(value)]] : [];
  }));
  const v: unknown = node.value;
  return typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean' ? v : null;
}

type JsonObject = { readonly [name: string]: Json };
const isObject = (v: Json): v is JsonObject => typeof v === 'object' && v !== null && !Array.isArray(v);

/** The phases of a scenario's workload, in order; [] when the text cannot be read. */
export function phasesOf(text: string): readonly JsonObject[] {
  const parsed = parseJson(text);
  const root = parsed.ok ? valueOf(parsed.root) : null;
  const workload = isObject(root) ? root['workload'] : undefined;
  return Array.isArray(workload) ? workload.filter(isObject) : [];
}
