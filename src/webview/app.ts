/** The spine of a view: what came from the host, what the person chose, and one painted frame for all changes since the last. */

import type { BatchModel, HostMessage, LogRowModel, PfnModel, SessionModel, WebviewMessage } from '../protocol/messages';
import { CellCache, type Wanted } from './map/cache';
import { LaneStore } from './lanes';
import { readViewState, type ViewState } from './state';
import { onThemeChange, readPalette, type Palette } from './theme';
import type { Door } from './vscode';

export type Frame = Extract<HostMessage, { type: 'frame' }>;
export type LogAnswer = Extract<HostMessage, { type: 'log' }>;
export type Series = Extract<HostMessage, { type: 'series' }>;
export type FoundAnswer = Extract<HostMessage, { type: 'found' }>;

/** What has changed since the last painted frame. */
export interface Changes {
  session: boolean;
  frame: boolean;
  cells: boolean;
  view: boolean;
  theme: boolean;
  size: boolean;
  hover: boolean;
  series: boolean;
}
const NOTHING: Changes = { session: false, frame: false, cells: false, view: false, theme: false, size: false, hover: false, series: false };

/** A part of the panel: builds its element once, then follows changes. */
export interface Part {
  readonly root: HTMLElement;
  update(changes: Readonly<Changes>): void;
  /** Windows on the page map that this part shows, most important first. */
  wants?(): readonly Wanted[];
  /** Moves the focus into the part; false when it has nothing to focus. */
  focus?(): boolean;
}

/** A page under the pointer, and where it was found. */
export interface Hover {
  readonly nid: number;
  readonly pfn: number;
  readonly says: string;
}

/** Least time between two views sent to the host, and between two painted frames for people who want less motion, in ms. */
const VIEW_EVERY_MS = 120;
const CALM_FRAME_MS = 250;

/** The batches of a frame, and of threads that have none in it the last finished one seen; nothing from after the frame's time (a reset). */
function lastBatches(before: readonly BatchModel[], frame: Frame): BatchModel[] {
  const kept = before.filter(b => b.phase === 'done' && b.timePs <= frame.timePs && !frame.batches.some(f => f.thread === b.thread));
  return [...frame.batches, ...kept].sort((a, b) => b.timePs - a.timePs);
}

export class App {
  readonly cells = new CellCache();
  readonly lanes = new LaneStore();
  session: SessionModel | undefined;
  frame: Frame | undefined;
  /** The last batch of each thread that a frame has shown, newest first by begin. */
  batches: readonly BatchModel[] = [];
  page: PfnModel | null = null;
  /** The newest series of a session, for the charts. */
  series: Series | undefined;
  hover: Hover | undefined;
  /** A row of the log that is picked. */
  row: LogRowModel | undefined;
  /** Classes of pages that a node of this session has had on view, by PageClass. */
  readonly seen = new Uint8Array(16);
  view: ViewState;
  palette: Palette = readPalette();
  generation = -1;
  announce: (text: string) => void = () => undefined;
  private readonly parts: Part[] = [];
  private readonly answers = new Map<number, (message: HostMessage) => void>();
  private changes: Changes = { ...NOTHING };
  private requestId = 0;
  private scheduled = false;
  private toAck: Frame | undefined;
  private lastAckMs = 0;
  private viewTimer = 0;
  private lastViewMs = -VIEW_EVERY_MS;

  constructor(private readonly door: Door) {
    this.view = readViewState(door.loadState());
    onThemeChange(() => this.touch('theme'));
    addEventListener('resize', () => this.touch('size'));
  }

  add(...parts: readonly Part[]): void {
    this.parts.push(...parts);
  }

  send(message: WebviewMessage): void {
    this.door.send(message);
  }

  /** Sends a question; the answer with its number goes to the callback, once. */
  ask(make: (requestId: number) => WebviewMessage, answer: (message: HostMessage) => void): number {
    const id = ++this.requestId;
    if (this.answers.size > 200) this.answers.clear();
    this.answers.set(id, answer);
    this.door.send(make(id));
    return id;
  }

  answered(requestId: number, message: HostMessage): void {
    const callback = this.answers.get(requestId);
    this.answers.delete(requestId);
    callback?.(message);
  }

  /** Changes the view state, keeps it, and repaints. */
  setView(patch: Partial<ViewState>): void {
    this.view = { ...this.view, ...patch };
    this.door.saveState(this.view);
    this.touch('view');
  }

  setHover(hover: Hover | undefined): void {
    if (hover?.pfn === this.hover?.pfn && hover?.nid === this.hover?.nid) return;
    this.hover = hover;
    this.touch('hover');
  }

  /** The session of another generation begins: nothing of the old one stays. */
  begin(generation: number, session: SessionModel | undefined): void {
    this.generation = generation;
    this.session = session;
    this.frame = undefined;
    this.batches = [];
    this.page = null;
    this.row = undefined;
    this.series = undefined;
    this.hover = undefined;
    this.answers.clear();
    this.seen.fill(0);
    this.cells.clear();
    this.lanes.clear();
    this.touch('session');
  }

  /** Takes a frame of this generation; it is acknowledged once it has been painted. Gives a sentence when it cannot be read. */
  takeFrame(frame: Frame): string {
    if (frame.generation !== this.generation || !this.session) return '';
    const text = this.cells.apply(frame.cells, frame.key);
    if (frame.cells.runs.byteLength > 0) this.touch('cells');
    // a reset: what lies ahead of the new time has not happened
    if (this.frame && frame.timePs < this.frame.timePs) this.lanes.clear();
    // another part changed the speed
    if (this.frame && frame.speed !== this.frame.speed) this.setView({ speed: frame.speed });
    this.frame = frame;
    this.lanes.add(frame.lanes);
    this.batches = lastBatches(this.batches, frame);
    this.toAck = frame;
    this.touch('frame');
    return text;
  }

  /** Takes the series of this generation. */
  takeSeries(series: Series): void {
    if (series.generation !== this.generation) return;
    this.series = series;
    this.touch('series');
  }

  /** Above 1 : 10 of real time a running cursor is drawn as the range that it has walked. */
  get walksFast(): boolean {
    return this.frame?.state === 'running' && (this.frame.speed === 0 || this.frame.speed > 0.1);
  }

  touch(what: keyof Changes): void {
    this.changes[what] = true;
    if (this.scheduled) return;
    this.scheduled = true;
    requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    this.scheduled = false;
    const changes = this.changes;
    this.changes = { ...NOTHING };
    if (changes.theme) this.palette = readPalette();
    for (const part of this.parts) part.update(changes);
    this.cells.touched.clear();
    this.sendView();
    const frame = this.toAck;
    if (!frame) return;
    this.toAck = undefined;
    const ack = (): void => {
      this.lastAckMs = performance.now();
      this.send({ type: 'ack', generation: frame.generation, seq: frame.seq });
    };
    const wait = this.calm() ? this.lastAckMs + CALM_FRAME_MS - performance.now() : 0;
    if (wait > 0) setTimeout(ack, wait);
    else ack();
  }

  /** True where the person, the system or VS Code asks for less motion. */
  calm(): boolean {
    return document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches;
  }

  /** Sends the windows that the parts want, when they differ from the last; not more often than VIEW_EVERY_MS. */
  private sendView(): void {
    if (!this.session || this.viewTimer !== 0) return;
    const wait = this.lastViewMs + VIEW_EVERY_MS - performance.now();
    if (wait > 0) {
      this.viewTimer = window.setTimeout(() => {
        this.viewTimer = 0;
        this.sendView();
      }, wait);
      return;
    }
    const ranges = this.cells.want(this.parts.flatMap(p => p.wants?.() ?? []));
    if (!ranges) return;
    this.lastViewMs = performance.now();
    this.send({ type: 'view', ranges });
    this.touch('cells');
  }
}
