/** From the texts of a machine (zoneinfo, and whatever lies beside it) to a MachineSpec. Never throws for a bad text. */

import { type MachineSpec, type NodeSpec, ZONE_NAMES, type ZoneSpec } from '../../engine/machine/spec';
import type { Nid, Pfn } from '../../engine/types';
import type { DistanceRows } from '../system/distance';
import { checkMachine } from './check';
import { parseBlockSize, parseBlocks, parseDmesg, parseIomem } from './places';
import { placeZones, type Placed, type Places } from './positions';
import type { TextProblem } from './text';
import { parseZoneinfo, type ZoneText } from './zoneinfo';

/** What a machine says of itself; only zoneinfo is needed. */
export interface MachineTexts {
  readonly zoneinfo: string;
  readonly iomem?: string | undefined;
  /** Lines "memoryN state=... node=...", made from /sys/devices/system/memory. */
  readonly memoryBlocks?: string | undefined;
  readonly blockSize?: string | undefined;
  readonly dmesg?: string | undefined;
  /** CPUs by node id, where known. */
  readonly cpus?: ReadonlyMap<number, readonly number[]> | undefined;
  /** NUMA distances, one row a node in ascending order, where known. */
  readonly distance?: DistanceRows | undefined;
}

export type MachineResult =
  | { readonly ok: true; readonly machine: MachineSpec; /** Sentences on what was not known. */ readonly notes: readonly string[] }
  | { readonly ok: false; readonly problems: readonly TextProblem[] };

interface ZoneDraft {
  readonly text: ZoneText;
  readonly idx: number;
}

/** Reads a machine; `name` becomes its name. */
export function readMachine(texts: MachineTexts, name: string): MachineResult {
  const parsed = parseZoneinfo(texts.zoneinfo);
  if (!parsed.ok) return parsed;
  const problems: TextProblem[] = [];
  const fail = (z: ZoneText, message: string): void => void problems.push({ offset: z.offset, length: z.length, message: `Node ${z.nid}, zone ${z.zone}: ${message}` });
  const zones: ZoneDraft[] = [];
  for (const text of parsed.zones) {
    const field = (f: string): number => text.fields.get(f) ?? 0;
    if (field('present') === 0) continue;
    const idx = ZONE_NAMES.findIndex((z) => z === text.zone);
    if (idx < 0) fail(text, `this zone is not modelled; ${ZONE_NAMES.join(', ')} are.`);
    else if (field('present') > field('spanned')) fail(text, `present is ${field('present')}, spanned only ${field('spanned')}.`);
    else zones.push({ text, idx });
  }
  if (problems.length > 0) return { ok: false, problems };
  const places = readPlaces(texts);
  const extents = zones.map(({ text }) => ({
    nid: text.nid, start: text.fields.get('start_pfn') ?? 0, spanned: text.fields.get('spanned') ?? 0, present: text.fields.get('present') ?? 0,
  }));
  const placed = placeZones(extents, places);
  if (placed === undefined) {
    return { ok: false, problems: [{ offset: 0, length: 0, message: 'The zones cannot hold the pages that they say are present: their spans overlap too much.' }] };
  }
  const machine = assemble(texts, name, parsed.zones, zones, places, placed);
  const faults = checkMachine(machine);
  if (faults.length > 0) return { ok: false, problems: faults.map((f) => locate(f.says, parsed.zones)) };
  return { ok: true, machine, notes: notesOn(machine, texts) };
}

function readPlaces(texts: MachineTexts): Places {
  return {
    early: texts.dmesg === undefined ? [] : parseDmesg(texts.dmesg),
    ram: texts.iomem === undefined ? [] : parseIomem(texts.iomem),
    blocks: texts.memoryBlocks === undefined ? [] : parseBlocks(texts.memoryBlocks, parseBlockSize(texts.blockSize)),
  };
}

function locate(says: string, zones: readonly ZoneText[]): TextProblem {
  const m = /^node (\d+)(?:, zone (\S+?))?:/.exec(says);
  const zone = zones.find((z) => z.nid === Number(m?.[1] ?? -1) && (m?.[2] === undefined || z.zone === m[2]));
  return { offset: zone?.offset ?? 0, length: zone?.length ?? 0, message: `${says[0].toUpperCase()}${says.slice(1)}.` };
}

function assemble(
  texts: MachineTexts, name: string, all: readonly ZoneText[], zones: readonly ZoneDraft[], places: Places, placed: Placed,
): MachineSpec {
  const nids = [...new Set(all.map((z) => z.nid))].sort((a, b) => a - b);
  const nodes: NodeSpec[] = nids.map((nid) => {
    const mine = zones.map((z, i) => ({ z, known: placed.known[i] })).filter(({ z }) => z.text.nid === nid).sort((a, b) => a.z.idx - b.z.idx);
    return { nid: nid as Nid, cpus: texts.cpus?.get(nid) ?? [], hasMemory: mine.length > 0, zones: mine.map(({ z, known }) => zoneSpec(z, known)) };
  });
  const from = ['zoneinfo', places.early.length > 0 ? 'dmesg' : '', places.ram.length > 0 ? 'iomem' : '', places.blocks.length > 0 ? 'memory blocks' : ''];
  return {
    name, nodes, source: `Read from ${from.filter((f) => f !== '').join(', ')}.`,
    ranges: placed.ranges.map((r) => ({
      startPfn: r.start as Pfn, pages: r.end - r.start, nid: r.nid as Nid, state: r.kind === 'offline' ? 'offline' : 'online',
      ...(r.kind === 'reserved' ? { kind: 'reserved' as const } : {}),
    })),
  };
}

/** zoneinfo prints min, low and high with the boost in them. */
function zoneSpec({ text, idx }: ZoneDraft, holesKnown: boolean): ZoneSpec {
  const field = (f: string): number => text.fields.get(f) ?? 0;
  const boost = Math.min(field('boost'), field('min'));
  const managed = field('managed'), free = Math.min(field('pages free'), managed);
  return {
    idx, startPfn: field('start_pfn') as Pfn, spannedPages: field('spanned'), presentPages: field('present'), managedPages: managed,
    minPages: field('min') - boost, lowPages: field('low') - boost, highPages: field('high') - boost, boostPages: boost,
    lowmemReservePages: text.protection, freePages: free, lruPages: Math.min(text.lruPages, managed - free), holesKnown,
  };
}

function notesOn(machine: MachineSpec, texts: MachineTexts): string[] {
  const notes: string[] = [];
  const unknown = machine.nodes.flatMap((node) => node.zones.filter((z) => !z.holesKnown).map((z) => `node ${node.nid} ${ZONE_NAMES[z.idx]}`));
  if (unknown.length > 0) {
    const list = unknown.length > 8 ? `${unknown.slice(0, 8).join(', ')} and ${unknown.length - 8} more` : unknown.join(', ');
    notes.push(`The positions of the holes are not known in ${list}: they were put at the end of the span. dmesg, iomem or memory_blocks beside zoneinfo would say them.`);
  }
  if (texts.cpus === undefined) notes.push('The CPUs of the nodes are not known: zoneinfo does not say them.');
  return notes;
}
