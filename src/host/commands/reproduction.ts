/** Copies a reproduction of the open world: a scenario that, pasted into a new file, opens the same world. */

import * as vscode from 'vscode';
import { ENGINE_VERSION } from '../../engine/spec';
import { reproductionText } from '../../scenario/reproduction';
import { seconds } from '../format';
import type { Worlds } from '../live/worlds';
import { noSession, tell, warn } from './ask';

export async function copyReproduction(worlds: Worlds): Promise<void> {
  const world = worlds.current;
  if (world === undefined) {
    noSession();
    return;
  }
  const { session, text } = world;
  const made = { engineVersion: ENGINE_VERSION, digest: session.digest(), timePs: session.timePs };
  const reproduction = reproductionText(text, session.spec, made);
  await vscode.env.clipboard.writeText(reproduction.text);
  const says = `Copied: the scenario, seed ${session.spec.seed}, engine ${ENGINE_VERSION}, and the digest at ${seconds(made.timePs)}. Pasted into a new file, it opens the same world.`;
  if (reproduction.notes.length > 0) warn(`${says} ${reproduction.notes.join(' ')}`);
  else tell(says);
}
