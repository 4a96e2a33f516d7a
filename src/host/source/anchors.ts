/** Anchored files by document: made once for each version of a text, for lens, hover, decorations and links alike. */

import * as vscode from 'vscode';
import { anchorFile, mayHoldAnchors } from '../../source/anchor';
import type { AnchoredFile } from '../../source/api';
import { SOURCE_SELECTOR } from './kernelSource';

interface Entry {
  readonly version: number;
  readonly file: AnchoredFile | undefined;
}

export class Anchors {
  private readonly entries = new WeakMap<vscode.TextDocument, Entry>();

  /** Undefined when the document is not one that points could stand in. */
  of(document: vscode.TextDocument): AnchoredFile | undefined {
    if (vscode.languages.match(SOURCE_SELECTOR, document) === 0) return undefined;
    const known = this.entries.get(document);
    if (known?.version === document.version) return known.file;
    const text = document.getText();
    const file = mayHoldAnchors(text) ? anchorFile(text) : undefined;
    this.entries.set(document, { version: document.version, file });
    return file;
  }
}
