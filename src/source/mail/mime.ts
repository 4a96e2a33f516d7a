/** One mail: its header, and its text parts decoded and put one after the other. */

import { fromBase64, fromQuoted, textOf } from './bytes';
import { decodeWords, mediaType, messageIds, parameter, readHeaders } from './headers';
import { type Answer, LIMITS, no, yes } from './limits';

export interface Mail {
  readonly subject: string;
  readonly from: string;
  readonly date: string;
  /** Without angle brackets; '' where the mail has none. */
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly references: readonly string[];
  /** All plain text and patch parts, lines end with "\n". */
  readonly body: string;
  /** Sentences about what was not whole. */
  readonly notes: readonly string[];
}

/** Reads a mail from its bytes (one character a byte). Refuses what passes a limit or a charset that is not read. Never throws. */
export function readMail(binary: string): Answer<Mail> {
  const { head, rest } = splitHead(binary);
  if (head.length > LIMITS.headerChars) return no(`A mail has a header of ${head.length} bytes; ${LIMITS.headerChars} are read. Take that mail out of the file.`);
  const h = readHeaders(head);
  const walk: Walk = { parts: 0, texts: [], notes: [] };
  const refused = walkPart(walk, h.get('content-type'), h.get('content-transfer-encoding'), rest, 0);
  const subject = decodeWords(h.get('subject')).replace(/\s+/g, ' ').trim();
  if (refused !== undefined) return no(`"${subject}": ${refused}`);
  return yes({
    subject, from: decodeWords(h.get('from')), date: h.get('date'), messageId: messageIds(h.get('message-id'))[0] ?? '',
    inReplyTo: messageIds(h.get('in-reply-to'))[0] ?? '', references: messageIds(h.get('references')), body: walk.texts.join('\n'), notes: walk.notes,
  });
}

interface Walk {
  parts: number;
  readonly texts: string[];
  readonly notes: string[];
}

function splitHead(binary: string): { head: string; rest: string } {
  if (/^\r?\n/.test(binary)) return { head: '', rest: binary.replace(/^\r?\n/, '') };
  const gap = /\r?\n\r?\n/.exec(binary);
  return gap === null ? { head: binary, rest: '' } : { head: binary.slice(0, gap.index), rest: binary.slice(gap.index + gap[0].length) };
}

/** Gives a sentence when the mail is refused. */
function walkPart(walk: Walk, type: string, encoding: string, raw: string, depth: number): string | undefined {
  if (++walk.parts > LIMITS.parts) return `it has more than ${LIMITS.parts} parts; save the patch itself as a file and open that.`;
  if (depth > LIMITS.depth) return `its parts are nested deeper than ${LIMITS.depth}; save the patch itself as a file and open that.`;
  const media = mediaType(type);
  if (media.startsWith('multipart/')) return walkMultipart(walk, parameter(type, 'boundary'), raw, depth);
  if (media !== 'text/plain' && !/^(text|application)\/(x-)?(patch|diff)$/.test(media)) return undefined;
  const bytes = decodeTransfer(walk, encoding, raw);
  if (typeof bytes !== 'string') return bytes.why;
  const text = textOf(bytes, parameter(type, 'charset'));
  if (!text.ok) return text.text;
  const lines = text.value.replace(/\r\n/g, '\n');
  walk.texts.push(parameter(type, 'format').toLowerCase() === 'flowed' ? unflow(lines, parameter(type, 'delsp').toLowerCase() === 'yes') : lines);
  return undefined;
}

function decodeTransfer(walk: Walk, encoding: string, raw: string): string | { why: string } {
  const name = (encoding.split(/[;\s]/)[0] ?? '').toLowerCase();
  switch (name) {
    case '': case '7bit': case '8bit': case 'binary': return raw;
    case 'quoted-printable': return fromQuoted(raw);
    case 'base64': {
      const { binary, cut } = fromBase64(raw);
      if (cut) walk.notes.push('A base64 part ends in the middle: the mail is cut off.');
      return binary;
    }
    default: return { why: `its transfer encoding "${name}" is not one of 7bit, 8bit, binary, quoted-printable and base64.` };
  }
}

function walkMultipart(walk: Walk, boundary: string, raw: string, depth: number): string | undefined {
  if (boundary === '') return 'it says multipart and names no boundary; save the patch itself as a file and open that.';
  const mark = `--${boundary}`;
  let part: string[] | undefined;
  let closed = false;
  const parts: string[][] = [];
  for (const line of raw.split('\n')) {
    const bare = line.trimEnd();
    if (bare === mark || bare === `${mark}--`) {
      closed = bare !== mark;
      if (closed) break;
      part = [];
      parts.push(part);
      // one more than allowed is enough to refuse
      if (parts.length > LIMITS.parts) break;
    } else part?.push(line);
  }
  if (!closed) walk.notes.push('A multipart mail ends before its closing boundary: it may be cut off.');
  for (const lines of parts) {
    const { head, rest } = splitHead(lines.join('\n'));
    const h = readHeaders(head);
    const refused = walkPart(walk, h.get('content-type'), h.get('content-transfer-encoding'), rest, depth + 1);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

/** format=flowed (RFC 3676): lines that end with a space go on in the next of the same quote depth; one stuffed space goes. */
export function unflow(text: string, delSp: boolean): string {
  const out: string[] = [];
  let open: string | undefined;
  for (const line of text.split('\n')) {
    const quote = /^>*/.exec(line)?.[0] ?? '';
    const rest = line.slice(quote.length).replace(/^ /, '');
    const soft = rest.endsWith(' ') && rest !== '-- ';
    const whole = open === quote && out.length > 0 ? `${out.pop() ?? ''}${rest}` : quote === '' ? rest : `${quote} ${rest}`;
    out.push(soft && delSp ? whole.slice(0, -1) : whole);
    open = soft ? quote : undefined;
  }
  return out.join('\n');
}
