/** kmigrated_init() and kmigrated_run() of RFC v1 (20250616133931.206626-4-bharata@amd.com): a thread for every node with memory, in node order. */

import type { Machine, Pgdat } from '../machine/machine';
import type { MmEnv } from '../mm/env';
import { LogKind } from '../observe/logkinds';
import { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import type { Actor } from '../sim/actor';

const NO_PAIRS = new Int32Array(0);

export class KmigratedInit implements Actor {
  private cursor = 0;
  private pc: typeof Point.InitCreate | typeof Point.InitWake | typeof Point.InitError | -1 = Point.InitCreate;
  private readonly nodes: readonly number[];

  /** actor: the number that trace records carry; wake: starts the thread of a node at a time; among: the nodes that may get one, all as posted (D21). */
  constructor(
    readonly rank: number, private readonly actor: number, private readonly machine: Machine, private readonly env: MmEnv,
    private readonly rec: Recorder, private readonly timePs: number, private readonly wake: (nid: number, timePs: number) => void,
    among: readonly Pgdat[] = machine.nodes,
  ) {
    this.nodes = among.filter((n) => n.hasMemory).map((n) => n.nid).sort((a, b) => a - b);
    this.skipStarted();
  }

  nextPs(): number {
    return this.pc === -1 ? Infinity : this.timePs;
  }

  step(): void {
    const nid = this.nodes[this.cursor];
    const pgdat = this.machine.nodeData(nid);
    if (pgdat === undefined) return;
    if (this.pc === Point.InitCreate) {
      const error = this.env.kthreadCreate(nid);
      this.rec.point(this.timePs, Point.InitCreate, this.actor, 0, nid, error, 0, 0);
      this.pc = error === 0 ? Point.InitWake : Point.InitError;
      return;
    }
    this.rec.point(this.timePs, this.pc as Point, this.actor, 0, nid, 0, 0, 0);
    if (this.pc === Point.InitWake) {
      pgdat.hasThread = true;
      this.rec.log.add(this.timePs, nid, LogKind.ThreadStart, Point.InitWake, -1, -1, -1, 0, 0, 0, 0, 0, NO_PAIRS, 0);
      this.wake(nid, this.timePs);
    }
    this.cursor++;
    this.pc = Point.InitCreate;
    this.skipStarted();
  }

  /** kmigrated_run() returns at once where pgdat->kmigrated is set. */
  private skipStarted(): void {
    while (this.cursor < this.nodes.length && this.machine.nodeData(this.nodes[this.cursor])?.hasThread) this.cursor++;
    if (this.cursor === this.nodes.length) this.pc = -1;
  }
}
