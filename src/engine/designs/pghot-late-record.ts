/**
 * The records of the later pghot (v4 of January 2026 to v7 of May 2026): a byte by default (frequency, time in buckets of 128 jiffies), 32 bits with
 * CONFIG_PGHOT_PRECISE (nid, frequency, raw jiffies). Ages are taken modulo the width of the field, so an old access can look recent.
 */

import type { PghotLateOptions } from './options';
import type { RecordKind } from './pghot-records';

interface Layout {
  readonly bytes: number;
  readonly nidBits: number;
  readonly freqShift: number;
  readonly freqMax: number;
  readonly timeShift: number;
  readonly timeMask: number;
  /** A unit of time is 2^bucketShift jiffies. */
  readonly bucketShift: number;
  readonly readyBit: number;
  /** Default and largest pghot_promote_freq_window_ms; the smallest is 1000. */
  readonly windowMs: number;
  readonly windowMaxMs: number;
}

export const LATE_LAYOUTS: Readonly<Record<PghotLateOptions['record'], Layout>> = {
  default: { bytes: 1, nidBits: 0, freqShift: 0, freqMax: 3, timeShift: 2, timeMask: 31, bucketShift: 7, readyBit: 7, windowMs: 3000, windowMaxMs: 3968 },
  precise: { bytes: 4, nidBits: 10, freqShift: 10, freqMax: 7, timeShift: 13, timeMask: 0x3fff, bucketShift: 0, readyBit: 31, windowMs: 5000, windowMaxMs: 16_383 },
};
const WINDOW_MIN_MS = 1000;

/** The window that a kernel runs with: a value that its sysctl refuses leaves the default in place. */
export function lateWindowMs(record: PghotLateOptions['record'], windowMs: number): number {
  const { windowMs: usual, windowMaxMs } = LATE_LAYOUTS[record];
  return windowMs >= WINDOW_MIN_MS && windowMs <= windowMaxMs ? windowMs : usual;
}

/** The threshold likewise: 1 to the largest frequency, else the default of 2. */
export function lateThreshold(record: PghotLateOptions['record'], threshold: number): number {
  return threshold >= 1 && threshold <= LATE_LAYOUTS[record].freqMax ? threshold : 2;
}

/** pghot_access_latency(): age of a stored time in ms, modulo the field. */
export function lateLatencyMs(record: PghotLateOptions['record'], time: number, now: number, hz: number): number {
  const { timeMask, bucketShift } = LATE_LAYOUTS[record];
  const units = (Math.floor(now / 2 ** bucketShift) - time) & timeMask;
  return Math.floor((units * 2 ** bucketShift * 1000) / hz);
}

/** defaultTarget(): pghot_target_nid, for requests that name no node. */
export function lateRecord(options: Pick<PghotLateOptions, 'record' | 'windowMs' | 'threshold'>, hz: number, defaultTarget: () => number): RecordKind {
  const { record } = options;
  const { bytes, nidBits, freqShift, freqMax, timeShift, timeMask, bucketShift, readyBit } = LATE_LAYOUTS[record];
  const windowMs = lateWindowMs(record, options.windowMs), threshold = lateThreshold(record, options.threshold);
  const nidMask = 2 ** nidBits - 1, ready = 2 ** readyBit;
  const fields = nidMask | (freqMax << freqShift) | (timeMask << timeShift);
  return {
    bytes, readyLo: ready, readyHi: 0,
    nidOf: ({ lo }) => (nidBits === 0 ? -1 : lo & nidMask),
    timeOf: ({ lo }) => (lo >>> timeShift) & timeMask,
    next: (old, into, attempt) => {
      const oldFreq = (old.lo >>> freqShift) & freqMax, oldTime = (old.lo >>> timeShift) & timeMask;
      const time = Math.floor(attempt.now / 2 ** bucketShift) & timeMask;
      attempt.newWindow = lateLatencyMs(record, oldTime, attempt.now, hz) > windowMs;
      attempt.freq = attempt.newWindow ? 1 : Math.min(oldFreq + 1, freqMax);
      if (attempt.nid === -1) attempt.nid = defaultTarget();
      const lo = (old.lo & ~fields) | (attempt.nid & nidMask) | (attempt.freq << freqShift) | (time << timeShift);
      into.lo = (attempt.freq >= threshold ? lo | ready : lo) >>> 0;
      into.hi = 0;
    },
  };
}
