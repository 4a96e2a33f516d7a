/** The command line itself on worker threads, and a sweep split by GNU parallel. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { at } from '../support/root';
import { SCENARIO } from '../lab/work';

const CLI = at('dist/cli.js');

function run(command: string, args: readonly string[], input = ''): string {
  const made = spawnSync(command, args, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  assert.equal(made.status, 0, `${command} ${args.join(' ')}: ${made.stderr}`);
  return made.stdout;
}

test('the lines of sweep --list, run by GNU parallel and merged, are the direct run byte for byte', (t) => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-'));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  const file = path.join(dir, 's.json'), results = path.join(dir, 'results');
  fs.writeFileSync(file, SCENARIO);
  const args = [CLI, 'sweep', file, '--x', 'batch=16,512', '--y', 'cost:hintFaultPs=1000000,3000000', '--arms', 'sync,kmigrated-v1', '--seeds', '2', '--until', '500ms'];
  const direct = run('node', [...args, '--json']);
  const lines = run('node', [...args, '--list']);
  assert.equal(lines.trim().split('\n').length, 16);
  // --pipe -N 1 gives each run of the command one line; the order is turned round, so that merging has to put it right
  const turned = lines.trim().split('\n').reverse().join('\n');
  fs.writeFileSync(results, run('parallel', ['--pipe', '-N', '1', '-j', '2', 'node', CLI, 'sweep', '--run-job', '-'], `${turned}\n`));
  assert.equal(run('node', [CLI, 'sweep', '--merge', results, '--json']), direct);
});

test('compare on threads is compare in slices: two runs print the same', (t) => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-'));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  const file = path.join(dir, 's.json');
  fs.writeFileSync(file, SCENARIO);
  const args = [CLI, 'compare', file, '--arms', 'sync,kmigrated-v1', '--seeds', '2', '--until', '1', '--json'];
  const threads = run('node', args);
  assert.equal(run('node', args), threads);
  const one = run('node', [CLI, 'compare', file, '--arms', 'sync', '--seeds', '1', '--until', '1', '--json']);
  const [alone] = (JSON.parse(one) as { arms: { first: unknown }[] }).arms;
  const [among] = (JSON.parse(threads) as { arms: { first: unknown }[] }).arms;
  assert.deepEqual(alone.first, among.first);
});
