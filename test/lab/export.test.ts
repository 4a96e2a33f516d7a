/** Exports: the mail fits a mail, CSV has every figure, the traces have the forms that others read. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fs from 'node:fs';
import fc from 'fast-check';
import type { Comparison } from '../../src/lab/api';
import { ARMS, armOf } from '../../src/lab/arms';
import { compare, jobsOf } from '../../src/lab/compare';
import { csvText } from '../../src/lab/export/csv';
import { mailText, sweepMailText } from '../../src/lab/export/mail';
import { ftraceText, perfettoJson, traced } from '../../src/lab/export/trace';
import { METRICS, complete, type MetricId } from '../../src/lab/metrics';
import { inSlices } from '../../src/lab/runners';
import { flipsText } from '../../src/lab/sensitivity';
import { at } from '../support/root';

const scenario = fs.readFileSync(at('media/scenarios/default.kmigrated.json'), 'utf8');
const arms = ['sync', 'kmigrated-v1'].map((id) => {
  const made = armOf(id);
  assert.ok(typeof made !== 'string');
  return made;
});
const request = { title: 'a question, with a comma', scenario, side: {}, arms, seeds: [1], overrides: [], costs: {}, untilSeconds: 4 };
const fabricated = (mean: number, count: number): Comparison => ({
  title: 'x', engine: '0', refused: [],
  arms: ARMS.slice(0, count).map((arm) => ({
    arm, seeds: [1, 2, 3], first: { metrics: complete(Object.fromEntries(METRICS.map((m) => [m.id, mean])) as Record<MetricId, number>), series: { seconds: [], localShare: [], accesses: [], isolated: [] }, latencyByPositionMs: [], batchSizes: [], digest: '', violations: [] },
    metrics: complete(Object.fromEntries(METRICS.map((m) => [m.id, { mean, sd: mean / 7, min: 0, max: mean, n: 3 }])) as Record<MetricId, Comparison['arms'][number]['metrics'][MetricId]>),
  })),
});

test('a mail has at most 72 columns and 25 lines, whatever the numbers and however many designs, and says that it is simulated', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.integer({ min: 1, max: ARMS.length }), fc.string({ maxLength: 400 }), (mean, count, words) => {
    const text = mailText(fabricated(mean, count), { question: `Q ${words}`, machine: words, command: `node dist/cli.js compare x.json ${words}`, flips: words, notModelled: 'much' });
    const lines = text.split('\n');
    assert.ok(lines.length <= 25, String(lines.length));
    for (const line of lines) assert.ok(line.length <= 72, line);
    assert.match(lines[0], /^Simulated/);
    assert.match(text, /Flips if/);
    assert.match(text, /Not modelled: much/);
    assert.match(text, /Reproduce: node/);
  }));
});

test('CSV has a row a metric and design, with quotes where they are needed', async () => {
  const made = await compare(request, inSlices(() => Promise.resolve()), () => undefined, () => false);
  assert.ok(made !== undefined);
  const lines = csvText(made).trimEnd().split('\n');
  assert.equal(lines.length, 1 + 2 * METRICS.length);
  assert.match(lines[1], /^"a question, with a comma",[^,]+,simulated,sync,/);
  assert.match(lines[0], /^scenario,engine,simulated,arm,design,metric,name,unit,seeds,mean,sd,min,max$/);
});

test('ftrace lines have the form of the tracepoint, and their sum is what vmstat counts', async () => {
  for (const arm of arms) {
    const run = await traced(jobsOf({ ...request, arms: [arm], untilSeconds: 6 })[0]);
    assert.ok(typeof run !== 'string');
    const text = ftraceText(run, 'x');
    const rows = text.split('\n').filter((l) => l !== '' && !l.startsWith('#'));
    assert.ok(rows.length > 0, arm.id);
    let succeeded = 0;
    for (const row of rows) {
      const m = /^ *\S+-\d+ +\[\d{3}\] \.{5} +\d+\.\d{6}: mm_migrate_pages: nr_succeeded=(\d+) nr_failed=\d+ nr_thp_succeeded=\d+ nr_thp_failed=\d+ nr_thp_split=0 nr_large_folio_split=0 mode=MIGRATE_ASYNC reason=numa_misplaced$/.exec(row);
      assert.ok(m !== null, row);
      succeeded += Number(m[1]);
    }
    assert.equal(succeeded, run.world.machine.nodes.reduce((n, node) => n + run.world.rec.of(node.nid, 'pgmigrate_success'), 0));
  }
});

test('a Perfetto trace is JSON of the Trace Event Format, with passes of the threads and no negative time', async () => {
  const run = await traced(jobsOf({ ...request, arms: [arms[1]] })[0]);
  assert.ok(typeof run !== 'string');
  const trace = JSON.parse(perfettoJson(run, 'x')) as { readonly traceEvents: readonly { readonly name: string; readonly ph: string; readonly ts?: number; readonly dur?: number }[] };
  assert.ok(trace.traceEvents.some((e) => e.name === 'pass' && e.ph === 'X'));
  for (const e of trace.traceEvents) assert.ok((e.ts ?? 0) >= 0 && (e.dur ?? 0) >= 0);
});

test('a sweep as a mail fits as well, with as many points as there is room for, and says how many are left', () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 6 }), fc.string({ maxLength: 200 }), (mean, points, count, words) => {
    const sweep = { axes: [{ path: 'batch', values: [] }], points: Array.from({ length: points }, (_, i) => ({ at: [i], comparison: fabricated(mean, count) })) };
    const text = sweepMailText(sweep, 'access_ns', { question: words, machine: words, command: `node dist/cli.js sweep ${words}`, notModelled: 'much' });
    const lines = text.split('\n');
    assert.ok(lines.length <= 25 && lines.every((l) => l.length <= 72));
    assert.match(lines[0], /^Simulated/);
    const left = Number(/\((\d+) more points/.exec(text)?.[1] ?? 0);
    assert.ok(left < points && points - left <= 20, text);
    if (points <= 5) assert.equal(left, 0, text);
  }));
});

test('what flips a conclusion is named with its value, at most three costs, or none is', () => {
  const [a, b] = arms;
  const s = { metric: 'access_ns' as const, arms: [a, b] as const, base: { verdict: 'better' as const, first: { mean: 1, sd: 0, min: 1, max: 1, n: 1 }, second: { mean: 2, sd: 0, min: 2, max: 2, n: 1 } }, runs: 9 };
  assert.match(flipsText({ ...s, survives: true, effects: [] }), /no soft cost alone/);
  const flip = (key: 'hintFaultPs' | 'pteScanPs' | 'mutexPs' | 'taskWorkPs') => ({ key, atMin: 'better' as const, atMax: 'worse' as const, flips: { atPs: 2_100_000, towards: 'max' as const, becomes: 'worse' as const, exact: 0.01 } });
  const text = flipsText({ ...s, survives: false, effects: (['hintFaultPs', 'pteScanPs', 'mutexPs', 'taskWorkPs'] as const).map(flip) });
  assert.match(text, /^hintFaultPs > 2,100,000 ps, or pteScanPs > .*, or mutexPs > .*, or 1 more \(mean access latency\)/);
});
