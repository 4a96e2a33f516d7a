/** Reads unified diffs: files, hunks, lines. A hunk that does not add up is refused with its file and line. */

import { type Answer, LIMITS, no, yes } from './limits';

export interface DiffLine {
  readonly kind: ' ' | '+' | '-';
  readonly text: string;
}

export interface Hunk {
  /** First line in the old and the new file, 1-based (0: the file is empty there). */
  readonly oldFrom: number;
  readonly newFrom: number;
  /** What stands behind the second "@@". */
  readonly section: string;
  readonly lines: readonly DiffLine[];
}

export interface FileDiff {
  /** Path in the new tree, or in the old one for a file that goes. */
  readonly path: string;
  readonly kind: 'new' | 'changed' | 'deleted' | 'renamed' | 'binary';
  readonly hunks: readonly Hunk[];
}

const HUNK = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@ ?(.*)$/;

/** All files of a diff, in order; text between them is passed over. Lines are counted from 1 in the text given. Never throws. */
export function readDiff(text: string): Answer<readonly FileDiff[]> {
  const reader = new Reader(text.split('\n'));
  const refused = reader.read();
  return refused === undefined ? yes(reader.done()) : no(refused);
}

interface Open {
  oldPath: string;
  newPath: string;
  kind: FileDiff['kind'];
  readonly hunks: Hunk[];
}

class Reader {
  private readonly files: FileDiff[] = [];
  private open: Open | undefined;
  private at = 0;

  constructor(private readonly lines: readonly string[]) {}

  read(): string | undefined {
    while (this.at < this.lines.length) {
      const line = this.lines[this.at] ?? '';
      const git = /^diff --git "?a\/(.+?)"? "?b\/(.+?)"?$/.exec(line);
      if (git !== null) this.begin(git[1] ?? '', git[2] ?? '');
      else if (line.startsWith('--- ') && (this.lines[this.at + 1] ?? '').startsWith('+++ ')) this.paths(line, this.lines[++this.at] ?? '');
      else if (line.startsWith('@@ ') && this.open !== undefined) {
        const refused = this.hunk(line, this.open);
        if (refused !== undefined) return refused;
        continue;
      } else this.extended(line);
      this.at++;
      if (this.files.length > LIMITS.files) return `The patch changes more than ${LIMITS.files} files; that many are not read. Cut it into smaller ones.`;
    }
    return undefined;
  }

  done(): readonly FileDiff[] {
    this.close();
    return this.files;
  }

  private begin(oldPath: string, newPath: string): void {
    this.close();
    this.open = { oldPath, newPath, kind: 'changed', hunks: [] };
  }

  private close(): void {
    const { open } = this;
    this.open = undefined;
    if (open !== undefined) this.files.push({ path: safePath(open.kind === 'deleted' ? open.oldPath : open.newPath), kind: open.kind, hunks: open.hunks });
  }

  private paths(minus: string, plus: string): void {
    const oldPath = pathOf(minus), newPath = pathOf(plus);
    if (this.open === undefined || this.open.hunks.length > 0 || this.open.kind === 'binary') this.begin(oldPath, newPath);
    const open = this.open;
    if (open === undefined) return;
    if (oldPath === '/dev/null') open.kind = 'new';
    else open.oldPath = oldPath;
    if (newPath === '/dev/null') open.kind = 'deleted';
    else open.newPath = newPath;
  }

  private extended(line: string): void {
    const { open } = this;
    if (open === undefined || open.hunks.length > 0) return;
    if (line.startsWith('new file mode')) open.kind = 'new';
    else if (line.startsWith('deleted file mode')) open.kind = 'deleted';
    else if (line.startsWith('rename to ')) open.kind = 'renamed';
    else if (line.startsWith('GIT binary patch') || line.startsWith('Binary files ')) open.kind = 'binary';
  }

  private hunk(line: string, open: Open): string | undefined {
    const where = `line ${this.at + 1}`;
    const name = safePath(open.kind === 'deleted' ? open.oldPath : open.newPath);
    const m = HUNK.exec(line);
    if (m === null) return `${name}, ${where}: "${line.slice(0, 60)}" is not a hunk as "@@ -1,3 +1,4 @@" is. Get the patch again, unchanged by a mail program.`;
    if (open.hunks.length >= LIMITS.hunks) return `${name}, ${where}: the file has more than ${LIMITS.hunks} hunks; that many are not read.`;
    let minus = Number(m[2] ?? 1), plus = Number(m[4] ?? 1);
    const lines: DiffLine[] = [];
    this.at++;
    while (minus > 0 || plus > 0) {
      const text = this.lines[this.at];
      const last = this.at === this.lines.length - 1 && text === '';
      if (text === undefined || last) return `${name}, ${where}: the hunk ends ${Math.max(minus, plus)} lines too early: the patch is cut off. Get the whole mail.`;
      // many mail programs take the one space of an empty context line away
      const kind = text === '' ? ' ' : text.charAt(0);
      if (kind === '\\') { this.at++; continue; }
      if (kind !== ' ' && kind !== '+' && kind !== '-') return `${name}, line ${this.at + 1}: "${text.slice(0, 60)}" stands in a hunk and begins with neither space, "+" nor "-": a line was broken. Get the patch again, unchanged by a mail program.`;
      if (kind !== '+') minus--;
      if (kind !== '-') plus--;
      if (minus < 0 || plus < 0) return `${name}, line ${this.at + 1}: the hunk of ${where} has other lines than its head counts. Get the patch again, unchanged by a mail program.`;
      lines.push({ kind, text: text.slice(1) });
      this.at++;
    }
    open.hunks.push({ oldFrom: Number(m[1]), newFrom: Number(m[3]), section: m[5] ?? '', lines });
    return undefined;
  }
}

function pathOf(line: string): string {
  const raw = (line.slice(4).split('\t')[0] ?? '').trim().replace(/^"(.*)"$/, '$1');
  return raw === '/dev/null' ? raw : raw.replace(/^[ab]\//, '');
}

/** No way out of the folder it is shown in. */
function safePath(path: string): string {
  return path.split('/').filter(p => p !== '' && p !== '.' && p !== '..').join('/') || 'unnamed';
}
