/** Producers: series of kmigrated_add_pfn() calls (RFC v1, 20250616133931.206626-4-bharata@amd.com), each call three points, two separate atomics among them (D11; repaired: one). */

import type { CostTable } from '../cost/table';
import type { Machine, Pgdat } from '../machine/machine';
import { LogKind } from '../observe/logkinds';
import { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import type { Actor } from '../sim/actor';
import { EINVAL } from '../mm/env';
import { SECTION_SHIFT } from '../types';

/** Where the next request comes from. */
export interface MarkSupply {
  /** When the next request may begin, at the earliest, in ps; Infinity when there are no more. */
  nextPs(): number;
  /** Takes the next request into pfn and nid; false when no page could be found for it. */
  take(): boolean;
  readonly pfn: number;
  readonly nid: number;
}

/** kmigrated_add_pfn() of one page as a sequence of points; shared by producers and the conformance driver. */
export class AddPfn {
  pc: Point | -1 = -1;
  ret = 0;
  /** Flag word before and after, READY before. */
  oldLo = 0;
  oldHi = 0;
  wasReady = false;
  private pfn = 0;
  private nid = 0;

  constructor(private readonly machine: Machine, private readonly costs: CostTable, private readonly rec: Recorder, private readonly actor: number) {}

  begin(pfn: number, nid: number): void {
    this.pfn = pfn;
    this.nid = nid;
    this.pc = Point.AddXchgNid;
  }

  /** Executes the next point at a time; returns what it costs in ps. */
  step(timePs: number): number {
    switch (this.pc) {
      case Point.AddXchgNid: return this.exchange(timePs);
      case Point.AddSetReady: return this.setReady(timePs);
      default: return this.setActivate(timePs);
    }
  }

  private exchange(timePs: number): number {
    const { frames } = this.machine;
    const { pfn, nid } = this;
    if (pfn >= frames.pfns || !frames.hasExt(pfn)) {
      this.rec.point(timePs, Point.AddNoExt, this.actor, pfn, nid, 0, 0, 0);
      this.ret = EINVAL;
      this.pc = -1;
      return 0;
    }
    const lo = (this.oldLo = frames.lo(pfn)), hi = (this.oldHi = frames.hi(pfn));
    this.wasReady = frames.ready.has(pfn);
    const { repairs } = this.machine;
    const atomic = repairs.has('D11');
    frames.setWord(pfn, (frames.layout.withNidLo(lo, hi, nid) | (atomic ? frames.layout.readyMask : 0)) >>> 0, frames.layout.withNidHi(lo, hi, nid));
    if (repairs.has('D17')) this.machine.askedAtPs.set(pfn, timePs);
    this.rec.point(timePs, Point.AddXchgNid, this.actor, pfn, nid, this.wasReady ? 1 : 0, frames.lo(pfn), frames.hi(pfn));
    this.machine.noteRequest(pfn, nid);
    this.pc = atomic ? Point.AddSetActivate : Point.AddSetReady;
    return this.costs.markXchgPs;
  }

  private setReady(timePs: number): number {
    const { frames } = this.machine;
    const { pfn } = this;
    frames.setWord(pfn, (frames.lo(pfn) | frames.layout.readyMask) >>> 0, frames.hi(pfn));
    this.rec.point(timePs, Point.AddSetReady, this.actor, pfn, 0, 0, frames.lo(pfn), frames.hi(pfn));
    this.pc = Point.AddSetActivate;
    return this.costs.markSetBitPs;
  }

  /** set_bit() on page_pgdat(): the node that the page belongs to now; nobody is woken (D4), unless that is repaired. */
  private setActivate(timePs: number): number {
    const pgdat = this.machine.pagePgdat(this.pfn);
    const woken = pgdat !== undefined && activate(pgdat, this.pfn, timePs);
    this.rec.point(timePs, Point.AddSetActivate, this.actor, this.pfn, pgdat?.nid ?? -1, 0, 0, 0);
    this.ret = 0;
    this.pc = -1;
    return this.costs.markSetBitPs + (woken ? this.costs.wakeUpPs : 0);
  }
}

/** Sets ACTIVATE, and what the repairs D6 and D4 add to it; returns whether a thread was woken. */
function activate(pgdat: Pgdat, pfn: number, timePs: number): boolean {
  const was = pgdat.activate;
  if (pgdat.markedSections !== undefined) pgdat.markedSections[pfn >>> SECTION_SHIFT] = 1;
  pgdat.activate = true;
  return !was && pgdat.wakeUp !== undefined && pgdat.wakeUp(timePs);
}

export class Producer implements Actor {
  private timePs = 0;
  private readonly add: AddPfn;
  private readonly pair = new Int32Array(2);

  /** index: 0 .. ; its trace records carry actor -1 - index. */
  constructor(
    readonly rank: number, readonly index: number, readonly name: string, private readonly machine: Machine, costs: CostTable,
    private readonly rec: Recorder, private readonly supply: MarkSupply,
  ) {
    this.add = new AddPfn(machine, costs, rec, -1 - index);
  }

  /** The point that executes next, or -1. */
  get pc(): Point | -1 {
    return this.add.pc === -1 && this.supply.nextPs() !== Infinity ? Point.AddXchgNid : this.add.pc;
  }

  nextPs(): number {
    return this.add.pc !== -1 ? this.timePs : Math.max(this.timePs, this.supply.nextPs());
  }

  step(): void {
    if (this.add.pc === -1) {
      this.timePs = this.nextPs();
      if (!this.supply.take()) {
        // at least 1 ps, so that a burst that finds no page comes to its end
        this.timePs += 1;
        this.rec.count(this.machine.nodes[0].nid, 'marks_without_page', 1);
        return;
      }
      this.add.begin(this.supply.pfn, this.supply.nid);
    }
    const at = this.timePs;
    this.timePs += this.add.step(at);
    if (this.add.pc === -1) this.finish(at);
  }

  private finish(timePs: number): void {
    const { add, rec, supply } = this;
    const refused = add.ret !== 0;
    const nid = Math.max(0, this.machine.frames.owners.nid(supply.pfn));
    rec.count(nid, refused ? 'marks_refused' : 'marks_set', 1);
    if (!refused && add.wasReady) rec.count(nid, 'marks_overwritten', 1);
    this.pair[0] = supply.nid;
    this.pair[1] = 1;
    rec.log.add(
      timePs, -1 - this.index, refused ? LogKind.MarkRefused : LogKind.Mark, refused ? Point.AddNoExt : Point.AddSetReady,
      supply.pfn, supply.pfn, -1, 1, 0, 0, refused ? 1 : 0, add.ret, this.pair, 1,
    );
  }
}
