/** Building a policy with a stand-in compiler: what it is asked, and how its messages are read. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { BUILD_DEFAULTS, KERNEL_FILES, type KernelFiles, type Toolchain, build, diagnosticsOf, knownCalls, lineOf } from '../../src/policy/compile';
import { at } from '../support/root';

const read = (name: string): string => fs.readFileSync(at('media/kernel', name), 'utf8');
const [kernel, list, sched, mm, runtime] = KERNEL_FILES.map(read);
const files: KernelFiles = { 'km_kernel.h': kernel, 'list.h': list, 'sched.h': sched, 'mm.h': mm, 'runtime.c': runtime };

interface Asked {
  readonly tool: string;
  readonly args: readonly string[];
}

/** A compiler that says what it is told to say. */
function standIn(text: string, status: number): { readonly asked: Asked[]; readonly toolchain: Toolchain } {
  const asked: Asked[] = [];
  return {
    asked,
    toolchain: {
      name: 'stand-in',
      run: (tool, args) => {
        asked.push({ tool, args });
        return Promise.resolve({ status, files: { 'policy.wasm': new Uint8Array([0, 97, 115, 109]) }, text });
      },
    },
  };
}

test('messages are read with file, line, column and severity; other lines are none', () => {
  const got = diagnosticsOf('policy.c:7:3: error: expected expression\nIn file included from x\npolicy.c:9:1: warning: unused\npolicy.c:1:2: fatal error: \'linux/odd.h\' file not found');
  assert.deepEqual(got, [
    { file: 'policy.c', line: 7, column: 3, severity: 'error', message: 'expected expression' },
    { file: 'policy.c', line: 9, column: 1, severity: 'warning', message: 'unused' },
    { file: 'policy.c', line: 1, column: 2, severity: 'error', message: "'linux/odd.h' file not found" },
  ]);
});

test('an unknown call gets the list of those that exist, the nearest first', async () => {
  const { toolchain } = standIn("policy.c:3:2: error: call to undeclared function 'folio_nr_page'; ISO C99", 1);
  const made = await build(toolchain, files, 'x', BUILD_DEFAULTS);
  assert.ok(!made.ok);
  assert.match(made.diagnostics[0].message, /folio_nr_page\(\) is no call that the simulated kernel has\. Near it: folio_nr_pages/);
  assert.match(made.diagnostics[0].message, /migrate_misplaced_folio_prepare/);
});

test('a call that is declared but nowhere defined is named at its line', async () => {
  const asked: string[] = [];
  const toolchain: Toolchain = {
    name: 'stand-in',
    run: (tool) => {
      asked.push(tool);
      return Promise.resolve({ status: tool === 'wasm-ld' ? 1 : 0, files: {}, text: tool === 'wasm-ld' ? 'wasm-ld: error: policy.o: undefined symbol: folio_wish' : '' });
    },
  };
  const made = await build(toolchain, files, 'int a;\nint folio_wish(void);\n', BUILD_DEFAULTS);
  assert.ok(!made.ok);
  assert.equal(made.diagnostics[0].line, 2);
  assert.match(made.diagnostics[0].message, /declared but nowhere defined/);
  assert.deepEqual(asked, ['clang', 'clang', 'wasm-ld']);
});

test('the READY position, the word and HZ reach the compiler; a huge file does not', async () => {
  const { asked, toolchain } = standIn('', 0);
  const made = await build(toolchain, files, 'x', { wordBits: 32, readyBit: 7, hz: 250, sectionPages: 64 });
  assert.ok(made.ok);
  for (const flag of ['--target=wasm32-unknown-unknown', '-DKM_READY_BIT=7', '-DKM_HZ=250', '-DKM_SECTION_PAGES=64UL', '-fsanitize-coverage=edge,trace-pc,no-prune']) assert.ok(asked[0].args.includes(flag), flag);
  const huge = await build(toolchain, files, ' '.repeat(2 ** 20 + 1), BUILD_DEFAULTS);
  assert.ok(!huge.ok && /characters/.test(huge.text));
  assert.equal(asked.length, 3);
});

test('the calls that the issue asks for exist', () => {
  const known = new Set(knownCalls(files));
  const wanted = [
    'list_add', 'list_add_tail', 'list_del', 'list_splice', 'list_empty', 'wake_up', 'test_bit', 'set_bit', 'clear_bit', 'test_and_set_bit', 'test_and_clear_bit', 'cond_resched',
    'folio_nr_pages', 'folio_nid', 'READ_ONCE', 'NODE_DATA', 'for_each_node_state', 'mod_node_page_state', 'msecs_to_jiffies', 'spin_lock', 'this_cpu_ptr', 'GENMASK', 'BIT', 'folio_try_get', 'kthread_create',
  ];
  const upper = (name: string): boolean => new RegExp(`#define ${name}\\(`).test(Object.values(files).join('\n'));
  assert.deepEqual(wanted.filter((name) => !known.has(name) && !upper(name)), []);
});

test('an offset outside of the code has no line', async () => {
  const { asked, toolchain } = standIn('', 0);
  assert.equal(await lineOf(toolchain, new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]), 99), undefined);
  assert.equal(asked.length, 0);
});
