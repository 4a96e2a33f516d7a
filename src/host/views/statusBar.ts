/** One status bar item while a world is open: its state, its name, its time. */

import * as vscode from 'vscode';
import { seconds, STATE_ICONS, stateText } from '../format';
import { Command } from '../ids';
import type { Worlds } from '../live/worlds';
import { Throttle } from '../throttle';

/** Time is read here, not followed: the explorer shows it at every frame. */
const REFRESH_MS = 250;

export class StatusBar implements vscode.Disposable {
  private item: vscode.StatusBarItem | undefined;
  private readonly refresh = new Throttle(REFRESH_MS, () => this.update());
  private readonly owned: vscode.Disposable[];

  constructor(private readonly worlds: Worlds) {
    this.owned = [this.refresh, worlds.onDidOpen(() => this.update()), worlds.onDidChange(() => this.refresh.call())];
  }

  /** What stands in the bar, or '' without a world. */
  get text(): string {
    return this.item?.text ?? '';
  }

  dispose(): void {
    for (const d of this.owned) d.dispose();
    this.item?.dispose();
  }

  private update(): void {
    const world = this.worlds.current;
    if (world === undefined) {
      this.item?.dispose();
      this.item = undefined;
      return;
    }
    const { session } = world;
    this.item ??= this.make();
    this.item.text = `${STATE_ICONS[session.state]} ${session.model.name} ${seconds(session.timePs)}`;
    const why = session.stateText === '' ? '' : ` ${session.stateText}.`;
    this.item.tooltip = `kmigrated: ${session.model.name}, ${stateText(session.state)} at ${seconds(session.timePs)} of simulated time.${why}`;
    this.item.accessibilityInformation = { label: `kmigrated ${session.model.name}, ${stateText(session.state)} at ${seconds(session.timePs)}`, role: 'button' };
  }

  private make(): vscode.StatusBarItem {
    const item = vscode.window.createStatusBarItem('kmigrated.state', vscode.StatusBarAlignment.Left);
    item.name = 'kmigrated';
    item.command = Command.openExplorer;
    item.show();
    return item;
  }
}
