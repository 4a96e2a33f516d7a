/** Inside a real VS Code: the extension activates when it is wanted, and every command of its manifest exists. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command } from '../../src/host/ids';
import { closeEditors, EXTENSION_ID, explorer } from './support/extension';

suite('commands', () => {
  teardown(closeEditors);

  test('it activates quickly, in the extension host for Node', async () => {
    const api = await explorer();
    assert.equal(api.host, 'node');
    console.log(`      activation: ${api.activationMs.toFixed(1)} ms (goal 50 ms)`);
    assert.ok(api.activationMs < 500, `${api.activationMs} ms`);
  });

  test('every command of the manifest is registered', async () => {
    await explorer();
    const registered = new Set(await vscode.commands.getCommands(true));
    for (const id of Object.values(Command)) assert.ok(registered.has(id), id);
  });

  test('views, schema and walkthrough are in the manifest that VS Code read', () => {
    const manifest: unknown = vscode.extensions.getExtension(EXTENSION_ID)?.packageJSON;
    assert.ok(typeof manifest === 'object' && manifest !== null && 'contributes' in manifest);
    const { contributes } = manifest;
    assert.ok(typeof contributes === 'object' && contributes !== null && 'walkthroughs' in contributes && 'jsonValidation' in contributes && 'colors' in contributes);
  });

  test('without a session, a command that needs one says so and opens nothing', async () => {
    const api = await explorer();
    assert.equal(api.session(), undefined, 'this file runs before any that opens a world');
    for (const id of [Command.run, Command.pause, Command.stepPoint, Command.reset, Command.showLog, Command.copyReproduction]) await vscode.commands.executeCommand(id);
    assert.equal(api.session(), undefined);
  });
});
