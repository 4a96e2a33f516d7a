/** Read-only documents of the extension's own: the outline of mm/kmigrated.c, and texts such as a log. They open again after a reload. */

import * as vscode from 'vscode';

/** Gives the bytes of a path, or undefined where there is nothing. */
export type ReadPath = (path: string) => Promise<Uint8Array | undefined>;

interface Held {
  readonly bytes: Uint8Array;
  readonly mtime: number;
}

/** A file system of files that only the extension can make. */
export class ReadOnlyFiles implements vscode.FileSystemProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.changed.event;
  private readonly held = new Map<string, Held>();
  private readonly registration: vscode.Disposable;

  constructor(scheme: string, says: string, private readonly read: ReadPath) {
    this.registration = vscode.workspace.registerFileSystemProvider(scheme, this, { isCaseSensitive: true, isReadonly: new vscode.MarkdownString(says) });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { bytes, mtime } = await this.load(uri);
    return { type: vscode.FileType.File, ctime: mtime, mtime, size: bytes.length, permissions: vscode.FilePermission.Readonly };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return (await this.load(uri)).bytes;
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  private async load(uri: vscode.Uri): Promise<Held> {
    const known = this.held.get(uri.path);
    if (known !== undefined) return known;
    const bytes = await this.read(uri.path);
    if (bytes === undefined) throw vscode.FileSystemError.FileNotFound(uri);
    const made = { bytes, mtime: Date.now() };
    this.held.set(uri.path, made);
    return made;
  }
}
