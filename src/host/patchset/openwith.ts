/** "Open With...: kmigrated patch series": opens the file's series in the tree, and lists their patches on a page without scripts. */

import * as vscode from 'vscode';
import type { Series } from '../../source/mail/series';
import { PATCHES_TYPE } from '../ids';
import type { PatchCommands } from './commands';
import type { PatchDocuments } from './documents';

const POLICY = `default-src 'none'; style-src 'unsafe-inline'`;
const escaped = (text: string): string => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

export class OpenWith implements vscode.CustomReadonlyEditorProvider, vscode.Disposable {
  private readonly registration = vscode.window.registerCustomEditorProvider(PATCHES_TYPE, this);

  constructor(private readonly commands: PatchCommands, private readonly documents: PatchDocuments) {}

  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose: () => undefined };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    // only this command, and no script
    panel.webview.options = { enableScripts: false, enableCommandUris: ['vscode.open'], localResourceRoots: [] };
    const series = await this.commands.openFiles([uri]) ?? [];
    const body = series.length === 0 ? '<p>No patch series was found in this file; the message says why.</p>' : series.map(s => this.list(s)).join('');
    panel.webview.html = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><title>Patch series</title></head><body>${body}</body></html>`;
  }

  dispose(): void {
    this.registration.dispose();
  }

  private list(series: Series): string {
    const link = (uri: vscode.Uri, text: string): string => `<a href="command:vscode.open?${encodeURIComponent(JSON.stringify([uri]))}">${escaped(text)}</a>`;
    const patches = series.patches.map(p => {
      const files = p.files.map(f => `<li>${link(this.documents.fileUri(series, p, f), f.path)}</li>`).join('');
      return `<li value="${p.index}">${link(this.documents.mailUri(series, p.mail), p.title)}${p.refused === '' ? '' : `<p>${escaped(p.refused)}</p>`}<ul>${files}</ul></li>`;
    });
    return `<h1>${escaped(series.title)} (v${series.version})</h1>${series.notes.map(n => `<p>${escaped(n)}</p>`).join('')}<ol>${patches.join('')}</ol>`;
  }
}
