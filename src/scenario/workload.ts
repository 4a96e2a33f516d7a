/** Regions and phases of a scenario file to what the engine runs, with the rules that concern the machine. */

import type { MachineSpec } from '../engine/machine/spec';
import { type Nid, PS_PER_S, type SimTimePs } from '../engine/types';
import type { MarkPhaseSpec, MarkSource, RegionSpec } from '../engine/workload/spec';
import type { SideFileReader } from './api';
import { MAX_MARKS, type PhaseFile, type RegionFile } from './file/format';
import type { JsonPath, Places } from './file/nodes';
import { sparePages } from './machine/spare';
import { MAX_RECORDED_BYTES, parseRecorded, recordedList } from './recorded';
import { grouped } from './units';

export function readRegions(regions: readonly RegionFile[], machine: MachineSpec, places: Places): RegionSpec[] {
  const names = new Set<string>();
  const wanted = new Map<number, number>();
  return regions.map((r, i): RegionSpec => {
    if (names.has(r.name)) places.fail(['regions', i, 'name'], `"${r.name}" stands here a second time; names of regions differ`);
    names.add(r.name);
    const node = machine.nodes.find((n) => n.nid === r.node);
    const free = node === undefined ? 0 : sparePages(node);
    const sum = (wanted.get(r.node) ?? 0) + r.size;
    wanted.set(r.node, sum);
    if (node === undefined || !node.hasMemory) places.fail(['regions', i, 'node'], `node ${r.node} ${node === undefined ? 'is not in the machine' : 'has no memory'}; ${nodeList(machine)} can be used`);
    else if (sum > free) places.fail(['regions', i, 'size'], `${grouped(sum)} pages are wanted on node ${r.node} by the regions so far; ${grouped(free)} can be had there above the low watermarks`);
    const order = r.order ?? 0;
    if (r.size % 2 ** order !== 0) places.fail(['regions', i, 'size'], `${grouped(r.size)} pages stand here; a multiple of ${2 ** order} (folios of order ${order}) is allowed`);
    const content = r.content ?? 'anonymous';
    return { name: r.name, nid: r.node as Nid, pages: r.size, order, ...(content === 'anonymous' ? {} : { file: content === 'clean file' ? 'clean' : 'dirty' }) };
  });
}

const nodeList = (machine: MachineSpec): string => {
  const nids = machine.nodes.filter((n) => n.hasMemory).map((n) => n.nid);
  return nids.length > 12 ? `${nids.slice(0, 12).join(', ')} and ${nids.length - 12} more` : nids.join(', ');
};

interface Around {
  readonly machine: MachineSpec;
  readonly regions: readonly RegionSpec[];
  readonly durationPs: number;
  readonly readSide: SideFileReader;
  readonly places: Places;
}

export async function readWorkload(phases: readonly PhaseFile[], around: Around): Promise<MarkPhaseSpec[]> {
  const out: MarkPhaseSpec[] = [];
  let total = 0;
  for (const [i, p] of phases.entries()) {
    const name = p.name ?? `${p.kind} ${i + 1}`;
    const phase = p.kind === 'recorded' ? await recorded(p, name, ['workload', i], around) : drawn(p, name, ['workload', i], around);
    if (phase === undefined) continue;
    out.push(phase);
    total += phase.pattern === 'recorded' ? phase.marks.timesPs.length : phase.count;
    if (total > MAX_MARKS) {
      around.places.fail(['workload', i, 'count'], `the phases up to here make ${grouped(total)} requests; ${grouped(MAX_MARKS)} are allowed in all`);
      return out;
    }
  }
  return out;
}

async function recorded(p: Extract<PhaseFile, { kind: 'recorded' }>, name: string, at: JsonPath, { places, readSide, machine }: Around): Promise<MarkPhaseSpec | undefined> {
  if ((p.file === undefined) === (p.list === undefined)) {
    places.fail(at, `${p.file === undefined ? 'neither file nor list' : 'both file and list'} stands here; exactly one of them is allowed`);
    return undefined;
  }
  const field = [...at, p.file === undefined ? 'list' : 'file'];
  const text = p.file === undefined ? undefined : await readSide(p.file, MAX_RECORDED_BYTES);
  if (p.file !== undefined && text === undefined) {
    places.fail(field, `"${p.file}" cannot be read; a file beside the scenario with lines "seconds pfn nid", up to 64 MiB, is allowed`);
    return undefined;
  }
  const result = text === undefined ? recordedList(p.list ?? []) : parseRecorded(text);
  if (!result.ok) {
    places.fail(field, result.says);
    return undefined;
  }
  const unknown = [...new Set(result.marks.nids)].filter((nid) => !machine.nodes.some((n) => n.nid === nid && n.hasMemory));
  for (const nid of unknown.slice(0, 5)) places.warn(field, notATarget(nid, machine));
  return { pattern: 'recorded', name, marks: result.marks };
}

const notATarget = (nid: number, machine: MachineSpec): string => `node ${nid} ${machine.nodes.some((n) => n.nid === nid) ? 'has no memory' : 'is not in the machine'}, yet a request asks for it; the posted code does not check it either`;

function source(p: Exclude<PhaseFile, { kind: 'recorded' }>, at: JsonPath, { places, regions, machine }: Around): MarkSource | undefined {
  if ((p.node === undefined) === (p.region === undefined)) {
    places.fail(at, `${p.node === undefined ? 'neither node nor region' : 'both node and region'} stands here; exactly one of them is allowed`);
    return undefined;
  }
  if (p.node !== undefined) {
    if (machine.nodes.some((n) => n.nid === p.node && n.hasMemory)) return { nid: p.node as Nid };
    places.fail([...at, 'node'], `node ${p.node} has no memory in this machine; ${nodeList(machine)} can be used`);
    return undefined;
  }
  const region = regions.find((r) => r.name === p.region);
  if (region !== undefined) return { nid: region.nid, region: region.name };
  const names = regions.map((r) => `"${r.name}"`);
  places.fail([...at, 'region'], `there is no region "${p.region}"; ${names.length === 0 ? 'the scenario has none' : `${names.slice(0, 12).join(', ')} can be used`}`);
  return undefined;
}

function spacing(p: { readonly ratePerSecond?: number; readonly spacingNs?: number }, at: JsonPath, places: Places): number {
  if (p.ratePerSecond !== undefined && p.spacingNs !== undefined) places.fail([...at, 'spacingNs'], 'ratePerSecond stands here too; one of the two is allowed');
  if (p.ratePerSecond !== undefined) return Math.min(Math.round(PS_PER_S / p.ratePerSecond), 7200 * PS_PER_S);
  return Math.round((p.spacingNs ?? 0) * 1000);
}

function drawn(p: Exclude<PhaseFile, { kind: 'recorded' }>, name: string, at: JsonPath, around: Around): MarkPhaseSpec | undefined {
  const { places, machine, durationPs } = around;
  const from = source(p, at, around);
  const startPs = Math.round((p.startSeconds ?? 0) * PS_PER_S);
  const spacingPs = p.kind === 'burst' ? 0 : spacing(p, at, places);
  if (p.kind === 'steady' && spacingPs === 0) places.fail(at, 'neither ratePerSecond nor spacingNs stands here; a steady phase needs one of them above 0');
  if (startPs >= durationPs) places.warn([...at, 'startSeconds'], `${p.startSeconds} s lies at or after the end of the run (${durationPs / PS_PER_S} s): no request will be made`);
  p.targets.forEach((nid, i) => {
    if (!machine.nodes.some((n) => n.nid === nid && n.hasMemory)) places.warn([...at, 'targets', i], notATarget(nid, machine));
  });
  if (from === undefined) return undefined;
  const order = p.kind === 'burst' ? p.order ?? 'sequential' : p.kind === 'steady' ? p.order ?? 'random' : p.kind === 'interleaved' ? 'sequential' : p.kind;
  return {
    pattern: order, name, from, startPs: startPs as SimTimePs, count: p.count, spacingPs, targets: p.targets.map((t) => t as Nid),
    targetRule: p.kind === 'interleaved' ? 'roundRobin' : p.targetRule ?? 'roundRobin', clusterPages: p.kind === 'clustered' ? p.clusterPages ?? 64 : 1,
  };
}
