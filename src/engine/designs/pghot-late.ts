/**
 * pghot as it was posted later (v4 of January 2026 to PATCH v7 of May 2026): records of 8 or 32 bits, a hot flag a section, batches of one target and one memcg
 * that never cross a section, and the promotion limiter moved into kmigrated. Function by function in the order of mm/pghot.c.
 */

import { Cause } from '../cost/ledger';
import type { Pgdat } from '../machine/machine';
import { FREE, HOLE, KIND_MASK, LRU, OFFLINE, WalkClass } from '../machine/pagestate';
import { NUMA_NO_NODE } from '../types';
import type { DesignContext, ScopeNote } from './design';
import type { PghotLateOptions } from './options';
import { EINVAL, Pghot, type PghotSetting } from './pghot';
import { LateLimiter } from './pghot-late-limit';
import { lateRecord } from './pghot-late-record';
import { HotRecords, MACHINE_SECTIONS, type RecordKind, type Word } from './pghot-records';
import { At, Drop, PghotThread, type ThreadParts } from './pghot-thread';

/** Sources: hint faults, hardware hints. */
const SOURCES = 2, HINT_FAULTS = 0;

export const PGHOT_LATE_SCOPE: ScopeNote = {
  sources: ['dossier G.4: trees C-pgA to C-pgE', 'dossier G.1: RFC v6 of 2026-03-23, PATCH v7 of 2026-05-04'],
  modelled: [
    'The record bit for bit: a byte (frequency, time in buckets of 128 jiffies) or 32 bits (nid, frequency, jiffies); ages are modulo the field, so an old access can look recent.',
    'Every 100 ms a thread of a lower-tier node looks at ACTIVATE, and walks the sections that are flagged hot; nobody wakes it.',
    'A batch holds one target and one memcg, at most batch + 1 folios (513), and never crosses a section of 128 MiB.',
    'The default record promotes to one node, the precise one to the node that the fault named.',
    'Nodes of the top tier have no records: between them nothing moves, unless the option for all nodes gives them what the lower tier has, which nobody has posted.',
    'Threshold and rate limit come after the record is consumed: what they refuse is lost. A target with enough free memory takes everything.',
  ],
  simplified: [
    'A stretch of pages without a request is looked at as it is at its beginning: at most one pageblock.',
    'The hint fault is that of RFC v3, but the entry keeps its write bit and well-placed folios are accounted as today: the later change of do_numa_page() was not at hand.',
    "The walk does not evict the CPU's cache, and the place of its metadata costs nothing.",
    'A tunable outside of its range keeps its default, as a refused sysctl does.',
    'All folios are of one memcg unless the option says that every process has its own.',
  ],
  not: ['Hardware hints do not exist as a source.', 'Hotplug of memory, and with it the RCU part of the maps.'],
};

/** What a conformance scenario puts in the place of the record logic, which is a stub there. */
export interface LateSetting extends PghotSetting {
  readonly record: RecordKind;
  memcgOf(head: number): number;
}

interface LateParts extends ThreadParts {
  readonly limiter: LateLimiter | undefined;
  memcgOf(head: number): number;
  defaultTarget(fromNid: number): number;
}

class LateThread extends PghotThread {
  private section = 0;
  private curMemcg = 0;
  private memcg = 0;
  private readonly word: Word = { lo: 0, hi: 0 };

  constructor(pgdat: Pgdat, private readonly late: LateParts) {
    super(pgdat, late, false);
  }

  protected beginPass(): void {
    this.section = 0;
  }

  /** Every present section of the machine: only those of this node that are flagged hot are walked. */
  protected nextRange(): boolean {
    const { records, probe, ctx: { machine: { frames } } } = this.parts;
    const { pages } = records.shape;
    for (; this.section < records.sections; this.section++) {
      const first = this.section * pages;
      if (!records.isPresent(this.section)) continue;
      probe?.visiting(first);
      const hole = (frames.get(first) & KIND_MASK) === HOLE;
      const mine = records.nodeOf(this.section) === this.nid;
      this.walk.saw(hole ? WalkClass.Hole : WalkClass.Foreign);
      if (!mine || !records.takeHot(this.section)) continue;
      this.section++;
      this.beginRange(first, first + pages);
      return true;
    }
    return false;
  }

  /** pghot_get_hotness(): one compare-exchange with 0. */
  protected take(timePs: number): number {
    const { records, ctx, probe } = this.parts;
    const { word, page } = this;
    records.read(page, word);
    records.write(page, 0, 0);
    const named = records.kind.nidOf(word);
    this.target = named >= 0 ? named : this.late.defaultTarget(this.nid);
    this.asked = records.takeName(page, this.target);
    ctx.rec.count(this.nid, 'marks_consumed', 1);
    probe?.consumed(page, word, this.target);
    const costPs = ctx.costs.consumePs;
    if (this.target === this.nid) {
      ctx.rec.count(this.nid, 'marks_own_node', 1);
      this.drop(Drop.OwnNode, timePs);
      return costPs;
    }
    const refusal = this.late.limiter?.refuses(this.walk.nr, this.target, records.kind.timeOf(word), timePs) ?? 0;
    if (refusal !== 0) {
      ctx.rec.count(this.nid, refusal === Drop.Cold ? 'lost_cold' : 'lost_rate', 1);
      this.drop(refusal, timePs);
    } else this.pc = At.Prepare;
    return costPs;
  }

  protected exchange(): number {
    this.pc = At.Visit;
    return 0;
  }

  /** Another node or memcg flushes what was collected; both are adopted from the first prepared folio and outlive a full batch. */
  protected collect(timePs: number): number {
    this.memcg = this.late.memcgOf(this.head);
    if (this.curNid === NUMA_NO_NODE) {
      this.curNid = this.target;
      this.curMemcg = this.memcg;
    }
    if (this.curNid === this.target && this.curMemcg === this.memcg) return this.push(timePs);
    const cur = this.curNid;
    this.curNid = this.target;
    this.curMemcg = this.memcg;
    this.batchCount = 0;
    return this.batcher.list.length > 0 ? this.flush(cur, timePs, At.Push, false) : this.reschedule(At.Push);
  }

  /** The count is tested with > and behind the addition: a full batch has one folio more. */
  protected push(timePs: number): number {
    this.batcher.list.add(this.head, this.asked);
    this.walk.pfn += this.walk.nr;
    this.cause = Cause.KthreadWalk;
    if (++this.batchCount <= this.parts.batchFolios()) return this.next(0);
    this.batchCount = 0;
    return this.flush(this.curNid, timePs, At.Visit, true);
  }
}

export class PghotLate extends Pghot {
  readonly losesWriteBit = false;
  readonly scope = PGHOT_LATE_SCOPE;
  protected readonly hintFaults = HINT_FAULTS;
  /** kmigrated_sleep_ms and kmigrated_batch_nr of debugfs. */
  sleepMs: number;
  batchNr: number;
  private readonly parts: LateParts;

  /** setting: of a conformance scenario; without it the whole machine boots with hint faults on. */
  constructor(private readonly options: PghotLateOptions, ctx: DesignContext, setting?: LateSetting) {
    super(ctx, new HotRecords(ctx.machine.frames, setting?.record ?? lateRecord(options, ctx.hz, () => lateTarget(options, ctx, -1)), setting?.sections ?? MACHINE_SECTIONS), options.nodes);
    this.sleepMs = options.delayMs;
    this.batchNr = options.batchFolios;
    this.parts = {
      ctx, records: this.records, probe: setting?.probe, delayMs: () => this.sleepMs, batchFolios: () => this.batchNr,
      limiter: setting === undefined ? new LateLimiter(options, ctx) : undefined, defaultTarget: (from) => this.defaultTarget(from),
      memcgOf: (head) => (setting !== undefined ? setting.memcgOf(head) : options.memcgs === 'process' ? 1 + ctx.processOf(head) : 0),
    };
    if (setting !== undefined) return;
    this.sources.add(HINT_FAULTS);
    this.start();
  }

  thread(pgdat: Pgdat): PghotThread {
    return new LateThread(pgdat, this.parts);
  }

  defaultTarget(fromNid: number): number {
    return lateTarget(this.options, this.ctx, fromNid);
  }

  protected filter(pfn: number, nid: number, src: number): number | undefined {
    if (!this.valid(nid) || src < 0 || src >= SOURCES || !this.sources.has(src)) return EINVAL;
    this.event(1 + src);
    const kind = this.kindOf(pfn), from = this.nidOf(pfn);
    if (kind === HOLE || kind === OFFLINE || from === nid || !this.wanted(from) || kind === FREE) return 0;
    const head = this.headOf(pfn);
    if (!(this.frames.get(head) & LRU) || !this.records.hasMap(head)) return 0;
    this.event(0);
    return undefined;
  }

  protected requested(head: number): void {
    this.records.setHot(head);
  }
}

/** pghot_target_nid, or the nearest top-tier node of another node; node 0 where there is none. */
function lateTarget({ targetNid }: PghotLateOptions, ctx: DesignContext, fromNid: number): number {
  if (targetNid !== -1) return targetNid;
  let best = -1, least = Infinity;
  for (const { nid, hasMemory } of ctx.machine.nodes) {
    if (!hasMemory || nid === fromNid || !ctx.topTier(nid)) continue;
    const far = fromNid < 0 ? 0 : ctx.distance(fromNid, nid);
    if (far < least) {
      least = far;
      best = nid;
    }
  }
  return Math.max(0, best);
}
