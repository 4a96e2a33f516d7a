/** The lab's commands: what they print, what they refuse, and their cache on disk. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { armsOf, axisOf, costOf, overrideOf, seedsOf, splitArgs, untilOf } from '../../src/cli/lab/args';
import { compareCommand } from '../../src/cli/lab/compare';
import { directoryStore } from '../../src/cli/lab/files';
import { breakEvenCommand, sensitivityCommand } from '../../src/cli/lab/sensitivity';
import { sweepCommand } from '../../src/cli/lab/sweep';
import type { JobRunner } from '../../src/lab/api';
import { cached, inSlices } from '../../src/lab/runners';
import { here, job, madeUp, never, quiet, SCENARIO } from '../lab/work';

type Command = (rest: readonly string[], io: { out(line: string): void; err(line: string): void }, runner: JobRunner) => number | Promise<number>;

async function says(command: Command, rest: readonly string[], runner: JobRunner = madeUp((j) => j.seed * 100)): Promise<{ status: number; out: string[]; err: string }> {
  const out: string[] = [], err: string[] = [];
  const status = await command(rest, { out: (line) => out.push(line), err: (line) => err.push(line) }, runner);
  return { status, out, err: err.join('\n') };
}

function folder(t: { after(f: () => void): void }): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lab-'));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  fs.writeFileSync(path.join(dir, 's.json'), SCENARIO);
  return dir;
}

test('arguments: what is understood, and what is refused in a sentence', () => {
  assert.deepEqual(splitArgs(['f', '--seeds', '3', '--json'], ['--seeds'], ['--json']), { files: ['f'], values: new Map([['--seeds', ['3']]]), flags: new Set(['--json']) });
  assert.match(String(splitArgs(['--no'], ['--seeds'], [])), /--no is no option/);
  assert.match(String(splitArgs(['--seeds'], ['--seeds'], [])), /needs a value/);
  const arms = armsOf('sync,kmigrated-v1');
  assert.deepEqual(typeof arms === 'string' ? arms : arms.map((a) => a.id), ['sync', 'kmigrated-v1']);
  assert.ok(armsOf('all').length > 10 && armsOf('repairs').length > 15);
  assert.equal(armsOf('sync;kmigrated-v1:batchFolios=8,delayMs=2').length, 2);
  assert.match(String(armsOf('nobody')), /no design/);
  assert.deepEqual(seedsOf('3', 1), [1, 2, 3]);
  assert.match(String(seedsOf('0', 1)), /1 to 1,000/);
  assert.deepEqual([untilOf('300ms'), untilOf('2.5'), untilOf(undefined)], [0.3, 2.5, undefined]);
  assert.match(String(untilOf('soon')), /simulated time/);
  assert.deepEqual(overrideOf('a.b=[1'), { path: 'a.b', value: '[1' });
  assert.deepEqual(axisOf('x=1,2 MiB,true'), { path: 'x', values: [1, '2 MiB', true] });
  assert.match(String(axisOf('x')), /no axis/);
  assert.deepEqual(costOf('hintFaultPs=5'), { hintFaultPs: 5 });
  assert.match(String(costOf('nothing')), /KEY=PS/);
});

test('compare prints a column a design and says what it refuses', async (t) => {
  const file = path.join(folder(t), 's.json');
  const made = await says(compareCommand, [file, '--arms', 'sync,none', '--seeds', '3']);
  assert.equal(made.status, 0);
  assert.match(made.out.join('\n'), /sync\s+none\n.*200 ±50 %\s+200 ±50 %/s);
  assert.match((await says(compareCommand, [file, '--arms', 'x'])).err, /no design "x"/);
  assert.match((await says(compareCommand, ['nowhere.json'])).err, /cannot be read/);
  assert.equal((await says(compareCommand, [])).status, 2);
});

test('sweep --list, --run-job and --merge through files are the direct sweep, byte for byte', async (t) => {
  const dir = folder(t);
  const args = [path.join(dir, 's.json'), '--x', 'batch=8,512', '--arms', 'sync,kmigrated-v1', '--seeds', '2', '--until', '300ms'];
  const direct = await says(sweepCommand, [...args, '--json'], inSlices(here));
  const listed = await says(sweepCommand, [...args, '--list']);
  assert.equal(listed.out.length, 8);
  const files = listed.out.map((line, i) => {
    const file = path.join(dir, `job${i}`);
    fs.writeFileSync(file, `${line}\n`);
    return file;
  });
  const results: string[] = [];
  for (const file of files.reverse()) {
    const made = await says(sweepCommand, ['--run-job', file]);
    assert.equal(made.status, 0);
    fs.writeFileSync(`${file}.out`, made.out.join('\n'));
    results.push(`${file}.out`);
  }
  const merged = await says(sweepCommand, ['--merge', ...results, '--json']);
  assert.deepEqual(merged.out, direct.out);
  assert.match((await says(sweepCommand, ['--merge', ...results.slice(1)])).err, /1 of 8 results are missing/);
  assert.match((await says(sweepCommand, ['--merge', path.join(dir, 's.json')])).err, /Line 1 is no result/);
  fs.writeFileSync(files[0], 'nothing\n');
  const bad = await says(sweepCommand, ['--run-job', files[0]]);
  assert.equal(bad.status, 1);
  assert.match(bad.err, /no line of "sweep --list"/);
});

test('sweep says where each design is best, and refuses metrics and axes that are none', async (t) => {
  const file = path.join(folder(t), 's.json');
  const made = await says(sweepCommand, [file, '--x', 'batch=8,64', '--arms', 'kmigrated-v1', '--seeds', '1'], madeUp((j) => j.arm.v1?.batchFolios ?? 0));
  assert.match(made.out.join('\n'), /kmigrated-v1: best at 8/);
  assert.match((await says(sweepCommand, [file, '--x', 'batch=8', '--metric', 'joy'])).err, /no metric "joy"/);
  assert.match((await says(sweepCommand, [file])).err, /one axis or two/);
});

test('sensitivity and breakeven print what they found', async (t) => {
  const file = path.join(folder(t), 's.json');
  const made = await says(sensitivityCommand, [file, '--arms', 'kmigrated-v1,sync', '--costs', 'hintFaultPs'], madeUp((j) => (j.arm.id === 'sync' ? (j.costs.hintFaultPs ?? 1_500_000) / 1000 : 1000) + j.seed));
  assert.equal(made.status, 0);
  assert.match(made.out.join('\n'), /kmigrated-v1 is better than sync; 1 of 1 costs can change this.*flips if hintFaultPs </s);
  assert.match((await says(sensitivityCommand, [file, '--arms', 'sync'])).err, /two designs; 1/);
  assert.match((await says(sensitivityCommand, [file, '--arms', 'sync,none', '--costs', 'x'])).err, /no soft cost/);
  const lines = await says(breakEvenCommand, ['--nodes', '1,64']);
  assert.match(lines.out.join('\n'), /scan costs as much as migrating: at 0\.33 %.*scan costs as much as buffering/s);
  assert.match((await says(breakEvenCommand, ['--nodes', '0'])).err, /above 0/);
});

test('the cache on disk: equal bytes, a damaged file is run again, nothing half is written', async (t) => {
  const dir = path.join(folder(t), 'cache');
  const first = madeUp(() => 5), second = madeUp(() => 6);
  const jobs = [job(), job({ seed: 2 })];
  const once = await cached(first, directoryStore(dir)).run(jobs, quiet, never);
  const again = await cached(second, directoryStore(dir)).run(jobs, quiet, never);
  assert.equal(JSON.stringify(again), JSON.stringify(once));
  assert.equal(second.ran.length, 0);
  const files = fs.readdirSync(dir);
  assert.deepEqual(files.map((f) => path.extname(f)), ['.json', '.json']);
  fs.writeFileSync(path.join(dir, files[0]), fs.readFileSync(path.join(dir, files[0]), 'utf8').slice(0, 50));
  await cached(second, directoryStore(dir)).run(jobs, quiet, never);
  assert.equal(second.ran.length, 1);
});
