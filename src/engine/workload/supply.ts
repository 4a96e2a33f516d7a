/** Where requests come from: pages drawn from the memory that programs hold, or a recorded list. */

import type { PageFrames } from '../machine/frames';
import { LRU, orderOf } from '../machine/pagestate';
import type { Prng } from '../sim/prng';
import type { MarkSupply } from './producer';
import type { MarkPhaseSpec, RecordedMarks } from './spec';

/** Runs of pages [start, pages], in PFN order, with running sums, so that the i-th page is found by bisection. */
export class PageRuns {
  private readonly starts: number[] = [];
  /** Pages before run i. */
  private readonly before: number[] = [];
  pages = 0;

  add(start: number, pages: number): void {
    const last = this.starts.length - 1;
    if (last >= 0 && this.starts[last] + (this.pages - this.before[last]) === start) {
      this.pages += pages;
      return;
    }
    this.starts.push(start);
    this.before.push(this.pages);
    this.pages += pages;
  }

  /** Calls visit for each run, in PFN order. */
  each(visit: (start: number, pages: number) => void): void {
    this.starts.forEach((start, i) => visit(start, (this.before[i + 1] ?? this.pages) - this.before[i]));
  }

  /** PFN of page i, 0 <= i < pages. */
  pfn(i: number): number {
    let lo = 0, hi = this.starts.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >>> 1;
      if (this.before[mid] <= i) lo = mid;
      else hi = mid - 1;
    }
    return this.starts[lo] + (i - this.before[lo]);
  }
}

/** Draws per request before it is given up for want of a page. */
const DRAWS = 64;

type DrawnPhase = Exclude<MarkPhaseSpec, { pattern: 'recorded' }>;

/** random, clustered and sequential: heads of LRU folios that are on the phase's node at that time. */
export class DrawnMarks implements MarkSupply {
  pfn = 0;
  nid = 0;
  private made = 0;
  private position = 0;
  private clusterLeft = 0;

  constructor(
    private readonly phase: DrawnPhase, private readonly runs: PageRuns, private readonly frames: PageFrames,
    private readonly places: Prng, private readonly choices: Prng,
  ) {}

  nextPs(): number {
    return this.made < this.phase.count ? this.phase.startPs + this.made * this.phase.spacingPs : Infinity;
  }

  take(): boolean {
    const i = this.made++;
    const head = this.find();
    if (head < 0) {
      if (this.phase.pattern === 'sequential') this.made = this.phase.count;
      return false;
    }
    this.pfn = head;
    this.nid = this.target(i);
    return true;
  }

  private find(): number {
    if (this.runs.pages === 0) return -1;
    switch (this.phase.pattern) {
      case 'sequential': return this.sequential();
      case 'clustered': return this.clustered();
      case 'random': return this.random();
    }
  }

  /** Head of the LRU folio at a place, or -1. */
  private usable(pfn: number): number {
    const state = this.frames.get(pfn);
    return state & LRU && this.frames.owners.nid(pfn) === this.phase.from.nid ? this.frames.head(pfn) : -1;
  }

  private random(): number {
    for (let tries = 0; tries < DRAWS; tries++) {
      const head = this.usable(this.runs.pfn(this.places.draw(this.runs.pages)));
      if (head >= 0) return head;
    }
    return -1;
  }

  /** The next folio in PFN order; -1 when the memory is used up. */
  private sequential(): number {
    while (this.position < this.runs.pages) {
      const pfn = this.runs.pfn(this.position);
      const head = this.usable(pfn);
      this.position += head < 0 ? 1 : 2 ** orderOf(this.frames.get(pfn)) - (pfn - head);
      if (head >= 0) return head;
    }
    return -1;
  }

  private clustered(): number {
    for (let tries = 0; tries < DRAWS; tries++) {
      if (this.clusterLeft === 0 || this.position >= this.runs.pages) {
        this.position = this.places.draw(this.runs.pages);
        this.clusterLeft = this.phase.clusterPages;
      }
      const pfn = this.runs.pfn(this.position);
      const head = this.usable(pfn);
      const step = head < 0 ? 1 : 2 ** orderOf(this.frames.get(pfn)) - (pfn - head);
      this.position += step;
      this.clusterLeft = Math.max(0, this.clusterLeft - step);
      if (head >= 0) return head;
      this.clusterLeft = 0;
    }
    return -1;
  }

  private target(i: number): number {
    const { targets, targetRule, count } = this.phase;
    switch (targetRule) {
      case 'roundRobin': return targets[i % targets.length];
      case 'random': return targets[this.choices.draw(targets.length)];
      case 'blocks': return targets[Math.floor((i * targets.length) / count)];
    }
  }
}

/** A list as it was recorded, in its order. */
export class RecordedSupply implements MarkSupply {
  pfn = 0;
  nid = 0;
  private i = 0;

  constructor(private readonly marks: RecordedMarks) {}

  nextPs(): number {
    return this.i < this.marks.timesPs.length ? this.marks.timesPs[this.i] : Infinity;
  }

  take(): boolean {
    this.pfn = this.marks.pfns[this.i];
    this.nid = this.marks.nids[this.i++];
    return true;
  }
}
