/** The extension's few settings, read when they are needed and clamped to what package.json allows. */

import * as vscode from 'vscode';

const SECTION = 'kmigrated';

function read<T>(key: string, fallback: T, scope?: vscode.Uri): T {
  return vscode.workspace.getConfiguration(SECTION, scope ?? null).get<T>(key, fallback);
}

/** Memory that a simulated world may take, in bytes. */
export function memoryLimitBytes(): number {
  const mib = Number(read<unknown>('memoryLimitMiB', 2048));
  return Math.min(65_536, Math.max(64, Number.isFinite(mib) ? mib : 2048)) * 1024 * 1024;
}

/** A kernel tree or its kmigrated.c, as the person wrote it; '' when not set. */
export function sourcePath(): string {
  return String(read<unknown>('sourcePath', '')).trim();
}

/** Address of a list in a mail archive, for downloads on command; '' when not set. */
export function archiveUrl(): string {
  return String(read<unknown>('archiveUrl', '')).trim();
}

export const codeLensEnabled = (uri: vscode.Uri): boolean => read<unknown>('codeLens.enabled', true, uri) !== false;
export const hoverEnabled = (uri: vscode.Uri): boolean => read<unknown>('hover.enabled', true, uri) !== false;
export const decorationsEnabled = (uri: vscode.Uri): boolean => read<unknown>('decorations.enabled', true, uri) !== false;
/** Whether an open source editor scrolls to the statement that a step stopped at. */
export const followStatement = (): boolean => read<unknown>('followStatement', true) !== false;

/** Calls back when any setting below `kmigrated.<key>` changes. */
export function onDidChangeSetting(key: string, listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration(e => {
    if (e.affectsConfiguration(`${SECTION}.${key}`)) listener();
  });
}
