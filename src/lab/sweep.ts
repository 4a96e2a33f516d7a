/** One or two parameters over values, all arms and seeds at each point: as jobs that can be split over machines, and joined again. */

import { COSTS } from '../engine/cost/table';
import type { Arm, Axis, Job, JobResult, JobRunner, Json, Sweep, SweepPoint } from './api';
import { withOption } from './arms';
import { type CompareRequest, joined, jobsOf } from './compare';

/** Most points of a sweep. */
export const MOST_POINTS = 4096;

/** The requests of a sweep, one a point, the last axis fastest; a sentence when an axis fits nothing. */
export function pointsOf(request: CompareRequest, axes: readonly Axis[]): readonly { readonly at: readonly Json[]; readonly request: CompareRequest }[] | string {
  if (axes.length < 1 || axes.length > 2) return 'A sweep has one or two axes.';
  const count = axes.reduce((n, a) => n * a.values.length, 1);
  if (count > MOST_POINTS) return `The sweep has ${count} points; at most ${MOST_POINTS} are run.`;
  const grid = axes.reduce<readonly (readonly Json[])[]>((rows, axis) => rows.flatMap((row) => axis.values.map((v) => [...row, v])), [[]]);
  const out: { at: readonly Json[]; request: CompareRequest }[] = [];
  for (const at of grid) {
    let made: CompareRequest = request;
    for (const [i, axis] of axes.entries()) {
      const next = put(made, axis.path, at[i]);
      if (typeof next === 'string') return next;
      made = next;
    }
    out.push({ at, request: made });
  }
  return out;
}

/** The request with one parameter set: "cost:NAME" in ps, "v1:OPTION" and "deferred:OPTION" of every arm that has it, else a path of the scenario. */
function put(request: CompareRequest, path: string, value: Json): CompareRequest | string {
  const [kind, name] = path.includes(':') ? [path.slice(0, path.indexOf(':')), path.slice(path.indexOf(':') + 1)] : ['', path];
  switch (kind) {
    case '': return { ...request, overrides: [...request.overrides, { path, value }] };
    case 'cost': {
      const cost = COSTS.find((c) => c.key === name);
      if (cost === undefined) return `There is no cost "${name}"; there are ${COSTS.map((c) => c.key).join(', ')}.`;
      if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) return `The cost "${name}" is a whole number of ps; "${String(value)}" is none.`;
      return { ...request, costs: { ...request.costs, [cost.key]: value } };
    }
    case 'v1': case 'deferred': return putOption(request, kind, name, value);
    default: return `"${path}" is no axis: it begins with cost:, v1: or deferred:, or it is a path of the scenario.`;
  }
}

function putOption(request: CompareRequest, kind: 'v1' | 'deferred', name: string, value: Json): CompareRequest | string {
  if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'boolean') return `"${name}" takes a number, a word, true or false.`;
  const arms: Arm[] = [];
  let fits = 0;
  for (const arm of request.arms) {
    const v1 = arm.migrator === 'kmigrated-v1', plain = arm.migrator === 'none' || arm.migrator === 'ideal' || arm.migrator === 'sync';
    const next = (kind === 'v1') === v1 && !plain ? withOption(arm, name, value) : arm;
    if (typeof next === 'object' && next !== arm) fits++;
    arms.push(typeof next === 'string' ? arm : next);
  }
  return fits === 0 ? `No arm has the option "${name}" of ${kind}.` : { ...request, arms };
}

/** All jobs of a sweep in order: point by point, arm by arm, seed by seed; a sentence when it cannot be. */
export function sweepJobs(request: CompareRequest, axes: readonly Axis[]): readonly Job[] | string {
  const points = pointsOf(request, axes);
  return typeof points === 'string' ? points : points.flatMap((p) => jobsOf(p.request));
}

/** Runs a sweep; undefined when it was cancelled, a sentence when it cannot be. */
export async function sweep(
  request: CompareRequest, axes: readonly Axis[], runner: JobRunner, progress: (done: number, of: number) => void, cancelled: () => boolean,
): Promise<Sweep | string | undefined> {
  const jobs = sweepJobs(request, axes);
  if (typeof jobs === 'string') return jobs;
  const results = await runner.run(jobs, progress, cancelled);
  return cancelled() ? undefined : joinedSweep(request, axes, results);
}

/** Joins the results of sweepJobs(), in their order. */
export function joinedSweep(request: CompareRequest, axes: readonly Axis[], results: readonly JobResult[]): Sweep | string {
  const points = pointsOf(request, axes);
  if (typeof points === 'string') return points;
  let from = 0;
  const made = points.map((p): SweepPoint => {
    const n = p.request.arms.length * p.request.seeds.length;
    const mine = results.slice(from, from + n);
    from += n;
    return { at: p.at, comparison: joined(p.request, mine) };
  });
  return { axes, points: made };
}
