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

export interface MailFile {
  /** The file's own name, for sentences and as the title of a bare diff. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

interface Mails {
  readonly mails: readonly Mail[];
  readonly notes: readonly string[];
}

/** The series of one file. Never throws. */
export const readMails = (name: string, bytes: Uint8Array): Answer<Opened> => readMailFiles([{ name, bytes }]);

/** The series of several files together, as git format-patch writes one file a patch. The first file that is refused refuses all. Never throws. */
export function readMailFiles(files: readonly MailFile[]): Answer<Opened> {
  const mails: Mail[] = [];
  const notes: string[] = [];
  for (const file of files) {
    const read = mailsOf(file);
    if (!read.ok) return read;
    mails.push(...read.value.mails);
    notes.push(...read.value.notes);
  }
  const series = orderSeries(mails);
  if (series.length > 0) return yes({ series, notes });
  const names = files.map(f => f.name).join(', ');
  return no(`${names} holds ${mails.length} ${mails.length === 1 ? 'mail' : 'mails'} and no patch among them. ${notes[0] ?? 'Open the mails of a series, or a diff.'}`);
}

function mailsOf({ name, bytes }: MailFile): Answer<Mails> {
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
    if (mail.ok) mails.push(mail.value.subject === '' ? { ...mail.value, subject: name } : mail.value);
    else notes.push(mail.text);
  }
  return yes({ mails, notes });
}

/** A diff, or words and then a diff, where a mail would begin with a field. */
const isBareDiff = (raw: string): boolean => /^\s*(diff |Index: |--- )/.test(raw) || !/^[!-9;-~]+[ \t]*:/.test(raw);

function bareMail(name: string, raw: string): Mail {
  const body = fromUtf8(raw).replace(/\r\n/g, '\n');
  return { subject: name, from: '', date: '', messageId: '', inReplyTo: '', references: [], body, notes: [] };
}
