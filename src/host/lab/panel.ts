/** The results page: one editor panel that shows the last comparison, its progress or why there is none. */

import * as vscode from 'vscode';
import type { ResultsHostMessage, ResultsWebviewMessage } from '../../protocol/results';
import { readResultsWebview } from '../../protocol/resultsshape';
import { RESULTS_TYPE } from '../ids';
import { fillWebview, webviewOptions } from '../views/page';

export type ResultsIntent = Exclude<ResultsWebviewMessage, { type: 'ready' }>;

const NOTHING: ResultsHostMessage = { type: 'empty', text: 'Nothing has been compared yet. Choose designs: each runs on the same machine and work, with the same seeds.' };

export class ResultsPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private loaded = false;
  private shown: ResultsHostMessage = NOTHING;
  /** The last good results: they stand behind an error or a progress. */
  private good: ResultsHostMessage | undefined;
  private readonly asked = new vscode.EventEmitter<ResultsIntent>();
  /** What the page wants done, validated. */
  readonly onDidAsk = this.asked.event;

  constructor(private readonly extensionUri: vscode.Uri, private readonly log: Pick<vscode.LogOutputChannel, 'warn'>) {}

  get column(): vscode.ViewColumn | undefined {
    return this.panel?.viewColumn;
  }

  /** The page is on the screen and has asked for what there is. */
  get ready(): boolean {
    return this.loaded;
  }

  /** Brings the page to the front; makes it where there is none. */
  reveal(): void {
    if (this.panel !== undefined) {
      this.panel.reveal(undefined, true);
      return;
    }
    const panel = vscode.window.createWebviewPanel(RESULTS_TYPE, 'Results', { viewColumn: vscode.ViewColumn.Active, preserveFocus: false }, {
      ...webviewOptions(this.extensionUri), retainContextWhenHidden: false, enableFindWidget: true,
    });
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.svg');
    const owned = [
      panel.webview.onDidReceiveMessage((raw: unknown) => this.receive(raw)),
      // a hidden page is gone, and asks anew when it is back
      panel.onDidChangeViewState(() => { if (!panel.visible) this.loaded = false; }),
    ];
    this.panel = panel;
    panel.onDidDispose(() => {
      for (const d of owned) d.dispose();
      this.panel = undefined;
      this.loaded = false;
    });
    fillWebview(panel.webview, this.extensionUri, 'results');
  }

  /** Shows a message now, or when the page has loaded. */
  show(message: ResultsHostMessage): void {
    this.shown = message;
    if (message.type === 'results') this.good = message;
    if (this.loaded) void this.panel?.webview.postMessage(message);
  }

  dispose(): void {
    this.panel?.dispose();
    this.asked.dispose();
  }

  private receive(raw: unknown): void {
    const read = readResultsWebview(raw);
    if (!read.ok) {
      this.log.warn(`a message of the results page was dropped: ${read.text}`);
      return;
    }
    if (read.message.type !== 'ready') return this.asked.fire(read.message);
    this.loaded = true;
    if (this.good !== undefined && this.good !== this.shown) void this.panel?.webview.postMessage(this.good);
    this.show(this.shown);
  }
}
