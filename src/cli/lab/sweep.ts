/** `sweep SCENARIO --x path=a,b`: a parameter over values. --list prints its jobs, one a line; --run-job runs lines from standard input; --merge joins their results. */

import fs from 'node:fs';
import type { Axis, JobRunner, Sweep } from '../../lab/api';
import { sweepMailText } from '../../lab/export/mail';
import { NOT_MODELLED_SHORT, machineText } from '../../lab/export/words';
import { svgOf } from '../../lab/export/svg';
import { AXIS_NAMES } from '../../lab/axes';
import { jobLines, mergedSweep, runJobLine } from '../../lab/lines';
import { METRICS, type MetricId, isMetricId, metricOf } from '../../lab/metrics';
import { joinedSweep, optimumOf, plannedSweep, plotOfSweep } from '../../lab/sweep';
import { cell } from '../../lab/tables';
import { type Args, axisOf, splitArgs } from './args';
import { type Out, behindCache, progressOn, requestOf } from './compare';

export const SWEEP_USAGE = `sweep SCENARIO.json --x path=a,b,c [--y path=a,b] [--arms a;b] [--seeds N] [--until T] [--metric NAME] [--cache DIR] [--svg FILE] [--json | --mail]
  sweep SCENARIO.json --x ... --list          its jobs, one a line; sweep --run-job: runs such lines from standard input, a result a line;
  sweep --merge FILE... [--metric NAME] [--json]   joins result lines`;

/** All of a text file, or of standard input for "-"; throws as fs does. */
const textOf = (file: string): string => fs.readFileSync(file === '-' ? 0 : file, 'utf8');

export async function sweepCommand(rest: readonly string[], io: Out, runner: JobRunner): Promise<number> {
  const args = splitArgs(rest, ['--arms', '--seeds', '--until', '--set', '--cache', '--x', '--y', '--metric', '--svg'], ['--json', '--list', '--run-job', '--merge', '--mail']);
  if (typeof args === 'string') return usage(io, args);
  if (args.flags.has('--run-job')) return serveLines(args.files[0] ?? '-', io);
  const metric = args.values.get('--metric')?.[0] ?? 'access_ns';
  if (!isMetricId(metric)) return usage(io, `There is no metric "${metric}"; there are ${METRICS.map((m) => m.id).join(', ')}.`);
  const made = args.flags.has('--merge') ? mergedFiles(args.files) : await swept(args, io, runner);
  if (typeof made === 'number') return made;
  if (typeof made === 'string') return usage(io, made);
  const svg = args.values.get('--svg')?.[0];
  if (svg !== undefined) fs.writeFileSync(svg, svgOf(plotOfSweep(made, metric)));
  if (args.flags.has('--json')) io.out(JSON.stringify(made));
  else if (args.flags.has('--mail')) {
    const request = args.flags.has('--merge') ? undefined : await requestOf(args);
    io.out(sweepMailText(made, metric, {
      question: `${made.points[0]?.comparison.title ?? 'a sweep'}?`, machine: typeof request === 'object' ? await machineText(request) : 'that of the jobs', command: `node dist/cli.js sweep ${rest.join(' ')}`, notModelled: NOT_MODELLED_SHORT,
    }));
  } else for (const line of sweepLines(made, metric)) io.out(line);
  return made.points.some((p) => p.comparison.refused.length > 0) ? 1 : 0;
}

function usage(io: Out, text: string): number {
  io.err(`${text}\nusage: ${SWEEP_USAGE}\naxes:\n${AXIS_NAMES.map((a) => `  ${a.name.padEnd(16)} ${a.says}`).join('\n')}\n  any path of the scenario, such as programs[0].size`);
  return 2;
}

/** Runs a sweep or prints its jobs (then 0). */
async function swept(args: Args, io: Out, runner: JobRunner): Promise<Sweep | string | number> {
  const request = await requestOf(args);
  if (typeof request === 'string') return request;
  const axes: Axis[] = [];
  for (const text of [...(args.values.get('--x') ?? []), ...(args.values.get('--y') ?? [])]) {
    const axis = axisOf(text);
    if (typeof axis === 'string') return axis;
    axes.push(axis);
  }
  const planned = await plannedSweep(request, axes);
  if (typeof planned === 'string') return planned;
  if (args.flags.has('--list')) {
    for (const line of jobLines(planned)) io.out(line);
    return 0;
  }
  return joinedSweep(planned.plan, await behindCache(runner, args.values.get('--cache')?.[0]).run(planned.jobs, progressOn(io), () => false));
}

/** A line in, a line out. What is no job is said and left out. */
async function serveLines(file: string, io: Out): Promise<number> {
  let bad = 0;
  for (const text of textOf(file).split('\n')) {
    if (text.trim() === '') continue;
    const made = await runJobLine(text);
    if (made.ok) io.out(made.line);
    else {
      bad++;
      io.err(`${made.text} (${text.slice(0, 60)})`);
    }
  }
  return bad === 0 ? 0 : 1;
}

function mergedFiles(files: readonly string[]): Sweep | string {
  if (files.length === 0) return '--merge needs files with result lines, or - for standard input.';
  const lines: string[] = [];
  for (const file of files) {
    try {
      lines.push(...textOf(file).split('\n'));
    } catch (error) {
      return `${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  const merged = mergedSweep(lines);
  return merged.ok ? merged.sweep : merged.text;
}

/** A row a point, a column an arm; then where each arm is best. */
export function sweepLines(sweep: Sweep, metric: MetricId): string[] {
  const { axes, points } = sweep;
  const info = metricOf(metric);
  const ids = [...new Set(points.flatMap((p) => p.comparison.arms.map((a) => a.arm.id)))];
  const cellOf = (point: Sweep['points'][number], id: string): string => {
    const found = point.comparison.arms.find((a) => a.arm.id === id);
    return found === undefined ? '-' : cell(found.metrics[metric]);
  };
  const table = [[...axes.map((a) => a.path), ...ids], ...points.map((p) => [...p.at.map(String), ...ids.map((id) => cellOf(p, id))])];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  const best = ids.flatMap((id) => {
    const found = optimumOf(sweep, id, metric);
    if (found === undefined || points.length < 2) return [];
    const others = found.alike.length - 1;
    return [`${id}: best at ${points[found.best].at.map(String).join(', ')}${others === 0 ? '' : `; no difference at ${others === points.length - 1 ? 'any other point' : `${others} other ${others === 1 ? 'point' : 'points'}`}`}`];
  });
  return [
    `${info.name}${info.unit === '' ? '' : `, ${info.unit}`}: simulated, mean ± standard deviation`, ...table.map((row) => row.map((t, i) => t.padStart(widths[i])).join('  ')), ...best,
    ...points.flatMap((p) => p.comparison.refused.map((r) => `${p.at.map(String).join(', ')}: ${r.arm.id}: not run: ${r.text}`)),
  ];
}
