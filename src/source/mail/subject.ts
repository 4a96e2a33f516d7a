/** The subject of a mail as kernel lists write it: "[RFC PATCH v2 3/4] mm: what it does". */

export interface Subject {
  /** An answer or a forward: discussion, not a patch. */
  readonly reply: boolean;
  /** A bracket says PATCH or RFC. */
  readonly tagged: boolean;
  readonly rfc: boolean;
  /** 1 where none is written. */
  readonly version: number;
  /** 0 is the cover letter; undefined where no "3/4" is written. */
  readonly index: number | undefined;
  readonly total: number | undefined;
  /** Without brackets and "Re:". */
  readonly title: string;
}

/** Never throws; a subject without brackets is a title alone. */
export function readSubject(text: string): Subject {
  let rest = text.trim();
  let reply = false;
  let tags = '';
  for (;;) {
    const re = /^(re|aw|fwd?|sv)(\[\d+\])?\s*:\s*/i.exec(rest);
    const bracket = re === null ? /^\[([^\]]{0,200})\]\s*/.exec(rest) : null;
    const m = re ?? bracket;
    if (m === null) break;
    if (re !== null) reply = true;
    else tags += ` ${m[1] ?? ''}`;
    rest = rest.slice(m[0].length);
  }
  const count = /(?:^|\s)(\d{1,4})\/(\d{1,4})(?=\s|$)/.exec(tags);
  const total = count === null ? undefined : Number(count[2]);
  const index = count === null ? undefined : Number(count[1]);
  const fits = index !== undefined && total !== undefined && index <= total;
  return {
    reply, tagged: /\b(PATCH|RFC)/i.test(tags), rfc: /\bRFC/i.test(tags), version: Number(/(?:\bv|PATCHv|RFCv)(\d{1,3})\b/i.exec(tags)?.[1] ?? 1),
    index: fits ? index : undefined, total: fits ? total : undefined, title: rest,
  };
}
