/** The machine with its programs: wires CPUs, tasks, memory, NUMA balancing, migration and kmigrated together, and shows them (SystemView). */

import { Cause, Ledger } from '../cost/ledger';
import type { KmigratedThread } from '../designs/kmigrated-v1';
import type { Machine } from '../machine/machine';
import { PageAllocator } from '../mm/alloc/allocator';
import { LruBatches } from '../mm/alloc/lrubatch';
import { Faults } from '../mm/fault';
import { Folios } from '../mm/folios';
import { SystemMm } from '../mm/migrate';
import { PTE_MIGRATION, PTE_NONE, PTE_STATE } from '../mm/pte';
import { Tlb } from '../mm/tlb';
import { ReverseMap, type Vma } from '../mm/vma';
import { Counter } from '../observe/counters';
import type { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import { Stalls } from '../observe/stalls';
import { Cpus } from '../sched/cpus';
import { KthreadTask } from '../sched/kthread';
import type { Task } from '../sched/task';
import { UserTask } from '../sched/user';
import { clockOf } from '../sim/jiffies';
import { Prng } from '../sim/prng';
import type { WorldSpec } from '../spec';
import { EngineBug } from '../types';
import { Balancing } from './balancing';
import { check } from './checkers';
import { Deferral } from './deferral';
import { MemorySystem } from './memory';
import { Process } from './process';
import { Reclaim } from './reclaim';
import type { Op, SystemSpec } from './spec';
import type { Pattern } from '../workload/pattern';
import type { PageRuns } from '../workload/supply';
import type { Progress, SystemView, TaskView } from './view';

/** What a visit reads: a struct page, and the flag word of a page_ext. */
const STRUCT_PAGE_BYTES = 64, PAGE_EXT_BYTES = 8;

export class System implements SystemView {
  readonly spec: SystemSpec;
  readonly ledger: Ledger;
  readonly cpus: Cpus;
  readonly mm: SystemMm;
  readonly folios: Folios;
  readonly processes: Process[] = [];
  readonly users: UserTask[] = [];
  readonly kthreads: KthreadTask[] = [];
  private readonly tasksById: Task[] = [];
  private readonly nodeOf: Int32Array;
  private readonly rmap: ReverseMap;
  private readonly allocator: PageAllocator;
  private readonly lru: LruBatches;
  private readonly reclaim: Reclaim | undefined;
  private readonly tlb: Tlb;
  private readonly memory: MemorySystem;
  private readonly faults: Faults;
  readonly balancing: Balancing;
  private readonly deferral: Deferral;
  private readonly stalls = new Stalls();
  private readonly waiters = new Map<number, UserTask[]>();
  private readonly polls = new Map<number, { from: number; op: Extract<Op, { op: 'awaitHintFaults' }> }>();
  private accessesMade = 0;
  private localMade = 0;
  private latencySumPs = 0;
  private readonly oneProcess = new Set<number>();
  private readonly dirty: UserTask[] = [];
  private readonly walked: Float64Array;
  readonly rank: number;
  private readonly broken: string[] = [];

  /** lruOfNode: pages of first occupancy on the LRU; kthreads: how many kmigrated threads there will be. */
  constructor(
    world: WorldSpec, private readonly machine: Machine, private readonly rec: Recorder, rank: number, kthreads: number, lruOfNode: ReadonlyMap<number, PageRuns>,
    private readonly setRank: (rank: number) => void,
  ) {
    const spec = world.system;
    if (spec === undefined) throw new EngineBug('a system without its spec');
    this.spec = spec;
    this.rank = rank;
    this.nodeOf = nodesOfCpus(world);
    const threads = spec.processes.reduce((n, p) => n + p.threads.length, 0);
    const tiering = spec.numaBalancing.mode === 2 && spec.migrator !== 'none';
    this.ledger = new Ledger(this.nodeOf.length, threads + (tiering ? machine.nodes.filter((n) => n.hasMemory).length : 0) + kthreads);
    const clock = clockOf(world.design.hz);
    this.cpus = new Cpus(rank, this.nodeOf, clock, spec.preemption, this.ledger, world.costs.contextSwitchPs, {
      setRank: (r) => this.setRank(r),
      waited: (_task, ps) => { if (ps > 0) this.stalls.add(ps); },
      settled: (timePs) => this.settled(timePs),
    });
    this.rmap = new ReverseMap(machine.frames.pfns);
    this.allocator = new PageAllocator(machine, this.nodeOf, spec.distance);
    const slow = (nid: number): boolean => !this.topTier(nid);
    this.memory = new MemorySystem(spec, world.costs, this.nodeOf, machine.nodeIds, slow);
    this.balancing = new Balancing(world, spec, machine, rec, clock, this.nodeOf, this);
    this.deferral = new Deferral(rec, machine);
    this.walked = new Float64Array(machine.nodeIds);
    this.reclaim = tiering ? new Reclaim(machine, this.rmap, this.allocator, {
      ledger: this.ledger, topTier: (nid) => this.topTier(nid), tiering: () => this.balancing.mode === 2, nowPs: () => this.cpus.nowPs,
      shootdown: (cpu, processes, pages) => this.shootdown(cpu, processes, pages), copied: (from, to, pages) => this.copied(from, to, pages),
      armed: (vma, unit, units) => this.armed(vma, unit, units), wake: (task, timePs) => this.cpus.wake(task, timePs), wakeAt: (task, timePs) => this.cpus.wakeAt(task, timePs),
    }) : undefined;
    const { reclaim } = this;
    this.lru = new LruBatches(machine.frames, this.nodeOf.length, {
      freeFolio: (cpu, head, order, story) => {
        reclaim?.lists.forget(head);
        this.allocator.free(cpu, head, order, story);
      },
      ...(reclaim === undefined ? {} : { onLru: (head: number) => reclaim.lists.add(head) }),
    });
    for (const [nid, runs] of lruOfNode) runs.each((start, pages) => reclaim?.lists.seed(nid, start, pages));
    this.folios = new Folios(machine, world.costs, rec, this.rmap, this.allocator, this.lru, this, () => this.balancing.mode === 2);
    this.tlb = new Tlb(spec.tlb, world.costs, this.cpus, rec, this.nodeOf);
    this.mm = new SystemMm(machine, world.costs, rec, this.folios, this);
    this.faults = new Faults(machine, world.costs, rec, this.folios, this.balancing, {
      migrator: () => spec.migrator, nodeOfCpu: (cpu) => this.nodeOf[cpu], vmaOf: (task) => this.vmaOf(task),
      waitForEntry: (task, vma, unit) => this.waitForEntry(task, vma, unit),
      shootdown: (cpu, process, pages) => this.shootdownOne(cpu, process, pages),
      copied: (from, to, pages) => this.memory.copied(from, to, pages),
      marked: (vma, unit, pfn, nid) => this.deferral.marked(vma, unit, pfn, nid, this.cpus.nowPs),
      armed: (vma, unit, units) => this.armed(vma, unit, units),
      outOfMemory: (task, nid) => this.outOfMemory(task, nid),
      stalled: (_task, ps) => this.stalls.add(ps),
      moving: (head, timePs) => this.moving(head, timePs),
      resident: (process, pages) => this.balancing.resident(process, pages), promotionRefused: (nid) => this.promotionRefused(nid),
    });
    this.makeProcesses(world);
    reclaim?.addTasks(this.tasksById.length, this.folios, world.costs, spec.distance, (nid) => nearestCpu(nid, this.nodeOf, spec.distance, true));
    for (const task of reclaim?.tasks ?? []) {
      this.tasksById.push(task);
      this.cpus.add(task);
    }
  }

  private makeProcesses(world: WorldSpec): void {
    const { spec } = this;
    spec.processes.forEach((p, index) => {
      const process = new Process(index, p, this.balancing.addProcess(index), this.rmap, this.machine.nodeIds, (name) => new Prng(world.seed, name), (thread, of) => this.syncThread(of, thread), () => this.cpus.nowPs);
      this.processes.push(process);
      for (const [thread, t] of p.threads.entries()) {
        const task = new UserTask(this.tasksById.length, t, index, thread, this, process);
        this.tasksById.push(task);
        this.users.push(task);
        process.tasks.push(task);
        this.cpus.add(task);
      }
      this.balancing.mapped(process);
      process.alive = process.tasks.length;
    });
    for (const task of this.users) {
      this.balancing.fork(task, this.processes[task.process]);
      this.cpus.wakeAt(task, 0);
    }
  }

  /** Makes a kmigrated thread a task of a CPU; it begins when init wakes it. */
  addKthread(thread: KmigratedThread): void {
    const { kthread, distance } = this.spec;
    const cpu = kthread.cpu ?? nearestCpu(thread.pgdat.nid, this.nodeOf, distance);
    const task = new KthreadTask(this.tasksById.length, thread, cpu, kthread.nice, this);
    thread.walk.rank = this.cpus.rankOf(cpu);
    this.tasksById.push(task);
    this.kthreads.push(task);
    this.cpus.add(task);
  }

  /** wake_up_process() of kmigrated_run(). */
  startKthread(nid: number, timePs: number): void {
    const task = this.kthreads.find((t) => t.thread.pgdat.nid === nid);
    if (task === undefined) return;
    task.start(timePs);
    this.cpus.wake(task, timePs);
  }

  /** The walk of a thread goes another way now: its CPU's next event is at another time. */
  redirected(thread: KmigratedThread): void {
    const task = this.kthreads.find((t) => t.thread === thread);
    if (task !== undefined && task.state === 'running') this.cpus.refresh(task.cpu);
  }

  nextPoint(): Point | -1 {
    const task = this.cpus.nextTask();
    return task instanceof KthreadTask ? task.thread.nextPoint() : -1;
  }

  // what KthreadTask asks for
  batchCause(): Cause {
    return this.mm.cause;
  }

  sleepUntil(task: Task, timePs: number): void {
    if (timePs !== Infinity) this.cpus.wakeAt(task, timePs);
  }

  passed(task: KthreadTask): void {
    const { nid } = task.thread.pgdat;
    const bytes = this.rec.of(nid, 'pfns_online') * STRUCT_PAGE_BYTES + this.rec.of(nid, 'pfns_lru') * PAGE_EXT_BYTES;
    this.memory.walked(task.cpu, bytes - this.walked[nid]);
    this.walked[nid] = bytes;
  }

  died(): void {
    // the oops is in the trace and in the log; the task is gone
  }

  // what migrate_pages() asks for
  cpuOf(actor: number): number {
    const task = this.kthreads.find((t) => t.thread.pgdat.nid === actor);
    if (task === undefined) throw new EngineBug(`no thread of node ${actor} migrates`);
    return task.cpu;
  }

  shootdown(cpu: number, processes: ReadonlySet<number>, pages: number): number {
    return this.tlb.shootdown(cpu, processes, pages);
  }

  shootdownOne(cpu: number, process: number, pages: number): number {
    this.oneProcess.clear();
    this.oneProcess.add(process);
    return this.tlb.shootdown(cpu, this.oneProcess, pages);
  }

  /** A promotion found its node below the mark: in tiering mode kswapd is told. */
  promotionRefused(nid: number): void {
    if (this.balancing.mode === 2) this.reclaim?.wake(nid, 0);
  }

  stale(head: number): boolean {
    const g = this.rmap.global(head);
    if (g === 0) return false;
    const vma = this.rmap.vmaOf(g);
    return !this.deferral.isMarked(vma, g - vma.firstUnit);
  }

  moving(head: number, timePs: number): void {
    const g = this.rmap.global(head);
    if (g === 0) return;
    const vma = this.rmap.vmaOf(g);
    this.deferral.moving(vma, g - vma.firstUnit, head, timePs);
  }

  copied(from: number, to: number, pages: number): void {
    this.memory.copied(from, to, pages);
  }

  // what Folios asks for
  armed(vma: Vma, unit: number, units: number): void {
    for (let u = unit; u < unit + units; u++) vma.arm(u);
  }

  restored(vma: Vma, unit: number, units: number): void {
    if (this.waiters.size === 0) return;
    for (let u = unit; u < unit + units; u++) {
      const waiting = this.waiters.get(vma.firstUnit + u);
      if (waiting === undefined) continue;
      this.waiters.delete(vma.firstUnit + u);
      for (const task of waiting) {
        this.ledger.wait(task.id, 1, this.cpus.nowPs - task.sincePs);
        this.cpus.wake(task, this.cpus.nowPs);
      }
    }
  }

  moved(vma: Vma, unit: number, units: number, from: number, to: number): void {
    for (let u = unit; u < unit + units; u++) vma.moved(u, from, to);
    if (from >= 0 && to >= 0) this.deferral.came(vma, unit, from, to);
  }

  topTier(nid: number): boolean {
    const { topTier } = this.spec;
    return topTier === undefined ? this.nodeOf.includes(nid) : topTier.some((n) => n === nid);
  }

  // what UserTask asks for
  latencyPs(cpu: number): Float64Array {
    return this.memory.latencyPs(cpu);
  }

  pattern(task: UserTask, op: Extract<Op, { op: 'sweep' | 'access' }>): { pattern: Pattern; slot: number } {
    const slot = this.processes[task.process].slotOf(op, task.index);
    task.vma = op.op === 'sweep' ? op.vma : this.processes[task.process].spec.patterns[op.pattern].vma;
    return slot;
  }

  private vmaOf(task: UserTask): Vma {
    return this.processes[task.process].vmas[task.vma];
  }

  fault(task: UserTask, timePs: number): void {
    this.faults.begin(task, timePs);
  }

  proceed(task: UserTask, timePs: number): boolean {
    return this.faults.active(task) ? this.faults.proceed(task, timePs) : this.balancing.proceed(task, timePs);
  }

  returnToUser(task: UserTask, timePs: number): boolean {
    return this.balancing.begin(task, timePs);
  }

  tick(task: UserTask, timePs: number): void {
    if (this.balancing.tick(task, timePs) && task.atResched()) {
      task.interrupt(timePs);
      this.cpus.refresh(task.cpu);
    }
  }

  settleDebts(task: UserTask): boolean {
    const cache = this.memory.cacheDebtPs(task.cpu), copy = this.memory.bandwidthDebtPs(task.cpu);
    this.cpus.steal(task.cpu, Cause.CacheRefill, cache);
    this.cpus.steal(task.cpu, Cause.CopyBandwidth, copy);
    return cache + copy > 0;
  }

  progressed(_task: UserTask, n: number, latencyPs: number, localShare: number): void {
    this.accessesMade += n;
    this.localMade += n * localShare;
    this.latencySumPs += latencyPs;
  }

  exited(task: UserTask): void {
    const process = this.processes[task.process];
    process.alive--;
    process.ended(task.index);
  }

  operate(task: UserTask, op: Op, timePs: number): boolean {
    const process = this.processes[task.process];
    switch (op.op) {
      case 'sleep': return this.sleep(task, timePs + op.ps);
      case 'barrier': return this.barrier(process, op.name, task, timePs);
      case 'signal':
        process.raise(op.flag);
        return true;
      case 'numaBalancing':
        this.balancing.mode = op.mode;
        return true;
      case 'unmap':
        this.unmap(task, process.vmas[op.vma]);
        return true;
      case 'kernelPages':
        for (let i = 0; i < op.count; i++) this.allocator.alloc(task.cpu, this.nodeOf[task.cpu], 0, 'user');
        return true;
      case 'awaitHintFaults': return this.poll(task, op, timePs);
      default: throw new EngineBug(`no task carries out ${op.op}`);
    }
  }

  private sleep(task: UserTask, untilPs: number): boolean {
    task.state = 'sleeping';
    this.cpus.wakeAt(task, untilPs);
    return false;
  }

  private barrier(process: Process, name: string, task: UserTask, timePs: number): boolean {
    const there = process.arrive(name, task);
    if (there === undefined) {
      task.state = 'waiting';
      return false;
    }
    for (const other of there) if (other !== task) this.cpus.wakeAt(other, timePs);
    return true;
  }

  private poll(task: UserTask, op: Extract<Op, { op: 'awaitHintFaults' }>, timePs: number): boolean {
    const now = this.balancing.hintFaults();
    const poll = this.polls.get(task.id) ?? { from: 0, op };
    this.polls.set(task.id, poll);
    if (now - poll.from >= op.atLeast) {
      this.polls.delete(task.id);
      return true;
    }
    task.ops.again();
    return this.sleep(task, timePs + op.pollPs);
  }

  /** munmap(): the folios of the VMA are freed, one after the other; their flag words stay (D8). */
  private unmap(task: UserTask, vma: Vma): void {
    this.lru.drainCpu(task.cpu);
    if (this.folios.takeFlushPending(task.process)) this.cpus.steal(task.cpu, Cause.ShootdownInitiate, this.shootdownOne(task.cpu, task.process, 0));
    for (let u = 0; u < vma.units; u += vma.folioUnits) {
      if ((vma.flags[u] & PTE_STATE) === PTE_NONE) continue;
      this.folios.zap(task.cpu, vma, u);
      this.balancing.resident(task.process, -vma.folioUnits * vma.unitPages);
    }
    this.folios.tables.drop(task.cpu, vma, this.cpus.nowPs);
  }

  private waitForEntry(task: UserTask, vma: Vma, unit: number): void {
    task.state = 'waiting';
    task.sincePs = this.cpus.nowPs;
    const global = vma.firstUnit + unit;
    const waiting = this.waiters.get(global);
    if (waiting === undefined) this.waiters.set(global, [task]);
    else waiting.push(task);
  }

  private outOfMemory(task: UserTask, nid: number): void {
    this.rec.count(nid, 'oom', 1);
    task.pattern?.begin(task.slot, 0);
    task.state = 'dead';
    this.broken.push(`${task.name} found no page for its first touch: the machine is out of memory, and the task was killed.`);
  }

  syncProcess(process: number): void {
    for (let t = 0; t < this.processes[process].tasks.length; t++) this.syncThread(process, t);
  }

  /** Brings a thread's accesses up to now, because somebody is about to look at its position. */
  private syncThread(process: number, thread: number): void {
    const task = this.processes[process].tasks[thread];
    if (task === undefined || task.state !== 'running') return;
    task.sync(this.cpus.nowPs);
    this.dirty.push(task);
  }

  /** Tasks whose pages changed under them find their next fault again. */
  private settled(timePs: number): void {
    if (this.dirty.length === 0) return;
    for (const task of this.dirty) {
      task.recompute(timePs);
      this.cpus.refresh(task.cpu);
    }
    this.dirty.length = 0;
  }

  /** When a distribution of accesses next changes, ps. */
  nextChangePs(): number {
    let first = Infinity;
    for (const p of this.processes) first = Math.min(first, p.nextChangePs());
    return first;
  }

  /** Hot sets move on: who stands where is settled first, the next faults are found again afterwards. */
  change(timePs: number): void {
    this.cpus.nowPs = timePs;
    for (const p of this.processes) {
      if (p.nextChangePs() > timePs) continue;
      this.syncProcess(p.index);
      p.change(timePs);
    }
    this.settled(timePs);
  }

  /** vmstat_update(), once a second: per-CPU lists of pages shrink. */
  everySecond(): void {
    for (let cpu = 0; cpu < this.nodeOf.length; cpu++) if (this.nodeOf[cpu] >= 0) this.allocator.everySecond(cpu);
  }

  /** Runs the checkers now; returns what does not hold. */
  check(threads: readonly KmigratedThread[]): string[] {
    return check({
      machine: this.machine, rec: this.rec, vmas: this.processes.flatMap((p) => p.vmas), rmap: this.rmap, allocator: this.allocator, ledger: this.ledger, cpus: this.cpus,
      threads, inFaults: this.faults.isolated(), openFaults: this.users.filter((t) => this.faults.active(t)).length, faultEvents: this.balancing.faultEvents,
      reports: this.spec.migrator === 'kmigrated-v1' && this.rec.totals()[Counter.oom] === 0,
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
    return this.tasksById.map((t) => ({ id: t.id, name: t.name, cpu: t.cpu, kind: t.kind, process: t.process, state: t.state }));
  }

  progress(): Progress {
    return {
      accesses: this.accessesMade, localAccesses: this.localMade, latencyPs: this.latencySumPs, stallP99Ps: this.stalls.percentile(0.99), stalls: this.stalls.total,
    };
  }

  loops(process: number, thread: number): number {
    return this.processes[process].tasks[thread].ops.loops;
  }

  nodesOf(process: number, vma: number, into: Int16Array): void {
    const { flags, pfn, units } = this.processes[process].vmas[vma];
    const { owners } = this.machine.frames;
    for (let u = 0; u < units; u++) {
      const state = flags[u] & PTE_STATE;
      into[u] = state === PTE_NONE ? -1 : state === PTE_MIGRATION ? -2 : owners.nid(pfn[u]);
    }
  }

  violations(): readonly string[] {
    return this.broken;
  }

  longestNoReschedPs(): number {
    return this.kthreads.reduce((most, t) => Math.max(most, t.longestNoReschedPs), 0);
  }

  peakUnmapped(): number {
    return this.folios.peakUnmapped;
  }
}

/** Node of each CPU; CPUs are numbered from 0 without gaps. */
function nodesOfCpus(world: WorldSpec): Int32Array {
  const pairs = world.machine.nodes.flatMap((n) => n.cpus.map((cpu) => [cpu, n.nid] as const));
  const nodeOf = new Int32Array(pairs.reduce((most, [cpu]) => Math.max(most, cpu + 1), 0)).fill(-1);
  for (const [cpu, nid] of pairs) nodeOf[cpu] = nid;
  return nodeOf;
}

/** The first (or the last) CPU of a node, or of the nearest node that has one: kswapd stays out of kmigrated's way, as a scheduler would see to. */
function nearestCpu(nid: number, nodeOf: Int32Array, distance: SystemSpec['distance'], last = false): number {
  let best = 0, least = Infinity;
  nodeOf.forEach((from, cpu) => {
    const far = from === nid ? 0 : (distance[nid]?.[from] ?? 20);
    if (from >= 0 && (far < least || (last && far === least))) {
      least = far;
      best = cpu;
    }
  });
  return best;
}
