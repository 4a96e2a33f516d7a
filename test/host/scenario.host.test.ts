/** Inside a real VS Code: scenario files, their mistakes, and reproductions. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command } from '../../src/host/ids';
import { marksScenarioText } from '../../src/scenario/defaults';
import { closeEditors, explorer, pasted, problems, replaceAll, runDefault, until } from './support/extension';

suite('scenarios', () => {
  suiteSetup(async () => { await explorer(); });
  teardown(closeEditors);

  test('a scenario in an editor runs, unsaved changes included', async () => {
    const api = await explorer();
    const document = await pasted(marksScenarioText().replace(/"seed":\s*\d+/, '"seed": 4711'));
    await vscode.commands.executeCommand(Command.runScenarioFile, document.uri);
    assert.equal(api.session()?.spec.seed, 4711);
    await until('no problems', () => problems(document.uri).length === 0);
  });

  test('a mistake is shown where it stands, nothing starts, and it goes when it is mended', async () => {
    const api = await explorer();
    const before = await runDefault(api);
    const good = marksScenarioText();
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
    const document = await pasted(marksScenarioText());
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

  test('a title bar that hands over the address of a webview runs the active scenario', async () => {
    const api = await explorer();
    await pasted(marksScenarioText().replace(/"seed":\s*\d+/, '"seed": 99'));
    await vscode.commands.executeCommand(Command.runScenarioFile, vscode.Uri.parse('webview-panel:x'));
    assert.equal(api.session()?.spec.seed, 99);
  });

  test('1 TiB a node: the first map comes soon, and a world above the memory limit is refused', async () => {
    const api = await explorer();
    const big = (durationSeconds: number): string => `{ "schemaVersion": 1, "name": "big", "machine": { "preset": "2x1tib" }, "durationSeconds": ${durationSeconds} }`;
    await runDefault(api);
    await until('the explorer to be loaded', () => api.frames().panel.acked > 0);
    const document = await pasted(big(5));
    const begin = Date.now();
    const before = api.frames().panel.acked;
    await vscode.commands.executeCommand(Command.runScenarioFile, document.uri);
    const openedMs = Date.now() - begin;
    const session = api.session();
    assert.equal(session?.model.name, 'big');
    await until('a frame', () => api.frames().panel.acked > before);
    console.log(`      first frame of 2 TiB: ${Date.now() - begin} ms after Run (goal 1,000 ms, webview loaded), ${openedMs} ms of it to build and start`);
    const config = vscode.workspace.getConfiguration('kmigrated');
    await config.update('memoryLimitMiB', 64, vscode.ConfigurationTarget.Global);
    try {
      await replaceAll(document, big(6));
      await vscode.commands.executeCommand(Command.runScenarioFile, document.uri);
      assert.equal(api.session(), session, 'refused: the world that was open stays');
    } finally {
      await config.update('memoryLimitMiB', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  test('a side file is read as the editor has it, and a missing one is a problem', async () => {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    assert.ok(folder !== undefined);
    const marks = vscode.Uri.joinPath(folder, 'marks-test.txt');
    const document = await pasted('{ "schemaVersion": 1, "machine": { "preset": "2n-plain" }, "workload": [{ "kind": "recorded", "file": "marks-test.txt" }] }');
    await until('the problem of the missing file', () => problems(document.uri).some(p => p.message.includes('marks-test.txt')));
    await vscode.workspace.fs.writeFile(marks, new TextEncoder().encode('0.5 70000 1\n'));
    try {
      await replaceAll(document, `${document.getText()}\n`);
      await until('the problem to go', () => problems(document.uri).every(p => p.severity !== vscode.DiagnosticSeverity.Error));
    } finally {
      await vscode.workspace.fs.delete(marks);
    }
  });

  test('what is modelled is a document, with and without a session', async () => {
    await vscode.commands.executeCommand(Command.showModelled);
    await until('the preview', () => vscode.window.tabGroups.all.flatMap(g => g.tabs).some(t => t.label.includes('What is modelled')));
  });
});
