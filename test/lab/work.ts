/** A small world for tests of the lab, and runners that make results up. */

import { ENGINE_VERSION } from '../../src/engine/spec';
import type { Arm, Job, JobResult, JobRunner, RunResult } from '../../src/lab/api';
import { armOf } from '../../src/lab/arms';
import type { CompareRequest } from '../../src/lab/compare';
import { METRICS, type MetricId, complete } from '../../src/lab/metrics';

/** Two threads on node 1 of two nodes share 2 MiB that node 0 touched first. */
export const SCENARIO = `{
  "schemaVersion": 1, "name": "small", "machine": { "preset": "2n-plain" },
  "system": { "migrator": "sync", "numaBalancing": { "scanPeriodMinMs": 2, "scanDelayMs": 1 } },
  "programs": [{ "kind": "shares", "size": "2 MiB", "home": 0, "threads": [{ "node": 1 }], "napMs": 5 }],
  "seed": 1, "durationSeconds": 2.5
}`;

export function arm(text: string): Arm {
  const made = armOf(text);
  if (typeof made === 'string') throw new Error(made);
  return made;
}

export const request = (arms: readonly string[], seeds: readonly number[], more: Partial<CompareRequest> = {}): CompareRequest => ({
  title: 'small', scenario: SCENARIO, side: {}, arms: arms.map(arm), seeds, overrides: [], costs: {}, ...more,
});

export const job = (more: Partial<Job> = {}): Job => ({ scenario: SCENARIO, side: {}, overrides: [], arm: arm('kmigrated-v1'), costs: {}, seed: 1, engine: ENGINE_VERSION, ...more });

/** A result in which one metric has a value and the others are 0. */
export function resultWith(metric: MetricId, value: number): RunResult {
  const metrics: Partial<Record<MetricId, number>> = {};
  for (const m of METRICS) metrics[m.id] = m.id === metric ? value : 0;
  return { metrics: complete(metrics), series: { seconds: [], localShare: [], accesses: [], isolated: [] }, latencyByPositionMs: [], batchSizes: [], digest: '', violations: [] };
}

/** Results by a rule instead of a run; ran: the jobs that were asked for. */
export function madeUp(rule: (job: Job) => number, metric: MetricId = 'access_ns'): JobRunner & { readonly ran: Job[] } {
  const ran: Job[] = [];
  return {
    ran,
    run(jobs, progress, cancelled, each) {
      const out = jobs.map((one, i): JobResult => {
        if (cancelled()) return { ok: false, text: 'cancelled' };
        ran.push(one);
        const result: JobResult = { ok: true, result: resultWith(metric, rule(one)) };
        each?.(result, i);
        progress(i + 1, jobs.length);
        return result;
      });
      return Promise.resolve(out);
    },
  };
}

export const quiet = (): void => undefined;
export const never = (): boolean => false;
export const here = (): Promise<void> => Promise.resolve();
