/** Sequences of operations that programs are made of: first touch, work on patterns, shares of a memory. */

import type { Op, PatternSpec, VmaSpec } from '../../engine/system/spec';
import { MAX_DURATION_PS, PS_PER_MS, PS_PER_S } from '../../engine/types';
import { unitsOf, writable } from './memory';

/** All threads wait here until the memory is there. */
const READY = 'memory is there';
/** Accesses between two looks at the time, at most. */
const CHUNK = 100_000;
/** About how long a chunk should take, and an access without thinking. */
const CHUNK_PS = 10 * PS_PER_MS, ACCESS_PS = 100_000;

export const READY_BARRIER: Op = { op: 'barrier', name: READY };

/** One access to every unit; a write where the content can be written. */
export const firstTouch = (vmas: readonly VmaSpec[]): Op[] =>
  vmas.map((v, vma) => ({ op: 'sweep', vma, from: 0, step: 1, count: unitsOf(v), write: writable(v) }));

/** Accesses of one round, so that the time is looked at often enough for slow threads as well. */
export const chunkOf = (thinkPs: number, duty: number): number => Math.max(1, Math.min(CHUNK, Math.round((CHUNK_PS * duty) / (ACCESS_PS + thinkPs))));

/** Again and again up to a simulated time; no run is longer than MAX_DURATION_PS. */
const until = (body: readonly Op[], ps = MAX_DURATION_PS): Op => ({ op: 'repeat', body, until: { kind: 'time', ps } });

export const secondsPs = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : Math.max(1, Math.round(seconds * PS_PER_S)));

/** Patterns in proportion to their pages, up to a simulated time or to the end of the run. */
export function work(patterns: readonly { readonly index: number; readonly spec: PatternSpec; readonly pages: number }[], untilPs: number | undefined, chunk: number): Op[] {
  const [only] = patterns;
  if (only === undefined) return [];
  if (patterns.length === 1 && untilPs === undefined) return [{ op: 'access', pattern: only.index, count: Infinity }];
  const all = patterns.reduce((sum, p) => sum + p.pages, 0);
  const body = patterns.map((p): Op => ({ op: 'access', pattern: p.index, count: Math.max(1, Math.round((chunk * p.pages) / all)) }));
  return [until(body, untilPs)];
}

export interface ShareOptions {
  readonly workers: number;
  readonly layout: 'interleave' | 'block';
  readonly napPs: number;
  /** undefined: to the end of the run. */
  readonly untilPs: number | undefined;
}

/**
 * The program of the recorded runs. Main: touches everything, then lets the workers go.
 * Worker w of T: one write to each unit of its share (units w, w + T, ... or a contiguous T-th), then a nap, again and again.
 */
export function sharesOps(vma: VmaSpec, o: ShareOptions): { readonly main: Op[]; readonly workers: Op[][] } {
  const units = unitsOf(vma), { workers: n } = o;
  const worker = (w: number): Op[] => {
    const from = o.layout === 'interleave' ? w : Math.floor((w * units) / n);
    const count = o.layout === 'interleave' ? Math.ceil((units - w) / n) : Math.floor(((w + 1) * units) / n) - from;
    const body: Op[] = [{ op: 'sweep', vma: 0, from, step: o.layout === 'interleave' ? n : 1, count, write: true }];
    if (o.napPs > 0) body.push({ op: 'sleep', ps: o.napPs });
    return [READY_BARRIER, until(body, o.untilPs)];
  };
  return { main: [...firstTouch([vma]), READY_BARRIER], workers: Array.from({ length: n }, (_, w) => worker(w)) };
}
