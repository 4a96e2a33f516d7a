/** The conform command: all traces of the real code, literal and fast; a wrong trace is found and named; odd scenarios do not break it. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkCase, conformCommand, firstDifference } from '../../src/cli/conform/command';
import { parseScenario } from '../../src/cli/conform/scenario';
import { traceOf } from '../../src/cli/conform/steps';
import { at } from '../support/root';

const fixture = (name: string): string => at('test/fixtures/conformance', name);

function conform(...files: string[]): { readonly status: number; readonly lines: string[] } {
  const lines: string[] = [];
  return { status: conformCommand(files, (line) => lines.push(line)), lines };
}

test('all 69 named and 500 random traces of the real code are reproduced, literal and fast', () => {
  assert.deepEqual(conform(fixture('v1-named.jsonl.gz')), { status: 0, lines: ['69 passed, 0 failed'] });
  assert.deepEqual(conform(fixture('v1-random.jsonl.gz')), { status: 0, lines: ['500 passed, 0 failed'] });
});

test('a difference is found, wherever it is, and failure is said in the exit status', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'conform-'));
  const scenario = 'ready 2\nbits 64\npfns 8\nnode 0 0 0 1\nnode 1 0 0 1\nzone 0 2 0 4 4\nmem 0 4 0 lru\nmem 4 4 1 free\nmark 1 1\nwork 0\n';
  const good = { name: 'good', scenario, trace: JSON.parse(JSON.stringify(traceOf(parseScenario(scenario), true))) };
  const bad = JSON.parse(JSON.stringify(good).replace('"0x38"', '"0x39"')) as typeof good;
  const file = path.join(dir, 'x.jsonl');
  fs.writeFileSync(file, `${JSON.stringify(good)}\n${JSON.stringify({ ...bad, name: 'bad' })}\nnot json\n`);
  const { status, lines } = conform(file);
  assert.equal(status, 1);
  assert.match(lines[0], /x\.jsonl:2 bad: literal: steps\.1\.ev\.0\.3: expected "0x39", got "0x38"/);
  assert.match(lines[1], /x\.jsonl:3: not a scenario/);
  assert.equal(lines[2], '1 passed, 2 failed');
  assert.equal(conform(path.join(dir, 'missing.jsonl')).status, 1);
  assert.equal(conform().status, 2);
  fs.rmSync(dir, { recursive: true });
});

test('a zone that spans more than the PFNs that exist visits what is not valid', () => {
  const scenario = parseScenario('pfns 40\nnode 0 0 0 1\nzone 0 2 0 3000 40\nmem 0 40 0 lru\nmark 2999 1\nwork 0\n');
  const trace = JSON.parse(JSON.stringify(traceOf(scenario, true))) as { steps: { ret?: number; vis?: number[][]; n?: { visited: number; valid: number } }[] };
  assert.equal(trace.steps[0].ret, -22);
  assert.deepEqual(trace.steps[1].vis, [[0, 3000]]);
  assert.deepEqual([trace.steps[1].n?.visited, trace.steps[1].n?.valid], [3000, 40]);
  assert.equal(firstDifference(trace, JSON.parse(JSON.stringify(traceOf(scenario, false)))), undefined);
});

test('a page that a later line made a folio of its own keeps its LRU flag when the large folio around it is isolated', () => {
  const scenario = parseScenario('pfns 64\nnode 0 0 0 1\nnode 1 0 0 1\nzone 0 2 0 32 32\nmem 0 32 0 nonlru\nmem 32 32 1 free\nfolio 8 3 lru\nmem 10 1 0 lru\nmark 9 1\nmark 10 1\nwork 0\n');
  for (const literal of [true, false]) {
    const trace = JSON.parse(JSON.stringify(traceOf(scenario, literal))) as { steps: { ev?: unknown[][] }[] };
    assert.deepEqual(trace.steps[2].ev?.filter((e) => e[0] === 'p'), [['p', 8, 1, 0, 'ok'], ['p', 10, 1, 0, 'ok']]);
  }
});

test('what cannot be read is a sentence', () => {
  for (const [text, says] of [['pfns x', /"x" stands where a whole number is needed/], ['bits 48', /32 or 64/], ['pfns 8\nnode 0 0 0 1\njump 3', /step "jump" is not known/]] as const) {
    assert.match(checkCase({ name: 'x', scenario: text, trace: {} }) ?? '', says);
  }
  assert.equal(firstDifference({ a: [1, 2] }, { a: [1, 2, 3] }), 'a.2: expected nothing, got 3');
});
