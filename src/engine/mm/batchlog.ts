/** The log rows of a batch: begin, putback and end, with how many folios asked for which node. */

import { LogKind } from '../observe/logkinds';
import { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import { MAX_NUMNODES } from '../types';
import { type BatchJob, EAGAIN } from './env';

const NO_PAIRS = new Int32Array(0);

export class BatchLog {
  private readonly pairs = new Int32Array(MAX_NUMNODES * 2);
  private pairCount = 0;
  private readonly askedCounts = new Int32Array(MAX_NUMNODES);

  constructor(private readonly rec: Recorder) {}

  begin(job: BatchJob, timePs: number): void {
    this.tallyAsked(job);
    this.row(job, timePs, LogKind.BatchBegin, Point.BatchBegin);
  }

  putBack(job: BatchJob, timePs: number, head: number, at: number, errno: number): void {
    this.pairs[0] = job.list.asked[at];
    this.pairs[1] = 1;
    this.rec.log.add(timePs, job.actor, LogKind.PutBack, Point.BatchPutback, head, head, job.nid, 1, 0, 0, 1, errno, this.pairs, 1);
  }

  end(job: BatchJob, timePs: number): void {
    if (job.list.length === 0) {
      this.rec.log.add(timePs, job.actor, LogKind.BatchEmpty, Point.BatchEnd, -1, -1, job.nid, 0, 0, 0, 0, 0, NO_PAIRS, 0);
      return;
    }
    this.tallyAsked(job);
    this.row(job, timePs, LogKind.BatchEnd, Point.BatchEnd);
  }

  private row(job: BatchJob, timePs: number, kind: LogKind, point: Point): void {
    const n = job.list.length;
    const done = kind === LogKind.BatchEnd;
    this.rec.log.add(
      timePs, job.actor, kind, point, job.list.heads[0], job.list.heads[n - 1], job.nid, n,
      job.right, job.wrong, done ? n - job.movedFolios : 0, done && n > job.movedFolios ? EAGAIN : 0, this.pairs, this.pairCount,
    );
  }

  /** Folios of the list by the node they asked for, ascending. */
  private tallyAsked(job: BatchJob): void {
    const counts = this.askedCounts;
    for (let i = 0; i < job.list.length; i++) counts[job.list.asked[i] & (MAX_NUMNODES - 1)]++;
    this.pairCount = 0;
    for (let nid = 0; nid < MAX_NUMNODES; nid++) {
      if (counts[nid] === 0) continue;
      this.pairs[this.pairCount * 2] = nid;
      this.pairs[this.pairCount++ * 2 + 1] = counts[nid];
      counts[nid] = 0;
    }
  }
}
