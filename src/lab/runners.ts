/** Runners of jobs: in this thread in slices, and any runner behind a cache by content. */

import type { Job, JobResult, JobRunner } from './api';
import { ScenarioReader, jobKey } from './job';
import { runJob } from './run';

/** One after the other in this thread; breathe is called every few milliseconds of work, so that whoever shares the thread can run. */
export function inSlices(breathe: () => Promise<void>): JobRunner {
  return {
    async run(jobs, progress, cancelled) {
      const out: JobResult[] = [];
      const reader = new ScenarioReader();
      for (const job of jobs) {
        if (cancelled()) return out;
        out.push(await runJob(job, { breathe, cancelled }, reader));
        progress(out.length, jobs.length);
      }
      return out;
    },
  };
}

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

/** Runs only what the store does not have; a cancelled or refused job is not kept. */
export function cached(runner: JobRunner, store: ResultStore): JobRunner {
  return {
    async run(jobs, progress, cancelled) {
      const known = await Promise.all(jobs.map((job) => store.get(jobKey(job))));
      const missing: Job[] = jobs.filter((_, i) => known[i] === undefined);
      const had = jobs.length - missing.length;
      progress(had, jobs.length);
      const fresh = await runner.run(missing, (done) => progress(had + done, jobs.length), cancelled);
      await Promise.all(missing.flatMap((job, i) => (fresh[i]?.ok === true ? [store.put(jobKey(job), fresh[i])] : [])));
      let next = 0;
      return known.map((result) => result ?? fresh[next++] ?? { ok: false as const, text: 'cancelled' });
    },
  };
}
