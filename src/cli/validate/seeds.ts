/** Runs the seeds of a comparison: here, one after the other, or on worker threads of the bundled command line. */

import { FieldError, fieldsOf, textOf, wholeOf } from '../../scenario/program/fields';
import { parseProgramArgs } from '../../scenario/program/args';
import { mappingPages } from '../../scenario/program/kernelrun';
import { type RunFile, readRunFile } from '../../scenario/program/runfile';
import { pooled, serves, threadsOf } from '../pool';
import { type GivenInputs, readInputs } from './inputs';
import type { RunContext } from './record';
import { type SimResult, scanSizeOf, simulate } from './simulate';

/** What a runner needs of a file; text: for threads that read it again. */
export interface SeedWork {
  readonly text: string;
  readonly run: RunFile;
  readonly context: RunContext;
  readonly inputs: GivenInputs;
  readonly seeds: number;
  readonly freeSeeds: number;
}

/** Results of the seeds given the scans and of the free ones, each in order of the seeds. */
export interface SeedResults {
  readonly given: readonly SimResult[];
  readonly free: readonly SimResult[];
}

export type Progress = (done: number, of: number) => void;
export type SeedRunner = (work: SeedWork, progress: Progress) => Promise<SeedResults>;

/** Jobs are numbered: the seeds given the scans first, then the free ones. */
const runJob = (work: SeedWork, job: number): SimResult => (job < work.seeds
  ? simulate(work.run, work.context, work.inputs, job, work.seeds)
  : simulate(work.run, work.context, undefined, job - work.seeds, work.freeSeeds));

const split = (work: SeedWork, results: readonly SimResult[]): SeedResults => ({ given: results.slice(0, work.seeds), free: results.slice(work.seeds) });

/** One after the other, in this thread. */
export const runHere: SeedRunner = (work, progress) => {
  const jobs = work.seeds + work.freeSeeds;
  const results: SimResult[] = [];
  for (let job = 0; job < jobs; job++) {
    const result = runJob(work, job);
    results.push(result);
    progress(job + 1, jobs);
    if (!result.ok) break;
  }
  return Promise.resolve(split(work, results));
};

const TASK = 'validate seeds';

/** On as many threads as the machine has processors; `script` is the file of the bundled command line. */
export function runOnThreads(script: string): SeedRunner {
  return async (work, progress) => {
    const jobs = Array.from({ length: work.seeds + work.freeSeeds }, (_, job) => job);
    const threads = threadsOf(jobs.length);
    if (threads < 2 || jobs.length < 4) return runHere(work, progress);
    let done = 0, refused: SimResult | undefined;
    const onResult = (result: SimResult): boolean => {
      progress(++done, jobs.length);
      if (!result.ok) refused = result;
      return !result.ok;
    };
    const { text, seeds, freeSeeds } = work;
    const results = await pooled<number, SimResult>({ script, task: TASK, shared: { text, seeds, freeSeeds }, jobs, threads, onResult, cancelled: () => false });
    return refused === undefined ? split(work, results.filter((r) => r !== undefined)) : { given: [refused], free: [] };
  };
}

/** In a worker thread: serves the jobs of runOnThreads, and returns true. In the main thread it does nothing. */
export function servesSeeds(): boolean {
  return serves(TASK, (shared) => {
    const work = workOf(shared);
    return work === undefined ? undefined : (job) => runJob(work, wholeOf(job, 'job', 0, work.seeds + work.freeSeeds));
  });
}

function workOf(data: unknown): SeedWork | undefined {
  try {
    const fields = fieldsOf(data, 'workerData');
    const text = textOf(fields.get('text'), 'text', Number.MAX_SAFE_INTEGER);
    const read = readRunFile(text, '');
    if (!read.ok) return undefined;
    const args = parseProgramArgs(read.run.initArgs);
    if (!args.ok) return undefined;
    const context: RunContext = { args: args.args, machine: read.run.machine, pages: mappingPages(args.args) };
    return {
      text, run: read.run, context, inputs: readInputs(read.run, context.args, scanSizeOf(read.run)),
      seeds: wholeOf(fields.get('seeds'), 'seeds', 0, 1e6), freeSeeds: wholeOf(fields.get('freeSeeds'), 'freeSeeds', 0, 1e6),
    };
  } catch (error) {
    if (error instanceof FieldError) return undefined;
    throw error;
  }
}
