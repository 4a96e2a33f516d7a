/** The machine at run time: page frames, and for each node its pgdat with zones. Mirrors the parts of struct pglist_data and struct zone that kmigrated reads. */

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
}

export class Machine {
  private readonly byNid: (Pgdat | undefined)[] = [];

  constructor(readonly frames: PageFrames, readonly nodes: readonly Pgdat[]) {
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

  /** page_pgdat() of a page that exists. */
  pagePgdat(pfn: number): Pgdat | undefined {
    return this.byNid[this.frames.owners.nid(pfn)];
  }
}
