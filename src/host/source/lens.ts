/** CodeLenses over the kernel's functions: what ran, how often, and the log rows behind it. */

import * as vscode from 'vscode';
import type { LensAction } from '../../source/api';
import { lensesFor } from '../../source/lens';
import { Command } from '../ids';
import type { Worlds } from '../live/worlds';
import { codeLensEnabled, onDidChangeSetting } from '../settings';
import { Throttle } from '../throttle';
import type { Anchors } from './anchors';
import { liveFigures } from './figures';
import { SOURCE_SELECTOR } from './kernelSource';

/** Each refresh redraws lines of the editor: once a second is as often as one can read them. */
const REFRESH_MS = 1000;

function commandOf(title: string, action: LensAction): vscode.Command {
  switch (action.kind) {
    case 'filterLog': return { title, command: Command.show, arguments: [{ filter: action.filter }] };
    case 'showClass': return { title, command: Command.show, arguments: [{ pageClass: action.pageClass }] };
    case 'revealPoint': return { title, command: Command.revealPoint, arguments: [action.point] };
  }
}

export class SourceLenses implements vscode.Disposable, vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly owned: vscode.Disposable[];

  constructor(private readonly worlds: Worlds, private readonly anchors: Anchors) {
    const refresh = new Throttle(REFRESH_MS, () => this.changed.fire());
    this.owned = [
      refresh, this.changed, worlds.onDidOpen(() => this.changed.fire()), worlds.onDidChange(() => refresh.call()),
      onDidChangeSetting('codeLens', () => this.changed.fire()), vscode.languages.registerCodeLensProvider(SOURCE_SELECTOR, this),
    ];
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    if (!codeLensEnabled(document.uri)) return [];
    const file = this.anchors.of(document);
    if (file === undefined) return [];
    return lensesFor(file, liveFigures(this.worlds.current)).map(lens => {
      const at = document.positionAt(lens.offset);
      return new vscode.CodeLens(new vscode.Range(at, at), commandOf(lens.title, lens.action));
    });
  }

  dispose(): void {
    for (const d of this.owned) d.dispose();
  }
}
