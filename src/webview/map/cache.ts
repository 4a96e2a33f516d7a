/** What is known of the cells on view: one flat byte array a window (node, zone, level, purpose), filled straight from the frames. */

import { PAGE_CLASSES } from '../../engine/machine/pageclass';
import { CELL_BYTES, MAX_VIEW_RANGES, type CellData, type Level, type ViewRange } from '../../protocol/messages';
import { checkRuns, RUN_INTS } from '../../protocol/validate';

/** The window that a part of the panel wants to see. */
export interface Wanted {
  /** Who wants it: two parts may look at one zone at one level in different places. */
  readonly purpose: string;
  readonly level: Level;
  readonly nid: number;
  readonly zoneIdx: number;
  readonly first: number;
  readonly count: number;
}

const UNKNOWN = 0, OLD = 1, FRESH = 2;

/** Cells [first, first + count) of one zone at one level. */
export class Window {
  bytes: Uint8Array;
  private known: Uint8Array;
  private wide: Uint16Array | Uint32Array | undefined;

  constructor(readonly id: number, readonly nid: number, readonly level: Level, public first: number, public count: number) {
    this.bytes = new Uint8Array(count * CELL_BYTES[level]);
    this.known = new Uint8Array(count);
    this.wide = this.view();
  }

  private view(): Uint16Array | Uint32Array | undefined {
    if (this.level === 'pfn') return undefined;
    return CELL_BYTES[this.level] === PAGE_CLASSES * 4 ? new Uint32Array(this.bytes.buffer) : new Uint16Array(this.bytes.buffer);
  }

  /** Looks at other cells; what is known of those that stay is kept. */
  move(first: number, count: number): void {
    if (first === this.first && count === this.count) return;
    const size = CELL_BYTES[this.level];
    const bytes = new Uint8Array(count * size);
    const known = new Uint8Array(count);
    const from = Math.max(first, this.first);
    const to = Math.min(first + count, this.first + this.count);
    if (from < to) {
      bytes.set(this.bytes.subarray((from - this.first) * size, (to - this.first) * size), (from - first) * size);
      known.set(this.known.subarray(from - this.first, to - this.first), from - first);
    }
    Object.assign(this, { first, count });
    this.bytes = bytes;
    this.known = known;
    this.wide = this.view();
  }

  has(cell: number): boolean {
    return cell >= this.first && cell < this.first + this.count && this.known[cell - this.first] !== UNKNOWN;
  }

  /** Adds the counts by class of a cell to `into`; false when the cell is not known. Not for level pfn. */
  addCounts(cell: number, into: Float64Array): boolean {
    if (!this.has(cell) || !this.wide) return false;
    const at = (cell - this.first) * PAGE_CLASSES;
    for (let c = 0; c < PAGE_CLASSES; c++) into[c] = (into[c] ?? 0) + (this.wide[at + c] ?? 0);
    return true;
  }

  /** The byte of a page (class and target), or -1 when it is not known. Level pfn only. */
  page(cell: number): number {
    return this.has(cell) ? this.bytes[cell - this.first] ?? -1 : -1;
  }

  write(first: number, count: number, data: ArrayBuffer, offset: number): void {
    const from = Math.max(first, this.first);
    const to = Math.min(first + count, this.first + this.count);
    if (from >= to) return;
    const size = CELL_BYTES[this.level];
    this.bytes.set(new Uint8Array(data, offset + (from - first) * size, (to - from) * size), (from - this.first) * size);
    this.known.fill(FRESH, from - this.first, to - this.first);
  }

  /** A key frame begins: what is known stays on view until it has been sent again. */
  age(): void {
    for (let i = 0; i < this.known.length; i++) if (this.known[i] === FRESH) this.known[i] = OLD;
  }

  /** The key frame is complete: what it did not bring is not known any more. */
  dropOld(): void {
    for (let i = 0; i < this.known.length; i++) if (this.known[i] === OLD) this.known[i] = UNKNOWN;
  }

  clear(): void {
    this.known.fill(UNKNOWN);
  }
}

const keyOf = (w: Wanted): string => `${w.purpose}/${w.level}/${w.nid}/${w.zoneIdx}`;

/** All windows on view; range ids are never used twice for another zone or level. */
export class CellCache {
  private readonly ids = new Map<string, number>();
  private windows = new Map<string, Window>();
  private byId = new Map<number, Window>();
  /** Nodes whose cells have changed since they were last painted; whoever paints clears it. */
  readonly touched = new Set<number>();
  private inKey = false;
  private sent = '';

  /** Takes the windows that are wanted from now on, first things first; gives the ranges to send, or undefined when nothing changed. */
  want(list: readonly Wanted[]): ViewRange[] | undefined {
    const next = new Map<string, Window>();
    const ranges: ViewRange[] = [];
    for (const w of list.slice(0, MAX_VIEW_RANGES)) {
      const key = keyOf(w);
      if (next.has(key)) continue;
      const id = this.ids.get(key) ?? this.ids.size + 1;
      this.ids.set(key, id);
      const window = this.windows.get(key) ?? new Window(id, w.nid, w.level, w.first, w.count);
      window.move(w.first, w.count);
      next.set(key, window);
      ranges.push({ id, level: w.level, nid: w.nid, zoneIdx: w.zoneIdx, first: w.first, count: w.count });
    }
    const text = JSON.stringify(ranges);
    if (text === this.sent) return undefined;
    this.sent = text;
    for (const w of ranges) this.touched.add(w.nid);
    this.windows = next;
    this.byId = new Map([...next.values()].map(w => [w.id, w]));
    return ranges;
  }

  window(purpose: string, level: Level, nid: number, zoneIdx: number): Window | undefined {
    return this.windows.get(`${purpose}/${level}/${nid}/${zoneIdx}`);
  }

  /** Writes the cells of a frame; gives a sentence when its buffers do not fit, and then writes nothing. */
  apply(cells: CellData, key: boolean): string {
    const text = checkRuns(cells, id => this.byId.get(id)?.level);
    if (text !== '') return text;
    if (key && !this.inKey) {
      this.inKey = true;
      for (const w of this.windows.values()) w.age();
    }
    const runs = new Int32Array(cells.runs);
    for (let i = 0; i < runs.length; i += RUN_INTS) {
      const window = this.byId.get(runs[i] ?? -1);
      if (window) this.touched.add(window.nid);
      window?.write(runs[i + 1] ?? 0, runs[i + 2] ?? 0, cells.data, runs[i + 3] ?? 0);
    }
    if (this.inKey && !cells.more) {
      this.inKey = false;
      for (const w of this.windows.values()) {
        w.dropOld();
        this.touched.add(w.nid);
      }
    }
    return '';
  }

  /** Another generation: nothing is known any more, and the ranges must be sent again. */
  clear(): void {
    for (const w of this.windows.values()) w.clear();
    this.sent = '';
    this.inKey = false;
  }
}
