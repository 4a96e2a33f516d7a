/** Time under a test's hand, with timers that fire when it moves. */

/** A clock that stands until a test moves it. */
export class HandClock {
  ms = 0;
  private waiting: { readonly dueMs: number; readonly callback: () => void }[] = [];
  readonly now = (): number => this.ms;
  readonly defer = (callback: () => void, delayMs: number): (() => void) => {
    const entry = { dueMs: this.ms + delayMs, callback };
    this.waiting.push(entry);
    return () => { this.waiting = this.waiting.filter(w => w !== entry); };
  };

  advance(byMs: number): void {
    this.ms += byMs;
    const due = this.waiting.filter(w => w.dueMs <= this.ms);
    this.waiting = this.waiting.filter(w => w.dueMs > this.ms);
    for (const w of due) w.callback();
  }
}
