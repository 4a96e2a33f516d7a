/** Edits of a scenario's text that read as a person would have written them: small values on one line, lists with a row a line. */

import { editScenario } from '../../scenario/edit';
import type { JsonPath } from '../../scenario/file/nodes';
import { oneLine } from '../../scenario/write';
import type { Json } from './drafts';

/** What fits a line is written in one. */
const LINE_CHARS = 180;
/** Stands in for the value while the editor of JSON finds its place; no scenario has this text. */
const PLACE = '\u0001value\u0001';

function compact(value: Json, indent: string): string {
  const line = oneLine(value);
  if (line.length + indent.length <= LINE_CHARS || typeof value !== 'object' || value === null) return line;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) return `[\n${value.map((v: Json) => deeper + compact(v, deeper)).join(',\n')}\n${indent}]`;
  return `{\n${Object.entries(value).map(([k, v]) => `${deeper}${JSON.stringify(k)}: ${compact(v, deeper)}`).join(',\n')}\n${indent}}`;
}

/** Sets the value at a path (undefined removes it); the rest of the text, comments included, stays as it stands. */
export function editCompact(text: string, path: JsonPath, value: Json | undefined): string {
  if (value === undefined) return editScenario(text, path, undefined);
  const edited = editScenario(text, path, PLACE);
  const place = JSON.stringify(PLACE);
  const at = edited.indexOf(place);
  if (at < 0) return edited;
  const indent = /^[ \t]*/.exec(edited.slice(edited.lastIndexOf('\n', at) + 1))?.[0] ?? '';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return edited.slice(0, at) + compact(value, indent).replaceAll('\n', eol) + edited.slice(at + place.length);
}
