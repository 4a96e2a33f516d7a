/** Where scanning page by page costs as much as something else (dossier M2): two lines over node size and mark rate; density follows from them. */

import type { CostTable } from '../engine/cost/table';
import { DEFERRED_DEFAULTS } from '../engine/designs/options';
import { KMIGRATED_V1_DEFAULTS } from '../engine/spec';
import { clockOf, msecsToJiffies, wheelExpiry } from '../engine/sim/jiffies';
import { PS_PER_S } from '../engine/types';

export interface BreakEvenOptions {
  readonly costs: CostTable;
  readonly hz: number;
  /** KMIGRATE_DELAY. */
  readonly delayMs: number;
  /** Folios of a batch: shares the fixed part. */
  readonly batchFolios: number;
  /** Entries of a candidate buffer: share push and wake-up. */
  readonly entries: number;
}

export const breakEvenOptions = (costs: CostTable): BreakEvenOptions => ({
  costs, hz: KMIGRATED_V1_DEFAULTS.hz, delayMs: KMIGRATED_V1_DEFAULTS.delayMs, batchFolios: KMIGRATED_V1_DEFAULTS.batchFolios, entries: DEFERRED_DEFAULTS['cpu-buffers'].entries,
});

/** Walk of one LRU page, ps. */
export const walkPs = ({ costs }: BreakEvenOptions): number => costs.walkLruPs;

/** Migration of one 4 KiB folio in a full batch, from taking its mark to its release, ps. */
export const migratePs = ({ costs, batchFolios }: BreakEvenOptions): number => costs.consumePs + costs.preparePs + costs.unmapFolioPs + costs.allocFolioPs + costs.copyPagePs + costs.remapFolioPs
  + costs.batchFixedPs / batchFolios;

/** One candidate through a buffer: append, its share of push and wake-up, and the worker's look at the page, ps. */
export const bufferPs = ({ costs, entries }: BreakEvenOptions): number => costs.bufferAddPs + (costs.bufferPushPs + costs.wakeUpPs) / entries + costs.walkLruPs;

/** What a mark in page_ext costs besides the walk: nid exchange, READY, its consumption, ps. */
export const markPs = ({ costs }: BreakEvenOptions): number => costs.markXchgPs + costs.markSetBitPs + costs.consumePs;

/** Mean length of a sleep that nobody ends, over the phases of the timer wheel (M5), ps. */
export function sleepPs({ hz, delayMs }: BreakEvenOptions): number {
  const clock = clockOf(hz), timeout = msecsToJiffies(hz, delayMs);
  const PHASES = 4096;
  let sum = 0;
  for (let now = 0; now < PHASES; now++) sum += wheelExpiry(clock, now, now + timeout) - now;
  // the sleep begins half a tick into a jiffy on average
  return (sum / PHASES - 0.5) * clock.tickPs;
}

/** Time from the begin of one pass to that of the next on a node of so many PFNs, ps. */
export const cyclePs = (o: BreakEvenOptions, pfns: number): number => pfns * walkPs(o) + sleepPs(o);

/** Marked share of the PFNs when a walk comes by: marks a second (of different pages) x (pass + sleep) / PFNs; at most 1. */
export const densityOf = (o: BreakEvenOptions, pfns: number, marksPerSecond: number): number => Math.min(1, (marksPerSecond * (cyclePs(o, pfns) / PS_PER_S)) / pfns);

/** CPU of the walk for each page that it finds, ps. */
export const scanPerMarkPs = (o: BreakEvenOptions, pfns: number, marksPerSecond: number): number => walkPs(o) / densityOf(o, pfns, marksPerSecond);

/** Density below which scanning costs more than a price a mark. 1 or more: scanning costs more at any density. */
const densityFor = (o: BreakEvenOptions, pricePs: number): number => (pricePs > 0 ? walkPs(o) / pricePs : Infinity);

export interface Line {
  readonly id: 'scan-is-migrate' | 'scan-is-buffer';
  readonly name: string;
  /** What one mark may cost the walk on this line, ps. */
  readonly pricePs: number;
  /** Marked share of the PFNs on it; above 1 no mark rate reaches it. */
  readonly density: number;
  /** Marks a second on it for each node size; undefined: no rate reaches it. */
  readonly marksPerSecond: readonly (number | undefined)[];
}

/** The two lines over node sizes in PFNs: below a line (fewer marks a second) the scan costs more. */
export function breakEvenLines(o: BreakEvenOptions, pfns: readonly number[]): readonly Line[] {
  const line = (id: Line['id'], name: string, pricePs: number): Line => {
    const density = densityFor(o, pricePs);
    return { id, name, pricePs, density, marksPerSecond: pfns.map((n) => (density > 1 ? undefined : (density * n * PS_PER_S) / cyclePs(o, n))) };
  };
  return [
    line('scan-is-migrate', 'scan costs as much as migrating', migratePs(o)),
    line('scan-is-buffer', 'scan costs as much as buffering', bufferPs(o)),
  ];
}

/** The same for what a design really pays a mark: marks in page_ext and the walk against the whole way through a buffer; undefined: marks alone cost more. */
export function wholeBreakEvenDensity(o: BreakEvenOptions): number | undefined {
  const left = bufferPs(o) - markPs(o);
  const density = densityFor(o, left);
  return left > 0 && density <= 1 ? density : undefined;
}
