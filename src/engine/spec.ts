/** The frozen description of one world: the same WorldSpec, seed and engine version give the same trace, byte for byte. */

import type { CostTable } from './cost/table';
import type { MachineSpec } from './machine/spec';
import type { SystemSpec } from './system/spec';
import type { SimTimePs } from './types';
import type { MarkPhaseSpec, RegionSpec } from './workload/spec';

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
}

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
