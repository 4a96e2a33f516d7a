/** What the world runs: threads and producers, each a machine that goes from point to point and is plain data in between. */

import type { Point } from '../observe/points';

export interface Actor {
  /** Order among actors at one time: smaller first. Producers come before init, init before threads, threads by node. */
  readonly rank: number;
  /** When its next point executes, in ps; Infinity when it has none. */
  nextPs(): number;
  /** Executes the next point (or, in fast mode, everything up to the next point that matters). */
  step(): void;
}

/** How the actors of a world are being run. */
export interface RunMode {
  /** Visit PFN by PFN instead of leaping. */
  literal: boolean;
  /** Stop between the checks of one visit as well. */
  stepping: boolean;
  /** Told before a point in its mask executes: the conformance hooks. */
  observer: PointObserver | undefined;
}

export interface PointObserver {
  /** By Point: 1 = wanted. */
  readonly mask: Uint8Array;
  before(point: Point, actor: number, pfn: number): void;
}
