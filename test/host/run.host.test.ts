/** Inside a real VS Code: the default experiment runs, and panel, overview, tree and status bar follow it. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command, PANEL_TYPE, View } from '../../src/host/ids';
import { KNOWN_DIGEST } from './support/knownDigest';
import { walkKnown } from './support/knownWalk';
import { closeEditors, explorer, runDefault, runMarks, until } from './support/extension';

const panelTab = (): vscode.Tab | undefined => vscode.window.tabGroups.all.flatMap(g => g.tabs)
  .find(t => t.input instanceof vscode.TabInputWebview && t.input.viewType.endsWith(PANEL_TYPE));

suite('the default experiment', () => {
  teardown(closeEditors);

  test('runs: time goes on, and the explorer stands beside the source', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    const begin = session.timePs;
    await until('simulated time to go on', () => session.timePs > begin);
    const tab = await until('the explorer to open', panelTab);
    assert.ok(vscode.window.visibleTextEditors.some(e => e.document.uri.path.endsWith('/kmigrated.c')), 'the source stands beside it');
    assert.notEqual(tab.group.viewColumn, vscode.window.visibleTextEditors.find(e => e.document.uri.path.endsWith('/kmigrated.c'))?.viewColumn);
  });

  test('sends frames to the explorer and gets them acknowledged', async () => {
    const api = await explorer();
    const before = api.frames().panel.acked;
    const session = await runDefault(api);
    await until('frames to be acknowledged by the panel', () => api.frames().panel.acked > before + 3);
    session.pause();
    await until('the panel to be up to date', () => api.frames().panel.acked === api.frames().panel.posted);
  });

  test('a closed explorer costs nothing', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    await until('a frame', () => api.frames().panel.acked > 0);
    await closeEditors();
    await until('the panel to be gone', () => panelTab() === undefined);
    const begin = session.timePs;
    await until('time to go on without it', () => session.timePs > begin || session.state === 'finished');
    assert.deepEqual(api.frames().panel, { posted: 0, acked: 0 });
  });

  test('the side bar shows nodes, zones and threads, and the overview draws', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    await vscode.commands.executeCommand(`workbench.view.extension.${View.container}`);
    const before = api.frames().overview.acked;
    await until('frames to be acknowledged by the overview', () => api.frames().overview.acked > before);
    const roots = await api.tree.getChildren() ?? [];
    assert.deepEqual(roots.flatMap(r => r.kind === 'node' ? [r.node.nid] : []), session.model.nodes.map(n => n.nid));
    const [first] = roots;
    assert.ok(first !== undefined);
    const children = await api.tree.getChildren(first) ?? [];
    const thread = children.find(c => c.kind === 'thread');
    assert.ok(thread !== undefined && children.some(c => c.kind === 'zone'));
    const item = await api.tree.getTreeItem(thread);
    assert.match(String(item.description), /asleep|walking|batch|unmapping|flushing|moving/);
  });

  test('pause stops it, a step goes on by a little, reset goes back to time 0', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    await until('simulated time to go on', () => session.timePs > 0);
    await vscode.commands.executeCommand(Command.pause);
    assert.equal(session.state, 'paused');
    await until('the status bar to say so', () => api.statusText().includes('$(debug-pause)'));
    const at = session.timePs;
    await vscode.commands.executeCommand(Command.stepPoint);
    assert.equal(session.state, 'paused');
    assert.ok(session.timePs >= at && session.atPoint >= 0);
    await vscode.commands.executeCommand(Command.stepBatch);
    assert.ok(session.timePs > at);
    await vscode.commands.executeCommand(Command.reset);
    assert.equal(session.timePs, 0);
  });

  test('the same steps give the same trace', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    const walk = async (): Promise<string> => {
      await vscode.commands.executeCommand(Command.pause);
      await vscode.commands.executeCommand(Command.reset);
      for (const id of [Command.stepPass, Command.stepPoint, Command.stepBatch, Command.stepPfn]) await vscode.commands.executeCommand(id);
      return session.digest();
    };
    const first = await walk();
    assert.notEqual(first, '');
    assert.equal(await walk(), first);
  });

  test('the known walk has the digest that is written down', async () => {
    assert.equal(await walkKnown(await runMarks(await explorer())), KNOWN_DIGEST);
  });
});
