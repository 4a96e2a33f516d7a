/** Carries frames from a session to one webview: one outstanding until it is acknowledged, none while the view is hidden. */

import type { HostMessage, ViewRange } from '../../protocol/messages';
import type { Session, SessionView } from '../../session/api';

/** Resolves to false when the message was dropped because the webview could not take it. */
export type Post = (message: HostMessage) => PromiseLike<boolean>;

/** Wall clock in ms and a timer, so that tests need neither. */
export interface PumpClock {
  now(): number;
  /** Calls back after so many ms; gives a function that cancels it. */
  defer(callback: () => void, delayMs: number): () => void;
}

/** How many frames went out and came back, for tests and the output channel. */
export interface PumpFigures {
  readonly posted: number;
  readonly acked: number;
}

const NONE = -1;
/** The longest rest between two frames. */
const MAX_REST_MS = 250;
/** Rest after a frame, in times of its round trip. */
const REST_FACTOR = 2;

export class FramePump {
  private view: SessionView | undefined;
  private generation = 0;
  private ranges: readonly ViewRange[] = [];
  private outstanding = NONE;
  private dirty = false;
  private postedMs = 0;
  private cancelRest: (() => void) | undefined;
  private posted = 0;
  private acked = 0;

  constructor(private readonly post: Post, private readonly clock: PumpClock) {}

  get figures(): PumpFigures {
    return { posted: this.posted, acked: this.acked };
  }

  /** Begins anew with a key frame: the webview has just loaded, or another world was opened. */
  start(session: Pick<Session, 'openView'>, generation: number): void {
    this.stop();
    this.generation = generation;
    this.view = session.openView();
    if (this.ranges.length > 0) this.view.setRanges(this.ranges);
    this.send();
  }

  /** Hidden or closed: gives the view back, so that it costs nothing. */
  stop(): void {
    this.view?.dispose();
    this.view = undefined;
    this.cancelRest?.();
    this.cancelRest = undefined;
    this.outstanding = NONE;
    this.dirty = false;
  }

  setRanges(ranges: readonly ViewRange[]): void {
    this.ranges = ranges;
    this.view?.setRanges(ranges);
    this.poke();
  }

  /** Windows of another world say nothing about the next one. */
  forgetRanges(): void {
    this.ranges = [];
  }

  /** Something in the session may have changed. */
  poke(): void {
    if (this.outstanding === NONE && this.cancelRest === undefined) this.send();
    else this.dirty = true;
  }

  ack(generation: number, seq: number): void {
    if (generation !== this.generation || seq !== this.outstanding) return;
    this.acked++;
    this.outstanding = NONE;
    // rests longer than the frame took (the screen is painted after the acknowledgement), so that half of the window's time is left and typing stays quick
    const restMs = Math.min(MAX_REST_MS, REST_FACTOR * (this.clock.now() - this.postedMs));
    this.cancelRest = this.clock.defer(() => {
      this.cancelRest = undefined;
      if (!this.dirty) return;
      this.dirty = false;
      this.send();
    }, restMs);
  }

  private send(): void {
    const frame = this.view?.nextFrame();
    if (frame === undefined) return;
    this.outstanding = frame.seq;
    this.dirty = frame.cells.more;
    this.posted++;
    this.postedMs = this.clock.now();
    const { view } = this;
    void Promise.resolve(this.post({ ...frame, generation: this.generation })).then(arrived => {
      if (arrived || view !== this.view || this.outstanding !== frame.seq) return;
      // dropped on the way: nothing is outstanding, and what the webview holds is unknown
      this.outstanding = NONE;
      view?.resync();
    });
  }
}
