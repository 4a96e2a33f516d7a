/** What class "given the scans" compares: numbers of a run, which of them are judged, and why an interval may be wide. */

import type { GivenInputs } from './inputs';
import { FULL } from './exactbatches';
import { type RunContext, type RunRecord, batchesOfWork, growth, rightOf } from './record';

export interface Measure {
  readonly id: string;
  readonly says: string;
  /** The number of a run; smallUpdates: PTE updates of passes that left the mapping out, which the simulated run does not make. */
  readonly of: (record: RunRecord, smallUpdates: number) => number;
  /** Counts moves, or follows from where they ended: not judged where the target is nearly full. */
  readonly ofMoves: boolean;
  /** Why seeds differ in it. */
  readonly reason: (context: RunContext, inputs: GivenInputs, record: RunRecord) => string;
}

/** M13: the kernel's own allocations and per-CPU lists took about 2,500 of 31,600 pages of a nearly full target. */
const HIDDEN_TAKERS = 0.1;

const windowsSay = (inputs: GivenInputs): string => {
  const widest = Math.max(0, ...inputs.windows.filter((w) => w.passes > 0).map((w) => w.toS - w.fromS));
  return `a scan instant is known to ${widest.toFixed(2)} s only, and walks take what is marked by then`;
};

const OWN_SAYS = "a few pages are the program's own, and how many is not in the file";
const D2_SAYS = 'a full batch goes where one folio outside it asks (D2), so 512 pages land right or wrong together';

const REUSE_SAYS = 'a mark moves whatever has its PFN by then, and which freed pages are handed out first depends on the buddy, whose state is not in the file';

const moves = (context: RunContext, inputs: GivenInputs, record: RunRecord): string =>
  (context.args.mode === 'stale' ? REUSE_SAYS : record.design === 'v1' && context.args.targets.length > 1 ? `${D2_SAYS}; ${windowsSay(inputs)}` : windowsSay(inputs));

const batchMeasure = (id: string, says: string, of: (sizes: readonly number[]) => number, reason: Measure['reason']): Measure =>
  ({ id, says, of: (record) => of(batchesOfWork(record).map((b) => b.n)), ofMoves: true, reason });

const LEFT_SAYS = `what is left at the end of a zone is the number of marks modulo 512: ${OWN_SAYS}`;
const left: Measure['reason'] = (context, inputs) =>
  (context.args.mode === 'stale' ? `${LEFT_SAYS}; ${REUSE_SAYS}` : `${LEFT_SAYS}; ${windowsSay(inputs)}`);
const partial = (sizes: readonly number[]): number[] => sizes.filter((n) => n > 0 && n < FULL);

/** The measures of a run, in the order of the table. */
export function measuresOf(context: RunContext, design: 'base' | 'v1'): Measure[] {
  const right = context.args.targets.map((target): Measure => ({
    id: `right.${target}`, says: `pages right on node ${target} at the end`, of: (record) => rightOf(record, target), ofMoves: true, reason: moves,
  }));
  const counts: Measure[] = [
    { id: 'migrations', says: 'migrations', of: (r) => growth(r, 'numa_pages_migrated'), ofMoves: true, reason: moves },
    { id: 'faults', says: 'hint faults (small passes left out)', of: (r, small) => growth(r, 'numa_hint_faults') - small, ofMoves: false, reason: (_, i) => windowsSay(i) },
    { id: 'updates', says: 'PTE updates (small passes left out)', of: (r, small) => growth(r, 'numa_pte_updates') - small, ofMoves: false, reason: (_, i) => `${windowsSay(i)}: a pass that comes before the faults of the last one finds little to change; ${OWN_SAYS}` },
  ];
  if (design === 'base') return [...right, ...counts];
  return [
    ...right, ...counts,
    batchMeasure('batches', 'batches', (s) => s.filter((n) => n > 0).length, moves),
    batchMeasure('full', 'batches of 512', (s) => s.filter((n) => n === FULL).length, moves),
    batchMeasure('largest', 'largest batch', (s) => s.reduce((a, b) => Math.max(a, b), 0), left),
    batchMeasure('partial', 'smaller batches', (s) => partial(s).length, left),
    batchMeasure('partialFolios', 'folios in smaller batches', (s) => partial(s).reduce((a, b) => a + b, 0), left),
    batchMeasure('empty', 'empty batches to -1', (s) => s.filter((n) => n === 0).length, moves),
  ];
}

/** Targets that could not take what may be sent to them above the high watermark; "" when all can. */
export function nearlyFull(context: RunContext, design: 'base' | 'v1'): string {
  const { args, machine, pages } = context;
  const demand = design === 'v1' ? pages : Math.ceil(pages / args.targets.length);
  const full = args.targets.filter((nid) => {
    const zones = machine.nodes.find((n) => n.nid === nid)?.zones ?? [];
    const room = zones.reduce((sum, z) => sum + Math.max(0, z.freePages - z.highPages - z.boostPages), 0);
    return room * (1 - HIDDEN_TAKERS) < demand;
  });
  return full.length === 0 ? '' : `node ${full.join(', ')} cannot take all of it: watermark boost, per-CPU lists and the kernel's own pages are not known to a tenth (M13)`;
}

/** Values of all seeds in one interval. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Half of the width in percent of the middle. */
  readonly percent: number;
}

/** Share of the seeds that the interval holds. */
export const HOLDS = 0.999;
export const INTERVAL_SAYS = 'the interval is what is left when (1 - 0.999) / 2 of the seeds, rounded down, are cut off at each end: of up to 1,999 seeds it is min .. max';
/** Wider than this needs a reason. */
export const WIDE_PERCENT = 10;

export function intervalOf(values: readonly number[]): Interval {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = Math.floor(sorted.length * ((1 - HOLDS) / 2) + 1e-9);
  const low = sorted[cut], high = sorted[sorted.length - 1 - cut];
  const middle = (low + high) / 2;
  return { low, high, percent: high === low ? 0 : middle === 0 ? Infinity : ((high - low) / 2 / Math.abs(middle)) * 100 };
}
