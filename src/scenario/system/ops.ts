/** Sequences of operations that programs are made of: first touch, work on patterns, shares of a memory. */

import type { Op, PatternSpec, VmaSpec } from '../../engine/system/spec';
import { MAX_DURATION_PS, PS_PER_MS, PS_PER_S } from '../../engine/types';
import { unitsOf, writable } from './memory';

/** All threads wait here until the memory is there. */
const READY = 'memory is there';
const STOP = 'stop';
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

const within = (seconds: number | undefined): Op & { op: 'repeat' } => ({ op: 'repeat', body: [], until: { kind: 'time', ps: seconds === undefined ? MAX_DURATION_PS : Math.round(seconds * PS_PER_S) } });

/** Patterns in proportion to their units, for some seconds or to the end of the run (no run is longer than a repeat of MAX_DURATION_PS). */
export function work(patterns: readonly { readonly index: number; readonly spec: PatternSpec; readonly pages: number }[], seconds: number | undefined, chunk: number): Op[] {
  const [only] = patterns;
  if (only === undefined) return [];
  if (patterns.length === 1 && seconds === undefined) return [{ op: 'access', pattern: only.index, count: Infinity }];
  const all = patterns.reduce((sum, p) => sum + p.pages, 0);
  const body = patterns.map((p): Op => ({ op: 'access', pattern: p.index, count: Math.max(1, Math.round((chunk * p.pages) / all)) }));
  return [{ ...within(seconds), body }];
}

/** Ops again and again, `cycles` times or to the end of the run. */
export const cycled = (body: readonly Op[], cycles: number | undefined): Op => ({ ...within(undefined), body, ...(cycles === undefined ? {} : { until: { kind: 'times', times: cycles } }) });

export interface ShareOptions {
  readonly workers: number;
  readonly layout: 'interleave' | 'block';
  readonly napPs: number;
  /** undefined: to the end of the run. */
  readonly seconds: number | undefined;
}

/**
 * The program of the recorded runs. Main: touches everything, lets the workers go, stops them after a while.
 * Worker w of T: one write to each unit of its share (units w, w + T, ... or a contiguous T-th), then a nap, until it is stopped.
 */
export function sharesOps(vma: VmaSpec, o: ShareOptions): { readonly main: Op[]; readonly workers: Op[][] } {
  const units = unitsOf(vma), { workers: n } = o;
  const stop: Op[] = o.seconds === undefined ? [] : [{ op: 'sleep', ps: Math.round(o.seconds * PS_PER_S) }, { op: 'signal', flag: STOP }];
  const worker = (w: number): Op[] => {
    const from = o.layout === 'interleave' ? w : Math.floor((w * units) / n);
    const count = o.layout === 'interleave' ? Math.ceil((units - w) / n) : Math.floor(((w + 1) * units) / n) - from;
    const body: Op[] = [{ op: 'sweep', vma: 0, from, step: o.layout === 'interleave' ? n : 1, count, write: true }];
    if (o.napPs > 0) body.push({ op: 'sleep', ps: o.napPs });
    return [READY_BARRIER, { op: 'repeat', body, until: o.seconds === undefined ? { kind: 'time', ps: MAX_DURATION_PS } : { kind: 'flag', flag: STOP } }];
  };
  return { main: [...firstTouch([vma]), READY_BARRIER, ...stop], workers: Array.from({ length: n }, (_, w) => worker(w)) };
}
