/**
 * Which PFNs of each zone are present, offline or reserved, from what the texts say. Sections and struct pages as in mm/mm_init.c and
 * include/linux/mmzone.h of 6.12: in a section that has memory at boot every PFN is valid, and its holes are reserved pages.
 */

import { SECTION_PAGES } from '../../engine/types';
import { placeLow } from './placement';
import type { BlockRun, NodeRun } from './places';
import { type Run, both, clip, minus, normalise, pagesIn } from './runs';

/** One populated zone as zoneinfo has it. */
export interface ZoneExtent {
  readonly nid: number;
  readonly start: number;
  readonly spanned: number;
  readonly present: number;
}

/** The side texts, read; empty where there are none. */
export interface Places {
  /** From dmesg: exact, with nodes, boot memory only. */
  readonly early: readonly NodeRun[];
  /** From iomem: exact, without nodes, hot-added memory too. */
  readonly ram: readonly Run[];
  /** From sysfs: whole blocks, with nodes and state. */
  readonly blocks: readonly BlockRun[];
}

export interface PlacedRange extends NodeRun {
  readonly kind: 'present' | 'offline' | 'reserved';
}

export interface Placed {
  /** For each zone: whether its holes are where the machine has them. */
  readonly known: readonly boolean[];
  /** Sorted, disjoint. */
  readonly ranges: readonly PlacedRange[];
}

interface Evidence {
  /** Present memory with its node, or -1. */
  readonly runs: readonly NodeRun[];
  /** Boot memory in PFN order, for the holes inside its sections. */
  readonly boot: readonly NodeRun[];
  readonly offline: readonly NodeRun[];
}

const sectionsOf = (runs: readonly Run[]): Run[] => normalise(runs.map((r) => ({
  start: Math.floor(r.start / SECTION_PAGES) * SECTION_PAGES, end: Math.ceil(r.end / SECTION_PAGES) * SECTION_PAGES,
})));
const withNid = (runs: readonly Run[], nid: number): NodeRun[] => runs.map((r) => ({ ...r, nid }));

function gather(places: Places): Evidence {
  const offline = places.blocks.filter((b) => !b.online);
  const gone = normalise(offline);
  const online = places.blocks.filter((b) => b.online);
  const without = (runs: readonly NodeRun[]): NodeRun[] => runs.flatMap((r) => withNid(minus([{ start: r.start, end: r.end }], gone), r.nid));
  if (places.early.length > 0) {
    const boot = [...places.early].sort((a, b) => a.start - b.start);
    const sections = sectionsOf(boot);
    const added: readonly NodeRun[] = online.length > 0 ? online : withNid(normalise(places.ram), -1);
    const later = added.flatMap((r) => withNid(minus([{ start: r.start, end: r.end }], sections), r.nid));
    return { runs: without([...boot, ...later]), boot, offline };
  }
  if (places.ram.length > 0) {
    const ram = withNid(normalise(places.ram), -1);
    return { runs: without(ram), boot: ram, offline };
  }
  return { runs: online, boot: [], offline };
}

/** What the evidence gives to each zone; undefined where it does not add up to what the zone says of itself. */
function claim(zones: readonly ZoneExtent[], runs: readonly NodeRun[]): (Run[] | undefined)[] {
  const collected = new Map<number, Run[]>();
  for (const r of runs) {
    const list = collected.get(r.nid);
    if (list === undefined) collected.set(r.nid, [r]);
    else list.push(r);
  }
  const byNid = new Map([...collected].map(([nid, list]) => [nid, normalise(list)]));
  const anonymous = byNid.get(-1) ?? [];
  const spans = zones.map((z) => ({ start: z.start, end: z.start + z.spanned, nid: z.nid }));
  return zones.map((z, i) => {
    const { start, end } = spans[i];
    if (z.spanned === z.present) return [{ start, end }];
    const foreign = anonymous.length === 0 ? [] : normalise(spans.filter((s) => s.nid !== z.nid && s.start < end && s.end > start));
    const mine = normalise([...clip(byNid.get(z.nid) ?? [], start, end), ...minus(clip(anonymous, start, end), foreign)]);
    return pagesIn(mine) === z.present ? mine : undefined;
  });
}

/** Holes inside sections with boot memory: reserved pages of the node of the memory that follows, or of the last one before the section's end. */
function unavailable(boot: readonly NodeRun[]): NodeRun[] {
  const sections = sectionsOf(boot);
  const out: NodeRun[] = [];
  let at = 0;
  for (const r of boot) {
    if (r.start > at) out.push(...withNid(clip(sections, at, r.start), r.nid));
    at = Math.max(at, r.end);
  }
  const last = boot[boot.length - 1];
  if (last !== undefined) out.push(...withNid(clip(sections, at, Math.ceil(at / SECTION_PAGES) * SECTION_PAGES), last.nid));
  return out;
}

/** Undefined when the zones cannot hold what they say is present. */
export function placeZones(zones: readonly ZoneExtent[], places: Places): Placed | undefined {
  const evidence = gather(places);
  const claimed = claim(zones, evidence.runs);
  const ranges: PlacedRange[] = [];
  claimed.forEach((runs, i) => runs?.forEach((r) => ranges.push({ ...r, nid: zones[i].nid, kind: 'present' })));
  const spans = normalise(zones.map((z) => ({ start: z.start, end: z.start + z.spanned })));
  const offline = normalise(evidence.offline);
  const unsure = zones.map((_, i) => i).filter((i) => claimed[i] === undefined);
  if (unsure.length > 0) {
    const wanted = unsure.map((i) => ({ start: zones[i].start, end: zones[i].start + zones[i].spanned, count: zones[i].present }));
    // where blocks are listed, memory lies in those that are online
    const outside = places.blocks.length === 0 ? [] : minus(spans, normalise(places.blocks));
    const placed = placeLow(wanted, normalise([...ranges, ...offline, ...outside])) ?? placeLow(wanted, normalise(ranges));
    if (placed === undefined) return undefined;
    placed.forEach((runs, k) => runs.forEach((r) => ranges.push({ ...r, nid: zones[unsure[k]].nid, kind: 'present' })));
  }
  const nodeAt = (pfn: number): number => zones.find((z) => pfn >= z.start && pfn < z.start + z.spanned)?.nid ?? -1;
  const add = (runs: readonly NodeRun[], kind: PlacedRange['kind']): void => {
    const taken = normalise(ranges);
    for (const r of runs) {
      for (const free of minus(clip(spans, r.start, r.end), taken)) {
        const nid = r.nid >= 0 ? r.nid : nodeAt(r.start) >= 0 ? nodeAt(r.start) : nodeAt(free.start);
        ranges.push({ ...free, nid, kind });
      }
    }
  };
  add(evidence.offline, 'offline');
  const guessed = normalise(unsure.map((i) => ({ start: zones[i].start, end: zones[i].start + zones[i].spanned })));
  const holes = unavailable(evidence.boot);
  const knownSpans = minus(spans, guessed);
  add(holes.flatMap((h) => withNid(both([{ start: h.start, end: h.end }], knownSpans), h.nid >= 0 ? h.nid : nodeAt(h.end))), 'reserved');
  return { known: claimed.map((c) => c !== undefined), ranges: joined(ranges) };
}

/** Sorted, neighbours of one node and kind joined. */
function joined(ranges: readonly PlacedRange[]): PlacedRange[] {
  const out: { start: number; end: number; nid: number; kind: PlacedRange['kind'] }[] = [];
  for (const r of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = out[out.length - 1];
    if (last !== undefined && last.end === r.start && last.nid === r.nid && last.kind === r.kind) last.end = r.end;
    else out.push({ ...r });
  }
  return out;
}
