/** What a session offers to the host and the command line: one world being run for a person. Implemented by ExplorerSession in session.ts. */

import type { WorldSpec } from '../engine/spec';
import type {
  HostMessage, LogRowModel, PfnModel, RunState, SessionModel, StepKind, ThreadModel, CountersModel, ViewRange,
} from '../protocol/messages';

export interface SessionOptions {
  /** Wall clock in ms, for the slice budget and the speed only; never reaches the engine. */
  readonly now: () => number;
  /** Runs a callback after other work had its turn; returns a cancel function. */
  readonly defer: (callback: () => void, delayMs: number) => () => void;
  readonly sourceLabel: () => string;
  /** Memory that the world may take, in bytes; above it the session refuses with a sentence. */
  readonly memoryLimitBytes: number;
}

/** A view on the session (panel or overview): pulls frames, one outstanding at a time. */
export interface SessionView {
  /** The windows to send from now on; the next frame is a key frame. */
  setRanges(ranges: readonly ViewRange[]): void;
  /** Forgets what was sent: the next frame is a key frame. */
  resync(): void;
  /** A frame with what has changed since the last one, or undefined when nothing has. */
  nextFrame(): Extract<HostMessage, { type: 'frame' }> | undefined;
  dispose(): void;
}

export interface LogPage {
  readonly first: number;
  readonly matched: number;
  readonly total: number;
  readonly rows: readonly LogRowModel[];
  /** A sentence when the filter cannot be read, else "". */
  readonly error: string;
}

export interface FunctionFigures {
  /** How often each point was passed, indexed by Point. */
  readonly byPoint: Float64Array;
}

export interface Session {
  readonly spec: WorldSpec;
  readonly model: SessionModel;
  readonly state: RunState;
  /** Why it is in that state, as a sentence ("halted: kmigrated0 dereferenced a NULL pgdat (node 7)"), or "". */
  readonly stateText: string;
  readonly timePs: number;
  readonly speed: number;
  /** The point that the next step executes or that the last stop was at, or -1. */
  readonly atPoint: number;
  run(): void;
  pause(): void;
  /** Runs to the next point, PFN visit, end of a batch or of a pass; resolves when it is there (sliced, so the host never blocks). */
  step(kind: StepKind): Promise<void>;
  /** Back to time 0, same seed. */
  reset(): void;
  /** Simulated seconds a real second; 0 = as fast as it goes. */
  setSpeed(ratio: number): void;
  threads(): readonly ThreadModel[];
  counters(): CountersModel;
  figures(): FunctionFigures;
  page(pfn: number): PfnModel | null;
  find(nid: number, near: number, pageClass: number): number;
  log(filter: string, first: number, count: number): LogPage;
  /** The matching rows as text lines, at most limit of them. */
  logText(filter: string, limit: number): string;
  /** Digest of the trace so far. */
  digest(): string;
  openView(): SessionView;
  /** Called (at most ~60 times a second) when anything that a view or tree shows may have changed. Returns a dispose function. */
  onChange(listener: () => void): () => void;
  dispose(): void;
}
