/** Hovers that explain a concept of the code in plain words, with the values of the open world. */

import * as vscode from 'vscode';
import { hoverMarkdown } from '../../source/hover';
import type { Worlds } from '../live/worlds';
import { hoverEnabled } from '../settings';
import type { Anchors } from './anchors';
import { liveFigures } from './figures';
import { SOURCE_SELECTOR } from './kernelSource';

export class SourceHovers implements vscode.Disposable, vscode.HoverProvider {
  private readonly registration: vscode.Disposable;

  constructor(private readonly worlds: Worlds, private readonly anchors: Anchors) {
    this.registration = vscode.languages.registerHoverProvider(SOURCE_SELECTOR, this);
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    if (!hoverEnabled(document.uri)) return undefined;
    const id = this.anchors.of(document)?.conceptAt(document.offsetAt(position));
    if (id === undefined) return undefined;
    return new vscode.Hover(new vscode.MarkdownString(hoverMarkdown(id, liveFigures(this.worlds.current))), document.getWordRangeAtPosition(position));
  }

  dispose(): void {
    this.registration.dispose();
  }
}
