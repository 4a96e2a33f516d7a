/** Repairs in scenario files and on the command line: what is read, what is refused with which sentence, and that both make the same world. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseRepairs, parseRunArgs, runCommand } from '../../src/cli/run';
import { ALL_V1_REPAIRS } from '../../src/engine/designs/kmigrated-v1-repairs';
import type { KmigratedV1Options, WorldSpec } from '../../src/engine/spec';
import { loadScenario } from '../../src/scenario/load';
import { designLabel } from '../../src/session/compare';
import { uncovered } from '../../src/session/covered';
import { at } from '../support/root';

const none = (): Promise<undefined> => Promise.resolve(undefined);
const text = (design: object, more: object = {}): string => JSON.stringify({
  schemaVersion: 1, machine: { nodes: [0, 1].map((nid) => ({ nid, cpus: [nid], zones: [{ zone: 'Normal', startPfn: nid * 8192, spannedPages: 8192, lruPages: 2000 }] })) },
  workload: [{ kind: 'burst', node: 0, targets: [1], count: 100, startSeconds: 0.1 }], durationSeconds: 2, design, ...more,
});

async function designOf(design: object): Promise<KmigratedV1Options | string> {
  const result = await loadScenario(text(design), none);
  return result.ok ? result.spec.design : result.problems[0].message;
}

test('a scenario file names repairs, or all of them, in any order', async () => {
  const read = async (repairs: unknown): Promise<unknown> => {
    const design = await designOf({ repairs });
    return typeof design === 'string' ? design : design.repairs;
  };
  assert.deepEqual(await read(['D2', 'D1', 'D2']), ['D1', 'D2']);
  assert.deepEqual(await read('all'), ALL_V1_REPAIRS);
  assert.deepEqual(await read([]), []);
  assert.equal(typeof await designOf({ repairs: ['D17'], maxAgeMs: 100, rateLimitMBps: 5 }), 'object');
  assert.match(String(await read('some')), /^design\.repairs: "some" stands here; "all" or a list of repairs such as \["D1", "D2"\] is allowed\.$/);
  assert.match(String(await read(['D9'])), /^design\.repairs\[0\]: "D9" stands here; one of "D1", "D2", .* is allowed\.$/);
  assert.match(String(await designOf({ maxAgeMs: 0 })), /maxAgeMs/);
});

test('a repaired design is never called as posted, and no recorded run covers it', async () => {
  const result = await loadScenario(fs.readFileSync(at('media/scenarios/default.kmigrated.json'), 'utf8'), none);
  assert.ok(result.ok);
  const repaired = (repairs: KmigratedV1Options['repairs']): WorldSpec => ({ ...result.spec, design: { ...result.spec.design, ...(repairs === undefined ? {} : { repairs }) } });
  assert.deepEqual(([undefined, [], ['D2', 'D1'], ALL_V1_REPAIRS] as const).map((r) => designLabel(repaired(r))), [
    'kmigrated v1 as posted', 'kmigrated v1 as posted', 'kmigrated v1 with D1, D2', 'kmigrated v1, all repairs',
  ]);
  assert.ok(!uncovered(repaired([])).includes('repairs of kmigrated v1'));
  assert.ok(uncovered(repaired(['D1'])).includes('repairs of kmigrated v1'));
});

test('run --repairs reads names, all and none, and says what is wrong', () => {
  assert.deepEqual(parseRepairs('all'), ALL_V1_REPAIRS);
  assert.deepEqual(parseRepairs('none'), []);
  assert.deepEqual(parseRepairs('per-target-lists, D4'), ['D4', 'per-target-lists']);
  assert.match(String(parseRepairs('D1,D9')), /"D9" is no repair; all, none, or some of D1,D2,/);
  const bad = parseRunArgs(['x.json', '--repairs', '']);
  assert.ok(!bad.ok && /is no repair/.test(bad.text));
});

test('the command line and the file make the same world, another one than the posted thread, and say so', async () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'repairs-'));
  const run = async (design: object, ...args: string[]): Promise<string> => {
    const file = path.join(dir, 'x.kmigrated.json');
    fs.writeFileSync(file, text(design));
    const lines: string[] = [];
    assert.equal(await runCommand([file, ...args], (l) => lines.push(l), (l) => assert.fail(l)), 0);
    return lines.join('\n');
  };
  try {
    const digest = (design: object, ...args: string[]): Promise<string> => run(design, '--digest', ...args);
    assert.equal(await digest({ repairs: ['D4', 'D2'] }), await digest({}, '--repairs', 'D2,D4'));
    assert.equal(await digest({ repairs: 'all' }), await digest({}, '--repairs', 'all'));
    assert.equal(await digest({ repairs: 'all' }, '--repairs', 'none'), await digest({}));
    assert.notEqual(await digest({ repairs: 'all' }), await digest({}));
    assert.match(await run({ repairs: ['D2'] }), /^# kmigrated v1 with repairs, not as posted: D2$/m);
    assert.doesNotMatch(await run({}), /not as posted/);
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
});

test('--repairs of another design are refused, a file may hold them for later', async () => {
  const file = at('media/scenarios/default.kmigrated.json');
  const errors: string[] = [];
  assert.equal(await runCommand([file, '--migrator', 'sync', '--repairs', 'D2'], () => undefined, (l) => errors.push(l)), 1);
  assert.match(errors.join('\n'), /--repairs are of kmigrated v1, but sync moves the pages here/);
});
