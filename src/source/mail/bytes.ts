/** Bytes as strings of one character a byte, and their way to text: utf-8, latin1, base64, quoted-printable. */

import { type Answer, no, yes } from './limits';

const CHUNK = 8192;

/** Every byte becomes one character of the same number. */
export function binaryOf(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let i = 0; i < bytes.length; i += CHUNK) parts.push(String.fromCharCode(...bytes.subarray(i, i + CHUNK)));
  return parts.join('');
}

/** utf-8; what is not valid becomes U+FFFD, so that nothing is made up. Never throws. */
export function fromUtf8(binary: string): string {
  if (isAscii(binary)) return binary;
  const out: string[] = [];
  let i = 0;
  while (i < binary.length) {
    const first = binary.charCodeAt(i);
    const more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : -1;
    const code = more < 0 ? -1 : codeAt(binary, i, first, more);
    out.push(code < 0 ? '\ufffd' : String.fromCodePoint(code));
    i += code < 0 ? 1 : more + 1;
  }
  return out.join('');
}

function codeAt(binary: string, at: number, first: number, more: number): number {
  if (more === 0) return first;
  let code = first & (0x3f >> more);
  for (let k = 1; k <= more; k++) {
    const next = binary.charCodeAt(at + k);
    if (!((next & 0xc0) === 0x80)) return -1;
    code = code << 6 | next & 0x3f;
  }
  const least = more === 1 ? 0x80 : more === 2 ? 0x800 : 0x10000;
  return code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? -1 : code;
}

export const isAscii = (binary: string): boolean => !/[\u0080-\uffff]/.test(binary);

const LATIN: ReadonlySet<string> = new Set(['iso-8859-1', 'latin1', 'iso8859-1', 'l1', 'iso-8859-15', 'windows-1252']);

/** Text of bytes in a charset; refused when it is not known and the bytes need it. No charset: utf-8. */
export function textOf(binary: string, charset: string): Answer<string> {
  const name = charset.trim().toLowerCase();
  if (isAscii(binary) && !/^(utf-?(16|32)|ucs)/.test(name)) return yes(binary);
  if (name === '' || name === 'utf-8' || name === 'utf8' || name === 'us-ascii') return yes(fromUtf8(binary));
  // -15 and 1252 differ from latin1 in signs that no C code and few names have
  if (LATIN.has(name)) return yes(binary);
  return no(`The charset "${charset}" is not read here: utf-8 and latin1 are. Save the mail as utf-8 and open it again.`);
}

const SIXTY_FOUR = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** base64; signs that do not belong are passed over, and an end that is cut off gives what is whole. */
export function fromBase64(text: string): { readonly binary: string; readonly cut: boolean } {
  const out: string[] = [];
  let bits = 0, count = 0, signs = 0;
  for (const c of text) {
    if (c === '=') break;
    const value = SIXTY_FOUR.indexOf(c);
    if (value < 0) continue;
    signs++;
    bits = bits << 6 | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push(String.fromCharCode(bits >> count & 0xff));
    bits &= (1 << count) - 1;
  }
  const padded = signs + (text.match(/=/g)?.length ?? 0);
  return { binary: out.join(''), cut: padded % 4 !== 0 };
}

/** quoted-printable: soft line ends go, "=3D" becomes its byte, a wrong escape stays as it is. */
export function fromQuoted(text: string): string {
  return text.replace(/[ \t]+$/gm, '').replace(/=\r?\n/g, '').replace(/=$/, '').replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
