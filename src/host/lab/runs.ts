/** Runs of the lab in this window: one piece of work at a time, with progress and cancel, and what has run kept by its content. */

import * as vscode from 'vscode';
import type { JobRunner } from '../../lab/api';
import { cached, memoryStore, type ResultStore } from '../../lab/runners';
import { Command } from '../ids';
import { tell, warn } from '../commands/ask';
import type { Platform } from '../platform';
import type { ResultsPanel } from './panel';
import { inTurns, nextTurn } from './slices';

const MOST_AT_ONCE = 8;

export type Progress = (done: number, of: number) => void;
export type Ran<T> = { readonly cancelled: false; readonly value: T } | { readonly cancelled: true; readonly says: string };

export class LabRuns {
  /** Ends the work that runs. */
  private stop: (() => void) | undefined;
  /** Runs of this window: the same design on the same work is run once. */
  readonly store: ResultStore = memoryStore();
  readonly runner: JobRunner;
  /** Worlds that memory allows at once. */
  private most = MOST_AT_ONCE;

  /** jobs: threads for the runs; without them they go in slices of this one. */
  constructor(private readonly results: Pick<ResultsPanel, 'reveal' | 'show'>, jobs: Platform['jobs']) {
    this.runner = cached(jobs?.(() => this.most) ?? inTurns(nextTurn, () => performance.now()), this.store);
  }

  /** Each run takes so many bytes of a limit: decides how many go at once; false where not even one fits. */
  fits(bytes: number, limit: number): boolean {
    this.most = Math.max(1, Math.min(MOST_AT_ONCE, Math.floor(limit / Math.max(1, bytes))));
    return bytes <= limit;
  }

  get running(): boolean {
    return this.stop !== undefined;
  }

  cancel(): void {
    if (this.stop === undefined) tell('No comparison runs.');
    else this.stop();
  }

  dispose(): void {
    this.stop?.();
  }

  /** False, and a sentence, while something runs already. */
  free(): boolean {
    if (this.stop !== undefined) warn('A comparison runs already. Cancel it, or wait until it is over.', { title: 'Show Results', command: Command.showResults });
    return this.stop === undefined;
  }

  /** Runs work with a notification that cancels it, and progress on the results page. */
  async run<T>(title: string, notice: string, of: number, work: (progress: Progress, cancelled: () => boolean) => Promise<T>): Promise<Ran<T>> {
    const { results } = this;
    let cancelled = false, finished = 0;
    results.reveal();
    results.show({ type: 'progress', title, done: 0, of });
    this.stop = () => { cancelled = true; };
    try {
      const value = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `kmigrated: ${notice}`, cancellable: true }, async (progress, token) => {
        const listening = token.onCancellationRequested(() => { cancelled = true; });
        try {
          return await work((done, all) => {
            progress.report({ increment: (100 * (done - finished)) / Math.max(1, all), message: `${done} of ${all} runs` });
            finished = done;
            results.show({ type: 'progress', title, done, of: all });
          }, () => cancelled);
        } finally {
          listening.dispose();
        }
      });
      return cancelled ? { cancelled: true, says: `Cancelled after ${finished} of ${of} runs. What has run is kept: the same comparison goes on from there.` } : { cancelled: false, value };
    } catch (e) {
      results.show({ type: 'error', text: `The comparison ended with a mistake of the explorer: ${e instanceof Error ? e.message : String(e)}` });
      throw e;
    } finally {
      this.stop = undefined;
    }
  }
}
