/** Options of the designs and of NUMA balancing by name: what each may be, and an arm with one of them changed. */

import { ALL_V1_REPAIRS, inOrder, repairOf } from '../engine/designs/kmigrated-v1-repairs';
import { DEFERRED_DEFAULTS, type DeferredKind, type DeferredOptions } from '../engine/designs/options';
import type { KmigratedV1Options, V1Repair } from '../engine/spec';
import type { Migrator, NumaBalancingSpec } from '../engine/system/spec';
import type { Arm } from './api';

export type Value = string | number | boolean;

/** What an option may be: whole numbers from min to max, or one of some values. */
type Allowed = { readonly min: number; readonly max: number } | readonly Value[];
type Limits = Readonly<Record<string, Allowed>>;

const MINUTE_MS = { min: 1, max: 60_000 } as const, FOLIOS = { min: 1, max: 65_536 } as const;
const NODES = ['lower', 'all'] as const;

const LIMITS: Readonly<Partial<Record<Migrator, Limits>>> = {
  'kmigrated-v1': {
    hz: [100, 250, 300, 1000], delayMs: MINUTE_MS, batchFolios: FOLIOS, readyBit: [2, 4], wordBits: [32, 64], maxAgeMs: MINUTE_MS, rateLimitMBps: { min: 1, max: 1_000_000 },
  },
  'task-work': { batchPages: FOLIOS, intervalMs: MINUTE_MS },
  kpromoted: { hashOrder: { min: 4, max: 20 }, delayMs: MINUTE_MS, windowMs: MINUTE_MS, threshold: { min: 1, max: 1000 }, repairWindow: [true, false] },
  'cpu-buffers': {
    entries: { min: 15, max: 4096 }, agedMs: MINUTE_MS, maxAgeMs: { min: 0, max: 60_000 }, overflow: ['sync', 'drop-newest', 'overwrite-oldest', 'block'], drain: ['worker', 'task-work'],
    chunkFolios: { min: 1, max: 512 },
  },
  'pghot-early': { masks: ['as-posted', 'width-based'], delayMs: MINUTE_MS, windowMs: MINUTE_MS, batchFolios: FOLIOS, nodes: NODES },
  'pghot-late': {
    record: ['default', 'precise'], delayMs: MINUTE_MS, windowMs: MINUTE_MS, threshold: { min: 1, max: 3 }, batchFolios: FOLIOS, targetNid: { min: -1, max: 1023 }, memcgs: ['one', 'process'], nodes: NODES,
  },
};

const BALANCING: Limits = {
  mode: [0, 1, 2], scanPeriodMinMs: { min: 1, max: 600_000 }, scanPeriodMaxMs: { min: 1, max: 600_000 }, scanSizeMb: { min: 1, max: 2 ** 20 }, scanDelayMs: { min: 0, max: 600_000 },
  hotThresholdMs: { min: 1, max: 600_000 }, promoteRateLimitMBps: { min: 0, max: 2 ** 24 }, repairBackoff: [true, false],
};

const isDeferred = (migrator: Migrator): migrator is DeferredKind => migrator in DEFERRED_DEFAULTS;

/** Names of the options of an arm's design. */
export const optionsOf = ({ migrator }: Arm): readonly string[] => [...Object.keys(LIMITS[migrator] ?? {}), ...(migrator === 'kmigrated-v1' ? ['repairs'] : [])];

/** An arm with one option of its design changed ("numa.X": of NUMA balancing); a sentence when there is no such option, or it cannot have the value. */
export function withOption(base: Arm, name: string, value: Value): Arm | string {
  const balancing = name.startsWith('numa.');
  if (base.migrator === 'kmigrated-v1' && name === 'repairs') {
    const repairs = repairsOf(String(value));
    return typeof repairs === 'string' ? repairs : { ...base, v1: { ...base.v1, repairs } };
  }
  const limits = balancing ? BALANCING : LIMITS[base.migrator] ?? {};
  const key = balancing ? name.slice(5) : name;
  const owner = balancing ? 'NUMA balancing' : `The design "${base.migrator}"`;
  const allowed = Object.entries(limits).find(([k]) => k === key)?.[1];
  if (allowed === undefined) return `${owner} has no option "${key}"; it has ${(balancing ? Object.keys(limits) : optionsOf(base)).join(', ') || 'none'}.`;
  if (!fits(allowed, value)) return `${owner}: "${key}" takes ${saysAllowed(allowed)}; "${String(value)}" is none.`;
  if (balancing) return { ...base, numaBalancing: merged<Partial<NumaBalancingSpec>>(base.numaBalancing ?? {}, key, value) };
  if (!isDeferred(base.migrator)) return { ...base, v1: merged<Partial<KmigratedV1Options>>(base.v1 ?? {}, key, value) };
  return { ...base, deferred: merged<DeferredOptions>(base.deferred ?? DEFERRED_DEFAULTS[base.migrator], key, value) };
}

function fits(allowed: Allowed, value: Value): boolean {
  if ('min' in allowed) return typeof value === 'number' && Number.isInteger(value) && value >= allowed.min && value <= allowed.max;
  return allowed.includes(value);
}

const saysAllowed = (allowed: Allowed): string => ('min' in allowed ? `a whole number from ${allowed.min} to ${allowed.max}` : allowed.map(String).join(', '));

const merged = <T extends object>(options: T, name: string, value: Value): T => ({ ...options, [name]: value });

/** "all", "none" or names with "+" between them; a sentence for a name that is none. */
function repairsOf(text: string): readonly V1Repair[] | string {
  if (text === 'all') return ALL_V1_REPAIRS;
  if (text === 'none') return [];
  const out: V1Repair[] = [];
  for (const name of text.split('+')) {
    const repair = repairOf(name.trim());
    if (repair === undefined) return `"${name}" is no repair of kmigrated v1; there are all, none, ${ALL_V1_REPAIRS.join(', ')}, several with "+" between them.`;
    out.push(repair);
  }
  return inOrder(out);
}
