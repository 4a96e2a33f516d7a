/** Texts that the extension writes for a person to read and search: the log, and what is modelled. */

import * as vscode from 'vscode';
import { Scheme } from '../ids';
import { ReadOnlyFiles } from './virtual';

/** Older texts are forgotten; their tabs keep what they have read. */
const KEPT = 8;

export class Texts implements vscode.Disposable {
  private readonly texts = new Map<string, Uint8Array>();
  private readonly files: ReadOnlyFiles;
  private count = 0;

  constructor() {
    this.files = new ReadOnlyFiles(Scheme.text, 'A text that the kmigrated explorer wrote.', path => Promise.resolve(this.texts.get(path)
      ?? new TextEncoder().encode('The session that this text told of is over. Run it again to have it written anew.\n')));
  }

  /** A new read-only document with this text; the name is what its tab shows. */
  add(name: string, text: string): vscode.Uri {
    const path = `/${++this.count}/${name}`;
    this.texts.set(path, new TextEncoder().encode(text));
    for (const old of this.texts.keys()) {
      if (this.texts.size <= KEPT) break;
      this.texts.delete(old);
    }
    return vscode.Uri.from({ scheme: Scheme.text, path });
  }

  dispose(): void {
    this.files.dispose();
  }
}
