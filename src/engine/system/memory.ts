/** What memory costs a CPU: latency by distance and tier, and what walks and copies owe its programs (dossier I, M3; every figure is soft). */

import type { CostTable } from '../cost/table';
import type { SystemSpec } from './spec';

const LINE_BYTES = 64;

export class MemorySystem {
  /** By CPU: latency to every node, ps. */
  private readonly latency: Float64Array[];
  /** By node: lines of its last-level cache that walks have evicted, and copied pages, since the begin. */
  private readonly evictedLines: Float64Array;
  private readonly copiedPages: Float64Array;
  private readonly paidLines: Float64Array;
  private readonly paidPages: Float64Array;
  private readonly cpusOf: Int32Array;

  constructor(private readonly spec: SystemSpec, private readonly costs: CostTable, private readonly nodeOf: Int32Array, nodes: number, slow: (nid: number) => boolean) {
    this.latency = Array.from(nodeOf, (from) => Float64Array.from({ length: nodes }, (_, to) => this.latencyOf(from, to, slow(to))));
    this.evictedLines = new Float64Array(nodes);
    this.copiedPages = new Float64Array(nodes);
    this.paidLines = new Float64Array(nodeOf.length);
    this.paidPages = new Float64Array(nodeOf.length);
    this.cpusOf = new Int32Array(nodes);
    for (const nid of nodeOf) this.cpusOf[nid]++;
  }

  private latencyOf(from: number, to: number, slow: boolean): number {
    if (this.spec.migrator === 'ideal') return this.costs.accessLocalPs;
    const distance = this.spec.distance[from]?.[to] ?? (from === to ? 10 : 20);
    return this.costs.accessLocalPs + Math.max(0, distance - 10) * this.costs.accessPerDistancePs + (slow ? this.costs.accessSlowTierPs : 0);
  }

  /** Latency of an access from a CPU to memory of each node, ps. */
  latencyPs(cpu: number): Float64Array {
    return this.latency[cpu];
  }

  /** Lines of last-level caches that walks have evicted so far. */
  linesEvicted(): number {
    return this.evictedLines.reduce((a, b) => a + b, 0);
  }

  /**
   * A walk has read so many bytes through the cache of a CPU's node. Up to a quarter of the cache goes by unnoticed, a whole cache empties it
   * (measured: 8 MiB of 32 are free, 32 MiB hurt, 128 MiB empty it).
   */
  walked(cpu: number, bytes: number): void {
    const { llcBytes } = this.spec;
    const share = Math.min(1, Math.max(0, (bytes - llcBytes / 4) / ((llcBytes * 3) / 4)));
    this.evictedLines[this.nodeOf[cpu]] += Math.floor((share * llcBytes) / LINE_BYTES);
  }

  /** A CPU copied pages between two nodes: both give bandwidth, but the CPU itself made no accesses that the copy could slow. */
  copied(cpu: number, from: number, to: number, pages: number): void {
    this.copiedPages[from] += pages;
    if (to !== from) this.copiedPages[to] += pages;
    if (this.nodeOf[cpu] === from || this.nodeOf[cpu] === to) this.paidPages[cpu] += pages;
  }

  /** A CPU begins to run programs again after it was idle or a kthread had it: what was copied meanwhile did not slow them. */
  forgetCopies(cpu: number): void {
    this.paidPages[cpu] = this.copiedPages[this.nodeOf[cpu]];
  }

  /** Whether a CPU may owe something: a walk or a copy has gone by since it last paid. */
  owes(cpu: number): boolean {
    const nid = this.nodeOf[cpu];
    return this.evictedLines[nid] !== this.paidLines[cpu] || this.copiedPages[nid] !== this.paidPages[cpu];
  }

  /** What a CPU owes since it last paid, ps: for its cache, and for the bandwidth that copies took; the CPUs of a node share both. */
  cacheDebtPs(cpu: number): number {
    const nid = this.nodeOf[cpu];
    const lines = Math.min(this.evictedLines[nid] - this.paidLines[cpu], Math.floor(this.spec.llcBytes / LINE_BYTES));
    this.paidLines[cpu] = this.evictedLines[nid];
    return Math.floor((lines * this.costs.cacheRefillLinePs) / Math.max(1, this.cpusOf[nid]));
  }

  bandwidthDebtPs(cpu: number): number {
    const nid = this.nodeOf[cpu];
    const pages = this.copiedPages[nid] - this.paidPages[cpu];
    this.paidPages[cpu] = this.copiedPages[nid];
    return Math.floor((pages * this.costs.copyBandwidthPagePs) / Math.max(1, this.cpusOf[nid]));
  }
}
