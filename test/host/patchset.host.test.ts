/** Inside a real VS Code: a file of mails becomes a tree, its files read-only documents with hovers; a download comes from a server of the test's own. */

import * as assert from 'assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import * as vscode from 'vscode';
import { Command, PATCHES_TYPE, Scheme } from '../../src/host/ids';
import type { PatchNode } from '../../src/host/patchset/tree';
import type { ExplorerApi } from '../../src/host/api';
import { madeSeries, mboxText } from '../support/mailmade';
import { closeEditors, explorer, runDefault, until } from './support/extension';

const dir = vscode.Uri.file(`/tmp/kmigrated-patchset-${process.pid}`);
const OUTLINE = vscode.Uri.from({ scheme: Scheme.outline, path: '/mm/kmigrated.c' });
const KMIGRATED = vscode.Uri.from({ scheme: Scheme.patch, path: '/a-garden-v2/1/mm/kmigrated.c' });

async function children(api: ExplorerApi, node?: PatchNode): Promise<PatchNode[]> {
  return await api.patchTree.getChildren(node) ?? [];
}
async function labels(api: ExplorerApi, nodes: readonly PatchNode[]): Promise<string[]> {
  return Promise.all(nodes.map(async n => { const { label } = await api.patchTree.getTreeItem(n); return typeof label === 'string' ? label : label?.label ?? ''; }));
}
const mbox = async (): Promise<string> => mboxText(madeSeries(new TextDecoder().decode(await vscode.workspace.fs.readFile(OUTLINE))));

suite('patch series', () => {
  suiteSetup(async () => { await explorer(); });
  teardown(closeEditors);
  suiteTeardown(async () => { await vscode.workspace.fs.delete(dir, { recursive: true }); });

  test('a packed mbox opens as a tree down to concepts and objections', async () => {
    const api = await explorer();
    const file = vscode.Uri.joinPath(dir, 'garden.mbox.gz');
    await vscode.workspace.fs.writeFile(file, new Uint8Array(gzipSync(await mbox())));
    await vscode.commands.executeCommand(Command.openPatches, file);
    const [series] = await children(api);
    assert.ok(series !== undefined);
    const below = await children(api, series);
    assert.deepEqual(await labels(api, below), ['A garden', 'garden: a new bed', 'garden: pour twice', 'Discussion']);
    const [newFile] = await children(api, below[1]);
    assert.deepEqual(await labels(api, newFile === undefined ? [] : [newFile]), ['mm/kmigrated.c']);
    const hunks = await children(api, newFile);
    assert.equal(hunks.length, 1);
    const concepts = await children(api, hunks[0]);
    assert.ok(concepts.length > 15, `${concepts.length} concepts`);
    const walk = concepts.find(n => n.kind === 'concept' && n.touched.id === 'walk');
    assert.ok((await labels(api, await children(api, walk))).some(l => l.includes('scan')));
  });

  test('its new file is read-only C with lenses and hovers as a tree has them', async () => {
    const document = await vscode.workspace.openTextDocument(KMIGRATED);
    assert.equal(document.languageId, 'c');
    assert.equal(document.getText(), new TextDecoder().decode(await vscode.workspace.fs.readFile(OUTLINE)));
    await runDefault(await explorer());
    await vscode.commands.executeCommand(Command.pause);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', KMIGRATED, 100) ?? [];
    assert.ok(lenses.some(l => l.command?.command === Command.show));
    const at = document.positionAt(document.getText().lastIndexOf('kmigrated_walk_zone') + 1);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', KMIGRATED, at) ?? [];
    assert.ok(hovers.length > 0);
    assert.equal(vscode.workspace.fs.isWritableFileSystem(Scheme.patch) ?? false, false);
  });

  test('a changed file is its hunks, mails can be read, and what is not open says so', async () => {
    const read = async (path: string): Promise<string> => (await vscode.workspace.openTextDocument(vscode.Uri.from({ scheme: Scheme.patch, path }))).getText();
    assert.match(await read('/a-garden-v2/2/mm/garden.c'), /pour\(2\)/);
    assert.match(await read('/a-garden-v2/discussion/2.txt'), /where comes the water/);
    assert.match(await read('/nothing/1/mm/x.c'), /not open any more/);
  });

  test('"Open With" opens a file of mails too', async () => {
    const api = await explorer();
    const file = vscode.Uri.joinPath(dir, 'bed.eml');
    await vscode.workspace.fs.writeFile(file, new TextEncoder().encode((await mbox()).replaceAll('A garden', 'A garden by hand')));
    await vscode.commands.executeCommand('vscode.openWith', file, PATCHES_TYPE);
    await until('the series', async () => (await labels(api, await children(api))).includes('A garden by hand'));
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputCustom && input.viewType === PATCHES_TYPE);
  });

  test('a download asks the archive that was set, and none without it', async () => {
    const api = await explorer();
    const packed = gzipSync((await mbox()).replaceAll('A garden', 'A fetched garden'));
    const asked: string[] = [];
    const server = createServer((q, r) => { asked.push(q.url ?? ''); r.end(packed); });
    await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
    const config = vscode.workspace.getConfiguration('kmigrated');
    try {
      await vscode.commands.executeCommand(Command.downloadPatches, 'g-1@x');
      assert.deepEqual(asked, []);
      await config.update('archiveUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}/list`, vscode.ConfigurationTarget.Global);
      await vscode.commands.executeCommand(Command.downloadPatches, 'g-1@x');
      assert.deepEqual(asked, ['/list/g-1@x/t.mbox.gz']);
      assert.ok((await labels(api, await children(api))).includes('A fetched garden'));
    } finally {
      await config.update('archiveUrl', undefined, vscode.ConfigurationTarget.Global);
      server.closeAllConnections();
      server.close();
    }
  });
});
