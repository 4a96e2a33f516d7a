/** Runs the seeds of a comparison: here, one after the other, or on worker threads of the bundled command line. */

import os from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { FieldError, fieldsOf, textOf, wholeOf } from '../../scenario/program/fields';
import { parseProgramArgs } from '../../scenario/program/args';
import { mappingPages } from '../../scenario/program/kernelrun';
import { type RunFile, readRunFile } from '../../scenario/program/runfile';
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

/** Marks the workerData of these threads. */
const TASK = 'validate seeds';

/** On as many threads as the machine has processors; `script` is the file of the bundled command line. */
export function runOnThreads(script: string): SeedRunner {
  const threads = Math.min(8, os.availableParallelism());
  return (work, progress) => {
    const jobs = work.seeds + work.freeSeeds;
    if (threads < 2 || jobs < 4) return runHere(work, progress);
    return new Promise((resolve, reject) => {
      const results: SimResult[] = [];
      let next = 0, done = 0;
      const workers = Array.from({ length: threads }, () => new Worker(script, { workerData: { task: TASK, text: work.text, seeds: work.seeds, freeSeeds: work.freeSeeds } }));
      const finish = (settle: () => void): void => {
        for (const w of workers) void w.terminate();
        settle();
      };
      const feed = (worker: Worker): void => {
        if (next < jobs) worker.postMessage(next++);
      };
      for (const worker of workers) {
        worker.on('message', ({ job, result }: { job: number; result: SimResult }) => {
          results[job] = result;
          progress(++done, jobs);
          if (!result.ok) finish(() => resolve({ given: [result], free: [] }));
          else if (done === jobs) finish(() => resolve(split(work, results)));
          else feed(worker);
        });
        worker.on('error', (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))));
        feed(worker);
      }
    });
  };
}

/** In a worker thread: serves the jobs of runOnThreads, and returns true. In the main thread it does nothing. */
export function servesSeeds(): boolean {
  if (isMainThread) return false;
  const port = parentPort, work = workOf(workerData);
  if (work === undefined || port === null) return true;
  port.on('message', (job: unknown) => {
    const number = wholeOf(job, 'job', 0, work.seeds + work.freeSeeds);
    port.postMessage({ job: number, result: runJob(work, number) });
  });
  return true;
}

function workOf(data: unknown): SeedWork | undefined {
  try {
    const fields = fieldsOf(data, 'workerData');
    if (fields.get('task') !== TASK) return undefined;
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
