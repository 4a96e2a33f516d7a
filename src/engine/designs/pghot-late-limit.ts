/** kmigrated_should_migrate_memory() of the later pghot: the promotion threshold and rate limit of NUMA balancing, moved into kmigrated (dossier G.4). */

import { Promotion } from '../mm/balance/tiering';
import { highPages, lowPages, watermarkOk } from '../mm/watermark';
import { jiffiesAt } from '../sim/jiffies';
import { NUMA_BALANCING_DEFAULTS } from '../system/spec';
import type { DesignContext } from './design';
import type { PghotLateOptions } from './options';
import { lateLatencyMs, lateWindowMs } from './pghot-late-record';
import { Drop } from './pghot-thread';

/** KMIGRATED_PROMOTION_THRESHOLD_WINDOW, ms. */
const ADJUST_MS = 60_000;
const GIB_PAGES = 262_144;

export class LateLimiter {
  private readonly byNode: Promotion[];

  constructor(private readonly options: PghotLateOptions, private readonly ctx: DesignContext) {
    const spec = { ...NUMA_BALANCING_DEFAULTS, hotThresholdMs: lateWindowMs(options.record, options.windowMs), scanPeriodMaxMs: ADJUST_MS };
    this.byNode = Array.from({ length: ctx.machine.nodeIds }, () => new Promotion(spec));
  }

  /** pgdat_free_space_enough(): a zone keeps its promo mark and a GiB, or a sixteenth of the node, besides. */
  private enough(nid: number): boolean {
    const zones = (this.ctx.machine.nodeData(nid)?.zones ?? []).filter((z) => z.spec.presentPages > 0);
    const spare = Math.max(GIB_PAGES, Math.floor(zones.reduce((n, z) => n + z.spec.presentPages, 0) / 16));
    return zones.some((z) => watermarkOk(this.ctx.machine.frames.freeOf(z.ownerId), 0, 2 * highPages(z) - lowPages(z) + spare, z));
  }

  /** 0: the pages of a folio may go to a node; else why not. time: as the record holds it. */
  refuses(pages: number, nid: number, time: number, timePs: number): 0 | typeof Drop.Cold | typeof Drop.RateLimit {
    const { rec, clock, hz } = this.ctx;
    const limiter = this.byNode[nid];
    // a node that does not exist is prepare's business
    if (limiter === undefined) return 0;
    const now = jiffiesAt(clock, timePs);
    const nowMs = Math.floor(((now - clock.initial) * 1000) / hz);
    const enough = this.enough(nid);
    const before = limiter.candidates;
    const allowed = limiter.allows(nowMs, lateLatencyMs(this.options.record, time, now, hz), pages, enough);
    const counted = limiter.candidates - before;
    rec.count(nid, 'pgpromote_candidate', counted);
    if (enough) rec.count(nid, 'pgpromote_candidate_nrl', pages);
    if (allowed) return 0;
    // the limiter counts a candidate before it refuses it; a cold page never gets that far
    return counted > 0 ? Drop.RateLimit : Drop.Cold;
  }
}
