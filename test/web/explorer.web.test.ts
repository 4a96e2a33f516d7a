/** Inside VS Code's extension host for the web (a worker): the same extension, the same world, the same digest. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command, Scheme, View } from '../../src/host/ids';
import { marksScenarioText } from '../../src/scenario/defaults';
import { KNOWN_DIGEST } from '../host/support/knownDigest';
import { walkKnown } from '../host/support/knownWalk';
import { closeEditors, explorer, pasted, problems, runDefault, runMarks, until } from '../host/support/extension';

suite('the explorer in the web', () => {
  teardown(closeEditors);

  test('activates in the worker, with every command', async () => {
    const api = await explorer();
    assert.equal(api.host, 'web');
    const registered = new Set(await vscode.commands.getCommands(true));
    for (const id of Object.values(Command)) assert.ok(registered.has(id), id);
  });

  test('runs the default experiment; panel and overview acknowledge their frames', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    await until('simulated time to go on', () => session.timePs > 0);
    await until('frames to be acknowledged by the panel', () => api.frames().panel.acked > 2);
    // paused: a second webview asks the browser for its service worker at low priority, which a busy machine may not grant while a world runs
    await vscode.commands.executeCommand(Command.pause);
    await vscode.commands.executeCommand(`${View.overview}.focus`);
    await until('frames to be acknowledged by the overview', () => api.frames().overview.acked > 0);
    const roots = await api.tree.getChildren() ?? [];
    assert.equal(roots.filter(r => r.kind === 'node').length, session.model.nodes.length);
  });

  test('gives the digest that Node gives', async () => {
    const session = await runMarks(await explorer());
    assert.equal(await walkKnown(session), KNOWN_DIGEST);
  });

  test('shows the outline, with lenses', async () => {
    const api = await explorer();
    await runDefault(api);
    const uri = vscode.Uri.from({ scheme: Scheme.outline, path: '/mm/kmigrated.c' });
    await until('lenses', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', uri, 50) ?? [];
      return all.some(l => l.command?.command === Command.show);
    });
  });

  test('a mistake in a scenario is a problem here too', async () => {
    const document = await pasted(marksScenarioText().replace(/"seed":\s*\d+/, '"seed": -1'));
    const [problem] = await until('the problem', () => problems(document.uri).length > 0 && problems(document.uri));
    assert.match(problem?.message ?? '', /seed/);
  });
});
