/** Who is best, who is no different from the best, and in which order designs stand when they are sorted by a metric. */

import type { ResultMetric, ResultsModel, Verdict } from '../../protocol/results';
import { VERDICTS } from '../../protocol/results';

const isVerdict = (letter: string | undefined): letter is Verdict => letter !== undefined && letter in VERDICTS;

/** How an arm stands to another one in a metric. */
export function verdictOf(metric: ResultMetric, reference: number, arm: number): Verdict {
  const letter = metric.verdicts[reference * metric.cells.length + arm];
  return isVerdict(letter) ? letter : 'n';
}

const mean = (metric: ResultMetric, arm: number): number => metric.cells[arm]?.[0] ?? 0;
const isThere = (metric: ResultMetric, arm: number): boolean => (metric.cells[arm] ?? null) !== null;

/** Negative when a stands before b, best first; where neither way is better the larger one is first. */
function compare(metric: ResultMetric, a: number, b: number): number {
  return metric.better === 'low' ? mean(metric, a) - mean(metric, b) : mean(metric, b) - mean(metric, a);
}

/** Arms that are best in a metric or not different from the best. Empty where neither way is better, and where that is all of them. Who moves no page counts for what the programs get, not for what it costs; a bound never does. */
export function bestOf(model: ResultsModel, metric: ResultMetric): ReadonlySet<number> {
  const designs = model.arms.flatMap((a, i) => (isThere(metric, i) && (a.aside === '' || (a.aside !== 'bound' && metric.group === 'application')) ? [i] : []));
  const [first] = [...designs].sort((a, b) => compare(metric, a, b));
  if (metric.better === 'neither' || first === undefined) return new Set();
  const best = designs.filter(i => i === first || verdictOf(metric, first, i) === 'n');
  return new Set(best.length === designs.length ? [] : best);
}

/** Indices of the arms as they stand in the table. */
export function orderOf(model: ResultsModel, sort: string, down: boolean): readonly number[] {
  const all = model.arms.map((_, i) => i);
  const metric = model.metrics.find(m => m.id === sort);
  if (metric === undefined) return all;
  // who has no such figure stands last either way
  const none = all.filter(i => !isThere(metric, i));
  const sorted = all.filter(i => isThere(metric, i)).sort((a, b) => compare(metric, a, b) || a - b);
  return [...(down ? sorted.reverse() : sorted), ...none];
}
