/** Pieces of scenario text: values as JSON that a person can read, one row a line. */

import type { MachineSpec } from '../engine/machine/spec';
import { inlineOf } from './machine/inline';

/** A value on one line: { "a": 1, "b": [1, 2] }. */
export function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).filter(([, v]) => v !== undefined).map(([k, v]) => `${JSON.stringify(k)}: ${oneLine(v)}`);
    return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
  }
  return JSON.stringify(value);
}

/** A list with one entry a line. */
export const rows = (values: readonly unknown[], indent: string): string =>
  values.length === 0 ? '[]' : `[\n${values.map((v) => `${indent}  ${oneLine(v)}`).join(',\n')}\n${indent}]`;

/** A machine as it stands in a scenario file: everything that it is, so that it reads back the same. */
export function inlineText(machine: MachineSpec, indent: string): string {
  const file = inlineOf(machine);
  const deeper = `${indent}  `;
  const nodes = file.nodes.map((node) => {
    const head = oneLine({ nid: node.nid, cpus: node.cpus }).slice(0, -2);
    return node.zones === undefined || node.zones.length === 0 ? `${deeper}  ${head} }` : `${deeper}  ${head}, "zones": ${rows(node.zones, `${deeper}  `)} }`;
  });
  return [
    '{',
    `${deeper}"name": ${JSON.stringify(file.name)},`,
    `${deeper}"source": ${JSON.stringify(file.source)},`,
    `${deeper}"nodes": [\n${nodes.join(',\n')}\n${deeper}],`,
    `${deeper}"ranges": ${rows(file.ranges ?? [], deeper)}`,
    `${indent}}`,
  ].join('\n');
}
