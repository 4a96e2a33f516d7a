/** D18: how much may begin to move to a node in a second, shared by all threads; numa_promotion_rate_limit() of 6.16 put between marking and migrating. */

import { PS_PER_S } from '../types';

/** Base pages of 4 KiB in a MiB. */
const PAGES_PER_MIB = 256;

export class RateLimiter {
  private readonly sincePs: number[] = [];
  private readonly pages: number[] = [];
  private readonly limitPages: number;

  constructor(megabytesPerSecond: number) {
    this.limitPages = megabytesPerSecond * PAGES_PER_MIB;
  }

  /** Whether so many pages may begin to move to a node at a time; the folio that crosses the limit still may. */
  allows(nid: number, pages: number, timePs: number): boolean {
    if (timePs - (this.sincePs[nid] ?? -Infinity) > PS_PER_S) {
      this.sincePs[nid] = timePs;
      this.pages[nid] = 0;
    }
    if (this.pages[nid] >= this.limitPages) return false;
    this.pages[nid] += pages;
    return true;
  }
}
