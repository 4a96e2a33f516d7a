/** `sweep SCENARIO --x path=a,b`: a parameter over values. --list prints its jobs, one a line; --run-job runs lines from standard input; --merge joins their results. */

import fs from 'node:fs';
import type { Axis, Job, JobResult, JobRunner, Sweep } from '../../lab/api';
import { jobKey } from '../../lab/job';
import { isMetricId, type MetricId } from '../../lab/metrics';
import { joinedSweep, sweep, sweepJobs } from '../../lab/sweep';
import { cell } from '../../lab/tables';
import { METRICS } from '../../lab/metrics';
import { runJob } from '../../lab/run';
import { axisOf, splitArgs } from './args';
import { type Out, behindCache, progressOn, requestOf } from './compare';
import { isResult } from './files';

export const SWEEP_USAGE = 'sweep SCENARIO.json --x path=a,b,c [--y path=a,b] [--arms a,b] [--seeds N] [--until T] [--metric NAME] [--cache DIR] [--json | --list | --merge FILE...], or sweep --run-job   one or two parameters over values';

export async function sweepCommand(rest: readonly string[], io: Out, runner: JobRunner): Promise<number> {
  if (rest[0] === '--run-job') return serveLines(io);
  const merge = rest.indexOf('--merge');
  const files = merge < 0 ? [] : rest.slice(merge + 1).filter((a) => !a.startsWith('--'));
  const args = splitArgs(merge < 0 ? rest : rest.slice(0, merge), ['--arms', '--seeds', '--until', '--set', '--cache', '--x', '--y', '--metric'], ['--json', '--list']);
  const request = await requestOf(args);
  if (typeof request === 'string' || typeof args === 'string') return usage(io, String(request));
  const axes: Axis[] = [];
  for (const text of [...(args.values.get('--x') ?? []), ...(args.values.get('--y') ?? [])]) {
    const axis = axisOf(text);
    if (typeof axis === 'string') return usage(io, axis);
    axes.push(axis);
  }
  const metric = args.values.get('--metric')?.[0] ?? 'access_ns';
  if (!isMetricId(metric)) return usage(io, `There is no metric "${metric}"; there are ${METRICS.map((m) => m.id).join(', ')}.`);
  const jobs = sweepJobs(request, axes);
  if (typeof jobs === 'string') return usage(io, jobs);
  if (args.flags.has('--list')) {
    for (const job of jobs) io.out(JSON.stringify(job));
    return 0;
  }
  const made = merge >= 0 ? merged(jobs, files, (results) => joinedSweep(request, axes, results)) : await sweep(request, axes, behindCache(runner, args.values.get('--cache')?.[0]), progressOn(io), () => false);
  if (made === undefined) return 1;
  if (typeof made === 'string') return usage(io, made);
  if (rest.includes('--json')) io.out(JSON.stringify(made));
  else for (const line of sweepLines(made, metric)) io.out(line);
  return made.points.some((p) => p.comparison.refused.length > 0) ? 1 : 0;
}

function usage(io: Out, text: string): number {
  io.err(`${text}\nusage: ${SWEEP_USAGE}`);
  return 2;
}

/** A line in, a line out: {"key", "result"}. Jobs come from a list that this project printed; what is none is said and skipped. */
async function serveLines(io: Out): Promise<number> {
  let bad = 0;
  for (const line of fs.readFileSync(0, 'utf8').split('\n')) {
    if (line.trim() === '') continue;
    const job = jobOf(line);
    if (job === undefined) {
      bad++;
      io.err(`not a job of sweep --list: ${line.slice(0, 80)}`);
      continue;
    }
    io.out(JSON.stringify({ key: jobKey(job), result: await runJob(job) }));
  }
  return bad === 0 ? 0 : 1;
}

function jobOf(line: string): Job | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJob(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isJob = (value: unknown): value is Job => typeof value === 'object' && value !== null && 'scenario' in value && typeof value.scenario === 'string' && 'side' in value && typeof value.side === 'object'
  && 'overrides' in value && Array.isArray(value.overrides) && 'arm' in value && typeof value.arm === 'object' && 'costs' in value && typeof value.costs === 'object' && 'seed' in value
  && typeof value.seed === 'number' && 'engine' in value && typeof value.engine === 'string';

/** Results by key from files of --run-job, put in the order of the jobs; a sentence when one is missing. */
function merged(jobs: readonly Job[], files: readonly string[], join: (results: readonly JobResult[]) => Sweep | string): Sweep | string {
  const byKey = new Map<string, JobResult>();
  for (const file of files) {
    let text: string;
    try {
      text = fs.readFileSync(file, 'utf8');
    } catch (error) {
      return `${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
    for (const [i, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      const row = rowOf(line);
      if (row === undefined) return `${file}:${i + 1}: not a result of sweep --run-job.`;
      byKey.set(row.key, row.result);
    }
  }
  const missing = jobs.filter((j) => !byKey.has(jobKey(j))).length;
  if (missing > 0) return `${missing} of ${jobs.length} jobs have no result in the files: run the lines of --list that are missing.`;
  return join(jobs.map((j) => byKey.get(jobKey(j)) ?? { ok: false, text: 'missing' }));
}

function rowOf(line: string): { readonly key: string; readonly result: JobResult } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'key' in value && typeof value.key === 'string' && 'result' in value && isResult(value.result) ? { key: value.key, result: value.result } : undefined;
  } catch {
    return undefined;
  }
}

/** A row a point, a column an arm. */
export function sweepLines({ axes, points }: Sweep, metric: MetricId): string[] {
  const info = METRICS.find((m) => m.id === metric);
  const arms = points[0]?.comparison.arms ?? [];
  const table = [[...axes.map((a) => a.path), ...arms.map((a) => a.arm.id.split(':')[0])], ...points.map((p) => [...p.at.map(String), ...p.comparison.arms.map((a) => cell(a.metrics[metric]))])];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => (row[i] ?? '').length)));
  return [`${info?.name ?? metric}${info?.unit === '' ? '' : `, ${info?.unit ?? ''}`}: simulated, mean ± standard deviation`, ...table.map((row) => row.map((t, i) => t.padStart(widths[i])).join('  ')),
    ...points.flatMap((p) => p.comparison.refused.map((r) => `${p.at.map(String).join(', ')}: ${r.arm.id}: not run: ${r.text}`))];
}
