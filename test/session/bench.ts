/** What the tests of sessions run them with: a clock of their own and a queue of what was put off. */

import type { Session, SessionOptions } from '../../src/session/api';

/** A clock that stands still unless told, and a queue of what was put off. */
export class Bench {
  nowMs = 0;
  private queue: { readonly at: number; readonly run: () => void }[] = [];
  readonly options: SessionOptions = {
    now: () => this.nowMs,
    defer: (run, delayMs) => {
      const job = { at: this.nowMs + delayMs, run };
      this.queue.push(job);
      return () => {
        this.queue = this.queue.filter((j) => j !== job);
      };
    },
    sourceLabel: () => 'test', memoryLimitBytes: 2 ** 31,
  };

  /** Runs what is due, in order, until nothing is left or the session rests. */
  settle(session: Session): void {
    for (let i = 0; i < 100_000 && session.state === 'running' && this.queue.length > 0; i++) this.one();
  }

  /** Runs what is due until nothing is put off any more: the second world has caught up. */
  settleAll(session: Session): void {
    this.settle(session);
    for (let i = 0; i < 100_000 && this.queue.length > 0; i++) this.one();
  }

  private one(): void {
    this.queue.sort((a, b) => a.at - b.at);
    const job = this.queue.shift();
    if (job === undefined) return;
    this.nowMs = Math.max(this.nowMs, job.at);
    job.run();
  }
}
