/** JSON with comments as a tree with offsets; mistakes of syntax as located problems. The one file that knows the JSON library's parser. */

import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser/lib/esm/main.js';
import type { ScenarioProblem } from '../api';

export type JsonNode = Node;

const SAYS: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'this is no JSON value; a text in double quotes, a number, true, false, null, [ ] or { } is allowed'],
  ['InvalidNumberFormat', 'this is no number'],
  ['PropertyNameExpected', 'the name of a property in double quotes is missing'],
  ['ValueExpected', 'a value is missing'],
  ['ColonExpected', 'a colon is missing'],
  ['CommaExpected', 'a comma is missing'],
  ['CloseBraceExpected', 'a closing brace } is missing'],
  ['CloseBracketExpected', 'a closing bracket ] is missing'],
  ['EndOfFileExpected', 'the file should end before this'],
  ['UnexpectedEndOfComment', 'a comment does not end; */ is missing'],
  ['UnexpectedEndOfString', 'a text does not end; a double quote is missing'],
  ['UnexpectedEndOfNumber', 'a number does not end'],
  ['InvalidUnicode', 'this is no \\u escape'],
  ['InvalidEscapeCharacter', 'this is no escape that JSON has'],
  ['InvalidCharacter', 'this character must be escaped in a text'],
]);

const MAX_PROBLEMS = 50;
const MAX_DEPTH = 64;

export type ParseResult = { readonly ok: true; readonly root: JsonNode } | { readonly ok: false; readonly problems: readonly ScenarioProblem[] };

/** Deepest nesting of brackets outside of texts and comments, so that no parser of ours runs out of stack. */
function tooDeep(text: string): number {
  let depth = 0;
  const tokens = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[^]*?\*\/|[[\]{}]/g;
  for (let m = tokens.exec(text); m !== null; m = tokens.exec(text)) {
    if (m[0] === '{' || m[0] === '[') {
      if (++depth > MAX_DEPTH) return m.index;
    } else if (m[0] === '}' || m[0] === ']') depth = Math.max(0, depth - 1);
  }
  return -1;
}

/** Never throws. Comments and commas before a closing bracket are allowed. */
export function parseJson(text: string): ParseResult {
  const deep = tooDeep(text);
  if (deep >= 0) return { ok: false, problems: [{ path: '', offset: deep, length: 1, message: `Brackets are nested deeper than ${MAX_DEPTH} levels; a scenario needs fewer than ten.` }] };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false, allowEmptyContent: false });
  if (errors.length === 0 && root !== undefined) return { ok: true, root };
  const problems = errors.slice(0, MAX_PROBLEMS).map((e) => ({
    path: '', offset: Math.min(e.offset, text.length), length: Math.max(0, Math.min(e.length, text.length - e.offset)),
    message: `This is no valid JSON: ${SAYS.get(printParseErrorCode(e.error)) ?? 'it cannot be read'}.`,
  }));
  return { ok: false, problems: problems.length > 0 ? problems : [{ path: '', offset: 0, length: 0, message: 'The file is empty; a scenario in JSON is needed.' }] };
}
