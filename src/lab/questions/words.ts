/** Sentences about two designs from what they measured; "no difference" is one of them. */

import { verdict } from '../compare';
import { type MetricId, metricOf } from '../metrics';
import { digits } from '../tables';
import { armIn, type Plot, type RanPart } from './types';

/** "120 ns against 130 ns (8 % lower, better)", or that they do not differ. */
export function against(ran: RanPart | undefined, id: MetricId, first: string, second: string): string {
  const a = armIn(ran, first)?.metrics[id], b = armIn(ran, second)?.metrics[id];
  const { name, unit } = metricOf(id);
  const say = (x: number): string => `${digits(x, 2)}${unit === '' ? '' : ` ${unit}`}`;
  if (a === undefined || b === undefined) return `${name}: ${a === undefined ? first : second} did not run`;
  const how = verdict(id, a, b);
  if (how === 'no difference') return `${name}: no difference within the spread (${first} ${say(a.mean)}, ${second} ${say(b.mean)})`;
  const percent = a.mean !== 0 ? `, ${digits(Math.abs(b.mean / a.mean - 1) * 100, 2)} % ${b.mean > a.mean ? 'more' : 'less'}` : '';
  return `${name}: ${first} ${say(a.mean)}, ${second} ${say(b.mean)}${percent}${how === 'different' ? '' : `, ${second} is ${how}`}`;
}

/** Whether the second design is better, worse or no different. */
export function stands(ran: RanPart | undefined, id: MetricId, first: string, second: string): ReturnType<typeof verdict> | 'not run' {
  const a = armIn(ran, first)?.metrics[id], b = armIn(ran, second)?.metrics[id];
  return a === undefined || b === undefined ? 'not run' : verdict(id, a, b);
}

/** Mean of a metric, or undefined where the design did not run. */
export const meanOf = (ran: RanPart | undefined, arm: string, id: MetricId): number | undefined => armIn(ran, arm)?.metrics[id].mean;

/** Designs of a part from best to worst by a metric; neighbours that do not differ are joined by "=". */
export function ranking(ran: RanPart | undefined, id: MetricId, leftOut: readonly string[] = ['none', 'ideal']): string {
  const better = metricOf(id).better === 'high' ? -1 : 1;
  const arms = (ran?.comparison.arms ?? []).filter((a) => !leftOut.includes(a.arm.id)).sort((a, b) => better * (a.metrics[id].mean - b.metrics[id].mean));
  return arms.map((a, i) => `${i === 0 ? '' : verdict(id, arms[i - 1].metrics[id], a.metrics[id]) === 'no difference' ? ' = ' : ' > '}${a.arm.id}`).join('');
}

/** A metric over the parts of a question, a line a design. */
export function plotOf(parts: readonly (RanPart | undefined)[], id: MetricId, title: string, x: string): Plot {
  const ran = parts.flatMap((p) => (p === undefined ? [] : [p]));
  const names = [...new Set(ran.flatMap((p) => p.comparison.arms.map((a) => a.arm.id)))];
  const { name, unit } = metricOf(id);
  return {
    title, x, y: `${name}${unit === '' ? '' : `, ${unit}`}`, labels: ran.map((p) => p.part.label),
    series: names.map((arm) => ({ name: arm, values: ran.map((p) => armIn(p, arm)?.metrics[id].mean ?? null) })),
  };
}

/** Over uniform access, as a clause: whether any design beats the synchronous kernel there, and whether any beats no balancing. */
export function uniformClause(parts: ReadonlyMap<string, RanPart>, id: MetricId, first: string, second: string): string {
  return `With uniform access, ${against(parts.get('uniform'), id, first, second)}.`;
}

/** What balancing itself is worth here. */
export function offClause(ran: RanPart | undefined, arm: string): string {
  switch (stands(ran, 'accesses_per_s', 'none', arm)) {
    case 'better': return `Balancing pays here: ${against(ran, 'accesses_per_s', 'none', arm)}.`;
    case 'worse': return `Balancing does not pay here at all: ${against(ran, 'accesses_per_s', 'none', arm)}.`;
    case 'no difference': return `Balancing is not needed here: ${against(ran, 'accesses_per_s', 'none', arm)}.`;
    default: return '';
  }
}
