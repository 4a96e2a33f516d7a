/** The trace: fixed-width records of points in a ring, and one digest over all of them, kept as they are written. */

import { Point } from './points';

/** 32-bit words of a record: time low, time high, point and actor, pfn, a, b, flag word low, flag word high. */
const WORDS = 8;
const FIRST_RECORDS = 1 << 10;

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n));
const hex = (x: number): string => (x >>> 0).toString(16).padStart(8, '0');

/** One record, read back; a and b mean what the point says (see TRACE_FIELDS). */
export interface TraceRecord {
  readonly timePs: number;
  readonly point: Point;
  /** Node of a kmigrated thread, or -1 - i for producer i. */
  readonly actor: number;
  readonly pfn: number;
  readonly a: number;
  readonly b: number;
  readonly lo: number;
  readonly hi: number;
}

export class Trace {
  private words: Int32Array;
  private capacity: number;
  /** Records written since the begin, dropped ones included. */
  total = 0;
  private h0 = 0x243f6a88;
  private h1 = 0x85a308d3;
  private h2 = 0x13198a2e;
  private h3 = 0x03707344;

  /** keep: how many of the newest records stay readable. */
  constructor(private readonly keep: number) {
    this.capacity = Math.min(keep, FIRST_RECORDS);
    this.words = new Int32Array(this.capacity * WORDS);
  }

  /** The oldest record that can still be read. */
  get first(): number {
    return Math.max(0, this.total - this.capacity);
  }

  add(timePs: number, point: Point, actor: number, pfn: number, a: number, b: number, lo: number, hi: number): void {
    if (this.total === this.capacity && this.capacity < this.keep) this.grow();
    const w = this.words;
    const at = (this.total % this.capacity) * WORDS;
    const w0 = (w[at] = timePs | 0);
    const w1 = (w[at + 1] = Math.floor(timePs / 0x1_0000_0000));
    const w2 = (w[at + 2] = (actor << 8) | point);
    w[at + 3] = pfn;
    w[at + 4] = a;
    w[at + 5] = b;
    w[at + 6] = lo;
    w[at + 7] = hi;
    this.total++;
    this.h0 = (rotl(Math.imul(rotl(this.h0 ^ Math.imul(w0, 0x85ebca77), 13) + w[at + 4], 0x9e3779b1), 15) + this.h1) | 0;
    this.h1 = (rotl(Math.imul(rotl(this.h1 ^ Math.imul(w1, 0xc2b2ae3d), 17) + w[at + 5], 0x27d4eb2f), 11) + this.h2) | 0;
    this.h2 = (rotl(Math.imul(rotl(this.h2 ^ Math.imul(w2, 0x165667b1), 19) + w[at + 6], 0x85ebca77), 7) + this.h3) | 0;
    this.h3 = (rotl(Math.imul(rotl(this.h3 ^ Math.imul(w[at + 3], 0x9e3779b1), 11) + w[at + 7], 0xc2b2ae3d), 19) + this.h0) | 0;
  }

  private grow(): void {
    this.capacity = Math.min(this.keep, this.capacity * 4);
    const words = new Int32Array(this.capacity * WORDS);
    words.set(this.words);
    this.words = words;
  }

  /** Record number n, first <= n < total. */
  get(n: number): TraceRecord {
    const at = (n % this.capacity) * WORDS;
    const w = this.words;
    return {
      timePs: w[at + 1] * 0x1_0000_0000 + (w[at] >>> 0),
      point: (w[at + 2] & 255) as Point,
      actor: w[at + 2] >> 8,
      pfn: w[at + 3] >>> 0,
      a: w[at + 4], b: w[at + 5], lo: w[at + 6] >>> 0, hi: w[at + 7] >>> 0,
    };
  }

  /** Numbers of the newest records that name a PFN, newest first, at most `limit`, looking at most `reach` records back. */
  naming(pfn: number, limit: number, reach: number): number[] {
    const found: number[] = [];
    const stop = Math.max(this.first, this.total - reach);
    for (let n = this.total - 1; n >= stop && found.length < limit; n--) {
      const at = (n % this.capacity) * WORDS;
      const point = this.words[at + 2] & 255;
      if (NAMES_PFN[point] && (this.words[at + 3] >>> 0 === pfn || (point === Point.BatchMove && this.words[at + 4] >>> 0 === pfn))) found.push(n);
    }
    return found;
  }

  /** 32 hex digits that stand for every record so far, in order. */
  digest(): string {
    let a = this.h0 ^ this.total;
    let b = this.h1, c = this.h2, d = this.h3;
    for (let i = 0; i < 8; i++) {
      a = (Math.imul(a ^ (d >>> 15), 0x85ebca77) + b) | 0;
      b = (Math.imul(b ^ (a >>> 13), 0xc2b2ae3d) + c) | 0;
      c = (Math.imul(c ^ (b >>> 16), 0x27d4eb2f) + d) | 0;
      d = (Math.imul(d ^ (c >>> 14), 0x165667b1) + a) | 0;
    }
    return hex(a) + hex(b) + hex(c) + hex(d);
  }

  bytes(): number {
    return this.words.byteLength;
  }
}

/**
 * What pfn, a and b of a record hold, by point; the flag word is the one before the statement for get.testclear and the one after it
 * elsewhere. A statement that only tests (valid, online, nid, lru, cur, count) has no record: what a walk found is summed in walk.end.
 */
export const TRACE_FIELDS: Readonly<Partial<Record<Point, string>>> = {
  [Point.AddNoExt]: 'pfn, a target', [Point.AddXchgNid]: 'pfn, a target, b READY was set', [Point.AddSetReady]: 'pfn', [Point.AddSetActivate]: 'pfn, a node',
  [Point.WaitCheck]: 'a ACTIVATE', [Point.WaitSleep]: 'a jiffies of the timeout, b jiffies until the slot fires', [Point.WaitTimeout]: '',
  [Point.WorkClear]: 'a number of the pass', [Point.WorkZone]: 'pfn first, a zone slot, b pages', [Point.WorkDone]: 'a number of the pass',
  [Point.GetTestClear]: 'pfn', [Point.GetCmpxchg]: 'pfn, a nid read, b 1 exchanged or 0 to be tried again', [Point.WalkOwn]: 'pfn, a nid',
  [Point.Prepare]: 'head pfn, a target, b result', [Point.WalkFlush]: 'a cur_nid, b folios', [Point.WalkResched]: '', [Point.WalkPush]: 'head pfn, a target, b folios on the list',
  [Point.WalkFinal]: 'a cur_nid, b folios', [Point.WalkEnd]: 'pfn end; three records: a, b are visits by class in pairs', [Point.BatchBegin]: 'a target, b folios',
  [Point.BatchUnmap]: 'head pfn, a destination or -1 reinterpreted, b target', [Point.BatchTlbFlush]: 'a folios', [Point.BatchMove]: 'head pfn, a destination, b target',
  [Point.BatchPutback]: 'head pfn, a result', [Point.BatchEnd]: 'a moved, b failed', [Point.InitCreate]: 'a node, b result', [Point.InitWake]: 'a node',
  [Point.InitError]: 'a node', [Point.Oops]: 'head pfn, a nid',
};

const NAMES_PFN = Uint8Array.from({ length: 64 }, (_, p) => (/^(head )?pfn(,|$)/.test(TRACE_FIELDS[p as Point] ?? '') ? 1 : 0));
