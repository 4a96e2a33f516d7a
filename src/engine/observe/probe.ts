/** What the lab measures beside the counters: latency from mark to move, and how long folios stay off the LRU. Flat arrays by mapping; absent unless asked for. */

import { Stalls } from './stalls';

/** Parts of the PFNs of a node, for latency against position. */
export const POSITIONS = 10;

/** One call of migrate_pages() that is over, as its tracepoint would say it. */
export interface MigrateCall {
  readonly timePs: number;
  readonly cpu: number;
  /** Node of the kmigrated thread or worker, or -1: a task in its fault. */
  readonly nid: number;
  /** Task of a fault, by its row in the ledger; -1: a thread. */
  readonly task: number;
  /** Base pages, and THPs among them. */
  readonly succeeded: number;
  readonly failed: number;
  readonly thpSucceeded: number;
  readonly thpFailed: number;
}

export class Probe {
  /** Hears of every call of migrate_pages(); for exports of one run. */
  onCall: ((call: MigrateCall) => void) | undefined;
  /** By VMA: when the newest mark of a unit was made, ps + 1; 0: no mark is out. */
  private readonly markedAt: (Float64Array | undefined)[] = [];
  /** Latency from the newest mark to the move, ps. */
  readonly latency = new Stalls(1);
  latencyMaxPs = 0;
  /** By tenth of the PFNs of the machine: moves and the sum of their latencies, ps. */
  readonly movesAt = new Float64Array(POSITIONS);
  readonly latencyAt = new Float64Array(POSITIONS);
  /** Folios of a batch to the number of such batches; empty ones left out. */
  readonly batchSizes = new Map<number, number>();
  /** How long folios were migration entries, from unmap to remap, ps: what the first folio of a batch waits for the others. */
  readonly entries = new Stalls(1);
  entryMaxPs = 0;
  private readonly unmappedAt = new Map<number, number>();
  private readonly since = new Map<number, number>();
  private lastPs = 0;
  /** Isolated folios x time, folio ps; their most; the longest stay, ps. */
  isolatedArea = 0;
  isolatedMost = 0;
  longestStayPs = 0;

  /** now: the time of the point under way, ps; spans: by node, where its PFNs begin and how many they are. */
  constructor(private readonly now: () => number, private readonly spans: ReadonlyMap<number, { readonly start: number; readonly pages: number }>) {}

  get isolatedNow(): number {
    return this.since.size;
  }

  /** A request for a unit is out. */
  marked(vma: number, unit: number, units: number): void {
    (this.markedAt[vma] ??= new Float64Array(units))[unit] = this.now() + 1;
  }

  /** A unit's folio is about to move from a page of a node. */
  moving(vma: number, unit: number, pfn: number, nid: number): void {
    const marks = this.markedAt[vma];
    if (marks === undefined || marks[unit] === 0) return;
    const ps = this.now() + 1 - marks[unit];
    marks[unit] = 0;
    this.latency.add(ps, 0);
    this.latencyMaxPs = Math.max(this.latencyMaxPs, ps);
    const span = this.spans.get(nid);
    if (span === undefined || span.pages === 0) return;
    const at = Math.min(POSITIONS - 1, Math.max(0, Math.floor(((pfn - span.start) * POSITIONS) / span.pages)));
    this.movesAt[at]++;
    this.latencyAt[at] += ps;
  }

  /** migrate_misplaced_folios_batch() was called with so many folios. */
  batch(folios: number): void {
    this.batchSizes.set(folios, (this.batchSizes.get(folios) ?? 0) + 1);
  }

  private advance(): number {
    const nowPs = this.now();
    this.isolatedArea += this.since.size * (nowPs - this.lastPs);
    this.lastPs = nowPs;
    return nowPs;
  }

  /** A folio went off its LRU list. */
  isolated(head: number): void {
    const nowPs = this.advance();
    this.since.set(head, nowPs);
    this.isolatedMost = Math.max(this.isolatedMost, this.since.size);
  }

  /** Its entries are migration entries from now on. */
  unmapped(head: number): void {
    this.unmappedAt.set(head, this.now());
  }

  /** They are no more. */
  mapped(head: number): void {
    const from = this.unmappedAt.get(head);
    if (from === undefined) return;
    this.unmappedAt.delete(head);
    const ps = this.now() - from;
    this.entries.add(ps, 0);
    this.entryMaxPs = Math.max(this.entryMaxPs, ps);
  }

  /** It is back on one, or gone. */
  released(head: number): void {
    this.mapped(head);
    const from = this.since.get(head);
    if (from === undefined) return;
    const nowPs = this.advance();
    this.longestStayPs = Math.max(this.longestStayPs, nowPs - from);
    this.since.delete(head);
  }

  /** The longest stay, those that are not over included, at a time. */
  longestAt(timePs: number): number {
    let longest = this.longestStayPs;
    for (const from of this.since.values()) longest = Math.max(longest, timePs - from);
    return longest;
  }

  /** Mean of isolated folios up to a time. */
  isolatedMean(timePs: number): number {
    return timePs <= 0 ? 0 : (this.isolatedArea + this.since.size * (timePs - this.lastPs)) / timePs;
  }
}
