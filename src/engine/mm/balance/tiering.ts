/** Promotion in tiering mode (numa_balancing=2): hot threshold and rate limit of a node. Mirrors kernel/sched/fair.c of 6.16 (dossier C.3). */

import type { NumaBalancingSpec } from '../../system/spec';

const ADJUST_STEPS = 16;
const MS_PER_S = 1000;

/** pgdat->nbp_*: the limiter of a destination node. Times are ms since boot. */
export class Promotion {
  /** nbp_threshold, ms; 0: the default. */
  thresholdMs = 0;
  private adjustStartMs = 0;
  private adjustCandidates = 0;
  /** The first candidate opens the first window, whenever it comes. */
  private rateStartMs = -Infinity;
  private rateCandidates = 0;
  /** PGPROMOTE_CANDIDATE of the node, pages. */
  candidates = 0;

  constructor(private readonly spec: NumaBalancingSpec) {}

  /** reset_memory_tiering(): tiering mode is switched on. */
  reset(nowMs: number): void {
    this.thresholdMs = 0;
    this.adjustCandidates = this.candidates;
    this.adjustStartMs = nowMs;
  }

  /** Pages a second that the limit allows. */
  private get limitPages(): number {
    return this.spec.promoteRateLimitMBps * 256;
  }

  /**
   * Whether a page of a slow node may come: latencyMs since it was made PROT_NONE, pages of its folio; enough: the node has memory to spare, which
   * lets everything through and forgets the threshold.
   */
  allows(nowMs: number, latencyMs: number, pages: number, enough: boolean): boolean {
    if (enough) {
      this.thresholdMs = 0;
      return true;
    }
    this.adjust(nowMs);
    const threshold = this.thresholdMs || this.spec.hotThresholdMs;
    return latencyMs < threshold && !this.limited(nowMs, pages);
  }

  /** numa_promotion_rate_limit(): the candidate is counted before it is tested. */
  private limited(nowMs: number, pages: number): boolean {
    this.candidates += pages;
    if (nowMs - this.rateStartMs > MS_PER_S) {
      this.rateStartMs = nowMs;
      this.rateCandidates = this.candidates;
    }
    return this.candidates - this.rateCandidates >= this.limitPages;
  }

  /** numa_promotion_adjust_threshold(): once a scan_period_max. */
  private adjust(nowMs: number): void {
    const { scanPeriodMaxMs, hotThresholdMs } = this.spec;
    if (nowMs - this.adjustStartMs <= scanPeriodMaxMs) return;
    this.adjustStartMs = nowMs;
    const wanted = Math.floor((this.limitPages * scanPeriodMaxMs) / MS_PER_S);
    const seen = this.candidates - this.adjustCandidates;
    this.adjustCandidates = this.candidates;
    const unit = Math.floor((hotThresholdMs * 2) / ADJUST_STEPS);
    const now = this.thresholdMs || hotThresholdMs;
    if (seen > Math.floor((wanted * 11) / 10)) this.thresholdMs = Math.max(unit, now - unit);
    else if (seen < Math.floor((wanted * 9) / 10)) this.thresholdMs = Math.min(hotThresholdMs * 2, now + unit);
  }
}
