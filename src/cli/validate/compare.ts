/** Compares one recorded run with the model: exact checks, 200 seeds given the scans, a few free ones; the result is plain data. */

import { parseProgramArgs } from '../../scenario/program/args';
import { mappingPages } from '../../scenario/program/kernelrun';
import { type RunFile, readRunFile } from '../../scenario/program/runfile';
import { EXACT_CHECKS } from './exact';
import { type GivenInputs, readInputs } from './inputs';
import { type Interval, type Measure, WIDE_PERCENT, intervalOf, measuresOf, nearlyFull } from './measures';
import { refusal } from './refuse';
import { type RunContext, type RunRecord, counter, lastSample, recordOf } from './record';
import type { SeedRunner } from './seeds';
import { type SimResult, scanSizeOf } from './simulate';

export interface ExactRow {
  readonly id: string;
  readonly says: string;
  readonly why: string;
  readonly measured: string;
  readonly simulated: string;
  readonly ok: boolean;
}

export interface GivenRow {
  readonly id: string;
  readonly says: string;
  readonly measured: number;
  readonly interval: Interval;
  /** undefined: shown, not judged. */
  readonly ok: boolean | undefined;
  /** Why the interval is wider than 10 %, or why it is not judged; "" else. */
  readonly reason: string;
}

export interface Comparison {
  readonly run: RunFile;
  readonly context: RunContext;
  readonly inputs: GivenInputs;
  readonly exact: readonly ExactRow[];
  readonly given: readonly GivenRow[];
  readonly givenSeeds: number;
  readonly free: readonly GivenRow[];
  readonly freeSeeds: number;
  /** Sentences of the model's own checkers, first ones. */
  readonly violations: readonly string[];
  readonly misses: number;
}

export type CompareResult =
  | { readonly kind: 'compared'; readonly comparison: Comparison }
  | { readonly kind: 'refused' | 'wrong'; readonly says: string };

export interface CompareOptions {
  readonly seeds: number;
  readonly freeSeeds: number;
  readonly runner: SeedRunner;
  /** Told after each seed. */
  readonly progress: (done: number, of: number) => void;
}

/** Reads the text of a file and compares it. */
export async function compareText(text: string, fallbackName: string, options: CompareOptions): Promise<CompareResult> {
  const read = readRunFile(text, fallbackName);
  if (!read.ok) return { kind: 'wrong', says: read.says };
  const { run } = read;
  const parsed = parseProgramArgs(run.initArgs);
  if (!parsed.ok) return { kind: parsed.kind, says: parsed.says };
  const context: RunContext = { args: parsed.args, machine: run.machine, pages: mappingPages(parsed.args) };
  const why = refusal(run, context);
  if (why !== undefined) return why;
  return compare(text, run, context, options);
}

async function compare(text: string, run: RunFile, context: RunContext, options: CompareOptions): Promise<CompareResult> {
  const inputs = readInputs(run, context.args, scanSizeOf(run));
  const offset = inputs.clocks.printkRun;
  const measured = recordOf(run, offset === undefined ? undefined : (offset.low + offset.high) / 2);
  const results = await options.runner({ text, run, context, inputs, seeds: options.seeds, freeSeeds: options.freeSeeds }, options.progress);
  const failed = [...results.given, ...results.free].find((r) => !r.ok);
  if (failed !== undefined && !failed.ok) return { kind: 'refused', says: failed.says };
  const given = recordsOf(results.given), free = recordsOf(results.free);
  const violations = [...results.given, ...results.free].flatMap((r, i) => (r.ok ? r.violations.map((v) => `run ${i}: ${v}`) : []));
  const small = inputs.windows.filter((w) => w.passes === 0).reduce((sum, w) => sum + w.updates, 0);
  const exact = exactRows(context, measured, given);
  const measures = measuresOf(context, run.design);
  const full = nearlyFull(context, run.design);
  const givenRows = given.length === 0 ? [] : measures.map((m) => givenRow(m, context, inputs, measured, given, small, m.ofMoves ? full : ''));
  const freeRows = free.length === 0 ? [] : [...measures, SETTLED].map((m) => ({ ...givenRow(m, context, inputs, measured, free, 0, 'free'), ok: undefined, reason: '' }));
  const misses = exact.filter((r) => !r.ok).length + givenRows.filter((r) => r.ok === false).length + violations.length;
  return {
    kind: 'compared',
    comparison: { run, context, inputs, exact, given: givenRows, givenSeeds: given.length, free: freeRows, freeSeeds: free.length, violations, misses },
  };
}

const recordsOf = (results: readonly SimResult[]): RunRecord[] => results.flatMap((r) => (r.ok ? [r.record] : []));

/** Shown with the free run: when the last migration had been seen (a time, hence never judged). */
const SETTLED: Measure = {
  id: 'settled', says: 'sample of the last migration, s (a time)', ofMoves: true, reason: () => '',
  of: (record) => {
    const end = counter(lastSample(record), 'numa_pages_migrated');
    return record.samples.find((s) => counter(s, 'numa_pages_migrated') === end)?.tS ?? 0;
  },
};

function exactRows(context: RunContext, measured: RunRecord, simulated: readonly RunRecord[]): ExactRow[] {
  const rows: ExactRow[] = [];
  for (const { id, says, why, check } of EXACT_CHECKS) {
    const real = check(context, measured);
    if (real === undefined) continue;
    const found = simulated.map((record) => check(context, record));
    const wrong = found.findIndex((f) => f?.ok === false);
    const last = found[found.length - 1];
    rows.push({
      id, says, why, measured: real.found, ok: real.ok && wrong < 0,
      simulated: wrong >= 0 ? `seed ${wrong}: ${found[wrong]?.found ?? ''}` : last === undefined ? (simulated.length === 0 ? 'not run' : 'does not apply') : last.found,
    });
  }
  return rows;
}

function givenRow(
  m: Measure, context: RunContext, inputs: GivenInputs, measured: RunRecord, simulated: readonly RunRecord[], small: number, notJudged: string,
): GivenRow {
  const value = m.of(measured, small);
  const interval = intervalOf(simulated.map((record) => m.of(record, 0)));
  const judged = notJudged === '';
  return {
    id: m.id, says: m.says, measured: value, interval, ok: judged ? value >= interval.low && value <= interval.high : undefined,
    reason: judged ? (interval.percent > WIDE_PERCENT ? m.reason(context, inputs, measured) : '') : notJudged,
  };
}
