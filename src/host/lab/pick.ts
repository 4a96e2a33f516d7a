/** Asks the person which designs are to be compared. */

import * as vscode from 'vscode';
import type { Arm } from '../../lab/api';
import { ARMS, DEFAULT_ARMS } from '../../lab/arms';
import { DEFAULT_SEEDS } from './asked';
import { scopeOfArm, standingOf } from './standing';

/** Asks which designs; the default ones are ticked. Undefined when the person leaves, or ticks none. */
export async function pickArms(scenario: string): Promise<readonly Arm[] | undefined> {
  const ticked: readonly string[] = DEFAULT_ARMS;
  const items = ARMS.map(arm => ({ arm, label: arm.label, description: arm.id, detail: `${standingOf(arm)}${sourceOf(arm)}`, picked: ticked.includes(arm.id) }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: 'kmigrated: Compare Designs', placeHolder: `Which designs on "${scenario}"? ${DEFAULT_SEEDS.length} seeds each`, canPickMany: true, matchOnDescription: true,
  });
  return chosen === undefined || chosen.length === 0 ? undefined : chosen.map(c => c.arm);
}

const sourceOf = (arm: Arm): string => {
  const [first] = scopeOfArm(arm).sources;
  return first === undefined ? '' : ` ${first}`;
};
