/**
 * `machine FILE`: the zones of a machine, one a line. FILE is a copy of /proc/zoneinfo, a JSON sample { name, files }, or a directory.
 * Beside a zoneinfo file the texts that say where holes are (iomem, memory_blocks, block_size_bytes, dmesg_numa or dmesg) are read when
 * they have its name with "zoneinfo" replaced: /proc/zoneinfo and /proc/iomem, host1-zoneinfo.txt and host1-dmesg.txt.
 */

import { type MachineSpec, type NodeSpec, ZONE_NAMES, type ZoneSpec } from '../engine/machine/spec';
import { readMachine } from '../scenario/machine/read';
import { gatherTexts, looksLikeSample, readSample } from '../scenario/machine/sample';

export interface MachineIo {
  /** Text of a file; throws or rejects when it cannot be read. */
  read(path: string): string | Promise<string>;
  out(line: string): void;
  err(line: string): void;
}

const USAGE = 'usage: machine FILE      a copy of /proc/zoneinfo, a JSON sample with it, or a directory that holds a file zoneinfo';
/** Tried in a directory, in this order. */
const IN_DIRECTORY = ['zoneinfo', 'zoneinfo.txt', 'proc/zoneinfo', 'proc-zoneinfo'];

/** Exit status: 0 printed, 1 the file is no machine, 2 wrong usage. */
export async function machineCommand(args: readonly string[], io: MachineIo): Promise<number> {
  const [path, ...rest] = args;
  if (path === undefined || rest.length > 0 || path.startsWith('--')) {
    io.err(path === '--help' ? USAGE : `machine takes one file. ${USAGE}`);
    return path === '--help' ? 0 : 2;
  }
  const file = await find(path, io);
  if (typeof file === 'string') {
    io.err(file);
    return 1;
  }
  const sample = looksLikeSample(file.text) ? readSample(file.text, file.name) : undefined;
  if (sample?.ok === false) {
    for (const p of sample.problems) io.err(`${file.path}: ${p.message}`);
    return 1;
  }
  const slash = Math.max(file.path.lastIndexOf('/'), file.path.lastIndexOf('\\')) + 1;
  const texts = sample?.texts ?? await gatherTexts(file.text, file.path.slice(slash), async (name) => {
    const beside = await attempt(file.path.slice(0, slash) + name, io);
    return beside.ok ? beside.text : undefined;
  });
  const result = readMachine(texts, sample?.name ?? file.name);
  if (!result.ok) {
    for (const p of result.problems) io.err(`${file.path}:${lineOf(texts.zoneinfo, p.offset)}: ${p.message}`);
    return 1;
  }
  for (const line of machineLines(result.machine)) io.out(line);
  for (const note of result.notes) io.out(`note: ${note}`);
  return 0;
}

const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

type Attempt = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

async function attempt(path: string, io: MachineIo): Promise<Attempt> {
  try {
    return { ok: true, text: await io.read(path) };
  } catch (e) {
    return { ok: false, why: e instanceof Error ? e.message : String(e) };
  }
}

interface Found {
  readonly path: string;
  readonly name: string;
  readonly text: string;
}

async function find(path: string, io: MachineIo): Promise<Found | string> {
  const name = path.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, '') || path;
  const direct = await attempt(path, io);
  if (direct.ok) return { path, name, text: direct.text };
  for (const inside of IN_DIRECTORY) {
    const at = `${path.replace(/[/\\]+$/, '')}/${inside}`;
    const found = await attempt(at, io);
    if (found.ok) return { path: at, name, text: found.text };
  }
  return `${path} cannot be read (${direct.why}), and it is no directory with ${IN_DIRECTORY.join(', ')}.`;
}

const COLUMNS = ['node', 'zone', 'start', 'spanned', 'present', 'managed', 'min', 'low', 'high', 'holes'] as const;

/** A header, a line a zone, a line for each node without memory. Watermarks as zoneinfo shows them, boost included. */
export function machineLines(machine: MachineSpec): string[] {
  const table: string[][] = [[...COLUMNS]];
  for (const node of machine.nodes) {
    if (node.zones.length === 0) table.push([String(node.nid), '-', '-', '0', '0', '0', '-', '-', '-', 'no memory']);
    for (const zone of node.zones) {
      table.push([
        String(node.nid), ZONE_NAMES[zone.idx], String(zone.startPfn), String(zone.spannedPages), String(zone.presentPages), String(zone.managedPages),
        ...[zone.minPages, zone.lowPages, zone.highPages].map((p) => String(p + zone.boostPages)), holes(machine, node, zone),
      ]);
    }
  }
  const widths = COLUMNS.map((_, c) => Math.max(...table.map((row) => row[c].length)));
  const last = COLUMNS.length - 1;
  return table.map((row) => row.map((cell, c) => (c === last ? cell : c === 1 ? cell.padEnd(widths[c]) : cell.padStart(widths[c]))).join('  '));
}

const MAX_LISTED = 6;

/** "11008: 65536-75775 reserved, ..." with first and last PFN of each; "262176 position unknown". */
function holes(machine: MachineSpec, node: NodeSpec, zone: ZoneSpec): string {
  const missing = zone.spannedPages - zone.presentPages;
  if (missing === 0) return '0';
  if (!zone.holesKnown) return `${missing} position unknown`;
  const parts = gaps(machine, node, zone);
  const shown = parts.slice(0, MAX_LISTED).map((p) => `${p.start === p.end - 1 ? p.start : `${p.start}-${p.end - 1}`}${p.what === '' ? '' : ` ${p.what}`}`);
  return `${missing}: ${shown.join(', ')}${parts.length > MAX_LISTED ? ` and ${parts.length - MAX_LISTED} more` : ''}`;
}

interface Gap {
  readonly start: number;
  readonly end: number;
  /** "" for no struct page. */
  readonly what: string;
}

/** What lies in a zone's span and is not present in it. */
function gaps(machine: MachineSpec, node: NodeSpec, zone: ZoneSpec): Gap[] {
  const out: Gap[] = [];
  const end = zone.startPfn + zone.spannedPages;
  let at: number = zone.startPfn;
  for (const r of machine.ranges) {
    const from = Math.max(r.startPfn, zone.startPfn), to = Math.min(r.startPfn + r.pages, end);
    if (from >= to) continue;
    if (from > at) out.push({ start: at, end: from, what: '' });
    const what = r.nid !== node.nid ? `of node ${r.nid}` : r.state === 'offline' ? 'offline' : r.kind === 'reserved' ? 'reserved' : undefined;
    if (what !== undefined) out.push({ start: from, end: to, what });
    at = to;
  }
  if (at < end) out.push({ start: at, end, what: '' });
  return out;
}
