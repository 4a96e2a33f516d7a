/** Keeps the context keys of menus and keybindings in step with the open world. */

import * as vscode from 'vscode';
import { ContextKey } from '../ids';
import type { Worlds } from './worlds';

export class ContextKeys implements vscode.Disposable {
  private readonly owned: vscode.Disposable[];
  private readonly last = new Map<string, boolean>();

  constructor(private readonly worlds: Worlds) {
    this.owned = [worlds.onDidOpen(() => this.update()), worlds.onDidChange(() => this.update())];
    this.update();
  }

  dispose(): void {
    for (const d of this.owned) d.dispose();
  }

  private update(): void {
    const state = this.worlds.current?.session.state;
    this.set(ContextKey.session, state !== undefined);
    this.set(ContextKey.running, state === 'running');
    this.set(ContextKey.paused, state === 'paused');
    this.set(ContextKey.programs, this.worlds.current?.session.model.programs === true);
  }

  private set(key: string, value: boolean): void {
    if (this.last.get(key) === value) return;
    this.last.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
