/** The machine at run time: page frames, and for each node its pgdat with zones. Mirrors the parts of struct pglist_data and struct zone that kmigrated reads. */

import type { V1Repair } from '../spec';
import type { PageFrames } from './frames';
import type { ZoneSpec } from './spec';

/** struct zone, as far as it matters here; free pages are counted by the frames under ownerId. */
export interface Zone {
  readonly spec: ZoneSpec;
  readonly ownerId: number;
}

/** pg_data_t. */
export interface Pgdat {
  readonly nid: number;
  /** node_zones[] in slot order, populated or not. */
  readonly zones: readonly Zone[];
  /** In N_MEMORY. */
  readonly hasMemory: boolean;
  /** PGDAT_KMIGRATED_ACTIVATE. */
  activate: boolean;
  /** pgdat->kmigrated is set. */
  hasThread: boolean;
  /** D6: by section, 1 where a page of the node was marked since its last walk. */
  markedSections?: Uint8Array;
  /** D4: wakes the node's thread if it sleeps; returns whether it did. */
  wakeUp?: (timePs: number) => boolean;
}

const AS_POSTED: ReadonlySet<V1Repair> = new Set();

export class Machine {
  private readonly byNid: (Pgdat | undefined)[] = [];
  /** Nodes that requests really asked for, by PFN, where the word could not hold them (D1). No kernel function reads it: it tells right from wrong. */
  private readonly aliased = new Map<number, number>();

  /** D16: task whose fault asked for a page, by PFN; D17: when it did, ps. */
  readonly askedBy = new Map<number, number>();
  readonly askedAtPs = new Map<number, number>();

  /** repairs: of kmigrated v1. */
  constructor(readonly frames: PageFrames, readonly nodes: readonly Pgdat[], readonly repairs: ReadonlySet<V1Repair> = AS_POSTED) {
    for (const node of nodes) this.byNid[node.nid] = node;
  }

  /** NODE_DATA(nid), or undefined where the kernel would have a NULL pointer. */
  nodeData(nid: number): Pgdat | undefined {
    return this.byNid[nid];
  }

  /** One more than the highest node id. */
  get nodeIds(): number {
    return this.byNid.length;
  }

  /** A request for a node was stored in the word of a page. */
  noteRequest(pfn: number, nid: number): void {
    if (this.frames.layout.stored(nid) !== nid) this.aliased.set(pfn, nid);
    else if (this.aliased.size > 0) this.aliased.delete(pfn);
  }

  /** The node that the request on a page asked for, given the one that the word holds. */
  requested(pfn: number, stored: number): number {
    return this.aliased.get(pfn) ?? stored;
  }

  /** The mark of a page is consumed; returns what requested() did. */
  takeRequest(pfn: number, stored: number): number {
    const nid = this.requested(pfn, stored);
    if (nid !== stored) this.aliased.delete(pfn);
    return nid;
  }

  /** page_pgdat() of a page that exists. */
  pagePgdat(pfn: number): Pgdat | undefined {
    return this.byNid[this.frames.owners.nid(pfn)];
  }
}
