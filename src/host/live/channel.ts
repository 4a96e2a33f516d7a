/** One webview's wire: validates what comes in, answers it from the open world, and pumps frames out while the view is seen. */

import type * as vscode from 'vscode';
import type { HostMessage, StepKind, WebviewMessage } from '../../protocol/messages';
import { readWebviewMessage } from '../../protocol/validate';
import { FramePump, type PumpClock, type PumpFigures } from './pump';
import { SeriesPump } from './seriespump';
import type { Session } from '../../session/api';

/** What a click in a webview may set off; the commands do the same. */
export interface Intents {
  run(): void;
  pause(): void;
  reset(): void;
  step(kind: StepKind): void;
  setSpeed(ratio: number): void;
  setCompare(on: boolean): void;
  select(pfn: number, from: 'panel' | 'overview'): void;
  reveal(point: number): void;
  copyReproduction(): void;
  openLogText(filter: string): void;
  command(name: Extract<WebviewMessage, { type: 'command' }>['name']): void;
}

export type ShowWhat = Extract<HostMessage, { type: 'show' }>['what'];
/** What a channel needs of the open world. */
export interface ChannelWorld {
  readonly session: Pick<Session, 'model' | 'speed' | 'state' | 'openView' | 'log' | 'page' | 'find' | 'series' | 'seriesKey'>;
  readonly generation: number;
}
export interface ChannelWorlds {
  readonly current: ChannelWorld | undefined;
  readonly stepKind: StepKind;
  readonly onDidOpen: vscode.Event<ChannelWorld | undefined>;
  readonly onDidChange: vscode.Event<ChannelWorld>;
}
type Wire = Pick<vscode.Webview, 'postMessage' | 'onDidReceiveMessage'>;
type Log = Pick<vscode.LogOutputChannel, 'warn'>;

/** Longer ones are cut: the protocol takes no more, and nobody reads them. */
const MAX_SENTENCE_CHARS = 2_000;

const WALL_CLOCK: PumpClock = {
  now: () => performance.now(),
  defer(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

export class Channel implements vscode.Disposable {
  private loaded = false;
  private pending: ShowWhat | undefined;
  private readonly pump: FramePump;
  private readonly series: SeriesPump;
  private readonly owned: vscode.Disposable[];

  constructor(
    private readonly wire: Wire, private readonly view: 'panel' | 'overview', private readonly worlds: ChannelWorlds,
    private readonly intents: Intents, private readonly log: Log, clock: PumpClock = WALL_CLOCK,
  ) {
    this.pump = new FramePump(m => wire.postMessage(m), clock);
    this.series = new SeriesPump(m => wire.postMessage(m), clock);
    this.owned = [
      wire.onDidReceiveMessage((raw: unknown) => this.receive(raw)),
      worlds.onDidOpen(world => {
        this.pump.forgetRanges();
        if (this.loaded) this.begin(world);
      }),
      worlds.onDidChange(() => {
        this.pump.poke();
        this.series.poke();
      }),
    ];
  }

  get figures(): PumpFigures {
    return this.pump.figures;
  }

  /** Series that went to the charts. */
  get charts(): number {
    return this.series.posted;
  }

  /** The webview is gone from the screen, and with it all that it held. */
  hidden(): void {
    this.loaded = false;
    this.pump.stop();
    this.series.stop();
  }

  /** Asks the webview to show something; kept until it has loaded. */
  show(what: ShowWhat): void {
    if (this.loaded) this.send({ type: 'show', what });
    else this.pending = { ...this.pending, ...what };
  }

  sendError(text: string): void {
    if (this.loaded) this.send({ type: 'error', text: text.slice(0, MAX_SENTENCE_CHARS) });
  }

  sendProgress(text: string, fraction: number): void {
    if (this.loaded) this.send({ type: 'progress', text, fraction });
  }

  dispose(): void {
    this.hidden();
    for (const d of this.owned) d.dispose();
  }

  private send(message: HostMessage): void {
    void this.wire.postMessage(message);
  }

  private begin(world: ChannelWorld | undefined): void {
    if (world === undefined) {
      this.pump.stop();
      this.series.forget();
      this.send({ type: 'noSession', text: 'No session yet: run the default experiment, or open a scenario.' });
      return;
    }
    const { session, generation } = world;
    this.send({ type: 'session', generation, model: session.model, speed: session.speed, step: this.worlds.stepKind });
    this.pump.start(session, generation);
    this.series.start(session, generation);
  }

  private ready(): void {
    this.loaded = true;
    this.begin(this.worlds.current);
    if (this.pending !== undefined) this.send({ type: 'show', what: this.pending });
    this.pending = undefined;
  }

  private receive(raw: unknown): void {
    const read = readWebviewMessage(raw);
    if (!read.ok) {
      this.log.warn(`a message of the ${this.view} was dropped: ${read.text}`);
      return;
    }
    const m = read.message;
    switch (m.type) {
      case 'ready': return this.ready();
      case 'ack': return this.pump.ack(m.generation, m.seq);
      case 'view': return this.pump.setRanges(m.ranges);
      case 'charts': return this.series.setVisible(m.visible);
      case 'log': case 'pfn': case 'find': return this.answer(m);
      default: return this.forward(m);
    }
  }

  /** Questions about the open world; without one they have no answer. */
  private answer(m: Extract<WebviewMessage, { type: 'log' | 'pfn' | 'find' }>): void {
    const session = this.worlds.current?.session;
    if (session === undefined) return;
    const { requestId } = m;
    if (m.type === 'log') this.send({ type: 'log', requestId, ...session.log(m.filter, m.first, m.count) });
    else if (m.type === 'pfn') this.send({ type: 'pfn', requestId, page: session.page(m.pfn) });
    else {
      const pfn = session.find(m.nid, m.near, m.pageClass);
      this.send({ type: 'found', requestId, pfn, text: pfn < 0 ? `There is no such page on node ${m.nid} now.` : '' });
    }
  }

  private forward(m: Exclude<WebviewMessage, { type: 'ready' | 'ack' | 'view' | 'charts' | 'log' | 'pfn' | 'find' }>): void {
    const { intents } = this;
    switch (m.type) {
      case 'run': return intents.run();
      case 'pause': return intents.pause();
      case 'reset': return intents.reset();
      case 'step': return intents.step(m.kind);
      case 'speed': return intents.setSpeed(m.ratio);
      case 'compare': return intents.setCompare(m.on);
      case 'select': return intents.select(m.pfn, this.view);
      case 'reveal': return intents.reveal(m.point);
      case 'copyRepro': return intents.copyReproduction();
      case 'openLogText': return intents.openLogText(m.filter);
      case 'command': return intents.command(m.name);
    }
  }
}
