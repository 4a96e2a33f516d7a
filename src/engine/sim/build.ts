/** From a WorldSpec to a world at time 0: frames with their owners and first occupancy, regions placed, producers and threads ready. */

import { KmigratedInit } from '../designs/kmigrated-init';
import type { KmigratedThread } from '../designs/kmigrated-v1';
import type { ThreadContext } from '../designs/kmigrated-v1-state';
import { makeThread, repairContext, repairMarks, repairsOf, threadNodes } from '../designs/kmigrated-v1-wire';
import { ExtLayout } from '../machine/extword';
import { PageFrames } from '../machine/frames';
import { Machine, type Pgdat } from '../machine/machine';
import { occupyZone } from '../machine/occupancy';
import { NOEXT, OFFLINE, USED, WalkClass } from '../machine/pagestate';
import { ZONE_DEVICE } from '../machine/spec';
import { visitCosts } from '../machine/walk';
import { KernelMm } from '../mm/kernel';
import { RECORDER_LIMITS, Recorder, type RecorderLimits } from '../observe/recorder';
import type { MemRange, ZoneSpec } from '../machine/spec';
import type { WorldSpec } from '../spec';
import { System } from '../system/system';
import { Producer } from '../workload/producer';
import { DrawnMarks, PageRuns, RecordedSupply } from '../workload/supply';
import { PS_PER_S } from '../types';
import type { Actor } from './actor';
import { clockOf } from './jiffies';
import { placeRegion } from './regions';
import { Prng } from './prng';
import { World } from './world';

/** Offline and device memory: a struct page, but no page_ext (it comes when a section goes online), so requests are refused with -EINVAL. */
const NOT_ONLINE = OFFLINE | NOEXT;

/** Misses on struct page that the prefetcher keeps under way at once during a walk: a soft figure of ours. */
const METADATA_OVERLAP = 16;

/** Zone slot of pages that no zone of their node spans. */
const NO_ZONE = -1;

/** Actor number of kmigrated_init() in trace records. */
export const INIT_ACTOR = -1_000_000;

/** A world that cannot be built is a sentence for its user. */
export type BuildResult = { readonly ok: true; readonly world: World } | { readonly ok: false; readonly text: string };

/** Bytes that the frames of a machine take before anything happens in it; what happens adds 3 KiB a touched pageblock. */
export function frameBytes(pfns: number): number {
  return Math.ceil(pfns / 8) + Math.ceil(pfns / 512) * 20;
}

/** One more than the highest PFN of a machine. */
export function pfnLimit(spec: WorldSpec): number {
  let end = 0;
  for (const range of spec.machine.ranges) end = Math.max(end, range.startPfn + range.pages);
  for (const node of spec.machine.nodes) for (const zone of node.zones) end = Math.max(end, zone.startPfn + zone.spannedPages);
  return end;
}

/** Builds the world of a spec; the same spec gives the same world, always. */
export function buildWorld(spec: WorldSpec, limits: RecorderLimits = RECORDER_LIMITS): BuildResult {
  const repairs = repairsOf(spec);
  const frames = new PageFrames(pfnLimit(spec), new ExtLayout(spec.design.readyBit, spec.design.wordBits, repairs.has('D1')), repairs.has('large-folio-step'));
  const nodes: Pgdat[] = spec.machine.nodes.map((node) => ({
    nid: node.nid, hasMemory: node.hasMemory, activate: false, hasThread: false,
    zones: node.zones.map((zone) => ({ spec: zone, ownerId: frames.owners.id(node.nid, zone.idx) })),
  }));
  const machine = new Machine(frames, nodes, repairs);
  const lruOfNode = populate(spec, machine);
  const regions = new Map<string, PageRuns>();
  for (const region of spec.regions) {
    const placed = placeRegion(machine, region);
    if (!placed.ok) return placed;
    regions.set(region.name, placed.runs);
  }
  const rec = new Recorder(machine.nodeIds, limits);
  repairMarks(machine, rec);
  const producers: Producer[] = [];
  for (const phase of spec.workload) {
    const i = producers.length;
    if (phase.pattern === 'recorded') {
      producers.push(new Producer(i, i, phase.name, machine, spec.costs, rec, new RecordedSupply(phase.marks)));
      continue;
    }
    const { region, nid } = phase.from;
    const runs = region === undefined ? lruOfNode.get(nid) : regions.get(region);
    if (runs === undefined || runs.pages === 0) {
      return { ok: false, text: `Workload "${phase.name}" marks ${region === undefined ? `LRU pages of node ${nid}` : `pages of region "${region}"`}, but there are none. Give it a region with pages, or another node.` };
    }
    const supply = new DrawnMarks(phase, runs, frames, new Prng(spec.seed, `places of ${i}`), new Prng(spec.seed, `targets of ${i}`));
    producers.push(new Producer(i, i, phase.name, machine, spec.costs, rec, supply));
  }
  return { ok: true, world: assemble(spec, machine, rec, producers, lruOfNode) };
}

function assemble(spec: WorldSpec, machine: Machine, rec: Recorder, producers: Producer[], lruOfNode: ReadonlyMap<number, PageRuns>): World {
  const initRank = producers.length;
  const withPrograms = spec.system !== undefined;
  const made: { world?: World } = {};
  const nodes = threadNodes(spec, machine);
  const system = withPrograms ? new System(spec, machine, rec, initRank + 1, nodes.length, lruOfNode, (rank) => made.world?.setRank(rank)) : undefined;
  const env = system?.mm ?? new KernelMm(machine, spec.costs, rec);
  const threads: KmigratedThread[] = [];
  const init = new KmigratedInit(initRank, INIT_ACTOR, machine, env, rec, 0, (nid, timePs) => {
    if (system === undefined) threads.find((t) => t.pgdat.nid === nid)?.start(timePs);
    else {
      system.kthreads.start(nid, timePs);
      made.world?.disturb();
    }
  }, machine.repairs.has('D21') ? nodes : machine.nodes);
  const mode = { literal: false, stepping: false, observer: undefined };
  const given = spec.system?.given?.walksPs;
  const context: ThreadContext = {
    machine, env, rec, costs: spec.costs, visitCosts: visitCosts(spec.costs), clock: clockOf(spec.design.hz), options: spec.design, mode,
    ...repairContext(spec, machine), ...(system === undefined ? {} : { feedBack: (task: number, pages: number, moved: boolean) => system.balancing.feedBack(task, pages, moved) }),
    ...(given === undefined ? {} : { givenWalkPs: (nid: number, afterPs: number) => given.get(nid)?.find((ps) => ps > afterPs) ?? Infinity }),
  };
  const woken = (nid: number, timePs: number): void => {
    system?.kthreads.wake(nid, timePs);
    made.world?.disturb();
  };
  for (const pgdat of nodes) threads.push(makeThread(pgdat, initRank + 1 + pgdat.nid, { ...context, visitCosts: metadataCosts(spec, pgdat.nid) }, system !== undefined, woken));
  for (const thread of threads) system?.addKthread(thread);
  made.world = new World(spec, machine, rec, mode, threads, producers, system === undefined ? [init] : [...(threads.length > 0 ? [init] : []), changes(system), seconds(system), system.cpus, ...watch(system, threads)], system);
  return made.world;
}

/** Hot sets that move on: an actor that comes before the CPUs at one time. */
function changes(system: System): Actor {
  return { rank: system.rank - 0.5, nextPs: () => system.programs.nextChangePs(), step: () => system.programs.change(system.programs.nextChangePs()) };
}

/** What the kernel's workers do once a second, each CPU's at the same instant: a rule of ours. */
function seconds(system: System): Actor {
  let atPs = PS_PER_S;
  return {
    rank: system.rank - 0.25, nextPs: () => atPs,
    step: () => {
      system.everySecond();
      atPs += PS_PER_S;
    },
  };
}

/** The checkers as an actor behind all others, once a simulated second, where the scenario asks for them. */
function watch(system: System, threads: readonly KmigratedThread[]): Actor[] {
  if (!system.spec.checkers) return [];
  let atPs = PS_PER_S;
  const rank = system.rank + 1;
  return [{
    rank,
    nextPs: () => atPs,
    step: () => {
      system.blame(system.check(threads));
      atPs += PS_PER_S;
    },
  }];
}

/** What a visit costs the thread of a node: more where struct page and page_ext lie on another node. */
function metadataCosts(spec: WorldSpec, nid: number): Float64Array {
  const table = visitCosts(spec.costs);
  const at = spec.system?.metadataNode;
  const distance = at === undefined ? 10 : (spec.system?.distance[nid]?.[at] ?? 20);
  // neighbouring entries share a line and are fetched ahead: a visit pays for its share of one line of each array
  const extraPs = Math.max(0, distance - 10) * spec.costs.accessPerDistancePs;
  return table.map((ps, found) => ps + (found >= WalkClass.NonLru ? Math.floor(extraPs / METADATA_OVERLAP) : 0));
}

/** Owners and first state of every page; returns the LRU runs by node. */
function populate(spec: WorldSpec, machine: Machine): Map<number, PageRuns> {
  const { frames } = machine;
  const rng = new Prng(spec.seed, 'occupancy');
  const lru = new Map<number, PageRuns>();
  for (const node of machine.nodes) {
    const runs = new PageRuns();
    lru.set(node.nid, runs);
    for (const range of outside(spec.machine.ranges, node)) {
      frames.owners.setRange(range.startPfn, range.pages, frames.owners.id(node.nid, NO_ZONE));
      frames.fill(range.startPfn, range.pages, range.state === 'offline' ? NOT_ONLINE : USED);
    }
    for (const zone of node.zones) {
      const mine = clip(spec.machine.ranges, node.nid, zone.spec);
      for (const range of mine) frames.owners.setRange(range.startPfn, range.pages, zone.ownerId);
      const device = zone.spec.idx === ZONE_DEVICE;
      for (const range of mine) if (device || range.state === 'offline') frames.fill(range.startPfn, range.pages, NOT_ONLINE);
      if (!device) occupyZone(frames, zone.spec, mine.filter((r) => r.state === 'online'), rng, (start, pages) => runs.add(start, pages));
    }
  }
  return lru;
}

/** The parts of a node's ranges that lie in none of its zones: reserved pages inside another node's span. They are in use, and nobody frees them. */
function outside(ranges: readonly MemRange[], node: Pgdat): MemRange[] {
  const zones = node.zones.map((z) => z.spec).sort((a, b) => a.startPfn - b.startPfn);
  const out: MemRange[] = [];
  for (const range of ranges) {
    if (range.nid !== node.nid) continue;
    let from: number = range.startPfn;
    const end = range.startPfn + range.pages;
    const push = (to: number): void => {
      if (to > from) out.push({ ...range, startPfn: from as MemRange['startPfn'], pages: to - from });
    };
    for (const zone of zones) {
      const zoneEnd = zone.startPfn + zone.spannedPages;
      if (zoneEnd <= from || zone.startPfn >= end) continue;
      push(zone.startPfn);
      from = zoneEnd;
    }
    push(end);
  }
  return out;
}

/** The ranges of a node inside one of its zones. */
function clip(ranges: readonly MemRange[], nid: number, zone: ZoneSpec): MemRange[] {
  const from = zone.startPfn, to = zone.startPfn + zone.spannedPages;
  const out: MemRange[] = [];
  for (const range of ranges) {
    if (range.nid !== nid) continue;
    const start = Math.max(range.startPfn, from), end = Math.min(range.startPfn + range.pages, to);
    if (start < end) out.push({ ...range, startPfn: start as MemRange['startPfn'], pages: end - start });
  }
  return out;
}
