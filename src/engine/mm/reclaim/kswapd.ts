/**
 * kswapd of one node, for mode 2: woken below a watermark, it demotes or drops cold folios until the node is balanced. Mirrors kswapd(), balance_pgdat(),
 * shrink_lruvec(), shrink_inactive_list(), shrink_active_list() and wakeup_kswapd() of mm/vmscan.c (6.12 to 6.16) with the classic two lists.
 *
 * Simplified: demotion is taken as switched on (/sys/kernel/mm/numa/demotion_enabled); no MGLRU (the default of many distributions), no memory cgroups, no swap, no
 * slab, no refault feedback (anonymous and file lists are scanned 60 to 140, as swappiness 60 does while their costs are equal, and what is left of one list when enough is
 * reclaimed is not scaled), no writeback (dirty file folios are activated), no boost reclaim, no compaction. Direct reclaim does not exist; in the kernel only its success
 * brings a node back that kswapd has given up on (16 rounds without progress), so here such a node stays given up. The accesses since the last look come as yes or no,
 * from a callback. The 32 pages of a step are looked at in one instant, and its cost follows.
 */

import type { Machine, Pgdat } from '../../machine/machine';
import { ZONE_MOVABLE } from '../../machine/spec';
import { DIRTY, FILE, ISOLATED, LRU, orderOf } from '../../machine/pagestate';
import { PS_PER_MS } from '../../types';
import type { PageAllocator } from '../alloc/allocator';
import { highPages, managedZone } from '../watermark';
import { LRU_LISTS, LruList, type LruLists, isActive } from './lrulists';
import { pgdatBalanced } from './watermarks';

/** SWAP_CLUSTER_MAX: pages that one step looks at. */
export const SWAP_CLUSTER_MAX = 32;
const DEF_PRIORITY = 12;
/** MAX_RECLAIM_RETRIES: rounds without progress after which a node is hopeless. */
const MAX_RECLAIM_RETRIES = 16;
const SWAPPINESS = 60;
const SCAN_SHARES = 200;
/** HZ / 10: it naps before it sleeps for good. */
const NAP_PS = 100 * PS_PER_MS;

/** What a reclaimer asks of the rest of the mm. */
export interface ReclaimHost {
  /** folio_referenced(): was the folio accessed since the last question? Clears the accessed bits. */
  referenced(head: number): boolean;
  /**
   * demote_folio_list(): the first `count` heads are isolated (off the LRU, ISOLATED); targets are the nodes that may take them, best first. Sets done[i] to 1
   * for each that has left the node; the others stay isolated as they are. Returns the cost in ps; the caller counts pgdemote_kswapd with `pages` of what it moved.
   */
  demote(heads: Uint32Array, count: number, nid: number, targets: Int32Array, done: Uint8Array): number;
  /** Frees a clean file folio (off the LRU, ISOLATED): its entries go, the page is free. Returns the cost in ps, or -1 when somebody holds it. */
  drop(head: number): number;
}

export interface KswapdCosts {
  readonly kswapdPagePs: number;
}

export class Kswapd {
  /** Neither balancing nor about to: step() is to be called at wakeAtPs, or when wakeup() says so. */
  sleeping = true;
  /** While it sleeps: the end of its nap, or Infinity. The timer wheel is the caller's. */
  wakeAtPs = Infinity;
  /** Since boot: pages looked at, pages demoted, pages dropped, rounds of balance_pgdat(). */
  scanned = 0;
  demoted = 0;
  dropped = 0;
  rounds = 0;
  /** pgdat->kswapd_failures. */
  failures = 0;
  /** pgdat->kswapd_order. */
  private order = 0;
  private balancing = false;
  private napping = false;
  private priority = 0;
  /** Pages still to look at by list, in this pass over the lists. */
  private readonly left = new Float64Array(LRU_LISTS);
  private inPass = false;
  private turn = 0;
  private toReclaim = 0;
  private passScanned = 0;
  private passReclaimed = 0;
  private roundReclaimed = 0;
  private mayDeactivateAnon = false;
  private mayDeactivateFile = false;
  private readonly heads = new Uint32Array(SWAP_CLUSTER_MAX);
  private readonly pagesOf = new Uint16Array(SWAP_CLUSTER_MAX);
  private readonly done = new Uint8Array(SWAP_CLUSTER_MAX);

  /** targets: demotionTargets() of the node; tiering: whether kernel.numa_balancing is 2 now. */
  constructor(
    readonly pgdat: Pgdat, private readonly machine: Machine, private readonly allocator: PageAllocator, private readonly lists: LruLists, readonly targets: Int32Array,
    private readonly host: ReclaimHost, private readonly costs: KswapdCosts, private readonly tiering: () => boolean,
  ) {}

  /** wakeup_kswapd(): returns whether the thread has to run now; step() at that time goes on. */
  wakeup(order: number): boolean {
    if (!this.pgdat.zones.some(managedZone)) return false;
    this.order = Math.max(this.order, order);
    if (!this.sleeping) return false;
    if (this.failures >= MAX_RECLAIM_RETRIES || this.balanced()) return false;
    return true;
  }

  /** Executes what comes next at a time; returns its cost in ps. Afterwards it may be sleeping, until wakeAtPs. */
  step(nowPs: number): number {
    if (this.sleeping) return this.wokenUp(nowPs);
    if (!this.balancing) return this.beginRound();
    if (this.inPass) return this.shrinkSome();
    return this.betweenPasses(nowPs);
  }

  private balanced(): boolean {
    return pgdatBalanced(this.machine.frames, this.allocator.buddy, this.pgdat, this.order, this.tiering());
  }

  private wokenUp(nowPs: number): number {
    this.sleeping = false;
    const napOver = this.napping && nowPs >= this.wakeAtPs;
    this.wakeAtPs = Infinity;
    // the nap is over and nothing happened: sleeps for good
    if (napOver) return this.trySleep(nowPs, true);
    this.napping = false;
    return this.beginRound();
  }

  /** balance_pgdat() begins. */
  private beginRound(): number {
    this.balancing = true;
    this.inPass = false;
    this.priority = DEF_PRIORITY;
    this.roundReclaimed = 0;
    this.rounds++;
    this.allocator.setReclaimActive(this.pgdat.nid, true);
    return 0;
  }

  /** The top of the loop in balance_pgdat(). */
  private betweenPasses(nowPs: number): number {
    if (this.balanced() || this.priority < 1) return this.endRound(nowPs);
    let cost = 0;
    // kswapd_age_node()
    if (this.anonMoves() && this.inactiveLow(false)) cost += this.shrinkActive(LruList.ActiveAnon, SWAP_CLUSTER_MAX);
    this.beginPass();
    return cost;
  }

  private endRound(nowPs: number): number {
    this.balancing = false;
    this.allocator.setReclaimActive(this.pgdat.nid, false);
    if (this.roundReclaimed === 0 && !this.balanced()) this.failures++;
    return this.trySleep(nowPs, false);
  }

  /** kswapd_try_to_sleep(): a nap of a tenth of a second first; a node that is not balanced is worked on again at once, unless it is hopeless. */
  private trySleep(nowPs: number, napped: boolean): number {
    const order = this.order;
    if (this.failures < MAX_RECLAIM_RETRIES && !this.balanced()) {
      this.napping = false;
      return this.beginRound();
    }
    this.sleeping = true;
    this.napping = !napped;
    this.wakeAtPs = napped ? Infinity : nowPs + NAP_PS;
    // after a nap the request of its last waker is forgotten
    this.order = napped ? 0 : order;
    return 0;
  }

  /** kswapd_shrink_node() and get_scan_count(). */
  private beginPass(): void {
    this.toReclaim = 0;
    for (const zone of this.pgdat.zones) if (managedZone(zone) && zone.spec.idx <= ZONE_MOVABLE) this.toReclaim += Math.max(highPages(zone), SWAP_CLUSTER_MAX);
    this.passScanned = this.passReclaimed = 0;
    this.turn = 0;
    this.inPass = true;
    this.mayDeactivateAnon = this.inactiveLow(false);
    this.mayDeactivateFile = this.inactiveLow(true);
    const { nid } = this.pgdat;
    const anon = this.anonMoves();
    // cache_trim_mode: enough cold file pages, so anonymous ones are left alone
    const trim = !this.mayDeactivateFile && Math.floor(this.lists.size(nid, LruList.InactiveFile) / 2 ** this.priority) > 0;
    for (let list = 0; list < LRU_LISTS; list++) {
      const scan = Math.floor(this.lists.size(nid, list as LruList) / 2 ** this.priority);
      const file = list >= LruList.InactiveFile;
      if (!anon || trim) this.left[list] = file ? scan : 0;
      else this.left[list] = Math.floor((scan * (file ? SCAN_SHARES - SWAPPINESS : SWAPPINESS)) / SCAN_SHARES);
    }
  }

  /** One turn of the loop in shrink_lruvec(): at most 32 pages of one list. */
  private shrinkSome(): number {
    const { left } = this;
    const more = left[LruList.InactiveAnon] > 0 || left[LruList.InactiveFile] > 0 || left[LruList.ActiveFile] > 0;
    if (!more || (this.turn === 0 && this.passReclaimed >= this.toReclaim)) return this.endPass();
    const list = this.turn as LruList;
    this.turn = (this.turn + 1) % LRU_LISTS;
    const pages = Math.min(left[list], SWAP_CLUSTER_MAX);
    if (pages <= 0) return 0;
    left[list] -= pages;
    if (!isActive(list)) return this.shrinkInactive(list, pages);
    return (list === LruList.ActiveFile ? this.mayDeactivateFile : this.mayDeactivateAnon) ? this.shrinkActive(list, pages) : 0;
  }

  private endPass(): number {
    this.inPass = false;
    let cost = 0;
    if (this.anonMoves() && this.inactiveLow(false)) cost += this.shrinkActive(LruList.ActiveAnon, SWAP_CLUSTER_MAX);
    this.roundReclaimed += this.passReclaimed;
    if (this.passReclaimed > 0) this.failures = 0;
    // harder next time, when too little was looked at or nothing came of it
    if (this.passScanned < this.toReclaim || this.passReclaimed === 0) this.priority--;
    return cost;
  }

  /** can_reclaim_anon_pages(): without swap, anonymous folios leave by demotion alone. */
  private anonMoves(): boolean {
    return this.targets.length > 0;
  }

  /** inactive_is_low(): the inactive list is shorter than the active one by a ratio that grows with their size. */
  private inactiveLow(file: boolean): boolean {
    const { nid } = this.pgdat;
    const inactive = this.lists.size(nid, file ? LruList.InactiveFile : LruList.InactiveAnon);
    const active = this.lists.size(nid, file ? LruList.ActiveFile : LruList.ActiveAnon);
    const gib = Math.floor((inactive + active) / 2 ** 18);
    return inactive * (gib > 0 ? Math.floor(Math.sqrt(10 * gib)) : 1) < active;
  }

  /** shrink_active_list(): from the tail of the active list to the head of the inactive one, accessed or not. */
  private shrinkActive(list: LruList, pages: number): number {
    let looked = 0;
    while (looked < pages) {
      const head = this.lists.takeOldest(this.pgdat.nid, list);
      if (head < 0) break;
      if (!(this.machine.frames.get(head) & LRU)) continue;
      looked += 1 << orderOf(this.machine.frames.get(head));
      this.host.referenced(head);
      this.lists.setActive(head, false);
      this.lists.add(head);
    }
    return looked * this.costs.kswapdPagePs;
  }

  /** shrink_inactive_list(): accessed folios stay (accessed twice: active), the others are demoted together, or dropped. */
  private shrinkInactive(list: LruList, pages: number): number {
    const { frames } = this.machine;
    let looked = 0, cold = 0;
    while (looked < pages && cold < SWAP_CLUSTER_MAX) {
      const head = this.lists.takeOldest(this.pgdat.nid, list);
      if (head < 0) break;
      const state = frames.get(head);
      if (!(state & LRU)) continue;
      const nrPages = 1 << orderOf(state);
      looked += nrPages;
      if (this.keeps(head)) continue;
      frames.update(head, nrPages, LRU, ISOLATED);
      this.pagesOf[cold] = nrPages;
      this.heads[cold++] = head;
    }
    this.scanned += looked;
    this.passScanned += looked;
    return looked * this.costs.kswapdPagePs + this.evict(cold);
  }

  /** folio_check_references(): puts an accessed folio back and says so. */
  private keeps(head: number): boolean {
    const { lists } = this;
    const before = lists.referenced(head);
    const now = this.host.referenced(head);
    lists.setReferenced(head, now);
    if (!now) return false;
    if (before) lists.setActive(head, true);
    lists.add(head);
    return true;
  }

  /** The rest of shrink_folio_list(): demotion first, then what cannot be demoted is dropped (clean file) or activated. */
  private evict(count: number): number {
    if (count === 0) return 0;
    const { frames } = this.machine;
    const { pagesOf } = this;
    let cost = 0;
    this.done.fill(0, 0, count);
    if (this.targets.length > 0) cost += this.host.demote(this.heads, count, this.pgdat.nid, this.targets, this.done);
    for (let i = 0; i < count; i++) {
      const head = this.heads[i];
      if (this.done[i] !== 0) {
        this.lists.forget(head);
        this.demoted += pagesOf[i];
        this.passReclaimed += pagesOf[i];
        continue;
      }
      const state = frames.get(head);
      const dropPs = (state & (FILE | DIRTY)) === FILE ? this.host.drop(head) : -1;
      if (dropPs >= 0) {
        this.lists.forget(head);
        cost += dropPs;
        this.dropped += pagesOf[i];
        this.passReclaimed += pagesOf[i];
        continue;
      }
      frames.update(head, pagesOf[i], ISOLATED, LRU);
      this.lists.setActive(head, true);
      this.lists.add(head);
    }
    return cost;
  }
}
