/** Collects accesses as compact columns, and makes dense units of the pages in the order of their addresses. */

import type { RecordedAccesses } from '../../engine/system/spec';
import { PMD_PAGES } from '../system/memory';

export const MAX_ACCESSES = 20_000_000;
/** 16 GiB of touched memory. */
export const MAX_TRACE_PAGES = 2 ** 22;
/** Pages of a table of ids: 4 GiB of addresses. Small keys keep the maps fast: large numbers are objects to the engine. */
const TABLE_PAGES = 2 ** 20;
/** More tables than a 48-bit address space has. */
export const MAX_TABLES = 65_536;

export class Accesses {
  private ids = new Uint32Array(1024);
  private writes = new Uint8Array(1024);
  /** By page / TABLE_PAGES: ids by page % TABLE_PAGES, in order of the first access. */
  private readonly tables = new Map<number, Map<number, number>>();
  private last: Map<number, number> | undefined;
  private lastTable = -1;
  private distinct = 0;
  count = 0;

  /** False when a limit is reached; nothing is added then. */
  add(page: number, write: boolean): boolean {
    const high = Math.floor(page / TABLE_PAGES), low = page - high * TABLE_PAGES;
    const table = high === this.lastTable ? this.last : this.tables.get(high);
    let id = table?.get(low);
    if (this.count >= MAX_ACCESSES || (id === undefined && this.distinct >= MAX_TRACE_PAGES)) return false;
    if (id === undefined) {
      const into = table ?? new Map<number, number>();
      if (table === undefined) {
        if (this.tables.size >= MAX_TABLES) return false;
        this.tables.set(high, into);
      }
      into.set(low, id = this.distinct++);
      this.last = into;
    } else this.last = table;
    this.lastTable = high;
    if (this.count === this.ids.length) this.grow();
    this.ids[this.count] = id;
    this.writes[this.count++] = write ? 1 : 0;
    return true;
  }

  private *pages(): Iterable<readonly [page: number, id: number]> {
    for (const [high, table] of this.tables) for (const [low, id] of table) yield [high * TABLE_PAGES + low, id];
  }

  private grow(): void {
    const ids = new Uint32Array(this.ids.length * 2), writes = new Uint8Array(this.ids.length * 2);
    ids.set(this.ids);
    writes.set(this.writes);
    this.ids = ids;
    this.writes = writes;
  }

  /**
   * The accesses in units of a mapping with folios of 2^order pages: folios that were touched lie side by side in the order of their
   * addresses, and a page keeps its place in its folio. PMD-mapped: a unit is a folio.
   */
  done(order: number, pmdMapped: boolean): { readonly accesses: RecordedAccesses; readonly pages: number } {
    const inFolio = 2 ** order;
    const folios = [...new Set(Array.from(this.pages(), ([page]) => Math.floor(page / inFolio)))].sort((a, b) => a - b);
    const dense = new Map(folios.map((folio, i) => [folio, i]));
    const unitOf = new Uint32Array(this.distinct);
    for (const [page, id] of this.pages()) {
      const folio = Math.floor(page / inFolio), at = dense.get(folio) ?? 0;
      unitOf[id] = pmdMapped ? at : at * inFolio + (page - folio * inFolio);
    }
    const units = new Uint32Array(this.count);
    for (let i = 0; i < this.count; i++) units[i] = unitOf[this.ids[i]];
    return { accesses: { units, writes: this.writes.slice(0, this.count) }, pages: folios.length * inFolio };
  }
}

/** Rows [page, write] that read back as the same accesses. */
export function accessRows(accesses: RecordedAccesses, pmdMapped: boolean): number[][] {
  return Array.from(accesses.units, (unit, i) => [pmdMapped ? unit * PMD_PAGES : unit, accesses.writes[i]]);
}
