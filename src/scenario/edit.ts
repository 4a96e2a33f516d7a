/** Changes one value of a scenario text and leaves the rest, comments included, as it stands. */

import { applyEdits, modify } from 'jsonc-parser/lib/esm/main.js';
import type { JsonPath } from './file/nodes';

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
