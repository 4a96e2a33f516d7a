/** Ticks and the timer wheel: when a sleep of so many jiffies really ends. Mirrors calc_wheel_index() of kernel/time/timer.c (6.16). */

import { PS_PER_NS } from '../types';

const LVL_CLK_SHIFT = 3;
const LVL_SIZE = 64;
/** LVL_DEPTH: 9 for HZ above 100, else 8. */
const levels = (hz: number): number => (hz > 100 ? 9 : 8);
/** INITIAL_JIFFIES: the counter wraps five minutes after boot, on purpose. */
const initialJiffies = (hz: number): number => 2 ** 32 - 300 * hz;

export interface Clock {
  readonly hz: number;
  /** TICK_NSEC in ps. */
  readonly tickPs: number;
  readonly initial: number;
}

/** hz: 100, 250, 300 or 1000. */
export function clockOf(hz: number): Clock {
  return { hz, tickPs: Math.floor((1e9 + hz / 2) / hz) * PS_PER_NS, initial: initialJiffies(hz) };
}

/** jiffies at a time since boot. */
export const jiffiesAt = (clock: Clock, timePs: number): number => clock.initial + Math.floor(timePs / clock.tickPs);

/** msecs_to_jiffies(): rounded up. */
export const msecsToJiffies = (hz: number, ms: number): number => Math.ceil((ms * hz) / 1000);

/** Jiffies of the slot in which a timer for `expires`, armed at `now`, fires; the last level caps what lies beyond the wheel. */
export function wheelExpiry(clock: Clock, now: number, expires: number): number {
  const delta = expires - now;
  let level = 0;
  while (level < levels(clock.hz) - 1 && delta >= (LVL_SIZE - 1) * 2 ** (level * LVL_CLK_SHIFT)) level++;
  const unit = 2 ** (level * LVL_CLK_SHIFT);
  return (Math.floor(expires / unit) + 1) * unit;
}

/** When schedule_timeout(timeout) called at a time returns, if nobody wakes the sleeper: at the tick that runs the slot. */
export function timeoutEndPs(clock: Clock, timePs: number, timeoutJiffies: number): number {
  const now = jiffiesAt(clock, timePs);
  return (wheelExpiry(clock, now, now + timeoutJiffies) - clock.initial) * clock.tickPs;
}
