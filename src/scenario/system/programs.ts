/** The programs of a scenario as processes, with the limits that concern all of them together. */

import type { MachineSpec } from '../../engine/machine/spec';
import type { Op, ProcessSpec, VmaSpec } from '../../engine/system/spec';
import type { RegionSpec } from '../../engine/workload/spec';
import type { SideFileReader } from '../api';
import type { JsonPath, Places } from '../file/nodes';
import { MAX_COPIES, MAX_THREADS, type ProgramFile } from '../file/programformat';
import { sparePages } from '../machine/spare';
import { grouped } from '../units';
import type { Built, Context } from './build';
import { Cpus } from './cpus';
import { customProgram } from './custom';
import { type ReplayedTrace, drawnProgram, localProgram, phasesProgram, producerConsumer, recordedProgram, sharesProgram } from './kinds';
import { replayed } from './traced';

export interface ProgramsAround {
  readonly machine: MachineSpec;
  readonly regions: readonly RegionSpec[];
  readonly readSide: SideFileReader;
  readonly places: Places;
  /** Length of the run. */
  readonly durationPs: number;
}

/** Operations of all threads, and units of all patterns: what a file of a few lines may ask for in memory of ours. */
const MAX_OPS = 1_000_000;
const MAX_PATTERN_UNITS = 2 ** 29;

/** What all programs have taken so far. */
interface Taken {
  pages: number;
  threads: number;
  ops: number;
  units: number;
  readonly names: Set<string>;
}

export async function readPrograms(programs: readonly ProgramFile[], around: ProgramsAround): Promise<ProcessSpec[]> {
  const { machine, regions, places } = around;
  const ctx: Context = { cpus: new Cpus(machine, places), places, durationPs: around.durationPs };
  const room = machine.nodes.reduce((sum, n) => sum + sparePages(n), 0) - regions.reduce((sum, r) => sum + r.pages, 0);
  const taken: Taken = { pages: 0, threads: 0, ops: 0, units: 0, names: new Set() };
  const out: ProcessSpec[] = [];
  for (const [i, p] of programs.entries()) {
    const at = ['programs', i], copies = p.processes ?? 1, name = p.name ?? `${p.kind} ${i + 1}`;
    const trace = p.kind === 'recorded' ? await replayed(p, at, around.readSide, places) : undefined;
    if (out.length + copies > MAX_COPIES) {
      places.fail([...at, p.processes === undefined ? 'name' : 'processes'], `the programs up to here make ${grouped(out.length + copies)} processes; ${grouped(MAX_COPIES)} are allowed in all`);
      return out;
    }
    for (let copy = 0; copy < copies && !places.failed; copy++) {
      const built = build(p, trace, at, ctx);
      if (built === undefined) break;
      const full = copies > 1 ? `${name} ${copy + 1}` : name;
      if (taken.names.has(full)) places.fail([...at, 'name'], `"${full}" stands here a second time; names of processes differ`);
      taken.names.add(full);
      out.push({ name: full, ...built });
      if (!fits(p, built, copies, copy, taken, room, at, places)) break;
    }
  }
  return out;
}

function build(p: ProgramFile, trace: ReplayedTrace | undefined, at: JsonPath, ctx: Context): Built | undefined {
  switch (p.kind) {
    case 'phases': return phasesProgram(p, at, ctx);
    case 'producerConsumer': return producerConsumer(p, at, ctx);
    case 'shares': return sharesProgram(p, at, ctx);
    case 'local': return localProgram(p, at, ctx);
    case 'recorded': return trace === undefined ? undefined : recordedProgram(p, trace, at, ctx);
    case 'custom': return customProgram(p, at, ctx);
    default: return drawnProgram(p, at, ctx);
  }
}

const opsOf = (ops: readonly Op[]): number => ops.reduce((sum, o) => sum + 1 + (o.op === 'repeat' ? opsOf(o.body) : 0), 0);
const pagesOf = (vmas: readonly VmaSpec[]): number => vmas.reduce((sum, v) => sum + v.pages, 0);

/** All copies of a program are counted with its first one, so that the sentence names the whole. */
function fits(p: ProgramFile, built: Built, copies: number, copy: number, taken: Taken, room: number, at: JsonPath, places: Places): boolean {
  if (copy > 0) return true;
  taken.pages += pagesOf(built.vmas) * copies;
  taken.threads += built.threads.length * copies;
  if (taken.threads > MAX_THREADS) {
    const field = 'threadsOnNode' in p && p.threadsOnNode !== undefined ? 'threadsOnNode' : 'threadCount' in p && p.threadCount !== undefined ? 'threadCount' : copies > 1 ? 'processes' : 'threads';
    places.fail([...at, field], `the programs up to here have ${grouped(taken.threads)} threads, those for the first touch included; ${grouped(MAX_THREADS)} are allowed in all`);
    return false;
  }
  taken.ops += built.threads.reduce((sum, t) => sum + opsOf(t.ops), 0) * copies;
  taken.units += built.patterns.reduce((sum, x) => sum + x.units, 0) * copies;
  const tooMany = taken.ops > MAX_OPS ? `${grouped(taken.ops)} operations; ${grouped(MAX_OPS)}` : taken.units > MAX_PATTERN_UNITS ? `patterns over ${grouped(taken.units)} units; ${grouped(MAX_PATTERN_UNITS)}` : undefined;
  if (tooMany !== undefined) {
    places.fail(at, `the programs up to here have ${tooMany} are allowed in all`);
    return false;
  }
  if (taken.pages <= room) return true;
  const field = p.kind === 'custom' ? 'vmas' : p.kind === 'recorded' ? p.file === undefined ? 'list' : 'file' : 'size';
  places.fail([...at, field], `the programs up to here map ${grouped(taken.pages)} pages; ${grouped(Math.max(0, room))} can be had in this machine above the low watermarks${room < 0 ? '' : ', regions taken off'} (swap is not modelled)`);
  return false;
}
