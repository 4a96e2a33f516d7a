/** Where memory lies, from the texts that say it: dmesg (early ranges), /proc/iomem (System RAM), memory blocks of sysfs. */

import { MAX_NUMNODES, MAX_PFN } from '../../engine/types';
import { MAX_SIDE_BYTES } from './text';
import type { Run } from './runs';

/** A run whose node is known, or -1. */
export interface NodeRun extends Run {
  readonly nid: number;
}

/** One memory block: memoryN of /sys/devices/system/memory. */
export interface BlockRun extends NodeRun {
  readonly online: boolean;
}

const PAGE = 4096n;
const MAX_RUNS = 100_000;
const page = (bytes: bigint): number => Number(bytes / PAGE > BigInt(MAX_PFN) ? BigInt(MAX_PFN) : bytes / PAGE);
const lines = (text: string): string[] => text.slice(0, MAX_SIDE_BYTES).split('\n', MAX_RUNS);

/** Whole pages of an inclusive range of bytes, as memblock rounds them: the start up, the end down. */
const inward = (from: string, to: string): Run => ({ start: page(BigInt(`0x${from}`) + PAGE - 1n), end: page(BigInt(`0x${to}`) + 1n) });

/** The lines "node   0: [mem 0x... - 0x...]" after "Early memory node ranges" of a boot log; [] when there are none. */
export function parseDmesg(text: string): NodeRun[] {
  const out: NodeRun[] = [];
  let inside = false;
  for (const line of lines(text)) {
    if (/Early memory node ranges/.test(line)) {
      inside = true;
      out.length = 0;
      continue;
    }
    if (!inside) continue;
    const m = /\bnode\s+(\d+):\s+\[mem 0x([0-9a-f]{1,16})-0x([0-9a-f]{1,16})\]/i.exec(line);
    if (m === null) inside = false;
    else if (Number(m[1]) < MAX_NUMNODES) out.push({ ...inward(m[2], m[3]), nid: Number(m[1]) });
  }
  return out.filter((r) => r.end > r.start);
}

/** "System RAM" of /proc/iomem at any depth; [] when there is none or when the addresses are hidden from who read it (all zero). */
export function parseIomem(text: string): Run[] {
  const out: Run[] = [];
  for (const line of lines(text)) {
    const m = /^\s*([0-9a-f]{1,16})-([0-9a-f]{1,16}) : System RAM\b/i.exec(line);
    if (m !== null) out.push(inward(m[1], m[2]));
  }
  return out.filter((r) => r.end > r.start);
}

/** Lines "memory32 state=online valid_zones=Movable node=0"; blockBytes from block_size_bytes, 128 MiB where it is not known. */
export function parseBlocks(text: string, blockBytes: number): BlockRun[] {
  const pages = blockBytes / 4096;
  const out: BlockRun[] = [];
  for (const line of lines(text)) {
    const m = /^\s*memory(\d{1,7})\s+(?:\S+\s+)*?state=([a-z-]+)/.exec(line);
    if (m === null) continue;
    const node = /\bnode=(\d{1,4})\b/.exec(line);
    const start = Number(m[1]) * pages;
    if (start + pages > MAX_PFN) continue;
    out.push({ start, end: start + pages, nid: node === null || Number(node[1]) >= MAX_NUMNODES ? -1 : Number(node[1]), online: m[2] !== 'offline' });
  }
  return out.sort((a, b) => a.start - b.start).filter((b, i, all) => i === 0 || b.start >= all[i - 1].end);
}

export const DEFAULT_BLOCK_BYTES = 128 * 1024 * 1024;

/** block_size_bytes of sysfs: hexadecimal without prefix. Anything else gives the default. */
export function parseBlockSize(text: string | undefined): number {
  const m = /^\s*(?:0x)?([0-9a-f]{1,12})\s*$/i.exec(text ?? '');
  const bytes = m === null ? 0 : parseInt(m[1], 16);
  return bytes >= 4096 && Number.isInteger(bytes / 4096) ? bytes : DEFAULT_BLOCK_BYTES;
}
