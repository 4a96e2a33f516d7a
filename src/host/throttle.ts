/** A call that happens at once and then at most every so many milliseconds, so that a busy source cannot flood its listener. */

import type { Disposable } from 'vscode';

export class Throttle implements Disposable {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again = false;

  constructor(private readonly periodMs: number, private readonly action: () => void) {}

  /** Runs the action now, or once when the period is over. */
  call(): void {
    if (this.timer !== undefined) {
      this.again = true;
      return;
    }
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (!this.again) return;
      this.again = false;
      this.call();
    }, this.periodMs);
    this.action();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.again = false;
  }
}

/** A call that happens once its source has been quiet for so many milliseconds. */
export class Debounce implements Disposable {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly quietMs: number, private readonly action: () => void) {}

  call(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(this.action, this.quietMs);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }
}
