/** One world being run for a person: slices that never hold the host, pause, steps, speed, reset, and views that pull frames. */

import { buildWorld, frameBytes, pfnLimit } from '../engine/sim/build';
import type { RunEnd, Until, World } from '../engine/sim/world';
import type { WorldSpec } from '../engine/spec';
import { PS_PER_S } from '../engine/types';
import type { CountersModel, PfnModel, RunState, SessionModel, StepKind, ThreadModel } from '../protocol/messages';
import type { Charts, FunctionFigures, LogPage, Programs, Session, SessionOptions, SessionView } from './api';
import { Companion, seriesOf } from './compare';
import { findPage } from './frames';
import { countersModel, oopsText, pointCounts, threadModels } from './live';
import { LogView } from './logview';
import { sessionModel } from './model';
import { pageModel } from './page';
import { programsOf } from './programs';
import { bytesOf, tooLarge, Track } from './track';
import { View, type ViewSource } from './view';

const SLICE_MS = 8;
/** Steps between two looks at the clock; a step of a program may be a whole scan pass over 65,536 entries. */
const CHUNK_STEPS = 256, PROGRAM_CHUNK_STEPS = 16;
/** Real time between two looks when the simulation has caught up with its speed. */
const CAUGHT_UP_MS = 15;
/** A slice that comes later than this was kept waiting by somebody: then the next one leaves as much time as it takes. */
const LATE_MS = 4;
/** Falling behind more than this is forgiven: the speed is a wish. */
const BEHIND_MS = 500;
const NOTIFY_MS = 16;
const DEFAULT_SPEED = 1;

interface Stepping {
  readonly kind: StepKind;
  readonly done: () => void;
}

class ExplorerSession implements Session, ViewSource {
  readonly model: SessionModel;
  state: RunState = 'paused';
  stateText = '';
  speed = DEFAULT_SPEED;
  generation = 1;
  private stepping: Stepping | undefined;
  private cancel: (() => void) | undefined;
  private dueMs = 0;
  private anchorMs = 0;
  private anchorPs = 0;
  private readonly listeners = new Set<() => void>();
  private lastNotifyMs = -Infinity;
  private cancelNotify: (() => void) | undefined;
  private log_: LogView;
  private track: Track;
  private readonly companion: Companion;
  private readonly chunk: number;
  /** Longest slice so far, in ms. */
  longestSliceMs = 0;

  constructor(readonly spec: WorldSpec, private readonly options: SessionOptions, public world: World) {
    this.model = sessionModel(spec, options.sourceLabel());
    this.log_ = this.logView();
    this.track = new Track(world, seriesOf(spec));
    this.chunk = spec.system === undefined ? CHUNK_STEPS : PROGRAM_CHUNK_STEPS;
    this.companion = new Companion(spec, options.memoryLimitBytes);
  }

  private logView(): LogView {
    return new LogView(this.world.rec.log, this.world.producers.map((p) => p.name));
  }

  get timePs(): number {
    return this.world.nowPs;
  }

  get atPoint(): number {
    return this.state === 'running' ? -1 : this.world.nextPoint();
  }

  run(): void {
    if (this.state === 'finished' || this.state === 'running') return;
    this.world.setLiteral(false, false);
    this.companion.prepare();
    this.state = 'running';
    this.stateText = '';
    this.anchor();
    this.schedule(0);
    this.notify(true);
  }

  pause(): void {
    if (this.state === 'running') this.stop('paused', '');
  }

  step(kind: StepKind): Promise<void> {
    if (this.state === 'finished') return Promise.resolve();
    this.pause();
    this.companion.prepare();
    this.world.setLiteral(kind === 'point' || kind === 'pfn', kind === 'point');
    return new Promise((resolve) => {
      this.stepping = { kind, done: resolve };
      this.state = 'running';
      this.slice();
      if (this.state === 'running') this.stateText = `on the way to the next ${kind}`;
    });
  }

  reset(): void {
    const built = buildWorld(this.spec);
    if (!built.ok) return;
    this.halt('paused', '');
    this.world = built.world;
    this.log_ = this.logView();
    this.track = new Track(built.world, seriesOf(this.spec));
    this.companion.reset();
    this.generation++;
    this.notify(true);
  }

  setSpeed(ratio: number): void {
    this.speed = ratio;
    this.anchor();
    if (this.state === 'running') this.schedule(0);
    this.notify(true);
  }

  private anchor(): void {
    this.anchorMs = this.options.now();
    this.anchorPs = this.world.nowPs;
  }

  private schedule(delayMs: number): void {
    this.cancel?.();
    this.dueMs = this.options.now() + delayMs;
    this.cancel = this.options.defer(() => {
      this.cancel = undefined;
      this.slice();
    }, delayMs);
  }

  /** Ends whatever runs. */
  private halt(state: RunState, text: string): void {
    this.cancel?.();
    this.cancel = undefined;
    this.state = state;
    this.stateText = text;
    const { stepping } = this;
    this.stepping = undefined;
    stepping?.done();
    this.notify(true);
  }

  /** Simulated time that the speed asks for by now; a step runs as fast as it goes. */
  private wantedPs(nowMs: number): number {
    const { durationPs } = this.spec;
    if (this.stepping !== undefined || this.speed === 0) return durationPs;
    const elapsedMs = nowMs - this.anchorMs;
    const wanted = this.anchorPs + (elapsedMs / 1000) * this.speed * PS_PER_S;
    if (wanted - this.world.nowPs > (BEHIND_MS / 1000) * this.speed * PS_PER_S) this.anchor();
    return Math.min(durationPs, Math.floor(wanted));
  }

  private slice(): void {
    const { options, world, companion } = this;
    const beginMs = options.now();
    const late = this.cancel === undefined && beginMs - this.dueMs > LATE_MS && this.stepping === undefined;
    const end = this.state === 'running' ? this.lead(beginMs) : 'stop';
    while (companion.behind(world) && options.now() - beginMs < SLICE_MS) companion.follow(world.nowPs, this.chunk);
    const tookMs = options.now() - beginMs;
    this.longestSliceMs = Math.max(this.longestSliceMs, tookMs);
    const used = bytesOf(world), both = used + companion.bytes();
    if (used <= options.memoryLimitBytes && both > options.memoryLimitBytes) companion.drop(both);
    if (this.state !== 'running') return this.rest();
    if (end === 'oops') return this.stop('halted', oopsText(world));
    if (used > options.memoryLimitBytes) return this.stop('halted', tooLarge(used, options.memoryLimitBytes));
    if (end === 'stop') return this.stop('paused', '');
    if (end === 'done' || (end === 'time' && world.nowPs >= this.spec.durationPs)) return this.stop('finished', `finished: ${this.spec.durationPs / PS_PER_S} s simulated`);
    if (this.stepping === undefined) this.stateText = companion.lagText(world.nowPs);
    this.schedule(end === 'budget' || companion.behind(world) ? (late ? Math.ceil(tookMs) : 0) : CAUGHT_UP_MS);
    this.notify(false);
  }

  /** Runs the world of the scenario while the slice lasts; the second one comes up to it before it goes on. */
  private lead(beginMs: number): RunEnd {
    const { options, world, companion, track } = this;
    const wanted = this.wantedPs(beginMs);
    const until: Until = this.stepping?.kind ?? 'time';
    let end: RunEnd;
    do {
      const together = !companion.behind(world) || companion.follow(world.nowPs, this.chunk);
      end = together ? track.advance(wanted, this.chunk, until) : 'budget';
    } while (end === 'budget' && options.now() - beginMs < SLICE_MS);
    return end;
  }

  /** Ends the run; what the second world has left to do it does. */
  private stop(state: RunState, text: string): void {
    this.halt(state, text);
    this.rest();
  }

  private rest(): void {
    if (this.companion.behind(this.world)) this.schedule(0);
    else this.notify(true);
  }

  private notify(now: boolean): void {
    const nowMs = this.options.now();
    if (!now && nowMs - this.lastNotifyMs < NOTIFY_MS) {
      this.cancelNotify ??= this.options.defer(() => {
        this.cancelNotify = undefined;
        this.notify(true);
      }, NOTIFY_MS);
      return;
    }
    this.lastNotifyMs = nowMs;
    for (const listener of [...this.listeners]) listener();
  }

  threads(): readonly ThreadModel[] {
    this.world.syncWalks();
    return threadModels(this.world);
  }

  counters(): CountersModel {
    this.world.syncWalks();
    return countersModel(this.world);
  }

  figures(): FunctionFigures {
    this.world.syncWalks();
    return { byPoint: pointCounts(this.world) };
  }

  page(pfn: number): PfnModel | null {
    return pageModel(this.world, pfn);
  }

  find(nid: number, near: number, pageClass: number): number {
    return findPage(this.world, nid, near, pageClass);
  }

  log(filter: string, first: number, count: number): LogPage {
    return this.log_.page(filter, first, count);
  }

  logText(filter: string, limit: number): string {
    return this.log_.text(filter, limit);
  }

  series(): Charts {
    return this.companion.charts(this.track.series);
  }

  seriesKey(): string {
    return `${this.generation} ${this.companion.chartsKey(this.track.series)}`;
  }

  setCompare(on: boolean): void {
    this.companion.set(on);
    if (this.world.nowPs > 0) this.companion.prepare();
    if (this.state !== 'running') this.rest();
    this.notify(true);
  }

  compareDigest(): string | undefined {
    return this.companion.world?.rec.trace.digest();
  }

  programs(): Programs | undefined {
    return programsOf(this.world, this.model.nodes);
  }

  digest(): string {
    return this.world.rec.trace.digest();
  }

  openView(): SessionView {
    return new View(this);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  dispose(): void {
    this.cancel?.();
    this.cancelNotify?.();
    this.listeners.clear();
    this.stepping?.done();
    this.stepping = undefined;
  }
}

/** Builds the world of a spec, paused at time 0; a world that cannot be, or is too large, is a sentence. */
export function createSession(spec: WorldSpec, options: SessionOptions): Session | { readonly ok: false; readonly text: string } {
  const needed = frameBytes(pfnLimit(spec));
  if (needed > options.memoryLimitBytes) return { ok: false, text: tooLarge(needed, options.memoryLimitBytes) };
  const built = buildWorld(spec);
  if (!built.ok) return built;
  return new ExplorerSession(spec, options, built.world);
}
