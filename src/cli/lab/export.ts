/** `export SCENARIO --format F`: a comparison as mail, CSV or JSON, or one run as a Perfetto trace or ftrace-like text. */

import fs from 'node:fs';
import type { JobRunner } from '../../lab/api';
import { compare, jobsOf } from '../../lab/compare';
import { csvText } from '../../lab/export/csv';
import { mailText } from '../../lab/export/mail';
import { ftraceText, perfettoJson, traced } from '../../lab/export/trace';
import { NOT_MODELLED_SHORT, machineText } from '../../lab/export/words';
import { splitArgs } from './args';
import { type Out, behindCache, progressOn, requestOf } from './compare';

const FORMATS = ['mail', 'csv', 'json', 'perfetto', 'ftrace'] as const;

export const EXPORT_USAGE = `export SCENARIO.json --format ${FORMATS.join('|')} [--arms a,b] [--seeds N] [--until T] [--set path=value] [--out FILE]   results for others`;

export async function exportCommand(rest: readonly string[], io: Out, runner: JobRunner): Promise<number> {
  const args = splitArgs(rest, ['--arms', '--seeds', '--until', '--set', '--cache', '--format', '--out'], []);
  const request = await requestOf(args);
  const format = typeof args === 'string' ? undefined : FORMATS.find((f) => f === args.values.get('--format')?.[0]);
  if (typeof request === 'string' || typeof args === 'string' || format === undefined) {
    io.err(`${typeof request === 'string' ? request : `--format is one of ${FORMATS.join(', ')}.`}\nusage: ${EXPORT_USAGE}`);
    return 2;
  }
  let text: string;
  if (format === 'perfetto' || format === 'ftrace') {
    const job = jobsOf({ ...request, arms: request.arms.slice(0, 1), seeds: request.seeds.slice(0, 1) })[0];
    const run = await traced(job);
    if (typeof run === 'string') {
      io.err(run);
      return 1;
    }
    const title = `${request.title}, ${job.arm.label}, seed ${job.seed}`;
    text = format === 'perfetto' ? perfettoJson(run, title) : ftraceText(run, title);
  } else {
    const made = await compare(request, behindCache(runner, args.values.get('--cache')?.[0]), progressOn(io), () => false);
    if (made === undefined) return 1;
    const command = `node dist/cli.js compare ${args.files[0]} ${rest.filter((a, i) => a !== '--format' && rest[i - 1] !== '--format' && a !== '--out' && rest[i - 1] !== '--out' && a !== args.files[0]).join(' ')}`.trim();
    text = format === 'csv' ? csvText(made) : format === 'json' ? JSON.stringify({ request, comparison: made })
      : mailText(made, { question: request.title, machine: await machineText(request), command, notModelled: NOT_MODELLED_SHORT });
  }
  const out = args.values.get('--out')?.[0];
  if (out === undefined) io.out(text);
  else fs.writeFileSync(out, text);
  return 0;
}
