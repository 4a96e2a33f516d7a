/** The explorer: one editor panel, beside the source, made when it is asked for and made again after a reload. */

import * as vscode from 'vscode';
import { PANEL_TYPE } from '../ids';
import { Channel, type Intents, type ShowWhat } from '../live/channel';
import type { PumpFigures } from '../live/pump';
import type { Worlds } from '../live/worlds';
import { fillWebview, webviewOptions } from './page';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly channel: Channel;
}

export class ExplorerPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  private open_: OpenPanel | undefined;
  private readonly serializer: vscode.Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri, private readonly worlds: Worlds, private readonly intents: Intents,
    private readonly log: vscode.LogOutputChannel, private readonly restored: () => void,
  ) {
    this.serializer = vscode.window.registerWebviewPanelSerializer(PANEL_TYPE, this);
  }

  get column(): vscode.ViewColumn | undefined {
    return this.open_?.panel.viewColumn;
  }

  get visible(): boolean {
    return this.open_?.panel.visible ?? false;
  }

  get figures(): PumpFigures {
    return this.open_?.channel.figures ?? { posted: 0, acked: 0 };
  }

  /** Series that went to the charts of the open panel. */
  get charts(): number {
    return this.open_?.channel.charts ?? 0;
  }

  /** Brings the explorer to the front, beside the active editor when it has to be made. */
  reveal(preserveFocus = false): void {
    if (this.open_ !== undefined) {
      this.open_.panel.reveal(undefined, preserveFocus);
      return;
    }
    const viewColumn = vscode.window.activeTextEditor === undefined ? vscode.ViewColumn.Active : vscode.ViewColumn.Beside;
    const panel = vscode.window.createWebviewPanel(PANEL_TYPE, 'kmigrated explorer', { viewColumn, preserveFocus }, {
      ...webviewOptions(this.extensionUri), retainContextWhenHidden: false,
    });
    this.adopt(panel);
  }

  /** Reveals the explorer and has it show a page, or the log through a filter. */
  show(what: ShowWhat): void {
    this.reveal();
    this.open_?.channel.show(what);
  }

  /** Hands a sentence to the panel when it is open. */
  error(text: string): void {
    this.open_?.channel.sendError(text);
  }

  progress(text: string, fraction: number): void {
    this.open_?.channel.sendProgress(text, fraction);
  }

  /** After a reload of the window: the webview keeps its own state (level, filter), and its world is opened again. */
  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    if (this.open_ === undefined) this.adopt(panel);
    else panel.dispose();
    this.restored();
    return Promise.resolve();
  }

  dispose(): void {
    this.serializer.dispose();
    this.open_?.panel.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'icon.svg');
    const channel = new Channel(panel.webview, 'panel', this.worlds, this.intents, this.log);
    const viewState = panel.onDidChangeViewState(() => {
      if (!panel.visible) channel.hidden();
    });
    this.open_ = { panel, channel };
    panel.onDidDispose(() => {
      viewState.dispose();
      channel.dispose();
      this.open_ = undefined;
    });
    fillWebview(panel.webview, this.extensionUri, 'panel');
  }
}
