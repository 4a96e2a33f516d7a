/** A priority queue for millions of entries: the next few in a heap that fits the cache, the others unsorted until they come near. */

import { MinHeap } from './heap';

/** Keys that are looked at to find where the nearest 1/32 of the far entries ends. */
const SAMPLES = 128, NEAREST = 4;
/** So few are all taken at once. */
const FEW = 4096;
/** The heap is split above so many entries, when it also holds more than 1/8 of all. */
const MANY = 65_536;

/** Same use as MinHeap. While there are entries at all, the heap holds the first ones. */
export class TouchQueue {
  private readonly near = new MinHeap(64);
  private keys = new Float64Array(64);
  private words = new Uint32Array(64);
  private far = 0;
  /** Keys up to here stand in the heap. */
  private limit = -Infinity;
  private splitAt = MANY;
  private readonly sample = new Float64Array(NEAREST);

  get length(): number {
    return this.near.length + this.far;
  }

  /** Key of the first entry; only when length > 0. */
  get topKey(): number {
    return this.near.topKey;
  }

  /** Word of the first entry as a signed 32-bit number; only when length > 0. */
  get topWord(): number {
    return this.near.topWord;
  }

  push(key: number, word: number): void {
    if (key > this.limit) this.put(key, word);
    else this.near.push(key, word);
    if (this.near.length === 0 || (this.near.length > this.splitAt && this.near.length > this.length >> 3)) this.refill();
  }

  /** Removes the first entry. */
  pop(): void {
    this.near.pop();
    if (this.near.length === 0 && this.far > 0) this.refill();
  }

  /** Adds without order: call order() before anything else. */
  append(key: number, word: number): void {
    this.put(key, word);
  }

  /** Keeps entries for which the test says so, in no order: call order() before anything else. */
  filter(keep: (word: number) => boolean): void {
    const { keys, words } = this;
    this.near.filter(keep);
    let n = 0;
    for (let i = 0; i < this.far; i++) {
      if (!keep(words[i] | 0)) continue;
      keys[n] = keys[i];
      words[n++] = words[i];
    }
    this.far = n;
  }

  order(): void {
    if (this.length > 0) this.refill();
  }

  bytes(): number {
    return this.near.bytes() + this.keys.byteLength + this.words.byteLength;
  }

  /** Chooses the limit anew and brings every entry to its side. */
  private refill(): void {
    const { near } = this;
    for (let i = 0; i < near.length; i++) this.put(near.keyAt(i), near.wordAt(i));
    near.clear();
    const { keys, words, far } = this;
    const limit = far <= FEW ? this.last() : this.quantile();
    let n = 0;
    for (let i = 0; i < far; i++) {
      const key = keys[i];
      if (key <= limit) near.append(key, words[i]);
      else {
        keys[n] = key;
        words[n++] = words[i];
      }
    }
    near.order();
    this.far = n;
    this.limit = limit;
    // keys that are all alike cannot be split: not tried again before the heap has doubled
    this.splitAt = Math.max(MANY, 2 * near.length);
  }

  private last(): number {
    let last = -Infinity;
    for (let i = 0; i < this.far; i++) if (this.keys[i] > last) last = this.keys[i];
    return last;
  }

  /** The fourth smallest of keys that stand evenly apart: about 1/32 of all are at or below it, and one surely. */
  private quantile(): number {
    const { sample, keys } = this;
    sample.fill(Infinity);
    for (let s = 0; s < SAMPLES; s++) {
      const key = keys[Math.floor((s * this.far) / SAMPLES)];
      let i = NEAREST - 1;
      if (key >= sample[i]) continue;
      for (; i > 0 && sample[i - 1] > key; i--) sample[i] = sample[i - 1];
      sample[i] = key;
    }
    return sample[NEAREST - 1];
  }

  private put(key: number, word: number): void {
    if (this.far === this.keys.length) {
      const keys = new Float64Array(this.far * 2), words = new Uint32Array(keys.length);
      keys.set(this.keys);
      words.set(this.words);
      this.keys = keys;
      this.words = words;
    }
    this.keys[this.far] = key;
    this.words[this.far++] = word;
  }
}
