/** The machine with its programs: wires CPUs, tasks, memory, NUMA balancing, migration and kmigrated together, and shows them (SystemView). */

import { Ledger } from '../cost/ledger';
import type { KmigratedThread } from '../designs/kmigrated-v1';
import type { Machine } from '../machine/machine';
import { PageAllocator } from '../mm/alloc/allocator';
import { LruBatches } from '../mm/alloc/lrubatch';
import { Faults } from '../mm/fault';
import { Folios } from '../mm/folios';
import { SystemMm } from '../mm/migrate';
import { PTE_MIGRATION, PTE_NONE, PTE_STATE } from '../mm/pte';
import { Tlb } from '../mm/tlb';
import { ReverseMap } from '../mm/vma';
import { Counter } from '../observe/counters';
import { Probe } from '../observe/probe';
import type { Recorder } from '../observe/recorder';
import { Stall } from '../observe/stalls';
import { Cpus } from '../sched/cpus';
import type { Task } from '../sched/task';
import { type Clock, clockOf } from '../sim/jiffies';
import type { WorldSpec } from '../spec';
import { EngineBug } from '../types';
import type { PageRuns } from '../workload/supply';
import { Balancing } from './balancing';
import { check } from './checkers';
import { Deferred } from './deferred';
import { DEFERRED_DEFAULTS, type DeferredKind } from '../designs/options';
import { Entries } from './entries';
import { Kthreads } from './kthreads';
import { MemorySystem } from './memory';
import { Programs } from './programs';
import { Reclaim } from './reclaim';
import type { Migrator, SystemSpec } from './spec';
import { nearestCpu, nodesOfCpus, spansOf, topTierOf } from './topology';
import type { Progress, SystemView, TaskView } from './view';

/** Ledger rows kept for the workers of a deferred design, by node. */
const MOST_WORKERS = 1;

const isDeferred = (migrator: Migrator): migrator is DeferredKind => migrator in DEFERRED_DEFAULTS;

export class System implements SystemView {
  readonly spec: SystemSpec;
  readonly ledger: Ledger;
  readonly cpus: Cpus;
  readonly mm: SystemMm;
  readonly folios: Folios;
  readonly programs: Programs;
  readonly kthreads: Kthreads;
  readonly balancing: Balancing;
  private readonly allTasks: Task[] = [];
  private readonly nodeOf: Int32Array;
  private readonly rmap: ReverseMap;
  private readonly allocator: PageAllocator;
  private readonly lru: LruBatches;
  private readonly reclaim: Reclaim | undefined;
  readonly deferred: Deferred | undefined;
  readonly probe: Probe | undefined;
  private readonly tlb: Tlb;
  private readonly memory: MemorySystem;
  private readonly faults: Faults;
  private readonly entries: Entries;
  private readonly oneProcess = new Set<number>();
  private readonly broken: string[] = [];
  /** By CPU: what the task is that came on it last. */
  private readonly cpuKind: (Task['kind'] | undefined)[] = [];

  /** rank: of the CPUs among the world's actors; lruOfNode: pages of first occupancy on the LRU; kthreads: how many kmigrated threads there will be. */
  constructor(
    world: WorldSpec, private readonly machine: Machine, private readonly rec: Recorder, readonly rank: number, kthreads: number, lruOfNode: ReadonlyMap<number, PageRuns>,
    setRank: (rank: number) => void,
  ) {
    const spec = world.system;
    if (spec === undefined) throw new EngineBug('a system without its spec');
    this.spec = spec;
    const { costs } = world;
    this.nodeOf = nodesOfCpus(world);
    const topTier = topTierOf(spec, this.nodeOf);
    const tiering = spec.numaBalancing.mode === 2 && spec.migrator !== 'none' && spec.migrator !== 'ideal';
    const users = spec.processes.reduce((n, p) => n + p.threads.length, 0);
    this.ledger = new Ledger(this.nodeOf.length, users + (tiering ? machine.nodes.filter((n) => n.hasMemory).length : 0) + kthreads + (isDeferred(spec.migrator) ? MOST_WORKERS * machine.nodes.length : 0));
    const clock = clockOf(world.design.hz);
    this.cpus = new Cpus(rank, this.nodeOf, clock, spec.preemption, this.ledger, costs.contextSwitchPs, {
      setRank, waited: (task, ps) => this.cameOn(task, ps), settled: (timePs) => this.programs.settled(timePs),
    });
    this.rmap = new ReverseMap(machine.frames.pfns);
    this.allocator = new PageAllocator(machine, this.nodeOf, spec.distance);
    this.memory = new MemorySystem(spec, costs, this.nodeOf, machine.nodeIds, (nid) => !topTier(nid));
    this.entries = new Entries(machine, rec, this.rmap, this.cpus, this.ledger, topTier, (ps) => this.programs.stalls.add(ps, Stall.EntryWait));
    this.reclaim = tiering ? this.makeReclaim() : undefined;
    this.lru = this.makeLru(lruOfNode);
    this.folios = new Folios(machine, costs, rec, this.rmap, this.allocator, this.lru, this.entries, () => this.balancing.mode === 2);
    this.tlb = new Tlb(spec.tlb, costs, this.cpus, rec, this.nodeOf);
    this.mm = this.makeMm(world);
    this.programs = new Programs({
      cpus: this.cpus, ledger: this.ledger, rec, rmap: this.rmap, allocator: this.allocator, lru: this.lru, memory: this.memory,
      zapPs: costs.zapFolioPs, folios: () => this.folios, faults: () => this.faults, balancing: () => this.balancing, deferred: () => this.deferred,
      shootdownOne: (cpu, process, pages) => this.shootdownOne(cpu, process, pages), broke: (text) => this.blame([text]),
    });
    this.balancing = this.makeBalancing(world, clock);
    this.deferred = this.makeDeferred(world, clock);
    this.faults = this.makeFaults(world);
    if (spec.probe === true) this.folios.probe = this.entries.probe = this.probe = new Probe(() => this.cpus.nowPs, spansOf(world));
    this.kthreads = new Kthreads(spec, this.cpus, this.ledger, rec, this.memory, this.nodeOf, () => this.mm.cause);
    this.programs.make(spec.processes, world.seed, machine.nodeIds);
    this.allTasks.push(...this.programs.tasks);
    this.reclaim?.addTasks(this.allTasks.length, this.folios, costs, spec.distance, (nid) => nearestCpu(nid, this.nodeOf, spec.distance, true));
    for (const task of this.reclaim?.tasks ?? []) this.addTask(task);
    for (const task of this.deferred?.addTasks(this.allTasks.length) ?? []) this.addTask(task);
    this.deferred?.start();
  }

  /** A task came on its CPU after waiting for it. A program that did not wait found it idle; one that follows a kthread made no accesses meanwhile either. */
  private cameOn(task: Task, waitedPs: number): void {
    if (waitedPs > 0) this.programs.stalls.add(waitedPs, Stall.RunQueue);
    if (task.kind === 'user' && (waitedPs === 0 || this.cpuKind[task.cpu] !== 'user')) this.memory.forgetCopies(task.cpu);
    this.cpuKind[task.cpu] = task.kind;
  }

  private addTask(task: Task): void {
    this.allTasks.push(task);
    this.cpus.add(task);
  }

  private makeReclaim(): Reclaim {
    return new Reclaim(this.machine, this.rmap, this.allocator, {
      ledger: this.ledger, topTier: this.entries.topTier, tiering: () => this.balancing.mode === 2, nowPs: () => this.cpus.nowPs,
      shootdown: (cpu, processes, pages) => this.tlb.shootdown(cpu, processes, pages, true), copied: (cpu, from, to, pages) => this.memory.copied(cpu, from, to, pages),
      armed: (vma, unit, units) => this.entries.armed(vma, unit, units), wake: (task, timePs) => this.cpus.wake(task, timePs), wakeAt: (task, timePs) => this.cpus.wakeAt(task, timePs),
    });
  }

  private makeLru(lruOfNode: ReadonlyMap<number, PageRuns>): LruBatches {
    const { reclaim } = this;
    for (const [nid, runs] of lruOfNode) runs.each((start, pages) => reclaim?.lists.seed(nid, start, pages));
    return new LruBatches(this.machine.frames, this.nodeOf.length, {
      freeFolio: (cpu, head, order, story) => {
        reclaim?.lists.forget(head);
        this.allocator.free(cpu, head, order, story);
      },
      ...(reclaim === undefined ? {} : { onLru: (head: number) => reclaim.lists.add(head) }),
    });
  }

  private makeMm(world: WorldSpec): SystemMm {
    return new SystemMm(this.machine, world.costs, this.rec, this.folios, {
      cpuOf: (actor) => this.kthreads.of(actor)?.cpu ?? 0, shootdown: (cpu, processes, pages) => this.tlb.shootdown(cpu, processes, pages, true),
      moving: (head) => this.entries.moving(head), copied: (cpu, from, to, pages) => this.memory.copied(cpu, from, to, pages),
      stale: (head) => this.entries.stale(head), promotionRefused: (nid) => this.promotionRefused(nid),
    });
  }

  private makeBalancing(world: WorldSpec, clock: Clock): Balancing {
    return new Balancing(world, this.spec, this.machine, this.rec, clock, this.nodeOf, {
      topTier: this.entries.topTier, processes: this.programs.processes, cpus: this.cpus, folios: this.folios,
      syncProcess: (process) => this.programs.syncProcess(process), shootdownOne: (cpu, process, pages) => this.shootdownOne(cpu, process, pages),
    });
  }

  private makeDeferred(world: WorldSpec, clock: Clock): Deferred | undefined {
    const { spec } = this;
    if (!isDeferred(spec.migrator)) return undefined;
    const options = spec.deferred?.kind === spec.migrator ? spec.deferred : DEFERRED_DEFAULTS[spec.migrator];
    return new Deferred(options, spec, {
      machine: this.machine, env: this.mm, rec: this.rec, costs: world.costs, clock, cpus: this.cpus, ledger: this.ledger, nodeOf: this.nodeOf,
      topTier: (nid) => this.entries.topTier(nid), processOf: (head) => this.folios.processOf(head), userTask: (id) => this.programs.tasks[id],
    });
  }

  private makeFaults(world: WorldSpec): Faults {
    const { programs, entries, memory } = this;
    return new Faults(this.machine, world.costs, this.rec, this.folios, this.balancing, {
      migrator: () => this.spec.migrator, reports: () => this.deferred, nodeOfCpu: (cpu) => this.nodeOf[cpu], vmaOf: (task) => programs.vmaOf(task),
      waitForEntry: (task, vma, unit) => entries.wait(task, vma, unit), shootdown: (cpu, process, pages, batched) => this.shootdownOne(cpu, process, pages, batched),
      copied: (cpu, from, to, pages) => memory.copied(cpu, from, to, pages), marked: (vma, unit, pfn, nid) => entries.marked(vma, unit, pfn, nid),
      armed: (vma, unit, units) => entries.armed(vma, unit, units), outOfMemory: (task, nid) => programs.outOfMemory(task, nid),
      stalled: (_task, ps, why) => programs.stalls.add(ps, why), moving: (head) => entries.moving(head),
      resident: (process, pages) => this.balancing.resident(process, pages), promotionRefused: (nid) => this.promotionRefused(nid),
    });
  }

  /** Makes a kmigrated thread a task of a CPU. */
  addKthread(thread: KmigratedThread): void {
    this.addTask(this.kthreads.add(thread, this.allTasks.length));
  }

  private shootdownOne(cpu: number, process: number, pages: number, batched = false): number {
    this.oneProcess.clear();
    this.oneProcess.add(process);
    return this.tlb.shootdown(cpu, this.oneProcess, pages, batched);
  }

  /** A promotion found its node below the mark: in tiering mode kswapd is told. */
  private promotionRefused(nid: number): void {
    if (this.balancing.mode === 2) this.reclaim?.wake(nid, 0);
  }

  /** vmstat_update(), once a second: per-CPU lists of pages shrink. */
  everySecond(): void {
    for (let cpu = 0; cpu < this.nodeOf.length; cpu++) if (this.nodeOf[cpu] >= 0) this.allocator.everySecond(cpu);
  }

  /** Runs the checkers now; returns what does not hold. */
  check(threads: readonly KmigratedThread[]): string[] {
    return check({
      machine: this.machine, rec: this.rec, vmas: this.programs.processes.flatMap((p) => p.vmas), rmap: this.rmap, lru: this.lru, allocator: this.allocator, ledger: this.ledger,
      cpus: this.cpus, threads, inFaults: [...this.faults.isolated(), ...(this.deferred?.design.held() ?? [])], openFaults: this.programs.tasks.filter((t) => this.faults.active(t)).length,
      faultEvents: this.balancing.faultEvents, reports: this.spec.migrator === 'kmigrated-v1' && !this.machine.repairs.has('D3') && this.rec.totals()[Counter.oom] === 0,
    });
  }

  /** Notes what a checker found; the first twenty are kept. */
  blame(sentences: readonly string[]): void {
    for (const text of sentences) if (this.broken.length < 20 && !this.broken.includes(text)) this.broken.push(text);
  }

  // SystemView
  ledgerAt(timePs: number): Ledger {
    const saved = this.ledger.copy();
    this.cpus.chargePending(timePs);
    const then = this.ledger.copy();
    this.ledger.take(saved);
    return then;
  }

  tasks(): readonly TaskView[] {
    return this.allTasks.map((t) => ({ id: t.id, name: t.name, cpu: t.cpu, kind: t.kind, process: t.process, state: t.state }));
  }

  progress(): Progress {
    const { accesses, localAccesses, latencySumPs, stalls } = this.programs;
    return { accesses, localAccesses, latencyPs: latencySumPs, stallP99Ps: stalls.percentile(0.99), stalls: stalls.total };
  }

  loops(process: number, thread: number): number {
    return this.programs.processes[process].tasks[thread].ops.loops;
  }

  nodesOf(process: number, vma: number, into: Int16Array): void {
    const { flags, pfn, units } = this.programs.processes[process].vmas[vma];
    const { owners } = this.machine.frames;
    for (let u = 0; u < units; u++) {
      const state = flags[u] & PTE_STATE;
      into[u] = state === PTE_NONE ? -1 : state === PTE_MIGRATION ? -2 : owners.nid(pfn[u]);
    }
  }

  stallPs(share: number, kind?: Stall): number {
    return this.programs.stalls.percentile(share, kind);
  }

  linesEvicted(): number {
    return this.memory.linesEvicted();
  }

  overheadBytes(): number {
    const present = this.machine.nodes.reduce((sum, node) => sum + node.zones.reduce((n, z) => n + z.spec.presentPages, 0), 0);
    return this.spec.migrator === 'kmigrated-v1' ? present * 8 : (this.deferred?.design.overheadBytes() ?? 0);
  }

  violations(): readonly string[] {
    return this.broken;
  }

  longestNoReschedPs(): number {
    return Math.max(this.kthreads.longestNoReschedPs(), this.deferred?.longestNoReschedPs() ?? 0);
  }

  peakUnmapped(): number {
    return this.folios.peakUnmapped;
  }
}
