/** conform --source with the real compiler: the project's own C file gives the traces of the real code; broken, endless and wild C files are said to be so, with the line. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at } from '../support/root';

const NAMED = at('test/fixtures/conformance/v1-named.jsonl.gz'), RANDOM = at('test/fixtures/conformance/v1-random.jsonl.gz');
const OUTLINE = at('media/outline/kmigrated.c');
const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'policy-'));

function conform(file: string, ...scenarios: string[]): { readonly status: number | null; readonly text: string } {
  const ran = spawnSync(process.execPath, [at('dist/cli.js'), 'conform', '--source', file, ...scenarios], { encoding: 'utf8' });
  return { status: ran.status, text: ran.stdout + ran.stderr };
}

/** The outline with one change, and the line that it stands at. */
function changed(from: string, to: string): { readonly file: string; readonly line: number } {
  const text = fs.readFileSync(OUTLINE, 'utf8');
  assert.ok(text.includes(from));
  const file = path.join(dir, `${to.replace(/\W/g, '').slice(0, 20)}.c`);
  fs.writeFileSync(file, text.replace(from, to));
  return { file, line: text.slice(0, text.indexOf(from)).split('\n').length };
}

/** The first scenarios of the named file. */
function few(count: number): string {
  const file = path.join(dir, `few${count}.jsonl`);
  const scenario = 'ready 2\nbits 64\npfns 8\nnode 0 0 0 1\nnode 1 0 0 1\nzone 0 2 0 4 4\nmem 0 4 0 lru\nmem 4 4 1 free\nmark 1 1\nwork 0\n';
  const line = JSON.stringify({ name: 'small', ready: 2, bits: 64, scenario, trace: { steps: [], final: {} } });
  fs.writeFileSync(file, `${Array.from({ length: count }, () => line).join('\n')}\n`);
  return file;
}

test('the outline, compiled, gives every trace of the real code, at every READY position and in both word widths', () => {
  const { status, text } = conform(OUTLINE, NAMED, RANDOM);
  assert.match(text, /569 passed, 0 failed\n$/);
  assert.equal(status, 0);
});

test('a C file with D2 repaired no longer gives the traces', () => {
  const { file } = changed('if (cur_nid != NUMA_NO_NODE)', 'if (cur_nid == NUMA_NO_NODE)');
  const { status, text } = conform(file, NAMED);
  assert.equal(status, 1);
  assert.match(text, /single-mark: steps/);
});

test('an unknown kernel call is the compiler\'s own message at its line, with the calls that exist', () => {
  const { file, line } = changed('cond_resched();', 'cond_resched_now();');
  const { status, text } = conform(file, few(1));
  assert.equal(status, 1);
  assert.match(text, new RegExp(`policy\\.c:${line}:\\d+: error: call to undeclared function 'cond_resched_now'.*Near it: cond_resched`));
  assert.match(text, /nothing was run/);
});

test('an endless loop and a wild pointer end the scenario, with function and line', () => {
  const endless = changed('int held = 0;', 'int held = 0; for (;;) barrier();');
  const first = conform(endless.file, few(1));
  assert.equal(first.status, 1);
  assert.match(first.text, new RegExp(`gone round for longer.*\\(kmigrated_walk_zone\\(\\), line ${endless.line}\\)`));
  const wild = changed('held++;', '*(volatile int *)0xfffff0 = 1; *(volatile long *)0xffffff000000UL = 1;');
  const second = conform(wild.file, few(1));
  assert.equal(second.status, 1);
  assert.match(second.text, new RegExp(`\\(kmigrated_walk_zone\\(\\), line ${wild.line}\\)`));
});

test('a file that is not there, and no file, are said in a sentence', () => {
  assert.match(conform(path.join(dir, 'none.c'), NAMED).text, /none\.c: cannot be read/);
  assert.equal(conform(OUTLINE).status, 2);
});
