/** Collects accesses as compact columns, and makes dense units of the pages in the order of their addresses. */

import type { RecordedAccesses } from '../../engine/system/spec';
import { PMD_PAGES } from '../system/memory';

export const MAX_ACCESSES = 20_000_000;
/** 16 GiB of touched memory. */
export const MAX_TRACE_PAGES = 2 ** 22;

export class Accesses {
  private ids = new Uint32Array(1024);
  private writes = new Uint8Array(1024);
  private readonly pages = new Map<number, number>();
  count = 0;

  /** False when a limit is reached; nothing is added then. */
  add(page: number, write: boolean): boolean {
    let id = this.pages.get(page);
    if (this.count >= MAX_ACCESSES || (id === undefined && this.pages.size >= MAX_TRACE_PAGES)) return false;
    if (id === undefined) this.pages.set(page, id = this.pages.size);
    if (this.count === this.ids.length) this.grow();
    this.ids[this.count] = id;
    this.writes[this.count++] = write ? 1 : 0;
    return true;
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
    const folios = [...new Set([...this.pages.keys()].map((page) => Math.floor(page / inFolio)))].sort((a, b) => a - b);
    const dense = new Map(folios.map((folio, i) => [folio, i]));
    const unitOf = new Uint32Array(this.pages.size);
    for (const [page, id] of this.pages) {
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
