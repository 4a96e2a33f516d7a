/** The frozen description of one world: the same WorldSpec, seed and engine version give the same trace, byte for byte. */

import type { CostTable } from './cost/table';
import type { MachineSpec } from './machine/spec';
import type { SystemSpec } from './system/spec';
import type { SimTimePs } from './types';
import type { MarkPhaseSpec, RegionSpec } from './workload/spec';

/** Repairs of kmigrated v1, by the row of the dossier's register (A.7) or by what they do; designs/kmigrated-v1-repairs.ts says what each changes. */
export type V1Repair =
  | 'D1' | 'D2' | 'D3' | 'D4' | 'D5' | 'D6' | 'D7' | 'D8' | 'D11' | 'D12' | 'D13' | 'D14' | 'D15' | 'D16' | 'D17' | 'D18' | 'D20' | 'D21' | 'D26'
  | 'large-folio-step' | 'per-target-lists';

/** Options of kmigrated v1; the defaults are the constants of the posting on a 64-bit kernel with HZ=250. */
export interface KmigratedV1Options {
  readonly kind: 'kmigrated-v1';
  readonly hz: 100 | 250 | 300 | 1000;
  /** KMIGRATE_DELAY in ms, 1 .. 60,000. */
  readonly delayMs: number;
  /** KMIGRATE_BATCH in folios, 1 .. 65,536. */
  readonly batchFolios: number;
  /** Bit position of PAGE_EXT_MIGRATE_READY: 2 on every 64-bit kernel. */
  readonly readyBit: number;
  /** BITS_PER_LONG. */
  readonly wordBits: 32 | 64;
  /** What is repaired; undefined or empty: as posted. */
  readonly repairs?: readonly V1Repair[];
  /** D17: a request older than this is not worth moving any more, ms; 1 .. 60,000. Default: V1_MAX_AGE_MS. */
  readonly maxAgeMs?: number;
  /** D18: MB a second that may begin to move to a node, 1 .. 1,000,000. Default: V1_RATE_LIMIT_MBPS. */
  readonly rateLimitMBps?: number;
}

/** A soft figure of ours: about two sleeps. */
export const V1_MAX_AGE_MS = 2000;
/** numa_balancing_promote_rate_limit_MBps of 6.16: so high that one thread hardly ever reaches it. */
export const V1_RATE_LIMIT_MBPS = 65_536;

export const KMIGRATED_V1_DEFAULTS: KmigratedV1Options = {
  kind: 'kmigrated-v1', hz: 250, delayMs: 1000, batchFolios: 512, readyBit: 2, wordBits: 64,
};

export interface WorldSpec {
  readonly name: string;
  readonly machine: MachineSpec;
  readonly regions: readonly RegionSpec[];
  readonly workload: readonly MarkPhaseSpec[];
  readonly design: KmigratedV1Options;
  readonly costs: CostTable;
  /** Programs, CPUs and NUMA balancing; undefined: somebody only marks pages, and every thread has a CPU of its own. */
  readonly system?: SystemSpec;
  /** 0 .. 2^32 - 1. */
  readonly seed: number;
  readonly durationPs: SimTimePs;
}

/** Part of the digest and of every reproduction: bump when the same spec may give another trace. */
export const ENGINE_VERSION = '0.1.0';
