/** The designs of the thread as arms, under the names that the command line and the editor use; options can be put behind a name: "kmigrated-v1:batchFolios=64", "kmigrated-v1:repairs=D1+D3", "sync:numa.scanSizeMb=64". */

import { ALL_V1_REPAIRS, V1_REPAIRS, inOrder, repairOf } from '../engine/designs/kmigrated-v1-repairs';
import { DEFERRED_DEFAULTS, type DeferredKind, type DeferredOptions } from '../engine/designs/options';
import { KMIGRATED_V1_DEFAULTS, type KmigratedV1Options, V1_MAX_AGE_MS, V1_RATE_LIMIT_MBPS, type V1Repair } from '../engine/spec';
import { NUMA_BALANCING_DEFAULTS, type NumaBalancingSpec } from '../engine/system/spec';
import type { Arm } from './api';

const arm = (id: string, label: string, rest: Omit<Arm, 'id' | 'label'>): Arm => ({ id, label, ...rest });

/** Every design, the two controls around them. */
export const ARMS: readonly Arm[] = [
  arm('none', 'no balancing', { migrator: 'none', numaBalancing: { mode: 0 } }),
  arm('ideal', 'every access local (a bound)', { migrator: 'ideal', numaBalancing: { mode: 0 } }),
  arm('sync', 'synchronous', { migrator: 'sync' }),
  arm('sync-m4', 'synchronous, back-off repaired (M4)', { migrator: 'sync', numaBalancing: { repairBackoff: true } }),
  arm('task-work', 'task-work batching (v0)', { migrator: 'task-work' }),
  arm('kpromoted', 'kpromoted', { migrator: 'kpromoted' }),
  arm('kmigrated-v1', 'kmigrated v1 as posted', { migrator: 'kmigrated-v1', v1: { repairs: [] } }),
  arm('kmigrated-v1-fixed', 'kmigrated v1, all repairs', { migrator: 'kmigrated-v1', v1: { repairs: ALL_V1_REPAIRS } }),
  arm('cpu-buffers', 'per-CPU buffers', { migrator: 'cpu-buffers' }),
  arm('pghot-early', 'pghot RFC v3 as posted', { migrator: 'pghot-early', deferred: { ...DEFERRED_DEFAULTS['pghot-early'], nodes: 'all' } }),
  arm('pghot-early-fixed', 'pghot RFC v3, right masks', { migrator: 'pghot-early', deferred: { ...DEFERRED_DEFAULTS['pghot-early'], masks: 'width-based', nodes: 'all' } }),
  arm('pghot-default', 'pghot late, 1 byte', { migrator: 'pghot-late', deferred: { ...DEFERRED_DEFAULTS['pghot-late'], record: 'default', windowMs: 3000, nodes: 'all' } }),
  arm('pghot-precise', 'pghot late, 4 bytes', { migrator: 'pghot-late', deferred: { ...DEFERRED_DEFAULTS['pghot-late'], nodes: 'all' } }),
];

/** The ten that a comparison runs when none are named: one a row of the table of designs, "all repairs" beside "as posted". */
export const DEFAULT_ARMS = ['none', 'ideal', 'sync', 'task-work', 'kpromoted', 'kmigrated-v1', 'kmigrated-v1-fixed', 'cpu-buffers', 'pghot-early', 'pghot-precise'] as const;

/** kmigrated v1 with each repair alone, as posted first and with all of them last. */
export function repairArms(): Arm[] {
  const one = (id: V1Repair): Arm => arm(`kmigrated-v1:repairs=${id}`, `kmigrated v1, ${id} repaired`, { migrator: 'kmigrated-v1', v1: { repairs: [id] } });
  return [...ARMS.filter((a) => a.id === 'kmigrated-v1'), ...V1_REPAIRS.map((r) => one(r.id)), ...ARMS.filter((a) => a.id === 'kmigrated-v1-fixed')];
}

type Value = string | number | boolean;

const isDeferred = (migrator: Arm['migrator']): migrator is DeferredKind => migrator in DEFERRED_DEFAULTS;

/** "id" or "id:option=value,option=value"; a sentence when there is no such design or option. */
export function armOf(text: string): Arm | string {
  const [id, ...rest] = text.split(':');
  const base = ARMS.find((a) => a.id === id);
  if (base === undefined) return `There is no design "${id}"; there are ${ARMS.map((a) => a.id).join(', ')}.`;
  const options = rest.join(':');
  if (options === '') return base;
  let made: Arm = { ...base, id: text.replace(/\s/g, ''), label: `${base.label}, ${options.replace(/,/g, ', ')}` };
  for (const pair of options.split(',')) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at)), value = pair.slice(at + 1);
    if (at <= 0 || value === '') return `"${pair}" of "${text}" is no option; write option=value.`;
    const next = withOption(made, name, valueOf(value));
    if (typeof next === 'string') return next;
    made = next;
  }
  return made;
}

const valueOf = (text: string): Value => (text === 'true' ? true : text === 'false' ? false : Number.isFinite(Number(text)) ? Number(text) : text);

/** Options of v1 that have no default in the spec are those of repairs. */
const V1_TABLE = { ...KMIGRATED_V1_DEFAULTS, maxAgeMs: V1_MAX_AGE_MS, rateLimitMBps: V1_RATE_LIMIT_MBPS };

function tableOf(base: Arm): object {
  if (base.migrator === 'kmigrated-v1') return V1_TABLE;
  return isDeferred(base.migrator) ? { ...DEFERRED_DEFAULTS[base.migrator], ...base.deferred } : {};
}

/** Names of the options of an arm's design. */
export const optionsOf = (base: Arm): readonly string[] => [...Object.keys(tableOf(base)).filter((k) => k !== 'kind'), ...(base.migrator === 'kmigrated-v1' ? ['repairs'] : [])];

/** An arm with one option of its design changed ("numa.X": of NUMA balancing); a sentence when there is no such option, or it takes another kind of value. */
export function withOption(base: Arm, name: string, value: Value): Arm | string {
  if (name.startsWith('numa.')) return withBalancing(base, name.slice(5), value);
  if (base.migrator === 'kmigrated-v1' && name === 'repairs') {
    const repairs = repairsOf(String(value));
    return typeof repairs === 'string' ? repairs : { ...base, v1: { ...base.v1, repairs } };
  }
  const now: unknown = Object.entries(tableOf(base)).find(([key]) => key === name && key !== 'kind')?.[1];
  if (now === undefined) return `The design "${base.migrator}" has no option "${name}"; it has ${optionsOf(base).join(', ') || 'none'}.`;
  if (typeof now !== typeof value) return `The option "${name}" of "${base.migrator}" takes a ${typeof now} (now ${String(now)}); "${String(value)}" is none.`;
  if (!isDeferred(base.migrator)) return { ...base, v1: merged<Partial<KmigratedV1Options>>(base.v1 ?? {}, name, value) };
  return { ...base, deferred: merged<DeferredOptions>(base.deferred ?? DEFERRED_DEFAULTS[base.migrator], name, value) };
}

function withBalancing(base: Arm, name: string, value: Value): Arm | string {
  const now: unknown = Object.entries(NUMA_BALANCING_DEFAULTS).find(([key]) => key === name)?.[1];
  if (now === undefined) return `NUMA balancing has no option "${name}"; it has ${Object.keys(NUMA_BALANCING_DEFAULTS).join(', ')}.`;
  if (typeof now !== typeof value) return `The option "${name}" of NUMA balancing takes a ${typeof now} (now ${String(now)}); "${String(value)}" is none.`;
  return { ...base, numaBalancing: merged<Partial<NumaBalancingSpec>>(base.numaBalancing ?? {}, name, value) };
}

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
