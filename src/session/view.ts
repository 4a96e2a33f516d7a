/** A view on a session: remembers what it has sent, and gives the next frame when there is something new. */

import type { World } from '../engine/sim/world';
import type { HostMessage, RunState, ViewRange } from '../protocol/messages';
import type { SessionView } from './api';
import { CellFrames } from './frames';
import { batchModels, countersModel, threadModels } from './live';

type Frame = Extract<HostMessage, { type: 'frame' }>;

/** What a view reads from its session. */
export interface ViewSource {
  readonly world: World;
  readonly generation: number;
  readonly state: RunState;
  readonly stateText: string;
  readonly speed: number;
  readonly atPoint: number;
}

export class View implements SessionView {
  private cells: CellFrames;
  private world: World;
  private ranges: readonly ViewRange[] = [];
  private seq = 0;
  private key = true;
  private lanes = 0;
  /** What the last frame said, so that nothing is sent twice. */
  private said = '';

  constructor(private readonly source: ViewSource) {
    this.world = source.world;
    this.cells = new CellFrames(this.world);
  }

  setRanges(ranges: readonly ViewRange[]): void {
    this.ranges = ranges;
    this.cells.setRanges(ranges);
    this.resync();
  }

  resync(): void {
    this.cells.resync();
    this.lanes = 0;
    this.key = true;
  }

  nextFrame(): Frame | undefined {
    const { source } = this;
    if (source.world !== this.world) this.follow();
    const { world } = this;
    const says = `${world.nowPs} ${world.steps} ${world.rec.trace.total} ${source.state} ${source.stateText} ${source.speed} ${source.generation}`;
    if (!this.key && says === this.said && !this.cells.dirty) return undefined;
    this.said = says;
    world.syncWalks();
    const lanes = world.rec.lanesSince(this.lanes);
    this.lanes = world.rec.laneTotal;
    const key = this.key;
    this.key = false;
    return {
      type: 'frame', generation: source.generation, seq: ++this.seq, key, timePs: world.nowPs, state: source.state, stateText: source.stateText,
      threads: threadModels(world), batches: batchModels(world), counters: countersModel(world), lanes, logRows: world.rec.log.total,
      logDropped: world.rec.log.dropped, speed: source.speed, atPoint: source.atPoint, cells: this.cells.take(),
    };
  }

  /** The session was reset: another world. */
  private follow(): void {
    this.world = this.source.world;
    this.cells = new CellFrames(this.world);
    this.cells.setRanges(this.ranges);
    this.resync();
  }

  dispose(): void {
    this.ranges = [];
    this.cells.setRanges([]);
  }
}
