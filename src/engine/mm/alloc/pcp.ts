/** Per-CPU page lists of one zone: struct per_cpu_pages and the rules for its size, as in mm/page_alloc.c of 6.12 to 6.16. */

import type { ZoneSpec } from '../../machine/spec';

/** Orders up to PAGE_ALLOC_COSTLY_ORDER have a list each, and one more is for order 9 (THP). */
const COSTLY_ORDER = 3;
const THP_ORDER = 9;
const PCP_LISTS = COSTLY_ORDER + 2;
/** CONFIG_PCP_BATCH_SCALE_MAX. */
const BATCH_SCALE_MAX = 5;
/** MIN_PERCPU_PAGELIST_HIGH_FRACTION. */
const HIGH_FRACTION = 8;
/** 1 MiB in pages: the largest batch before it is divided by four. */
const BATCH_CAP_PAGES = 256;
/** Seconds without use after which the list of another node's zone gives a batch back. */
const EXPIRE = 3;

/** pcp_allowed_order(). */
export const pcpAllows = (order: number): boolean => order <= COSTLY_ORDER || order === THP_ORDER;
const listOf = (order: number): number => (order === THP_ORDER ? PCP_LISTS - 1 : order);
const orderOfList = (list: number): number => (list === PCP_LISTS - 1 ? THP_ORDER : list);

/** zone_batchsize(): a thousandth of the zone, at most 1 MiB, a quarter of that, as 2^n - 1; at least 1. */
export function pcpBatch(managedPages: number): number {
  const quarter = Math.max(1, Math.floor(Math.min(managedPages / 1024, BATCH_CAP_PAGES) / 4));
  const scaled = quarter + Math.floor(quarter / 2);
  return Math.max(1, 2 ** (31 - Math.clz32(scaled)) - 1);
}

/** zone_highsize(): what one CPU of the zone's node may hold; a fraction of 0 means: the low watermark shared out, as it was at boot, before any boost. */
function pcpHigh(zone: ZoneSpec, batch: number, cpus: number, fraction: number): number {
  const pages = fraction === 0 ? zone.lowPages : Math.floor(zone.managedPages / fraction);
  return Math.max(Math.floor(pages / cpus), batch * 4);
}

/** A list of folio heads open at both ends: a ring that grows. */
class Deque {
  private cells = new Uint32Array(64);
  private first = 0;
  length = 0;

  pushHead(pfn: number): void {
    if (this.length === this.cells.length) this.grow();
    this.first = (this.first - 1) & (this.cells.length - 1);
    this.cells[this.first] = pfn;
    this.length++;
  }

  pushTail(pfn: number): void {
    if (this.length === this.cells.length) this.grow();
    this.cells[(this.first + this.length++) & (this.cells.length - 1)] = pfn;
  }

  /** The caller has looked at length. */
  popHead(): number {
    const pfn = this.cells[this.first];
    this.first = (this.first + 1) & (this.cells.length - 1);
    this.length--;
    return pfn;
  }

  /** The caller has looked at length. */
  popTail(): number {
    return this.cells[(this.first + --this.length) & (this.cells.length - 1)];
  }

  private grow(): void {
    const n = this.cells.length;
    const cells = new Uint32Array(n * 2);
    for (let i = 0; i < n; i++) cells[i] = this.cells[(this.first + i) & (n - 1)];
    this.cells = cells;
    this.first = 0;
  }
}

/** Where a list gets blocks from and gives them back to: the buddy, with the states of the pages. */
export interface BlockSource {
  /** A run of blocks of one zone, at most `most`, as pages of a per-CPU list: the first PFN, or -1; `taken` says how many. */
  takeBlocks(owner: number, order: number, most: number): number;
  readonly taken: number;
  giveBlock(owner: number, head: number, order: number): void;
}

/** Flags of a zone that its lists read. */
export interface ZoneFlags {
  /** ZONE_BELOW_HIGH. */
  belowHigh: boolean;
  /** ZONE_RECLAIM_ACTIVE: kswapd works on the zone. */
  reclaimActive: boolean;
}

/** The pages that one CPU holds of one zone. */
export class PerCpuPages {
  readonly batch: number;
  readonly highMin: number;
  readonly highMax: number;
  /** Grows with allocations up to highMax, shrinks when the zone is short. */
  high = 0;
  /** Base pages on all lists. */
  count = 0;
  private allocFactor = 0;
  private freeCount = 0;
  private prevFreeHighOrder = false;
  private expire = 0;
  private readonly lists: (Deque | undefined)[] = new Array<Deque | undefined>(PCP_LISTS).fill(undefined);

  /** cpus: CPUs of the zone's node, or all of them when it has none. */
  constructor(private readonly owner: number, spec: ZoneSpec, cpus: number, private readonly zone: ZoneFlags, private readonly source: BlockSource) {
    this.batch = pcpBatch(spec.managedPages);
    this.highMin = pcpHigh(spec, this.batch, cpus, 0);
    this.highMax = Math.max(this.highMin, pcpHigh(spec, this.batch, cpus, HIGH_FRACTION));
  }

  /** __rmqueue_pcplist(): the first page of the list of an order, which is filled first when it is empty; -1 when the buddy has none either. */
  take(order: number): number {
    const at = listOf(order);
    const list = (this.lists[at] ??= new Deque());
    this.freeCount >>= 1;
    this.expire = EXPIRE;
    if (list.length === 0) {
      const blocks = this.blocksToTake(order);
      let n = 0;
      while (n < blocks) {
        const pfn = this.source.takeBlocks(this.owner, order, blocks - n);
        if (pfn < 0) break;
        const { taken } = this.source;
        for (let i = 0; i < taken; i++) list.pushTail(pfn + i * (1 << order));
        n += taken;
      }
      if (n === 0) return -1;
      this.count += n * (1 << order);
    }
    this.count -= 1 << order;
    return list.popHead();
  }

  /** free_unref_page_commit(): to the head of its list; beyond high, a batch goes back to the buddy from the tail. Returns whether one did. */
  put(head: number, order: number): boolean {
    const at = listOf(order);
    const { batch } = this;
    this.allocFactor >>= 1;
    this.expire = EXPIRE;
    (this.lists[at] ??= new Deque()).pushHead(head);
    this.count += 1 << order;
    const small = order > 0 && order <= COSTLY_ORDER;
    // PCPF_FREE_HIGH_BATCH (a large cache shared by many CPUs) is taken as not set
    const freeHigh = small && this.freeCount >= batch && this.prevFreeHighOrder;
    this.prevFreeHighOrder = small;
    if (this.freeCount < batch << BATCH_SCALE_MAX) this.freeCount += 1 << order;
    const high = this.highForFree(freeHigh);
    if (this.count < high) return false;
    this.giveBack(this.pagesToFree(high, freeHigh), at);
    return true;
  }

  /** drain_pages_zone(): everything back to the buddy. */
  drain(): void {
    this.giveBack(this.count, 0);
  }

  /** What refresh_cpu_vm_stats() does once a second: decay_pcp_high(), and a list of another node's zone gives one batch back when it has become idle. */
  everySecond(remote: boolean): void {
    const { batch } = this;
    if (this.high > this.highMin) {
      this.high = Math.max(this.count - (batch << BATCH_SCALE_MAX), this.high - (this.high >> 3), this.highMin);
    }
    if (this.count > this.high) this.giveBack(this.count - this.high, 0);
    if (this.expire === 0 || this.count === 0) return;
    if (!remote) this.expire = 0;
    else if (--this.expire === 0) this.giveBack(Math.min(this.count, batch), 0);
  }

  /** nr_pcp_alloc(): how many blocks of an order to take at once. The count doubles while nothing is freed. */
  private blocksToTake(order: number): number {
    const base = this.batch;
    let high = (this.high = Math.min(Math.max(this.high, this.highMin), this.highMax));
    if (high < base) return 1;
    let batch = order > 0 ? base : base << this.allocFactor;
    if (this.highMin !== this.highMax && !this.zone.belowHigh) high = this.high = Math.min(high + batch, this.highMax);
    if (order === 0) {
      const most = Math.max(high - this.count - base, base);
      if (batch <= most && this.allocFactor < BATCH_SCALE_MAX) this.allocFactor++;
      batch = Math.min(batch, most);
    }
    return batch > 1 ? Math.max(batch >> order, 2) : batch;
  }

  /** nr_pcp_high(): how many pages may stay, given that one was freed now. */
  private highForFree(freeHigh: boolean): number {
    const { batch, highMin, highMax } = this;
    const high = (this.high = Math.min(Math.max(this.high, highMin), highMax));
    if (freeHigh) {
      this.high = Math.max(high - (batch << BATCH_SCALE_MAX), highMin);
      return 0;
    }
    const freed = Math.max(this.freeCount, batch);
    if (this.zone.reclaimActive) {
      this.high = Math.max(high - freed, highMin);
      return Math.min(batch << 2, this.high);
    }
    if (highMin === highMax) return high;
    if (this.zone.belowHigh) {
      this.high = Math.max(high - freed, highMin);
      return Math.max(this.count, highMin);
    }
    if (this.count >= high && high < this.freeCount + batch) this.high = Math.min(Math.max(this.freeCount + batch, highMin), highMax);
    return high;
  }

  /** nr_pcp_free(). */
  private pagesToFree(high: number, freeHigh: boolean): number {
    const { batch } = this;
    if (freeHigh) return Math.min(this.count, batch << BATCH_SCALE_MAX);
    if (high < batch) return 1;
    return Math.min(Math.max(this.freeCount, batch), high - batch);
  }

  /** free_pcppages_bulk(): from the tails, the list of `first` first, the others in turn. */
  private giveBack(pages: number, first: number): void {
    let left = Math.min(pages, this.count);
    for (let at = first; left > 0; at = (at + 1) % PCP_LISTS) {
      const list = this.lists[at];
      if (list === undefined) continue;
      const order = orderOfList(at);
      while (left > 0 && list.length > 0) {
        left -= 1 << order;
        this.count -= 1 << order;
        this.source.giveBlock(this.owner, list.popTail(), order);
      }
    }
  }
}
