/** Inside VS Code's extension host for the web: without threads a comparison runs in slices, and the host answers meanwhile. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command } from '../../src/host/ids';
import { closeEditors, explorer, pasted, until } from '../host/support/extension';

const tiny = (seconds: number): string => JSON.stringify({
  schemaVersion: 1, name: 'tiny', machine: { preset: '4n-interleaved' }, system: { numaBalancing: { scanPeriodMinMs: 100, scanDelayMs: 100 } },
  programs: [{ name: 'p', kind: 'uniform', size: '4 MiB', home: 0, threads: [{ node: 1 }] }], seed: 1, durationSeconds: seconds,
});

suite('the lab in the web', () => {
  teardown(closeEditors);

  test('two designs are compared in slices; a longer comparison is cancelled while it runs', async () => {
    const api = await explorer();
    const short = await pasted(tiny(2));
    await vscode.commands.executeCommand(Command.compareDesigns, { uri: short.uri, arms: ['sync', 'kmigrated-v1'], seeds: [1, 2] });
    const model = api.results();
    assert.deepEqual(model?.arms.map(a => [a.id, a.aside]), [['sync', ''], ['kmigrated-v1', '']]);
    const long = await pasted(tiny(3_000));
    const running = vscode.commands.executeCommand(Command.compareDesigns, { uri: long.uri, arms: ['sync', 'kmigrated-v1', 'cpu-buffers'], seeds: [1, 2, 3] });
    await until('the comparison to run', () => api.comparing());
    await vscode.commands.executeCommand(Command.cancelCompare);
    await running;
    assert.equal(api.comparing(), false);
    assert.equal(api.results(), model);
  });
});
