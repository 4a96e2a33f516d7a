/** Opens the kernel source beside the explorer, and shows the statement that a point stands for. */

import * as vscode from 'vscode';
import { POINTS } from '../../engine/observe/points';
import type { Anchors } from './anchors';
import { type FoundSource, type KernelSource, OUTLINE_URI } from './kernelSource';

export class SourceReveal {
  /** explorerColumn: where the explorer stands, or undefined while it is closed. */
  constructor(
    private readonly source: KernelSource, private readonly anchors: Anchors, private readonly explorerColumn: () => vscode.ViewColumn | undefined,
  ) {}

  /** Opens mm/kmigrated.c or the outline; says why when a set path could not be followed. */
  async open(preserveFocus = false): Promise<vscode.TextEditor> {
    const found = await this.source.find();
    if (found.note !== '') void offerSetting(`${found.note} The outline is shown instead.`);
    const document = await openC(found.uri);
    return this.show(document, preserveFocus);
  }

  /** Shows the statement of a point; a sentence when neither the tree nor the outline has it. */
  async point(number: number): Promise<void> {
    const info = POINTS[number];
    if (info === undefined) return;
    const found = await this.source.find();
    for (const uri of placesOf(found)) {
      const document = await openC(uri).then(d => d, () => undefined);
      const anchor = document === undefined ? undefined : this.anchors.of(document)?.anchorOf(info.point);
      if (document === undefined || anchor === undefined) continue;
      const editor = await this.show(document, false);
      const range = new vscode.Range(document.positionAt(anchor.offset), document.positionAt(anchor.offset + anchor.length));
      editor.selection = new vscode.Selection(range.start, range.end);
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      return;
    }
    void vscode.window.showInformationMessage(`${info.fn}() has no statement for "${info.says}" in ${found.label}. The file may be of another version of the patch.`);
  }

  private async show(document: vscode.TextDocument, preserveFocus: boolean): Promise<vscode.TextEditor> {
    const key = document.uri.toString();
    const seen = vscode.window.visibleTextEditors.find(e => e.document.uri.toString() === key);
    const viewColumn = seen?.viewColumn ?? this.freeColumn();
    return vscode.window.showTextDocument(document, { viewColumn, preserveFocus, preview: false });
  }

  /** Left of the explorer when it stands in the second column, else beside it. */
  private freeColumn(): vscode.ViewColumn {
    const column = this.explorerColumn();
    if (column === undefined) return vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    return column === vscode.ViewColumn.One ? vscode.ViewColumn.Two : vscode.ViewColumn.One;
  }
}

/** The file itself, then the tree's migrate.c, then the outline, which has every statement. */
function placesOf(found: FoundSource): vscode.Uri[] {
  return found.kind === 'outline' ? [found.uri] : [found.uri, vscode.Uri.joinPath(found.uri, '../migrate.c'), OUTLINE_URI];
}

function openC(uri: vscode.Uri): Thenable<vscode.TextDocument> {
  return vscode.workspace.openTextDocument(uri);
}

async function offerSetting(text: string): Promise<void> {
  const open = 'Open Setting';
  if (await vscode.window.showWarningMessage(text, open) === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'kmigrated.sourcePath');
}
