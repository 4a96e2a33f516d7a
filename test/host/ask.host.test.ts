/** Inside a real VS Code: a reviewers' question is run and answered on a page; one that does not exist is said. */

import * as assert from 'assert';
import * as vscode from 'vscode';
import { Command } from '../../src/host/ids';
import { closeEditors, explorer } from './support/extension';

suite('questions', () => {
  suiteSetup(async () => { await explorer(); });
  teardown(closeEditors);

  test('a question is run, and its answer has numbers, what would change it, tables, and the command that reproduces it', async () => {
    const api = await explorer();
    await vscode.commands.executeCommand(Command.askQuestion, { question: 'folios', seeds: 1, untilSeconds: 0.3 });
    const answer = api.answer();
    assert.match(answer, /^# mTHP and THP: does the gain survive\?/);
    assert.match(answer, /Simulated: /);
    assert.match(answer, /What would change it/);
    assert.match(answer, /accesses completed, 1\/s/);
    assert.match(answer, /Reproduce: `node dist\/cli\.js ask folios --seeds 1 --until 0\.3s`/);
  });

  test('a question that does not exist changes nothing', async () => {
    const api = await explorer();
    const before = api.answer();
    await vscode.commands.executeCommand(Command.askQuestion, { question: 'nobody asked' });
    assert.equal(api.answer(), before);
  });
});
