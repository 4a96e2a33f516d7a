/** The header of a mail: folded lines, parameters, and words of RFC 2047. */

import { fromBase64, fromQuoted, fromUtf8, textOf } from './bytes';

export interface Headers {
  /** First value of that name (in lower case), unfolded, or ''. */
  get(name: string): string;
}

/** Reads the lines above the first empty one; a line that is no field is passed over. */
export function readHeaders(binary: string): Headers {
  const fields = new Map<string, string>();
  for (const line of binary.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const field = /^([!-9;-~]+)[ \t]*:[ \t]*(.*)$/.exec(line);
    const name = field?.[1]?.toLowerCase();
    if (name !== undefined && !fields.has(name)) fields.set(name, (field?.[2] ?? '').trim());
  }
  return { get: name => fields.get(name) ?? '' };
}

const WORD = /=\?([^?\s]{1,40})\?([bBqQ])\?([^?\s]*)\?=/g;

/** "=?utf-8?q?...?=" becomes text; words side by side lose the gap between them. Raw bytes are taken as utf-8. */
export function decodeWords(value: string): string {
  const joined = value.replace(/(\?=)[ \t]+(?==\?[^?\s]{1,40}\?[bBqQ]\?)/g, '$1');
  let out = '';
  let done = 0;
  for (const m of joined.matchAll(WORD)) {
    const [whole, charset = '', how = '', body = ''] = m;
    const binary = how.toLowerCase() === 'b' ? fromBase64(body).binary : fromQuoted(body.replace(/_/g, '=20'));
    const text = textOf(binary, charset.split('*')[0] ?? '');
    out += fromUtf8(joined.slice(done, m.index)) + (text.ok ? text.value : whole);
    done = m.index + whole.length;
  }
  return out + fromUtf8(joined.slice(done));
}

/** A parameter such as charset or boundary of a content type; '' where there is none. */
export function parameter(value: string, name: string): string {
  const m = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]+))`, 'i').exec(value);
  return m?.[1]?.replace(/\\(.)/g, '$1') ?? m?.[2] ?? '';
}

/** "text/plain" of "Text/Plain; charset=..."; a mail without a type is plain text. */
export const mediaType = (value: string): string => (value.split(';')[0] ?? '').trim().toLowerCase() || 'text/plain';

/** Ids between angle brackets, in order, without them. */
export const messageIds = (value: string): string[] => [...value.matchAll(/<([^<>\s]{1,400})>/g)].map(m => m[1] ?? '');
