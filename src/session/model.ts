/** What a session says of itself: nodes and zones for the tree and the map, design, and the scope of the model. */

import { ZONE_NAMES } from '../engine/machine/spec';
import { ENGINE_VERSION, type WorldSpec } from '../engine/spec';
import type { SessionModel } from '../protocol/messages';
import { designLabel } from './compare';
import { scopeOf } from './scope';

/** The fixed part of a session. */
export function sessionModel(spec: WorldSpec, sourceLabel: string): SessionModel {
  const threads = (spec.system?.migrator ?? 'kmigrated-v1') === 'kmigrated-v1';
  return {
    name: spec.name, machine: spec.machine.name, machineSource: spec.machine.source, seed: spec.seed, engineVersion: ENGINE_VERSION,
    durationPs: spec.durationPs, design: designLabel(spec), batchFolios: spec.design.batchFolios, readyBit: spec.design.readyBit,
    scope: scopeOf(spec), programs: spec.system !== undefined, sourceLabel,
    nodes: spec.machine.nodes.map((node) => ({
      nid: node.nid, cpus: node.cpus, hasThread: threads && node.hasMemory,
      zones: node.zones.map((z) => ({
        idx: z.idx, name: ZONE_NAMES[z.idx], startPfn: z.startPfn, spannedPages: z.spannedPages, presentPages: z.presentPages, managedPages: z.managedPages,
        minPages: z.minPages, lowPages: z.lowPages, highPages: z.highPages, holesKnown: z.holesKnown,
      })),
    })),
  };
}
