/** Whether a conclusion outlives what is not known: two designs in one metric, run over the range of each soft cost, one at a time. */

import { COSTS, type CostInfo, type CostTable } from '../engine/cost/table';
import type { Arm, Job, JobResult, JobRunner, RunResult, Summary } from './api';
import { type CompareRequest, jobsOf, summaryOf, verdict } from './compare';
import { type MetricId, metricOf } from './metrics';

/** "The first arm is better than the second one in this metric" (or worse, or no different): whatever the defaults say. */
export interface Conclusion {
  readonly metric: MetricId;
  readonly arms: readonly [Arm, Arm];
}

export type Verdict = ReturnType<typeof verdict>;

export interface CostEffect {
  readonly key: keyof CostTable;
  /** What the first arm is against the second one at the least and at the greatest value of the cost. */
  readonly atMin: Verdict;
  readonly atMax: Verdict;
  /** Where the conclusion ends, ps; undefined: it holds over the whole range. */
  readonly flips?: Flip;
}

export interface Flip {
  /** Beyond this value (towards `towards`) the conclusion is another one; found by bisection, to a part in `exact` of itself. */
  readonly atPs: number;
  readonly towards: 'min' | 'max';
  readonly becomes: Verdict;
  readonly exact: number;
}

export interface Sensitivity {
  readonly metric: MetricId;
  readonly arms: readonly [Arm, Arm];
  /** With the scenario's costs. */
  readonly base: { readonly verdict: Verdict; readonly first: Summary; readonly second: Summary };
  readonly survives: boolean;
  readonly effects: readonly CostEffect[];
  /** Runs that it took. */
  readonly runs: number;
}

export interface SensitivityRequest extends Omit<CompareRequest, 'arms'> {
  readonly conclusion: Conclusion;
  /** Default: every soft cost. */
  readonly costKeys?: readonly (keyof CostTable)[];
  /** Halvings of a range once it is known to hold a flip; 0 .. 20. Default 5: the value to a few percent. */
  readonly halvings?: number;
}

/** The costs that no primary figure stands behind. */
export const softCosts = (): readonly CostInfo[] => COSTS.filter((c) => c.standing === 'soft');

type Progress = (done: number, of: number) => void;
interface Range {
  readonly info: CostInfo;
  readonly towards: 'min' | 'max';
  readonly becomes: Verdict;
  /** Here it still holds, there no more. */
  holds: number;
  ended: number;
}

/** Runs it; undefined when cancelled, a sentence when a run was refused. The number of runs grows with what flips, so progress may say more in the end. */
export async function sensitivity(request: SensitivityRequest, runner: JobRunner, progress: Progress, cancelled: () => boolean): Promise<Sensitivity | string | undefined> {
  const keys = request.costKeys ?? softCosts().map((c) => c.key);
  const infos = COSTS.filter((c) => keys.includes(c.key));
  const trial = new Trial(request, runner, progress, cancelled);
  const ends = await trial.run([{}, ...infos.flatMap((c): Partial<CostTable>[] => [{ [c.key]: c.minPs }, { [c.key]: c.maxPs }])]);
  if (ends === undefined || typeof ends === 'string') return ends;
  const base = ends[0];
  const ranges: Range[] = [];
  infos.forEach((info, i) => {
    for (const towards of ['min', 'max'] as const) {
      const becomes = ends[1 + 2 * i + (towards === 'min' ? 0 : 1)].verdict;
      const start = request.costs[info.key] ?? info.defaultPs;
      if (becomes !== base.verdict) ranges.push({ info, towards, becomes, holds: start, ended: towards === 'min' ? info.minPs : info.maxPs });
    }
  });
  const stopped = await narrow(ranges, trial, base.verdict, request.halvings ?? 5);
  if (stopped !== true) return stopped;
  const effects = infos.map((info, i): CostEffect => {
    const flip = ranges.find((r) => r.info === info);
    return {
      key: info.key, atMin: ends[1 + 2 * i].verdict, atMax: ends[2 + 2 * i].verdict,
      ...(flip === undefined ? {} : { flips: { atPs: flip.holds, towards: flip.towards, becomes: flip.becomes, exact: Math.abs(flip.ended - flip.holds) / Math.max(1, flip.holds) } }),
    };
  });
  return { metric: request.conclusion.metric, arms: request.conclusion.arms, base, survives: ranges.length === 0, effects, runs: trial.runs };
}

/** Halves all ranges at once, so that every round is one list of jobs. */
async function narrow(ranges: readonly Range[], trial: Trial, base: Verdict, halvings: number): Promise<true | string | undefined> {
  for (let i = 0; i < halvings && ranges.length > 0; i++) {
    // ranges span factors: the middle is that of the logarithms where both ends are above 0
    const middles = ranges.map(({ holds, ended }) => Math.round(Math.min(holds, ended) > 0 ? Math.sqrt(holds * ended) : (holds + ended) / 2));
    const found = await trial.run(ranges.map((r, k) => ({ [r.info.key]: middles[k] })));
    if (found === undefined || typeof found === 'string') return found;
    ranges.forEach((r, k) => {
      if (found[k].verdict === base) r.holds = middles[k];
      else r.ended = middles[k];
    });
  }
  return true;
}

interface Outcome {
  readonly verdict: Verdict;
  readonly first: Summary;
  readonly second: Summary;
}

/** Runs both arms on all seeds with some costs changed. */
class Trial {
  runs = 0;

  constructor(private readonly request: SensitivityRequest, private readonly runner: JobRunner, private readonly progress: Progress, private readonly cancelled: () => boolean) {}

  async run(changes: readonly Partial<CostTable>[]): Promise<readonly Outcome[] | string | undefined> {
    const { conclusion: { arms }, costs, seeds } = this.request;
    const jobs: Job[] = changes.flatMap((change) => jobsOf({ ...this.request, arms, costs: { ...costs, ...change } }));
    const before = this.runs;
    const results = await this.runner.run(jobs, (done) => this.progress(before + done, before + jobs.length), this.cancelled);
    this.runs += jobs.length;
    if (this.cancelled()) return undefined;
    const bad = results.find((r) => !r.ok);
    if (bad !== undefined && !bad.ok) return bad.text;
    const n = seeds.length;
    return changes.map((_, i) => this.outcome(results.slice(2 * n * i, 2 * n * i + n), results.slice(2 * n * i + n, 2 * n * (i + 1))));
  }

  private outcome(first: readonly JobResult[], second: readonly JobResult[]): Outcome {
    const { metric } = this.request.conclusion;
    const of = (results: readonly JobResult[]): Summary => summaryOf(results.flatMap((r): RunResult[] => (r.ok ? [r.result] : [])).map((r) => r.metrics[metric]));
    const a = of(first), b = of(second);
    return { verdict: ordering(metric, a, b), first: a, second: b };
  }
}

/** How the first stands to the second. A metric of which neither way is better still has an order: more is then called "better". */
function ordering(metric: MetricId, first: Summary, second: Summary): Verdict {
  const said = verdict(metric, second, first);
  if (said !== 'different' || metricOf(metric).better !== undefined) return said;
  return first.mean > second.mean ? 'better' : 'worse';
}

/** "survives ..." or "flips if hintFaultPs > 2,100,000 ps (then no difference)", a sentence a line. */
export function sensitivityLines(s: Sensitivity): string[] {
  const [a, b] = s.arms;
  const { name } = metricOf(s.metric);
  const says = (v: Verdict): string => (v === 'no difference' ? `no difference between ${a.id} and ${b.id}` : `${a.id} is ${v} than ${b.id}`);
  const head = `${name}: ${says(s.base.verdict)}`;
  if (s.survives) return [`${head}; this holds over the ranges of all ${s.effects.length} costs varied, one at a time (${s.runs} runs).`];
  const flips = s.effects.flatMap(({ key, flips: f }) => (f === undefined ? [] : [`  flips if ${key} ${f.towards === 'max' ? '>' : '<'} ${f.atPs.toLocaleString('en-US')} ps: ${says(f.becomes)}`]));
  return [`${head}; ${flips.length} of ${s.effects.length} costs can change this (${s.runs} runs):`, ...flips];
}

/** The same for a mail, behind "Flips if": the nearest three costs, or that none does. */
export function flipsText(s: Sensitivity): string {
  if (s.survives) return `no soft cost alone, within its range (${s.effects.length} varied).`;
  const flips = s.effects.flatMap(({ key, flips: f }) => (f === undefined ? [] : [`${key} ${f.towards === 'max' ? '>' : '<'} ${f.atPs.toLocaleString('en-US')} ps`]));
  return `${flips.slice(0, 3).join(', or ')}${flips.length > 3 ? `, or ${flips.length - 3} more` : ''} (${metricOf(s.metric).name}).`;
}
