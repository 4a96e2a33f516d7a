/** The page_ext flag word bit for bit, with the masks of include/linux/page_ext.h of RFC v1 as posted (D1), or with that of nid made from its width. */

import { assert } from '../types';

/** PAGE_EXT_MIG_NID_WIDTH. */
const NID_WIDTH = 10;

/** Layout of the flag word: as posted the mask is made from the SHIFT, as posted, and not from the WIDTH. */
export class ExtLayout {
  /** PAGE_EXT_MIG_NID_SHIFT. */
  readonly nidShift: number;
  /** Bits that PAGE_EXT_MIG_NID_MASK covers: as posted as many as the shift says, whatever PAGE_EXT_MIG_NID_WIDTH (10) is. */
  readonly nidBits: number;
  private readonly nidMask: number;
  private readonly wide: boolean;

  /** readyBit: 2 .. 20; wordBits: BITS_PER_LONG; repaired: the mask covers the ten bits of the field (D1). */
  constructor(readonly readyBit: number, readonly wordBits: 32 | 64, repaired = false) {
    assert(readyBit >= 0 && readyBit <= 20, 'READY lies between bits 0 and 20');
    this.nidShift = readyBit + 1;
    this.nidBits = repaired ? NID_WIDTH : this.nidShift;
    this.nidMask = 2 ** this.nidBits - 1;
    this.wide = this.nidShift + this.nidBits > 32;
  }

  get readyMask(): number {
    return (1 << this.readyBit) >>> 0;
  }

  /** What a target node reads back as: nid & PAGE_EXT_MIG_NID_MASK. */
  stored(nid: number): number {
    return (nid & this.nidMask) >>> 0;
  }

  /** The nid field of a word given as two halves. */
  nidOf(lo: number, hi: number): number {
    if (!this.wide) return (lo >>> this.nidShift) & this.nidMask;
    return Number((this.word(lo, hi) >> BigInt(this.nidShift)) & BigInt(this.nidMask));
  }

  /** Low half of the word with the nid field replaced. */
  withNidLo(lo: number, hi: number, nid: number): number {
    if (!this.wide) return ((lo & ~(this.nidMask << this.nidShift)) | (this.stored(nid) << this.nidShift)) >>> 0;
    return Number(this.withNid(lo, hi, nid) & 0xffffffffn);
  }

  /** High half of the word with the nid field replaced. */
  withNidHi(lo: number, hi: number, nid: number): number {
    return this.wide ? Number(this.withNid(lo, hi, nid) >> 32n) : hi;
  }

  private word(lo: number, hi: number): bigint {
    return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
  }

  private withNid(lo: number, hi: number, nid: number): bigint {
    const field = BigInt(this.nidMask) << BigInt(this.nidShift);
    const word = (this.word(lo, hi) & ~field) | (BigInt(this.stored(nid)) << BigInt(this.nidShift));
    return BigInt.asUintN(this.wordBits, word);
  }
}
