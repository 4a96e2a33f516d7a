/** The sections "system" and "programs" of a scenario as a SystemSpec; undefined when a file has neither: then somebody only marks pages. */

import { deferredOf } from '../file/deferredformat';
import { type KthreadSpec, NUMA_BALANCING_DEFAULTS, type NumaBalancingSpec, type SystemSpec } from '../../engine/system/spec';
import type { Nid } from '../../engine/types';
import type { Places } from '../file/nodes';
import type { ProgramFile } from '../file/programformat';
import { DEFAULT_LLC, type SystemFile } from '../file/systemformat';
import { parseSize } from '../units';
import { Cpus, someNumbers } from './cpus';
import { type DistanceRows, distanceById, wrongDistance } from './distance';
import { type ProgramsAround, readPrograms } from './programs';

export interface SystemAround extends ProgramsAround {
  /** Distances that the text of the machine says. */
  readonly known: DistanceRows | undefined;
}

export async function readSystem(file: SystemFile | undefined, programs: readonly ProgramFile[] | undefined, around: SystemAround): Promise<SystemSpec | undefined> {
  if (file === undefined && programs === undefined) return undefined;
  const { machine, places, known } = around, s = file ?? {};
  const fault = s.distance === undefined ? undefined : wrongDistance(machine, s.distance);
  if (fault !== undefined) places.fail(['system', 'distance', ...fault.at], fault.says);
  const numaBalancing = balancing(s, places);
  const topTier = tier(s, numaBalancing, around);
  const metadata = s.metadataNode;
  if (metadata !== undefined && !machine.nodes.some((n) => n.nid === metadata && n.hasMemory)) places.fail(['system', 'metadataNode'], `node ${metadata} has no memory in this machine; ${withMemory(around)} can be used`);
  const processes = await readPrograms(programs ?? [], around);
  for (const p of processes) {
    const odd = p.vmas.find((v) => v.firstTouchNode !== undefined && !machine.nodes.some((n) => n.nid === v.firstTouchNode && n.hasMemory))?.firstTouchNode;
    if (odd !== undefined) places.fail(['programs'], `firstTouchNode ${odd} of "${p.name}" has no memory in this machine; ${withMemory(around)} can be used`);
  }
  const rows = fault !== undefined ? undefined : s.distance ?? (known?.length === machine.nodes.length ? known : undefined);
  const migrator = s.migrator ?? 'kmigrated-v1', deferred = deferredOf(s.deferred, migrator, places);
  return {
    migrator, ...(deferred === undefined ? {} : { deferred }), preemption: s.preemption ?? 'voluntary', numaBalancing, kthread: kthread(s, around), tlb: s.tlb ?? 'ipi',
    ...(topTier === undefined ? {} : { topTier }), distance: distanceById(machine, rows),
    ...(metadata === undefined ? {} : { metadataNode: metadata as Nid }), llcBytes: (s.llc ?? parseSize(DEFAULT_LLC) ?? 0) * 4096, processes, checkers: s.checkers ?? false,
  };
}

const withMemory = ({ machine }: SystemAround): string => someNumbers(machine.nodes.filter((n) => n.hasMemory).map((n) => n.nid));

function balancing(s: SystemFile, places: Places): NumaBalancingSpec {
  const out: NumaBalancingSpec = { ...NUMA_BALANCING_DEFAULTS, ...s.numaBalancing };
  if (out.scanPeriodMaxMs < out.scanPeriodMinMs) {
    const field = s.numaBalancing?.scanPeriodMaxMs === undefined ? 'scanPeriodMinMs' : 'scanPeriodMaxMs';
    places.fail(['system', 'numaBalancing', field], `the shortest period is ${out.scanPeriodMinMs} ms, the longest ${out.scanPeriodMaxMs} ms; scanPeriodMinMs <= scanPeriodMaxMs is needed`);
  }
  return out;
}

function kthread(s: SystemFile, { machine, places }: SystemAround): KthreadSpec {
  const { nice, cpu, node } = s.kthread ?? {};
  const missing = cpu === undefined ? undefined : new Cpus(machine, places).missing(cpu);
  if (missing !== undefined) places.fail(['system', 'kthread', 'cpu'], missing);
  if (node !== undefined && cpu !== undefined) places.fail(['system', 'kthread', 'node'], 'cpu is given as well; either a CPU or a node is needed');
  if (node !== undefined && !machine.nodes.some((n) => n.nid === node)) places.fail(['system', 'kthread', 'node'], `node ${node} is not in this machine; ${machine.nodes.map((n) => n.nid).slice(0, 20).join(', ')} are there`);
  return { nice: nice ?? 0, ...(cpu === undefined ? {} : { cpu }), ...(node === undefined ? {} : { node: node as Nid }) };
}

function tier(s: SystemFile, balancing: NumaBalancingSpec, around: SystemAround): Nid[] | undefined {
  const { machine, places } = around, seen = new Set<number>();
  s.topTier?.forEach((nid, i) => {
    if (!machine.nodes.some((n) => n.nid === nid && n.hasMemory)) places.fail(['system', 'topTier', i], `node ${nid} has no memory in this machine; ${withMemory(around)} can be used`);
    if (seen.has(nid)) places.fail(['system', 'topTier', i], `node ${nid} stands here a second time; each node is listed once`);
    seen.add(nid);
  });
  const top = (nid: number, cpus: readonly number[]): boolean => (s.topTier === undefined ? cpus.length > 0 : seen.has(nid));
  if (balancing.mode === 2 && !machine.nodes.some((n) => n.hasMemory && !top(n.nid, n.cpus))) places.warn(['system', 'numaBalancing', 'mode'], 'mode 2 promotes from nodes outside of the top tier, and this machine has none: nothing will be scanned; "topTier" says which nodes are fast');
  return s.topTier?.map((nid) => nid as Nid);
}
