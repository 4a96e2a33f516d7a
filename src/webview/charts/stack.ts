/** Who pays, as stacked areas: the same causes in the same order and colours for every run, so that runs beside each other can be compared. */

import { SERIES_LEDGER } from '../../protocol/series';
import type { Drawn } from './chart';
import type { RunTable } from './table';

/** Nobody's time: the whole that shares are of does not have it. */
const NOT_BUSY = ['idle', 'other work'];
/** The programs' own work says nothing of who pays for migration. */
const LEFT_OUT = [...NOT_BUSY, 'compute', 'access local', 'access remote', 'first touch'];
/** With "the rest" as many as there are colours: no colour stands for two causes. */
const MOST_AREAS = 5;
const REST = 'the rest';

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Shares of the busy CPU time of each interval, %, by cause; an empty interval, as at the begin, has none. */
function sharesOf(run: RunTable): (cause: string) => number[] {
  const busy = run.times().map(() => 0), lengths = run.intervals();
  for (const cause of SERIES_LEDGER.filter(c => !NOT_BUSY.includes(c))) run.column(cause).forEach((ps, i) => { busy[i] = (busy[i] ?? 0) + ps; });
  return cause => run.column(cause).map((ps, i) => ((lengths[i] ?? 0) > 0 && (busy[i] ?? 0) > 0 ? (100 * ps) / (busy[i] ?? 1) : 0));
}

/** One stack a run, in % of the CPU time that was not idle: the largest causes of all runs together, sums from the bottom, the topmost first so that areas cover each other rightly. */
export function stacks(runs: readonly RunTable[]): Drawn[][] {
  const paid = runs.map(sharesOf);
  const ranked = SERIES_LEDGER.filter(cause => !LEFT_OUT.includes(cause))
    .map(cause => ({ cause, ps: sum(runs.map(run => sum(run.column(cause)))) })).filter(c => c.ps > 0).sort((a, b) => b.ps - a.ps).map(c => c.cause);
  const shown = ranked.slice(0, MOST_AREAS), rest = ranked.slice(MOST_AREAS);
  return runs.map((run, nth) => {
    const of = paid[nth] ?? (() => []);
    const areas = shown.map(name => ({ name, share: of(name) }));
    const others = rest.map(of);
    if (others.length > 0) areas.push({ name: REST, share: run.times().map((_, i) => sum(others.map(share => share[i] ?? 0))) });
    const below = run.times().map(() => 0);
    return areas.map(({ name, share }, color): Drawn => {
      const values = share.map((own, i) => (below[i] = (below[i] ?? 0) + own));
      return { label: `${name}, ${run.label}`, name, values, own: share, color, nth: 0, dashed: false, filled: true };
    }).reverse();
  });
}
