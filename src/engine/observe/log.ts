/** The migration log: rows in columns, in chunks, the oldest chunk dropped when there are too many. */

import type { LogKind } from './logkinds';
import type { Point } from './points';

const CHUNK_ROWS = 4096;

/** A row as it is written and read; times in ps, PFNs inclusive, -1 = none. */
export interface LogRow {
  timePs: number;
  /** Node of the thread, or -1 - i for producer i. */
  actor: number;
  kind: LogKind;
  firstPfn: number;
  lastPfn: number;
  sentTo: number;
  folios: number;
  right: number;
  wrong: number;
  failed: number;
  point: Point;
  /** Errno of the kernel (negative), or 0. */
  result: number;
}

/** Columns of 4,096 rows. asked holds (node, folios) pairs; askedEnd the end of a row's pairs in it. */
class Chunk {
  readonly timePs = new Float64Array(CHUNK_ROWS);
  readonly pfns = new Float64Array(CHUNK_ROWS * 2);
  readonly ints = new Int32Array(CHUNK_ROWS * 8);
  readonly askedEnd = new Uint32Array(CHUNK_ROWS);
  asked = new Int32Array(64);
  askedUsed = 0;
}

const INTS = 8;

export class LogTable {
  private chunks: Chunk[] = [];
  private droppedChunks = 0;
  /** Rows written since the begin, dropped ones included. */
  total = 0;

  /** keepRows: rows that stay readable, rounded up to chunks. */
  constructor(private readonly keepRows: number) {}

  /** Rows that were dropped; row numbers below this cannot be read any more. */
  get dropped(): number {
    return this.droppedChunks * CHUNK_ROWS;
  }

  /** Appends a row; asked: (node, folios) pairs, of which `pairs` are used. */
  add(
    timePs: number, actor: number, kind: LogKind, point: Point, firstPfn: number, lastPfn: number, sentTo: number,
    folios: number, right: number, wrong: number, failed: number, result: number, asked: Int32Array, pairs: number,
  ): void {
    const i = this.total % CHUNK_ROWS;
    if (i === 0) this.addChunk();
    const c = this.chunks[this.chunks.length - 1];
    c.timePs[i] = timePs;
    c.pfns[i * 2] = firstPfn;
    c.pfns[i * 2 + 1] = lastPfn;
    const at = i * INTS;
    c.ints[at] = kind | (point << 8);
    c.ints[at + 1] = actor;
    c.ints[at + 2] = sentTo;
    c.ints[at + 3] = folios;
    c.ints[at + 4] = right;
    c.ints[at + 5] = wrong;
    c.ints[at + 6] = failed;
    c.ints[at + 7] = result;
    if (c.askedUsed + pairs * 2 > c.asked.length) {
      const wider = new Int32Array(Math.max(c.asked.length * 4, c.askedUsed + pairs * 2));
      wider.set(c.asked);
      c.asked = wider;
    }
    for (let p = 0; p < pairs * 2; p++) c.asked[c.askedUsed++] = asked[p];
    c.askedEnd[i] = c.askedUsed;
    this.total++;
  }

  private addChunk(): void {
    this.chunks.push(new Chunk());
    if (this.chunks.length * CHUNK_ROWS > this.keepRows + CHUNK_ROWS) {
      this.chunks.shift();
      this.droppedChunks++;
    }
  }

  private chunkOf(row: number): Chunk {
    return this.chunks[Math.floor(row / CHUNK_ROWS) - this.droppedChunks];
  }

  /** Reads a row, dropped <= row < total, into `into`, which saves an object a row. */
  read(row: number, into: LogRow): LogRow {
    const c = this.chunkOf(row);
    const i = row % CHUNK_ROWS;
    const at = i * INTS;
    into.timePs = c.timePs[i];
    into.firstPfn = c.pfns[i * 2];
    into.lastPfn = c.pfns[i * 2 + 1];
    into.kind = (c.ints[at] & 255) as LogKind;
    into.point = (c.ints[at] >> 8) as Point;
    into.actor = c.ints[at + 1];
    into.sentTo = c.ints[at + 2];
    into.folios = c.ints[at + 3];
    into.right = c.ints[at + 4];
    into.wrong = c.ints[at + 5];
    into.failed = c.ints[at + 6];
    into.result = c.ints[at + 7];
    return into;
  }

  /** (node, folios) pairs of a row. */
  asked(row: number): (readonly [number, number])[] {
    const c = this.chunkOf(row);
    const i = row % CHUNK_ROWS;
    const pairs: (readonly [number, number])[] = [];
    for (let p = i === 0 ? 0 : c.askedEnd[i - 1]; p < c.askedEnd[i]; p += 2) pairs.push([c.asked[p], c.asked[p + 1]]);
    return pairs;
  }

  bytes(): number {
    return this.chunks.reduce((sum, c) => sum + c.timePs.byteLength + c.pfns.byteLength + c.ints.byteLength + c.askedEnd.byteLength + c.asked.byteLength, 0);
  }
}

/** An empty row to read into. */
export function blankRow(): LogRow {
  return { timePs: 0, actor: 0, kind: 0, firstPfn: -1, lastPfn: -1, sentTo: -1, folios: 0, right: 0, wrong: 0, failed: 0, point: 0, result: 0 };
}
