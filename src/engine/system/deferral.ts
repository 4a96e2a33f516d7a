/** What deferral itself costs: accesses that stay remote and faults that come again between mark and move, moves of pages that have cooled, ping-pong. */

import type { Machine } from '../machine/machine';
import type { Vma } from '../mm/vma';
import { Counter } from '../observe/counters';
import type { Recorder } from '../observe/recorder';

const NO_MARK = -1;

/** Accesses to a unit since its newest mark, from its share of the accesses of its VMA: an expectation, not a count. */
function madeSince(vma: Vma, unit: number, accessesAtMark: number): number {
  return Math.round((vma.accesses - accessesAtMark) * vma.share(unit));
}

export class Deferral {
  /** By VMA: node that each folio last left + 1; 0: never moved. */
  private readonly leftNode: (Int16Array | undefined)[] = [];
  /** By VMA: accesses to it when the mark of a unit that is out was made, NO_MARK where none is: one look at memory tells both. */
  private readonly accessesAtMark: (Float64Array | undefined)[] = [];

  constructor(private readonly rec: Recorder, private readonly machine: Machine) {}

  /** A hint fault has reported a folio. */
  marked(vma: Vma, unit: number, pfn: number, nid: number): void {
    const marks = (this.accessesAtMark[vma.id] ??= new Float64Array(vma.units).fill(NO_MARK));
    const at = this.machine.frames.owners.nid(pfn);
    if (marks[unit] !== NO_MARK) this.rec.add(at, Counter.faults_after_mark, 1);
    marks[unit] = nid === at ? NO_MARK : vma.accesses;
  }

  /** A mark of the folio is out. */
  isMarked(vma: Vma, unit: number): boolean {
    const marks = this.accessesAtMark[vma.id];
    return marks !== undefined && marks[unit] !== NO_MARK;
  }

  /** A folio is about to move. */
  moving(vma: Vma, unit: number, pfn: number): void {
    const at = this.machine.frames.owners.nid(pfn);
    if (vma.patterns.length > 0 && !vma.hot(unit)) this.rec.add(at, Counter.moves_cooled, 1);
    const marks = this.accessesAtMark[vma.id];
    if (marks === undefined) return;
    if (marks[unit] !== NO_MARK) this.rec.add(at, Counter.remote_after_mark, madeSince(vma, unit, marks[unit]));
    marks[unit] = NO_MARK;
  }

  /** A folio has come to a node. */
  came(vma: Vma, unit: number, from: number, to: number): void {
    const left = (this.leftNode[vma.id] ??= new Int16Array(vma.units));
    if (left[unit] === to + 1) this.rec.add(to, Counter.ping_pong, 1);
    left[unit] = from + 1;
  }
}
