/** The reviewers' questions: each is whole, each runs, and its answer follows from the numbers, "no difference" and "not needed" among them. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { ENGINE_VERSION } from '../../src/engine/spec';
import type { RunResult, Summary } from '../../src/lab/api';
import { armOf } from '../../src/lab/arms';
import { specOf } from '../../src/lab/job';
import { METRICS, type MetricId, complete, isMetricId } from '../../src/lab/metrics';
import { ASKED } from '../../src/lab/questions/others';
import { producerCosts } from '../../src/lab/questions/producers';
import { ask, questionOf } from '../../src/lab/questions/run';
import { TEN } from '../../src/lab/questions/ten';
import type { Part, RanPart } from '../../src/lab/questions/types';
import { inSlices } from '../../src/lab/runners';
import { defaultCosts } from '../../src/engine/cost/table';

test('there are ten, each with who asked, what is run, a control with uniform access, and designs that exist', async () => {
  assert.deepEqual(TEN.map((q) => q.number), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const q of TEN) {
    assert.ok(q.question.endsWith('?') && q.asked.length > 0 && q.run !== '', q.id);
    assert.ok(q.parts.some((p) => p.id === 'uniform'), q.id);
    assert.equal(new Set(q.parts.map((p) => p.id)).size, q.parts.length, q.id);
    for (const p of q.parts) {
      for (const name of p.arms) assert.equal(typeof armOf(name), 'object', `${q.id}: ${JSON.stringify(armOf(name))}`);
      const arm = armOf('sync');
      assert.ok(typeof arm !== 'string');
      const made = await specOf({ scenario: p.scenario, side: {}, overrides: [], arm, costs: {}, seed: 1, engine: ENGINE_VERSION });
      assert.ok(made.ok, made.ok ? '' : `${q.id}, ${p.id}: ${made.text}`);
    }
    assert.equal(questionOf(q.id), q);
    assert.equal(questionOf(String(q.number)), q);
  }
});

test('what others asked for points at questions and metrics that exist', () => {
  for (const a of ASKED) {
    for (const id of a.see) assert.ok(questionOf(id) !== undefined, `${a.who}: ${id}`);
    for (const id of a.metrics) assert.ok(isMetricId(id), `${a.who}: ${id}`);
  }
});

test('every question runs to its end and answers with numbers of its own runs', async () => {
  for (const q of TEN) {
    const made = await ask(q, { seeds: [1], untilSeconds: 0.5 }, inSlices(() => Promise.resolve()), () => undefined, () => false);
    assert.ok(made !== undefined);
    assert.deepEqual(made.refused, [], q.id);
    assert.match(made.answer.text, /^Simulated: /);
    assert.match(made.answer.text, /uniform access/i);
    assert.ok(made.answer.text.length > 80 && !made.answer.text.includes('undefined') && !made.answer.text.includes('did not run'), made.answer.text);
    assert.ok(made.answer.plots.length > 0 && made.answer.changes !== '');
    for (const p of made.answer.plots) for (const s of p.series) assert.equal(s.values.length, p.labels.length, `${q.id}: ${p.title}`);
  }
});

const summary = (mean: number): Summary => ({ mean, sd: mean / 1000, min: mean, max: mean, n: 5 });

/** A part as if it had been run: every metric of every design is 100, but for what is given. */
function fabricated(part: Part, given: Readonly<Record<string, Partial<Record<MetricId, number>>>>): RanPart {
  const arms = ['none', ...part.arms].flatMap((name) => {
    const arm = armOf(name);
    if (typeof arm === 'string') return [];
    const of = (id: MetricId): number => given[arm.id]?.[id] ?? 100;
    const values = (fn: (id: MetricId) => number): Record<MetricId, number> => complete(Object.fromEntries(METRICS.map((m) => [m.id, fn(m.id)])) as Record<MetricId, number>);
    const first: RunResult = { metrics: values(of), series: { seconds: [], localShare: [], accesses: [], isolated: [] }, latencyByPositionMs: [], batchSizes: [], digest: '', violations: [] };
    return [{ arm, seeds: [1, 2, 3, 4, 5], first, metrics: complete(Object.fromEntries(METRICS.map((m) => [m.id, summary(of(m.id))])) as Record<MetricId, Summary>) }];
  });
  return { part, missing: [], comparison: { title: part.label, engine: ENGINE_VERSION, arms, refused: [] } };
}

function answerOf(number: number, given: Readonly<Record<string, Partial<Record<MetricId, number>>>>): string {
  const q = questionOf(String(number));
  assert.ok(q !== undefined);
  return q.answer(new Map(q.parts.map((p) => [p.id, fabricated(p, given)]))).text;
}

test('with equal numbers every answer says that there is no difference, and that balancing is not needed', () => {
  for (const q of TEN) {
    const text = answerOf(q.number ?? 0, {});
    assert.match(text, /no difference|does not change|not worth tuning/, q.id);
    assert.match(text, /Balancing is not needed here/, q.id);
  }
});

test('the answers turn with the numbers', () => {
  assert.match(answerOf(1, { kpromoted: { lock_wait_ms: 0 } }), /synchronisation is not the problem/);
  assert.match(answerOf(1, { kpromoted: { lock_wait_ms: 500 } }), /locks are waited for/);
  assert.match(answerOf(3, { 'cpu-buffers': { accesses_per_s: 150 } }), /cpu-buffers is better/);
  assert.match(answerOf(3, { 'cpu-buffers': { accesses_per_s: 50 } }), /cpu-buffers is worse/);
  assert.match(answerOf(6, { 'kmigrated-v1-fixed': { accesses_per_s: 50 } }), /kmigrated-v1-fixed is worse than today/);
  assert.match(answerOf(6, {}), /no deferred design is worse than today/);
  assert.match(answerOf(10, { 'kmigrated-v1': { accesses_per_s: 50 } }), /the ranking changes/);
  assert.match(answerOf(10, {}), /the ranking does not change/);
  assert.match(answerOf(3, { none: { accesses_per_s: 200 } }), /Balancing does not pay here/);
  assert.match(answerOf(3, { none: { accesses_per_s: 10 } }), /Balancing pays here/);
});

test('producers: one lock grows with the CPUs, per-CPU buffers and flags do not', () => {
  const costs = producerCosts(defaultCosts());
  for (let i = 1; i < costs.length; i++) {
    assert.ok(costs[i].lock >= costs[i - 1].lock && costs[i].lockless >= costs[i - 1].lockless);
    assert.equal(costs[i].perCpu, costs[0].perCpu);
    assert.equal(costs[i].flags, costs[0].flags);
  }
  assert.ok(costs[costs.length - 1].lock > 100 * costs[0].lock);
});
