// validate from end to end: recorded runs keep the exact rules on both sides, made runs of other machines pass, and what does not fit is a miss.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { validateCommand } from '../../src/cli/validate/command';
import { compareText, type Comparison } from '../../src/cli/validate/compare';
import { runHere } from '../../src/cli/validate/seeds';
import { jsonOf, tableLines } from '../../src/cli/validate/table';
import { madeRun, type MadeMachine } from './validatewriter';
import { RUN_FILES, RUNS_DIR, runText } from './validateruns';

async function compared(text: string, seeds: number, freeSeeds = 1): Promise<Comparison> {
  const result = await compareText(text, 'made', { seeds, freeSeeds, runner: runHere, progress: () => undefined });
  if (result.kind !== 'compared') throw new Error(result.says);
  return result.comparison;
}

const missed = (c: Comparison): string[] => [...c.exact.filter(r => !r.ok), ...c.given.filter(r => r.ok === false)].map(r => r.id);

test('the exact rules hold in every recorded run and in what the model makes of it', async () => {
  for (const file of RUN_FILES) {
    const c = await compared(runText(file), 2);
    assert.deepEqual(c.exact.filter(r => !r.ok).map(r => `${r.id}: ${r.measured}; ${r.simulated}`), [], file);
    assert.deepEqual(c.violations, []);
    for (const line of tableLines(c)) assert.ok(line.length <= 120, line);
  }
});

test('a recorded run lies in the intervals; the same run with other numbers does not', async () => {
  const text = runText('2n-one-target.v1.json.gz');
  assert.deepEqual(missed(await compared(text, 60)), []);
  const run = JSON.parse(text) as { samples: { vm: Record<string, number>; want: Record<string, Record<string, number>> }[] };
  const last = run.samples[run.samples.length - 1];
  last.want = { 1: { 0: 4096, 1: 4096 } };
  last.vm.numa_hint_faults -= 4096;
  last.vm.numa_hint_faults_local -= 4096;
  const wrong = await compared(JSON.stringify(run), 20);
  assert.ok(missed(wrong).includes('right.1') && missed(wrong).includes('faults'));
  assert.ok(tableLines(wrong).some(l => l.startsWith('MISS pages right on node 1')));
});

const machine = (nodes: number, mb: number): MadeMachine => ({ nodes: Array.from({ length: nodes }, (_, nid) => ({ mb, cpus: [nid] })) });

test('made runs of other machines, homes, layouts and periods pass', async () => {
  const made: readonly (readonly [MadeMachine, string, boolean])[] = [
    [machine(3, 128), 'mode=work mb=16 targets=1,2 secs=14 scanmin=200 nap=5', true],
    [machine(9, 64), 'mode=work mb=16 targets=8,3 secs=14 scanmin=200 nap=5', true],
    [machine(4, 128), 'mode=work mb=32 home=2 targets=0,1,3 layout=block secs=14 scanmin=150 nap=2', true],
    [{ nodes: [{ mb: 128, cpus: [0, 1] }, { mb: 128, cpus: [2] }, { mb: 64, cpus: [] }] }, 'mode=work mb=32 targets=1 secs=14 scanmin=200', true],
    [machine(3, 128), 'mode=work mb=16 targets=2 secs=14 scanmin=200 nap=5', false],
  ];
  for (const [m, args, v1] of made) {
    const c = await compared(madeRun(m, args, v1, 0), 30);
    assert.deepEqual(missed(c), [], args);
    assert.ok(c.inputs.windows.some(w => w.passes > 0), `${args}: no scan`);
  }
});

test('node 8 is never reached, and its alias gets the pages', async () => {
  const c = await compared(madeRun(machine(9, 64), 'mode=work mb=16 targets=8,3 secs=14 scanmin=200 nap=5', true, 1), 5);
  assert.ok(c.exact.some(r => r.id === 'alias' && r.ok && r.simulated === 'none on 8'));
  assert.equal(c.given.find(r => r.id === 'right.8')?.measured, 0);
});

test('the command prints a table or JSON, and its status says whether all passed', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'validate-'));
  const good = path.join(dir, 'made.json');
  fs.writeFileSync(good, madeRun(machine(2, 128), 'mode=work mb=8 targets=1 secs=8 scanmin=200 nap=5', false, 0));
  const out: string[] = [], err: string[] = [];
  const io = { out: (l: string): void => void out.push(l), err: (l: string): void => void err.push(l) };
  assert.equal(await validateCommand([good, '--seeds', '40'], io), 0);
  assert.equal(out[out.length - 1], '1 passed, 0 failed, 0 refused');
  assert.ok(err.some(l => l === 'made.json: run 45 of 45'));
  for (const word of ['exact', 'given the scans', 'free run, never judged', 'input, scan instants']) assert.ok(out.some(l => l.includes(word)), word);
  out.length = 0;
  assert.equal(await validateCommand([good, path.join(RUNS_DIR, '2n-one-target.base.json.gz'), '--seeds', '2', '--json'], io), 1);
  const [first] = JSON.parse(out.join('\n')) as Record<string, unknown>[];
  assert.deepEqual([first.seeds, first.freeSeeds, first.design], [2, 2, 'base']);
  fs.rmSync(dir, { recursive: true });
});

test('the same file gives the same comparison', async () => {
  const text = runText('2n-one-target.base.json.gz');
  assert.deepEqual(jsonOf('x', await compared(text, 3)), jsonOf('x', await compared(text, 3)));
});
