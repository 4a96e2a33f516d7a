/** kpromoted's records (mm/kpromoted.c of 20250306054532.221138-3-bharata@amd.com): a hash of 2^order buckets by PFN, newest record first, with the window test as posted. */

import { EngineBug } from '../types';

/** struct page_hotness_info: pfn, frequency, hot_node, last_update; recency is written and never read. */
export interface HotRecord {
  readonly pfn: number;
  frequency: number;
  hotNode: number;
  lastUpdateJiffies: number;
}

/** Bytes of a record in its slab, of a list head, of a mutex. */
const RECORD_BYTES = 64, BUCKET_BYTES = 8, MUTEX_BYTES = 32;
/** The two halves of GOLDEN_RATIO_64. */
const GOLDEN_HI = 0x61c88646, GOLDEN_LO = 0x80b583eb;

/** hash_min() of a 64-bit PFN below 2^32: the top bits of its product with GOLDEN_RATIO_64. */
export function bucketOf(pfn: number, order: number): number {
  const low = Math.floor(((pfn >>> 16) * GOLDEN_LO + Math.floor(((pfn & 0xffff) * GOLDEN_LO) / 0x1_0000)) / 0x1_0000);
  return ((low + Math.imul(pfn, GOLDEN_HI)) >>> 0) >>> (32 - order);
}

export class HotRecords {
  readonly buckets: number;
  private readonly counts: Uint16Array;
  private readonly byBucket = new Map<number, HotRecord[]>();
  /** Records that stand in the hash now. */
  size = 0;

  constructor(private readonly order: number, private readonly windowJiffies: number, private readonly repaired: boolean) {
    this.buckets = 2 ** order;
    this.counts = new Uint16Array(this.buckets);
  }

  bucketOf(pfn: number): number {
    return bucketOf(pfn, this.order);
  }

  /** Whether a bucket has no record. */
  isEmpty(bucket: number): boolean {
    return this.counts[bucket] === 0;
  }

  /** The records of a bucket, the newest first. */
  of(bucket: number): readonly HotRecord[] {
    return this.byBucket.get(bucket) ?? [];
  }

  find(bucket: number, pfn: number): HotRecord | undefined {
    return this.byBucket.get(bucket)?.find((r) => r.pfn === pfn);
  }

  /**
   * kpromoted_record_access() inside the mutex; true when a record was made. As posted last_update - now is taken, which wraps in every later jiffy: a new
   * record counts its first access twice, and a later access begins a new window with one.
   */
  access(pfn: number, hotNode: number, nowJiffies: number): boolean {
    const bucket = this.bucketOf(pfn);
    const old = this.find(bucket, pfn);
    const record = old ?? this.add(bucket, { pfn, frequency: 1, hotNode, lastUpdateJiffies: nowJiffies });
    record.hotNode = hotNode;
    if (old === undefined && this.repaired) return true;
    const fresh = this.repaired ? nowJiffies - record.lastUpdateJiffies > this.windowJiffies : nowJiffies > record.lastUpdateJiffies;
    if (fresh) {
      record.frequency = 1;
      record.lastUpdateJiffies = nowJiffies;
    } else {
      record.frequency++;
    }
    return old === undefined;
  }

  private add(bucket: number, record: HotRecord): HotRecord {
    const list = this.byBucket.get(bucket);
    if (list === undefined) this.byBucket.set(bucket, [record]);
    else list.unshift(record);
    this.counts[bucket]++;
    this.size++;
    return record;
  }

  /** hlist_del_init() and kfree(). */
  remove(bucket: number, record: HotRecord): void {
    const list = this.byBucket.get(bucket);
    const at = list?.indexOf(record) ?? -1;
    if (list === undefined || at < 0) throw new EngineBug(`PFN ${record.pfn} has no record in bucket ${bucket}`);
    list.splice(at, 1);
    if (list.length === 0) this.byBucket.delete(bucket);
    this.counts[bucket]--;
    this.size--;
  }

  bytes(): number {
    return this.buckets * (BUCKET_BYTES + MUTEX_BYTES) + this.size * RECORD_BYTES;
  }
}
