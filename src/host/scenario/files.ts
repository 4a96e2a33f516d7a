/** Reads scenario files and the files beside them: from an open editor when there is one, else through the workspace's file systems. */

import * as vscode from 'vscode';
import type { SideFileReader } from '../../scenario/api';
import { MAX_SCENARIO_BYTES } from '../../scenario/load';
import { SCENARIO_SUFFIX } from '../ids';

export type TextRead = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly text: string };

export const isScenarioUri = (uri: vscode.Uri): boolean => uri.path.endsWith(SCENARIO_SUFFIX);

/** Also an untitled document into which a reproduction was pasted. */
export function isScenarioDocument(document: vscode.TextDocument): boolean {
  if (isScenarioUri(document.uri)) return true;
  return document.isUntitled && /^json/.test(document.languageId) && /"schemaVersion"\s*:/.test(document.getText());
}

/** The scenario that a menu or a lens hands to a command. Title bars hand over the address of whatever they stand on, a webview's too. */
export function scenarioArgument(arg: unknown): vscode.Uri | undefined {
  return arg instanceof vscode.Uri && (isScenarioUri(arg) || arg.scheme === 'untitled') ? arg : undefined;
}

const openDocument = (uri: vscode.Uri): vscode.TextDocument | undefined =>
  vscode.workspace.textDocuments.find(d => !d.isClosed && d.uri.toString() === uri.toString());

async function readBytes(uri: vscode.Uri, maxBytes: number): Promise<TextRead> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > maxBytes) return { ok: false, text: `${uri.path} has ${size} bytes; at most ${maxBytes} are read.` };
    return { ok: true, text: new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)) };
  } catch (e) {
    return { ok: false, text: `${uri.path} cannot be read: ${e instanceof Error ? e.message : String(e)}` };
  }
}

/** The text as the person sees it: unsaved changes count. */
export async function readScenario(uri: vscode.Uri): Promise<TextRead> {
  const open = openDocument(uri);
  return open === undefined ? readBytes(uri, MAX_SCENARIO_BYTES) : { ok: true, text: open.getText() };
}

/** Reads files beside a scenario; beside an untitled one stands the first folder of the workspace. */
export function sideReader(scenario: vscode.Uri | undefined): SideFileReader {
  const base = scenario === undefined || scenario.scheme === 'untitled' ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(scenario, '..');
  return async (relativePath, maxBytes) => {
    if (base === undefined) return undefined;
    const uri = vscode.Uri.joinPath(base, relativePath);
    const open = openDocument(uri);
    if (open !== undefined) return open.getText();
    const read = await readBytes(uri, maxBytes);
    return read.ok ? read.text : undefined;
  };
}
