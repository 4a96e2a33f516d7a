/** Tasks, counters and ledger of a world with programs, as the tree shows them. */

import { CAUSE_NAMES, type Cause } from '../engine/cost/ledger';
import { COUNTER_NAMES } from '../engine/observe/counters';
import type { World } from '../engine/sim/world';
import type { NodeModel } from '../protocol/messages';
import type { Programs } from './api';
import { designLabel } from './compare';

/** Counters that /proc/vmstat has under the same names, or a kernel with the posted series would. */
const VMSTAT = /^(numa_|pg|thp_)/;

export function programsOf(world: World, nodes: readonly NodeModel[]): Programs | undefined {
  const { system } = world;
  if (system === undefined) return undefined;
  const tasks = system.tasks();
  const on = new Map(tasks.filter((t) => t.state === 'running').map((t) => [t.cpu, t.name]));
  const totals = world.rec.totals();
  const ledger = system.ledgerAt(world.nowPs);
  return {
    migrator: designLabel(world.spec), tasks, violations: system.violations(),
    cpus: nodes.flatMap((n) => n.cpus.map((cpu) => ({ cpu, nid: n.nid, task: on.get(cpu) ?? '' }))),
    counters: COUNTER_NAMES.map((name, i) => [name, totals[i] ?? 0] as const).filter(([name, value]) => value !== 0 && VMSTAT.test(name)),
    ledger: CAUSE_NAMES.map((name, cause) => [name, ledger.total(cause as Cause)] as const).filter(([, ps]) => ps > 0).sort((a, b) => b[1] - a[1]),
  };
}
