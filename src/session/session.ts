/** One world being run for a person: slices that never hold the host, pause, steps, speed, reset, and views that pull frames. */

import { LogKind } from '../engine/observe/logkinds';
import { blankRow } from '../engine/observe/log';
import { buildWorld, frameBytes, pfnLimit } from '../engine/sim/build';
import type { Until, World } from '../engine/sim/world';
import type { WorldSpec } from '../engine/spec';
import { PS_PER_S } from '../engine/types';
import type { CountersModel, PfnModel, RunState, SessionModel, StepKind, ThreadModel } from '../protocol/messages';
import type { FunctionFigures, LogPage, Session, SessionOptions, SessionView } from './api';
import { findPage } from './frames';
import { countersModel, pointCounts, threadModels } from './live';
import { LogView } from './logview';
import { sessionModel } from './model';
import { pageModel } from './page';
import { View, type ViewSource } from './view';

const SLICE_MS = 8;
/** Steps between two looks at the clock. */
const CHUNK_STEPS = 256;
/** Real time between two looks when the simulation has caught up with its speed. */
const CAUGHT_UP_MS = 15;
/** A slice that comes later than this was kept waiting by somebody: then the next one leaves as much time as it takes. */
const LATE_MS = 4;
/** Falling behind more than this is forgiven: the speed is a wish. */
const BEHIND_MS = 500;
const NOTIFY_MS = 16;
const DEFAULT_SPEED = 1;
const MIB = 1024 * 1024;

const tooLarge = (needed: number, limit: number): string =>
  `This world takes ${Math.ceil(needed / MIB)} MiB, more than the limit of ${Math.floor(limit / MIB)} MiB. Raise the setting kmigrated.memoryLimitMiB, or take a smaller machine.`;

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
  /** Longest slice so far, in ms. */
  longestSliceMs = 0;

  constructor(readonly spec: WorldSpec, private readonly options: SessionOptions, public world: World) {
    this.model = sessionModel(spec, options.sourceLabel());
    this.log_ = this.logView();
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
    this.state = 'running';
    this.stateText = '';
    this.anchor();
    this.schedule(0);
    this.notify(true);
  }

  pause(): void {
    if (this.state === 'running') this.halt('paused', '');
  }

  step(kind: StepKind): Promise<void> {
    if (this.state === 'finished') return Promise.resolve();
    this.pause();
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
    const { options, world } = this;
    const beginMs = options.now();
    const late = this.cancel === undefined && beginMs - this.dueMs > LATE_MS && this.stepping === undefined;
    const wanted = this.wantedPs(beginMs);
    const until: Until = this.stepping?.kind ?? 'time';
    let end = world.run(wanted, CHUNK_STEPS, until);
    while (end === 'budget' && options.now() - beginMs < SLICE_MS) end = world.run(wanted, CHUNK_STEPS, until);
    const tookMs = options.now() - beginMs;
    this.longestSliceMs = Math.max(this.longestSliceMs, tookMs);
    const used = world.machine.frames.bytes() + world.rec.trace.bytes() + world.rec.log.bytes();
    if (end === 'oops') return this.halt('halted', this.oopsText());
    if (used > options.memoryLimitBytes) return this.halt('halted', tooLarge(used, options.memoryLimitBytes));
    if (end === 'stop') return this.halt('paused', '');
    if (world.nowPs >= this.spec.durationPs || end === 'done') return this.halt('finished', `finished: ${this.spec.durationPs / PS_PER_S} s simulated`);
    this.schedule(end === 'budget' ? (late ? Math.ceil(tookMs) : 0) : CAUGHT_UP_MS);
    this.notify(false);
  }

  private oopsText(): string {
    const { log } = this.world.rec;
    const row = blankRow();
    for (let i = log.total - 1; i >= log.dropped; i--) {
      log.read(i, row);
      if (row.kind === LogKind.Oops) return `halted: kmigrated${row.actor} dereferenced a NULL pgdat (node ${log.asked(i)[0]?.[0] ?? '?'} does not exist) and is dead; Run goes on without it`;
    }
    return 'halted: a thread dereferenced a NULL pgdat';
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

  digest(): string {
    return this.world.rec.trace.digest();
  }

  openView(): SessionView {
    return new View(this);
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
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
