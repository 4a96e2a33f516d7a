/** Remembers which scenario was open in this workspace, so that an explorer that is restored after a reload has its world again, at time 0. */

import * as vscode from 'vscode';
import type { Worlds } from '../live/worlds';

const KEY = 'kmigrated.lastScenario';
/** A scenario that was never saved is kept as text up to this size. */
const MAX_TEXT_CHARS = 65_536;

interface Remembered {
  readonly uri: string;
  readonly text: string;
}

function isRemembered(value: unknown): value is Remembered {
  return typeof value === 'object' && value !== null && 'uri' in value && typeof value.uri === 'string' && 'text' in value && typeof value.text === 'string';
}

/** A file, or the text of what has no file. */
export type LastScenario = { readonly kind: 'file'; readonly uri: vscode.Uri } | { readonly kind: 'text'; readonly text: string };

export class LastWorld implements vscode.Disposable {
  private readonly listening: vscode.Disposable;

  constructor(private readonly memento: vscode.Memento, worlds: Worlds) {
    this.listening = worlds.onDidOpen(world => {
      if (world === undefined) return;
      const saved = world.uri !== undefined && world.uri.scheme !== 'untitled';
      const value: Remembered | undefined = saved ? { uri: world.uri.toString(), text: '' }
        : world.text.length <= MAX_TEXT_CHARS ? { uri: '', text: world.text } : undefined;
      void memento.update(KEY, value);
    });
  }

  get scenario(): LastScenario | undefined {
    const value = this.memento.get<unknown>(KEY);
    if (!isRemembered(value)) return undefined;
    return value.uri === '' ? { kind: 'text', text: value.text } : { kind: 'file', uri: vscode.Uri.parse(value.uri) };
  }

  dispose(): void {
    this.listening.dispose();
  }
}
