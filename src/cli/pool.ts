/** Jobs on worker threads of the bundled command line: each thread runs this same file and serves one task by its name. */

import os from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

/** How often a caller is asked whether it has cancelled, ms of real time. */
const CANCEL_POLL_MS = 50;

/** As many threads as the machine has processors, 8 at most. */
export const threadsOf = (jobs: number, most = os.availableParallelism()): number => Math.min(8, most, jobs);

export interface Pooled<J, R> {
  /** The file of the bundled command line. */
  readonly script: string;
  /** Which server the threads are. */
  readonly task: string;
  /** What all jobs have in common; sent once a thread. */
  readonly shared: unknown;
  readonly jobs: readonly J[];
  readonly threads: number;
  /** Called for each result as it comes; true: the rest is not wanted. */
  readonly onResult: (result: R, index: number) => boolean;
  readonly cancelled: () => boolean;
}

interface Answer<R> {
  readonly index: number;
  readonly result: R;
}

/** Runs the jobs and gives their results in order, with gaps where it was ended early. What is thrown in a thread is thrown here. */
export function pooled<J, R>({ script, task, shared, jobs, threads, onResult, cancelled }: Pooled<J, R>): Promise<readonly (R | undefined)[]> {
  return new Promise((resolve, reject) => {
    const results: (R | undefined)[] = jobs.map(() => undefined);
    let next = 0, done = 0;
    const workers = Array.from({ length: threads }, () => new Worker(script, { workerData: { task, shared } }));
    const finish = (settle: () => void): void => {
      clearInterval(watch);
      for (const w of workers) void w.terminate();
      settle();
    };
    const watch = setInterval(() => {
      if (cancelled()) finish(() => resolve(results));
    }, CANCEL_POLL_MS);
    const feed = (worker: Worker): void => {
      if (next < jobs.length) worker.postMessage({ index: next, job: jobs[next++] });
    };
    for (const worker of workers) {
      worker.on('message', ({ index, result }: Answer<R>) => {
        results[index] = result;
        done++;
        if (onResult(result, index) || done === jobs.length || cancelled()) finish(() => resolve(results));
        else feed(worker);
      });
      worker.on('error', (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))));
      feed(worker);
    }
  });
}

/** In a worker thread that was started for this task: serves its jobs, and returns true. open: from what is shared to what runs a job; undefined where it cannot be read. */
export function serves(task: string, open: (shared: unknown) => ((job: unknown) => unknown) | undefined): boolean {
  const port = parentPort;
  const data: unknown = workerData;
  if (isMainThread || port === null || typeof data !== 'object' || data === null || !('task' in data) || data.task !== task) return false;
  const run = open('shared' in data ? data.shared : undefined);
  if (run === undefined) throw new Error(`a thread for "${task}" was started without what it needs`);
  port.on('message', ({ index, job }: { readonly index: number; readonly job: unknown }) => {
    // what is thrown ends the thread and is thrown again by pooled()
    void Promise.resolve(run(job)).then((result) => port.postMessage({ index, result }));
  });
  return true;
}
