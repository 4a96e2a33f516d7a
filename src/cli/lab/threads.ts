/** Jobs of the lab on worker threads of the bundled command line: each thread runs this same file. */

import os from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Job, JobResult, JobRunner } from '../../lab/api';
import { ScenarioReader } from '../../lab/job';
import { ALONE, runJob } from '../../lab/run';
import { inSlices } from '../../lab/runners';

/** Marks the workerData of these threads. */
const TASK = 'lab jobs';

interface Answer {
  readonly index: number;
  readonly result: JobResult;
}

/** On as many threads as the machine has processors; `script` is the file of the bundled command line. */
export function onThreads(script: string, most = os.availableParallelism()): JobRunner {
  const here = inSlices(() => Promise.resolve());
  return {
    run(jobs, progress, cancelled) {
      const threads = Math.min(8, most, jobs.length);
      if (threads < 2) return here.run(jobs, progress, cancelled);
      return new Promise((resolve, reject) => {
        const results: JobResult[] = [];
        let next = 0, done = 0;
        const workers = Array.from({ length: threads }, () => new Worker(script, { workerData: { task: TASK } }));
        const finish = (settle: () => void): void => {
          for (const w of workers) void w.terminate();
          settle();
        };
        const feed = (worker: Worker): void => {
          if (next < jobs.length && !cancelled()) worker.postMessage({ index: next, job: jobs[next++] });
        };
        for (const worker of workers) {
          worker.on('message', ({ index, result }: Answer) => {
            results[index] = result;
            progress(++done, jobs.length);
            if (done === jobs.length || cancelled()) finish(() => resolve(results));
            else feed(worker);
          });
          worker.on('error', (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))));
          feed(worker);
        }
      });
    },
  };
}

const isTask = (data: unknown): boolean => typeof data === 'object' && data !== null && 'task' in data && data.task === TASK;

/** In a worker thread of onThreads(): serves jobs, and returns true. */
export function servesJobs(): boolean {
  const port = parentPort;
  if (isMainThread || port === null || !isTask(workerData)) return false;
  const reader = new ScenarioReader();
  port.on('message', ({ index, job }: { readonly index: number; readonly job: Job }) => {
    void runJob(job, ALONE, reader).then((result) => port.postMessage({ index, result }), (error: unknown) => port.postMessage({ index, result: { ok: false, text: String(error) } }));
  });
  return true;
}
