/** Inside a real VS Code: who migrates, the second run, the cost table, and the tree of a world with programs. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command } from '../../src/host/ids';
import { defaultScenarioText, marksScenarioText } from '../../src/scenario/defaults';
import { closeEditors, explorer, pasted, replaceAll, runDefault, until } from './support/extension';

suite('programs', () => {
  suiteSetup(async () => { await explorer(); });
  teardown(closeEditors);

  test('choosing who migrates edits the open scenario, and one undo takes it back', async () => {
    const api = await explorer();
    const text = defaultScenarioText();
    const document = await pasted(text);
    await vscode.commands.executeCommand(Command.openScenario, document.uri);
    assert.equal(api.session()?.spec.system?.migrator, 'kmigrated-v1');
    await vscode.commands.executeCommand(Command.chooseMigrator, 'sync');
    assert.equal(api.session()?.spec.system?.migrator, 'sync');
    assert.equal(document.getText(), text.replace('"migrator": "kmigrated-v1"', '"migrator": "sync"'));
    assert.equal(api.session()?.timePs, 0);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand('undo');
    assert.equal(document.getText(), text);
  });

  test('a scenario of marks has nobody to choose: a sentence, and nothing is edited', async () => {
    const document = await pasted(marksScenarioText());
    await vscode.commands.executeCommand(Command.openScenario, document.uri);
    await vscode.commands.executeCommand(Command.chooseMigrator);
    assert.equal(document.getText(), marksScenarioText());
    const broken = defaultScenarioText().replace('"durationSeconds"', '"durationHours"');
    await replaceAll(document, broken);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(Command.chooseMigrator, 'sync');
    assert.equal(document.getText(), broken, 'a scenario with a mistake is not edited either');
  });

  test('the second run goes along with the default experiment, and can be switched off', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    await until('points of both runs', () => session.series().runs.length === 2 && session.series().runs.every(r => r.points > 2));
    assert.deepEqual(session.series().runs.map(r => r.label), ['kmigrated v1 as posted', 'synchronous']);
    await vscode.commands.executeCommand(Command.toggleCompare);
    assert.deepEqual([session.series().comparing, session.series().runs.length], [false, 1]);
    await vscode.commands.executeCommand(Command.toggleCompare);
    assert.ok(session.series().comparing);
  });

  test('charts that can be seen get their series, at most twice a second, and none without a panel', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    session.setSpeed(0);
    await until('series to reach the charts', () => api.charts() > 0);
    const began = Date.now(), before = api.charts();
    await until('more of them, or the end', () => api.charts() > before + 2 || session.state === 'finished');
    assert.ok(api.charts() - before <= 3 + 2 * (Date.now() - began) / 1000);
    await closeEditors();
    await until('the panel to be gone', () => api.charts() === 0);
  });

  test('the tree shows CPUs by node, tasks, counters and CPU time', async () => {
    const api = await explorer();
    const session = await runDefault(api);
    session.setSpeed(0);
    await until('a hint fault', () => session.programs()?.counters.some(([name]) => name === 'numa_hint_faults'));
    await vscode.commands.executeCommand(Command.pause);
    const roots = await api.tree.getChildren() ?? [];
    assert.deepEqual(roots.flatMap(r => r.kind === 'group' ? [r.group] : []), ['tasks', 'counters', 'ledger']);
    for (const root of roots) {
      const item = await api.tree.getTreeItem(root);
      assert.ok(item.label !== undefined);
      const children = await api.tree.getChildren(root) ?? [];
      assert.ok(children.length > 0, root.id);
      if (root.kind === 'node') assert.ok(children.some(c => c.kind === 'cpu'));
    }
  });

  test('the cost table is a document', async () => {
    await vscode.commands.executeCommand(Command.showCosts);
    await until('the table', () => vscode.window.tabGroups.all.flatMap(g => g.tabs).some(t => t.label.includes('Costs')));
  });
});
