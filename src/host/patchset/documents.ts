/** The opened series, and the read-only documents kmigrated-patch:/SERIES/PATCH/path of their files. */

import * as vscode from 'vscode';
import type { FileDiff } from '../../source/mail/diff';
import type { Mail } from '../../source/mail/mime';
import { showFile, type ShownFile } from '../../source/mail/rebuild';
import type { Patch, Series } from '../../source/mail/series';
import { Scheme } from '../ids';

/** Older series are forgotten. */
const KEPT = 12;
const GONE = 'This file is of a patch series that is not open any more.\nOpen the series again with "kmigrated: Open Patch Series...".\n';

export class PatchDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly series_ = new Map<string, Series>();
  private readonly shown = new WeakMap<FileDiff, ShownFile>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(Scheme.patch, this);

  get all(): readonly Series[] {
    return [...this.series_.values()];
  }

  /** Newest last; a series that is opened again takes the place of its older reading. */
  add(all: readonly Series[]): void {
    for (const s of all) {
      this.series_.delete(s.id);
      this.series_.set(s.id, s);
    }
    for (const id of this.series_.keys()) {
      if (this.series_.size <= KEPT) break;
      this.series_.delete(id);
    }
    for (const d of vscode.workspace.textDocuments) if (d.uri.scheme === Scheme.patch) this.changed.fire(d.uri);
  }

  fileUri(series: Series, patch: Patch, file: FileDiff): vscode.Uri {
    return vscode.Uri.from({ scheme: Scheme.patch, path: `/${series.id}/${patch.index}/${file.path}` });
  }

  mailUri(series: Series, mail: Mail): vscode.Uri {
    const number = series.discussion.indexOf(mail);
    return vscode.Uri.from({ scheme: Scheme.patch, path: number < 0 ? `/${series.id}/${series.patches.find(p => p.mail === mail)?.index ?? 0}.txt` : `/${series.id}/discussion/${number + 1}.txt` });
  }

  /** Made once for each file. */
  shownFile(file: FileDiff): ShownFile {
    const known = this.shown.get(file) ?? showFile(file);
    this.shown.set(file, known);
    return known;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const [, id = '', at = '', ...rest] = uri.path.split('/');
    const series = this.series_.get(id);
    if (series === undefined) return GONE;
    if (at === 'discussion') return mailText(series.discussion[Number.parseInt(rest[0] ?? '', 10) - 1]);
    const patch = series.patches.find(p => String(p.index) === at.replace(/\.txt$/, ''));
    if (rest.length === 0) return mailText(patch?.mail);
    const file = patch?.files.find(f => f.path === rest.join('/'));
    return file === undefined ? GONE : this.shownFile(file).text;
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

function mailText(mail: Mail | undefined): string {
  if (mail === undefined) return GONE;
  return `From: ${mail.from}\nDate: ${mail.date}\nSubject: ${mail.subject}\nMessage-ID: ${mail.messageId}\n\n${mail.body}`;
}
