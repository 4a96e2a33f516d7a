/** Published measurements: each run's scenario is one, and a row is judged by what it says. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { specOf } from '../../src/lab/job';
import { METRICS } from '../../src/lab/metrics';
import type { RunResult } from '../../src/lab/api';
import { judge, publishedJobs, publishedLines } from '../../src/lab/published/report';
import { NOT_EXPRESSED, PUBLISHED_ROWS, PUBLISHED_RUNS, type PublishedRow } from '../../src/lab/published/rows';

test('every run is a scenario that loads, with programs', async () => {
  for (const job of publishedJobs()) {
    const made = await specOf(job);
    assert.ok(made.ok, made.ok ? '' : made.text);
    assert.equal(made.spec.system?.migrator, job.arm.migrator);
  }
  assert.equal(new Set(PUBLISHED_RUNS.map((r) => r.key)).size, PUBLISHED_RUNS.length);
});

const row = (published: number, simulated: number, against = 0, flat = false): PublishedRow => ({
  id: 'x', source: 's', what: 'w', unit: '%', published, kind: 'prediction', simulated: () => simulated, against: { published: against, simulated: () => against }, flat,
});
const noRuns = (): never => {
  throw new Error('no run is needed');
};

test('a direction agrees, is wrong, or is flat; a ratio stands only where the signs agree', () => {
  assert.deepEqual([judge(row(-11, -70), noRuns)].map((r) => [r.direction, r.ratio])[0], ['agrees', 70 / 11]);
  assert.deepEqual([judge(row(-11, 3), noRuns)].map((r) => [r.direction, r.ratio])[0], ['wrong', undefined]);
  assert.equal(judge(row(5.5, 4, 3.7), noRuns).direction, 'agrees');
  assert.equal(judge(row(5.5, 3, 3.7), noRuns).direction, 'wrong');
  assert.equal(judge(row(-3, 40, 0, true), noRuns).direction, 'flat');
});

test('no row takes its number from anywhere but its runs: other results give other numbers', () => {
  const result = (factor: number): RunResult => ({
    metrics: Object.fromEntries(METRICS.map((m, i) => [m.id, (i + 1) * factor])) as RunResult['metrics'],
    series: { seconds: [], localShare: [], accesses: [], isolated: [] }, latencyByPositionMs: [], batchSizes: [], digest: '', violations: [],
  });
  for (const r of PUBLISHED_ROWS) {
    const asked = new Set<string>();
    r.simulated((key) => {
      asked.add(key);
      return result(asked.size);
    });
    assert.ok(asked.size > 0, r.id);
    for (const key of asked) assert.ok(PUBLISHED_RUNS.some((run) => run.key === key), key);
  }
});

test('the table has every row, and says what is not expressed and why', () => {
  const text = publishedLines(PUBLISHED_ROWS.map((r) => judge({ ...r, simulated: () => 1, against: { published: 0, simulated: () => 0 } }, noRuns))).join('\n');
  for (const r of PUBLISHED_ROWS) assert.ok(text.includes(r.what));
  for (const n of NOT_EXPRESSED) assert.ok(text.includes(n.why.slice(0, 40)));
  assert.match(text, /calibration/);
});
