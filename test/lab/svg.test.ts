/** Plots as SVG: whole documents whatever the numbers and names, nothing in them that runs, every point inside the frame. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { svgAddress, svgOf } from '../../src/lab/export/svg';
import { plotOfSweep } from '../../src/lab/sweep';
import type { Plot } from '../../src/lab/questions/types';
import type { Arm, ArmSummary, RunResult, Sweep } from '../../src/lab/api';
import { METRICS, type MetricId, complete } from '../../src/lab/metrics';
import { ARMS } from '../../src/lab/arms';

const plots = fc.record({
  title: fc.string(), x: fc.string(), y: fc.string(), labels: fc.array(fc.string(), { minLength: 1, maxLength: 12 }),
  series: fc.array(fc.record({ name: fc.string(), values: fc.array(fc.option(fc.double({ min: 0, max: 1e15, noNaN: true })), { minLength: 1, maxLength: 12 }) }), { maxLength: 12 }),
}).map((p): Plot => ({ ...p, series: p.series.map((s) => ({ name: s.name, values: p.labels.map((_, i) => s.values[i % s.values.length]) })) }));

test('any plot is a whole document without anything that runs, and its points lie inside the frame', () => {
  fc.assert(fc.property(plots, (plot) => {
    const svg = svgOf(plot);
    assert.ok(svg.startsWith('<svg ') && svg.endsWith('</svg>'));
    assert.ok(svg.includes('(simulated)'));
    assert.doesNotMatch(svg, /<script|javascript:|onload|NaN|Infinity|undefined/);
    for (const m of svg.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)) assert.ok(Number(m[1]) >= 84 && Number(m[1]) <= 440 && Number(m[2]) >= 35 && Number(m[2]) <= 269, m[0]);
    assert.equal([...svg.matchAll(/<circle/g)].length, plot.series.reduce((n, s) => n + s.values.filter((v) => v !== null).length, 0));
    assert.doesNotMatch(svgAddress(plot), /[()<>"'\s]/);
  }), { numRuns: 200 });
});

test('a sweep as a plot has a line a design and value of the second axis, with the best point of each in its name', () => {
  const [none, ideal] = ARMS;
  const values = <T>(fn: (id: MetricId) => T): Record<MetricId, T> => complete(Object.fromEntries(METRICS.map((m) => [m.id, fn(m.id)])) as Record<MetricId, T>);
  const first: RunResult = { metrics: values(() => 0), series: { seconds: [], localShare: [], accesses: [], isolated: [] }, latencyByPositionMs: [], batchSizes: [], digest: '', violations: [] };
  const summary = (arm: Arm, mean: number): ArmSummary => ({ arm, seeds: [1], first, metrics: values(() => ({ mean, sd: 0, min: mean, max: mean, n: 1 })) });
  const point = (at: readonly number[], a: number, b: number): Sweep['points'][number] => ({ at, comparison: { title: 't', engine: 'e', refused: [], arms: [summary(none, a), summary(ideal, b)] } });
  const sweep: Sweep = { axes: [{ path: 'batch', values: [1, 2] }, { path: 'delay', values: [10] }], points: [point([1, 10], 5, 9), point([2, 10], 7, 3)] };
  const plot = plotOfSweep(sweep, 'access_ns');
  assert.deepEqual(plot.labels, ['1', '2']);
  assert.deepEqual(plot.series.map((s) => s.name), ['none 10, best 1', 'ideal 10, best 2']);
  assert.deepEqual(plot.series.map((s) => s.values), [[5, 7], [9, 3]]);
});
