/** What the tests inside a real VS Code share: the activated extension, and waiting for a condition. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import type { ExplorerApi } from '../../../src/host/api';
import { Command } from '../../../src/host/ids';
import { marksScenarioText } from '../../../src/scenario/defaults';
import type { Session } from '../../../src/session/api';

export const EXTENSION_ID = 'kmigrated.kmigrated-explorer';
const POLL_MS = 20;
const PATIENCE_MS = 30_000;

export async function explorer(): Promise<ExplorerApi> {
  const extension = vscode.extensions.getExtension<ExplorerApi>(EXTENSION_ID);
  assert.ok(extension !== undefined, `${EXTENSION_ID} is not among the installed extensions`);
  return extension.activate();
}

/** Waits until the condition gives something other than undefined or false; fails with what it waited for. */
export async function until<T>(what: string, condition: () => T | undefined | false | Promise<T | undefined | false>, patienceMs = PATIENCE_MS): Promise<T> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new assert.AssertionError({ message: `waited ${patienceMs / 1000} s in vain for: ${what}` });
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
}

export async function closeEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** Runs the default experiment and gives its session. */
export async function runDefault(api: ExplorerApi): Promise<Session> {
  await vscode.commands.executeCommand(Command.runDefault);
  const session = api.session();
  assert.ok(session !== undefined, 'the default experiment opened no session');
  return session;
}

/** Runs the marks scenario, on which the known digest is written down, and gives its session. */
export async function runMarks(api: ExplorerApi): Promise<Session> {
  const document = await pasted(marksScenarioText());
  await vscode.commands.executeCommand(Command.runScenarioFile, document.uri);
  const session = api.session();
  assert.ok(session !== undefined && session.spec.system === undefined, 'the marks scenario opened no session');
  return session;
}

/** A new untitled scenario document, as a person makes one by pasting. */
export async function pasted(text: string): Promise<vscode.TextDocument> {
  const document = await vscode.workspace.openTextDocument({ language: 'json', content: text });
  await vscode.window.showTextDocument(document);
  // VS Code may give a new "Untitled-1" the backed-up text of the one that was closed just before
  if (document.getText() !== text) await replaceAll(document, text);
  return document;
}

/** The extension's own problems on a document. */
export const problems = (uri: vscode.Uri): vscode.Diagnostic[] => vscode.languages.getDiagnostics(uri).filter(d => d.source === 'kmigrated');

export async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}
