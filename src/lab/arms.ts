/** The designs of the thread as arms, under the names that the command line and the editor use; options can be put behind a name: "kmigrated-v1:batchFolios=64". */

import { DEFERRED_DEFAULTS, type DeferredKind, type DeferredOptions } from '../engine/designs/options';
import { KMIGRATED_V1_DEFAULTS, type KmigratedV1Options } from '../engine/spec';
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
  arm('kmigrated-v1', 'kmigrated v1 as posted', { migrator: 'kmigrated-v1' }),
  arm('cpu-buffers', 'per-CPU buffers', { migrator: 'cpu-buffers' }),
  arm('pghot-early', 'pghot RFC v3 as posted', { migrator: 'pghot-early', deferred: { ...DEFERRED_DEFAULTS['pghot-early'], nodes: 'all' } }),
  arm('pghot-early-fixed', 'pghot RFC v3, right masks', { migrator: 'pghot-early', deferred: { ...DEFERRED_DEFAULTS['pghot-early'], masks: 'width-based', nodes: 'all' } }),
  arm('pghot-default', 'pghot late, 1 byte', { migrator: 'pghot-late', deferred: { ...DEFERRED_DEFAULTS['pghot-late'], record: 'default', windowMs: 3000, nodes: 'all' } }),
  arm('pghot-precise', 'pghot late, 4 bytes', { migrator: 'pghot-late', deferred: { ...DEFERRED_DEFAULTS['pghot-late'], nodes: 'all' } }),
];

/** The ten that a comparison runs when none are named. */
export const DEFAULT_ARMS = ['none', 'ideal', 'sync', 'task-work', 'kpromoted', 'kmigrated-v1', 'cpu-buffers', 'pghot-early', 'pghot-default', 'pghot-precise'] as const;

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

/** An arm with one option of its design changed; a sentence when the design has no such option, or it takes another kind of value. */
export function withOption(base: Arm, name: string, value: Value): Arm | string {
  if (base.migrator === 'kmigrated-v1' && name === 'repairs') return { ...base, v1: { ...base.v1, ...repairsOf(String(value)) } };
  const table: object = base.migrator === 'kmigrated-v1' ? KMIGRATED_V1_DEFAULTS : isDeferred(base.migrator) ? (base.deferred ?? DEFERRED_DEFAULTS[base.migrator]) : {};
  const now: unknown = Object.entries(table).find(([key]) => key === name && key !== 'kind')?.[1];
  if (now === undefined) return `The design "${base.migrator}" has no option "${name}"; it has ${Object.keys(table).filter((k) => k !== 'kind').join(', ') || 'none'}.`;
  if (typeof now !== typeof value) return `The option "${name}" of "${base.migrator}" takes a ${typeof now} (now ${String(now)}); "${String(value)}" is none.`;
  if (base.migrator === 'kmigrated-v1') return { ...base, v1: merged<Partial<KmigratedV1Options>>(base.v1 ?? {}, name, value) };
  return { ...base, deferred: merged<DeferredOptions>({ ...DEFERRED_DEFAULTS[base.migrator as DeferredKind], ...base.deferred } as DeferredOptions, name, value) };
}

const merged = <T extends object>(options: T, name: string, value: Value): T => ({ ...options, [name]: value });

/** Which repairs of v1: filled in by designs/kmigrated-v1-repairs. */
function repairsOf(text: string): Partial<KmigratedV1Options> {
  void text;
  return {};
}
