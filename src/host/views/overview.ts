/** The overview in the side bar: a small page map and the main counters, filled only while it is seen. */

import * as vscode from 'vscode';
import { View } from '../ids';
import { Channel, type Intents } from '../live/channel';
import type { PumpFigures } from '../live/pump';
import type { Worlds } from '../live/worlds';
import { fillWebview } from './page';

export class Overview implements vscode.Disposable, vscode.WebviewViewProvider {
  private channel: Channel | undefined;
  private readonly registration: vscode.Disposable;

  constructor(
    private readonly extensionUri: vscode.Uri, private readonly worlds: Worlds, private readonly intents: Intents,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.registration = vscode.window.registerWebviewViewProvider(View.overview, this);
  }

  get figures(): PumpFigures {
    return this.channel?.figures ?? { posted: 0, acked: 0 };
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.channel?.dispose();
    const channel = new Channel(view.webview, 'overview', this.worlds, this.intents, this.log);
    this.channel = channel;
    const visibility = view.onDidChangeVisibility(() => {
      if (!view.visible) channel.hidden();
    });
    view.onDidDispose(() => {
      visibility.dispose();
      channel.dispose();
      if (this.channel === channel) this.channel = undefined;
    });
    fillWebview(view.webview, this.extensionUri, 'overview');
  }

  dispose(): void {
    this.registration.dispose();
    this.channel?.dispose();
  }
}
