/** Machines written out in a scenario file, both ways: nodes and zones with defaults to a MachineSpec, and a MachineSpec to plain JSON. */

import { type MachineSpec, type MemRange, type NodeSpec, ZONE_DEVICE, ZONE_MOVABLE, ZONE_NAMES, type ZoneSpec } from '../../engine/machine/spec';
import type { Nid, Pfn } from '../../engine/types';
import type { InlineMachine } from '../file/format';
import { placeLow } from './placement';

type InlineZone = NonNullable<InlineMachine['nodes'][number]['zones']>[number];

/** min_free_kbytes of a machine by itself: 4 * sqrt(low memory in KiB), 128 KiB to 256 MiB (init_per_zone_wmark_min()). */
export function minFreePages(managedPages: number): number {
  return Math.floor(Math.min(Math.max(Math.floor(Math.sqrt(managedPages * 4 * 16)), 128), 262_144) / 4);
}

/** min, low and high of a zone as __setup_per_zone_wmarks() sets them with watermark_scale_factor 10. */
export function watermarks(zoneManaged: number, lowmemManaged: number, movable: boolean): { readonly min: number; readonly low: number; readonly high: number } {
  const share = lowmemManaged === 0 ? 0 : Math.floor((minFreePages(lowmemManaged) * zoneManaged) / lowmemManaged);
  const min = movable ? Math.min(Math.max(Math.floor(zoneManaged / 1024), 32), 128) : share;
  const step = Math.max(Math.floor(share / 4), Math.floor((zoneManaged * 10) / 10_000));
  return { min, low: min + step, high: min + 2 * step };
}

/** A MachineSpec, or undefined when the zones cannot hold what they say is present. */
export function inlineMachine(file: InlineMachine, fallbackName: string): MachineSpec | undefined {
  const managed = (z: InlineZone): number => z.managedPages ?? z.presentPages ?? z.spannedPages;
  const all = file.nodes.flatMap((n) => n.zones ?? []);
  const lowmem = all.filter((z) => z.zone !== 'Movable' && z.zone !== 'Device').reduce((sum, z) => sum + managed(z), 0);
  const given = file.ranges;
  const nodes: NodeSpec[] = file.nodes.map((n) => ({
    nid: n.nid as Nid, cpus: n.cpus ?? [], hasMemory: (n.zones ?? []).length > 0,
    zones: (n.zones ?? []).map((z) => zoneSpec(z, lowmem, given !== undefined)).sort((a, b) => a.idx - b.idx),
  }));
  const ranges = given === undefined ? lowRanges(nodes) : given.map((r): MemRange => ({
    startPfn: r.startPfn as Pfn, pages: r.pages, nid: r.nid as Nid, state: r.state ?? 'online', ...(r.kind === undefined ? {} : { kind: r.kind }),
  }));
  return ranges === undefined ? undefined : { name: file.name ?? fallbackName, source: file.source ?? 'Written out in the scenario.', nodes, ranges };
}

function zoneSpec(z: InlineZone, lowmem: number, hasRanges: boolean): ZoneSpec {
  const idx = ZONE_NAMES.findIndex((x) => x === z.zone);
  const present = z.presentPages ?? z.spannedPages, managed = z.managedPages ?? present;
  const marks = watermarks(managed, lowmem, idx === ZONE_MOVABLE || idx === ZONE_DEVICE);
  const min = z.minPages ?? marks.min, low = z.lowPages ?? min + (marks.low - marks.min);
  const lru = z.lruPages ?? 0;
  return {
    idx, startPfn: z.startPfn as Pfn, spannedPages: z.spannedPages, presentPages: present, managedPages: managed,
    minPages: min, lowPages: low, highPages: z.highPages ?? low + (marks.high - marks.low), boostPages: z.boostPages ?? 0,
    lowmemReservePages: z.lowmemReservePages ?? ZONE_NAMES.map(() => 0), freePages: z.freePages ?? Math.max(0, managed - lru), lruPages: lru,
    holesKnown: z.holesKnown ?? (hasRanges || present === z.spannedPages),
  };
}

function lowRanges(nodes: readonly NodeSpec[]): MemRange[] | undefined {
  const zones = nodes.flatMap((node) => node.zones.map((zone) => ({ node, zone })));
  const placed = placeLow(zones.map(({ zone: z }) => ({ start: z.startPfn, end: z.startPfn + z.spannedPages, count: z.presentPages })), []);
  return placed?.flatMap((runs, i) => runs.map((r): MemRange => ({ startPfn: r.start as Pfn, pages: r.end - r.start, nid: zones[i].node.nid, state: 'online' })))
    .sort((a, b) => a.startPfn - b.startPfn);
}

/** The machine as the file writes it: everything said, so that it reads back as the same MachineSpec. */
export function inlineOf(machine: MachineSpec): InlineMachine {
  return {
    name: machine.name, source: machine.source,
    nodes: machine.nodes.map((n) => ({
      nid: n.nid, cpus: [...n.cpus],
      zones: n.zones.map((z) => ({
        zone: ZONE_NAMES[z.idx], startPfn: z.startPfn, spannedPages: z.spannedPages, presentPages: z.presentPages, managedPages: z.managedPages,
        minPages: z.minPages, lowPages: z.lowPages, highPages: z.highPages, boostPages: z.boostPages, lowmemReservePages: [...z.lowmemReservePages],
        freePages: z.freePages, lruPages: z.lruPages, holesKnown: z.holesKnown,
      })),
    })),
    ranges: machine.ranges.map((r) => ({ startPfn: r.startPfn, pages: r.pages, nid: r.nid, state: r.state, ...(r.kind === undefined ? {} : { kind: r.kind }) })),
  };
}
