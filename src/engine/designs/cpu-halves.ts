/** Two halves of (pfn, nid, jiffies) entries a CPU, in flat arrays: one is filled by its CPU, the other one is free or with whoever drains it. Half h belongs to CPU h >> 1. */

import { EngineBug } from '../types';

/** A PFN, a node and a 64-bit time, aligned; and a CPU's control line. */
const ENTRY_BYTES = 16, CPU_BYTES = 64;

export class CpuHalves {
  readonly pfn: Uint32Array;
  readonly nid: Int16Array;
  readonly jiffies: Float64Array;
  private readonly counts: Int32Array;
  /** Where the oldest entry stands: behind 0 only after an overwrite. */
  private readonly firsts: Int32Array;
  /** The half that each CPU fills, or -1: both are away. */
  private readonly current: Int32Array;
  private readonly away: Uint8Array;

  constructor(private readonly cpus: number, readonly entries: number) {
    const halves = cpus * 2;
    this.pfn = new Uint32Array(halves * entries);
    this.nid = new Int16Array(halves * entries);
    this.jiffies = new Float64Array(halves * entries);
    this.counts = new Int32Array(halves);
    this.firsts = new Int32Array(halves);
    this.current = Int32Array.from({ length: cpus }, (_, cpu) => cpu * 2);
    this.away = new Uint8Array(halves);
  }

  cpuOf(half: number): number {
    return half >> 1;
  }

  count(half: number): number {
    return this.counts[half];
  }

  /** Index of the i-th oldest entry of a half. */
  at(half: number, i: number): number {
    return half * this.entries + ((this.firsts[half] + i) % this.entries);
  }

  /** Whether the CPU can append without losing anything. */
  hasRoom(cpu: number): boolean {
    const half = this.current[cpu];
    return half >= 0 && this.counts[half] < this.entries;
  }

  /** The half under way is full; false when there is none. */
  isFull(cpu: number): boolean {
    const half = this.current[cpu];
    return half >= 0 && this.counts[half] === this.entries;
  }

  /** The half that is not filled now is there to be filled. */
  hasSpare(cpu: number): boolean {
    const half = this.current[cpu];
    return half >= 0 && this.away[half ^ 1] === 0;
  }

  /** The half that the CPU fills, or -1. */
  filling(cpu: number): number {
    return this.current[cpu];
  }

  append(cpu: number, pfn: number, nid: number, jiffies: number): void {
    const half = this.current[cpu];
    if (half < 0 || this.counts[half] === this.entries) throw new EngineBug(`the buffer of CPU ${cpu} has no room`);
    this.put(this.at(half, this.counts[half]++), pfn, nid, jiffies);
  }

  /** The oldest entry of a full half makes room. */
  overwrite(cpu: number, pfn: number, nid: number, jiffies: number): void {
    const half = this.current[cpu];
    this.put(this.at(half, 0), pfn, nid, jiffies);
    this.firsts[half] = (this.firsts[half] + 1) % this.entries;
  }

  private put(i: number, pfn: number, nid: number, jiffies: number): void {
    this.pfn[i] = pfn;
    this.nid[i] = nid;
    this.jiffies[i] = jiffies;
  }

  /** Takes the half under way from its CPU, which goes on with the other one if it is there. */
  take(cpu: number): number {
    const half = this.current[cpu];
    if (half < 0) throw new EngineBug(`CPU ${cpu} has no half to give`);
    this.away[half] = 1;
    this.current[cpu] = this.away[half ^ 1] === 0 ? half ^ 1 : -1;
    return half;
  }

  /** A half comes back empty. */
  giveBack(half: number): void {
    if (this.away[half] === 0) throw new EngineBug(`half ${half} was not away`);
    this.away[half] = this.counts[half] = this.firsts[half] = 0;
    const cpu = this.cpuOf(half);
    if (this.current[cpu] < 0) this.current[cpu] = half;
  }

  /** Entries that stand in all halves. */
  outstanding(): number {
    return this.counts.reduce((n, c) => n + c, 0);
  }

  bytes(): number {
    return this.cpus * (2 * this.entries * ENTRY_BYTES + CPU_BYTES);
  }
}
