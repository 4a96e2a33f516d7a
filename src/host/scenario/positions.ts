/** Offsets of a text as lines and columns, for files that no editor has open. */

export interface LineColumn {
  readonly line: number;
  readonly column: number;
}

/** Line and column, from 0, of an offset in UTF-16 code units; beyond the end it is the end. */
export function lineColumn(text: string, offset: number): LineColumn {
  const end = Math.max(0, Math.min(offset, text.length));
  let line = 0, begin = 0;
  for (let i = text.indexOf('\n'); i >= 0 && i < end; i = text.indexOf('\n', i + 1)) {
    line++;
    begin = i + 1;
  }
  return { line, column: end - begin };
}
