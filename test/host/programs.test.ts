/** What the tree and the cost table say of programs, as text. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { COSTS, defaultCosts } from '../../src/engine/cost/table';
import { costsMarkdown, duration } from '../../src/host/commands/costs';
import { cpuText, groupText, PROGRAM_GROUPS, rowsOf } from '../../src/host/views/programRows';
import type { Programs } from '../../src/session/api';

const task = { id: 0, name: 'worker 0', cpu: 1, kind: 'user', process: 0, state: 'running' } as const;
const PROGRAMS: Programs = {
  migrator: 'synchronous', violations: [], cpus: [{ cpu: 0, nid: 0, task: '' }, { cpu: 1, nid: 1, task: 'worker 0' }],
  tasks: [task, { ...task, id: 1, name: 'main', cpu: 0, state: 'dead' }, { ...task, id: 2, name: 'worker 1', cpu: 0, state: 'waiting' }, { ...task, id: 3, name: 'kmigrated0', kind: 'kthread', process: -1, cpu: 0, state: 'dead' }],
  counters: [['numa_hint_faults', 12_345]], ledger: [['idle', 3e12], ['compute', 1e12]],
};

test('tasks, counters and CPU time are rows, and a closed group says the most important of them', () => {
  assert.deepEqual(rowsOf(PROGRAMS, 'tasks').map(r => `${r.label}: ${r.text}`), [
    'worker 0: running · CPU 1', 'main: ended · CPU 0', 'worker 1: waiting for a page · CPU 0', 'kmigrated0: dead · CPU 0',
  ]);
  assert.deepEqual(rowsOf(PROGRAMS, 'counters').map(r => `${r.label}: ${r.text}`), ['numa_hint_faults: 12,345']);
  assert.deepEqual(rowsOf(PROGRAMS, 'ledger').map(r => `${r.label}: ${r.text}`), ['idle: 3.000 s · 75.0 %', 'compute: 1.000 s · 25.0 %']);
  assert.deepEqual(PROGRAM_GROUPS.map(g => groupText(PROGRAMS, g.group)), ['4, 1 running · synchronous', '', '25.0 % busy']);
  assert.deepEqual([cpuText(PROGRAMS, 0), cpuText(PROGRAMS, 1), cpuText(undefined, 1)], ['idle', 'worker 0', 'idle']);
  for (const { group } of PROGRAM_GROUPS) assert.equal(new Set(rowsOf(PROGRAMS, group).map(r => r.key)).size, rowsOf(PROGRAMS, group).length);
});

test('what a checker found is not hidden', () => {
  assert.match(groupText({ ...PROGRAMS, violations: ['PFN 7 is in two places.'] }, 'counters'), /PFN 7 is in two places/);
});

test('the cost table: every figure with its standing, changed ones marked, and how to change one', () => {
  const text = costsMarkdown({ ...defaultCosts(), hintFaultPs: 9_000_000 }, 'mine');
  for (const c of COSTS) assert.ok(text.includes(`| \`${c.key}\` | `), c.key);
  assert.equal(text.match(/^\| `/gm)?.length, COSTS.length);
  assert.match(text, /\| `hintFaultPs` \| \*\*9 us\*\* \(changed; default 1\.5 us\), outside of what was found \| a fault \| 800 ns to 3 us \| soft \|/);
  assert.match(text, /In force in "mine": 1 changed\./);
  assert.match(text, /"costs": \{ "hintFaultPs": 2000000 \}/);
  assert.match(costsMarkdown(defaultCosts(), undefined), /no scenario is open/);
  for (const row of text.split('\n').filter(l => l.startsWith('| '))) assert.equal(row.replaceAll('\\|', '').split('|').length, 9, row);
});

test('durations are told in the largest unit that fits', () => {
  assert.deepEqual([0, 500, 1_900, 7_200_000, 2e9].map(duration), ['0 ps', '500 ps', '1.9 ns', '7.2 us', '2 ms']);
});
