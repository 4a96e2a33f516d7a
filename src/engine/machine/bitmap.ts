/** A three-level bitmap over PFNs: a bit a page, a summary bit a word, twice; finds the next set bit of 1 TiB in microseconds. */

/** Lowest set bit of a non-zero word. */
const lowest = (word: number): number => 31 - Math.clz32(word & -word);

export class Bitmap {
  private readonly l0: Uint32Array;
  private readonly l1: Uint32Array;
  private readonly l2: Uint32Array;
  private ones = 0;

  constructor(readonly bits: number) {
    this.l0 = new Uint32Array(Math.ceil(bits / 32));
    this.l1 = new Uint32Array(Math.ceil(this.l0.length / 32));
    this.l2 = new Uint32Array(Math.ceil(this.l1.length / 32));
  }

  /** Number of set bits. */
  get count(): number {
    return this.ones;
  }

  has(bit: number): boolean {
    return (this.l0[bit >>> 5] & (1 << (bit & 31))) !== 0;
  }

  /** Sets a bit; returns whether it was clear. */
  add(bit: number): boolean {
    const w0 = bit >>> 5;
    const mask = 1 << (bit & 31);
    if (this.l0[w0] & mask) return false;
    this.l0[w0] |= mask;
    this.l1[w0 >>> 5] |= 1 << (w0 & 31);
    this.l2[w0 >>> 10] |= 1 << ((w0 >>> 5) & 31);
    this.ones++;
    return true;
  }

  /** Clears a bit; returns whether it was set. */
  remove(bit: number): boolean {
    const w0 = bit >>> 5;
    const mask = 1 << (bit & 31);
    if (!(this.l0[w0] & mask)) return false;
    this.ones--;
    if ((this.l0[w0] &= ~mask) !== 0) return true;
    const w1 = w0 >>> 5;
    if ((this.l1[w1] &= ~(1 << (w0 & 31))) === 0) this.l2[w1 >>> 5] &= ~(1 << (w1 & 31));
    return true;
  }

  /** The lowest set bit in [from, end), or end when there is none; looks no further than end. */
  next(from: number, end: number): number {
    if (from >= end) return end;
    const { l0, l1 } = this;
    let w0 = from >>> 5;
    let word = l0[w0] & (-1 << (from & 31));
    if (word === 0) {
      const last0 = (end - 1) >>> 5;
      if (++w0 > last0) return end;
      let w1 = w0 >>> 5;
      let part = l1[w1] & (-1 << (w0 & 31));
      if (part === 0) {
        w1 = this.nextSummary(w1 + 1, last0 >>> 5);
        if (w1 < 0) return end;
        part = l1[w1];
      }
      w0 = w1 * 32 + lowest(part);
      word = l0[w0];
    }
    const bit = w0 * 32 + lowest(word);
    return bit < end ? bit : end;
  }

  /** The lowest non-zero word of level 1 in [w1, last], or -1. */
  private nextSummary(w1: number, last: number): number {
    if (w1 > last) return -1;
    let w2 = w1 >>> 5;
    let word = this.l2[w2] & (-1 << (w1 & 31));
    const last2 = last >>> 5;
    while (word === 0) {
      if (++w2 > last2) return -1;
      word = this.l2[w2];
    }
    const found = w2 * 32 + lowest(word);
    return found <= last ? found : -1;
  }
}
