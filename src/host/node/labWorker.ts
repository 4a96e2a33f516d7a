/** Entry point of a worker thread of the lab: runs the jobs that it is sent, one after the other. */

import { parentPort } from 'node:worker_threads';
import { ScenarioReader } from '../../lab/job';
import { isJob } from '../../lab/lines';
import { ALONE, runJob } from '../../lab/run';

const port = parentPort;
if (port !== null) {
  const reader = new ScenarioReader();
  port.on('message', (m: unknown) => {
    if (typeof m !== 'object' || m === null || !('index' in m) || !('job' in m) || !isJob(m.job)) throw new Error('a thread of the lab got something that is no job');
    const { index, job } = m;
    // what is thrown ends the thread, and the run with it
    void runJob(job, ALONE, reader).then(result => port.postMessage({ index, result }));
  });
}
