/** Numbers and times as the tree, the status bar and CodeLenses write them: thousands with commas, seconds to the millisecond. */

import type { NodeModel, RunState, ThreadModel, ZoneModel } from '../protocol/messages';

const PS_PER_MS = 1e9;
const PAGES_PER_MIB = 256;

export function integer(n: number): string {
  return String(Math.trunc(n)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "10.008 s": milliseconds are what tells two wake-ups apart, and more digits would flicker. */
export function seconds(ps: number): string {
  const ms = Math.floor(ps / PS_PER_MS);
  return `${integer(Math.floor(ms / 1000))}.${String(ms % 1000).padStart(3, '0')} s`;
}

export function memory(pages: number): string {
  const mib = pages / PAGES_PER_MIB;
  if (mib < 1) return `${integer(pages * 4)} KiB`;
  if (mib < 1024) return `${integer(Math.round(mib))} MiB`;
  const gib = mib / 1024;
  if (gib < 1024) return `${Number(gib.toFixed(1))} GiB`;
  return `${Number((gib / 1024).toFixed(2))} TiB`;
}

/** [0,1,2,5] as "0-2, 5". */
export function cpuList(cpus: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < cpus.length; i++) {
    const first = cpus[i] ?? 0;
    let last = first;
    while (cpus[i + 1] === last + 1) last = cpus[++i] ?? last;
    parts.push(first === last ? `${first}` : `${first}–${last}`);
  }
  return parts.join(', ');
}

export function nodeText(node: NodeModel): string {
  const pages = node.zones.reduce((sum, z) => sum + z.presentPages, 0);
  const cpus = node.cpus.length === 0 ? 'no CPU' : `CPU ${cpuList(node.cpus)}`;
  return `${cpus} · ${pages === 0 ? 'no memory' : memory(pages)}`;
}

export function zoneText(zone: ZoneModel): string {
  return zone.spannedPages === 0 ? 'empty' : `${integer(zone.startPfn)}–${integer(zone.startPfn + zone.spannedPages - 1)}`;
}

/** What a thread is doing, in the words of the tree. */
export function threadText(t: ThreadModel): string {
  switch (t.phase) {
    case 'asleep': return t.wakePs >= 0 ? `asleep until ${seconds(t.wakePs)}` : 'asleep';
    case 'walking': return t.cursorPfn >= 0 ? `walking at PFN ${integer(t.cursorPfn)}` : 'walking';
    case 'collecting': return `batch ${t.held}/${t.batchFolios}`;
    case 'unmapping': return `unmapping ${t.held} folios`;
    case 'flushing': return `flushing TLBs for ${t.held} folios`;
    case 'moving': return `moving ${t.moved}/${t.held}`;
    case 'dead': return 'dead: NULL pgdat dereferenced';
    case 'none': return 'no thread';
  }
}

export function stateText(state: RunState): string {
  switch (state) {
    case 'running': return 'running';
    case 'paused': return 'paused';
    case 'finished': return 'finished';
    case 'halted': return 'halted';
  }
}

/** None of them turns: a moving icon would redraw the window for ever. */
export const STATE_ICONS: Readonly<Record<RunState, string>> = {
  running: '$(play)', paused: '$(debug-pause)', finished: '$(check)', halted: '$(error)',
};

/** Reads a PFN as a person types it: decimal with or without commas, or hex with 0x; undefined when it is neither. */
export function parsePfn(text: string): number | undefined {
  const t = text.trim().replace(/[,_\s]/g, '');
  if (!/^(0x[0-9a-f]{1,9}|\d{1,10})$/i.test(t)) return undefined;
  const pfn = Number(t);
  return pfn < 2 ** 32 ? pfn : undefined;
}
