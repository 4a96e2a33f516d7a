/** What the person has chosen on the results page, kept over hiding and reloading of the page. */

import type { MetricGroup, ResultsModel } from '../../protocol/results';
import { METRIC_GROUPS } from '../../protocol/results';

export interface Choice {
  /** Arm that the others are held against, by its id. */
  readonly reference: string;
  /** Metric that the designs are sorted by, or "" for the order in which they were chosen. */
  readonly sort: string;
  /** Worst first. */
  readonly down: boolean;
  readonly closed: readonly MetricGroup[];
  readonly seed: number;
}

export const FIRST: Choice = { reference: '', sort: '', down: false, closed: ['isolation', 'tlb', 'waiting', 'overhead'], seed: -1 };

/** Reads what was kept; anything odd is the first choice. */
export function readChoice(kept: unknown): Choice {
  if (typeof kept !== 'object' || kept === null) return FIRST;
  const text = (name: 'reference' | 'sort'): string => (name in kept && typeof kept[name as keyof typeof kept] === 'string' ? String(kept[name as keyof typeof kept]) : '');
  const closed: unknown = 'closed' in kept ? kept.closed : undefined;
  return {
    reference: text('reference'), sort: text('sort'), down: 'down' in kept && kept.down === true,
    closed: Array.isArray(closed) ? METRIC_GROUPS.filter(g => closed.includes(g)) : FIRST.closed,
    seed: 'seed' in kept && typeof kept.seed === 'number' ? kept.seed : -1,
  };
}

/** The choice as far as a comparison has what it names: its reference is "sync" where nothing else was chosen, else the first design. */
export function fitted(choice: Choice, model: ResultsModel): Choice {
  const has = (id: string): boolean => model.arms.some(a => a.id === id);
  const reference = has(choice.reference) ? choice.reference : has('sync') ? 'sync' : model.arms[0]?.id ?? '';
  return {
    ...choice, reference, sort: model.metrics.some(m => m.id === choice.sort) ? choice.sort : '',
    seed: model.seeds.includes(choice.seed) ? choice.seed : model.seeds[0] ?? 0,
  };
}
