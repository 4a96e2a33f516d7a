/**
 * pghot as RFC v3 posted it (20251110052343.208768-4-bharata@amd.com): a record of 64 bits for every page of the lower tier, and v1's kmigrated, inverted
 * target test included, over the zones of lower-tier nodes. Function by function in the order of mm/pghot.c.
 */

import type { Pgdat } from '../machine/machine';
import { HOLE, LRU, OFFLINE } from '../machine/pagestate';
import { ZONE_DEVICE } from '../machine/spec';
import { NUMA_NO_NODE } from '../types';
import type { DesignContext, ScopeNote } from './design';
import type { PghotEarlyOptions } from './options';
import { EINVAL, Pghot, type PghotSetting } from './pghot';
import { earlyRecord } from './pghot-early-record';
import { HotRecords, MACHINE_SECTIONS, type Word } from './pghot-records';
import { At, Drop, PghotThread, type ThreadParts } from './pghot-thread';

/** Sources: hardware hints, page-table scan, hint faults. */
const SOURCES = 3, HINT_FAULTS = 2;
/** PGHOT_DEFAULT_NODE */
const DEFAULT_NODE = 0;

export const PGHOT_EARLY_SCOPE: ScopeNote = {
  sources: ['20251110052343.208768-4-bharata@amd.com', '20251110052343.208768-9-bharata@amd.com'],
  modelled: [
    'The record bit for bit: as posted the masks are made from the shifts, so the nid is always 0, and a reporter with another node starts a new window each time and never makes a page hot.',
    'The record is updated by compare-exchange and consumed in two steps: what a reporter writes between them is lost.',
    'Every 100 ms a thread of a lower-tier node looks at ACTIVATE, and walks all zones if it is set; nobody wakes it.',
    "v1's batches: an empty first flush to node -1 in every zone, targets mixed, the folio that triggers a flush decides.",
    'A hint fault that wants the folio elsewhere, PMD-mapped or not, reports its target and loses the write bit; nothing migrates in the fault, whatever the tier.',
    'A fault on a well-placed folio is not accounted in task_numa_fault(): the scan period learns of misplaced ones alone.',
    'Nodes of the top tier have no records: between them nothing moves, unless the option for all nodes gives them what the lower tier has, which nobody has posted.',
  ],
  simplified: [
    'A variable that the posted code leaves uninitialised is 0, as kernels compile it by default.',
    'A stretch of pages without a request is looked at as it is at its beginning: at most one pageblock.',
    "The walk does not evict the CPU's cache, and the place of its metadata costs nothing.",
    'A report on a page of a section without a map is refused; the kernel would crash there, as the walk does here.',
  ],
  not: ['Hardware hints and page-table scans do not exist as sources.'],
};

class EarlyThread extends PghotThread {
  private zoneCursor = 0;
  private readonly word: Word = { lo: 0, hi: 0 };
  private readonly seenWord: Word = { lo: 0, hi: 0 };

  protected beginPass(): void {
    this.zoneCursor = 0;
  }

  protected nextRange(): boolean {
    const { zones } = this.pgdat;
    let zone = zones[this.zoneCursor++];
    while (zone !== undefined && (zone.spec.presentPages === 0 || zone.spec.idx === ZONE_DEVICE)) zone = zones[this.zoneCursor++];
    if (zone === undefined) return false;
    this.beginRange(zone.spec.startPfn, zone.spec.startPfn + zone.spec.spannedPages);
    return true;
  }

  /** test_and_clear_bit(READY): the request is consumed whatever follows. */
  protected take(): number {
    const { records, ctx } = this.parts;
    records.read(this.page, this.word);
    records.write(this.page, this.word.lo, (this.word.hi & ~records.kind.readyHi) >>> 0);
    ctx.rec.count(this.nid, 'marks_consumed', 1);
    records.read(this.page, this.word);
    this.pc = At.Exchange;
    return 0;
  }

  /** The rest is read, and exchanged with 0. */
  protected exchange(timePs: number): number {
    const { records, ctx, probe } = this.parts;
    const { word, seenWord, page } = this;
    const before = { lo: word.lo, hi: word.hi };
    probe?.exchanging(page);
    records.read(page, seenWord);
    if (seenWord.lo !== before.lo || seenWord.hi !== before.hi) {
      word.lo = seenWord.lo;
      word.hi = seenWord.hi;
      return Math.max(1, ctx.costs.consumePs);
    }
    // a report between the two steps made the page ready again: its request goes with the word
    if (records.isReady(word)) ctx.rec.count(this.nid, 'requests_dropped', 1);
    records.write(page, 0, 0);
    this.target = records.kind.nidOf(word);
    this.asked = records.takeName(page, this.target);
    probe?.consumed(page, word, this.target);
    if (this.target === this.nid) {
      ctx.rec.count(this.nid, 'marks_own_node', 1);
      this.drop(Drop.OwnNode, timePs);
    } else this.pc = At.Prepare;
    return ctx.costs.consumePs;
  }

  /** The inverted test of cur_nid, as in v1: the first folio of a zone flushes an empty list to node -1. */
  protected collect(timePs: number): number {
    if (this.curNid !== NUMA_NO_NODE) this.curNid = this.target;
    if (++this.batchCount >= this.parts.batchFolios() || this.curNid !== this.target) {
      const cur = this.curNid;
      this.curNid = this.target;
      this.batchCount = 0;
      return this.flush(cur, timePs, At.Push, false);
    }
    return this.push();
  }

  protected push(): number {
    this.batcher.list.add(this.head, this.asked);
    this.walk.pfn += this.walk.nr;
    return this.next(0);
  }
}

export class PghotEarly extends Pghot {
  readonly losesWriteBit = true;
  readonly forgetsPlaced = true;
  readonly scope = PGHOT_EARLY_SCOPE;
  protected readonly hintFaults = HINT_FAULTS;
  /** vm.pghot_promote_freq_window_ms */
  readonly setWindow: (ms: number) => void;
  private readonly parts: ThreadParts;

  /** setting: of a conformance scenario; without it the whole machine boots with every source on. */
  constructor(private readonly options: PghotEarlyOptions, ctx: DesignContext, setting?: PghotSetting) {
    let windowMs = options.windowMs;
    super(ctx, new HotRecords(ctx.machine.frames, earlyRecord(options.masks, () => windowMs, ctx.hz), setting?.sections ?? MACHINE_SECTIONS), options.nodes);
    this.setWindow = (ms) => {
      windowMs = ms;
    };
    this.parts = { ctx, records: this.records, probe: setting?.probe, delayMs: () => this.options.delayMs, batchFolios: () => this.options.batchFolios };
    if (setting !== undefined) return;
    for (let s = 0; s < SOURCES; s++) this.sources.add(s);
    this.start();
  }

  thread(pgdat: Pgdat): PghotThread {
    return new EarlyThread(pgdat, this.parts, true);
  }

  defaultTarget(): number {
    return DEFAULT_NODE;
  }

  protected filter(pfn: number, nid: number, src: number): number | undefined {
    if (!this.valid(nid)) return EINVAL;
    this.event(0);
    if (src < 0 || src >= SOURCES || !this.sources.has(src)) return EINVAL;
    this.event(1 + src);
    const kind = this.kindOf(pfn);
    if (!this.wanted(this.nidOf(pfn)) || kind === HOLE || kind === OFFLINE) return 0;
    const head = this.headOf(pfn);
    if (!(this.frames.get(head) & LRU)) return 0;
    return this.records.hasMap(head) ? undefined : EINVAL;
  }

  protected requested(): void {
    // no flag beside ACTIVATE
  }
}
