/** What the world does besides the design, as plain data: memory regions of programs, and phases of requests for migration. */

import type { Nid, SimTimePs } from '../types';

/** Memory that a program holds when the run begins: LRU folios on one node, taken from its free pages. */
export interface RegionSpec {
  readonly name: string;
  readonly nid: Nid;
  readonly pages: number;
  /** Folio order, 0 .. 9. */
  readonly order: number;
  /** Page cache instead of anonymous memory; prepare refuses dirty folios. */
  readonly file?: 'clean' | 'dirty';
}

/** A recorded list of requests; the three columns have one length, times ascending. */
export interface RecordedMarks {
  readonly timesPs: Float64Array;
  readonly pfns: Float64Array;
  readonly nids: Int32Array;
}

/** Where the marked pages come from: a region by name, or any LRU page of a node. */
export interface MarkSource {
  readonly nid: Nid;
  readonly region?: string;
}

/**
 * A producer: a series of kmigrated_add_pfn() calls.
 * random: pages drawn at random. clustered: runs of clusterPages neighbours at random places.
 * sequential: in PFN order. recorded: as listed.
 */
export type MarkPhaseSpec =
  | {
      readonly pattern: 'random' | 'clustered' | 'sequential';
      readonly name: string;
      readonly from: MarkSource;
      readonly startPs: SimTimePs;
      /** Number of requests, 1 .. 2^31. */
      readonly count: number;
      /** From the begin of one request to the next; 0 = back to back (a burst: only the marks' own cost lies between). */
      readonly spacingPs: number;
      readonly targets: readonly Nid[];
      /** roundRobin: request i asks for targets[i mod k]. random: drawn. blocks: k equal shares in order. */
      readonly targetRule: 'roundRobin' | 'random' | 'blocks';
      /** Pages of a cluster (clustered only). */
      readonly clusterPages: number;
    }
  | { readonly pattern: 'recorded'; readonly name: string; readonly marks: RecordedMarks };
