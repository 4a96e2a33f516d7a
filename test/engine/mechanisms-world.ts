/** A machine whose scans and walks come at dictated instants, and ways to look into it: for the tests of the migration mechanisms. */

import assert from 'node:assert/strict';
import { ISOLATED, LRU, UNMAPPED } from '../../src/engine/machine/pagestate';
import type { CounterName } from '../../src/engine/observe/counters';
import type { Point } from '../../src/engine/observe/points';
import type { TraceRecord } from '../../src/engine/observe/trace';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import type { WorldSpec } from '../../src/engine/spec';
import type { Migrator, Op, ProcessSpec, SystemSpec, VmaSpec } from '../../src/engine/system/spec';
import { System } from '../../src/engine/system/system';
import type { Vma } from '../../src/engine/mm/vma';
import { PS_PER_MS, PS_PER_S } from '../../src/engine/types';
import { anon, programWorld } from './programs';

export const MS = PS_PER_MS;

/** A world and its machine with programs. */
export class Lab {
  readonly world: World;
  readonly system: System;

  constructor(spec: WorldSpec) {
    const built = buildWorld(spec, { traceRecords: 1 << 20, logRows: 1 << 16 });
    assert.ok(built.ok, built.ok ? '' : built.text);
    this.world = built.world;
    assert.ok(built.world.system instanceof System);
    this.system = built.world.system;
  }

  /** Runs to a time in ms, and lets the checkers look. */
  to(ms: number): this {
    while (this.world.run(ms * MS, 1_000_000, 'time') === 'budget');
    assert.deepEqual(this.violations(), []);
    return this;
  }

  /** Step by step until something holds; fails at a time in ms. */
  until(limitMs: number, holds: () => boolean): this {
    while (!holds()) assert.equal(this.world.run(limitMs * MS, 1, 'time'), 'budget', `not before ${limitMs} ms`);
    return this;
  }

  /** What the checkers say now, and what they have said. */
  violations(): readonly string[] {
    return [...this.system.violations(), ...this.system.check(this.world.threads)];
  }

  /** A counter over all nodes. */
  sum(name: CounterName): number {
    return this.world.machine.nodes.reduce((n, node) => n + this.world.rec.of(node.nid, name), 0);
  }

  /** Every record of a point, oldest first. */
  records(...points: Point[]): TraceRecord[] {
    const { trace } = this.world.rec;
    assert.equal(trace.first, 0, 'the whole trace is kept');
    const found: TraceRecord[] = [];
    for (let n = 0; n < trace.total; n++) {
      const r = trace.get(n);
      if (points.includes(r.point)) found.push(r);
    }
    return found;
  }

  vma(index = 0, process = 0): Vma {
    return this.system.programs.processes[process].vmas[index];
  }

  /** Units of a VMA by the node of their page. */
  at(index = 0, process = 0): Record<number, number> {
    const into = new Int16Array(this.vma(index, process).units);
    this.system.nodesOf(process, index, into);
    const counts: Record<number, number> = {};
    for (const nid of into) counts[nid] = (counts[nid] ?? 0) + 1;
    return counts;
  }

  /** The state of the page of a unit. */
  page(unit: number, index = 0, process = 0): number {
    return this.world.machine.frames.get(this.vma(index, process).pfn[unit]);
  }

  /** Fails unless every page of a VMA lies on the LRU, neither isolated nor unmapped. */
  allOnLru(index = 0, process = 0): void {
    this.system.folios.lru.drainAll();
    for (let u = 0; u < this.vma(index, process).units; u++) assert.equal(this.page(u, index, process) & (LRU | ISOLATED | UNMAPPED), LRU, `unit ${u}`);
  }

  /** What a task has been charged for a cause, ps. */
  paid(name: string, cause: number): number {
    const task = this.system.tasks().find((t) => t.name === name) ?? assert.fail(`no task ${name}`);
    const { byTask, tasks } = this.system.ledger;
    return byTask[task.id * (byTask.length / tasks) + cause];
  }
}

/** Something that a thread does from a time on, in ms. */
export interface Visit {
  readonly atMs: number;
  readonly write?: boolean;
  readonly vma?: number;
  /** Units, all of the VMA when undefined. */
  readonly units?: number;
}

const sweep = (v: Visit, units: number): Op => ({ op: 'sweep', vma: v.vma ?? 0, from: 0, step: 1, count: v.units ?? units, write: v.write ?? true });

/** Units of a mapping. */
const unitsOf = (v: VmaSpec): number => (v.pmdMapped ? Math.ceil(v.pages / 512) : v.pages);

/**
 * A process whose first thread touches its first `touched` mappings at once, on CPU 0 of node 0; `visits[cpu]` are sweeps by a thread on that CPU, at their times. Every thread
 * stays until the end, asleep; `busy` CPUs compute instead, so that a tick can find them.
 */
export function visitors(mappings: readonly VmaSpec[], visits: Readonly<Record<number, readonly Visit[]>>, busy: readonly number[] = [0], touched = mappings.length): ProcessSpec {
  const first: Op[] = mappings.slice(0, touched).map((m, vma) => sweep({ atMs: 0, vma }, unitsOf(m)));
  const cpus = [...new Set([0, ...busy, ...Object.keys(visits).map(Number)])].sort((a, b) => a - b);
  const threads = cpus.map((cpu) => {
    const ops: Op[] = cpu === 0 ? [...first] : [];
    let at = 0;
    for (const v of visits[cpu] ?? []) {
      ops.push(...waitUntil(at, v.atMs, busy.includes(cpu)), sweep(v, unitsOf(mappings[v.vma ?? 0])));
      at = v.atMs;
    }
    ops.push(...waitUntil(0, 3600 * 1000, busy.includes(cpu)));
    return { name: `cpu ${cpu}`, cpu, nice: 0, ops, thinkPs: 0, duty: 1 };
  });
  return { name: 'visitors', vmas: mappings, patterns: [], threads };
}

/** Waits to about a time: a sleep from the last one, or work in pieces of 1 ms until it has come. */
function waitUntil(fromMs: number, toMs: number, busy: boolean): Op[] {
  if (!busy) return [{ op: 'sleep', ps: (toMs - fromMs) * MS }];
  return [{ op: 'repeat', until: { kind: 'time', ps: toMs * MS }, body: [{ op: 'compute', ps: MS }] }];
}

export interface Dictated extends Partial<Omit<SystemSpec, 'given'>> {
  /** Instants of scan passes, ms. */
  readonly scansMs?: readonly number[];
  /** Instants of the walks of node 0, ms; other nodes never walk. */
  readonly walksMs?: readonly number[];
}

/** A machine of `nodes` nodes of 128 MiB with dictated scans and walks. */
export function dictated(migrator: Migrator, nodes: number, processes: readonly ProcessSpec[], more: Dictated = {}): WorldSpec {
  const { scansMs = [], walksMs = [], ...rest } = more;
  const walksPs = new Map(Array.from({ length: nodes }, (_, nid) => [nid, nid === 0 ? walksMs.map((ms) => ms * MS) : []] as const));
  return programWorld(migrator, nodes, processes, { given: { scansPs: scansMs.map((ms) => ms * MS), walksPs }, ...rest }, 10);
}

/** 217 pages of node 0, scanned at 100 ms, written by CPU 1 of node 1 at 200 ms, walked at 300 ms. */
export function onceOver(migrator: Migrator, pages = 217, mapping: Partial<VmaSpec> = {}, visit: Partial<Visit> = {}, more: Dictated = {}): Lab {
  return new Lab(dictated(migrator, 2, [visitors([anon(pages, mapping)], { 1: [{ atMs: 200, ...visit }] })], { scansMs: [100], walksMs: [300], ...more }));
}

export const S = PS_PER_S;
