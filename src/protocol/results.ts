/** What the results page is told and what it may ask: one comparison of designs, its progress and its errors. Plain data, validated at both ends by resultsshape.ts. */

export const METRIC_GROUPS = ['application', 'latency', 'scan', 'migration', 'isolation', 'tlb', 'waiting', 'overhead'] as const;
export type MetricGroup = (typeof METRIC_GROUPS)[number];

/** How an arm stands to a reference arm in a metric: better, worse, different where neither way is better, or not different within the spread; or one of them has no such figure. */
export const VERDICTS = { b: 'better', w: 'worse', d: 'different', n: 'no difference', x: 'not there' } as const;
export type Verdict = keyof typeof VERDICTS;

/** Arms that do not simply count among the best: a bound that nothing reaches never does; a control and a design that moved nothing do for what the programs get, as "not needed" is an answer, and not for what it costs. */
export const ASIDES = { '': '', bound: 'bound', control: 'control', idle: 'moved nothing' } as const;
export type Aside = keyof typeof ASIDES;

export const MAX_ARMS = 40;
export const MAX_METRICS = 200;
export const MAX_SEEDS = 100;
/** Points of one line of a chart. */
export const MAX_POINTS = 2_000;

/** Mean over the seeds, standard deviation, smallest and largest. */
export type ResultCell = readonly [mean: number, sd: number, min: number, max: number];

export interface ResultMetric {
  readonly id: string;
  readonly name: string;
  readonly unit: string;
  readonly group: MetricGroup;
  readonly better: 'high' | 'low' | 'neither';
  /** One cell an arm; null where it has no such figure: no latency where nothing moved. */
  readonly cells: readonly (ResultCell | null)[];
  /** One letter of VERDICTS for each pair: at ref * arms + arm stands how that arm is to ref. */
  readonly verdicts: string;
}

/** A defect of the posted code that this arm runs with, or has repaired. */
export interface ResultDefect {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  readonly repaired: boolean;
  /** Point of its statement, or -1 where no statement stands for it. */
  readonly point: number;
}

export interface ResultArm {
  readonly id: string;
  readonly label: string;
  readonly aside: Aside;
  /** What this arm's code is held against, in a sentence. */
  readonly standing: string;
  readonly options: readonly string[];
  readonly sources: readonly string[];
  readonly modelled: readonly string[];
  readonly simplified: readonly string[];
  readonly notModelled: readonly string[];
  readonly defects: readonly ResultDefect[];
  /** What the checkers found in the run of the first seed; empty is good. */
  readonly violations: readonly string[];
  /** Of the first seed: share of local accesses in each interval that ends at seconds[i]. */
  readonly seconds: readonly number[];
  readonly localShare: readonly number[];
  /** Of the first seed: mean from mark to move by tenth of the PFNs of the source node, ms. */
  readonly latencyMs: readonly number[];
  /** Of the first seed: [folios, batches], ascending. */
  readonly batchSizes: readonly (readonly [number, number])[];
}

export interface ResultsModel {
  /** Counts comparisons: what is asked about another one is not answered. */
  readonly run: number;
  readonly title: string;
  /** What is held against something real and what is not: the first line of the page. */
  readonly says: string;
  readonly machine: string;
  readonly engine: string;
  readonly seeds: readonly number[];
  /** Simulated time of each run, s. */
  readonly seconds: number;
  readonly arms: readonly ResultArm[];
  readonly metrics: readonly ResultMetric[];
  /** Arms that did not run, and why. */
  readonly refused: readonly { readonly label: string; readonly text: string }[];
}

export type ResultsHostMessage =
  | { readonly type: 'results'; readonly model: ResultsModel }
  | { readonly type: 'progress'; readonly title: string; readonly done: number; readonly of: number }
  /** Nothing was compared yet, or a comparison was cancelled: what there is to say. */
  | { readonly type: 'empty'; readonly text: string }
  | { readonly type: 'error'; readonly text: string };

export type ResultsWebviewMessage =
  | { readonly type: 'ready' }
  /** Open the run of this arm and seed as a session. */
  | { readonly type: 'openRun'; readonly run: number; readonly arm: number; readonly seed: number }
  /** Show the statement of a point in the kernel source. */
  | { readonly type: 'statement'; readonly point: number }
  | { readonly type: 'export'; readonly run: number; readonly format: 'csv' | 'json' | 'mail'; readonly how: 'copy' | 'save' }
  /** Choose designs and run a comparison. */
  | { readonly type: 'compare' }
  | { readonly type: 'cancel' }
  | { readonly type: 'command'; readonly name: 'showScope' | 'showCosts' };
