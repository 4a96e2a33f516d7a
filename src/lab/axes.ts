/** What one value of an axis changes: a cost, an option of the designs, NUMA balancing, a place of the scenario; and names for what scenarios keep in several places. */

import { COSTS, type CostTable } from '../engine/cost/table';
import type { Arm, Json, Override } from './api';
import type { Facts } from './facts';
import { optionsOf, withOption } from './options';

/** Names that stand for something else in every scenario or design, with what they say. */
export const AXIS_NAMES: readonly { readonly name: string; readonly says: string }[] = [
  { name: 'batch', says: 'folios of a batch, by the option that a design has for it (v1, pghot: batchFolios; v0: batchPages; buffers: chunkFolios)' },
  { name: 'delay', says: 'ms between two walks or drains, by the option that a design has for it' },
  { name: 'repairs', says: 'repairs of kmigrated v1: none, all, or D1+D3' },
  { name: 'nodeSize', says: 'memory of every node that has any, such as "4 GiB": one zone a node, one after the other' },
  { name: 'targets', says: 'the first program runs one thread on each of so many nodes other than its home' },
  { name: 'skew', says: 'exponent s of every Zipf program' },
  { name: 'order', says: 'folio order of every program: 0, 1 to 9 as mTHP, or "thp"' },
  { name: 'busy', says: 'share of every CPU of a program that other work takes, 0 to below 1' },
  { name: 'cost:KEY', says: 'a cost of the table in ps' },
  { name: 'v1:OPTION', says: 'an option of kmigrated v1' },
  { name: 'deferred:OPTION', says: 'an option of the other designs, where they have it' },
  { name: 'numa:OPTION', says: 'an option of NUMA balancing' },
];

const BATCH: Readonly<Record<string, string>> = { 'kmigrated-v1': 'batchFolios', 'pghot-early': 'batchFolios', 'pghot-late': 'batchFolios', 'task-work': 'batchPages', 'cpu-buffers': 'chunkFolios' };
const DELAY: Readonly<Record<string, string>> = {
  'kmigrated-v1': 'delayMs', 'pghot-early': 'delayMs', 'pghot-late': 'delayMs', kpromoted: 'delayMs', 'task-work': 'intervalMs', 'cpu-buffers': 'agedMs',
};

/** The arm at a value of an axis: the same arm where its design has nothing to do with it; a sentence where the value cannot be. */
export function armAt(arm: Arm, path: string, value: Json): Arm | string {
  const option = optionFor(arm, path);
  if (option === undefined) return arm;
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return `"${path}" takes a number, a text, true or false; ${JSON.stringify(value)} is none.`;
  const changed = withOption(arm, option, value);
  // the id stays: the axis tells the points apart
  return typeof changed === 'string' ? changed : { ...changed, id: arm.id, label: arm.label };
}

function optionFor(arm: Arm, path: string): string | undefined {
  const { migrator } = arm;
  if (path === 'batch') return BATCH[migrator];
  if (path === 'delay') return DELAY[migrator];
  if (path === 'repairs') return migrator === 'kmigrated-v1' ? 'repairs' : undefined;
  const [room, name] = path.split(':');
  if (room === 'v1') return migrator === 'kmigrated-v1' ? name : undefined;
  if (room === 'deferred') return migrator !== 'kmigrated-v1' && optionsOf(arm).includes(name) ? name : undefined;
  // a control that has switched balancing off stays what it is
  if (room === 'numa') return arm.numaBalancing?.mode === 0 ? undefined : `numa.${name}`;
  return undefined;
}

/** Whether an axis speaks of the designs, so that some arm must take it. */
export const concernsArms = (path: string): boolean => ['batch', 'delay', 'repairs'].includes(path) || /^(v1|deferred|numa):/.test(path);

/** Whether this arm takes an axis that speaks of designs. */
export const takesAxis = (arm: Arm, path: string): boolean => optionFor(arm, path) !== undefined;

/** The cost of "cost:KEY" in ps; undefined: the path names no cost; a sentence for an unknown key or another value. */
export function costAt(path: string, value: Json): Partial<CostTable> | string | undefined {
  if (!path.startsWith('cost:')) return undefined;
  const info = COSTS.find((c) => c.key === path.slice(5));
  if (info === undefined) return `There is no cost "${path.slice(5)}"; there are ${COSTS.map((c) => c.key).join(', ')}.`;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 1e12) return `"${path}" takes a whole number of ps up to 10^12; ${JSON.stringify(value)} is none.`;
  return { [info.key]: value };
}

/** What an axis changes in the scenario; a sentence where it cannot. */
export function overridesAt(path: string, value: Json, facts: Facts): readonly Override[] | string {
  switch (path) {
    case 'nodeSize': return nodeSize(value, facts);
    case 'targets': return targets(value, facts);
    case 'skew': return skew(value, facts);
    case 'order': return order(value, facts);
    case 'busy': return busy(value, facts);
    default: return [{ path, value }];
  }
}

const number = (value: Json, min: number, max: number): value is number => typeof value === 'number' && value >= min && value <= max;

function nodeSize(value: Json, { nodes, parse }: Facts): readonly Override[] | string {
  const pages = typeof value === 'string' ? parse(value) : undefined;
  if (pages === undefined || pages < 32_768) return `"nodeSize" takes an amount of memory from 128 MiB, such as "4 GiB"; ${JSON.stringify(value)} is none.`;
  let startPfn = 0;
  const made = nodes.map((n): Json => {
    if (!n.hasMemory) return { nid: n.nid, cpus: [...n.cpus] };
    const zone = { zone: 'Normal', startPfn, spannedPages: pages };
    startPfn += Math.ceil(pages / 32_768) * 32_768;
    return { nid: n.nid, cpus: [...n.cpus], zones: [zone] };
  });
  return [{ path: 'machine', value: { nodes: made } }];
}

function targets(value: Json, { nodes, programs }: Facts): readonly Override[] | string {
  const first = programs[0];
  const home = first?.home ?? nodes[0]?.nid ?? 0;
  const others = nodes.filter((n) => n.cpus.length > 0 && n.nid !== home);
  if (first === undefined || !first.threaded) return '"targets" needs a first program whose threads have nodes.';
  if (!number(value, 1, others.length) || !Number.isInteger(value)) return `"targets" takes a whole number from 1 to ${others.length} on this machine; ${JSON.stringify(value)} is none.`;
  const threads = others.slice(0, value).map((n): Json => ({ node: n.nid }));
  return [{ path: 'programs[0].home', value: home }, { path: 'programs[0].threadsOnNode', value: undefined }, { path: 'programs[0].threads', value: threads }];
}

function skew(value: Json, { programs }: Facts): readonly Override[] | string {
  const at = programs.flatMap((p, i) => (p.kind === 'zipf' ? [i] : []));
  if (at.length === 0) return '"skew" needs a program of the kind "zipf".';
  if (!number(value, 0, 4)) return `"skew" takes a number from 0 (uniform) to 4; ${JSON.stringify(value)} is none.`;
  return at.map((i) => ({ path: `programs[${i}].s`, value }));
}

function order(value: Json, { programs }: Facts): readonly Override[] | string {
  if (value !== 'thp' && !(number(value, 0, 9) && Number.isInteger(value))) return `"order" takes 0 to 9 or "thp"; ${JSON.stringify(value)} is none.`;
  const huge = value === 'thp' ? 'thp' : value === 0 ? 'none' : 'mthp';
  return programs.flatMap((p, i): Override[] => (p.kind === 'custom' ? [] : [
    { path: `programs[${i}].hugePages`, value: huge }, { path: `programs[${i}].order`, value: huge === 'mthp' ? value : undefined },
  ]));
}

function busy(value: Json, { programs }: Facts): readonly Override[] | string {
  if (!number(value, 0, 0.99)) return `"busy" takes a share from 0 to 0.99; ${JSON.stringify(value)} is none.`;
  return programs.flatMap((p, i): Override[] => (p.kind === 'custom' ? [] : [{ path: `programs[${i}].duty`, value: Number((1 - value).toFixed(6)) }]));
}
