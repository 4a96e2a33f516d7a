/** Reads this machine's own files: /proc/zoneinfo, and what says where its holes and CPUs are. The one thing that only the Node host can do. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineText } from '../platform';

const NODES = '/sys/devices/system/node';
const BLOCKS = '/sys/devices/system/memory';
/** Each block is a folder to be read; a machine with more is read without them. */
const MAX_BLOCKS = 4096;
const MAX_NODES = 1024;

async function read(root: string, path: string): Promise<string | undefined> {
  try {
    return await readFile(join(root, path), 'utf8');
  } catch {
    return undefined;
  }
}

async function list(root: string, path: string, pattern: RegExp): Promise<string[]> {
  try {
    return (await readdir(join(root, path))).filter(name => pattern.test(name));
  } catch {
    return [];
  }
}

/** "memory0 state=online node=0", a line a block; undefined where the kernel has none or too many. */
async function memoryBlocks(root: string): Promise<string | undefined> {
  const names = await list(root, BLOCKS, /^memory\d+$/);
  if (names.length === 0 || names.length > MAX_BLOCKS) return undefined;
  names.sort((a, b) => Number(a.slice(6)) - Number(b.slice(6)));
  const lines = await Promise.all(names.map(async name => {
    const [state, nodes] = await Promise.all([read(root, `${BLOCKS}/${name}/state`), list(root, `${BLOCKS}/${name}`, /^node\d+$/)]);
    const node = nodes[0]?.slice(4);
    return state === undefined || node === undefined ? undefined : `${name} state=${state.trim()} node=${node}`;
  }));
  return lines.some(l => l === undefined) ? undefined : `${lines.join('\n')}\n`;
}

/** Who is not root sees zeros instead of addresses: then it says nothing. */
async function iomem(root: string): Promise<string | undefined> {
  const text = await read(root, '/proc/iomem');
  return text !== undefined && /^\s*0*[1-9a-f][0-9a-f]*-|-0*[1-9a-f][0-9a-f]* :/m.test(text) ? text : undefined;
}

/** A sample: the text of /proc/zoneinfo with what else could be read, as JSON. root is another folder in tests only. */
export async function readMachine(root = '/'): Promise<MachineText> {
  const zoneinfo = await read(root, '/proc/zoneinfo');
  if (zoneinfo === undefined) return { ok: false, text: `This machine has no readable /proc/zoneinfo (${process.platform}).` };
  const nodes = (await list(root, NODES, /^node\d+$/)).slice(0, MAX_NODES);
  const cpus = await Promise.all(nodes.map(async n => [`${NODES}/${n}/cpulist`, await read(root, `${NODES}/${n}/cpulist`)] as const));
  const files = Object.fromEntries([
    ['/proc/zoneinfo', zoneinfo], ['/proc/iomem', await iomem(root)], ['memory_blocks', await memoryBlocks(root)],
    [`${BLOCKS}/block_size_bytes`, await read(root, `${BLOCKS}/block_size_bytes`)], ...cpus,
  ].filter(([, text]) => text !== undefined));
  return { ok: true, text: JSON.stringify({ name: 'this machine', files }) };
}
