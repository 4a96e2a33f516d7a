/** Who pays, as stacked areas: the same causes in the same order and colours for every run, so that runs beside each other can be compared. */

import { SERIES_LEDGER } from '../../protocol/series';
import type { Drawn } from './chart';
import type { RunTable } from './table';

/** The programs' own work and idle time say nothing of who pays for migration. */
const LEFT_OUT = ['idle', 'compute', 'access local', 'access remote', 'first touch'];
/** With "the rest" as many as there are colours: no colour stands for two causes. */
const MOST_AREAS = 5;
const REST = 'the rest';
const PS_PER_MS = 1e9;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const paid = (run: RunTable, cause: string): number[] => run.column(cause).map(ps => ps / PS_PER_MS);

/** One stack a run, in ms: the largest causes of all runs together, sums from the bottom, the topmost first so that areas cover each other rightly. */
export function stacks(runs: readonly RunTable[]): Drawn[][] {
  const ranked = SERIES_LEDGER.filter(cause => !LEFT_OUT.includes(cause))
    .map(cause => ({ cause, ms: sum(runs.map(run => sum(paid(run, cause)))) })).filter(c => c.ms > 0).sort((a, b) => b.ms - a.ms).map(c => c.cause);
  const shown = ranked.slice(0, MOST_AREAS), rest = ranked.slice(MOST_AREAS);
  return runs.map(run => {
    const areas = shown.map(name => ({ name, ms: paid(run, name) }));
    const others = rest.map(cause => paid(run, cause));
    if (others.length > 0) areas.push({ name: REST, ms: run.times().map((_, i) => sum(others.map(ms => ms[i] ?? 0))) });
    const below = run.times().map(() => 0);
    return areas.map(({ name, ms }, color): Drawn => {
      const values = ms.map((own, i) => (below[i] = (below[i] ?? 0) + own));
      return { label: `${name}, ${run.label}`, values, own: ms, color, dashed: false, filled: true };
    }).reverse();
  });
}
