/** Machines as short lines of numbers, so that presets take little room in a bundle. Bugs in the data are thrown. */

import type { MachineSpec, MemRange, NodeSpec, ZoneSpec } from '../../engine/machine/spec';
import { EngineBug, type Nid, type Pfn } from '../../engine/types';

/**
 * One line a node: nid, cpus, zones, apart by "|"; zones apart by ";", each "idx start spanned present managed min low high boost free lru
 * holesKnown reserve,...". The last line: ranges apart by ";", each "nid start pages" and "o" (offline) or "r" (reserved).
 */
export function compact(machine: MachineSpec): string {
  const nodes = machine.nodes.map((n) => [n.nid, n.cpus.join(','), n.zones.map((z) => [
    z.idx, z.startPfn, z.spannedPages, z.presentPages, z.managedPages, z.minPages, z.lowPages, z.highPages, z.boostPages, z.freePages, z.lruPages,
    z.holesKnown ? 1 : 0, z.lowmemReservePages.join(','),
  ].join(' ')).join(';')].join('|'));
  const ranges = machine.ranges.map((r) => `${r.nid} ${r.startPfn} ${r.pages}${r.state === 'offline' ? ' o' : r.kind === 'reserved' ? ' r' : ''}`);
  return [...nodes, ranges.join(';')].join('\n');
}

const numbers = (text: string): number[] => (text === '' ? [] : text.split(',').map(Number));

function zoneOf(text: string): ZoneSpec {
  const parts = text.split(' ');
  const [idx, start, spannedPages, presentPages, managedPages, minPages, lowPages, highPages, boostPages, freePages, lruPages, known] = parts.map(Number);
  if (parts.length !== 13) throw new EngineBug(`preset zone "${text}"`);
  return {
    idx, startPfn: start as Pfn, spannedPages, presentPages, managedPages, minPages, lowPages, highPages, boostPages,
    lowmemReservePages: numbers(parts[12]), freePages, lruPages, holesKnown: known === 1,
  };
}

/** The reverse of compact(). */
export function expand(text: string, name: string, source: string): MachineSpec {
  const lines = text.split('\n');
  const nodes = lines.slice(0, -1).map((line): NodeSpec => {
    const [nid, cpus, zones] = line.split('|');
    const list = zones === '' ? [] : zones.split(';').map(zoneOf);
    return { nid: Number(nid) as Nid, cpus: numbers(cpus), hasMemory: list.length > 0, zones: list };
  });
  const ranges = (lines[lines.length - 1] ?? '').split(';').map((r): MemRange => {
    const [nid, start, pages, flag] = r.split(' ');
    return {
      startPfn: Number(start) as Pfn, pages: Number(pages), nid: Number(nid) as Nid, state: flag === 'o' ? 'offline' : 'online',
      ...(flag === 'r' ? { kind: 'reserved' as const } : {}),
    };
  });
  return { name, source, nodes, ranges };
}
