/** Jobs of the lab on worker threads of the bundled command line. */

import type { JobResult, JobRunner } from '../../lab/api';
import { ScenarioReader } from '../../lab/job';
import { isJob } from '../../lab/lines';
import { ALONE, runJob } from '../../lab/run';
import { inSlices } from '../../lab/runners';
import { pooled, serves, threadsOf } from '../pool';

const TASK = 'lab jobs';

/** On as many threads as the machine has processors; `script` is the file of the bundled command line. */
export function onThreads(script: string): JobRunner {
  const here = inSlices(() => Promise.resolve());
  return {
    async run(jobs, progress, cancelled, each) {
      const threads = threadsOf(jobs.length);
      if (threads < 2) return here.run(jobs, progress, cancelled, each);
      let done = 0;
      const onResult = (result: JobResult, index: number): boolean => {
        each?.(result, index);
        progress(++done, jobs.length);
        return false;
      };
      const results = await pooled({ script, task: TASK, shared: undefined, jobs, threads, onResult, cancelled });
      return results.map((r) => r ?? { ok: false, text: 'cancelled' });
    },
  };
}

/** In a worker thread of onThreads(): serves jobs, and returns true. */
export function servesJobs(): boolean {
  return serves(TASK, () => {
    const reader = new ScenarioReader();
    return (job) => {
      if (!isJob(job)) throw new Error('a thread of the lab got something that is no job');
      return runJob(job, ALONE, reader);
    };
  });
}
