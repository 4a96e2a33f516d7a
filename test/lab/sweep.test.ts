/** Sweeps: axes by name, jobs as lines, and that merged lines are the direct run byte for byte. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Axis, Json, Sweep } from '../../src/lab/api';
import { AXIS_NAMES } from '../../src/lab/axes';
import { specOf } from '../../src/lab/job';
import { jobLines, mergedSweep, runJobLine } from '../../src/lab/lines';
import { inSlices } from '../../src/lab/runners';
import { optimumOf, plannedSweep, pointsOf, sweep } from '../../src/lab/sweep';
import { here, madeUp, never, quiet, request } from './work';

const axis = (path: string, ...values: Json[]): Axis => ({ path, values });

test('points: every combination once, the last axis fastest', () => {
  assert.deepEqual(pointsOf([axis('a', 1, 2), axis('b', 'x', 'y', 'z')]), [[1, 'x'], [1, 'y'], [1, 'z'], [2, 'x'], [2, 'y'], [2, 'z']]);
});

async function planned(path: string, value: Json, arms: readonly string[] = ['kmigrated-v1']): Promise<string | NonNullable<Extract<Awaited<ReturnType<typeof specOf>>, { ok: true }>['spec']>> {
  const plan = await plannedSweep(request(arms, [1]), [axis(path, value)]);
  if (typeof plan === 'string') return plan;
  const made = await specOf(plan.jobs[0]);
  return made.ok ? made.spec : made.text;
}

async function specAt(path: string, value: Json, arms?: readonly string[]): Promise<Exclude<Awaited<ReturnType<typeof planned>>, string>> {
  const made = await planned(path, value, arms);
  assert.ok(typeof made !== 'string', String(made));
  return made;
}

test('every named axis changes what it says', async () => {
  assert.equal((await specAt('batch', 64)).design.batchFolios, 64);
  assert.deepEqual((await specAt('batch', 64, ['cpu-buffers'])).system?.deferred, { ...(await specAt('delay', 100, ['cpu-buffers'])).system?.deferred, chunkFolios: 64 });
  assert.equal((await specAt('delay', 50)).design.delayMs, 50);
  assert.deepEqual((await specAt('repairs', 'D3+D1')).design.repairs, ['D1', 'D3']);
  assert.equal((await specAt('v1:hz', 1000)).design.hz, 1000);
  assert.equal((await specAt('numa:scanSizeMb', 16)).system?.numaBalancing.scanSizeMb, 16);
  assert.equal((await specAt('cost:copyPagePs', 1)).costs.copyPagePs, 1);
  const sized = (await specAt('nodeSize', '256 MiB')).machine.nodes;
  assert.deepEqual(sized.map((n) => n.zones.map((z) => z.spannedPages)), [[65_536], [65_536]]);
  assert.equal((await specAt('order', 4)).system?.processes[0].vmas[0].order, 4);
  assert.equal((await specAt('order', 'thp')).system?.processes[0].vmas[0].pmdMapped, true);
  assert.equal((await specAt('busy', 0.25)).system?.processes[0].threads.at(-1)?.duty, 0.75);
  assert.equal((await specAt('targets', 1)).system?.processes[0].threads.length, 2);
  assert.equal((await specAt('programs[0].napMs', 2)).name, 'small');
  assert.ok(AXIS_NAMES.length >= 12);
});

test('what an axis cannot be is a sentence', async () => {
  const bad: [string, Json, RegExp][] = [
    ['batch', 0, /batchFolios/], ['batch', 'many', /batchFolios/], ['deferred:entries', 64, /nothing would change/], ['skew', 1, /zipf/], ['cost:none', 1, /no cost "none"/], ['cost:copyPagePs', -1, /whole number of ps/],
    ['nodeSize', '1 MiB', /128 MiB/], ['targets', 2, /1 to 1/], ['order', 10, /0 to 9/], ['busy', 1, /0\.99/], ['repairs', 'D99', /no repair/], ['numa:mode', 7, /0, 1, 2/],
  ];
  for (const [path, value, says] of bad) {
    const made = await planned(path, value);
    assert.match(typeof made === 'string' ? made : 'it was taken', says, path);
  }
  assert.match(String(await plannedSweep(request(['sync'], [1]), [])), /one axis or two/);
});

test('an axis of one design leaves the others alone, the controls too', async () => {
  const plan = await plannedSweep(request(['none', 'sync', 'kmigrated-v1'], [1]), [axis('v1:batchFolios', 8, 16)]);
  assert.ok(typeof plan !== 'string');
  assert.deepEqual(plan.jobs.map((j) => j.arm.v1?.batchFolios), [undefined, undefined, 8, undefined, undefined, 16]);
  const numa = await plannedSweep(request(['none', 'sync'], [1]), [axis('numa:mode', 2)]);
  assert.ok(typeof numa !== 'string');
  assert.deepEqual(numa.jobs.map((j) => j.arm.numaBalancing?.mode), [0, 2]);
});

test('lines run one by one, in any order and repeated, merge to the direct run byte for byte', async () => {
  const asked = request(['sync', 'kmigrated-v1'], [1, 2], { untilSeconds: 0.4 }), axes = [axis('batch', 16, 512)];
  const direct = await sweep(asked, axes, inSlices(here), quiet, never);
  const plan = await plannedSweep(asked, axes);
  assert.ok(typeof plan !== 'string' && typeof direct === 'object');
  const results: string[] = [];
  for (const line of jobLines(plan)) {
    const made = await runJobLine(line);
    assert.ok(made.ok);
    results.push(made.line);
  }
  fc.assert(fc.property(fc.shuffledSubarray(results, { minLength: results.length }), fc.subarray(results), (shuffled, more) => {
    const merged = mergedSweep([...shuffled, '', ...more]);
    assert.ok(merged.ok);
    assert.equal(JSON.stringify(merged.sweep), JSON.stringify(direct));
  }), { numRuns: 20 });
  const short = mergedSweep(results.slice(1));
  assert.ok(!short.ok && /1 of 8 results are missing: 0/.test(short.text));
});

test('lines that do not belong are refused', async () => {
  const lines = async (arms: readonly string[]): Promise<string[]> => {
    const plan = await plannedSweep(request(arms, [1], { untilSeconds: 0.01 }), [axis('delay', 100)]);
    assert.ok(typeof plan !== 'string');
    return jobLines(plan);
  };
  const [one] = await lines(['kmigrated-v1']), [two] = await lines(['cpu-buffers']);
  const damaged = await runJobLine(one.replace('"seed":1,"engine"', '"seed":2,"engine"'));
  assert.ok(!damaged.ok && /changed on its way/.test(damaged.text));
  for (const text of ['', '{}', 'null', '[1]', one.slice(0, -1), '{"form":"kmigrated lab job"}']) assert.equal((await runJobLine(text)).ok, false, text.slice(0, 20));
  const [a, b] = [await runJobLine(one), await runJobLine(two)];
  assert.ok(a.ok && b.ok);
  const mixed = mergedSweep([a.line, b.line]);
  assert.ok(!mixed.ok && /another sweep/.test(mixed.text));
  const old = mergedSweep([a.line.replace(/"engine":"[^"]*"/, '"engine":"0"')]);
  assert.ok(!old.ok && /engine 0/.test(old.text));
  for (const text of [[], [''], ['{}'], [one]]) assert.equal(mergedSweep(text).ok, false);
});

test('the optimum is the best point, with the points that are no worse within the spread', async () => {
  const costs = { 8: 30, 64: 20, 512: 20.4, 4096: 40 } as const;
  const rule = madeUp((j) => Number(Object.entries(costs).find(([k]) => Number(k) === j.arm.v1?.batchFolios)?.[1]) + (j.seed - 2) * 2);
  const made = await sweep(request(['kmigrated-v1'], [1, 2, 3]), [axis('batch', 8, 64, 512, 4096)], rule, quiet, never);
  assert.ok(typeof made === 'object');
  assert.deepEqual(optimumOf(made, 'kmigrated-v1', 'access_ns'), { best: 1, alike: [1, 2] });
  assert.equal(optimumOf(made, 'kmigrated-v1', 'pages_moved'), undefined);
  assert.equal(optimumOf(made, 'sync', 'access_ns'), undefined);
  const none: Sweep = { axes: [], points: [] };
  assert.equal(optimumOf(none, 'sync', 'access_ns'), undefined);
});

test('a cancelled sweep gives nothing', async () => {
  assert.equal(await sweep(request(['sync'], [1]), [axis('programs[0].napMs', 1)], inSlices(here), quiet, () => true), undefined);
});
