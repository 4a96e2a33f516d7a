/** The section "system" of a scenario file: who migrates, NUMA balancing, TLB, distances; all of it optional. */

import { deferredShape } from './deferredformat';
import { NUMA_BALANCING_DEFAULTS } from '../../engine/system/spec';
import { MAX_NUMNODES } from '../../engine/types';
import { cpuNumber, nid, size } from './common';
import { type ObjectOf, object, opt } from './object';
import { bool, choice, int, list } from './shape';

const d = NUMA_BALANCING_DEFAULTS;
/** Ten minutes in ms: no tunable of a period is sensibly longer. */
const MAX_MS = 600_000;
export const DEFAULT_LLC = '32 MiB';

const numaBalancing = object('`kernel.numa_balancing` and its tunables (debugfs `sched/numa_balancing`).', {
  mode: opt(choice({
    says: '`kernel.numa_balancing`.', default: d.mode,
    of: [[0, 'Off.'], [1, '`NUMA_BALANCING_NORMAL`: misplaced pages follow their tasks.'], [2, '`NUMA_BALANCING_MEMORY_TIERING`: hot pages of a slow tier are promoted.']],
  })),
  scanPeriodMinMs: opt(int({ says: '`scan_period_min_ms`: the shortest time between two scan passes.', min: 1, max: MAX_MS, default: d.scanPeriodMinMs })),
  scanPeriodMaxMs: opt(int({ says: '`scan_period_max_ms`: the longest.', min: 1, max: MAX_MS, default: d.scanPeriodMaxMs })),
  scanSizeMb: opt(int({ says: '`scan_size_mb`: address space of one pass in MiB.', min: 1, max: 2 ** 20, default: d.scanSizeMb })),
  scanDelayMs: opt(int({ says: '`scan_delay_ms`: CPU time of a task before its first pass.', min: 0, max: MAX_MS, default: d.scanDelayMs })),
  hotThresholdMs: opt(int({ says: '`hot_threshold_ms` (mode 2): a page touched sooner after its scan is hot.', min: 1, max: MAX_MS, default: d.hotThresholdMs })),
  promoteRateLimitMBps: opt(int({ says: '`numa_balancing_promote_rate_limit_MBps` (mode 2), a node.', min: 0, max: 2 ** 24, default: d.promoteRateLimitMBps })),
  repairBackoff: opt(bool({ says: 'Clear the failure count of the scan-period feedback, as the kernel does not (dossier M4).', default: d.repairBackoff })),
});

const kthread = object('The kmigrated threads as tasks.', {
  nice: opt(int({ says: 'Nice value.', min: -20, max: 19, default: 0 })),
  cpu: opt(cpuNumber('One CPU for all of them. Default: the first CPU of the own node, or of the nearest node that has one.')),
  node: opt(nid('A node for all of them: its first CPU, or that of the nearest node that has one. Either this or `cpu`.')),
});

export const systemShape = object('What surrounds the programs: who migrates, NUMA balancing, scheduler, TLB, distances.', {
  migrator: opt(choice({
    says: 'Who moves misplaced pages.', default: 'kmigrated-v1',
    of: [
      ['none', 'Nobody: hint faults are taken, no page moves.'], ['ideal', 'Nobody, and every access costs what a local one does: a bound, no placement.'], ['sync', 'The faulting task, as in the kernel today.'],
      ['kmigrated-v1', 'The kmigrated thread of the source node, RFC v1 as posted.'], ['task-work', 'The task itself, in batches on its way to user mode (v0).'],
      ['kpromoted', 'A thread a node with CPUs, from a hash of records (RFC of March 2025).'], ['cpu-buffers', 'A thread of the target node, from candidate buffers of the CPUs.'],
      ['pghot-early', 'A thread a lower-tier node, from records of 64 bits a page (pghot RFC v3).'], ['pghot-late', 'The same with smaller records and a hot flag a section (pghot v4 to v7).'],
    ],
  })),
  deferred: opt(deferredShape),
  preemption: opt(choice({
    says: 'Preemption model.', default: 'voluntary',
    of: [['none', 'Inside the kernel only where it sleeps or asks to reschedule.'], ['voluntary', 'The same, with more places that ask.'], ['full', 'At any instruction that does not forbid it.']],
  })),
  numaBalancing: opt(numaBalancing),
  kthread: opt(kthread),
  tlb: opt(choice({
    says: 'How a TLB shootdown reaches other CPUs.', default: 'ipi',
    of: [['ipi', 'x86: an interrupt for every CPU of the process.'], ['invlpgb', 'x86 of AMD: broadcast, nobody is interrupted.'], ['arm64', 'arm64: TLBI by page, one DSB after a batch.']],
  })),
  topTier: opt(list(nid('Node id.'), { says: 'Nodes of the top tier; mode 2 promotes from the others. Default: all nodes with CPUs.', min: 1, max: MAX_NUMNODES })),
  distance: opt(list(list(int({ says: 'Distance, 10 is local.', min: 10, max: 254 }), { says: 'Distances from one node to all nodes.', min: 1, max: MAX_NUMNODES }), {
    says: 'SLIT distances: one row a node in ascending order of node ids, as sysfs prints them. Default: those of the machine text where it has them, else 10 and 20.', min: 1, max: MAX_NUMNODES,
  })),
  metadataNode: opt(nid('Node that holds `struct page` and `page_ext` of all nodes. Default: each node its own.')),
  llc: opt(size(`Last-level cache of a node. Default: ${DEFAULT_LLC}.`)),
  checkers: opt(bool({ says: 'Check the whole state while the run goes on. Slower; what is found is listed.', default: false })),
});

export type SystemFile = ObjectOf<typeof systemShape.fields>;
