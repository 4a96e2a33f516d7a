/** Figures and sentences of the results page. */

import type { MetricGroup, ResultCell, ResultMetric, ResultsModel } from '../../protocol/results';
import { VERDICTS } from '../../protocol/results';
import { short } from '../charts/table';
import { bestOf, orderOf, verdictOf } from './order';

export const GROUP_NAMES: Readonly<Record<MetricGroup, string>> = {
  application: 'Application', latency: 'From mark to move', scan: 'Scanning', migration: 'Migration', isolation: 'Isolated folios', tlb: 'TLB', waiting: 'Waiting', overhead: 'Overhead',
};

/** Three digits; a true minus. */
export const figure = (x: number): string => (x < 0 ? `\u2212${short(-x)}` : short(x));

/** "±4 %", or "" for one seed and where the spread is below half a percent of the mean. */
export function spread(cell: ResultCell | null, seeds: number): string {
  if (cell === null) return '';
  const [mean, sd] = cell;
  const percent = mean === 0 ? 0 : Math.abs(sd / mean) * 100;
  return seeds < 2 || percent < 0.5 ? '' : `\u00b1${short(Number(percent.toPrecision(2)))} %`;
}

export const withUnit = (metric: Pick<ResultMetric, 'name' | 'unit'>): string => (metric.unit === '' ? metric.name : `${metric.name}, ${unitText(metric.unit)}`);
export const unitText = (unit: string): string => (unit === 'us' ? '\u00b5s' : unit);

/** How an arm stands to the reference, in a word, with the change of the mean where it has one. */
export function standing(metric: ResultMetric, reference: number, arm: number): string {
  if (arm === reference) return 'reference';
  const verdict = verdictOf(metric, reference, arm);
  if (verdict === 'x') return '';
  if (verdict === 'n') return VERDICTS.n;
  const from = metric.cells[reference]?.[0] ?? 0, to = metric.cells[arm]?.[0] ?? 0;
  return from === 0 || to === 0 ? VERDICTS[verdict] : `${VERDICTS[verdict]}, ${change(from, to)}`;
}

/** "+12 %", "×3.4", "−40 %". */
function change(from: number, to: number): string {
  const ratio = to / from;
  if (ratio >= 2) return `\u00d7${short(Number(ratio.toPrecision(2)))}`;
  const percent = Number(((ratio - 1) * 100).toPrecision(2));
  return `${percent < 0 ? '\u2212' : '+'}${short(Math.abs(percent))} %`;
}

/** One sentence with numbers about a metric: who is best, by how much, and who is no different. */
export function summary(model: ResultsModel, metric: ResultMetric, reference: number): string {
  const best = bestOf(model, metric), ref = model.arms[reference];
  const value = (i: number): string => metric.cells[i] === null ? 'no such figure' : `${figure(metric.cells[i]?.[0] ?? 0)}${metric.unit === '' ? '' : ` ${unitText(metric.unit)}`}`;
  const name = metric.name.charAt(0).toUpperCase() + metric.name.slice(1);
  if (ref === undefined) return '';
  if (metric.better === 'neither') return `${name}: neither more nor less is better by itself; ${ref.id} has ${value(reference)}.`;
  if (best.size === 0) return `${name}: no difference between the designs (${ref.id} ${value(reference)}).`;
  const order = orderOf(model, metric.id, false).filter(i => best.has(i));
  const [first = 0, ...alike] = order;
  const also = alike.length === 0 ? '' : `; no difference from it: ${alike.map(i => model.arms[i]?.id ?? '').join(', ')}`;
  const how = standing(metric, reference, first);
  const than = first === reference ? '' : `, against ${value(reference)} of ${ref.id}${how === '' ? '' : ` (${how})`}`;
  return `${name}: best is ${model.arms[first]?.id ?? ''} with ${value(first)}${than}${also}.`;
}
