/** Jobs of the lab on worker threads, beside the extension host: a comparison takes none of its time. */

import os from 'node:os';
import { Worker } from 'node:worker_threads';
import type { JobResult, JobRunner } from '../../lab/api';
import { isJobResult } from '../../lab/lines';

/** How often a caller is asked whether it has cancelled, ms of real time. */
const CANCEL_POLL_MS = 50;
const CANCELLED: JobResult = { ok: false, text: 'cancelled' };

/** One processor is left to the editor. */
const threadsFor = (jobs: number, most: number): number => Math.max(1, Math.min(most, os.availableParallelism() - 1, jobs));

/** script: the bundle of labWorker.ts; most: as many threads as memory allows now. What is thrown in a thread rejects the run. */
export function onThreads(script: string, most: () => number): JobRunner {
  return {
    run(jobs, progress, cancelled, each) {
      if (jobs.length === 0) return Promise.resolve([]);
      return new Promise((resolve, reject) => {
        const results: JobResult[] = jobs.map(() => CANCELLED);
        let next = 0, done = 0;
        const workers = Array.from({ length: threadsFor(jobs.length, most()) }, () => new Worker(script));
        const finish = (settle: () => void): void => {
          clearInterval(watch);
          for (const w of workers) void w.terminate();
          settle();
        };
        const watch = setInterval(() => { if (cancelled()) finish(() => resolve(results)); }, CANCEL_POLL_MS);
        const feed = (worker: Worker): void => {
          if (next < jobs.length) worker.postMessage({ index: next, job: jobs[next++] });
        };
        const take = (worker: Worker, m: unknown): void => {
          if (typeof m !== 'object' || m === null || !('index' in m) || typeof m.index !== 'number' || !('result' in m) || !isJobResult(m.result)) {
            return finish(() => reject(new Error('a thread of the lab answered with something that is no result')));
          }
          results[m.index] = m.result;
          done++;
          each?.(m.result, m.index);
          progress(done, jobs.length);
          if (done === jobs.length || cancelled()) finish(() => resolve(results));
          else feed(worker);
        };
        for (const worker of workers) {
          worker.on('message', (m: unknown) => take(worker, m));
          worker.on('error', (e: unknown) => finish(() => reject(e instanceof Error ? e : new Error(String(e)))));
          feed(worker);
        }
      });
    },
  };
}
