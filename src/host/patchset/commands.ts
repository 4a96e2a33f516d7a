/** Commands of the patch series: open from files, and download from the archive that the person has set. */

import * as vscode from 'vscode';
import { type Answer, LIMITS } from '../../source/mail/limits';
import { isMailName, type MailFile, readMailFiles } from '../../source/mail/read';
import type { Series } from '../../source/mail/series';
import { fail, openSetting, tell, warn } from '../commands/ask';
import { View } from '../ids';
import { archiveUrl } from '../settings';
import { type FetchBytes, readMessageId, threadUrl } from './archive';
import type { PatchDocuments } from './documents';
import { gunzip } from './gunzip';
import type { PatchTree } from './tree';

const nameOf = (uri: vscode.Uri): string => uri.path.slice(uri.path.lastIndexOf('/') + 1);

export class PatchCommands {
  constructor(private readonly documents: PatchDocuments, private readonly tree: PatchTree, private readonly fetchBytes: FetchBytes | undefined) {}

  /** arg: a file of the explorer or an editor's title; without one, of the editor in front or of a picker. */
  async open(arg: unknown): Promise<void> {
    const uris = arg instanceof vscode.Uri ? [arg] : await pick();
    if (uris.length > 0) await this.openFiles(uris);
  }

  /** Gives the series of the files together, or undefined after a sentence. */
  async openFiles(uris: readonly vscode.Uri[]): Promise<readonly Series[] | undefined> {
    const files: MailFile[] = [];
    let total = 0;
    for (const uri of uris) {
      total += (await vscode.workspace.fs.stat(uri)).size;
      if (total > LIMITS.bytes) {
        fail(`${nameOf(uri)} makes it ${total} bytes; ${LIMITS.bytes} are read. Save the one thread to a file of its own and open that.`);
        return undefined;
      }
      files.push({ name: nameOf(uri), bytes: await vscode.workspace.fs.readFile(uri) });
    }
    return this.take(files);
  }

  /** arg: a message id; without one it is asked for. */
  async download(arg: unknown): Promise<void> {
    if (!vscode.workspace.isTrusted) return warn('Nothing is downloaded in a workspace that is not trusted. Trust it, or open a saved .mbox instead.');
    const { fetchBytes } = this;
    if (fetchBytes === undefined) return warn('The browser cannot download from a mail archive. Save the thread as .mbox.gz and open it with "kmigrated: Open Patch Series...".');
    const base = archiveUrl();
    if (base === '') {
      const none = threadUrl('', '');
      return warn(none.ok ? '' : none.text, openSetting('archiveUrl'));
    }
    const typed = typeof arg === 'string' ? arg : await vscode.window.showInputBox({
      title: 'Download Patch Series', prompt: `Message id of any mail of the series; it is asked for at ${base}`, placeHolder: 'name@host',
      validateInput: text => { const id = readMessageId(text); return id.ok ? undefined : id.text; },
    });
    if (typed === undefined) return;
    const id = readMessageId(typed);
    const url = id.ok ? threadUrl(base, id.value) : id;
    if (!url.ok) return fail(url.text, openSetting('archiveUrl'));
    const answer = await withProgress(url.value, fetchBytes);
    if (answer.ok) await this.take([{ name: `${id.ok ? id.value : ''}.mbox.gz`, bytes: answer.value }]);
    else fail(answer.text);
  }

  private async take(packed: readonly MailFile[]): Promise<readonly Series[] | undefined> {
    const files: MailFile[] = [];
    for (const { name, bytes } of packed) {
      const plain = await gunzip(name, bytes);
      if (!plain.ok) {
        fail(plain.text);
        return undefined;
      }
      files.push({ name, bytes: plain.value });
    }
    const opened = readMailFiles(files);
    if (!opened.ok) {
      fail(opened.text);
      return undefined;
    }
    const { series, notes } = opened.value;
    this.documents.add(series);
    await this.tree.refresh();
    if (notes.length > 0) tell(`${notes.length} ${notes.length === 1 ? 'mail was' : 'mails were'} left out: ${notes[0] ?? ''}`);
    await vscode.commands.executeCommand(`${View.patchset}.focus`);
    return series;
  }
}

async function pick(): Promise<readonly vscode.Uri[]> {
  const active = vscode.window.activeTextEditor?.document.uri;
  if (active !== undefined && isMailName(active.path)) return [active];
  return await vscode.window.showOpenDialog({ title: 'Open Patch Series', canSelectMany: true, openLabel: 'Open', filters: { 'Mails and patches': ['mbox', 'gz', 'eml', 'patch', 'diff'] } }) ?? [];
}

function withProgress(url: string, fetchBytes: FetchBytes): Thenable<Answer<Uint8Array>> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Downloading ${url}`, cancellable: true }, async (progress, token) => {
    const abort = new AbortController();
    const cancelled = token.onCancellationRequested(() => abort.abort());
    try {
      return await fetchBytes(url, abort.signal, LIMITS.packedBytes, bytes => progress.report({ message: `${Math.ceil(bytes / 1024)} KiB` }));
    } finally {
      cancelled.dispose();
    }
  });
}
