/** Comparisons: the rule of spread, jobs by content, the cache, and what is left when a comparison is cancelled. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Job, JobResult } from '../../src/lab/api';
import { ARMS, DEFAULT_ARMS, repairArms } from '../../src/lab/arms';
import { compare, differs, summaryOf, verdict } from '../../src/lab/compare';
import { jobKey, specOf } from '../../src/lab/job';
import { isJobResult } from '../../src/lab/lines';
import { METRICS } from '../../src/lab/metrics';
import { cached, inSlices, memoryStore } from '../../src/lab/runners';
import { runJob } from '../../src/lab/run';
import { comparisonLines } from '../../src/lab/tables';
import { arm, here, job, madeUp, never, quiet, request } from './work';

const values = fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 8 });

test('mean and spread: the mean lies between least and greatest, and the spread is that of n - 1', () => {
  fc.assert(fc.property(values, (list) => {
    const s = summaryOf(list);
    assert.ok(s.min <= s.mean * (1 + 1e-12) && s.mean <= s.max * (1 + 1e-12));
    const variance = list.reduce((a, x) => a + (x - s.mean) ** 2, 0) / (list.length - 1);
    assert.ok(Math.abs(s.sd ** 2 - variance) <= 1e-9 * Math.max(1, variance));
    assert.equal(s.n, list.length);
  }));
});

test('whether two means differ does not depend on their order or unit, and samples do not differ from themselves', () => {
  fc.assert(fc.property(values, values, fc.constantFrom(0.001, 8, 1024), (a, b, unit) => {
    const [x, y] = [summaryOf(a), summaryOf(b)];
    assert.equal(differs(x, x), false);
    assert.equal(differs(x, y), differs(y, x));
    const scaled = (list: readonly number[]): number[] => list.map((v) => v * unit);
    assert.equal(differs(summaryOf(scaled(a)), summaryOf(scaled(b))), differs(x, y));
  }));
});

test('a difference within the spread is none; the same difference with less spread is one', () => {
  const wide = [90, 110, 95, 105, 100], narrow = [99.9, 100.1, 99.95, 100.05, 100];
  assert.equal(differs(summaryOf(wide), summaryOf(wide.map((v) => v + 3))), false);
  assert.equal(differs(summaryOf(narrow), summaryOf(narrow.map((v) => v + 3))), true);
  assert.equal(verdict('access_ns', summaryOf(narrow), summaryOf(narrow.map((v) => v + 3))), 'worse');
  assert.equal(verdict('local_share', summaryOf(narrow), summaryOf(narrow.map((v) => v + 3))), 'better');
  assert.equal(verdict('pages_moved', summaryOf(narrow), summaryOf(narrow.map((v) => v + 3))), 'different');
  assert.equal(differs(summaryOf([100, 100]), summaryOf([100.05, 100.05])), false, 'less than a thousandth');
  assert.equal(differs(summaryOf([100]), summaryOf([104])), false, 'one seed shows no spread');
  assert.equal(differs(summaryOf([100]), summaryOf([120])), true);
});

test('false alarms: samples of one distribution are seldom said to differ', () => {
  let state = 12345, alarms = 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const sample = (): number[] => Array.from({ length: 5 }, () => 100 + next() + next() + next() + next());
  for (let i = 0; i < 2000; i++) if (differs(summaryOf(sample()), summaryOf(sample()))) alarms++;
  assert.ok(alarms < 0.06 * 2000, `${alarms} of 2000`);
});

test('the key of a job changes with everything that can change its result, and with nothing else', () => {
  const base = job();
  const other: Job[] = [
    job({ scenario: `${base.scenario} ` }), job({ side: { 'a.txt': '1' } }), job({ overrides: [{ path: 'seed', value: 1 }] }), job({ overrides: [{ path: 'seed', value: 2 }] }),
    job({ arm: arm('sync') }), job({ arm: arm('kmigrated-v1:batchFolios=64') }), job({ arm: arm('kmigrated-v1:repairs=D1') }), job({ arm: arm('kmigrated-v1:numa.scanSizeMb=64') }),
    job({ costs: { hintFaultPs: 1 } }), job({ costs: { hintFaultPs: 2 } }), job({ seed: 2 }), job({ untilSeconds: 1 }), job({ engine: 'another' }),
  ];
  const keys = [base, ...other].map(jobKey);
  assert.equal(new Set(keys).size, keys.length);
  assert.equal(jobKey({ ...base, arm: { ...base.arm, label: 'other words' } }), jobKey(base));
  const turned: Job = { engine: base.engine, seed: base.seed, costs: base.costs, arm: base.arm, overrides: base.overrides, side: base.side, scenario: base.scenario };
  assert.equal(jobKey(turned), jobKey(base), 'order of the fields');
});

test('a job runs to the same result twice, and its line of JSON reads back', async () => {
  const first = await runJob(job()), second = await runJob(job());
  assert.ok(first.ok);
  assert.deepEqual(first.result.violations, []);
  assert.ok(first.result.metrics.accesses_per_s > 0 && first.result.metrics.pages_moved > 0);
  assert.equal(JSON.stringify(first), JSON.stringify(second));
  const back: unknown = JSON.parse(JSON.stringify(first));
  assert.ok(isJobResult(back));
  assert.equal(JSON.stringify(back), JSON.stringify(first));
  for (const m of METRICS) assert.ok(Number.isFinite(first.result.metrics[m.id]), m.id);
});

test('every design of the list runs on the small world, and repairs stand behind v1 as posted', async () => {
  assert.equal(DEFAULT_ARMS.length, 10);
  assert.deepEqual([...DEFAULT_ARMS].filter((id) => !ARMS.some((a) => a.id === id)), []);
  const made = await compare({ ...request([], [1]), arms: ARMS }, inSlices(here), quiet, never);
  assert.ok(made !== undefined);
  assert.deepEqual(made.refused, []);
  assert.deepEqual(made.arms.map((a) => a.arm.id), ARMS.map((a) => a.id));
  assert.deepEqual(made.arms.flatMap((a) => a.first.violations), []);
  assert.ok(comparisonLines(made).length > 10);
  assert.equal(repairArms()[0].id, 'kmigrated-v1');
  assert.equal(new Set(repairArms().map((a) => jobKey(job({ arm: a })))).size, repairArms().length);
});

test('pghot has records for the section of PFN 0, which is a hole: requests are taken and walked, and nothing oopses', async () => {
  for (const id of ['pghot-precise', 'pghot-early-fixed']) {
    const made = await runJob(job({ arm: arm(id) }));
    assert.ok(made.ok, id);
    assert.ok(made.result.metrics.requests > 0 && made.result.metrics.pages_moved > 0, `${id}: ${made.result.metrics.requests} requests, ${made.result.metrics.pages_moved} pages moved`);
  }
});

test('a result from the cache is equal to the byte, and its job does not run again', async () => {
  const store = memoryStore();
  const runner = madeUp((j) => j.seed * 10);
  const both = cached(runner, store);
  const jobs = [job(), job({ seed: 2 }), job({ seed: 3 })];
  const once = await both.run(jobs, quiet, never);
  const seen: number[] = [];
  const again = await both.run([jobs[2], job({ seed: 4 }), jobs[0]], (done) => seen.push(done), never);
  assert.equal(JSON.stringify(again[0]), JSON.stringify(once[2]));
  assert.equal(JSON.stringify(again[2]), JSON.stringify(once[0]));
  assert.deepEqual(runner.ran.map((j) => j.seed), [1, 2, 3, 4]);
  assert.deepEqual(seen, [2, 3], 'what the cache has is done at once');
});

test('cancelled: nothing half is kept, what was over is kept, and the next run is as if nothing had been', async () => {
  const store = memoryStore();
  const jobs = [job(), job({ seed: 2 }), job({ seed: 3 })];
  let breaths = 0;
  const direct = await inSlices(here).run(jobs, quiet, never);
  const total = await new Promise<number>((resolve) => {
    let n = 0;
    void inSlices(() => Promise.resolve(void n++)).run(jobs, quiet, never).then(() => resolve(n));
  });
  let done = 0;
  const stopped = await cached(inSlices(() => Promise.resolve(void breaths++)), store).run(jobs, (d) => (done = d), () => breaths > total / 2);
  assert.equal(stopped.length, jobs.length);
  assert.ok(done < jobs.length && stopped.some((r) => !r.ok), 'it was in the middle');
  const kept = await Promise.all(jobs.map((j) => store.get(jobKey(j))));
  kept.forEach((r, i) => assert.ok(r === undefined || JSON.stringify(r) === JSON.stringify(direct[i])));
  assert.equal(kept.filter((r) => r !== undefined).length, done);
  const later = await cached(inSlices(here), store).run(jobs, quiet, never);
  assert.equal(JSON.stringify(later), JSON.stringify(direct));
  assert.equal(await compare(request(['sync'], [1]), inSlices(here), quiet, () => true), undefined);
});

test('what a job cannot be is a sentence', async () => {
  const says = async (j: Job): Promise<string> => {
    const made = await specOf(j);
    return made.ok ? '' : made.text;
  };
  assert.match(await says(job({ engine: '0.0' })), /for engine 0\.0/);
  assert.match(await says(job({ overrides: [{ path: 'programs[0].size.x', value: 1 }] })), /programs\[0\]\.size\.x/);
  assert.match(await says(job({ overrides: [{ path: 'programs[0].sise', value: '1 MiB' }] })), /sise/);
  assert.match(await says(job({ scenario: '{' })), /JSON/);
  const refused: JobResult = await runJob(job({ scenario: SCENARIO_OF_MARKS }));
  assert.ok(!refused.ok && /no programs/.test(refused.text));
});

const SCENARIO_OF_MARKS = '{ "schemaVersion": 1, "machine": { "preset": "2n-plain" }, "regions": [], "workload": [] }';

test('overrides, costs, seed and time of a job reach its world', async () => {
  const made = await specOf(job({ overrides: [{ path: 'programs[0].size', value: '1 MiB' }, { path: 'system.numaBalancing', value: undefined }], costs: { hintFaultPs: 7 }, seed: 9, untilSeconds: 0.25 }));
  assert.ok(made.ok);
  const { spec } = made;
  assert.equal(spec.costs.hintFaultPs, 7);
  assert.equal(spec.seed, 9);
  assert.equal(spec.durationPs, 0.25e12);
  assert.equal(spec.system?.processes[0].vmas[0].pages, 256);
  assert.equal(spec.system?.numaBalancing.scanPeriodMinMs, 1000);
  assert.equal(spec.system?.migrator, 'kmigrated-v1');
});
