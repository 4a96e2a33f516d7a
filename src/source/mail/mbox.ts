/** Splits an mbox into its mails: "From " lines, and ">From " lines given back what they were. */

import { type Answer, LIMITS, no, yes } from './limits';

const FROM = /^From \S.*\d{4}\b.*$/;
const FIELD = /^[!-9;-~]+[ \t]*:|^>?From /;

/** Does the text begin like an mbox, as git format-patch writes one too? */
export const looksLikeMbox = (binary: string): boolean => FROM.test((binary.split('\n', 1)[0] ?? '').trimEnd());

/**
 * The mails as bytes, in file order. A "From " line counts where an empty line or the begin is before it and a field after it,
 * so that a sentence in a mail does not cut it in two.
 */
export function splitMbox(binary: string): Answer<readonly string[]> {
  const lines = binary.split('\n');
  const mails: string[] = [];
  let from = -1;
  const take = (to: number): void => {
    if (from >= 0) mails.push(lines.slice(from, to).map(l => l.replace(/^>(>*From )/, '$1')).join('\n'));
  };
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? '';
    if (!line.startsWith('From ') || !FROM.test(line.trimEnd())) continue;
    if (i > 0 && (lines[i - 1] ?? '').trim() !== '') continue;
    if (!FIELD.test(lines[i + 1] ?? '')) continue;
    take(i);
    from = i + 1;
    if (mails.length > LIMITS.mails) return no(`The file holds more than ${LIMITS.mails} mails. Save the one thread to a file of its own and open that.`);
  }
  take(lines.length);
  return yes(mails);
}
