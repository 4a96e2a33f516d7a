/** The text that a file of a patch is shown as: a new file whole, a changed one as its hunks with context. */

import type { FileDiff, Hunk } from './diff';

export interface ShownHunk {
  readonly hunk: Hunk;
  /** Lines of the shown text, 0-based, one past the last. */
  readonly from: number;
  readonly to: number;
  /** Shown lines that the patch adds, 0-based, rising. */
  readonly added: readonly number[];
  /** Lines that the patch takes away; they are not in the shown text. */
  readonly removed: readonly string[];
}

export interface ShownFile {
  readonly text: string;
  /** The text is the file from its first to its last line. */
  readonly whole: boolean;
  readonly hunks: readonly ShownHunk[];
}

/** Pure; a new file whose hunks leave gaps is shown as hunks. A deleted file is shown with the lines that go. */
export function showFile(file: FileDiff): ShownFile {
  const whole = file.kind === 'new' && isWhole(file.hunks);
  const out: string[] = [];
  const hunks: ShownHunk[] = [];
  const dead = file.kind === 'deleted' ? '-' : '+';
  for (const hunk of file.hunks) {
    if (!whole) out.push(`/* ${file.path}, line ${file.kind === 'deleted' ? hunk.oldFrom : hunk.newFrom} on; what lies between the hunks is not in the patch */`);
    const from = out.length;
    const added: number[] = [];
    const removed: string[] = [];
    for (const { kind, text } of hunk.lines) {
      if (kind === '-') removed.push(text);
      if (kind !== ' ' && kind !== dead) continue;
      if (kind === '+') added.push(out.length);
      out.push(text);
    }
    hunks.push({ hunk, from, to: out.length, added, removed });
    if (!whole) out.push('');
  }
  if (file.hunks.length === 0) out.push(file.kind === 'binary' ? '/* a binary file: it is not shown */' : '/* no line of this file changes */');
  return { text: `${out.join('\n')}\n`, whole, hunks };
}

function isWhole(hunks: readonly Hunk[]): boolean {
  const [only, ...more] = hunks;
  return only !== undefined && more.length === 0 && only.newFrom === 1 && only.lines.every(l => l.kind === '+');
}
