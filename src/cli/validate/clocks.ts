/** The three clocks of a recorded run (printk, trace, the program's own) brought together: brackets in which the offset between two of them lies. */

import type { RunFile, RunSample } from '../../scenario/program/runfile';

/** low <= offset <= high, in seconds. */
export interface Bracket {
  readonly low: number;
  readonly high: number;
}

export interface Clocks {
  /** Trace clock minus printk clock. */
  readonly tracePrintk: Bracket | undefined;
  /** Trace clock minus time since the program's start. */
  readonly traceRun: Bracket | undefined;
  /** printk clock minus time since the program's start. */
  readonly printkRun: Bracket | undefined;
}

/** The program prints t to 10 ms, and reads vmstat and schedstat after it took the time. */
const ROUNDING_S = 0.01;
const READS_LATER_S = 0.1;
/** Samples that the alignment looks at: the offset is one and the same for all. */
const SAMPLES_LOOKED_AT = 400;
const THREADS_LOOKED_AT = 8;
const COARSE_STEPS = 4000;
const FINE_STEP_S = 0.001;
/** No program starts later after the trace than this. */
const LATEST_START_S = 3600;

const intersect = (a: Bracket | undefined, b: Bracket | undefined): Bracket | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  const low = Math.max(a.low, b.low), high = Math.min(a.high, b.high);
  // two brackets that miss each other by less than the clocks' own error meet in the middle
  return low <= high ? { low, high } : { low: (low + high) / 2, high: (low + high) / 2 };
};

const shift = (a: Bracket | undefined, by: Bracket | undefined, sign: 1 | -1): Bracket | undefined => {
  if (a === undefined || by === undefined) return undefined;
  return sign === 1 ? { low: a.low + by.low, high: a.high + by.high } : { low: a.low - by.high, high: a.high - by.low };
};

/** Aligns the clocks of a v1 run; all undefined where the file has nothing to align. */
export function alignClocks(run: RunFile): Clocks {
  const tracePrintk = callsAgainstBatches(run);
  const bySwitches = switchesAgainstSamples(run);
  const byBatches = batchesAgainstSamples(run);
  const traceRun = intersect(bySwitches, shift(byBatches, tracePrintk, 1));
  return { tracePrintk, traceRun, printkRun: intersect(shift(traceRun, tracePrintk, -1), byBatches) };
}

/** Each migrate_pages() call of kmigrated has one trace event and one printk line, in the same order a thread. */
function callsAgainstBatches(run: RunFile): Bracket | undefined {
  let low = Infinity, high = -Infinity;
  for (const node of new Set(run.batches.map((b) => b.node))) {
    const calls = run.calls.first.filter((c) => c.thread === `kmigrated${node}`), batches = run.batches.filter((b) => b.node === node);
    for (let i = 0; i < calls.length && i < batches.length && calls[i].succeeded === batches[i].ok; i++) {
      const offset = calls[i].tS - batches[i].tS;
      low = Math.min(low, offset);
      high = Math.max(high, offset);
    }
  }
  return low <= high ? { low, high } : undefined;
}

/** numa_pages_migrated at a sample says which batches had ended when it was read. */
function batchesAgainstSamples(run: RunFile): Bracket | undefined {
  let low = -Infinity, high = Infinity;
  for (const sample of run.samples.slice(0, SAMPLES_LOOKED_AT)) {
    const migrated = sample.vm.get('numa_pages_migrated') ?? 0;
    let sum = 0, k = 0;
    while (k < run.batches.length && sum + run.batches[k].ok <= migrated) sum += run.batches[k++].ok;
    if (sum !== migrated) continue;
    let done = k;
    while (done > 0 && run.batches[done - 1].ok === 0) done--;
    if (done > 0) low = Math.max(low, run.batches[done - 1].tS - sample.tS - READS_LATER_S);
    while (k < run.batches.length && run.batches[k].ok === 0) k++;
    if (k < run.batches.length) high = Math.min(high, run.batches[k].tS - sample.tS + ROUNDING_S);
  }
  return Number.isFinite(low) && Number.isFinite(high) && low <= high ? { low, high } : undefined;
}

/** Number of entries of an ascending list that are <= x. */
function countUpTo(times: readonly number[], x: number): number {
  let lo = 0, hi = times.length;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if (times[mid] <= x) lo = mid + 1;
    else hi = mid;
  }
  return lo;
}

/** Between two samples each kthread was switched in as often as its trace says: the offsets at which most of these counts agree. */
function switchesAgainstSamples(run: RunFile): Bracket | undefined {
  const samples = run.samples.slice(0, SAMPLES_LOOKED_AT);
  const threads = [...run.onCpu].slice(0, THREADS_LOOKED_AT).map(([node, list]) => ({ node, on: list.map((i) => i.onS) })).filter((t) => t.on.length > 0);
  if (threads.length === 0) return undefined;
  const wrong = (offset: number): number => threads.reduce((sum, t) => sum + disagreements(samples, t.node, t.on, offset), 0);
  const low = Math.max(0, Math.min(...threads.map((t) => t.on[0])) - samples[samples.length - 1].tS);
  const high = Math.min(LATEST_START_S, Math.max(...threads.map((t) => t.on[t.on.length - 1])));
  const step = Math.max(FINE_STEP_S, (high - low) / COARSE_STEPS);
  let best = Infinity, at = low;
  for (let o = low; o <= high; o += step) {
    const w = wrong(o);
    if (w < best) [best, at] = [w, o];
  }
  // the fine pass looks around the best coarse offset, and takes the first and last offset of the least disagreement
  let first = at, last = at, found = best;
  for (let o = at - 200 * FINE_STEP_S; o <= at + 200 * FINE_STEP_S; o += FINE_STEP_S) {
    const w = wrong(o);
    if (w < found) [found, first, last] = [w, o, o];
    else if (w === found) [first, last] = [Math.min(first, o), Math.max(last, o)];
  }
  return { low: first - ROUNDING_S / 2, high: last + ROUNDING_S / 2 };
}

function disagreements(samples: readonly RunSample[], node: number, on: readonly number[], offset: number): number {
  let wrong = 0;
  for (let i = 1; i < samples.length; i++) {
    const counted = (samples[i].switchedIn.get(node) ?? 0) - (samples[i - 1].switchedIn.get(node) ?? 0);
    if (countUpTo(on, samples[i].tS + offset) - countUpTo(on, samples[i - 1].tS + offset) !== counted) wrong++;
  }
  return wrong;
}
