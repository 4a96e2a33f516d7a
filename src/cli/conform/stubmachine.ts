/** The machine of a conformance scenario as its set-up lines describe it: PFNs, nodes, zones. */

import { ExtLayout } from '../../engine/machine/extword';
import { PageFrames } from '../../engine/machine/frames';
import { Machine, type Pgdat, type Zone } from '../../engine/machine/machine';
import type { Pfn } from '../../engine/types';
import { type Scenario, int } from './scenario';
import type { StubNode } from './stub';

export interface StubMachine {
  readonly frames: PageFrames;
  readonly machine: Machine;
  /** Watermarks by node. */
  readonly nodes: ReadonlyMap<number, StubNode>;
  /** Owner id of the pages of a node. */
  ownerOf(nid: number): number;
}

function zoneOf(args: readonly string[], ownerId: number): Zone {
  return {
    ownerId,
    spec: {
      idx: int(args[1]), startPfn: int(args[2]) as Pfn, spannedPages: int(args[3]), presentPages: int(args[4]), managedPages: int(args[4]),
      minPages: 0, lowPages: 0, highPages: 0, boostPages: 0, lowmemReservePages: [], freePages: 0, lruPages: 0, holesKnown: true,
    },
  };
}

/** Reads the node and zone lines of a scenario; every PFN begins as a hole of node 0. */
export function stubMachine(scenario: Scenario): StubMachine {
  // a zone may span more than the PFNs that exist: what lies beyond is not valid
  const ends = scenario.setup.map(({ op, args }) => (op === 'zone' ? int(args[2]) + int(args[3]) : 0));
  const frames = new PageFrames(ends.reduce((a, b) => Math.max(a, b), scenario.pfns), new ExtLayout(scenario.readyBit, scenario.wordBits));
  const ownerOf = (nid: number): number => frames.owners.id(nid, -1);
  frames.owners.setRange(0, frames.pfns, ownerOf(0));
  const zones = new Map<number, Zone[]>();
  const nodes = new Map<number, StubNode>();
  const withMemory = new Set<number>();
  for (const { op, args } of scenario.setup) {
    if (op !== 'node' && op !== 'zone') continue;
    const nid = int(args[0]);
    if (op === 'node') {
      nodes.set(nid, { high: int(args[1]), min: int(args[2]), reserved: 0 });
      if (int(args[3]) === 1) withMemory.add(nid);
    } else zones.set(nid, [...(zones.get(nid) ?? []).filter((z) => z.spec.idx !== int(args[1])), zoneOf(args, ownerOf(nid))]);
  }
  const pgdats: Pgdat[] = [...nodes.keys()].sort((a, b) => a - b).map((nid) => ({
    nid, zones: (zones.get(nid) ?? []).sort((a, b) => a.spec.idx - b.spec.idx), hasMemory: withMemory.has(nid), activate: false, hasThread: false,
  }));
  return { frames, machine: new Machine(frames, pgdats), nodes, ownerOf };
}
