/** Benchmarks of worlds with programs: simulated time against time of the host, how far a run came in it, and what a page takes. Run by `npm run bench`. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import { PS_PER_S } from '../../src/engine/types';
import { loadScenario } from '../../src/scenario/load';
import { type Figure, plainRead } from './engine';

/** A run is broken off after so much CPU time of the host: what it reached by then stands in the figure's name. */
const CPU_LIMIT_MS = 60_000;
const LOCAL_GOAL = 0.9;

/** Nodes of so many GiB each and so many CPUs, in a row; every distance between two is 21. */
function machine(nodes: number, gib: number, cpus: number): object {
  return {
    name: `${nodes} x ${gib} GiB`, source: 'Made up for a benchmark.',
    nodes: Array.from({ length: nodes }, (_, nid) => ({
      nid, cpus: Array.from({ length: cpus }, (_, c) => nid * cpus + c), zones: [{ zone: 'Normal', startPfn: `${4 + nid * gib} GiB`, spannedPages: `${gib} GiB` }],
    })),
  };
}

async function open(nodes: number, gib: number, cpus: number, migrator: string, programs: readonly object[]): Promise<World> {
  const distance = Array.from({ length: nodes }, (_, from) => Array.from({ length: nodes }, (_, to) => (from === to ? 10 : 21)));
  const text = JSON.stringify({ schemaVersion: 1, name: 'bench', machine: machine(nodes, gib, cpus), system: { migrator, distance }, programs, seed: 1, durationSeconds: 3600 });
  const read = await loadScenario(text, () => Promise.resolve(undefined));
  if (!read.ok) throw new Error(read.problems[0]?.message);
  const built = buildWorld(read.spec);
  if (!built.ok) throw new Error(built.text);
  return built.world;
}

interface Run {
  readonly world: World;
  readonly hostMs: number;
  /** The same without what other processes took. */
  readonly cpuMs: number;
  readonly simS: number;
  /** Share of the accesses of the last simulated second that were local. */
  readonly local: number;
  /** Simulated second in which 90 % was reached, or -1. */
  readonly reachedS: number;
}

/** Runs up to a number of simulated seconds, to the limit of the host's time, or until 90 % is local for the first time where that is asked for. */
function run(world: World, seconds: number, untilLocal: boolean): Run {
  let hostMs = 0, cpuMs = 0, simS = 0, accesses = 0, localAccesses = 0, local = 0, reachedS = -1;
  for (let s = 1; s <= seconds && cpuMs < CPU_LIMIT_MS && reachedS < 0; s++) {
    const begin = performance.now(), usage = process.cpuUsage();
    world.run(s * PS_PER_S, Infinity, 'time');
    hostMs += performance.now() - begin;
    const { user, system } = process.cpuUsage(usage);
    cpuMs += (user + system) / 1000;
    simS = s;
    const p = world.system?.progress();
    if (p === undefined || p.accesses === accesses) continue;
    local = (p.localAccesses - localAccesses) / (p.accesses - accesses);
    accesses = p.accesses;
    localAccesses = p.localAccesses;
    // the first second is first touches, all of them local
    if (untilLocal && s > 1 && local >= LOCAL_GOAL && touchedAll(world)) reachedS = s;
  }
  return { world, hostMs, cpuMs, simS, local, reachedS };
}

/** Whether no page of the first process waits for its first touch any more, but for one in a hundred. */
function touchedAll(world: World): boolean {
  const pages = world.spec.system?.processes[0].vmas[0].pages ?? 0;
  return touched(world) >= pages * 0.99;
}

function touched(world: World): number {
  const process = world.spec.system?.processes[0];
  if (process === undefined || world.system === undefined) return 0;
  const nodes = new Int16Array(process.vmas[0].pages);
  world.system.nodesOf(0, 0, nodes);
  return nodes.reduce((n, nid) => (nid === -1 ? n : n + 1), 0);
}

/** Counted since the begin, by a second of CPU time of the host, and what the run would be there without other processes. */
function rates(r: Run): string {
  const sum = (name: 'numa_pte_updates' | 'numa_hint_faults'): number => r.world.machine.nodes.reduce((n, node) => n + r.world.rec.of(node.nid, name), 0);
  const perS = (n: number): string => `${((n / r.cpuMs) * 1000 / 1e6).toFixed(2)} M`;
  return `${perS(r.world.steps)} steps/s, ${perS(sum('numa_pte_updates'))} PTE updates/s, ${perS(sum('numa_hint_faults'))} hint faults/s; ${((r.simS * 1000) / r.cpuMs).toFixed(2)} x by CPU time`;
}

function reached(r: Run): string {
  const share = `${(r.local * 100).toFixed(1)} % local in the last second`;
  return r.reachedS >= 0 ? `90 % local after ${r.reachedS} s` : `90 % local NOT reached in ${r.simS} s simulated: ${share}`;
}

/** Bytes in use by objects and typed arrays after a collection. */
function bytesInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const ratio = (r: Run): number => (r.simS * 1000) / r.hostMs;

async function manyThreads(migrator: 'sync' | 'kmigrated-v1'): Promise<Figure[]> {
  const before = bytesInUse();
  const world = await open(4, 64, 16, migrator, [
    { name: 'zipf', kind: 'zipf', size: '16 GiB', home: 0, threadsOnNode: { 0: 16, 1: 16, 2: 16, 3: 16 }, split: 'thread', s: 0.99, writeShare: 0.2 },
  ]);
  const r = run(world, 60, true);
  const pages = Math.max(1, touched(world));
  return [
    { name: `64 threads, 16 GiB, 4 nodes of 64 GiB, ${migrator}: ${reached(r)}; ${rates(r)}`, value: ratio(r), unit: 'x real time', goal: 10 },
    { name: `memory of that world by touched page (${pages} pages)`, value: (bytesInUse() - before) / pages, unit: 'bytes' },
  ];
}

async function oneThread(): Promise<Figure> {
  const world = await open(4, 64, 16, 'kmigrated-v1', [{ name: 'zipf', kind: 'zipf', size: '16 GiB', home: 0, threadsOnNode: { 1: 1 }, s: 0.99, writeShare: 0.2 }]);
  const r = run(world, 60, false);
  return { name: `one thread over 16 GiB, kmigrated-v1, ${r.simS} s simulated; ${rates(r)}`, value: ratio(r), unit: 'x real time', goal: 100 };
}

async function idle(): Promise<Figure> {
  const world = await open(4, 256, 16, 'kmigrated-v1', []);
  const r = run(world, 3600, false);
  const passes = world.threads.reduce((n, t) => n + t.passes, 0);
  if (passes === 0) throw new Error('an idle machine walks all the same');
  return { name: `idle machine of 1 TiB under v1, ${r.simS} s simulated, ${passes} passes`, value: ratio(r), unit: 'x real time', goal: 1000 };
}

/** The same program on machines of 16 GiB and of 1 TiB: it touches the same pages, so that the CPU time should be the same. */
async function growth(): Promise<Figure> {
  const times: number[] = [];
  const pages: number[] = [];
  for (const gib of [4, 256]) {
    const runs: number[] = [];
    for (let i = 0; i < 3; i++) {
      const world = await open(4, gib, 2, 'kmigrated-v1', [{ name: 'zipf', kind: 'zipf', size: '256 MiB', home: 0, threadsOnNode: { 0: 1, 1: 1, 2: 1, 3: 1 }, split: 'thread', s: 0.99, writeShare: 0.2 }]);
      runs.push(run(world, 10, false).cpuMs);
      if (i === 0) pages.push(touched(world));
    }
    times.push(Math.min(...runs));
  }
  const value = times[1] / times[0] / (pages[1] / pages[0]);
  return { name: `growth from 16 GiB to 1 TiB at the same work, CPU time by touched page (${times.map((t) => t.toFixed(0)).join(' and ')} ms, ${pages.join(' and ')} pages)`, value, unit: 'times', goal: 1.25 };
}

/** Everything, in order. */
export async function systemFigures(): Promise<Figure[]> {
  const calibration = { name: 'calibration of this run: a plain read of 256 MiB', value: plainRead(2 ** 28), unit: 'ms' };
  return [calibration, ...await manyThreads('sync'), ...await manyThreads('kmigrated-v1'), await oneThread(), await idle(), await growth()];
}
