/** Inside a real VS Code: the kernel source (here its outline) points at the simulation and is pointed at. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Point } from '../../src/engine/observe/points';
import { Command, Scheme } from '../../src/host/ids';
import { closeEditors, explorer, runDefault, until } from './support/extension';

const OUTLINE = vscode.Uri.from({ scheme: Scheme.outline, path: '/mm/kmigrated.c' });
const lenses = async (uri: vscode.Uri): Promise<vscode.CodeLens[]> => await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 100) ?? [];

async function hoverText(document: vscode.TextDocument, word: string): Promise<string> {
  const at = document.positionAt(document.getText().lastIndexOf(word) + 1);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', document.uri, at) ?? [];
  return hovers.flatMap(h => h.contents).map(c => typeof c === 'string' ? c : c.value).join('\n');
}

suite('the kernel source', () => {
  suiteSetup(async () => { await explorer(); });
  teardown(closeEditors);

  test('where no tree is open the outline stands in: C, read-only, and said to be one', async () => {
    await vscode.commands.executeCommand(Command.openSource);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), OUTLINE.toString());
    assert.equal(editor?.document.languageId, 'c');
    assert.equal(vscode.workspace.fs.isWritableFileSystem(Scheme.outline), false);
    assert.match(editor?.document.getText().slice(0, 400) ?? '', /outline/i);
    await assert.rejects(async () => vscode.workspace.fs.writeFile(OUTLINE, new Uint8Array(1)));
  });

  test('CodeLenses count what ran, and their commands show the log', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    await until('a pass', () => (session.figures().byPoint[Point.WorkDone] ?? 0) > 0);
    session.pause();
    const found = await until('lenses', async () => {
      const all = await lenses(OUTLINE);
      return all.some(l => l.command?.command === Command.show) && all;
    });
    assert.ok(found.length >= 5, `${found.length} lenses`);
    const lens = found.find(l => l.command?.command === Command.show);
    await vscode.commands.executeCommand(Command.show, ...(lens?.command?.arguments ?? []));
    await until('the panel', () => api.frames().panel.posted > 0);
  });

  test('hovers explain in plain words, with and without a session', async () => {
    const document = await vscode.workspace.openTextDocument(OUTLINE);
    assert.ok((await hoverText(document, 'kmigrated_walk_zone')).length > 80);
    assert.ok((await hoverText(document, 'cond_resched')).length > 40);
  });

  test('a log row leads to its statement', async () => {
    await vscode.commands.executeCommand(Command.revealPoint, Point.WalkFlush);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.scheme, Scheme.outline);
    assert.match(editor?.document.getText(editor.selection) ?? '', /migrate_misplaced_folios_batch/);
  });

  test('the lenses can be switched off', async () => {
    const config = vscode.workspace.getConfiguration('kmigrated');
    await config.update('codeLens.enabled', false, vscode.ConfigurationTarget.Global);
    try {
      await vscode.workspace.openTextDocument(OUTLINE);
      assert.deepEqual((await lenses(OUTLINE)).filter(l => l.command?.command.startsWith('kmigrated.')), []);
    } finally {
      await config.update('codeLens.enabled', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test('a configured tree is found, and a wrong path falls back to the outline', async () => {
    const dir = vscode.Uri.joinPath(vscode.Uri.file('/tmp'), `kmigrated-test-${process.pid}`);
    const file = vscode.Uri.joinPath(dir, 'mm', 'kmigrated.c');
    const outline = await vscode.workspace.fs.readFile(OUTLINE);
    await vscode.workspace.fs.writeFile(file, outline);
    const config = vscode.workspace.getConfiguration('kmigrated');
    try {
      await config.update('sourcePath', dir.path, vscode.ConfigurationTarget.Global);
      await vscode.commands.executeCommand(Command.openSource);
      assert.equal(vscode.window.activeTextEditor?.document.uri.path, file.path);
      await config.update('sourcePath', `${dir.path}/nowhere`, vscode.ConfigurationTarget.Global);
      await vscode.commands.executeCommand(Command.openSource);
      assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, Scheme.outline);
    } finally {
      await config.update('sourcePath', undefined, vscode.ConfigurationTarget.Global);
      await closeEditors();
      await vscode.workspace.fs.delete(dir, { recursive: true });
    }
  });

  test('a tree that comes into the workspace is found, its lenses and statements too', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder !== undefined);
    const file = vscode.Uri.joinPath(folder, 'mm', 'kmigrated.c');
    await vscode.workspace.fs.writeFile(file, await vscode.workspace.fs.readFile(OUTLINE));
    try {
      await runDefault(await explorer());
      assert.ok(vscode.window.visibleTextEditors.some(e => e.document.uri.toString() === file.toString()));
      await vscode.commands.executeCommand(Command.pause);
      assert.ok((await lenses(file)).some(l => l.command?.command === Command.show));
      await vscode.commands.executeCommand(Command.revealPoint, Point.WalkCur);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), file.toString());
      assert.match(vscode.window.activeTextEditor?.document.getText(vscode.window.activeTextEditor.selection) ?? '', /cur_nid/);
    } finally {
      await closeEditors();
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder, 'mm'), { recursive: true });
    }
  });
});
