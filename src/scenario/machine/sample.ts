/** The forms in which a machine's texts come: one JSON sample with many files in it, or files beside each other. */

import { type DistanceRows, rowsOfTexts } from '../system/distance';
import { MAX_SIDE_BYTES, parseCpuList, type TextProblem } from './text';
import type { MachineTexts } from './read';

/** Reads a file by a name beside the first one; undefined when it is not there. */
export type Beside = (name: string) => Promise<string | undefined>;

/** A sample is JSON: { name, kernel, files: { "/proc/zoneinfo": text, ... } }. */
export const looksLikeSample = (text: string): boolean => /^\s*\{/.test(text);

export type SampleResult =
  | { readonly ok: true; readonly name: string; readonly texts: MachineTexts }
  | { readonly ok: false; readonly problems: readonly TextProblem[] };

const record = (value: unknown): ReadonlyMap<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? new Map<string, unknown>(Object.entries(value)) : undefined;

/** Texts of a JSON sample. */
export function readSample(text: string, fallbackName: string): SampleResult {
  const fail = (message: string): SampleResult => ({ ok: false, problems: [{ offset: 0, length: 0, message }] });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (e) {
    return fail(`The sample is no JSON: ${e instanceof Error ? e.message : String(e)}`);
  }
  const sample = record(value);
  const files = record(sample?.get('files'));
  if (files === undefined) return fail('The sample has no object "files"; {"name": ..., "files": {"/proc/zoneinfo": ...}} is needed.');
  const get = (...names: string[]): string | undefined => {
    for (const name of names) {
      const found = files.get(name);
      if (typeof found === 'string') return found;
    }
    return undefined;
  };
  const zoneinfo = get('/proc/zoneinfo', 'zoneinfo');
  if (zoneinfo === undefined) return fail('The sample has no file "/proc/zoneinfo".');
  const name = sample?.get('name');
  return {
    ok: true, name: typeof name === 'string' && name !== '' ? name.slice(0, 100) : fallbackName,
    texts: {
      zoneinfo, iomem: get('/proc/iomem', 'iomem'), memoryBlocks: get('memory_blocks'), dmesg: get('dmesg_numa', 'dmesg', 'dmesg_oracle'),
      blockSize: get('/sys/devices/system/memory/block_size_bytes', 'block_size_bytes'), cpus: cpusOf(files), distance: distanceOf(files),
    },
  };
}

function cpusOf(files: ReadonlyMap<string, unknown>): Map<number, number[]> | undefined {
  const cpus = new Map<number, number[]>();
  for (const [name, text] of files) {
    const m = /^\/sys\/devices\/system\/node\/node(\d{1,4})\/cpulist$/.exec(name);
    const list = m === null || typeof text !== 'string' ? undefined : parseCpuList(text, 8192);
    if (m !== null && list !== undefined) cpus.set(Number(m[1]), list);
  }
  return cpus.size > 0 ? cpus : undefined;
}

function distanceOf(files: ReadonlyMap<string, unknown>): DistanceRows | undefined {
  const texts = new Map<number, string>();
  for (const [name, text] of files) {
    const m = /^\/sys\/devices\/system\/node\/node(\d{1,4})\/distance$/.exec(name);
    if (m !== null && typeof text === 'string' && text.length <= MAX_SIDE_BYTES) texts.set(Number(m[1]), text);
  }
  return rowsOfTexts(texts);
}

/** Names of the texts beside a zoneinfo file: its own name with "zoneinfo" replaced, in order of trial. */
export function besideNames(zoneinfoName: string): { readonly iomem: string[]; readonly memoryBlocks: string[]; readonly blockSize: string[]; readonly dmesg: string[] } {
  const at = zoneinfoName.lastIndexOf('zoneinfo');
  const named = (word: string): string[] => (at < 0 ? [] : [zoneinfoName.slice(0, at) + word + zoneinfoName.slice(at + 'zoneinfo'.length)]);
  return { iomem: named('iomem'), memoryBlocks: named('memory_blocks'), blockSize: named('block_size_bytes'), dmesg: [...named('dmesg_numa'), ...named('dmesg')] };
}

/** The texts of a zoneinfo file and of what lies beside it. */
export async function gatherTexts(zoneinfo: string, zoneinfoName: string, beside: Beside): Promise<MachineTexts> {
  const names = besideNames(zoneinfoName);
  const first = async (list: readonly string[]): Promise<string | undefined> => {
    for (const name of list) {
      const text = await beside(name);
      if (text !== undefined && text.length <= MAX_SIDE_BYTES) return text;
    }
    return undefined;
  };
  return { zoneinfo, iomem: await first(names.iomem), memoryBlocks: await first(names.memoryBlocks), blockSize: await first(names.blockSize), dmesg: await first(names.dmesg) };
}
