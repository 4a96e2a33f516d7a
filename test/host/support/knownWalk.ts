/** A short walk through the marks scenario whose digest is written down: the same in every host, or something drifted. */

import type { Session } from '../../../src/session/api';

/** The steps from time 0, of every kind. */
export const KNOWN_STEPS = ['pass', 'point', 'pfn', 'batch', 'batch', 'point', 'pass'] as const;

/** Resets, walks, and gives the digest. */
export async function walkKnown(session: Session): Promise<string> {
  session.pause();
  session.reset();
  for (const kind of KNOWN_STEPS) await session.step(kind);
  return session.digest();
}
