/** What a session offers to the host and the command line: one world being run for a person. Implemented by ExplorerSession in session.ts. */

import type { WorldSpec } from '../engine/spec';
import type { TaskView } from '../engine/system/view';
import type { SeriesRun } from '../protocol/series';
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

/** What the charts draw. */
export interface Charts {
  /** What of the result is validated and what is not. */
  readonly says: string;
  /** The scenario's run first, then the one under the other migrator; empty for a world without programs. */
  readonly runs: readonly SeriesRun[];
  /** The second run goes along. */
  readonly comparing: boolean;
  /** Why it cannot, as a sentence, or "": one that is merely off can be switched on. */
  readonly whyNot: string;
}

/** The programs of a world as they are now, for the tree. */
export interface Programs {
  readonly migrator: string;
  /** name: of the task that is on the CPU, or "" when it is idle. */
  readonly cpus: readonly { readonly cpu: number; readonly nid: number; readonly task: string }[];
  readonly tasks: readonly TaskView[];
  /** vmstat counters, summed over nodes, those that are not 0. */
  readonly counters: readonly (readonly [string, number])[];
  /** CPU time since the begin by cause, largest first, those that are not 0; ps. */
  readonly ledger: readonly (readonly [string, number])[];
  /** Sentences of the checkers that found something wrong. */
  readonly violations: readonly string[];
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
  /** Time series of the run and of the one beside it. */
  series(): Charts;
  /** Changes when series() would say something else: cheap to ask. */
  seriesKey(): string;
  /** Switches the run under the other migrator on or off; it catches up with this one. Where there can be none, series() says why. */
  setCompare(on: boolean): void;
  /** Digest of the second run's trace, or undefined where there is none. */
  compareDigest(): string | undefined;
  /** Tasks, counters and ledger now; undefined for a world without programs. */
  programs(): Programs | undefined;
  openView(): SessionView;
  /** Called (at most ~60 times a second) when anything that a view or tree shows may have changed. Returns a dispose function. */
  onChange(listener: () => void): () => void;
  dispose(): void;
}
