/** A 4-ary min-heap in two flat arrays: a 64-bit key and a 32-bit word an entry; grows by doubling, never shrinks. */

export class MinHeap {
  private keys: Float64Array;
  private words: Uint32Array;
  length = 0;

  constructor(capacity: number) {
    this.keys = new Float64Array(Math.max(capacity, 4));
    this.words = new Uint32Array(this.keys.length);
  }

  /** Key of the first entry; only when length > 0. */
  get topKey(): number {
    return this.keys[0];
  }

  /** Word of the first entry as a signed 32-bit number; only when length > 0. */
  get topWord(): number {
    return this.words[0] | 0;
  }

  keyAt(i: number): number {
    return this.keys[i];
  }

  wordAt(i: number): number {
    return this.words[i] | 0;
  }

  push(key: number, word: number): void {
    if (this.length === this.keys.length) this.grow();
    this.up(this.length++, key, word);
  }

  /** Removes the first entry. */
  pop(): void {
    const last = --this.length;
    if (last > 0) this.down(0, this.keys[last], this.words[last]);
  }

  /** Removes the entry with a word; false when there is none. Looks at every entry, the first one first. */
  remove(word: number): boolean {
    let at = 0;
    while (at < this.length && this.words[at] !== word >>> 0) at++;
    if (at === this.length) return false;
    const last = --this.length;
    if (at === last) return true;
    const key = this.keys[last], w = this.words[last];
    if (at > 0 && key < this.keys[(at - 1) >> 2]) this.up(at, key, w);
    else this.down(at, key, w);
    return true;
  }

  clear(): void {
    this.length = 0;
  }

  /** Puts an entry behind the others without order: call order() before anything else. */
  append(key: number, word: number): void {
    if (this.length === this.keys.length) this.grow();
    this.keys[this.length] = key;
    this.words[this.length++] = word;
  }

  /** Keeps entries for which the test says so, in no order: call order() before anything else. */
  filter(keep: (word: number) => boolean): void {
    let n = 0;
    for (let i = 0; i < this.length; i++) {
      const word = this.words[i];
      if (!keep(word | 0)) continue;
      this.keys[n] = this.keys[i];
      this.words[n++] = word;
    }
    this.length = n;
  }

  /** Brings all entries into heap order, in linear time. */
  order(): void {
    for (let i = (this.length - 2) >> 2; i >= 0; i--) this.down(i, this.keys[i], this.words[i]);
  }

  bytes(): number {
    return this.keys.byteLength + this.words.byteLength;
  }

  private up(i: number, key: number, word: number): void {
    const { keys, words } = this;
    while (i > 0) {
      const parent = (i - 1) >> 2;
      if (keys[parent] <= key) break;
      keys[i] = keys[parent];
      words[i] = words[parent];
      i = parent;
    }
    keys[i] = key;
    words[i] = word;
  }

  private down(i: number, key: number, word: number): void {
    const { keys, words, length } = this;
    for (;;) {
      const first = 4 * i + 1;
      if (first >= length) break;
      let best = first, least = keys[first];
      const end = first + 4 < length ? first + 4 : length;
      for (let c = first + 1; c < end; c++) {
        const k = keys[c];
        if (k < least) {
          least = k;
          best = c;
        }
      }
      if (key <= least) break;
      keys[i] = least;
      words[i] = words[best];
      i = best;
    }
    keys[i] = key;
    words[i] = word;
  }

  private grow(): void {
    const keys = new Float64Array(this.keys.length * 2), words = new Uint32Array(keys.length);
    keys.set(this.keys);
    words.set(this.words);
    this.keys = keys;
    this.words = words;
  }
}
