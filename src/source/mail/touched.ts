/** Which concepts of the catalogue a hunk introduces or changes, and where. */

import { anchorFile } from '../anchor';
import { type ConceptId, CONCEPT_IDS } from '../api';
import { conceptOfPoint, strongConcept } from '../words';
import type { ShownFile } from './rebuild';

export interface Touched {
  readonly id: ConceptId;
  /** introduces: the concept's statement or name stands on added lines only. */
  readonly how: 'introduces' | 'changes' | 'removes';
  /** Line of the shown text, 0-based. */
  readonly line: number;
}

const WORD = /[A-Za-z_][A-Za-z0-9_]*/g;

/** One list a hunk, in the catalogue's order. Statements are found by their anchors, the rest by names that mean one thing; nothing is guessed. */
export function touchedConcepts(file: ShownFile): readonly (readonly Touched[])[] {
  const anchored = anchorFile(file.text);
  const lines = file.text.split('\n');
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return file.hunks.map(hunk => {
    const added = new Set(hunk.added);
    const onAdded = new Map<ConceptId, number>();
    const kept = new Set<ConceptId>();
    const gone = new Set<ConceptId>();
    const meet = (id: ConceptId, line: number): void => {
      if (!added.has(line)) kept.add(id);
      else if (!onAdded.has(id)) onAdded.set(id, line);
    };
    for (const p of anchored.points) if (p.line >= hunk.from && p.line < hunk.to) meet(conceptOfPoint(p.point), p.line);
    for (let line = hunk.from; line < hunk.to; line++) {
      // conceptAt() knows comments and strings, where a name means nothing
      for (const m of (lines[line] ?? '').matchAll(WORD)) {
        const id = strongConcept(m[0]);
        if (id !== undefined && anchored.conceptAt((starts[line] ?? 0) + m.index) === id) meet(id, line);
      }
    }
    for (const text of hunk.removed) for (const m of text.matchAll(WORD)) {
      const id = strongConcept(m[0]);
      if (id !== undefined) gone.add(id);
    }
    return CONCEPT_IDS.flatMap((id): Touched[] => {
      const line = onAdded.get(id);
      if (line !== undefined) return [{ id, how: kept.has(id) || gone.has(id) ? 'changes' : 'introduces', line }];
      return gone.has(id) ? [{ id, how: kept.has(id) ? 'changes' : 'removes', line: hunk.from }] : [];
    });
  });
}
