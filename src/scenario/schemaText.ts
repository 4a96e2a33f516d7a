/** The JSON Schema of scenario files as text: media/schema/kmigrated-scenario.schema.json holds it, for completion and hovers in the editor. */

import { scenarioShape } from './file/format';
import { presetList } from './presets/presets';

/** Draft-07, with VS Code's additions; a test keeps the file equal to this. */
export function schemaText(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'kmigrated scenario',
    allowComments: true,
    allowTrailingCommas: true,
    ...withPresets(scenarioShape.schema),
  };
  return `${JSON.stringify(schema, undefined, 1)}\n`;
}

/** Adds the ids of the presets, which the shape itself leaves open so that the message about a wrong one can name them. */
function withPresets(value: unknown): Record<string, unknown> {
  const walk = (v: unknown, key: string): unknown => {
    if (Array.isArray(v)) return v.map((x) => walk(x, ''));
    if (typeof v !== 'object' || v === null) return v;
    const out = Object.fromEntries(Object.entries(v).map(([k, x]) => [k, walk(x, k)]));
    if (key !== 'preset') return out;
    const presets = presetList();
    return { ...out, enum: presets.map((p) => p.id), markdownEnumDescriptions: presets.map((p) => `**${p.title}**. ${p.source}`) };
  };
  const out = walk(value, '');
  return typeof out === 'object' && out !== null ? { ...out } : {};
}
