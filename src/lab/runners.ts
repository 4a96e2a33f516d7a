/** Runners of jobs: in this thread in slices, and any runner behind a cache by content. */

import type { JobResult, JobRunner } from './api';
import { ScenarioReader, jobKey } from './job';
import { runJob } from './run';

/** One after the other in this thread; breathe is called every few milliseconds of work, so that whoever shares the thread can run; steps: how many of them that is now. */
export function inSlices(breathe: (full: boolean) => Promise<void>, steps?: () => number): JobRunner {
  return {
    async run(jobs, progress, cancelled, each) {
      const out: JobResult[] = [];
      const reader = new ScenarioReader();
      for (const job of jobs) {
        const result: JobResult = cancelled() ? CANCELLED : await runJob(job, { breathe, cancelled, ...(steps === undefined ? {} : { steps }) }, reader);
        out.push(result);
        if (cancelled()) continue;
        each?.(result, out.length - 1);
        progress(out.length, jobs.length);
      }
      return out;
    },
  };
}

const CANCELLED: JobResult = { ok: false, text: 'cancelled' };

/** Results by key; what cannot be read is not there. */
export interface ResultStore {
  get(key: string): Promise<JobResult | undefined>;
  put(key: string, result: JobResult): Promise<void>;
}

/** A store for one session. */
export function memoryStore(): ResultStore {
  const kept = new Map<string, JobResult>();
  return {
    get: (key) => Promise.resolve(kept.get(key)),
    put: (key, result) => {
      kept.set(key, result);
      return Promise.resolve();
    },
  };
}

/** Runs only what the store does not have, and stores each result as it comes; a cancelled or refused job is not kept. */
export function cached(runner: JobRunner, store: ResultStore): JobRunner {
  return {
    async run(jobs, progress, cancelled, each) {
      const known = await Promise.all(jobs.map((job) => store.get(jobKey(job))));
      known.forEach((result, i) => (result === undefined ? undefined : each?.(result, i)));
      const missing = jobs.flatMap((job, index) => (known[index] === undefined ? [{ job, index }] : []));
      const had = jobs.length - missing.length;
      progress(had, jobs.length);
      const puts: Promise<void>[] = [];
      const fresh = await runner.run(missing.map((m) => m.job), (done) => progress(had + done, jobs.length), cancelled, (result, i) => {
        if (result.ok) puts.push(store.put(jobKey(missing[i].job), result));
        each?.(result, missing[i].index);
      });
      await Promise.all(puts);
      const out: JobResult[] = known.map((result) => result ?? CANCELLED);
      missing.forEach(({ index }, i) => {
        out[index] = fresh[i] ?? CANCELLED;
      });
      return out;
    },
  };
}
