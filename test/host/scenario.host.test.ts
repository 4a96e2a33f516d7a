/** Inside a real VS Code: scenario files, their mistakes, and reproductions. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command } from '../../src/host/ids';
import { defaultScenarioText } from '../../src/scenario/defaults';
import { closeEditors, explorer, pasted, problems, replaceAll, runDefault, until } from './support/extension';

suite('scenarios', () => {
  suiteSetup(async () => { await explorer(); });
  teardown(closeEditors);

  test('a scenario in an editor runs, unsaved changes included', async () => {
    const api = await explorer();
    const document = await pasted(defaultScenarioText().replace(/"seed":\s*\d+/, '"seed": 4711'));
    await vscode.commands.executeCommand(Command.runScenarioFile, document.uri);
    assert.equal(api.session()?.spec.seed, 4711);
    await until('no problems', () => problems(document.uri).length === 0);
  });

  test('a mistake is shown where it stands, nothing starts, and it goes when it is mended', async () => {
    const api = await explorer();
    const before = await runDefault(api);
    const good = defaultScenarioText();
    const document = await pasted(good.replace(/"seed":\s*\d+/, '"seed": "many"'));
    const [problem] = await until('the problem', () => problems(document.uri).length > 0 && problems(document.uri));
    assert.ok(problem !== undefined);
    assert.match(problem.message, /seed/);
    assert.equal(document.getText(problem.range), '"many"');
    await vscode.commands.executeCommand(Command.runScenarioFile, document.uri);
    assert.equal(api.session(), before, 'the world that was open stays');
    await replaceAll(document, good);
    await until('the problem to go', () => problems(document.uri).length === 0);
  });

  test('text that is not JSON gets a problem too', async () => {
    const document = await pasted('{ "schemaVersion": 1, "machine": ');
    await until('the problem', () => problems(document.uri).length > 0);
  });

  test('a scenario file has lenses to run it and to configure it', async () => {
    const document = await pasted(defaultScenarioText());
    const lenses = await until('lenses', async () => {
      const all = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', document.uri, 10) ?? [];
      return all.length >= 3 && all;
    });
    const commands = lenses.map(l => l.command?.command);
    for (const id of [Command.runScenarioFile, Command.configureNodes, Command.configureWorkload]) assert.ok(commands.includes(id), id);
  });

  test('a reproduction that is pasted into a new file opens the same world', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    await vscode.commands.executeCommand(Command.pause);
    await vscode.commands.executeCommand(Command.reset);
    await vscode.commands.executeCommand(Command.stepBatch);
    const digest = session.digest();
    await vscode.commands.executeCommand(Command.copyReproduction);
    const text = await vscode.env.clipboard.readText();
    assert.ok(text.includes(digest), 'the digest is part of it');
    const document = await pasted(text);
    await vscode.commands.executeCommand(Command.openScenario, document.uri);
    const again = api.session();
    assert.ok(again !== undefined && again !== session);
    await vscode.commands.executeCommand(Command.stepBatch);
    assert.equal(again.digest(), digest);
  });

  test('a new scenario from this machine is a document that runs', async function () {
    const api = await explorer();
    await vscode.commands.executeCommand(Command.newScenarioFromMachine);
    const document = vscode.window.activeTextEditor?.document;
    assert.ok(document !== undefined && document.isUntitled);
    assert.match(document.uri.path, /\.kmigrated\.json$/);
    await vscode.commands.executeCommand(Command.openScenario, document.uri);
    assert.deepEqual(problems(document.uri).map(p => p.message), []);
    assert.equal(api.session()?.timePs, 0);
  });
});
