/** The lab's contract: designs with options (arms), jobs that stand for themselves, what a run gives, and what several runs say together. */

import type { CostTable } from '../engine/cost/table';
import type { DeferredOptions } from '../engine/designs/options';
import type { KmigratedV1Options } from '../engine/spec';
import type { Migrator, NumaBalancingSpec } from '../engine/system/spec';
import type { MetricId } from './metrics';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A design with its options: one line of a comparison. */
export interface Arm {
  /** Short and without blanks: what the command line and files call it. */
  readonly id: string;
  readonly label: string;
  readonly migrator: Migrator;
  /** Whole options of a deferred design; undefined: the defaults of its kind. */
  readonly deferred?: DeferredOptions;
  readonly v1?: Partial<KmigratedV1Options>;
  readonly numaBalancing?: Partial<NumaBalancingSpec>;
}

/** A value put into the scenario before it is read: "programs[0].size", "design.batchFolios", "costs.hintFaultNs". */
export interface Override {
  readonly path: string;
  /** undefined: what stands there is removed. */
  readonly value: Json | undefined;
}

/** One run, complete in itself: the same job gives the same result on every machine. */
export interface Job {
  /** Text of the scenario, and of the files that it names. */
  readonly scenario: string;
  readonly side: Readonly<Record<string, string>>;
  readonly overrides: readonly Override[];
  readonly arm: Arm;
  /** Costs in ps that take the place of the scenario's. */
  readonly costs: Partial<CostTable>;
  readonly seed: number;
  /** Simulated time, s; undefined: the scenario's. */
  readonly untilSeconds?: number;
  /** ENGINE_VERSION that it is for; another one refuses it. */
  readonly engine: string;
}

/** Samples over simulated time, all of one length. */
export interface RunSeries {
  readonly seconds: readonly number[];
  /** Share of the accesses of the interval that were local. */
  readonly localShare: readonly number[];
  /** Accesses of the interval, a second. */
  readonly accesses: readonly number[];
  /** Isolated folios at the end of the interval. */
  readonly isolated: readonly number[];
}

export interface RunResult {
  readonly metrics: Readonly<Record<MetricId, number>>;
  readonly series: RunSeries;
  /** Mean latency from mark to move by tenth of the PFNs of the source node, ms; 0 where nothing moved. */
  readonly latencyByPositionMs: readonly number[];
  /** [folios, batches], ascending. */
  readonly batchSizes: readonly (readonly [number, number])[];
  readonly digest: string;
  /** Sentences of the checkers; empty is good. */
  readonly violations: readonly string[];
}

export type JobResult = { readonly ok: true; readonly result: RunResult } | { readonly ok: false; readonly text: string };

/** Mean and spread of a metric over seeds. */
export interface Summary {
  readonly mean: number;
  /** Standard deviation over the seeds, n - 1. */
  readonly sd: number;
  readonly min: number;
  readonly max: number;
  readonly n: number;
}

export interface ArmSummary {
  readonly arm: Arm;
  readonly seeds: readonly number[];
  readonly metrics: Readonly<Record<MetricId, Summary>>;
  /** Of the first seed. */
  readonly first: RunResult;
}

export interface Comparison {
  readonly title: string;
  readonly engine: string;
  readonly arms: readonly ArmSummary[];
  /** Arms that did not run, with the sentence. */
  readonly refused: readonly { readonly arm: Arm; readonly text: string }[];
}

/** One axis of a sweep: an override, a cost ("cost:hintFaultPs"), the batch ("v1:batchFolios") or an option of the deferred design ("deferred:entries"). */
export interface Axis {
  readonly path: string;
  readonly values: readonly Json[];
}

export interface SweepPoint {
  readonly at: readonly Json[];
  readonly comparison: Comparison;
}

export interface Sweep {
  readonly axes: readonly Axis[];
  readonly points: readonly SweepPoint[];
}

/** Runs jobs; how many at once is its own affair. Results come in the order of the jobs. */
export interface JobRunner {
  /** each: every result as soon as it is there, with the index of its job. A cancelled run gives what there is so far and refusals for the rest. */
  run(
    jobs: readonly Job[], progress: (done: number, of: number) => void, cancelled: () => boolean, each?: (result: JobResult, index: number) => void,
  ): Promise<readonly JobResult[]>;
}
