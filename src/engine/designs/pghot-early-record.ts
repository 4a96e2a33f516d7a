/**
 * The record of pghot RFC v3 (20251110052343.208768-4-bharata@amd.com): an unsigned long with READY at bit 63, nid, frequency and time at shifts 0, 10 and
 * 13. As posted the masks are made from the shifts, not from the widths: the nid mask is 0, and frequency and time overlap.
 */

import { msecsToJiffies } from '../sim/jiffies';
import type { PghotEarlyOptions } from './options';
import type { RecordKind } from './pghot-records';

const FREQ_SHIFT = 10, TIME_SHIFT = 13;
const NID_WIDTH = 10, FREQ_WIDTH = 3, TIME_WIDTH = 19;
const FREQ_MAX = 1 << FREQ_WIDTH;
/** A page is ready above it: at its third access. */
const THRESHOLD = 2;
/** READY is bit 63. */
const READY_HI = 0x8000_0000;

const ones = (bits: number): number => 2 ** bits - 1;

/** The three masks of a field's value. */
export const EARLY_MASKS: Readonly<Record<PghotEarlyOptions['masks'], { readonly nid: number; readonly freq: number; readonly time: number }>> = {
  'as-posted': { nid: ones(0), freq: ones(FREQ_SHIFT), time: ones(TIME_SHIFT) },
  'width-based': { nid: ones(NID_WIDTH), freq: ones(FREQ_WIDTH), time: ones(TIME_WIDTH) },
};

/** windowMs(): the window may change while the system runs. */
export function earlyRecord(masks: PghotEarlyOptions['masks'], windowMs: () => number, hz: number): RecordKind {
  const mask = EARLY_MASKS[masks];
  const freqBits = mask.freq << FREQ_SHIFT, timeBits = mask.time * 2 ** TIME_SHIFT;
  return {
    bytes: 8, readyLo: 0, readyHi: READY_HI,
    nidOf: ({ lo }) => lo & mask.nid,
    timeOf: ({ lo }) => (lo >>> TIME_SHIFT) & mask.time,
    next: (old, into, attempt) => {
      const time = attempt.now % 2 ** 32 & mask.time;
      const oldFreq = (old.lo >>> FREQ_SHIFT) & mask.freq, age = time - ((old.lo >>> TIME_SHIFT) & mask.time);
      // unsigned: a time before the stored one is far in the future; a retry does not take the new window back
      if (age < 0 || age > msecsToJiffies(hz, windowMs()) || (attempt.nid !== -1 && (old.lo & mask.nid) !== attempt.nid)) attempt.newWindow = true;
      if (attempt.newWindow) attempt.freq = 1;
      else if (oldFreq < FREQ_MAX) attempt.freq = oldFreq + 1;
      if (attempt.nid === -1) attempt.nid = 0;
      let lo = (old.lo & ~mask.nid) | (attempt.nid & mask.nid);
      lo = (lo & ~freqBits) | ((attempt.freq & mask.freq) << FREQ_SHIFT);
      lo = (lo & ~timeBits) | ((time & mask.time) << TIME_SHIFT);
      into.lo = lo >>> 0;
      into.hi = attempt.freq > THRESHOLD ? (old.hi | READY_HI) >>> 0 : old.hi;
    },
  };
}
