/** Several designs on one scenario, several seeds: means with spread, and whether two differ by more than that. */

import { ENGINE_VERSION } from '../engine/spec';
import type { Arm, ArmSummary, Comparison, Job, JobResult, JobRunner, Override, RunResult, Summary } from './api';
import { METRICS, type MetricId, complete } from './metrics';

/** What a comparison is made of. */
export interface CompareRequest {
  readonly title: string;
  readonly scenario: string;
  readonly side: Readonly<Record<string, string>>;
  readonly arms: readonly Arm[];
  readonly seeds: readonly number[];
  readonly overrides: readonly Override[];
  readonly costs: Job['costs'];
  readonly untilSeconds?: number;
}

/** The jobs of a comparison, arm by arm, seed by seed. */
export function jobsOf(request: CompareRequest): Job[] {
  const { scenario, side, overrides, costs, untilSeconds } = request;
  return request.arms.flatMap((arm) => request.seeds.map((seed) => ({
    scenario, side, overrides, arm, costs, seed, engine: ENGINE_VERSION, ...(untilSeconds === undefined ? {} : { untilSeconds }),
  })));
}

/** Runs it; undefined when it was cancelled. */
export async function compare(request: CompareRequest, runner: JobRunner, progress: (done: number, of: number) => void, cancelled: () => boolean): Promise<Comparison | undefined> {
  const results = await runner.run(jobsOf(request), progress, cancelled);
  return cancelled() ? undefined : joined(request, results);
}

/** Joins the results of a comparison's jobs, in their order. */
export function joined(request: Pick<CompareRequest, 'title' | 'arms' | 'seeds'>, results: readonly JobResult[]): Comparison {
  const arms: ArmSummary[] = [], refused: { arm: Arm; text: string }[] = [];
  const n = request.seeds.length;
  request.arms.forEach((arm, i) => {
    const mine = results.slice(i * n, (i + 1) * n);
    const bad = mine.find((r) => !r.ok);
    if (bad !== undefined && !bad.ok) return void refused.push({ arm, text: bad.text });
    const good = mine.flatMap((r): RunResult[] => (r.ok ? [r.result] : []));
    if (good.length > 0) arms.push({ arm, seeds: request.seeds, metrics: summaries(good), first: good[0] });
  });
  return { title: request.title, engine: ENGINE_VERSION, arms, refused };
}

function summaries(results: readonly RunResult[]): Record<MetricId, Summary> {
  const out: Partial<Record<MetricId, Summary>> = {};
  for (const { id } of METRICS) out[id] = summaryOf(results.map((r) => r.metrics[id]));
  return complete(out);
}

/** Mean and spread of some values; at least one. */
export function summaryOf(values: readonly number[]): Summary {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const sd = n < 2 ? 0 : Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / (n - 1));
  return { mean, sd, min: Math.min(...values), max: Math.max(...values), n };
}

/** Student's t, two-sided 95 %, by degrees of freedom 1 .. 10; more are taken as 2. */
const T95 = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23];

/**
 * Whether two means differ by more than their spread explains: outside of the 95 % interval of the difference (Welch's error, the smaller sample's
 * degrees of freedom) and more than a thousandth. One seed alone shows no spread: then nothing is said to differ unless the values do by more than 5 %.
 */
export function differs(a: Summary, b: Summary): boolean {
  const gap = Math.abs(a.mean - b.mean);
  // seeds that change next to nothing show next to no spread; the model is not that exact
  if (gap <= 0.001 * Math.max(Math.abs(a.mean), Math.abs(b.mean))) return false;
  const dof = Math.min(a.n, b.n) - 1;
  if (dof < 1) return gap > 0.05 * Math.max(Math.abs(a.mean), Math.abs(b.mean));
  const error = Math.sqrt(a.sd ** 2 / a.n + b.sd ** 2 / b.n);
  return gap > (T95[dof - 1] ?? 2) * error;
}

/** How b stands to a in a metric: better, worse, or not different within the spread. */
export function verdict(id: MetricId, a: Summary, b: Summary): 'better' | 'worse' | 'no difference' | 'different' {
  if (!differs(a, b)) return 'no difference';
  const better = METRICS.find((m) => m.id === id)?.better;
  if (better === undefined) return 'different';
  return (b.mean > a.mean) === (better === 'high') ? 'better' : 'worse';
}
