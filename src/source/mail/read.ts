/** From the bytes of a .mbox, .eml, .patch or .diff (already unpacked) to its series. */

import { binaryOf, fromUtf8 } from './bytes';
import { type Answer, LIMITS, no, yes } from './limits';
import { looksLikeMbox, splitMbox } from './mbox';
import { type Mail, readMail } from './mime';
import { orderSeries, type Series } from './series';

export interface Opened {
  readonly series: readonly Series[];
  /** Mails that were left out, each with a sentence. */
  readonly notes: readonly string[];
}

/** Is a file of this name one that readMails() is for? */
export const isMailName = (name: string): boolean => /\.(mbox|eml|patch|diff)$|\.mbox\.gz$/i.test(name);

/** name: the file's own name, for sentences and as the title of a bare diff. Never throws. */
export function readMails(name: string, bytes: Uint8Array): Answer<Opened> {
  if (bytes.length > LIMITS.bytes) return no(`${name} has ${bytes.length} bytes; ${LIMITS.bytes} are read. Save the one thread to a file of its own and open that.`);
  if (bytes.length === 0) return no(`${name} is empty. Save the mails again and open that file.`);
  const binary = binaryOf(bytes);
  if (binary.includes('\0')) return no(`${name} is not a text: it holds bytes of 0. Open a .mbox, .mbox.gz, .eml, .patch or .diff.`);
  const split = looksLikeMbox(binary) ? splitMbox(binary) : yes([binary]);
  if (!split.ok) return split;
  const mails: Mail[] = [];
  const notes: string[] = [];
  for (const raw of split.value) {
    if (isBareDiff(raw)) {
      mails.push(bareMail(name, raw));
      continue;
    }
    const mail = readMail(raw);
    if (mail.ok) mails.push(mail.value);
    else notes.push(mail.text);
  }
  const series = orderSeries(mails);
  if (series.length > 0) return yes({ series, notes });
  return no(`${name} holds ${mails.length} ${mails.length === 1 ? 'mail' : 'mails'} and no patch among them. ${notes[0] ?? 'Open the mails of a series, or a diff.'}`);
}

const isBareDiff = (raw: string): boolean => /^\s*(diff --git |Index: |--- \S[^\n]*\n\+\+\+ )/.test(raw);

function bareMail(name: string, raw: string): Mail {
  const body = fromUtf8(raw).replace(/\r\n/g, '\n');
  return { subject: name, from: '', date: '', messageId: '', inReplyTo: '', references: [], body, notes: [] };
}
