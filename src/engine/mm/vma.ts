/** Mappings and page tables of a process at run time, and the reverse map from folios to them (one mapping a folio). */

import type { VmaSpec } from '../system/spec';
import type { Pattern } from '../workload/pattern';
import { pagedU32, type PagedColumn } from '../machine/paged';
import { EngineBug, PAGEBLOCK_PAGES } from '../types';
import { CPUPID_UNSET } from './balance/cpupid';
import type { NumaVma } from './balance/state';

/** log2 of the units of a range of the index of patterns. */
const RANGE_SHIFT = 9;
const NOBODY: readonly Pattern[] = [];

/** A VMA; its units are pages, or PMDs where it is mapped by them. */
export class Vma {
  readonly units: number;
  /** Base pages of a unit: 1, or 512 where PMD-mapped. */
  readonly unitPages: number;
  /** Units of a folio. */
  readonly folioUnits: number;
  /** Flags of each entry (mm/pte.ts). */
  readonly flags: Uint8Array;
  /** PFN of each unit's first page; meaningless where the entry is none. Under migration: of the source. */
  readonly pfn: Uint32Array;
  /** last_cpupid (or, in tiering mode on slow memory, the scan time) of each folio, at its first unit. */
  readonly cpupid: Int32Array;
  /** Who touches it. */
  readonly patterns: Pattern[] = [];
  /** By range of 512 units: the patterns that reach into it, in their order; made on first use. */
  private byRange: (readonly Pattern[])[] = [];
  private indexed = 0;
  numa: NumaVma | undefined;
  /** Accesses to it so far. */
  accesses = 0;

  /** id: index in the system; firstUnit: its first global unit number. */
  constructor(readonly id: number, readonly process: number, readonly index: number, readonly spec: VmaSpec, readonly firstUnit: number) {
    this.unitPages = spec.pmdMapped ? PAGEBLOCK_PAGES : 1;
    const folio = 2 ** spec.order;
    this.folioUnits = spec.pmdMapped ? 1 : folio;
    this.units = Math.ceil(spec.pages / folio) * this.folioUnits;
    this.flags = new Uint8Array(this.units);
    this.pfn = new Uint32Array(this.units);
    this.cpupid = new Int32Array(this.units).fill(CPUPID_UNSET);
  }

  /** First unit of the folio that a unit belongs to. */
  headUnit(unit: number): number {
    return unit - (unit % this.folioUnits);
  }

  /** The patterns that may touch a unit: all those that do, in their order. */
  patternsAt(unit: number): readonly Pattern[] {
    if (this.indexed !== this.patterns.length) this.sort();
    return this.byRange[unit >>> RANGE_SHIFT] ?? NOBODY;
  }

  private sort(): void {
    this.indexed = this.patterns.length;
    const ranges = Math.ceil(this.units / (1 << RANGE_SHIFT));
    this.byRange = Array.from({ length: ranges }, (_, range) => this.patterns.filter(({ reach }) =>
      reach === undefined || (reach.from < (range + 1) << RANGE_SHIFT && reach.end > range << RANGE_SHIFT)));
  }

  arm(unit: number): void {
    const patterns = this.patternsAt(unit);
    for (let i = 0; i < patterns.length; i++) patterns[i].arm(unit);
  }

  moved(unit: number, from: number, to: number): void {
    const patterns = this.patternsAt(unit);
    for (let i = 0; i < patterns.length; i++) patterns[i].moved(unit, from, to);
  }

  /** Whether some pattern counts a unit as hot now. */
  hot(unit: number): boolean {
    const patterns = this.patternsAt(unit);
    for (let i = 0; i < patterns.length; i++) if (patterns[i].hot(unit)) return true;
    return false;
  }

  /** The largest share of a pattern's accesses that goes to a unit now, 0 .. 1. */
  share(unit: number): number {
    const patterns = this.patternsAt(unit);
    let share = 0;
    for (let i = 0; i < patterns.length; i++) share = Math.max(share, patterns[i].share(unit));
    return share;
  }
}

/** From the head PFN of a folio to the VMA and unit that map it. */
export class ReverseMap {
  private readonly unitOf: PagedColumn<Uint32Array>;
  private readonly vmas: Vma[] = [];
  private nextUnit = 1;

  constructor(pfns: number) {
    this.unitOf = pagedU32(pfns);
  }

  /** Makes a VMA with unit numbers of its own; fails when 2^31 units are used up. */
  addVma(process: number, index: number, spec: VmaSpec): Vma {
    const vma = new Vma(this.vmas.length, process, index, spec, this.nextUnit);
    this.nextUnit += vma.units;
    if (this.nextUnit > 2 ** 31) throw new EngineBug('more than 2^31 mapped units');
    this.vmas.push(vma);
    return vma;
  }

  set(head: number, vma: Vma, unit: number): void {
    this.unitOf.set(head, vma.firstUnit + unit);
  }

  clear(head: number): void {
    this.unitOf.set(head, 0);
  }

  /** The global number of the unit that maps a folio, or 0. */
  global(head: number): number {
    return this.unitOf.get(head);
  }

  vmaOf(global: number): Vma {
    let lo = 0, hi = this.vmas.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >>> 1;
      if (this.vmas[mid].firstUnit <= global) lo = mid;
      else hi = mid - 1;
    }
    return this.vmas[lo];
  }

  bytes(): number {
    return this.unitOf.bytes();
  }
}
