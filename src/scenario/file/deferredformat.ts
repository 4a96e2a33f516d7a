/** Options of the deferred designs in a scenario file: one object, of whose fields each design takes its own. */

import { DEFERRED_DEFAULTS, type DeferredKind, type DeferredOptions } from '../../engine/designs/options';
import type { Migrator } from '../../engine/system/spec';
import { object, opt } from './object';
import { bool, choice, int } from './shape';
import type { ObjectOf } from './object';
import type { Places } from './nodes';

const ms = (says: string) => opt(int({ says, min: 1, max: 60_000 }));

/** All options of all deferred designs; which of them a design takes, deferredOf() says. */
export const deferredShape = object('Options of the design that `migrator` names; each design takes its own.', {
  batchPages: opt(int({ says: 'task-work: pages at which a drain is due.', min: 1, max: 65_536, default: 512 })),
  intervalMs: ms('task-work: longest time between two drains, ms. Default: 1000.'),
  hashOrder: opt(int({ says: 'kpromoted: 2^order buckets.', min: 4, max: 20, default: 16 })),
  repairWindow: opt(bool({ says: 'kpromoted: the window test the right way round.', default: false })),
  delayMs: ms('kpromoted, pghot: sleep between two looks, ms. Default: 1000 and 100.'),
  windowMs: ms('kpromoted, pghot: window of the frequency, ms. Default: 5000.'),
  threshold: opt(int({ says: 'kpromoted, pghot-late: accesses that make a page hot. Default: 2.', min: 1, max: 7 })),
  entries: opt(int({ says: 'cpu-buffers: entries of one half of a buffer.', min: 15, max: 4096, default: 128 })),
  agedMs: ms('cpu-buffers: age at which a partial buffer is taken, ms. Default: 100.'),
  maxAgeMs: opt(int({ says: 'cpu-buffers: age above which an entry is not worth moving, ms; 0: no test.', min: 0, max: 60_000, default: 2000 })),
  overflow: opt(choice({
    says: 'cpu-buffers: what a producer does when its buffer is full.', default: 'sync',
    of: [['sync', 'Migrates in the fault, as today.'], ['drop-newest', 'Drops the request.'], ['overwrite-oldest', 'Drops the oldest request.'], ['block', 'Waits for the worker.']],
  })),
  drain: opt(choice({ says: 'cpu-buffers: who takes full buffers.', default: 'worker', of: [['worker', 'A thread of the target node.'], ['task-work', 'The task that filled it, on its way to user mode.']] })),
  chunkFolios: opt(int({ says: 'cpu-buffers: folios of one batch.', min: 1, max: 512, default: 64 })),
  masks: opt(choice({ says: 'pghot-early: masks of the record.', default: 'as-posted', of: [['as-posted', 'Made from the shifts.'], ['width-based', 'Made from the widths.']] })),
  record: opt(choice({ says: 'pghot-late: the record of a page.', default: 'precise', of: [['default', 'One byte.'], ['precise', 'Four bytes, with the node.']] })),
  batchFolios: opt(int({ says: 'pghot: folios of a batch.', min: 1, max: 65_536, default: 512 })),
  targetNid: opt(int({ says: 'pghot-late, record "default": the node that it promotes to; -1: the nearest of the top tier.', min: -1, max: 1023, default: -1 })),
  nodes: opt(choice({ says: 'pghot: nodes with threads and records.', default: 'lower', of: [['lower', 'Those of lower tiers, as posted.'], ['all', 'All with memory, for moves between DRAM nodes.']] })),
});
export type DeferredFile = ObjectOf<typeof deferredShape.fields>;

const isDeferred = (migrator: Migrator): migrator is DeferredKind => migrator in DEFERRED_DEFAULTS;

/** The options of a scenario's design; undefined where it has none or names none. A field of another design is a problem. */
export function deferredOf(file: DeferredFile | undefined, migrator: Migrator, places: Places): DeferredOptions | undefined {
  if (file === undefined) return undefined;
  const given = Object.entries(file).filter(([, value]) => value !== undefined);
  if (!isDeferred(migrator)) {
    if (given.length > 0) places.fail(['system', 'deferred'], `the migrator is "${migrator}", which has no options here; ${Object.keys(DEFERRED_DEFAULTS).join(', ')} have some${migrator === 'kmigrated-v1' ? ', and those of kmigrated-v1 stand in "design"' : ''}`);
    return undefined;
  }
  const defaults = DEFERRED_DEFAULTS[migrator];
  for (const [key] of given) {
    if (key === 'kind' || !(key in defaults)) places.fail(['system', 'deferred', key], `the design "${migrator}" has no such option; it has ${Object.keys(defaults).filter((k) => k !== 'kind').join(', ')}`);
  }
  return { ...defaults, ...Object.fromEntries(given) };
}
