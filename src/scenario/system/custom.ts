/** Programs written out in full: mappings, patterns and the operations of each thread, with every index checked. */

import type { Op, PatternSpec, ThreadSpec, Until, VmaSpec } from '../../engine/system/spec';
import { MAX_DURATION_PS, PS_PER_MS } from '../../engine/types';
import type { JsonPath } from '../file/nodes';
import type { OpFile } from '../file/opformat';
import type { CustomPattern, ProgramOf } from '../file/programformat';
import { grouped } from '../units';
import { type Built, type Context, paceOf, patternKind, writeShareOf } from './build';
import { mappings, unitsOf, writable } from './memory';
import { secondsPs } from './ops';

/** What the operations of a thread may refer to. */
interface Names {
  readonly vmas: readonly VmaSpec[];
  readonly patterns: readonly PatternSpec[];
  readonly flags: ReadonlySet<string>;
  /** Mappings that this thread has unmapped so far. */
  readonly gone: Set<number>;
  readonly inRepeat: boolean;
}

export function customProgram(p: ProgramOf<'custom'>, at: JsonPath, ctx: Context): Built | undefined {
  const vmas = p.vmas.flatMap((v, i) => mappings(v, v.size, [...at, 'vmas', i], ctx.places, v.name ?? `memory ${i}`));
  const patterns = (p.patterns ?? []).flatMap((x, i) => patternOf(x, vmas, [...at, 'patterns', i], ctx) ?? []);
  if (ctx.places.failed) return undefined;
  const flags = new Set(p.threads.flatMap((t) => flagsOf(t.ops)));
  const threads = p.threads.flatMap((t, i): ThreadSpec[] => {
    const here = [...at, 'threads', i];
    const pin = ctx.cpus.pin(t, here);
    const ops = opsOf(t.ops, { vmas, patterns, flags, gone: new Set(), inRepeat: false }, [...here, 'ops'], ctx);
    return pin === undefined ? [] : [{ name: `thread ${i}`, cpu: pin.cpu, nice: pin.nice, ops, ...paceOf(t) }];
  });
  return ctx.places.failed ? undefined : { vmas, patterns, threads };
}

function flagsOf(ops: readonly OpFile[]): string[] {
  return ops.flatMap((o) => (o.op === 'signal' ? [o.flag] : o.op === 'repeat' ? flagsOf(o.body) : []));
}

function within(vma: number, vmas: readonly VmaSpec[], at: JsonPath, { places }: Context): VmaSpec | undefined {
  const found = vmas[vma];
  if (found === undefined) places.fail([...at, 'vma'], `there is no mapping ${vma}; ${vmas.length === 0 ? 'none stands in vmas' : `0 to ${vmas.length - 1} can be used`}`);
  return found;
}

function patternOf(p: CustomPattern, vmas: readonly VmaSpec[], at: JsonPath, ctx: Context): PatternSpec | undefined {
  const vma = within(p.vma, vmas, at, ctx);
  if (vma === undefined) return undefined;
  const from = p.from ?? 0, all = unitsOf(vma), units = p.units ?? all - from;
  if (units < 1 || from + units > all) {
    ctx.places.fail([...at, p.units === undefined ? 'from' : 'units'], `the part ends at unit ${grouped(from + units)}; the mapping has ${grouped(all)} (${vma.pmdMapped ? 'PMDs of 2 MiB' : 'pages'})`);
    return undefined;
  }
  return { vma: p.vma, from, units, writeShare: writeShareOf(p.writeShare, [vma], at, ctx.places), kind: patternKind(p) };
}

const opsOf = (ops: readonly OpFile[], names: Names, at: JsonPath, ctx: Context): Op[] => ops.flatMap((o, i) => opOf(o, names, [...at, i], ctx) ?? []);

function opOf(o: OpFile, names: Names, at: JsonPath, ctx: Context): Op | undefined {
  switch (o.op) {
    case 'sweep': return sweepOf(o, names, at, ctx);
    case 'access': return accessOf(o, names, at, ctx);
    case 'sleep': return { op: 'sleep', ps: Math.max(1, Math.round(o.ms * PS_PER_MS)) };
    case 'compute': return { op: 'compute', ps: Math.max(1, Math.round((o.us * PS_PER_MS) / 1000)) };
    case 'awaitHintFaults': return { op: 'awaitHintFaults', atLeast: o.atLeast, pollPs: Math.round((o.pollMs ?? 2) * PS_PER_MS) };
    case 'unmap': return unmapOf(o, names, at, ctx);
    case 'repeat': {
      const until = untilOf(o, names, at, ctx);
      return until === undefined ? undefined : { op: 'repeat', body: opsOf(o.body, { ...names, inRepeat: true }, [...at, 'body'], ctx), until };
    }
    default: return o;
  }
}

/** Whether a mapping is still there for this thread; a problem is reported when it is not. */
function there(vma: number, names: Names, at: JsonPath, { places }: Context): boolean {
  if (names.gone.has(vma)) places.fail(at, `mapping ${vma} was unmapped by this thread before; the kernel would kill the process (SIGSEGV)`);
  return !names.gone.has(vma);
}

function accessOf(o: Extract<OpFile, { op: 'access' }>, names: Names, at: JsonPath, ctx: Context): Op | undefined {
  const pattern = names.patterns[o.pattern];
  if (pattern === undefined) {
    ctx.places.fail([...at, 'pattern'], `there is no pattern ${o.pattern}; ${names.patterns.length === 0 ? 'none stands in patterns' : `0 to ${names.patterns.length - 1} can be used`}`);
    return undefined;
  }
  return there(pattern.vma, names, [...at, 'pattern'], ctx) ? { op: 'access', pattern: o.pattern, count: o.count ?? Infinity } : undefined;
}

function unmapOf(o: Extract<OpFile, { op: 'unmap' }>, names: Names, at: JsonPath, ctx: Context): Op | undefined {
  if (names.inRepeat) ctx.places.fail(at, 'unmap stands in a repeat; a mapping can go only once');
  if (within(o.vma, names.vmas, at, ctx) === undefined || !there(o.vma, names, [...at, 'vma'], ctx)) return undefined;
  names.gone.add(o.vma);
  return { op: 'unmap', vma: o.vma };
}

function sweepOf(o: Extract<OpFile, { op: 'sweep' }>, names: Names, at: JsonPath, ctx: Context): Op | undefined {
  const vma = within(o.vma, names.vmas, at, ctx);
  if (vma === undefined || !there(o.vma, names, [...at, 'vma'], ctx)) return undefined;
  const from = o.from ?? 0, step = o.step ?? 1, units = unitsOf(vma), count = o.count ?? Math.ceil((units - from) / step), write = o.write ?? false;
  if (count < 1 || from + (count - 1) * step >= units) {
    ctx.places.fail([...at, o.count === undefined ? 'from' : 'count'], `the sweep ends at unit ${grouped(from + Math.max(0, count - 1) * step)}; the mapping has ${grouped(units)} (${vma.pmdMapped ? 'PMDs of 2 MiB' : 'pages'})`);
    return undefined;
  }
  if (write && !writable(vma)) ctx.places.fail([...at, 'write'], 'true stands here; clean and read-only files are only read');
  return { op: 'sweep', vma: o.vma, from, step, count, write };
}

function untilOf(o: Extract<OpFile, { op: 'repeat' }>, names: Names, at: JsonPath, ctx: Context): Until | undefined {
  const { times, untilSeconds, flag } = o;
  const given = [times, untilSeconds, flag].filter((x) => x !== undefined).length;
  if (given > 1) {
    ctx.places.fail(at, `${given} of times, untilSeconds and flag stand here; at most one of them is allowed`);
    return undefined;
  }
  if (!moves(o.body)) {
    ctx.places.fail([...at, 'body'], 'a round of this repeat takes no time at all; an access, a sweep, a sleep or some computing in it is needed');
    return undefined;
  }
  if (flag !== undefined && !names.flags.has(flag)) {
    ctx.places.fail([...at, 'flag'], `no thread of the process raises the flag "${flag}"; leave the end out for a repeat to the end of the run`);
    return undefined;
  }
  return times !== undefined ? { kind: 'times', times } : flag !== undefined ? { kind: 'flag', flag } : { kind: 'time', ps: secondsPs(untilSeconds) ?? MAX_DURATION_PS };
}

/** Whether a round advances time, so that no repeat spins in one instant. */
const moves = (ops: readonly OpFile[]): boolean => ops.some((o) => ['sweep', 'access', 'sleep', 'compute'].includes(o.op) || (o.op === 'repeat' && moves(o.body)));
