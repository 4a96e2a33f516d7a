/** A small C lexer: tokens with offsets, comments and strings kept apart, preprocessor lines told, text under "#if 0" left out. Never throws on broken C. */

export const Tok = { End: 0, Word: 1, Number: 2, Text: 3, Sign: 4, Directive: 5 } as const;
export type Tok = (typeof Tok)[keyof typeof Tok];

/** What a preprocessor line does to the nesting of conditionals. */
export type DirectiveKind = 'if' | 'else' | 'endif' | 'other';

const NEWLINE = 10, RETURN = 13, HASH = 35, DOUBLE_QUOTE = 34, QUOTE = 39, STAR = 42, SLASH = 47, BACKSLASH = 92;

const Class = { Other: 0, Blank: 1, Word: 2, Digit: 3 } as const;
const CLASS_OF = ((): Uint8Array => {
  const table = new Uint8Array(128);
  for (const blank of [9, 10, 11, 12, 13, 32]) table[blank] = Class.Blank;
  for (let c = 65; c <= 90; c++) table[c] = table[c + 32] = Class.Word;
  for (let c = 48; c <= 57; c++) table[c] = Class.Digit;
  table[95] = Class.Word;
  return table;
})();
/** Letters outside ASCII count as parts of words. */
const classOf = (c: number): number => (c < 128 ? CLASS_OF[c] ?? Class.Other : Class.Word);

/** True for two signs that are one token in C and that the anchors look at. */
function pairs(a: number, b: number): boolean {
  if (b === 61 /* = */) return a === 61 || a === 33 || a === 60 || a === 62 || a === 43 || a === 45 || a === 124 || a === 38 || a === 94;
  if (a === b) return a === 43 || a === 45 || a === 38 || a === 124 || a === 60 || a === 62;
  return a === 45 && b === 62;
}

export class Lexer {
  /** The token that next() found: text.slice(start, end). */
  start = 0;
  end = 0;
  /** First character code of the token. */
  code = 0;
  directive: DirectiveKind = 'other';
  /** Spans that are no code (comments, strings, text under #if 0): from, to, from, to ... in text order. */
  readonly dead: number[] = [];
  private at: number;
  /** Only blanks and comments stand before `at` on its line. */
  private fresh = true;

  constructor(private readonly text: string, from = 0, private readonly to = text.length) {
    this.at = from;
  }

  next(): Tok {
    const { text, to } = this;
    for (;;) {
      if (this.at >= to) return this.found(Tok.End, to, to);
      const c = text.charCodeAt(this.at);
      const kind = classOf(c);
      if (kind === Class.Blank) {
        if (c === NEWLINE || c === RETURN) this.fresh = true;
        this.at++;
      } else if (c === SLASH && this.comment()) {
        continue;
      } else if (c === BACKSLASH) {
        this.at++;
      } else if (c === HASH && this.fresh) {
        return this.preprocessor();
      } else {
        this.fresh = false;
        return kind === Class.Other ? this.sign(c) : this.word(kind);
      }
    }
  }

  private found(tok: Tok, start: number, end: number): Tok {
    this.start = start;
    this.end = end;
    this.code = this.text.charCodeAt(start);
    this.at = end;
    return tok;
  }

  private word(kind: number): Tok {
    const { text, to } = this;
    let i = this.at + 1;
    while (i < to && classOf(text.charCodeAt(i)) >= Class.Word) i++;
    return this.found(kind === Class.Digit ? Tok.Number : Tok.Word, this.at, i);
  }

  private sign(c: number): Tok {
    if (c === DOUBLE_QUOTE || c === QUOTE) return this.quoted(c);
    return this.found(Tok.Sign, this.at, this.at + (this.at + 1 < this.to && pairs(c, this.text.charCodeAt(this.at + 1)) ? 2 : 1));
  }

  /** A string or character constant; an unclosed one ends at its line. */
  private quoted(mark: number): Tok {
    const { text, to } = this;
    let i = this.at + 1;
    for (; i < to; i++) {
      const c = text.charCodeAt(i);
      if (c === BACKSLASH) i++;
      else if (c === NEWLINE || c === RETURN) break;
      else if (c === mark) {
        i++;
        break;
      }
    }
    i = Math.min(i, to);
    this.dead.push(this.at, i);
    return this.found(Tok.Text, this.at, i);
  }

  /** Passes a comment at `at`; false when none begins there. An unclosed one reaches to the end. */
  private comment(): boolean {
    const { text, to } = this;
    const after = this.at + 1 < to ? text.charCodeAt(this.at + 1) : 0;
    let end: number;
    if (after === STAR) {
      const close = text.indexOf('*/', this.at + 2);
      end = close < 0 || close + 2 > to ? to : close + 2;
    } else if (after === SLASH) {
      end = this.lineEnd(this.at);
    } else {
      return false;
    }
    this.dead.push(this.at, end);
    this.at = end;
    return true;
  }

  /** Offset of the line break that ends the line at `from`, backslash continuations followed. */
  private lineEnd(from: number): number {
    const { text, to } = this;
    for (let i = from; ;) {
      const nl = text.indexOf('\n', i);
      if (nl < 0 || nl >= to) return to;
      const before = text.charCodeAt(nl - 1) === RETURN ? nl - 2 : nl - 1;
      if (before < from || text.charCodeAt(before) !== BACKSLASH) return nl;
      i = nl + 1;
    }
  }

  private preprocessor(): Tok {
    const begin = this.at;
    const end = this.directiveEnd(begin);
    const line = this.text.slice(begin + 1, Math.min(end, begin + 40));
    const word = /^[ \t]*([a-z]+)/.exec(line)?.[1] ?? '';
    this.at = end;
    this.directive = word === 'if' || word === 'ifdef' || word === 'ifndef' ? 'if'
      : word === 'else' || word === 'elif' || word === 'elifdef' || word === 'elifndef' ? 'else'
        : word === 'endif' ? 'endif' : 'other';
    const stop = word === 'if' && /^[ \t]*if[ \t(]*0[ \t)]*(?:$|\r|\/)/.test(line) ? this.skipOff(end) : end;
    return this.found(Tok.Directive, begin, stop);
  }

  /** End of a preprocessor line; a block comment that begins on it is passed as a whole. */
  private directiveEnd(begin: number): number {
    let end = this.lineEnd(begin);
    for (let i = begin; ;) {
      const open = this.text.indexOf('/*', i);
      if (open < 0 || open >= end) return end;
      const close = this.text.indexOf('*/', open + 2);
      const past = close < 0 ? this.to : Math.min(close + 2, this.to);
      this.dead.push(open, past);
      if (past > end) end = this.lineEnd(past);
      i = past;
    }
  }

  /** Passes the text under "#if 0", up to and with its #else or #endif. */
  private skipOff(from: number): number {
    const line = /^[ \t]*#[ \t]*([a-z]+).*$/gm;
    line.lastIndex = from;
    for (let depth = 0; ;) {
      const hit = line.exec(this.text);
      if (!hit || hit.index >= this.to) {
        this.dead.push(from, this.to);
        return this.to;
      }
      const word = hit[1] ?? '';
      if (word.startsWith('if')) depth++;
      else if (depth > 0 && word === 'endif') depth--;
      else if (depth === 0 && (word === 'endif' || word.startsWith('el'))) {
        this.directive = word === 'endif' ? 'other' : 'if';
        this.dead.push(from, hit.index);
        return Math.min(line.lastIndex, this.to);
      }
    }
  }
}
