/** Carries the charts' series to the panel: whole, at most twice a second, and none while nobody can see them. */

import type { Session } from '../../session/api';
import type { Post, PumpClock } from './pump';

/** What the pump reads. */
export type SeriesSource = Pick<Session, 'series' | 'seriesKey' | 'state'>;

const REST_MS = 500;

export class SeriesPump {
  private source: SeriesSource | undefined;
  private generation = 0;
  private visible = false;
  private sentKey = '';
  private state = '';
  private cancelRest: (() => void) | undefined;
  /** Messages that went out, for tests. */
  posted = 0;

  constructor(private readonly post: Post, private readonly clock: PumpClock) {}

  /** Another world, or the webview has loaded: what was sent is void. */
  start(source: SeriesSource, generation: number): void {
    this.source = source;
    this.generation = generation;
    this.sentKey = '';
    this.state = source.state;
    this.poke();
  }

  /** There is no world any more; the charts may still be seen. */
  forget(): void {
    this.source = undefined;
    this.rest(undefined);
  }

  /** The webview is gone, and with it what it said of its charts. */
  stop(): void {
    this.forget();
    this.visible = false;
  }

  setVisible(visible: boolean): void {
    this.visible = visible;
    // a chart that comes back has kept nothing
    if (visible) this.sentKey = '';
    this.poke();
  }

  /** Something in the session may have changed. A run that ends or pauses is told at once. */
  poke(): void {
    const { source } = this;
    if (source === undefined || !this.visible) return;
    const { state } = source;
    const ended = this.state === 'running' && state !== 'running';
    this.state = state;
    if (this.cancelRest !== undefined && !ended) return;
    const key = source.seriesKey();
    if (key === this.sentKey) return;
    this.sentKey = key;
    const { post, generation } = this;
    this.posted++;
    void Promise.resolve(post({ type: 'series', generation, ...source.series() })).then(arrived => {
      // dropped on the way: the next poke sends it again
      if (!arrived && this.sentKey === key) this.sentKey = '';
    });
    this.rest(this.clock.defer(() => {
      this.cancelRest = undefined;
      this.poke();
    }, REST_MS));
  }

  private rest(cancel: (() => void) | undefined): void {
    this.cancelRest?.();
    this.cancelRest = cancel;
  }
}
