/** The designs of the thread as arms, under the names that the command line and the editor use; options can be put behind a name: "kmigrated-v1:batchFolios=64", "kmigrated-v1:repairs=D1+D3", "sync:numa.scanSizeMb=64". */

import { ALL_V1_REPAIRS, V1_REPAIRS } from '../engine/designs/kmigrated-v1-repairs';
import { DEFERRED_DEFAULTS } from '../engine/designs/options';
import type { V1Repair } from '../engine/spec';
import type { Arm } from './api';
import { type Value, withOption } from './options';

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
  arm('pghot-early', 'pghot RFC v3, posted masks, records on all nodes', { migrator: 'pghot-early', deferred: { ...DEFERRED_DEFAULTS['pghot-early'], nodes: 'all' } }),
  arm('pghot-early-fixed', 'pghot RFC v3, right masks, records on all nodes', { migrator: 'pghot-early', deferred: { ...DEFERRED_DEFAULTS['pghot-early'], masks: 'width-based', nodes: 'all' } }),
  arm('pghot-default', 'pghot late, 1 byte, records on all nodes', { migrator: 'pghot-late', deferred: { ...DEFERRED_DEFAULTS['pghot-late'], record: 'default', windowMs: 3000, nodes: 'all' } }),
  arm('pghot-precise', 'pghot late, 4 bytes, records on all nodes', { migrator: 'pghot-late', deferred: { ...DEFERRED_DEFAULTS['pghot-late'], nodes: 'all' } }),
];

/** The ten that a comparison runs when none are named: one a row of the table of designs, "all repairs" beside "as posted". */
export const DEFAULT_ARMS = ['none', 'ideal', 'sync', 'task-work', 'kpromoted', 'kmigrated-v1', 'kmigrated-v1-fixed', 'cpu-buffers', 'pghot-early', 'pghot-precise'] as const;

/** kmigrated v1 with each repair alone, as posted first and with all of them last. */
export function repairArms(): Arm[] {
  const one = (id: V1Repair): Arm => arm(`kmigrated-v1:repairs=${id}`, `kmigrated v1, ${id} repaired`, { migrator: 'kmigrated-v1', v1: { repairs: [id] } });
  return [...ARMS.filter((a) => a.id === 'kmigrated-v1'), ...V1_REPAIRS.map((r) => one(r.id)), ...ARMS.filter((a) => a.id === 'kmigrated-v1-fixed')];
}

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
