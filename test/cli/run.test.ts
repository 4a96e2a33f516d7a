/** `run` on worlds with programs: what it says, and what it refuses. */

import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { runCommand } from '../../src/cli/run';
import { ROOT } from '../support/root';

const scenario = (name: string): string => path.join(ROOT, 'media', 'scenarios', `${name}.kmigrated.json`);

async function run(...args: string[]): Promise<{ status: number; out: string[]; err: string[] }> {
  const out: string[] = [], err: string[] = [];
  const status = await runCommand(args, (line) => out.push(line), (line) => err.push(line));
  return { status, out, err };
}

test('a world with programs reports progress, ledger and tasks, and the checkers find nothing', async () => {
  const { status, out } = await run(scenario('default'), '--until', '10', '--check', '--json');
  assert.equal(status, 0);
  const said = JSON.parse(out.join('\n')) as { counters: Record<string, number>; programs: { accesses: number; localShare: number; cpuMs: Record<string, number>; violations: string[]; tasks: { name: string }[] } };
  assert.deepEqual(said.programs.violations, []);
  assert.ok(said.programs.accesses > 1e6);
  assert.ok(said.counters['numa_hint_faults'] >= 8000, 'the first scan comes within ten seconds');
  const cpuMs = Object.values(said.programs.cpuMs).reduce((a, b) => a + b, 0);
  assert.ok(Math.abs(cpuMs - 4 * 10_000) < 1, `four CPUs, ten seconds: ${cpuMs} ms`);
  assert.ok(said.programs.tasks.some((t) => t.name === 'kmigrated0'));
});

test('--migrator sync runs the same programs without kmigrated; a scenario with marks only refuses it', async () => {
  const { status, out } = await run(scenario('default'), '--until', '10', '--migrator', 'sync');
  assert.equal(status, 0);
  assert.ok(out.includes('pgpromote_success 0'));
  assert.ok(out.includes('# programs, sync'));
  const refused = await run(scenario('marks'), '--migrator', 'sync');
  assert.equal(refused.status, 1);
  assert.match(refused.err.join('\n'), /only marks pages/);
  assert.equal((await run(scenario('default'), '--migrator', 'maybe')).status, 2);
});
