/** Puts the mails of a file in order: series by cover letter and subject, and what was said about them. */

import { type FileDiff, readDiff } from './diff';
import type { Mail } from './mime';
import { readSubject, type Subject } from './subject';

export interface Patch {
  /** 0 is the cover letter. */
  readonly index: number;
  readonly title: string;
  readonly mail: Mail;
  readonly files: readonly FileDiff[];
  /** Why the diff was refused, as a sentence, or ''. */
  readonly refused: string;
}

export interface Series {
  /** Names the series in an address: letters, digits and "-". */
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly rfc: boolean;
  readonly total: number;
  /** By index, cover letter first where there is one. */
  readonly patches: readonly Patch[];
  /** Replies and second copies, in file order. */
  readonly discussion: readonly Mail[];
  /** What is missing or was cut off, in sentences. */
  readonly notes: readonly string[];
}

interface Entry {
  readonly mail: Mail;
  readonly subject: Subject;
}

const holdsDiff = (mail: Mail): boolean => /^(diff --git |--- .*\n\+\+\+ )/m.test(mail.body);

/** Every series of the mails, in the order in which they begin. Mails that belong to none are the discussion of the first. */
export function orderSeries(mails: readonly Mail[]): readonly Series[] {
  const entries = mails.map((mail): Entry => ({ mail, subject: readSubject(mail.subject) }));
  const isPatch = ({ mail, subject }: Entry): boolean => !subject.reply && (holdsDiff(mail) || (subject.tagged && subject.index === 0));
  const patches = entries.filter(isPatch);
  const groups = new Map<string, Entry[]>();
  for (const entry of patches) {
    const key = keyOf(entry, patches);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  const talk = new Map<string, Mail[]>([...groups.keys()].map(key => [key, []]));
  const first = [...groups.keys()][0];
  for (const entry of entries) {
    if (isPatch(entry)) continue;
    const key = threadOf(entry, entries, groups) ?? first;
    if (key !== undefined) talk.get(key)?.push(entry.mail);
  }
  const taken = new Set<string>();
  return [...groups].map(([key, group]) => build(group, talk.get(key) ?? [], taken));
}

/** Patches of one posting have version and count in common, and their cover letter or the mail that they answer. */
function keyOf({ mail, subject }: Entry, patches: readonly Entry[]): string {
  if (subject.index === undefined) return subject.tagged ? `one ${mail.messageId} ${subject.version}` : 'unnumbered';
  const same = `${subject.version}/${subject.total ?? 0}`;
  if (subject.index === 0) return `${same} ${mail.messageId}`;
  const covers = patches.filter(p => p.subject.index === 0 && p.subject.version === subject.version && p.subject.total === subject.total);
  const above = covers.find(c => c.mail.messageId !== '' && (mail.inReplyTo === c.mail.messageId || mail.references.includes(c.mail.messageId)));
  if (above !== undefined) return `${same} ${above.mail.messageId}`;
  // without a thread, as git format-patch writes files, the only cover letter is meant
  return covers[0] !== undefined && covers.length === 1 ? `${same} ${covers[0].mail.messageId}` : same;
}

function threadOf({ mail, subject }: Entry, entries: readonly Entry[], groups: ReadonlyMap<string, readonly Entry[]>): string | undefined {
  const above = new Set([mail.inReplyTo, ...mail.references].filter(id => id !== ''));
  for (const [key, group] of groups) if (group.some(e => above.has(e.mail.messageId))) return key;
  const titled = entries.find(e => !e.subject.reply && e.subject.title === subject.title && e.subject.version === subject.version);
  for (const [key, group] of groups) if (titled !== undefined && group.includes(titled)) return key;
  return undefined;
}

function build(group: readonly Entry[], talk: readonly Mail[], taken: Set<string>): Series {
  const byIndex = new Map<number, Patch>();
  const copies: Mail[] = [];
  const notes: string[] = [];
  let unnumbered = 0;
  for (const { mail, subject } of group) {
    const index = subject.index ?? ++unnumbered;
    if (byIndex.has(index)) {
      copies.push(mail);
      continue;
    }
    const diff = index === 0 ? undefined : readDiff(mail.body);
    const refused = diff === undefined || diff.ok ? '' : diff.text;
    if (refused !== '') notes.push(`Patch ${index}: ${refused}`);
    for (const note of mail.notes) notes.push(`Patch ${index}: ${note}`);
    byIndex.set(index, { index, title: subject.title, mail, files: diff?.ok === true ? diff.value : [], refused });
  }
  const patches = [...byIndex.values()].sort((a, b) => a.index - b.index);
  const subject = group[0]?.subject;
  const total = subject?.total ?? unnumbered;
  const missing = Array.from({ length: total }, (_, i) => i + 1).filter(i => !byIndex.has(i));
  if (missing.length > 0) notes.push(`Of ${total} patches ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not in the file.`);
  const title = patches[0]?.title ?? '';
  const version = subject?.version ?? 1;
  return { id: idOf(title, version, taken), title, version, rfc: group.some(e => e.subject.rfc), total, patches, discussion: [...copies, ...talk], notes };
}

function idOf(title: string, version: number, taken: Set<string>): string {
  const base = `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60) || 'series'}-v${version}`;
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
  taken.add(id);
  return id;
}
