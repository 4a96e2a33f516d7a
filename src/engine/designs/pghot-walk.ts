/** A position in a walk over PFNs, folio by folio: what a visit finds, whole stretches without requests at once, and what was visited. */

import type { CostTable } from '../cost/table';
import type { PageFrames } from '../machine/frames';
import { GROUP_PAGES } from '../machine/paged';
import { FREE, HOLE, KIND_MASK, LRU, OFFLINE, WALK_CLASSES, WalkClass, orderOf, walkClass } from '../machine/pagestate';
import { visitCosts } from '../machine/walk';
import type { Recorder } from '../observe/recorder';
import { PAGEBLOCK_ORDER, PAGEBLOCK_PAGES } from '../types';

const STRUCT_PAGE_BYTES = 64;
/** Owner of a pageblock whose pages have several. */
const MIXED = -2;

export class FolioWalk {
  /** The next PFN to visit, and the end of the range. */
  pfn = 0;
  end = 0;
  /** What the newest visit goes on by: the pages of the folio, 1 where there is none. */
  nr = 1;
  private readonly costs: Float64Array;
  /** Visits by WalkClass that are not paid yet. */
  private readonly seen = new Float64Array(WALK_CLASSES);

  /** freeHasFolio: whether a free page's folio is looked at; recordBytes: of a record that is read on an LRU page. */
  constructor(private readonly frames: PageFrames, private readonly nid: number, private readonly freeHasFolio: boolean, private readonly recordBytes: number, costs: CostTable) {
    this.costs = visitCosts(costs);
  }

  /** What the visit of a PFN finds; sets nr. */
  look(pfn: number): WalkClass {
    const { frames } = this;
    this.nr = 1;
    const state = pfn < frames.pfns ? frames.get(pfn) : HOLE;
    const kind = state & KIND_MASK;
    if (kind === HOLE) return WalkClass.Hole;
    if (kind === OFFLINE) return WalkClass.Offline;
    if (kind === FREE && !this.freeHasFolio) return WalkClass.NonLru;
    this.nr = 1 << orderOf(state);
    if (frames.owners.nid(pfn) !== this.nid) return WalkClass.Foreign;
    return state & LRU ? WalkClass.Lru : WalkClass.NonLru;
  }

  /** Counts a visit. */
  saw(found: WalkClass): void {
    this.seen[found]++;
  }

  /** Passes what lies before the next request, in the pageblock of a PFN at most; a folio may lead beyond it. */
  stretch(from: number): void {
    const { frames: { owners, state, pfns, ready } } = this;
    const block = from >>> PAGEBLOCK_ORDER;
    const stop = ready.next(this.pfn, Math.min(this.end, (block + 1) * PAGEBLOCK_PAGES));
    if (this.pfn >= pfns && this.pfn < stop) {
      // the last section of the machine may be longer than the machine
      this.seen[WalkClass.Hole] += stop - this.pfn;
      this.pfn = stop;
    }
    const owner = owners.uniform(block);
    const mine = owner >= 0 && owners.table[owner].nid === this.nid;
    while (this.pfn < stop) {
      const { pfn } = this;
      const end = Math.min(stop, pfn - (pfn % GROUP_PAGES) + GROUP_PAGES);
      if (owner === MIXED) {
        this.seen[this.look(pfn)]++;
        this.pfn += this.nr;
      } else if (state.uniformGroup(pfn) >= 0) {
        const found = this.look(pfn), visits = Math.ceil((end - pfn) / this.nr);
        this.seen[found] += visits;
        this.pfn += visits * this.nr;
      } else this.mixedGroup(end, mine);
    }
  }

  /** The pages of a group that differ, one by one, up to a PFN. */
  private mixedGroup(end: number, mine: boolean): void {
    const { state } = this.frames;
    const { seen } = this;
    const cells = state.chunkOf(this.pfn), base = state.chunkStart(this.pfn) - (this.pfn - (this.pfn % GROUP_PAGES));
    let pfn = this.pfn;
    while (pfn < end) {
      const cell = cells[base + pfn], found = walkClass(cell);
      seen[found < WalkClass.NonLru ? found : !mine ? WalkClass.Foreign : found === WalkClass.LruNoExt ? WalkClass.Lru : found]++;
      pfn += found === WalkClass.Hole || found === WalkClass.Offline ? 1 : 1 << orderOf(cell);
    }
    this.pfn = pfn;
  }

  /** Adds what was visited since the last call to the counters of the node; its cost in ps. */
  pay(rec: Recorder): number {
    const { nid, seen, costs } = this;
    let ps = 0, visited = 0;
    for (let c = 0; c < WALK_CLASSES; c++) {
      ps += seen[c] * costs[c];
      visited += seen[c];
    }
    const valid = visited - seen[WalkClass.Hole], online = valid - seen[WalkClass.Offline], lru = seen[WalkClass.Lru];
    rec.count(nid, 'pfns_visited', visited);
    rec.count(nid, 'walk_ps', ps);
    rec.count(nid, 'pfns_valid', valid);
    rec.count(nid, 'pfns_online', online);
    rec.count(nid, 'pfns_own_node', online - seen[WalkClass.Foreign]);
    rec.count(nid, 'pfns_lru', lru);
    rec.count(nid, 'metadata_bytes', online * STRUCT_PAGE_BYTES + lru * this.recordBytes);
    seen.fill(0);
    return ps;
  }
}
