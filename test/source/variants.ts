// Texts to anchor: the project's outline, and changed forms of it as a user's tree might have them.
import fs from 'node:fs';
import { POINTS, type Point } from '../../src/engine/observe/points';
import type { AnchoredFile } from '../../src/source/api';
import { Lexer, Tok } from '../../src/source/lexer';
import { at } from '../support/root';

export const outline = (): string => fs.readFileSync(at('media/outline/kmigrated.c'), 'utf8');

/** Replaces whole words outside comments and strings. */
export function renamed(text: string, names: Readonly<Record<string, string>>): string {
  return mapTokens(text, (tok, word) => (tok === Tok.Word && Object.hasOwn(names, word) ? names[word] ?? word : word));
}

/** Every token through a function; what lies between the tokens stays, comments too. */
export function mapTokens(text: string, change: (tok: Tok, token: string) => string): string {
  const lexer = new Lexer(text);
  let out = '';
  let done = 0;
  for (let tok = lexer.next(); tok !== Tok.End; tok = lexer.next()) {
    out += text.slice(done, lexer.start) + change(tok, text.slice(lexer.start, lexer.end));
    done = lexer.end;
  }
  return out + text.slice(done);
}

/** The code without comments, preprocessor lines on lines of their own, all else separated as `gap` says. */
export function respaced(text: string, gap: string): string {
  const lexer = new Lexer(text);
  let out = '';
  for (let tok = lexer.next(); tok !== Tok.End; tok = lexer.next()) {
    const token = text.slice(lexer.start, lexer.end);
    out += tok === Tok.Directive ? `\n${token.replace(/\/\*[^]*?\*\//g, '').trimEnd()}\n` : token + gap;
  }
  return out;
}

/** The statement that a point stands on, in one line. */
export function statementOf(text: string, file: AnchoredFile, point: Point): string {
  const a = file.anchorOf(point);
  return a ? text.slice(a.offset, a.offset + a.length).replace(/\s+/g, ' ') : '';
}

export const missingIds = (file: AnchoredFile): string[] => file.missing.map(m => POINTS[m.point]?.id ?? '?').sort();

/** What each point stands on, blanks left out: equal for two forms of one text. */
export function shapeOf(text: string, file: AnchoredFile): string[] {
  return POINTS.map(p => `${p.id} ${statementOf(text, file, p.point).replace(/\s+/g, '')}`);
}
