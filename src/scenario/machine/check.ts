/** The rules that every machine keeps, wherever it comes from: checked once, before a world is made of it. */

import { MAX_PFN } from '../../engine/types';
import { type MachineSpec, type NodeSpec, ZONE_NAMES } from '../../engine/machine/spec';

/** A broken rule: where in the MachineSpec, and a sentence. */
export interface MachineFault {
  readonly at: readonly (string | number)[];
  readonly says: string;
}

const n = (value: number): string => value.toLocaleString('en-US');

/** [] when the machine keeps the rules. */
export function checkMachine(machine: MachineSpec): MachineFault[] {
  const faults: MachineFault[] = [];
  const nids = new Set<number>();
  machine.nodes.forEach((node, i) => {
    if (nids.has(node.nid)) faults.push({ at: ['nodes', i, 'nid'], says: `node ${node.nid} stands here a second time; each node is listed once` });
    nids.add(node.nid);
    checkZones(node, i, faults);
  });
  if (!machine.nodes.some((node) => node.zones.length > 0)) faults.push({ at: ['nodes'], says: 'no node has memory; at least one zone with present pages is needed' });
  if (faults.length === 0) checkRanges(machine, nids, faults);
  return faults;
}

function checkZones(node: NodeSpec, i: number, faults: MachineFault[]): void {
  node.zones.forEach((zone, z) => {
    const fail = (field: string, says: string): void => void faults.push({ at: ['nodes', i, 'zones', z, field], says: `node ${node.nid}, zone ${ZONE_NAMES[zone.idx]}: ${says}` });
    const end = zone.startPfn + zone.spannedPages;
    if (zone.presentPages < 1) fail('presentPages', 'no page is present; leave the zone out');
    if (end > MAX_PFN) fail('spannedPages', `the zone ends at PFN ${n(end)}; PFNs are below ${n(MAX_PFN)} (16 TiB)`);
    if (zone.presentPages > zone.spannedPages) fail('presentPages', `${n(zone.presentPages)} pages are present; the span has only ${n(zone.spannedPages)}`);
    if (zone.managedPages > zone.presentPages) fail('managedPages', `${n(zone.managedPages)} pages are managed; only ${n(zone.presentPages)} are present`);
    if (zone.freePages > zone.managedPages) fail('freePages', `${n(zone.freePages)} pages are free; only ${n(zone.managedPages)} are managed`);
    else if (zone.freePages + zone.lruPages > zone.managedPages) fail('lruPages', `free and LRU pages are ${n(zone.freePages + zone.lruPages)} together; only ${n(zone.managedPages)} are managed`);
    if (zone.minPages > zone.lowPages || zone.lowPages > zone.highPages) fail('lowPages', `the watermarks are ${n(zone.minPages)}, ${n(zone.lowPages)}, ${n(zone.highPages)}; min <= low <= high is needed`);
    node.zones.forEach((other, o) => {
      if (o <= z) return;
      if (other.idx === zone.idx) faults.push({ at: ['nodes', i, 'zones', o], says: `node ${node.nid}: zone ${ZONE_NAMES[zone.idx]} stands here a second time` });
      else if (other.startPfn < end && zone.startPfn < other.startPfn + other.spannedPages) {
        faults.push({ at: ['nodes', i, 'zones', o, 'startPfn'], says: `node ${node.nid}: zones ${ZONE_NAMES[zone.idx]} and ${ZONE_NAMES[other.idx]} overlap; zones of one node that overlap (kernelcore=mirror) are not modelled` });
      }
    });
  });
}

function checkRanges(machine: MachineSpec, nids: ReadonlySet<number>, faults: MachineFault[]): void {
  let end = 0;
  const present = new Map<object, number>();
  machine.ranges.forEach((range, i) => {
    const fail = (field: string, says: string): void => void faults.push({ at: ['ranges', i, field], says });
    if (range.startPfn < end) fail('startPfn', `PFN ${n(range.startPfn)} stands here, but the range before ends at ${n(end)}; ranges are sorted and do not overlap`);
    end = Math.max(end, range.startPfn + range.pages);
    if (end > MAX_PFN) fail('pages', `the range ends at PFN ${n(end)}; PFNs are below ${n(MAX_PFN)}`);
    if (!nids.has(range.nid)) fail('nid', `node ${range.nid} stands here; the machine has no such node`);
    if (range.state === 'offline' || range.kind === 'reserved') return;
    let inZones = 0;
    for (const zone of machine.nodes.find((node) => node.nid === range.nid)?.zones ?? []) {
      const pages = Math.min(range.startPfn + range.pages, zone.startPfn + zone.spannedPages) - Math.max(range.startPfn, zone.startPfn);
      if (pages <= 0) continue;
      present.set(zone, (present.get(zone) ?? 0) + pages);
      inZones += pages;
    }
    if (inZones !== range.pages) fail('pages', `${n(range.pages - inZones)} pages of node ${range.nid} lie in none of its zones; online pages belong to a zone`);
  });
  machine.nodes.forEach((node, i) => node.zones.forEach((zone, z) => {
    const pages = present.get(zone) ?? 0;
    if (pages !== zone.presentPages) faults.push({ at: ['nodes', i, 'zones', z, 'presentPages'], says: `node ${node.nid}, zone ${ZONE_NAMES[zone.idx]}: ${n(zone.presentPages)} pages are present, but the ranges have ${n(pages)}` });
  }));
}
