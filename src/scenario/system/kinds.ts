/** Each kind of program as mappings, patterns and threads. */

import type { Op, PatternSpec, RecordedAccesses, ThreadSpec, VmaSpec } from '../../engine/system/spec';
import { PS_PER_MS } from '../../engine/types';
import type { JsonPath } from '../file/nodes';
import type { ProgramOf } from '../file/programformat';
import { grouped } from '../units';
import { type Built, type Context, chunkFor, homeCpu, mustWrite, over, paceOf, patternKind, threadsAfterTouch, writeShareOf } from './build';
import type { Pinned } from './cpus';
import { mappings, unitsOf } from './memory';
import { secondsPs, sharesOps, work } from './ops';

type Drawn = ProgramOf<'uniform'> | ProgramOf<'zipf'> | ProgramOf<'hotset'> | ProgramOf<'stream'>;

/** uniform, zipf, hotset, stream: all threads on one distribution, or each streaming through a share of its own. */
export function drawnProgram(p: Drawn, at: JsonPath, ctx: Context): Built | undefined {
  const vmas = mappings(p, p.size, at, ctx.places);
  const writeShare = writeShareOf(p.writeShare, vmas, at, ctx.places);
  const pins = ctx.cpus.pinAll(p, at);
  const home = homeCpu(p.home, pins, at, ctx);
  if (home === undefined || ctx.places.failed) return undefined;
  const kind = patternKind(p), chunk = chunkFor(p);
  const shareOf = shares(p.split ?? (p.kind === 'stream' ? 'thread' : 'none'), pins, ctx), n = Math.max(...shareOf) + 1;
  const short = vmas.find((v) => unitsOf(v) < n);
  if (short !== undefined) {
    ctx.places.fail([...at, 'size'], `${grouped(unitsOf(short))} units are too few for ${grouped(n)} shares; more memory or "split": "none" is allowed`);
    return undefined;
  }
  const parts = Array.from({ length: n }, (_, i) => over(vmas, kind, writeShare, i * vmas.length, i / n, (i + 1) / n));
  const ops = parts.map((list) => work(list, secondsPs(p.untilSeconds), chunk));
  return { vmas, patterns: parts.flatMap((list) => list.map((x) => x.spec)), threads: threadsAfterTouch(vmas, pins, home, p, (i) => ops[shareOf[i] ?? 0] ?? []) };
}

/** Index of the share of each thread. */
function shares(split: 'none' | 'node' | 'thread', pins: readonly Pinned[], { cpus }: Context): number[] {
  if (split === 'none') return pins.map(() => 0);
  if (split === 'thread') return pins.map((_, i) => i);
  const nodes = [...new Set(pins.map((p) => cpus.nodeOf(p.cpu)))];
  return pins.map((p) => nodes.indexOf(cpus.nodeOf(p.cpu)));
}

/** Phases of a run that are written out, at most; each takes some memory for every thread. */
const MAX_ROUNDS = 20_000;

/** One pattern after the other on the simulated clock: the first one begins at time 0 and has the first touch in it. */
export function phasesProgram(p: ProgramOf<'phases'>, at: JsonPath, ctx: Context): Built | undefined {
  const vmas = mappings(p, p.size, at, ctx.places);
  const pins = ctx.cpus.pinAll(p, at);
  const home = homeCpu(p.home, pins, at, ctx);
  const patterns: PatternSpec[] = [];
  const phases = p.phases.map((phase, i) => {
    const here = [...at, 'phases', i];
    const writeShare = writeShareOf(phase.writeShare, vmas, here, ctx.places);
    const parts = over(vmas, patternKind(phase), writeShare, patterns.length, phase.fromShare ?? 0, phase.toShare ?? 1);
    if (parts.length === 0) ctx.places.fail([...here, 'toShare'], `the part from ${phase.fromShare ?? 0} to ${phase.toShare ?? 1} of the memory holds no page; a larger part is needed`);
    patterns.push(...parts.map((x) => x.spec));
    return { parts, ps: secondsPs(phase.seconds) ?? 0 };
  });
  const cyclePs = phases.reduce((sum, x) => sum + x.ps, 0);
  const cycles = Math.min(p.cycles ?? Infinity, Math.ceil(ctx.durationPs / cyclePs));
  if (cycles * phases.length > MAX_ROUNDS) ctx.places.fail([...at, 'phases'], `${grouped(cycles * phases.length)} phases fit into the run; up to ${grouped(MAX_ROUNDS)} are allowed, so longer phases or fewer cycles are needed`);
  if (home === undefined || ctx.places.failed) return undefined;
  const ops: Op[] = [];
  let endPs = 0;
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const { parts, ps } of phases) ops.push(...work(parts, endPs += ps, chunkFor(p)));
  }
  return { vmas, patterns, threads: threadsAfterTouch(vmas, pins, home, p, () => ops) };
}

/** Producers write the buffer from one end to the other, consumers read the same buffer. */
export function producerConsumer(p: ProgramOf<'producerConsumer'>, at: JsonPath, ctx: Context): Built | undefined {
  const vmas = mappings(p, p.size, at, ctx.places);
  mustWrite(vmas, at, ctx.places);
  const pins = [...ctx.cpus.pinAll({ threads: p.producers }, at, 'producers'), ...ctx.cpus.pinAll({ threads: p.consumers }, at, 'consumers')];
  const home = homeCpu(p.home, pins, at, ctx);
  if (home === undefined || ctx.places.failed) return undefined;
  const writes = over(vmas, { kind: 'stream' }, 1, 0), reads = over(vmas, { kind: 'stream' }, 0, writes.length);
  const chunk = chunkFor(p), produce = work(writes, secondsPs(p.untilSeconds), chunk), consume = work(reads, secondsPs(p.untilSeconds), chunk);
  const threads = threadsAfterTouch(vmas, pins, home, p, (i) => (i < p.producers.length ? produce : consume));
  const extra = threads.length - pins.length;
  return {
    vmas, patterns: [...writes, ...reads].map((x) => x.spec),
    threads: threads.map((t, i) => (i < extra ? t : { ...t, name: i - extra < p.producers.length ? `producer ${i - extra}` : `consumer ${i - extra - p.producers.length}` })),
  };
}

/** The program of the recorded runs. */
export function sharesProgram(p: ProgramOf<'shares'>, at: JsonPath, ctx: Context): Built | undefined {
  const vmas = mappings(p, p.size, at, ctx.places);
  mustWrite(vmas, at, ctx.places);
  const pins = ctx.cpus.pinAll(p, at);
  const home = homeCpu(p.home, pins, at, ctx);
  const [vma] = vmas;
  if (home === undefined || vma === undefined || ctx.places.failed) return undefined;
  if (unitsOf(vma) < pins.length) {
    ctx.places.fail([...at, 'size'], `${grouped(unitsOf(vma))} units are too few for ${grouped(pins.length)} threads with a share each`);
    return undefined;
  }
  const { thinkPs, duty } = paceOf(p);
  const ops = sharesOps(vma, { workers: pins.length, layout: p.layout ?? 'interleave', napPs: Math.round((p.napMs ?? 20) * PS_PER_MS), untilPs: secondsPs(p.untilSeconds) });
  const main: ThreadSpec = { name: 'main', cpu: p.home === undefined ? home : ctx.cpus.ofNode(p.home)[0] ?? home, nice: 0, ops: ops.main, thinkPs: 0, duty };
  return { vmas, patterns: [], threads: [main, ...pins.map((pin, i): ThreadSpec => ({ name: `worker ${i}`, cpu: pin.cpu, nice: pin.nice, ops: ops.workers[i] ?? [], thinkPs, duty }))] };
}

/** Lives on one node from its first touch on. */
export function localProgram(p: ProgramOf<'local'>, at: JsonPath, ctx: Context): Built | undefined {
  const vmas = mappings(p, p.size, at, ctx.places);
  const writeShare = writeShareOf(p.writeShare, vmas, at, ctx.places);
  const wrong = ctx.cpus.lacks(p.node);
  if (wrong !== undefined) {
    ctx.places.fail([...at, 'node'], wrong);
    return undefined;
  }
  const pins = ctx.cpus.pinAll({ threadsOnNode: new Map([[p.node, p.threadCount ?? 1]]) }, at);
  const home = homeCpu(undefined, pins, at, ctx);
  if (home === undefined || ctx.places.failed) return undefined;
  const shared = over(vmas, { kind: 'uniform' }, writeShare, 0), ops = work(shared, secondsPs(p.untilSeconds), chunkFor(p));
  return { vmas, patterns: shared.map((x) => x.spec), threads: threadsAfterTouch(vmas, pins, home, p, () => ops) };
}

/** A trace with the size of the memory that it touches. */
export interface ReplayedTrace {
  readonly accesses: RecordedAccesses;
  readonly vma: VmaSpec;
}

/** Replays a trace on one thread. */
export function recordedProgram(p: ProgramOf<'recorded'>, trace: ReplayedTrace, at: JsonPath, ctx: Context): Built | undefined {
  const vmas = [trace.vma];
  if (trace.accesses.writes.includes(1)) mustWrite(vmas, at, ctx.places);
  const pins = ctx.cpus.pinAll(p, at);
  if (pins.length > 1) ctx.places.fail([...at, p.threads === undefined ? 'threadsOnNode' : 'threads'], `${pins.length} threads stand here; a trace is replayed by one thread ("processes" makes copies)`);
  const home = homeCpu(p.home, pins, at, ctx);
  if (home === undefined || ctx.places.failed) return undefined;
  const loop = p.loop ?? true;
  const pattern: PatternSpec = { vma: 0, from: 0, units: unitsOf(trace.vma), writeShare: 0, kind: { kind: 'recorded', accesses: trace.accesses, loop } };
  const ops: Op[] = [{ op: 'access', pattern: 0, count: loop ? Infinity : trace.accesses.units.length }];
  return { vmas, patterns: [pattern], threads: threadsAfterTouch(vmas, pins, home, p, () => ops) };
}
