/** Puts the repairs of kmigrated v1 into a world that is being built: which are in force, what marks do besides, and which thread class runs. */

import { topTierOf, nodesOfCpus } from '../system/topology';
import type { Machine, Pgdat } from '../machine/machine';
import type { Recorder } from '../observe/recorder';
import { V1_RATE_LIMIT_MBPS, type V1Repair, type WorldSpec } from '../spec';
import { SECTION_PAGES } from '../types';
import { KmigratedThread } from './kmigrated-v1';
import { RateLimiter } from './kmigrated-v1-limit';
import { RepairedThread } from './kmigrated-v1-repaired';
import type { ThreadContext } from './kmigrated-v1-state';

/** The repairs in force: none where another design moves the pages. */
export function repairsOf(spec: WorldSpec): ReadonlySet<V1Repair> {
  const v1 = spec.system === undefined || spec.system.migrator === 'kmigrated-v1';
  return new Set(v1 ? spec.design.repairs : []);
}

/** What a mark, and the freeing of a page, do besides (D6, D8). */
export function repairMarks(machine: Machine, rec: Recorder): void {
  const { frames, repairs } = machine;
  if (repairs.has('D6')) for (const node of machine.nodes) node.markedSections = new Uint8Array(Math.ceil(frames.pfns / SECTION_PAGES));
  if (repairs.has('D8')) frames.markCleared = (pfn) => rec.count(Math.max(0, frames.owners.nid(pfn)), 'marks_cleared', 1);
}

/** node_is_toptier(): on a machine without programs every node with CPUs. */
export function isTopTier(spec: WorldSpec): (nid: number) => boolean {
  if (spec.system !== undefined) return topTierOf(spec.system, nodesOfCpus(spec));
  const withCpus = new Set<number>(spec.machine.nodes.filter((n) => n.cpus.length > 0).map((n) => n.nid));
  return (nid) => withCpus.has(nid);
}

/** Nodes that get a thread: as posted every one with memory (D21). */
export function threadNodes(spec: WorldSpec, machine: Machine): readonly Pgdat[] {
  if (spec.system !== undefined && spec.system.migrator !== 'kmigrated-v1') return [];
  const nodes = machine.nodes.filter((n) => n.hasMemory);
  if (!machine.repairs.has('D21')) return nodes;
  const top = isTopTier(spec);
  const lower = nodes.filter((n) => !top(n.nid));
  const tiering = spec.system === undefined ? lower.length > 0 : spec.system.numaBalancing.mode === 2;
  return tiering ? lower : nodes;
}

/** What repaired threads share besides. */
export function repairContext(spec: WorldSpec, machine: Machine): Pick<ThreadContext, 'topTier' | 'limiter'> {
  const { repairs } = machine;
  return {
    ...(repairs.has('D15') ? { topTier: isTopTier(spec) } : {}),
    ...(repairs.has('D18') ? { limiter: new RateLimiter(spec.design.rateLimitMBps ?? V1_RATE_LIMIT_MBPS) } : {}),
  };
}

/** The thread of a node. wake: tells the CPUs, if there are any, that it sleeps no longer; onCpu: it is a task of one. */
export function makeThread(pgdat: Pgdat, rank: number, ctx: ThreadContext, onCpu: boolean, wake: (nid: number, timePs: number) => void): KmigratedThread {
  const { repairs } = ctx.machine;
  if (repairs.size === 0) return new KmigratedThread(pgdat, rank, ctx);
  const thread = new RepairedThread(pgdat, rank, ctx);
  if (repairs.has('D4')) {
    pgdat.wakeUp = (timePs) => {
      if (!thread.wakeEarly(timePs, !onCpu)) return false;
      wake(pgdat.nid, timePs);
      return true;
    };
  }
  return thread;
}
