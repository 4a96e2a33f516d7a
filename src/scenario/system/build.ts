/** Parts that the kinds of programs have in common: patterns over mappings, and threads that begin with the first touch. */

import type { Op, PatternSpec, ThreadSpec, VmaSpec } from '../../engine/system/spec';
import { PS_PER_NS, PS_PER_S } from '../../engine/types';
import type { JsonPath, Places } from '../file/nodes';
import { HOT_ACCESSES, HOT_SHARE, ZIPF_S } from '../file/patternformat';
import type { Cpus, Pinned } from './cpus';
import { unitsOf, writable } from './memory';
import { READY_BARRIER, chunkOf, firstTouch } from './ops';

export const WRITE_SHARE = 0.2;

/** A process without its name. */
export interface Built {
  readonly vmas: readonly VmaSpec[];
  readonly patterns: readonly PatternSpec[];
  readonly threads: readonly ThreadSpec[];
}

export interface Context {
  readonly cpus: Cpus;
  readonly places: Places;
  /** Length of the run. */
  readonly durationPs: number;
}

export type PatternKind = PatternSpec['kind'];
type DrawnKind = { readonly kind: string; readonly s?: number; readonly shuffled?: boolean; readonly hotShare?: number; readonly hotAccesses?: number; readonly moveSeconds?: number };

/** The engine's form of uniform, zipf, hotset and stream. */
export function patternKind(p: DrawnKind): PatternKind {
  switch (p.kind) {
    case 'zipf': return { kind: 'zipf', s: p.s ?? ZIPF_S, shuffled: p.shuffled ?? true };
    case 'hotset': return { kind: 'hotset', hotShare: p.hotShare ?? HOT_SHARE, hotAccesses: p.hotAccesses ?? HOT_ACCESSES, movePs: Math.round((p.moveSeconds ?? 0) * PS_PER_S) };
    case 'stream': return { kind: 'stream' };
    default: return { kind: 'uniform' };
  }
}

/** The share of writes, checked against what the content allows. */
export function writeShareOf(given: number | undefined, vmas: readonly VmaSpec[], at: JsonPath, places: Places): number {
  const may = vmas.every(writable);
  if (!may && (given ?? 0) > 0) places.fail([...at, 'writeShare'], `${given} stands here; clean and read-only files are only read, so 0 is allowed (a write makes page cache dirty: "dirty file")`);
  return given ?? (may ? WRITE_SHARE : 0);
}

/** Programs that write by their nature. */
export function mustWrite(vmas: readonly VmaSpec[], at: JsonPath, places: Places): void {
  if (!vmas.every(writable)) places.fail([...at, 'content'], 'this program writes to its memory; "anonymous" or "dirty file" is allowed');
}

/** Patterns over a part [from, to) of each mapping, with the pages that they stand for; empty parts are left out. */
export function over(vmas: readonly VmaSpec[], kind: PatternKind, writeShare: number, base: number, from = 0, to = 1): { readonly index: number; readonly spec: PatternSpec; readonly pages: number }[] {
  const parts = vmas.map((v, vma) => {
    const units = unitsOf(v), first = Math.floor(units * from), count = Math.floor(units * to) - first;
    return { spec: { vma, from: first, units: count, writeShare, kind }, pages: count * (v.pages / units) };
  });
  return parts.filter((p) => p.spec.units > 0).map((p, i) => ({ ...p, index: base + i }));
}

export interface Pace {
  readonly thinkNs?: number;
  readonly duty?: number;
}

export const paceOf = (p: Pace): { readonly thinkPs: number; readonly duty: number } => ({ thinkPs: Math.round((p.thinkNs ?? 0) * PS_PER_NS), duty: p.duty ?? 1 });
export const chunkFor = (p: Pace): number => chunkOf(paceOf(p).thinkPs, p.duty ?? 1);

/** Where the first touch happens; undefined after a problem was reported. */
export function homeCpu(home: number | undefined, pins: readonly Pinned[], at: JsonPath, { cpus, places }: Context): number | undefined {
  const first = pins[0];
  if (first === undefined) return undefined;
  if (home === undefined) return first.cpu;
  const wrong = cpus.lacks(home);
  if (wrong !== undefined) {
    places.fail([...at, 'home'], wrong);
    return undefined;
  }
  return cpus.nodeOf(first.cpu) === home ? first.cpu : cpus.ofNode(home)[0];
}

/**
 * Threads that work once all memory was touched from the home CPU: by the first of them where it runs there and does not think, else by
 * a thread "main" that ends afterwards.
 */
export function threadsAfterTouch(vmas: readonly VmaSpec[], pins: readonly Pinned[], home: number, pace: Pace, workOf: (thread: number) => readonly Op[]): ThreadSpec[] {
  const { thinkPs, duty } = paceOf(pace);
  const touch = firstTouch(vmas);
  const alone = pins[0]?.cpu === home && thinkPs === 0;
  const main: ThreadSpec[] = alone ? [] : [{ name: 'main', cpu: home, nice: 0, ops: [...touch, READY_BARRIER], thinkPs: 0, duty }];
  const workers = pins.map((pin, i): ThreadSpec => {
    const begin = i > 0 || !alone ? [READY_BARRIER] : pins.length > 1 ? [...touch, READY_BARRIER] : touch;
    return { name: `worker ${i}`, cpu: pin.cpu, nice: pin.nice, ops: [...begin, ...workOf(i)], thinkPs, duty };
  });
  return [...main, ...workers];
}
