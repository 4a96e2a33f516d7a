/** Runs jobs of the lab in the extension host: in slices of a few milliseconds, between which whoever else lives there gets its turn. */

import type { JobRunner } from '../../lab/api';
import { inSlices } from '../../lab/runners';

/** What a slice aims at, ms; the host must answer within 8. */
const AIM_MS = 4;
/** A step costs 1 to 10 us as a rule: no slice is so long that a world that suddenly works harder would hold the host. */
const FEWEST = 16, MOST = 4_000;

/** How many steps fit into a slice: found from how long the last slices took, as a step costs a microsecond in one world and a millisecond in another. */
export class SliceSize {
  private steps_ = 256;
  private beganMs: number;

  constructor(private readonly now: () => number) {
    this.beganMs = now();
  }

  /** Steps of the next slice. */
  get steps(): number {
    return this.steps_;
  }

  /** A slice is over: the next one shrinks at once where it was too long, and grows at most to the double, where it took all of its steps. */
  end(full: boolean): void {
    const took = Math.max(0.05, this.now() - this.beganMs);
    if (!full && took < AIM_MS) return;
    this.steps_ = Math.max(FEWEST, Math.min(MOST, Math.round(this.steps_ * Math.min(2, AIM_MS / took))));
  }

  /** The next one begins. */
  begin(): void {
    this.beganMs = this.now();
  }
}

/** A runner for a thread that others need; turn: lets them run, and comes back. */
export function inTurns(turn: () => Promise<void>, now: () => number): JobRunner {
  const size = new SliceSize(now);
  return inSlices(async full => {
    size.end(full);
    await turn();
    size.begin();
  }, () => size.steps);
}

/** A turn of the event loop: what waits for a message or a timer comes first. Not clamped to 4 ms as nested timers are in a browser. */
export function nextTurn(): Promise<void> {
  return new Promise(resolve => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
