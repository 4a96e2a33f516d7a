/** Scenario documents: new untitled ones with a name that no file has yet, and edits that one undo takes back. */

import * as vscode from 'vscode';
import { SCENARIO_SUFFIX } from '../ids';
import type { Example } from './examples';

const MAX_TRIES = 100;

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** Where a new scenario would be saved: in the first folder of the workspace, under a free name. */
async function freeUri(name: string): Promise<vscode.Uri> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const taken = (uri: vscode.Uri): boolean => vscode.workspace.textDocuments.some(d => d.uri.toString() === uri.toString());
  for (let i = 1; i < MAX_TRIES; i++) {
    const file = `${name}${i === 1 ? '' : `-${i}`}${SCENARIO_SUFFIX}`;
    const untitled = folder === undefined
      ? vscode.Uri.from({ scheme: 'untitled', path: file }) : vscode.Uri.joinPath(folder, file).with({ scheme: 'untitled' });
    const onDisk = folder !== undefined && await exists(vscode.Uri.joinPath(folder, file));
    if (!onDisk && !taken(untitled)) return untitled;
  }
  return vscode.Uri.from({ scheme: 'untitled', path: `${name}-${Date.now()}${SCENARIO_SUFFIX}` });
}

/** An untitled document with this text; nothing is written to a disk until the person saves it. */
export async function newScenarioDocument(name: string, text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument(await freeUri(name));
  await replaceText(document, text);
  return document;
}

/** Replaces what differs between the document and the text, as one edit; false when the editor refused it. */
export async function replaceText(document: vscode.TextDocument, text: string): Promise<boolean> {
  const old = document.getText();
  if (old === text) return true;
  let from = 0;
  while (from < old.length && from < text.length && old[from] === text[from]) from++;
  let same = 0;
  while (same < old.length - from && same < text.length - from && old[old.length - 1 - same] === text[text.length - 1 - same]) same++;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(document.positionAt(from), document.positionAt(old.length - same)), text.slice(from, text.length - same));
  return vscode.workspace.applyEdit(edit);
}

/** The text of a scenario that comes with the extension. */
export async function readExample(extensionUri: vscode.Uri, example: Example): Promise<string> {
  const uri = vscode.Uri.joinPath(extensionUri, 'media', 'scenarios', `${example.file}${SCENARIO_SUFFIX}`);
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
