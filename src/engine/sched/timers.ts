/** Wake-ups that are due: (time, task) in order of time, ties in order of task; flat arrays. */

export class Timers {
  private keys = new Float64Array(64);
  private values = new Uint32Array(64);
  length = 0;

  /** The earliest time, or Infinity. */
  firstPs(): number {
    return this.length === 0 ? Infinity : this.keys[0];
  }

  push(timePs: number, task: number): void {
    if (this.length === this.keys.length) this.grow();
    let i = this.length++;
    while (i > 0) {
      const up = (i - 1) >> 1;
      if (!this.before(timePs, task, up)) break;
      this.keys[i] = this.keys[up];
      this.values[i] = this.values[up];
      i = up;
    }
    this.keys[i] = timePs;
    this.values[i] = task;
  }

  /** Takes the earliest task off. */
  pop(): number {
    const first = this.values[0];
    const last = --this.length;
    const timePs = this.keys[last], task = this.values[last];
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= last) break;
      if (child + 1 < last && this.before(this.keys[child + 1], this.values[child + 1], child)) child++;
      if (this.before(timePs, task, child)) break;
      this.keys[i] = this.keys[child];
      this.values[i] = this.values[child];
      i = child;
    }
    this.keys[i] = timePs;
    this.values[i] = task;
    return first;
  }

  private before(timePs: number, task: number, at: number): boolean {
    return timePs < this.keys[at] || (timePs === this.keys[at] && task < this.values[at]);
  }

  private grow(): void {
    const keys = new Float64Array(this.keys.length * 2), values = new Uint32Array(this.keys.length * 2);
    keys.set(this.keys);
    values.set(this.values);
    this.keys = keys;
    this.values = values;
  }
}
