/** Inside a real VS Code: designs are compared from the command, a comparison is cancelled, results appear, and a figure opens its run. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command, RESULTS_TYPE } from '../../src/host/ids';
import { marksScenarioText } from '../../src/scenario/defaults';
import { closeEditors, explorer, pasted, until } from './support/extension';

/** Two nodes, one program on the wrong one: a second of it is run in a moment. */
const tiny = (seconds: number): string => JSON.stringify({
  schemaVersion: 1, name: 'tiny', machine: { preset: '4n-interleaved' },
  system: { numaBalancing: { scanPeriodMinMs: 100, scanDelayMs: 100 } },
  programs: [{ name: 'p', kind: 'uniform', size: '4 MiB', home: 0, threads: [{ node: 1 }] }], seed: 1, durationSeconds: seconds,
}, undefined, 2);

const resultsTab = (): vscode.Tab | undefined => vscode.window.tabGroups.all.flatMap(g => g.tabs).find(t => t.input instanceof vscode.TabInputWebview && t.input.viewType.endsWith(RESULTS_TYPE));

suite('lab', () => {
  suiteSetup(async () => { await explorer(); });
  teardown(closeEditors);

  test('two designs on a tiny scenario: results appear, with their figures and how they stand', async () => {
    const api = await explorer();
    // v1 sleeps for a second first
    const document = await pasted(tiny(3));
    await vscode.commands.executeCommand(Command.compareDesigns, { uri: document.uri, arms: ['sync', 'kmigrated-v1'], seeds: [1, 2] });
    const model = api.results();
    assert.ok(model !== undefined);
    assert.deepEqual(model.arms.map(a => a.id), ['sync', 'kmigrated-v1']);
    assert.deepEqual(model.seeds, [1, 2]);
    assert.deepEqual(model.refused, []);
    const moved = model.metrics.find(m => m.id === 'pages_moved');
    assert.ok(moved !== undefined && moved.cells.every(c => c !== null && c[0] > 0), 'both designs move pages');
    assert.ok(model.says.includes('569 traces'));
    assert.ok(resultsTab() !== undefined);
    await until('the results page to load under its CSP', () => api.resultsReady());
  });

  test('a comparison that runs is cancelled, a second one meanwhile is refused, and the results that were there stay', async () => {
    const api = await explorer();
    const before = api.results();
    const document = await pasted(tiny(600));
    const asked = { uri: document.uri, arms: ['sync', 'kmigrated-v1', 'task-work', 'cpu-buffers'], seeds: [1, 2, 3] };
    const running = vscode.commands.executeCommand(Command.compareDesigns, asked);
    await until('the comparison to run', () => api.comparing());
    await vscode.commands.executeCommand(Command.compareDesigns, { ...asked, arms: ['none'] });
    // the host answers meanwhile
    assert.equal((await vscode.workspace.openTextDocument({ content: 'x' })).getText(), 'x');
    await vscode.commands.executeCommand(Command.cancelCompare);
    await running;
    assert.equal(api.comparing(), false);
    assert.equal(api.results(), before);
  });

  test('arms that are none and scenarios without programs are refused with a sentence', async () => {
    const api = await explorer();
    const before = api.results();
    const programs = await pasted(tiny(1));
    await vscode.commands.executeCommand(Command.compareDesigns, { uri: programs.uri, arms: ['kmigrated-v9'] });
    const marks = await pasted(marksScenarioText());
    await vscode.commands.executeCommand(Command.compareDesigns, { uri: marks.uri, arms: ['sync'] });
    assert.equal(api.results(), before);
  });

  test('a run that is opened from a figure is the run of the comparison, to the last digest', async () => {
    const api = await explorer();
    const document = await pasted(tiny(1));
    await vscode.commands.executeCommand(Command.compareDesigns, { uri: document.uri, arms: ['sync', 'pghot-precise', 'kmigrated-v1-fixed'], seeds: [4, 5] });
    const model = api.results();
    assert.ok(model !== undefined);
    for (const [index, migrator] of ['sync', 'pghot-late', 'kmigrated-v1'].entries()) {
      await vscode.commands.executeCommand(Command.openRun, { run: model.run, arm: index, seed: 5 });
      const session = api.session();
      assert.ok(session !== undefined && session.spec.system?.migrator === migrator && session.spec.seed === 5);
      session.setSpeed(0);
      await until('the run to end', () => session.state === 'finished');
      const expected: unknown = JSON.parse(api.openText() ?? '{}');
      const made = typeof expected === 'object' && expected !== null && 'reproduction' in expected ? expected.reproduction : undefined;
      assert.deepEqual(made, { engineVersion: model.engine, digest: session.digest(), timePs: 1e12 });
    }
  });
});
