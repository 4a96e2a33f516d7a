/** The inputs of a row of questions: quick picks and boxes with a step count and a way back. */

import * as vscode from 'vscode';
import type { Answer, Place } from './questions';

export interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/** Shows an input and waits for one of its ends; everything made for it is disposed. */
function settle<T>(input: vscode.QuickInput, place: Place, attach: (done: (a: Answer<T>) => void) => vscode.Disposable[]): Promise<Answer<T>> {
  return new Promise(resolve => {
    input.title = place.title;
    input.step = place.step;
    input.totalSteps = place.totalSteps;
    input.ignoreFocusOut = true;
    const owned: vscode.Disposable[] = [input];
    let over = false;
    const done = (a: Answer<T>): void => {
      if (over) return;
      over = true;
      for (const d of owned) d.dispose();
      resolve(a);
    };
    owned.push(...attach(done), input.onDidHide(() => done({ kind: 'cancel' })));
    input.show();
  });
}

const backButtons = (place: Place): vscode.QuickInputButton[] => place.step > 1 ? [vscode.QuickInputButtons.Back] : [];

/** One of several; `now` is where the list begins. */
export function pickOne<T>(place: Place, placeholder: string, choices: readonly Choice<T>[], now?: T): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  pick.placeholder = placeholder;
  pick.items = choices;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.buttons = backButtons(place);
  const active = choices.find(c => c.value === now);
  if (active !== undefined) pick.activeItems = [active];
  return settle<T>(pick, place, done => [
    pick.onDidTriggerButton(() => done({ kind: 'back' })),
    pick.onDidAccept(() => {
      const [item] = pick.selectedItems;
      if (item !== undefined) done({ kind: 'value', value: item.value });
    }),
  ]);
}

/** Several of several, at least one. */
export function pickMany<T>(place: Place, placeholder: string, choices: readonly Choice<T>[], now: readonly T[]): Promise<Answer<T[]>> {
  const pick = vscode.window.createQuickPick<Choice<T>>();
  pick.placeholder = placeholder;
  pick.canSelectMany = true;
  pick.items = choices;
  pick.selectedItems = choices.filter(c => now.includes(c.value));
  pick.buttons = backButtons(place);
  return settle<T[]>(pick, place, done => [
    pick.onDidTriggerButton(() => done({ kind: 'back' })),
    pick.onDidAccept(() => {
      if (pick.selectedItems.length > 0) done({ kind: 'value', value: pick.selectedItems.map(i => i.value) });
      else pick.placeholder = `${placeholder}: at least one`;
    }),
  ]);
}

/** A text that `read` makes a value of; while it cannot, its sentence stands under the box. */
export function askText<T>(
  place: Place, prompt: string, value: string, read: (text: string) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly text: string },
): Promise<Answer<T>> {
  const box = vscode.window.createInputBox();
  box.prompt = prompt;
  box.value = value;
  box.buttons = backButtons(place);
  const check = (): ReturnType<typeof read> => {
    const result = read(box.value);
    box.validationMessage = result.ok ? '' : result.text;
    return result;
  };
  return settle<T>(box, place, done => [
    box.onDidChangeValue(check),
    box.onDidTriggerButton(() => done({ kind: 'back' })),
    box.onDidAccept(() => {
      const result = check();
      if (result.ok) done({ kind: 'value', value: result.value });
    }),
  ]);
}
