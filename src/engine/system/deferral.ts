/** What deferral itself costs: accesses that stay remote and faults that come again between mark and move, moves of pages that have cooled, ping-pong. */

import type { Machine } from '../machine/machine';
import type { Vma } from '../mm/vma';
import { Counter } from '../observe/counters';
import type { Recorder } from '../observe/recorder';

export class Deferral {
  /** By VMA: node that each folio last left + 1; 0: never moved. */
  private readonly leftNode: (Int16Array | undefined)[] = [];
  /** By VMA: 1 where a mark is out. */
  private readonly markedUnits: (Uint8Array | undefined)[] = [];
  /** By VMA: accesses to it when the newest mark of a unit was made. */
  private readonly accessesAtMark: (Float64Array | undefined)[] = [];

  constructor(private readonly rec: Recorder, private readonly machine: Machine) {}

  /** A hint fault has reported a folio. */
  marked(vma: Vma, unit: number, pfn: number, nid: number): void {
    const marks = (this.markedUnits[vma.id] ??= new Uint8Array(vma.units));
    const at = this.machine.frames.owners.nid(pfn);
    if (marks[unit] === 1) this.rec.add(at, Counter.faults_after_mark, 1);
    marks[unit] = nid === at ? 0 : 1;
    (this.accessesAtMark[vma.id] ??= new Float64Array(vma.units))[unit] = vma.accesses;
  }

  /** A mark of the folio is out. */
  isMarked(vma: Vma, unit: number): boolean {
    return this.markedUnits[vma.id]?.[unit] === 1;
  }

  /** A folio is about to move. */
  moving(vma: Vma, unit: number, pfn: number): void {
    const at = this.machine.frames.owners.nid(pfn);
    if (vma.patterns.length > 0 && !vma.hot(unit)) this.rec.add(at, Counter.moves_cooled, 1);
    const marks = this.markedUnits[vma.id];
    if (marks === undefined) return;
    if (marks[unit] === 1) this.rec.add(at, Counter.remote_after_mark, this.madeSince(vma, unit));
    marks[unit] = 0;
  }

  /** Accesses to a unit since its newest mark, from its share of the accesses of its VMA: an expectation, not a count. */
  private madeSince(vma: Vma, unit: number): number {
    const since = vma.accesses - (this.accessesAtMark[vma.id]?.[unit] ?? vma.accesses);
    return Math.round(since * vma.share(unit));
  }

  /** A folio has come to a node. */
  came(vma: Vma, unit: number, from: number, to: number): void {
    const left = (this.leftNode[vma.id] ??= new Int16Array(vma.units));
    if (left[unit] === to + 1) this.rec.add(to, Counter.ping_pong, 1);
    left[unit] = from + 1;
  }
}
