/** The Patchset tree: series, patch, file, hunk, the concepts that a hunk touches, and the objections on each. */

import * as vscode from 'vscode';
import type { ConceptId } from '../../source/api';
import { conceptOf } from '../../source/concepts';
import type { FileDiff } from '../../source/mail/diff';
import type { Mail } from '../../source/mail/mime';
import { type Objection, objectionsOn } from '../../source/mail/objections';
import type { ShownHunk } from '../../source/mail/rebuild';
import type { Patch, Series } from '../../source/mail/series';
import { type Touched, touchedConcepts } from '../../source/mail/touched';
import { ContextKey, View } from '../ids';
import type { PatchDocuments } from './documents';

export type PatchNode =
  | { readonly kind: 'series'; readonly series: Series }
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'patch'; readonly series: Series; readonly patch: Patch }
  | { readonly kind: 'file'; readonly series: Series; readonly patch: Patch; readonly file: FileDiff }
  | { readonly kind: 'hunk'; readonly uri: vscode.Uri; readonly hunk: ShownHunk; readonly touched: readonly Touched[] }
  | { readonly kind: 'concept'; readonly uri: vscode.Uri; readonly touched: Touched }
  | { readonly kind: 'objection'; readonly objection: Objection }
  | { readonly kind: 'talk'; readonly series: Series }
  | { readonly kind: 'mail'; readonly series: Series; readonly mail: Mail };

const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;

export class PatchTree implements vscode.TreeDataProvider<PatchNode>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly registration = vscode.window.registerTreeDataProvider(View.patchset, this);

  constructor(private readonly documents: PatchDocuments) {}

  /** After a series was opened. */
  async refresh(): Promise<void> {
    await vscode.commands.executeCommand('setContext', ContextKey.patches, this.documents.all.length > 0);
    this.changed.fire();
  }

  getChildren(node?: PatchNode): PatchNode[] {
    if (node === undefined) return [...this.documents.all].reverse().map(series => ({ kind: 'series', series }));
    switch (node.kind) {
      case 'series': return this.ofSeries(node.series);
      case 'patch': return node.patch.refused === '' ? node.patch.files.map(file => ({ ...node, kind: 'file', file })) : [{ kind: 'note', text: node.patch.refused }];
      case 'file': return this.hunksOf(node.series, node.patch, node.file);
      case 'hunk': return node.touched.map(touched => ({ kind: 'concept', uri: node.uri, touched }));
      case 'concept': return objectionsOn(node.touched.id).map(objection => ({ kind: 'objection', objection }));
      case 'talk': return node.series.discussion.map(mail => ({ kind: 'mail', series: node.series, mail }));
      case 'note': case 'objection': case 'mail': return [];
    }
  }

  getTreeItem(node: PatchNode): vscode.TreeItem {
    switch (node.kind) {
      case 'series': return item(node.series.title, Expanded, 'git-pull-request', `${node.series.rfc ? 'RFC ' : ''}v${node.series.version}, ${node.series.total} ${node.series.total === 1 ? 'patch' : 'patches'}`);
      case 'note': return item(node.text, None, 'info', '', node.text);
      case 'patch': return opens(item(node.patch.title, node.patch.files.length === 0 && node.patch.refused === '' ? None : Collapsed, node.patch.refused === '' ? 'mail' : 'warning',
        node.patch.index === 0 ? 'cover letter' : `${node.patch.index}/${node.series.total}`, `${node.patch.title}\n${node.patch.mail.from}\n${node.patch.mail.date}`), this.documents.mailUri(node.series, node.patch.mail));
      case 'file': return opens(item(node.file.path, node.file.hunks.length === 0 ? None : Collapsed, 'file-code', fileSays(node.file, this.documents.shownFile(node.file).whole)), this.documents.fileUri(node.series, node.patch, node.file));
      case 'hunk': return opens(item(hunkTitle(node.hunk), node.touched.length === 0 ? None : Collapsed, 'diff', `+${node.hunk.added.length} −${node.hunk.removed.length}`), node.uri, node.hunk.from);
      case 'concept': return this.conceptItem(node.uri, node.touched);
      case 'objection': return objectionItem(node.objection);
      case 'talk': return item('Discussion', Collapsed, 'comment-discussion', `${node.series.discussion.length}`);
      case 'mail': return opens(item(node.mail.subject, None, 'comment', node.mail.from, `${node.mail.from}\n${node.mail.date}\n${node.mail.messageId}`), this.documents.mailUri(node.series, node.mail));
    }
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  private ofSeries(series: Series): PatchNode[] {
    const out: PatchNode[] = series.notes.map(text => ({ kind: 'note', text }));
    for (const patch of series.patches) out.push({ kind: 'patch', series, patch });
    if (series.discussion.length > 0) out.push({ kind: 'talk', series });
    return out;
  }

  private hunksOf(series: Series, patch: Patch, file: FileDiff): PatchNode[] {
    const shown = this.documents.shownFile(file);
    const touched = touchedConcepts(shown);
    const uri = this.documents.fileUri(series, patch, file);
    return shown.hunks.map((hunk, i) => ({ kind: 'hunk', uri, hunk, touched: touched[i] ?? [] }));
  }

  private conceptItem(uri: vscode.Uri, { id, how, line }: Touched): vscode.TreeItem {
    const concept = conceptOf(id);
    return opens(item(concept.title, objectionsOn(id).length > 0 ? Collapsed : None, 'symbol-key', how, `${concept.meaning}${defectsOf(id)}`), uri, line);
  }
}

function defectsOf(id: ConceptId): string {
  const { defects } = conceptOf(id);
  return defects.length === 0 ? '' : `\n\nRegister: ${defects.join(', ')}`;
}

function item(label: string, state: vscode.TreeItemCollapsibleState, icon: string, description = '', tooltip = ''): vscode.TreeItem {
  const made = new vscode.TreeItem(label, state);
  made.iconPath = new vscode.ThemeIcon(icon);
  made.description = description;
  if (tooltip !== '') made.tooltip = tooltip;
  return made;
}

function opens(made: vscode.TreeItem, uri: vscode.Uri, line?: number): vscode.TreeItem {
  const options: vscode.TextDocumentShowOptions = line === undefined ? {} : { selection: new vscode.Range(line, 0, line, 0) };
  made.command = { title: 'Open', command: 'vscode.open', arguments: [uri, options] };
  return made;
}

function objectionItem({ who, on, says, messageIds }: Objection): vscode.TreeItem {
  const from = messageIds.length === 0 ? 'message id not known' : messageIds.join('\n');
  return item(says, None, 'comment-unresolved', `${who}, on ${on}`, `${says}\n\n${who}, on ${on} (in our words)\n${from}`);
}

function fileSays(file: FileDiff, whole: boolean): string {
  if (whole) return 'new, whole';
  return file.hunks.length === 0 ? file.kind : `${file.kind}, ${file.hunks.length} ${file.hunks.length === 1 ? 'hunk' : 'hunks'}`;
}

function hunkTitle({ hunk, added }: ShownHunk): string {
  const section = hunk.section.trim();
  return `line ${hunk.newFrom}${section === '' ? '' : ` in ${section}`}${added.length === hunk.lines.length ? ', all new' : ''}`;
}
