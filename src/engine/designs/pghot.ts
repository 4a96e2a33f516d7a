/**
 * What the pghot versions share beside their threads: the maps and threads that boot makes, and pghot_record_access() with its two halves, as the report of
 * a hint fault walks through them. A report counts as a mark when it leaves READY set.
 */

import type { PageFrames } from '../machine/frames';
import type { Pgdat } from '../machine/machine';
import { HOLE, KIND_MASK } from '../machine/pagestate';
import { jiffiesAt } from '../sim/jiffies';
import { NUMA_NO_NODE } from '../types';
import { type Design, type DesignContext, OVER, type Report, type ReportAnswer, type ScopeNote, type Worker } from './design';
import { type HotRecords, RecordUpdate, type SectionShape } from './pghot-records';
import type { PghotThread, WalkProbe } from './pghot-thread';

/** PGHOT_NID_MAX: node ids are below it. */
const NIDS = 1024;
export const EINVAL = -22;

/** What conformance scenarios change; they call boot() themselves. */
export interface PghotSetting {
  readonly sections: SectionShape;
  readonly probe?: WalkProbe;
}

/** The report of one task. */
interface Reporting {
  report: Report;
  readonly update: RecordUpdate;
  phase: 'filter' | 'exchange' | 'over';
}

export abstract class Pghot implements Design {
  readonly workers: Worker[] = [];
  readonly threads: PghotThread[] = [];
  abstract readonly losesWriteBit: boolean;
  readonly takesPmd = true;
  abstract readonly scope: ScopeNote;
  /** kmigrated_started */
  started = false;
  /** Sources that are on, and events counted: the version's own numbers. */
  readonly sources = new Set<number>();
  readonly events = [0, 0, 0, 0];
  private readonly reports: (Reporting | undefined)[] = [];

  constructor(readonly ctx: DesignContext, readonly records: HotRecords, private readonly nodes: 'lower' | 'all') {}

  /** A thread of a node, which boot may start; conformance scenarios work without. */
  abstract thread(pgdat: Pgdat): PghotThread;
  /** What pghot_record_access() does before it comes to the record of a page: undefined to go on, or what it returns. */
  protected abstract filter(pfn: number, nid: number, src: number): number | undefined;
  /** The number of hint faults among the sources. */
  protected abstract readonly hintFaults: number;
  /** Behind an update that left READY set. */
  protected abstract requested(pfn: number): void;
  /** The node that a record would migrate to which holds none. */
  abstract defaultTarget(fromNid: number): number;

  /** Nodes whose pages are recorded and that have a thread: those of the lower tier, as posted. */
  wanted(nid: number): boolean {
    return this.nodes === 'all' || !this.ctx.topTier(nid);
  }

  protected get frames(): PageFrames {
    return this.ctx.machine.frames;
  }

  /** pghot_init() without the creation of threads. */
  boot(): void {
    this.records.allocate((nid) => this.wanted(nid));
    this.started = true;
  }

  /** What pghot_init() does when a thread cannot be created. */
  unboot(): void {
    this.records.release();
    this.started = false;
  }

  /** pghot_init() at boot, threads included. */
  protected start(): void {
    this.boot();
    for (const pgdat of this.ctx.machine.nodes) {
      if (!pgdat.hasMemory || !this.wanted(pgdat.nid)) continue;
      pgdat.hasThread = true;
      const thread = this.thread(pgdat);
      this.threads.push(thread);
      this.workers.push(thread);
    }
  }

  /** pfn_to_nid(), -1 where there is no page. */
  protected nidOf(pfn: number): number {
    return pfn >= 0 && pfn < this.frames.pfns ? this.frames.owners.nid(pfn) : NUMA_NO_NODE;
  }

  protected kindOf(pfn: number): number {
    return pfn >= 0 && pfn < this.frames.pfns ? this.frames.get(pfn) & KIND_MASK : HOLE;
  }

  /** The head of a page's folio. */
  protected headOf(pfn: number): number {
    return this.frames.head(pfn);
  }

  /** Whether a request may be recorded at all: started, and its node fits. */
  protected valid(nid: number): boolean {
    return this.started && nid < NIDS;
  }

  /** pghot_record_access() from beginning to end; 0 or a negative errno. now: jiffies. */
  access(pfn: number, nid: number, src: number, now: number): number {
    const ret = this.filter(pfn, nid, src);
    if (ret !== undefined) return ret;
    const update = new RecordUpdate(this.records);
    update.begin(this.headOf(pfn), nid, now);
    while (!update.tryExchange());
    this.recorded(this.headOf(pfn), nid, update);
    return 0;
  }

  /** The word is exchanged: the rest of pghot_record_access(), and our counts. */
  private recorded(head: number, nid: number, update: RecordUpdate): void {
    const { rec } = this.ctx;
    const from = this.nidOf(head);
    this.records.name(head, nid, this.storedNid(head, from));
    rec.count(from, 'records_made', 1);
    if (!update.isReady) return;
    rec.count(from, 'marks_set', 1);
    if (update.wasReady) rec.count(from, 'marks_overwritten', 1);
    this.requested(head);
    const pgdat = this.ctx.machine.nodeData(from);
    if (pgdat !== undefined) pgdat.activate = true;
  }

  private readonly word = { lo: 0, hi: 0 };

  /** The node that the record of a page gives when it is consumed. */
  private storedNid(head: number, from: number): number {
    this.records.read(head, this.word);
    const nid = this.records.kind.nidOf(this.word);
    return nid >= 0 ? nid : this.defaultTarget(from);
  }

  report(report: Report): ReportAnswer {
    // do_numa_page() records nothing where numa_migrate_check() names no node
    if (report.target === report.nid) return 'ignore';
    const state = (this.reports[report.task] ??= { report, update: new RecordUpdate(this.records), phase: 'filter' });
    state.report = report;
    state.phase = 'filter';
    return 'take';
  }

  stepReport(task: number, timePs: number): number {
    const state = this.reports[task];
    if (state === undefined) return OVER;
    const { report: { head, target, nid }, update } = state;
    const { rec, clock, costs } = this.ctx;
    if (state.phase === 'over') return OVER;
    if (state.phase === 'filter') {
      const ret = this.filter(head, target, this.hintFaults);
      state.phase = ret === undefined ? 'exchange' : 'over';
      if (ret !== undefined) {
        rec.count(Math.max(0, nid), 'marks_refused', 1);
        return OVER;
      }
      update.begin(head, target, jiffiesAt(clock, timePs));
      return costs.recordUpdatePs;
    }
    // the compare-exchange comes when the line has come: another CPU may have been faster
    if (!update.tryExchange()) return costs.recordUpdatePs;
    state.phase = 'over';
    this.recorded(head, target, update);
    return update.isReady ? costs.markSetBitPs : OVER;
  }

  /** task_numa_fault() hears of the target as if the folio were there already. */
  creditedNid(task: number): number {
    return this.reports[task]?.report.target ?? 0;
  }

  tick(): boolean {
    return false;
  }

  beginWork(): boolean {
    return false;
  }

  stepWork(): number {
    return OVER;
  }

  exit(task: number): void {
    this.reports[task] = undefined;
  }

  held(): readonly number[] {
    const heads: number[] = [];
    for (const thread of this.threads) thread.held(heads);
    return heads;
  }

  overheadBytes(): number {
    return this.records.bytes();
  }

  /** Counts an event of /proc/vmstat. */
  protected event(i: number): void {
    this.events[i]++;
  }
}
