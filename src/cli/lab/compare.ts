/** `compare SCENARIO`: designs side by side on one scenario, several seeds. */

import { mailText } from '../../lab/export/mail';
import { NOT_MODELLED_SHORT, machineText } from '../../lab/export/words';
import { type CompareRequest, compare } from '../../lab/compare';
import type { Comparison, JobRunner } from '../../lab/api';
import { cached } from '../../lab/runners';
import { flipsText, sensitivity } from '../../lab/sensitivity';
import { comparisonLines } from '../../lab/tables';
import { armsOf, overrideOf, seedsOf, splitArgs, untilOf } from './args';
import { directoryStore, readScenario } from './files';

export interface Out {
  out(line: string): void;
  err(line: string): void;
}

export const COMPARE_USAGE = 'compare SCENARIO.json [--arms a,b|all] [--seeds N] [--until T] [--set path=value] [--cache DIR] [--json | --mail [--flips]]   designs side by side; --flips: which soft cost turns a mail about two designs';

/** Reads what compare and its relatives have in common: scenario, arms, seeds, time, overrides. */
export async function requestOf(args: ReturnType<typeof splitArgs>): Promise<CompareRequest | string> {
  if (typeof args === 'string') return args;
  const { files, values } = args;
  if (files.length !== 1) return 'One scenario file is needed.';
  const scenario = await readScenario(files[0]);
  const arms = armsOf(values.get('--arms')?.[0]), seeds = seedsOf(values.get('--seeds')?.[0], 3), until = untilOf(values.get('--until')?.[0]);
  if (!scenario.ok) return scenario.text;
  if (typeof arms === 'string') return arms;
  if (typeof seeds === 'string') return seeds;
  if (typeof until === 'string') return until;
  const overrides = (values.get('--set') ?? []).map(overrideOf);
  const bad = overrides.find((o) => typeof o === 'string');
  if (typeof bad === 'string') return bad;
  return {
    title: scenario.name, scenario: scenario.text, side: scenario.side, arms, seeds, costs: {}, ...(until === undefined ? {} : { untilSeconds: until }),
    overrides: overrides.filter((o) => typeof o !== 'string'),
  };
}

/** The runner behind --cache. */
export const behindCache = (runner: JobRunner, dir: string | undefined): JobRunner => (dir === undefined ? runner : cached(runner, directoryStore(dir)));

/** Progress on the error stream, where that is a screen. */
export const progressOn = ({ err }: Out) => (done: number, of: number): void => {
  if (process.stderr.isTTY && of > 1) err(`${done} of ${of} runs`);
};

export async function compareCommand(rest: readonly string[], io: Out, runner: JobRunner): Promise<number> {
  const args = splitArgs(rest, ['--arms', '--seeds', '--until', '--set', '--cache'], ['--json', '--mail', '--flips']);
  const request = await requestOf(args);
  if (typeof request === 'string' || typeof args === 'string') {
    io.err(`${String(request)}\nusage: ${COMPARE_USAGE}`);
    return 2;
  }
  const made = await compare(request, behindCache(runner, args.values.get('--cache')?.[0]), progressOn(io), () => false);
  if (made === undefined) return 1;
  if (args.flags.has('--json')) io.out(JSON.stringify(made));
  else if (args.flags.has('--mail')) io.out(await mail(made, request, rest, args.flags.has('--flips'), behindCache(runner, args.values.get('--cache')?.[0])));
  else {
    io.out(`${made.title}: simulated, engine ${made.engine}, ${request.seeds.length} ${request.seeds.length === 1 ? 'seed' : 'seeds'}, mean ± standard deviation`);
    for (const line of comparisonLines(made)) io.out(line);
  }
  return made.refused.length > 0 ? 1 : 0;
}

/** The mail; where it is asked for, with what turns its conclusion about two designs. */
async function mail(made: Comparison, request: CompareRequest, rest: readonly string[], flips: boolean, runner: JobRunner): Promise<string> {
  const [a, b, ...more] = request.arms;
  const found = flips && a !== undefined && b !== undefined && more.length === 0
    ? await sensitivity({ ...request, conclusion: { metric: 'accesses_per_s', arms: [a, b] } }, runner, () => undefined, () => false) : undefined;
  return mailText(made, {
    question: request.title, machine: await machineText(request), command: `node dist/cli.js compare ${rest.join(' ')}`, notModelled: NOT_MODELLED_SHORT,
    ...(typeof found === 'object' ? { flips: flipsText(found) } : {}),
  });
}
