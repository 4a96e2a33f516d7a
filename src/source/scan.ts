/** Finds the definitions of named C functions in a text, by braces; where braces do not balance, by closing braces in column 0. */

import { Lexer, Tok } from './lexer';

export interface Definition {
  readonly name: string;
  readonly nameOffset: number;
  /** First character of the definition. */
  readonly from: number;
  /** Offset of the opening brace of the body. */
  readonly bodyFrom: number;
  /** Offset of the closing brace; the end of the text where it is missing. */
  readonly bodyTo: number;
  readonly closed: boolean;
  /** The parameter list without its parentheses. */
  readonly paramsFrom: number;
  readonly paramsTo: number;
}

export interface Scan {
  readonly definitions: readonly Definition[];
  /** Spans that are no code: from, to, from, to ... in text order. */
  readonly dead: readonly number[];
}

const BRACE_OPEN = 123, BRACE_CLOSE = 125, PAREN_OPEN = 40, PAREN_CLOSE = 41, SEMICOLON = 59, EQUALS = 61, NEWLINE = 10, RETURN = 13;

/** Definitions of the wanted functions in text order; a function defined twice (under #ifdef) comes twice. */
export function scanFunctions(text: string, wanted: ReadonlySet<string>): Scan {
  const strict = new Scanner(text, wanted, false);
  if (strict.run()) return strict.result();
  const resync = new Scanner(text, wanted, true);
  resync.run();
  return resync.result();
}

class Scanner {
  private readonly lexer: Lexer;
  private readonly definitions: Definition[] = [];
  private depth = 0;
  private parens = 0;
  /** Depths at the open #if's: each branch begins with the depth of the first. */
  private readonly saved: number[] = [];
  private declFrom = -1;
  private name = '';
  private nameOffset = 0;
  private paramsFrom = -1;
  private paramsTo = -1;
  private bodyFrom = -1;
  private balanced = true;

  constructor(private readonly text: string, private readonly wanted: ReadonlySet<string>, private readonly resync: boolean) {
    this.lexer = new Lexer(text);
  }

  result(): Scan {
    return { definitions: this.definitions, dead: this.lexer.dead };
  }

  /** False when the braces of the text did not balance. */
  run(): boolean {
    const { lexer } = this;
    for (;;) {
      const tok = lexer.next();
      if (tok === Tok.End) break;
      if (tok === Tok.Directive) this.directive();
      else if (tok === Tok.Sign) this.sign(lexer.code);
      else if (this.depth === 0) this.word(tok);
    }
    if (this.depth > 0) this.balanced = false;
    if (this.bodyFrom >= 0) this.close(this.text.length, false);
    return this.balanced;
  }

  private directive(): void {
    const kind = this.lexer.directive;
    if (kind === 'if') this.saved.push(this.depth);
    else if (kind === 'else') this.depth = this.saved.at(-1) ?? this.depth;
    else if (kind === 'endif') this.saved.pop();
    if (this.depth === 0 && this.bodyFrom < 0 && this.parens === 0) this.forget();
  }

  private word(tok: Tok): void {
    if (this.declFrom < 0) this.declFrom = this.lexer.start;
    if (tok !== Tok.Word || this.parens > 0) return;
    const { start, end } = this.lexer;
    if (end - start < 9) return;
    const word = this.text.slice(start, end);
    if (this.wanted.has(word)) {
      this.name = word;
      this.nameOffset = start;
      this.paramsFrom = this.paramsTo = -1;
    }
  }

  private sign(code: number): void {
    if (code === BRACE_OPEN) this.open();
    else if (code === BRACE_CLOSE) this.closing();
    else if (this.depth > 0) return;
    else if (code === PAREN_OPEN) this.parenthesis();
    else if (code === PAREN_CLOSE) {
      if (this.parens > 0 && --this.parens === 0 && this.name !== '' && this.paramsTo < 0) this.paramsTo = this.lexer.start;
    } else if (code === SEMICOLON || (code === EQUALS && this.parens === 0)) this.forget();
  }

  private parenthesis(): void {
    if (this.parens++ > 0 || this.name === '' || this.paramsFrom >= 0) return;
    this.paramsFrom = this.lexer.end;
  }

  private open(): void {
    if (this.depth++ > 0) return;
    if (this.name !== '' && this.paramsTo >= 0) this.bodyFrom = this.lexer.start;
    else this.forget();
  }

  private closing(): void {
    const at = this.lexer.start;
    const before = at === 0 ? NEWLINE : this.text.charCodeAt(at - 1);
    if (this.resync && (before === NEWLINE || before === RETURN)) {
      this.depth = 0;
      this.saved.fill(0);
    } else if (this.depth === 0) this.balanced = false;
    else this.depth--;
    if (this.depth > 0) return;
    if (this.bodyFrom >= 0) this.close(at, true);
    this.forget();
  }

  private close(bodyTo: number, closed: boolean): void {
    const { name, nameOffset, bodyFrom, paramsFrom, paramsTo } = this;
    this.definitions.push({ name, nameOffset, from: this.declFrom < 0 ? nameOffset : this.declFrom, bodyFrom, bodyTo, closed, paramsFrom, paramsTo });
    this.bodyFrom = -1;
  }

  /** A new declaration begins after this token. */
  private forget(): void {
    this.declFrom = -1;
    this.name = '';
    this.paramsFrom = this.paramsTo = -1;
    this.parens = 0;
  }
}
