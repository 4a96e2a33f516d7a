/** Cell data of one view: what it asked for, whole after a key frame, then only what has changed, at most 256 KiB at a time. */

import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES } from '../engine/types';
import type { World } from '../engine/sim/world';
import { CELL_BYTES, type CellData, MAX_FRAME_CELL_BYTES, type ViewRange } from '../protocol/messages';
import { type AskedOf, CellReader, cellsOfZone } from './cells';

/** A range with how far it has been sent. */
interface Sending {
  readonly range: ViewRange;
  /** Cells changed after this number are still to be sent; -1 = all. */
  since: number;
  /** The next cell to look at, and the number of changes when the scan began. */
  at: number;
  scanStamp: number;
}

export class CellFrames {
  private readonly cells: CellReader;
  private sendings: Sending[] = [];
  private readonly buffer = new Uint8Array(MAX_FRAME_CELL_BYTES);
  private used = 0;
  private runs: number[] = [];
  private asked: Map<number, number> | undefined;

  constructor(private readonly world: World) {
    this.cells = new CellReader(world.machine);
  }

  setRanges(ranges: readonly ViewRange[]): void {
    this.sendings = [];
    for (const range of ranges) {
      const zone = this.cells.zoneOf(range);
      if (zone === undefined) continue;
      const first = Math.min(range.first, cellsOfZone(zone, range.level));
      const count = Math.min(range.count, cellsOfZone(zone, range.level) - first);
      this.sendings.push({ range: { ...range, first, count }, since: -1, at: 0, scanStamp: 0 });
    }
  }

  /** Everything is to be sent again. */
  resync(): void {
    for (const s of this.sendings) Object.assign(s, { since: -1, at: 0 });
  }

  /** Whether any range has cells to send. */
  get dirty(): boolean {
    return this.sendings.some((s) => s.at > 0 || s.since < this.world.machine.frames.changes);
  }

  /** The next portion. */
  take(): CellData {
    this.used = 0;
    this.runs = [];
    this.asked = undefined;
    let more = false;
    for (const s of this.sendings) if (!this.scan(s)) more = true;
    return { runs: Int32Array.from(this.runs).buffer, data: this.buffer.slice(0, this.used).buffer, more };
  }

  /** Sends the changed cells of a range; false when the frame is full. */
  private scan(s: Sending): boolean {
    const zone = this.cells.zoneOf(s.range);
    if (zone === undefined) return true;
    const { level, first, count, id } = s.range;
    if (s.at === 0) s.scanStamp = this.world.machine.frames.changes;
    if (s.since >= s.scanStamp) return true;
    const bytes = CELL_BYTES[level];
    let run = -1;
    while (s.at < count) {
      const k = first + s.at;
      if (s.since >= 0 && this.cells.stamp(zone, level, k) <= s.since) {
        run = -1;
        s.at += level === 'pfn' ? PAGEBLOCK_PAGES - ((zone.spec.startPfn + k) & (PAGEBLOCK_PAGES - 1)) : 1;
        continue;
      }
      if (this.used + bytes > MAX_FRAME_CELL_BYTES) return false;
      if (run < 0) run = this.runs.push(id, k, 0, this.used) - 4;
      this.runs[run + 2]++;
      this.write(zone, level, k);
      s.at++;
    }
    s.at = 0;
    s.since = s.scanStamp;
    return true;
  }

  private write(zone: Parameters<CellReader['summarise']>[0], level: ViewRange['level'], k: number): void {
    if (level === 'pfn') {
      this.buffer[this.used++] = this.cells.pageByte(zone, zone.spec.startPfn + k, this.askedOf);
      return;
    }
    this.cells.summarise(zone, level, k);
    const wide = CELL_BYTES[level] === 64;
    for (const n of this.cells.counts) {
      this.buffer[this.used++] = n & 255;
      this.buffer[this.used++] = (n >>> 8) & 255;
      if (!wide) continue;
      this.buffer[this.used++] = (n >>> 16) & 255;
      this.buffer[this.used++] = n >>> 24;
    }
  }

  /** Built once a frame, and only when the frame holds isolated pages. */
  private readonly askedOf: AskedOf = (head) => {
    if (this.asked === undefined) {
      this.asked = new Map();
      for (const t of this.world.threads) {
        for (const list of [t.list, t.job.list]) for (let i = 0; i < list.length; i++) this.asked.set(list.heads[i], list.asked[i]);
      }
    }
    return this.asked.get(head) ?? -1;
  };
}

/** The nearest page of a class to a PFN on a node, or -1; looks at counts of sections and blocks first. */
export function findPage(world: World, nid: number, near: number, wanted: number): number {
  const cells = new CellReader(world.machine);
  let best = -1, bestDistance = Infinity;
  for (const zone of world.machine.nodeData(nid)?.zones ?? []) {
    for (let k = 0, sections = cellsOfZone(zone, 'section'); k < sections; k++) {
      const [from, to] = cells.bounds(zone, 'section', k);
      const distance = near < from ? from - near : near >= to ? near - to + 1 : 0;
      if (distance >= bestDistance) continue;
      cells.summarise(zone, 'section', k);
      if (cells.counts[wanted] === 0) continue;
      for (let block = from; block < to; block = ((block >>> PAGEBLOCK_ORDER) + 1) * PAGEBLOCK_PAGES) {
        const stop = Math.min(to, ((block >>> PAGEBLOCK_ORDER) + 1) * PAGEBLOCK_PAGES);
        for (let pfn = block; pfn < stop; pfn++) {
          if (Math.abs(pfn - near) < bestDistance && cells.classAt(zone, pfn) === wanted) {
            best = pfn;
            bestDistance = Math.abs(pfn - near);
          }
        }
      }
    }
  }
  return best;
}
