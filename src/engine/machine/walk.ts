/**
 * One walk over [pfn, end) of a zone, as a position in simulated time: literal walks visit PFN by PFN, fast ones leap to the next PFN
 * that matters. A leap commits nothing until it is due, so a change ahead of the cursor is seen exactly where the literal walk sees it.
 */

import type { CostTable } from '../cost/table';
import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES, SECTION_PAGES, SECTION_SHIFT } from '../types';
import type { PageFrames } from './frames';
import { NO_OWNER } from './owners';
import { GROUP_PAGES } from './paged';
import { ORDER_MASK, WALK_CLASSES, WalkClass, walkClass } from './pagestate';

/** Cost of a visit by WalkClass, in integer ps, each at least 1 so that a walk always ends. */
export function visitCosts(costs: CostTable): Float64Array {
  const table = new Float64Array(WALK_CLASSES);
  table[WalkClass.Hole] = costs.walkHolePs;
  table[WalkClass.Offline] = costs.walkOfflinePs;
  table[WalkClass.NonLru] = costs.walkNonLruPs;
  table[WalkClass.Lru] = costs.walkLruPs;
  table[WalkClass.LruNoExt] = costs.walkLruPs;
  table[WalkClass.Foreign] = costs.walkForeignPs;
  return table.map((ps) => Math.max(1, ps));
}

export class Walk {
  /** True between zone start and zone end while the thread looks at PFNs (not while it migrates). */
  active = false;
  /** The next PFN to visit, and when. */
  pfn = 0;
  timePs = 0;
  end = 0;
  /** Visits by WalkClass since resetCounts(). */
  readonly seen = new Float64Array(WALK_CLASSES);
  /** Next PFN that matters (a candidate, a watched PFN or the end); valid while targetValid. */
  target = 0;
  targetPs = 0;
  targetValid = false;
  private readonly ahead = new Float64Array(WALK_CLASSES);
  private readonly behind = new Float64Array(WALK_CLASSES);
  /** Its thread is off the CPU: no time passes for the cursor. */
  frozen = false;
  /** PFNs where a leap must stop, ascending (watched by a user or a scenario). */
  watched: readonly number[] = [];

  /** The cheapest visit, ps. */
  private readonly fastestPs: number;

  constructor(readonly frames: PageFrames, readonly nid: number, public rank: number, readonly cost: Float64Array) {
    this.fastestPs = Math.min(...cost);
  }

  begin(start: number, end: number, timePs: number): void {
    this.pfn = start;
    this.end = end;
    this.timePs = timePs;
    this.active = true;
    this.targetValid = false;
  }

  /** What the visit of a page finds, its node included. */
  classAt(pfn: number): WalkClass {
    const walk = this.frames.walkOf(pfn, this.frames.state.get(pfn)) as WalkClass;
    if (walk === WalkClass.Tail) return walk;
    return walk >= WalkClass.NonLru && this.frames.owners.nid(pfn) !== this.nid ? WalkClass.Foreign : walk;
  }

  /** READY is set and the walk would consume it. */
  isCandidate(pfn: number): boolean {
    return this.frames.ready.has(pfn) && this.classAt(pfn) === WalkClass.Lru;
  }

  /** Finds the next PFN that matters and when the cursor gets there. */
  aim(): void {
    if (this.targetValid) return;
    let next = this.pfn;
    for (;;) {
      next = this.frames.ready.next(next, this.end);
      if (next >= this.end || this.classAt(next) === WalkClass.Lru) break;
      next++;
    }
    for (const pfn of this.watched) if (pfn >= this.pfn && pfn < next) next = pfn;
    this.setTarget(next);
  }

  private setTarget(target: number): void {
    this.ahead.fill(0);
    this.target = target;
    this.tally(this.pfn, target, this.ahead);
    this.retime();
    this.targetValid = true;
  }

  /** A nearer target: what lies behind it is taken off again where that is the shorter part. */
  private bringForward(target: number): void {
    if (target - this.pfn <= this.target - target) return this.setTarget(target);
    this.behind.fill(0);
    this.tally(target, this.target, this.behind);
    for (let c = 0; c < WALK_CLASSES; c++) this.ahead[c] -= this.behind[c];
    this.target = target;
    this.retime();
  }

  private retime(): void {
    let ps = this.timePs;
    for (let c = 0; c < WALK_CLASSES; c++) ps += this.ahead[c] * this.cost[c];
    this.targetPs = ps;
  }

  /** Goes to the target at once: everything before it is visited. */
  arrive(): void {
    for (let c = 0; c < WALK_CLASSES; c++) this.seen[c] += this.ahead[c];
    this.ahead.fill(0);
    this.pfn = this.target;
    this.timePs = this.targetPs;
  }

  /** Steps over the further pages of a large folio, where that is repaired: no visit, no time. */
  stepOver(): void {
    if (!this.frames.stepsFolios) return;
    while (this.pfn < this.end && this.classAt(this.pfn) === WalkClass.Tail) this.pfn++;
  }

  /** Counts one literal visit of the PFN under the cursor and moves on; returns its cost. */
  passOne(found: WalkClass): number {
    this.seen[found]++;
    this.pfn++;
    const ps = this.cost[found];
    this.timePs += ps;
    this.targetValid = false;
    return ps;
  }

  /** Visits everything that begins before (or, if inclusive, at) a time; never passes the target. */
  syncTo(timePs: number, inclusive: boolean): void {
    if (!this.targetValid || this.frozen) return;
    const limit = inclusive ? timePs + 1 : timePs;
    while (this.pfn < this.target && this.timePs < limit) this.stride(limit);
  }

  /** The longest step that begins all its visits before limit: a section, a uniform block, or a page. */
  private stride(limit: number): void {
    const section = this.pfn >>> SECTION_SHIFT;
    const after = (section + 1) * SECTION_PAGES;
    if ((this.pfn & (SECTION_PAGES - 1)) === 0 && after <= this.target && this.frames.owners.uniformSection(section) !== -2) {
      const ps = this.sectionPs(section);
      if (this.timePs + ps <= limit) return this.takeSection(section, ps);
    }
    const block = this.pfn >>> PAGEBLOCK_ORDER;
    const found = this.uniformClass(block);
    if (found < 0) return this.take(this.classAt(this.pfn), 1);
    const left = Math.min(this.target, (block + 1) * PAGEBLOCK_PAGES) - this.pfn;
    this.take(found, Math.min(left, Math.ceil((limit - this.timePs) / this.cost[found])));
  }

  private take(found: number, pages: number): void {
    this.pfn += pages;
    if (found === WalkClass.Tail) return;
    this.seen[found] += pages;
    this.ahead[found] -= pages;
    this.timePs += pages * this.cost[found];
  }

  private takeSection(section: number, ps: number): void {
    this.addSection(section, this.seen, 1);
    this.addSection(section, this.ahead, -1);
    this.pfn += SECTION_PAGES;
    this.timePs += ps;
  }

  private sectionPs(section: number): number {
    const at = section * WALK_CLASSES;
    const counts = this.frames.sectionWalk;
    const mine = this.isMine(section);
    let ps = 0;
    for (let c = 0; c < WALK_CLASSES; c++) ps += counts[at + c] * this.cost[c >= WalkClass.NonLru && !mine ? WalkClass.Foreign : c];
    return ps;
  }

  private isMine(section: number): boolean {
    const id = this.frames.owners.uniformSection(section);
    return id !== NO_OWNER && this.frames.owners.table[id].nid === this.nid;
  }

  private addSection(section: number, into: Float64Array, sign: number): void {
    const at = section * WALK_CLASSES;
    const mine = this.isMine(section);
    for (let c = 0; c < WALK_CLASSES; c++) {
      into[c >= WalkClass.NonLru && !mine ? WalkClass.Foreign : c] += sign * this.frames.sectionWalk[at + c];
    }
  }

  /** Class of every page of a uniform block, or -1. */
  private uniformClass(block: number): number {
    const state = this.frames.state.uniform(block);
    const id = this.frames.owners.uniform(block);
    if (state < 0 || id === -2 || (this.frames.stepsFolios && (state & ORDER_MASK) !== 0)) return -1;
    const found = walkClass(state);
    if (found < WalkClass.NonLru) return found;
    return id !== NO_OWNER && this.frames.owners.table[id].nid === this.nid ? found : WalkClass.Foreign;
  }

  /** Adds the visits of [from, to) by class: whole sections, then runs of like blocks, then pages. */
  private tally(from: number, to: number, into: Float64Array): void {
    const { owners, state } = this.frames;
    for (let pfn = from; pfn < to; ) {
      const section = pfn >>> SECTION_SHIFT;
      const after = (section + 1) * SECTION_PAGES;
      if ((pfn & (SECTION_PAGES - 1)) === 0 && after <= to && owners.uniformSection(section) !== -2) {
        this.addSection(section, into, 1);
        pfn = after;
        continue;
      }
      const block = pfn >>> PAGEBLOCK_ORDER;
      const found = this.uniformClass(block);
      let next = block + 1;
      if (found >= 0) {
        const last = Math.min(after, to - 1) >>> PAGEBLOCK_ORDER;
        while (next <= last && state.slots[next] === state.slots[block] && owners.uniform(next) === owners.uniform(block)) next++;
      }
      const stop = Math.min(to, next * PAGEBLOCK_PAGES);
      if (found >= 0) into[found] += stop - pfn;
      else if (owners.uniform(block) !== -2) this.tallyBlock(pfn, stop, into);
      else for (let p = pfn; p < stop; p++) this.tallyPage(p, into);
      pfn = stop;
    }
  }

  private tallyPage(pfn: number, into: Float64Array): void {
    const found = this.classAt(pfn);
    if (found !== WalkClass.Tail) into[found]++;
  }

  /** The same inside one block whose pages differ but have one owner: groups of like pages at once. */
  private tallyBlock(from: number, to: number, into: Float64Array): void {
    const { owners, state } = this.frames;
    const id = owners.uniform(from >>> PAGEBLOCK_ORDER);
    const mine = id !== NO_OWNER && owners.table[id].nid === this.nid;
    for (let pfn = from; pfn < to; ) {
      const stop = Math.min(to, pfn - (pfn % GROUP_PAGES) + GROUP_PAGES);
      const like = state.uniformGroup(pfn);
      if (like >= 0) {
        const found = walkClass(like);
        into[found >= WalkClass.NonLru && !mine ? WalkClass.Foreign : found] += this.frames.visitsOf(pfn, stop - pfn, like);
      } else if (this.frames.stepsFolios) for (let p = pfn; p < stop; p++) this.tallyPage(p, into);
      else this.tallyGroup(pfn, stop, mine, into);
      pfn = stop;
    }
  }

  /** Neighbours are mostly alike, so runs are counted. */
  private tallyGroup(from: number, to: number, mine: boolean, into: Float64Array): void {
    const { state } = this.frames;
    const cells = state.chunkOf(from);
    const base = state.chunkStart(from) - (from - (from % GROUP_PAGES));
    let found = -1, run = 0;
    for (let i = base + from, end = base + to; i < end; i++) {
      const c = walkClass(cells[i]);
      if (c !== found) {
        if (run > 0) into[found >= WalkClass.NonLru && !mine ? WalkClass.Foreign : found] += run;
        found = c;
        run = 0;
      }
      run++;
    }
    into[found >= WalkClass.NonLru && !mine ? WalkClass.Foreign : found] += run;
  }

  /** Everything that is still to come is later by ps: an interrupt, or time off the CPU. */
  shift(ps: number): void {
    this.timePs += ps;
    this.targetPs += ps;
  }

  /** A page is about to change at a time: brings the cursor up to it, so that what was passed counts as it was. */
  beforeChange(pfn: number, timePs: number, rank: number): void {
    if (!this.active || !this.targetValid || pfn < this.pfn || pfn > this.target) return;
    // at its fastest it has not come so far: the page is still ahead, wherever exactly the cursor stands
    if (pfn < this.target && (pfn - this.pfn) * this.fastestPs > timePs - this.timePs && !this.frames.stepsFolios) return;
    this.syncTo(timePs, this.rank < rank);
  }

  /** A page has changed: moves the target, or the time when it is reached; returns whether it may have. */
  afterChange(pfn: number, oldWalk: number, newWalk: number): boolean {
    if (!this.active || !this.targetValid || pfn < this.pfn || pfn > this.target) return false;
    if (pfn === this.target) {
      if (pfn < this.end && !this.isCandidate(pfn) && !this.watched.includes(pfn)) this.targetValid = false;
      return true;
    }
    if (oldWalk !== newWalk) {
      const mine = this.frames.owners.nid(pfn) === this.nid;
      if (oldWalk !== WalkClass.Tail) this.ahead[oldWalk >= WalkClass.NonLru && !mine ? WalkClass.Foreign : oldWalk]--;
      if (newWalk !== WalkClass.Tail) this.ahead[newWalk >= WalkClass.NonLru && !mine ? WalkClass.Foreign : newWalk]++;
      this.retime();
    }
    if (this.isCandidate(pfn)) this.bringForward(pfn);
    return true;
  }
}
