/** The world: actors in the order of (time, rank), one clock, and the watch over lazy walks. The only way time moves is run(). */

import type { KmigratedThread } from '../designs/kmigrated-v1';
import type { FrameWatcher } from '../machine/frames';
import type { Machine } from '../machine/machine';
import { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import type { WorldSpec } from '../spec';
import type { SystemView } from '../system/view';
import type { Producer } from '../workload/producer';
import type { Actor, RunMode } from './actor';

/** Where a run ends besides its time. */
export type Until = 'time' | 'point' | 'pfn' | 'batch' | 'pass';

/** Why a run ended. */
export type RunEnd = 'time' | 'budget' | 'stop' | 'oops' | 'done';

export class World implements FrameWatcher {
  /** Time and rank of the newest point. */
  nowPs = 0;
  private nowRank = -1;
  /** Another actor's time may have changed: choose again. */
  private disturbed = false;
  private readonly actors: Actor[];
  /** Steps taken so far. */
  steps = 0;

  constructor(
    readonly spec: WorldSpec, readonly machine: Machine, readonly rec: Recorder, readonly mode: RunMode,
    readonly threads: readonly KmigratedThread[], readonly producers: readonly Producer[], others: readonly Actor[],
    readonly system: (SystemView & { readonly rank: number; readonly kthreads: { nextPoint(): Point | -1; redirected(thread: KmigratedThread): void } }) | undefined = undefined,
  ) {
    // on a machine with programs the threads are tasks of its CPUs, which are one actor among the others
    this.actors = [...producers, ...others, ...(system === undefined ? threads : [])].sort((a, b) => a.rank - b.rank);
    machine.frames.watcher = this;
  }

  /** What executes now has a finer place in the order than its actor's rank says: a CPU among the CPUs. */
  setRank(rank: number): void {
    this.nowRank = rank;
  }

  /** The next time of another actor has changed. */
  disturb(): void {
    this.disturbed = true;
  }

  /** Adds an actor of a rank that no other has, before or between runs. */
  addActor(actor: Actor): void {
    this.actors.push(actor);
    this.actors.sort((a, b) => a.rank - b.rank);
  }

  before(pfn: number): void {
    for (const t of this.threads) t.walk.beforeChange(pfn, this.nowPs, this.nowRank);
  }

  after(pfn: number, oldWalk: number, newWalk: number): void {
    for (const t of this.threads) {
      if (!t.walk.afterChange(pfn, oldWalk, newWalk)) continue;
      this.disturbed = true;
      this.system?.kthreads.redirected(t);
    }
  }

  /** Visits PFN by PFN from now on, or leaps again. The cursor of every walk stands where it would stand anyway. */
  setLiteral(literal: boolean, stepping: boolean): void {
    this.mode.stepping = stepping;
    if (this.mode.literal === literal) return;
    this.syncWalks();
    for (const t of this.threads) t.walk.targetValid = false;
    this.mode.literal = literal;
    for (const t of this.threads) this.system?.kthreads.redirected(t);
  }

  /** Brings the cursors of lazy walks up to now, for whoever looks. */
  syncWalks(): void {
    for (const t of this.threads) if (t.walk.active) t.walk.syncTo(this.nowPs, t.walk.rank < this.nowRank);
  }

  /** The actor whose point comes next, or undefined when nothing will ever happen again. */
  next(): Actor | undefined {
    let best: Actor | undefined;
    let bestPs = Infinity;
    for (const actor of this.actors) {
      const ps = actor.nextPs();
      if (ps < bestPs) {
        best = actor;
        bestPs = ps;
      }
    }
    return best;
  }

  /**
   * Executes everything up to and at untilPs, at most maxSteps steps, or up to the stop. After 'time' the clock stands at untilPs.
   * An oops always ends the run, so that nobody misses it.
   */
  run(untilPs: number, maxSteps: number, until: Until): RunEnd {
    const { actors, rec } = this;
    let steps = 0;
    const dead = rec.byPoint[Point.Oops];
    const batches = rec.byPoint[Point.BatchEnd], passes = rec.byPoint[Point.WorkDone];
    while (steps < maxSteps) {
      let best: Actor | undefined;
      let bestPs = Infinity, horizonPs = Infinity;
      for (let i = 0; i < actors.length; i++) {
        const ps = actors[i].nextPs();
        if (ps < bestPs) {
          horizonPs = bestPs;
          bestPs = ps;
          best = actors[i];
        } else if (ps < horizonPs) horizonPs = ps;
      }
      if (best === undefined || bestPs > untilPs) {
        if (untilPs > this.nowPs) this.nowPs = untilPs;
        this.nowRank = Infinity;
        return best === undefined ? 'done' : 'time';
      }
      const limitPs = Math.min(horizonPs, untilPs + 1);
      this.nowRank = best.rank;
      this.disturbed = false;
      let ps = bestPs;
      do {
        this.nowPs = ps;
        best.step();
        steps++;
        this.steps++;
        if (until !== 'time' && this.stopped(until, batches, passes)) {
          return 'stop';
        }
        ps = best.nextPs();
      } while (ps < limitPs && steps < maxSteps && !this.disturbed);
      if (rec.byPoint[Point.Oops] !== dead) return 'oops';
    }
    return 'budget';
  }

  private stopped(until: Until, batches: number, passes: number): boolean {
    switch (until) {
      case 'time': return false;
      case 'point': return this.system === undefined || this.nextPoint() >= 0;
      case 'pfn': return this.nextIsVisit();
      case 'batch': return this.rec.byPoint[Point.BatchEnd] !== batches;
      case 'pass': return this.rec.byPoint[Point.WorkDone] !== passes;
    }
  }

  private nextIsVisit(): boolean {
    return this.nextPoint() === Point.WalkValid;
  }

  /** The point that executes next, or -1. */
  nextPoint(): Point | -1 {
    const next = this.next();
    for (const t of this.threads) if (t === next) return t.nextPoint();
    for (const p of this.producers) if (p === next) return p.pc;
    if (this.system !== undefined && next !== undefined && next.rank === this.system.rank) return this.system.kthreads.nextPoint();
    return next === undefined ? -1 : Point.InitCreate;
  }
}
