/** Sweeps: a comparison at every point of one or two axes; as a list of jobs that stand for themselves, and back from their results. */

import { ENGINE_VERSION } from '../engine/spec';
import type { Arm, Axis, Job, JobResult, JobRunner, Json, Sweep, SweepPoint } from './api';
import { armAt, concernsArms, costAt, overridesAt, takesAxis } from './axes';
import { type CompareRequest, jobsOf, joined, verdict } from './compare';
import { factsOf } from './facts';
import { contentHash, stable } from './job';
import { type MetricId, metricOf } from './metrics';
import type { Plot } from './questions/types';

/** Points of a sweep that are not too many to run or to draw. */
export const MAX_POINTS = 10_000;

/** What results are joined by: a sweep without its scenario. */
export interface SweepPlan {
  /** Hash of the whole request: results of another sweep are told from it. */
  readonly id: string;
  readonly title: string;
  readonly axes: readonly Axis[];
  readonly arms: readonly Arm[];
  readonly seeds: readonly number[];
}

export interface PlannedSweep {
  readonly plan: SweepPlan;
  /** Point by point, arm by arm, seed by seed. */
  readonly jobs: readonly Job[];
}

/** The points of the axes, the last axis fastest. */
export function pointsOf(axes: readonly Axis[]): (readonly Json[])[] {
  let points: (readonly Json[])[] = [[]];
  for (const axis of axes) points = points.flatMap((at) => axis.values.map((value) => [...at, value]));
  return points;
}

/** The arms at a point; a sentence where a value cannot be. */
function armsAt(plan: Pick<SweepPlan, 'axes' | 'arms'>, at: readonly Json[]): readonly Arm[] | string {
  const out: Arm[] = [];
  for (const arm of plan.arms) {
    let made: Arm | string = arm;
    for (const [i, axis] of plan.axes.entries()) {
      made = armAt(made, axis.path, at[i]);
      if (typeof made === 'string') return made;
    }
    out.push(made);
  }
  return out;
}

/** Every job of a sweep; a sentence where an axis or a value cannot be. */
export async function plannedSweep(request: CompareRequest, axes: readonly Axis[]): Promise<PlannedSweep | string> {
  const { arms, seeds, title } = request;
  if (axes.length < 1 || axes.length > 2) return 'A sweep has one axis or two.';
  const points = pointsOf(axes);
  if (points.length > MAX_POINTS) return `${points.length} points are asked for; ${MAX_POINTS} are allowed.`;
  const idle = axes.find((axis) => concernsArms(axis.path) && !arms.some((arm) => takesAxis(arm, axis.path)));
  if (idle !== undefined) return `No design of this sweep has "${idle.path}": nothing would change along the axis.`;
  const facts = await factsOf(request.scenario, request.side);
  if (typeof facts === 'string') return facts;
  const plan: SweepPlan = { id: contentHash(stable({ ...request, axes, engine: ENGINE_VERSION })), title, axes, arms, seeds };
  const jobs: Job[] = [];
  for (const at of points) {
    const here = armsAt(plan, at);
    if (typeof here === 'string') return here;
    let made: CompareRequest = { ...request, arms: here };
    for (const [i, { path }] of axes.entries()) {
      if (concernsArms(path)) continue;
      const cost = costAt(path, at[i]);
      const overrides = cost === undefined ? overridesAt(path, at[i], facts) : [];
      if (typeof cost === 'string') return cost;
      if (typeof overrides === 'string') return overrides;
      made = { ...made, costs: { ...made.costs, ...cost }, overrides: [...made.overrides, ...overrides] };
    }
    jobs.push(...jobsOf(made));
  }
  return { plan, jobs };
}

/** Joins the results of a sweep's jobs, in their order. */
export function joinedSweep(plan: SweepPlan, results: readonly JobResult[]): Sweep {
  const each = plan.arms.length * plan.seeds.length;
  const points = pointsOf(plan.axes).map((at, i): SweepPoint => {
    const arms = armsAt(plan, at);
    const { title, seeds } = plan;
    return { at, comparison: joined({ title, arms: typeof arms === 'string' ? plan.arms : arms, seeds }, results.slice(i * each, (i + 1) * each)) };
  });
  return { axes: plan.axes, points };
}

/** Runs a sweep; undefined when it was cancelled, a sentence when it cannot be run. */
export async function sweep(
  request: CompareRequest, axes: readonly Axis[], runner: JobRunner, progress: (done: number, of: number) => void, cancelled: () => boolean,
): Promise<Sweep | string | undefined> {
  const planned = await plannedSweep(request, axes);
  if (typeof planned === 'string') return planned;
  const results = await runner.run(planned.jobs, progress, cancelled);
  return cancelled() ? undefined : joinedSweep(planned.plan, results);
}

/** The best point of an arm in a metric, and the points that are no worse within the spread; undefined where neither way is better. */
export function optimumOf({ points }: Sweep, armId: string, metric: MetricId): { readonly best: number; readonly alike: readonly number[] } | undefined {
  const { better } = metricOf(metric);
  const values = points.map((p) => p.comparison.arms.find((a) => a.arm.id === armId)?.metrics[metric]);
  if (better === undefined) return undefined;
  let best = -1;
  values.forEach((s, i) => {
    const now = values[best];
    if (s !== undefined && (now === undefined || (better === 'high' ? s.mean > now.mean : s.mean < now.mean))) best = i;
  });
  const top = values[best];
  if (top === undefined) return undefined;
  return { best, alike: values.flatMap((s, i) => (s !== undefined && verdict(metric, top, s) === 'no difference' ? [i] : [])) };
}

/** A metric over the first axis, a line a design and value of the second one; each design's best point is named behind it. */
export function plotOfSweep(sweep: Sweep, metric: MetricId): Plot {
  const [first, second] = sweep.axes;
  const { name, unit, better } = metricOf(metric);
  const arms = sweep.points[0]?.comparison.arms.map((a) => a.arm.id.split(':')[0]) ?? [];
  const valuesOf = (i: number): readonly string[] => [...new Set(sweep.points.map((p) => String(p.at[i])))];
  const labels = valuesOf(0), others = second === undefined ? [''] : valuesOf(1);
  const series = arms.flatMap((arm, k) => others.map((other) => {
    const values = labels.map((label) => sweep.points.find((p) => String(p.at[0]) === label && (second === undefined || String(p.at[1]) === other))?.comparison.arms[k]?.metrics[metric].mean ?? null);
    const known = values.filter((v): v is number => v !== null);
    const best = better === undefined || known.length === 0 ? -1 : values.indexOf(better === 'high' ? Math.max(...known) : Math.min(...known));
    return { name: `${arm}${other === '' ? '' : ` ${other}`}${best < 0 ? '' : `, best ${labels[best]}`}`, values };
  }));
  return { title: `${name} over ${first?.path ?? ''}`, x: first?.path ?? '', y: `${name}${unit === '' ? '' : `, ${unit}`}`, labels, series };
}
