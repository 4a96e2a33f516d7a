/** The ideas of the code, each explained in plain words for someone who does not know it. */

import type { Concept, ConceptId } from './api';
import { BATCH } from './texts/batch';
import { MARKING } from './texts/marking';
import { THREAD } from './texts/thread';
import { WALK } from './texts/walk';

export { conceptOfPoint } from './words';

/** Every concept, in the order in which a mark meets them. */
export const CONCEPTS: readonly Concept[] = [...MARKING, ...THREAD, ...WALK, ...BATCH];

const BY_ID: ReadonlyMap<ConceptId, Concept> = new Map(CONCEPTS.map(c => [c.id, c]));

/** The concept of that id; there is one for each (a test holds it to that). */
export function conceptOf(id: ConceptId): Concept {
  const concept = BY_ID.get(id);
  if (!concept) throw new Error(`no concept is written for "${id}"`);
  return concept;
}
