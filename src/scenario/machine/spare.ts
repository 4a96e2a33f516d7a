/** How much memory programs can have on a node: what its free pages leave above the low watermarks and the reserves for other zones. */

import { type NodeSpec, ZONE_MOVABLE } from '../../engine/machine/spec';

/** Pages that regions may take at the start; the rule of placeRegion() in the engine. */
export const sparePages = (node: NodeSpec): number =>
  node.zones.reduce((sum, z) => sum + (z.idx > ZONE_MOVABLE ? 0 : Math.max(0, z.freePages - z.lowPages - z.boostPages - (z.lowmemReservePages[ZONE_MOVABLE] ?? 0))), 0);
