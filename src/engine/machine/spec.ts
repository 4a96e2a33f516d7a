/** What a machine is, as plain data: nodes, zones, ranges of memory. Sources: /proc/zoneinfo, include/linux/mmzone.h. */

import type { Nid, Pfn } from '../types';

/** Slots of pgdat->node_zones[] on x86-64, in walking order. */
export const ZONE_NAMES = ['DMA', 'DMA32', 'Normal', 'Movable', 'Device'] as const;
export type ZoneName = (typeof ZONE_NAMES)[number];
export const MAX_NR_ZONES = ZONE_NAMES.length;
export const ZONE_MOVABLE = 3;
export const ZONE_DEVICE = 4;

/** One populated slot of node_zones[]; all sizes in pages of 4 KiB. */
export interface ZoneSpec {
  /** 0 DMA, 1 DMA32, 2 Normal, 3 Movable, 4 Device. */
  readonly idx: number;
  readonly startPfn: Pfn;
  readonly spannedPages: number;
  readonly presentPages: number;
  readonly managedPages: number;
  /** Watermarks without boost. */
  readonly minPages: number;
  readonly lowPages: number;
  readonly highPages: number;
  /** zone->watermark_boost, which counts into min, low and high. */
  readonly boostPages: number;
  /** zone->lowmem_reserve[] ("protection" in zoneinfo), one entry a zone slot. */
  readonly lowmemReservePages: readonly number[];
  /** First occupancy by count; their positions are never known and follow the rule in occupancy.ts. */
  readonly freePages: number;
  readonly lruPages: number;
  /** True when the positions of the zone's holes come from the machine; false when they were put at the end of the span. */
  readonly holesKnown: boolean;
}

export interface NodeSpec {
  readonly nid: Nid;
  readonly cpus: readonly number[];
  /** In N_MEMORY: has a kmigrated thread. A node without memory has no zones. */
  readonly hasMemory: boolean;
  /** In slot order; zones of one node never overlap each other, those of different nodes may. */
  readonly zones: readonly ZoneSpec[];
}

/** A run of PFNs that have a struct page. What no range covers is a hole (pfn_valid is false). */
export interface MemRange {
  readonly startPfn: Pfn;
  readonly pages: number;
  readonly nid: Nid;
  /** offline: pfn_valid, but pfn_to_online_page() is NULL. */
  readonly state: 'online' | 'offline';
  /** reserved: online, but given to nobody (firmware, kernel image): valid, never free and never on the LRU. */
  readonly kind?: 'reserved';
}

export interface MachineSpec {
  readonly name: string;
  /** One sentence: where the geometry comes from. */
  readonly source: string;
  readonly nodes: readonly NodeSpec[];
  /** Sorted by startPfn, disjoint. */
  readonly ranges: readonly MemRange[];
}
