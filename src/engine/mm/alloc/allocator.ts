/**
 * The page allocator: watermarks, zonelists, per-CPU lists, buddy. Mirrors __alloc_pages(), get_page_from_freelist(), rmqueue() and free_unref_page() of 6.12
 * to 6.16 for movable user pages. Not modelled: direct reclaim, compaction and the OOM killer (an allocation that fails at the min watermark returns -1), migrate
 * types and the watermark boost that their fallbacks cause (M13), high-atomic reserves, node_reclaim_mode, cpusets, the drift of per-CPU vmstat counters.
 */

import type { Machine, Pgdat, Zone } from '../../machine/machine';
import { MAX_NR_ZONES, ZONE_DEVICE, ZONE_MOVABLE } from '../../machine/spec';
import { FOLIO, FREE, NOEXT, STORY_MASK, USED, orderBits } from '../../machine/pagestate';
import { EngineBug, assert } from '../../types';
import { highPages, lowPages, managedZone, minPages } from '../watermark';
import { Buddy, MAX_PAGE_ORDER } from './buddy';
import { type BlockSource, PerCpuPages, type ZoneFlags, pcpAllows } from './pcp';
import { fallbackOrders } from './zonelist';

/** user: a first touch, with fallback to other nodes. this-node: alloc_misplaced_dst_folio(), which wakes nobody and gives up early. */
export type GfpKind = 'user' | 'this-node';

/** struct zone as the allocator sees it. */
interface AllocZone extends ZoneFlags {
  readonly zone: Zone;
  readonly nid: number;
  readonly owner: number;
  /** Base pages kept from allocations that could use ZONE_MOVABLE. */
  readonly reserve: number;
  /** By CPU; made on first use. */
  readonly pcp: (PerCpuPages | undefined)[];
}

export class PageAllocator implements BlockSource {
  readonly buddy: Buddy;
  /** Called by the slow path of a user allocation for each node of its zonelist: wakeup_kswapd(). */
  wakeKswapd: ((nid: number, order: number) => void) | undefined;
  private readonly byOwner: (AllocZone | undefined)[] = [];
  /** By node id, from the highest usable zone down. */
  private readonly byNode: (readonly AllocZone[])[] = [];
  private readonly fallback: readonly Int32Array[];
  private readonly localCpus: Int32Array;

  /**
   * cpuNode: node of each CPU; distance[from][to] by node id as in SLIT. Takes over the pages that are free now; from here on nobody else may make
   * pages of the machine free or used.
   */
  constructor(private readonly machine: Machine, private readonly cpuNode: Int32Array, distance: readonly (readonly number[])[]) {
    assert(cpuNode.length > 0, 'a machine has a CPU');
    this.buddy = new Buddy(machine.frames);
    this.localCpus = new Int32Array(machine.nodeIds);
    for (const nid of cpuNode) if (nid >= 0 && nid < machine.nodeIds) this.localCpus[nid]++;
    for (let nid = 0; nid < machine.nodeIds; nid++) this.byNode.push(this.zonesOf(machine.nodeData(nid)));
    this.fallback = fallbackOrders(machine.nodeIds, (nid) => this.byNode[nid].length > 0, (nid) => this.localCpus[nid] > 0, distance);
  }

  /**
   * First PFN of a new folio of 2^order pages (0 .. 10), or -1. Its pages are USED and FOLIO, off the LRU. The caller counts numa_hit, numa_miss and oom:
   * the node that it got is that of the page.
   */
  alloc(cpu: number, preferredNid: number, order: number, gfp: GfpKind): number {
    const head = this.find(cpu, preferredNid, order, gfp);
    if (head < 0) return -1;
    this.machine.frames.update(head, 1 << order, ~NOEXT, USED | FOLIO | orderBits(order));
    return head;
  }

  /** Frees a folio or block on a CPU; story (STORY_LEFT or 0) stays on its pages for the map until they are used again. Flag words stay as they are (D8), unless that is repaired. */
  free(cpu: number, head: number, order: number, story: number): void {
    const { frames } = this.machine;
    frames.clearMarks(head, 1 << order);
    const zone = this.byOwner[frames.owners.of(head)];
    if (zone === undefined) throw new EngineBug(`PFN ${head} belongs to no zone that can take it back`);
    if (!pcpAllows(order)) {
      frames.update(head, 1 << order, ~NOEXT, FREE | story);
      this.buddy.release(zone.owner, head, order);
      return;
    }
    frames.update(head, 1 << order, ~NOEXT, USED | story);
    if (this.pcpOf(zone, cpu).put(head, order)) this.mayClearBelowHigh(zone);
  }

  /** drain_local_pages() of one CPU, or drain_all_pages(). */
  drainPages(cpu?: number): void {
    for (const zone of this.byOwner) {
      if (zone === undefined) continue;
      if (cpu !== undefined) zone.pcp[cpu]?.drain();
      else for (const pcp of zone.pcp) pcp?.drain();
    }
  }

  /** vmstat_update() of a CPU, once a second: per-CPU lists shrink, and those of other nodes' zones give a batch back when they have become idle. */
  everySecond(cpu: number): void {
    for (const zone of this.byOwner) {
      if (zone === undefined) continue;
      const pcp = zone.pcp[cpu];
      if (pcp !== undefined) pcp.everySecond(zone.nid !== this.cpuNode[cpu]);
    }
  }

  /** Base pages that a CPU holds of a zone (by owner id). */
  pcpCount(cpu: number, owner: number): number {
    return this.byOwner[owner]?.pcp[cpu]?.count ?? 0;
  }

  /** Base pages of a zone (by owner id) on the lists of all CPUs. */
  pcpTotal(owner: number): number {
    let sum = 0;
    for (const pcp of this.byOwner[owner]?.pcp ?? []) if (pcp !== undefined) sum += pcp.count;
    return sum;
  }

  /** The lists of one CPU and zone, for the inspector and tests; undefined while they are unused. */
  pcp(cpu: number, owner: number): PerCpuPages | undefined {
    return this.byOwner[owner]?.pcp[cpu];
  }

  /** Nodes in the order in which a user allocation that prefers nid tries them. */
  nodeOrder(nid: number): Int32Array {
    return this.fallback[nid];
  }

  /** ZONE_RECLAIM_ACTIVE of all zones of a node: while kswapd works, per-CPU lists stay short. */
  setReclaimActive(nid: number, active: boolean): void {
    for (const zone of this.byNode[nid] ?? []) zone.reclaimActive = active;
  }

  /** Checks the lists against the frames: a sentence for the first thing wrong, or undefined. Takes time in free blocks. */
  verify(): string | undefined {
    return this.buddy.verify();
  }

  takeBlocks(owner: number, order: number, most: number): number {
    const head = this.buddy.takeRun(owner, order, most);
    if (head >= 0) this.mark(head, this.buddy.taken * (1 << order), USED);
    return head;
  }

  get taken(): number {
    return this.buddy.taken;
  }

  giveBlock(owner: number, head: number, order: number): void {
    this.mark(head, 1 << order, FREE);
    this.buddy.release(owner, head, order);
  }

  /** Pages go between the buddy and a per-CPU list: what they show on the map stays. */
  private mark(head: number, pages: number, kind: number): void {
    this.machine.frames.update(head, pages, ~(NOEXT | STORY_MASK), kind);
  }

  private find(cpu: number, preferredNid: number, order: number, gfp: GfpKind): number {
    assert(order >= 0 && order <= MAX_PAGE_ORDER, 'blocks have orders 0 to 10');
    if (gfp === 'this-node') {
      const zones = this.byNode[preferredNid] ?? [];
      const pfn = this.fromZones(cpu, zones, order, false);
      return pfn >= 0 ? pfn : this.fromZones(cpu, zones, order, true);
    }
    const nodes = this.fallback[preferredNid];
    if (nodes === undefined) throw new EngineBug(`there is no node ${preferredNid} to allocate from`);
    for (let i = 0; i < nodes.length; i++) {
      const pfn = this.fromZones(cpu, this.byNode[nodes[i]], order, false);
      if (pfn >= 0) return pfn;
    }
    if (this.wakeKswapd !== undefined) for (let i = 0; i < nodes.length; i++) this.wakeKswapd(nodes[i], order);
    for (let i = 0; i < nodes.length; i++) {
      const pfn = this.fromZones(cpu, this.byNode[nodes[i]], order, true);
      if (pfn >= 0) return pfn;
    }
    return -1;
  }

  /** get_page_from_freelist() over the zones of one node, above the low watermark or (desperate) above min. */
  private fromZones(cpu: number, zones: readonly AllocZone[], order: number, desperate: boolean): number {
    for (let i = 0; i < zones.length; i++) {
      const zone = zones[i];
      const free = this.machine.frames.freeOf(zone.owner);
      // above high nothing else needs to be asked; below it the free path gets a hint
      if (zone.belowHigh || !this.watermarkOk(zone, free, order, highPages(zone.zone))) {
        zone.belowHigh = true;
        if (!this.watermarkOk(zone, free, order, desperate ? minPages(zone.zone) : lowPages(zone.zone))) continue;
      }
      const pfn = this.rmqueue(cpu, zone, order);
      if (pfn >= 0) return pfn;
    }
    return -1;
  }

  /** __zone_watermark_ok(): pages above the mark, and a block that is large enough. */
  private watermarkOk(zone: AllocZone, free: number, order: number, mark: number): boolean {
    if (free - ((1 << order) - 1) <= mark + zone.reserve) return false;
    return order === 0 || this.buddy.has(zone.owner, order);
  }

  /** rmqueue(): from the CPU's lists where the order has one, else (or when they cannot be filled) from the buddy. */
  private rmqueue(cpu: number, zone: AllocZone, order: number): number {
    return pcpAllows(order) ? this.pcpOf(zone, cpu).take(order) : this.takeBlocks(zone.owner, order, 1);
  }

  private mayClearBelowHigh(zone: AllocZone): void {
    if (zone.belowHigh && this.machine.frames.freeOf(zone.owner) > highPages(zone.zone) + zone.reserve) zone.belowHigh = false;
  }

  private pcpOf(zone: AllocZone, cpu: number): PerCpuPages {
    const known = zone.pcp[cpu];
    if (known !== undefined) return known;
    if (this.cpuNode[cpu] === undefined) throw new EngineBug(`there is no CPU ${cpu}`);
    const cpus = this.localCpus[zone.nid] > 0 ? this.localCpus[zone.nid] : this.cpuNode.length;
    return (zone.pcp[cpu] = new PerCpuPages(zone.owner, zone.zone.spec, cpus, zone, this));
  }

  private zonesOf(pgdat: Pgdat | undefined): AllocZone[] {
    const out: AllocZone[] = [];
    for (let idx = MAX_NR_ZONES - 1; idx >= 0 && pgdat !== undefined; idx--) {
      const zone = pgdat.zones.find((z) => z.spec.idx === idx);
      if (zone === undefined || idx === ZONE_DEVICE || !managedZone(zone)) continue;
      const made: AllocZone = {
        zone, nid: pgdat.nid, owner: zone.ownerId, reserve: zone.spec.lowmemReservePages[ZONE_MOVABLE] ?? 0, belowHigh: false, reclaimActive: false,
        pcp: new Array<PerCpuPages | undefined>(this.cpuNode.length).fill(undefined),
      };
      this.byOwner[zone.ownerId] = made;
      out.push(made);
    }
    return out;
  }
}
