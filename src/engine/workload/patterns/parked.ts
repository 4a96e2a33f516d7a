/** Touches that were looked at before their turn and did not fault then: an open hash table from a unit's stream to the touch, in flat arrays. */

const EMPTY = 0xffff_ffff;

export class Parked {
  private ids = new Uint32Array(64).fill(EMPTY);
  private keys = new Float64Array(64);
  private words = new Uint32Array(64);
  count = 0;

  /** Index of an id's entry, or -1. id: 0 .. 2^32 - 2. */
  find(id: number): number {
    if (this.count === 0) return -1;
    const mask = this.ids.length - 1;
    for (let i = home(id, mask); ; i = (i + 1) & mask) {
      if (this.ids[i] === id) return i;
      if (this.ids[i] === EMPTY) return -1;
    }
  }

  keyAt(index: number): number {
    return this.keys[index];
  }

  wordAt(index: number): number {
    return this.words[index] | 0;
  }

  /** Stores the touch of an id that has none. */
  put(id: number, key: number, word: number): void {
    if ((this.count + 1) * 2 > this.ids.length) this.rebuild(this.ids.length * 2, undefined);
    this.place(id, key, word);
  }

  /** Removes an entry; indices found before are no longer right. */
  removeAt(index: number): void {
    const mask = this.ids.length - 1;
    let hole = index;
    this.count--;
    for (let i = (hole + 1) & mask; this.ids[i] !== EMPTY; i = (i + 1) & mask) {
      const from = home(this.ids[i], mask);
      // the entry may only move back as far as its home
      if (((i - from) & mask) < ((i - hole) & mask)) continue;
      this.ids[hole] = this.ids[i];
      this.keys[hole] = this.keys[i];
      this.words[hole] = this.words[i];
      hole = i;
    }
    this.ids[hole] = EMPTY;
  }

  /** Keeps the entries for which the test says so. */
  filter(keep: (key: number, word: number) => boolean): void {
    if (this.count > 0) this.rebuild(this.ids.length, keep);
  }

  bytes(): number {
    return this.ids.byteLength + this.keys.byteLength + this.words.byteLength;
  }

  private place(id: number, key: number, word: number): void {
    const mask = this.ids.length - 1;
    let i = home(id, mask);
    while (this.ids[i] !== EMPTY) i = (i + 1) & mask;
    this.ids[i] = id;
    this.keys[i] = key;
    this.words[i] = word;
    this.count++;
  }

  private rebuild(size: number, keep: ((key: number, word: number) => boolean) | undefined): void {
    const { ids, keys, words } = this;
    this.ids = new Uint32Array(size).fill(EMPTY);
    this.keys = new Float64Array(size);
    this.words = new Uint32Array(size);
    this.count = 0;
    for (let i = 0; i < ids.length; i++) {
      if (ids[i] !== EMPTY && (keep === undefined || keep(keys[i], words[i] | 0))) this.place(ids[i], keys[i], words[i]);
    }
  }
}

const home = (id: number, mask: number): number => {
  const h = Math.imul(id ^ (id >>> 15), 0x9e3779b1);
  return (h ^ (h >>> 16)) & mask;
};
