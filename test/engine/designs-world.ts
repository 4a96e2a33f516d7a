/** Small machines on which a deferred design runs: for the tests of the designs. */

import assert from 'node:assert/strict';
import type { Design } from '../../src/engine/designs/design';
import { DEFERRED_DEFAULTS, type DeferredKind, type DeferredOptions } from '../../src/engine/designs/options';
import type { CounterName } from '../../src/engine/observe/counters';
import type { WorldSpec } from '../../src/engine/spec';
import { NUMA_BALANCING_DEFAULTS, type Op, type ProcessSpec, type VmaSpec } from '../../src/engine/system/spec';
import { type Dictated, type Lab, MS, dictated, visitors } from './mechanisms-world';
import { anon, programWorld } from './programs';

/** The options of a design, some of them changed. */
export function options<K extends DeferredKind>(kind: K, more: Partial<Extract<DeferredOptions, { kind: K }>> = {}): Extract<DeferredOptions, { kind: K }> {
  return { ...DEFERRED_DEFAULTS[kind], ...more };
}

/** The design of a machine, as its class. */
export function designOf<T extends Design>(lab: Lab, kind: new (...args: never[]) => T): T {
  const design = lab.system.deferred?.design;
  assert.ok(design instanceof kind);
  return design;
}

/** `pages` pages of node 0, scanned at the given times by CPU 0, written by CPU 1 of node 1 at the given times, in ms; both CPUs stay busy, so ticks find them. */
export function pair(deferred: DeferredOptions, pages: number, more: Dictated = {}, mapping: Partial<VmaSpec> = {}, visitsMs: readonly number[] = [200]): WorldSpec {
  const process = visitors([anon(pages, mapping)], { 1: visitsMs.map((atMs) => ({ atMs })) }, [0, 1]);
  return dictated(deferred.kind, 3, [process], { deferred, scansMs: [100], ...more });
}

/** Computes until a time, in ms. */
export const until = (ms: number): Op => ({ op: 'repeat', until: { kind: 'time', ps: ms * MS }, body: [{ op: 'compute', ps: MS }] });

/** Zipf accesses (s = 0.99) by two threads of node 1 to memory that node 0 touched first. */
export function zipf(deferred: DeferredOptions | 'sync' | 'none', seconds: number, pages = 4000, more: Parameters<typeof programWorld>[3] = {}): WorldSpec {
  const thread = (name: string, cpu: number, ops: readonly Op[]): ProcessSpec['threads'][number] => ({ name, cpu, nice: 0, ops, thinkPs: 200_000, duty: 1 });
  const touch: Op = { op: 'sweep', vma: 0, from: 0, step: 1, count: pages, write: true };
  const work: Op[] = [{ op: 'barrier', name: 'start' }, { op: 'access', pattern: 0, count: Infinity }];
  const process: ProcessSpec = {
    name: 'zipf', vmas: [anon(pages)], patterns: [{ vma: 0, from: 0, units: pages, writeShare: 0.3, kind: { kind: 'zipf', s: 0.99, shuffled: true } }],
    threads: [thread('first', 0, [touch, { op: 'barrier', name: 'start' }, { op: 'sleep', ps: 3600e12 }]), thread('worker', 1, work)],
  };
  const kind = typeof deferred === 'string' ? deferred : deferred.kind;
  const numaBalancing = { ...NUMA_BALANCING_DEFAULTS, scanPeriodMinMs: 100, scanDelayMs: 100 };
  return programWorld(kind, 2, [process], { numaBalancing, ...(typeof deferred === 'string' ? {} : { deferred }), ...more }, seconds);
}

/** Several counters over all nodes. */
export function sums<N extends CounterName>(lab: Lab, ...names: readonly N[]): Record<N, number> {
  const out: Partial<Record<N, number>> = {};
  for (const name of names) out[name] = lab.sum(name);
  return out as Record<N, number>;
}
