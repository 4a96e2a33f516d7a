/** A function's body as a flat list of statements with their nesting: what anchors are matched against, free of blanks, comments and brace style. */

import { Lexer, Tok } from './lexer';
import type { Definition } from './scan';

export interface Token {
  readonly tok: Tok;
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/**
 * if: an if with its condition. loop: for, while, for_each_...() with its head; a do loop is its closing "while (...)". simple: anything up to
 * its semicolon. The statements that an if, else, loop or block controls have it as their parent.
 */
export type StatementKind = 'if' | 'else' | 'loop' | 'switch' | 'block' | 'simple' | 'return';

export class Statement {
  constructor(
    readonly kind: StatementKind,
    /** Tokens of the head, or of the whole simple statement without its semicolon. */
    readonly tokens: readonly Token[],
    readonly parent: Statement | undefined,
    /** Offsets in the text: the head, or the simple statement with its semicolon. */
    readonly from: number,
    readonly to: number,
  ) {}

  has(...words: readonly string[]): boolean {
    return this.tokens.some(t => t.tok === Tok.Word && words.includes(t.text));
  }

  hasSign(...signs: readonly string[]): boolean {
    return this.tokens.some(t => t.tok === Tok.Sign && signs.includes(t.text));
  }

  /** Does it call a function whose name matches? */
  calls(name: RegExp): boolean {
    return this.callAt(name) >= 0;
  }

  /** Index of the name of the first call that matches, or -1. */
  callAt(name: RegExp): number {
    return this.tokens.findIndex((t, i) => t.tok === Tok.Word && this.tokens[i + 1]?.text === '(' && name.test(t.text));
  }

  within(outer: Statement): boolean {
    for (let s = this.parent; s; s = s.parent) if (s === outer) return true;
    return false;
  }

  /** The variable that the first "=" assigns ("x" of "int x = ..." and of "(x = ...)"), or "". */
  assigned(): string {
    const at = this.tokens.findIndex(t => t.text === '=');
    const before = this.tokens[at - 1];
    return before?.tok === Tok.Word ? before.text : '';
  }
}

export interface Body {
  readonly definition: Definition;
  /** Every statement, in text order of their heads. */
  readonly statements: readonly Statement[];
  /** Name of the last parameter, or "". */
  readonly lastParameter: string;
}

/** Nesting beyond this is not followed: no kernel function has it, and broken text may. */
const MAX_NESTING = 60;

export function readBody(text: string, definition: Definition): Body {
  const tokens = tokensOf(text, definition.bodyFrom + 1, definition.bodyTo);
  const reader = new Reader(tokens);
  reader.sequence(undefined, 0);
  const parameters = tokensOf(text, definition.paramsFrom, definition.paramsTo).filter(t => t.tok === Tok.Word);
  return { definition, statements: reader.statements, lastParameter: parameters.at(-1)?.text ?? '' };
}

/** Tokens of a span, preprocessor lines left out (every branch of a conditional is kept). */
export function tokensOf(text: string, from: number, to: number): Token[] {
  const out: Token[] = [];
  if (from < 0 || to < from) return out;
  const lexer = new Lexer(text, from, to);
  for (let tok = lexer.next(); tok !== Tok.End; tok = lexer.next()) {
    if (tok !== Tok.Directive) out.push({ tok, text: text.slice(lexer.start, lexer.end), from: lexer.start, to: lexer.end });
  }
  return out;
}

class Reader {
  readonly statements: Statement[] = [];
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  /** Statements up to a closing brace or the end. */
  sequence(parent: Statement | undefined, nesting: number): void {
    while (this.at < this.tokens.length) {
      if (this.text() === '}') {
        // one closing brace too many at the outermost level is passed over
        if (nesting > 0) return;
        this.at++;
      } else {
        this.statement(parent, nesting);
      }
    }
  }

  private text(ahead = 0): string {
    return this.tokens[this.at + ahead]?.text ?? '';
  }

  private statement(parent: Statement | undefined, nesting: number): void {
    const word = this.text();
    if (word === ';') this.at++;
    else if (nesting > MAX_NESTING) this.simple(parent);
    else if (word === '{') this.block(parent, nesting);
    else if (word === 'if') this.headed('if', parent, nesting);
    else if (word === 'switch') this.headed('switch', parent, nesting);
    else if (word === 'for' || word === 'while' || this.loopMacro()) this.headed('loop', parent, nesting);
    else if (word === 'else') this.plainHead('else', parent, nesting);
    else if (word === 'do') this.doLoop(parent, nesting);
    else if (word === 'case' || word === 'default') this.label();
    else if (this.text(1) === ':' && this.tokens[this.at]?.tok === Tok.Word) this.at += 2;
    else this.simple(parent);
  }

  private loopMacro(): boolean {
    return this.text(1) === '(' && /for_each/.test(this.text());
  }

  private add(kind: StatementKind, from: number, to: number, parent: Statement | undefined, endOffset?: number): Statement {
    const tokens = this.tokens.slice(from, to);
    const statement = new Statement(kind, tokens, parent, tokens[0]?.from ?? 0, endOffset ?? tokens.at(-1)?.to ?? 0);
    this.statements.push(statement);
    return statement;
  }

  private block(parent: Statement | undefined, nesting: number): void {
    const outer = this.add('block', this.at, this.at + 1, parent);
    this.at++;
    this.sequence(outer, nesting + 1);
    if (this.text() === '}') this.at++;
  }

  private headed(kind: StatementKind, parent: Statement | undefined, nesting: number): void {
    const from = this.at++;
    this.at = this.pastParenthesis(this.at);
    const head = this.add(kind, from, this.at, parent);
    this.controlled(head, nesting);
  }

  private plainHead(kind: StatementKind, parent: Statement | undefined, nesting: number): void {
    const head = this.add(kind, this.at, this.at + 1, parent);
    this.at++;
    this.controlled(head, nesting);
  }

  private controlled(head: Statement, nesting: number): void {
    if (this.at < this.tokens.length && this.text() !== '}') this.statement(head, nesting + 1);
  }

  /** do { ... } while (...): the statements come first, then the loop's head; they are no children of it. */
  private doLoop(parent: Statement | undefined, nesting: number): void {
    this.plainHead('block', parent, nesting);
    if (this.text() !== 'while') return;
    const from = this.at++;
    this.at = this.pastParenthesis(this.at);
    this.add('loop', from, this.at, parent);
  }

  private label(): void {
    while (this.at < this.tokens.length && ![':', ';', '{', '}'].includes(this.text())) this.at++;
    if (this.text() === ':') this.at++;
  }

  private simple(parent: Statement | undefined): void {
    const from = this.at;
    let depth = 0;
    for (; this.at < this.tokens.length; this.at++) {
      const text = this.text();
      if (text === '(' || text === '[') depth++;
      else if (text === ')' || text === ']') depth--;
      else if (text === ';') break;
      else if (text === '{' && this.at > from && depth <= 0 && this.text(-1) !== '=' && this.text(-1) !== ')') break;
      else if (text === '{') this.at = this.pastBraces(this.at) - 1;
      else if (text === '}') break;
    }
    if (this.at === from) this.at++;
    const end = this.text() === ';' ? this.tokens[this.at]?.to : undefined;
    this.add(this.tokens[from]?.text === 'return' ? 'return' : 'simple', from, this.at, parent, end);
    if (this.text() === ';') this.at++;
  }

  /** Index after the parenthesis that opens at `from`; where it never closes, the next ";" or brace. */
  private pastParenthesis(from: number): number {
    if (this.tokens[from]?.text !== '(') return from;
    let depth = 0;
    let broken = -1;
    for (let i = from; i < this.tokens.length; i++) {
      const text = this.tokens[i]?.text;
      if (text === '(') depth++;
      else if (text === ')' && --depth === 0) return i + 1;
      else if (text === '{' || text === '}') return broken < 0 ? i : broken;
      // a for has semicolons in its head: only remembered
      else if (text === ';' && broken < 0) broken = i;
    }
    return broken < 0 ? this.tokens.length : broken;
  }

  /** Index after the braces that open at `from`: an initialiser or a statement expression. */
  private pastBraces(from: number): number {
    let depth = 0;
    for (let i = from; i < this.tokens.length; i++) {
      const text = this.tokens[i]?.text;
      if (text === '{') depth++;
      else if (text === '}' && --depth === 0) return i + 1;
    }
    return this.tokens.length;
  }
}
