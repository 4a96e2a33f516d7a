/** The permitted inputs of a comparison, read from a run: scan windows, walk starts, loop rates (kernel-runs/README.md, dossier M6). */

import type { CostTable } from '../../engine/cost/table';
import { PS_PER_S } from '../../engine/types';
import type { ProgramArgs } from '../../scenario/program/args';
import { mappingPages, shareOf } from '../../scenario/program/kernelrun';
import type { RunFile } from '../../scenario/program/runfile';
import { type Clocks, alignClocks } from './clocks';
import { longestWalk, walkStarts } from './walks';

/** A sample window in which numa_pte_updates grew. */
export interface ScanWindow {
  readonly fromS: number;
  readonly toS: number;
  readonly updates: number;
  /** Passes over the mapping in it; 0: a small pass, of which the mapping was no part. */
  readonly passes: number;
}

export interface GivenInputs {
  readonly windows: readonly ScanWindow[];
  /** Pages of the mapping that one pass covers. */
  readonly passPages: number;
  /** Two passes cannot begin closer together: task_scan_min(). */
  readonly scanGapS: number;
  readonly clocks: Clocks;
  /** By node, on the trace clock (or printk where the run has no trace): walk starts, ascending. Empty: not in the file. */
  readonly walksS: ReadonlyMap<number, readonly number[]>;
  readonly walkClock: 'trace' | 'printk' | 'none';
  /** The longest walk with candidates as the starts tell it: the next start less the sleep between; 0: not known. */
  readonly walkS: number;
  /** Time that a page's hint fault took a worker, from the loops that the windows of whole passes lack; 0: not known. */
  readonly faultS: number;
  /** Median loops a second, by worker. */
  readonly loopsPerS: readonly number[];
}

const PAGES_PER_MIB = 256;
/** mode=stale stops at 95 % of the hint faults: the scan lies at most this long before the stop. */
const STALE_SCAN_S = 1;

/** Reads the inputs; scanSizeMb limits what one pass covers. */
export function readInputs(run: RunFile, args: ProgramArgs, scanSizeMb: number): GivenInputs {
  const clocks = alignClocks(run);
  const traced = run.onCpu.size > 0 && clocks.traceRun !== undefined;
  const walkClock = run.design === 'base' ? 'none' : traced ? 'trace' : clocks.printkRun === undefined ? 'none' : 'printk';
  const passPages = Math.min(mappingPages(args), scanSizeMb * PAGES_PER_MIB);
  const windows = scanWindows(run, args, passPages), loopsPerS = loopRates(run);
  const shiftS = clocks.tracePrintk === undefined ? 0 : (clocks.tracePrintk.low + clocks.tracePrintk.high) / 2;
  const walksS = walkClock === 'none' ? new Map<number, number[]>() : walkStarts(run, walkClock === 'trace', shiftS);
  return {
    windows, passPages, scanGapS: scanGap(args, passPages), clocks, walkClock, loopsPerS, walksS,
    faultS: faultTime(run, args, windows, loopsPerS),
    walkS: walkClock === 'trace' ? longestWalk(run, walksS, shiftS) : 0,
  };
}

/** task_scan_min(): scan_period_min over the passes that it takes to see the memory once. */
const scanGap = (args: ProgramArgs, passPages: number): number => (args.scanMinMs || 1000) / 1000 / Math.ceil(mappingPages(args) / passPages);

function scanWindows(run: RunFile, args: ProgramArgs, pass: number): ScanWindow[] {
  const out: ScanWindow[] = [];
  for (let i = 1; i < run.samples.length; i++) {
    const [a, b] = [run.samples[i - 1], run.samples[i]];
    const updates = (b.vm.get('numa_pte_updates') ?? 0) - (a.vm.get('numa_pte_updates') ?? 0);
    if (updates <= 0) continue;
    const passes = updates < pass / 2 ? 0 : Math.max(1, Math.round(updates / pass));
    const fromS = args.mode === 'stale' && passes > 0 ? Math.max(a.tS, b.tS - STALE_SCAN_S) : a.tS;
    out.push({ fromS, toS: b.tS, updates, passes });
  }
  return out;
}

/** Median over the sample windows, so that a worker that waited on a migration does not count as a slow one. */
function loopRates(run: RunFile): number[] {
  return run.samples[0].loops.map((_, w) => {
    const rates: number[] = [];
    for (let i = 1; i < run.samples.length; i++) {
      const [a, b] = [run.samples[i - 1], run.samples[i]];
      if (b.loops[w] > a.loops[w] && b.tS > a.tS) rates.push((b.loops[w] - a.loops[w]) / (b.tS - a.tS));
    }
    return median(rates);
  });
}

const median = (values: readonly number[]): number => (values.length === 0 ? 0 : [...values].sort((a, b) => a - b)[values.length >> 1]);

/** In a window of a whole pass each page of a share faults once, and the loops that are missing are what that took. */
function faultTime(run: RunFile, args: ProgramArgs, windows: readonly ScanWindow[], loopsPerS: readonly number[]): number {
  const times: number[] = [];
  for (const w of windows) {
    const i = run.samples.findIndex((s) => s.tS === w.toS);
    if (w.passes === 0 || i < 1 || args.mode === 'stale') continue;
    const [a, b] = [run.samples[i - 1], run.samples[i]];
    loopsPerS.forEach((rate, worker) => {
      if (rate > 0) times.push(Math.max(0, b.tS - a.tS - (b.loops[worker] - a.loops[worker]) / rate) / (w.passes * shareOf(args, worker).count));
    });
  }
  return median(times);
}

/** How much longer than in the cost table a hint fault took (emulation); 1: not known. */
export const faultScale = (inputs: GivenInputs, costs: CostTable): number => Math.max(1, (inputs.faultS * PS_PER_S) / costs.hintFaultPs);

/** CPU time of a worker on each access besides the access itself, from its loop rate: (period - nap) / pages. */
export function thinkPsOf(args: ProgramArgs, worker: number, loopsPerS: number, costs: CostTable): number {
  if (loopsPerS <= 0) return 0;
  const busyPs = PS_PER_S / loopsPerS - args.napMs * (PS_PER_S / 1000);
  return Math.max(0, Math.round(busyPs / Math.max(1, shareOf(args, worker).count)) - costs.accessLocalPs);
}

/** How much longer than in the cost table a migrated folio took, if that walk moved the whole mapping: emulation makes it tens of times (M6). 1: not known. */
export function migrationScale(inputs: GivenInputs, pages: number, costs: CostTable): number {
  const folioPs = costs.preparePs + costs.unmapFolioPs + costs.allocFolioPs + costs.copyPagePs + costs.remapFolioPs;
  return Math.max(1, (inputs.walkS * PS_PER_S) / pages / folioPs);
}
