/** The least of a fixed row of times, kept as a tree of winners: one time changes, a path of comparisons follows. Among equals the lower index wins. */

export class Winners {
  /** tree[1] is the root; leaves are at size + index. */
  private readonly tree: Int32Array;
  private readonly size: number;

  /** times: read at each update, never written. */
  constructor(private readonly times: Float64Array) {
    this.size = 1;
    while (this.size < times.length) this.size *= 2;
    this.tree = new Int32Array(this.size * 2);
    for (let i = 0; i < this.size; i++) this.tree[this.size + i] = i < times.length ? i : -1;
    for (let n = this.size - 1; n >= 1; n--) this.tree[n] = this.better(this.tree[2 * n], this.tree[2 * n + 1]);
  }

  /** Index of the least time. */
  get first(): number {
    return this.tree[1];
  }

  /** The time of an index has changed. */
  update(index: number): void {
    const { tree, times } = this;
    for (let n = (this.size + index) >> 1; n >= 1; n >>= 1) {
      const a = tree[2 * n], b = tree[2 * n + 1];
      const best = b < 0 ? a : a < 0 ? b : times[b] < times[a] ? b : a;
      // neither the old winner here nor the new one has another time: nothing changes further up
      if (best === tree[n] && best !== index) return;
      tree[n] = best;
    }
  }

  private better(a: number, b: number): number {
    if (b < 0) return a;
    if (a < 0) return b;
    return this.times[b] < this.times[a] ? b : a;
  }
}
