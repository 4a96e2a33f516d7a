/** The programs of the machine at run time: what their threads ask of the kernel, and how far they have come. */

import { Cause, type Ledger } from '../cost/ledger';
import type { PageAllocator } from '../mm/alloc/allocator';
import type { LruBatches } from '../mm/alloc/lrubatch';
import type { Faults } from '../mm/fault';
import type { Folios } from '../mm/folios';
import { PTE_NONE, PTE_STATE } from '../mm/pte';
import type { ReverseMap, Vma } from '../mm/vma';
import type { Recorder } from '../observe/recorder';
import { Stalls } from '../observe/stalls';
import type { Cpus } from '../sched/cpus';
import { type UserHost, UserTask } from '../sched/user';
import { Prng } from '../sim/prng';
import { EngineBug } from '../types';
import type { Pattern } from '../workload/pattern';
import type { Balancing } from './balancing';
import type { Deferred } from './deferred';
import type { MemorySystem } from './memory';
import { Process } from './process';
import type { Op, ProcessSpec } from './spec';

/** What programs stand on. */
export interface ProgramParts {
  readonly cpus: Cpus;
  readonly ledger: Ledger;
  readonly rec: Recorder;
  readonly rmap: ReverseMap;
  readonly allocator: PageAllocator;
  readonly lru: LruBatches;
  readonly memory: MemorySystem;
  readonly folios: () => Folios;
  readonly faults: () => Faults;
  readonly balancing: () => Balancing;
  readonly deferred: () => Deferred | undefined;
  /** munmap() of one folio, ps. */
  readonly zapPs: number;
  shootdownOne(cpu: number, process: number, pages: number): number;
  broke(sentence: string): void;
}

export class Programs implements UserHost {
  readonly processes: Process[] = [];
  readonly tasks: UserTask[] = [];
  readonly stalls = new Stalls();
  readonly ledger: Ledger;
  accesses = 0;
  localAccesses = 0;
  latencySumPs = 0;
  /** Tasks whose pages changed under them during the point under way. */
  private readonly dirty: UserTask[] = [];

  constructor(private readonly parts: ProgramParts) {
    this.ledger = parts.ledger;
  }

  /** Makes the processes and their threads, ledger rows from 0 on; every thread begins at time 0. */
  make(specs: readonly ProcessSpec[], seed: number, nodes: number): void {
    const { parts } = this;
    specs.forEach((p, index) => {
      const balancing = parts.balancing();
      const process = new Process(
        index, p, balancing.addProcess(index), parts.rmap, nodes, (name) => new Prng(seed, name), (thread, of) => this.syncThread(of, thread), () => parts.cpus.nowPs,
      );
      this.processes.push(process);
      for (const [thread, t] of p.threads.entries()) {
        const task = new UserTask(this.tasks.length, t, index, thread, this, process);
        this.tasks.push(task);
        process.tasks.push(task);
        parts.cpus.add(task);
      }
      balancing.mapped(process);
      process.alive = process.tasks.length;
    });
    for (const task of this.tasks) {
      parts.balancing().fork(task, this.processes[task.process]);
      parts.cpus.wakeAt(task, 0);
    }
  }

  // what UserTask asks for
  latencyPs(cpu: number): Float64Array {
    return this.parts.memory.latencyPs(cpu);
  }

  pattern(task: UserTask, op: Extract<Op, { op: 'sweep' | 'access' }>): { pattern: Pattern; slot: number } {
    const process = this.processes[task.process];
    task.vma = op.op === 'sweep' ? op.vma : process.spec.patterns[op.pattern].vma;
    return process.slotOf(op, task.index);
  }

  vmaOf(task: UserTask): Vma {
    return this.processes[task.process].vmas[task.vma];
  }

  fault(task: UserTask, timePs: number): void {
    this.parts.faults().begin(task, timePs);
  }

  proceed(task: UserTask, timePs: number): boolean {
    const faults = this.parts.faults();
    if (faults.active(task)) return faults.proceed(task, timePs);
    const deferred = this.parts.deferred();
    return deferred?.isWorking(task) ? deferred.proceedWork(task, timePs) : this.parts.balancing().proceed(task, timePs);
  }

  returnToUser(task: UserTask, timePs: number): boolean {
    return this.parts.balancing().begin(task, timePs) || (this.parts.deferred()?.beginWork(task, timePs) ?? false);
  }

  tick(task: UserTask, timePs: number): void {
    const scans = this.parts.balancing().tick(task, timePs), drains = this.parts.deferred()?.tick(task, timePs) ?? false;
    if ((!scans && !drains) || !task.atResched()) return;
    task.interrupt(timePs);
    this.parts.cpus.refresh(task.cpu);
  }

  settleDebts(task: UserTask): boolean {
    const { memory, cpus } = this.parts;
    if (!memory.owes(task.cpu)) return false;
    const cache = memory.cacheDebtPs(task.cpu), copy = memory.bandwidthDebtPs(task.cpu);
    if (cache + copy === 0) return false;
    cpus.steal(task.cpu, Cause.CacheRefill, cache);
    cpus.steal(task.cpu, Cause.CopyBandwidth, copy);
    return true;
  }

  progressed(task: UserTask, n: number, latencyPs: number, localShare: number): void {
    this.accesses += n;
    this.vmaOf(task).accesses += n;
    this.localAccesses += n * localShare;
    this.latencySumPs += latencyPs;
  }

  exited(task: UserTask, timePs: number): void {
    this.parts.deferred()?.design.exit(task.id, timePs);
    const process = this.processes[task.process];
    process.alive--;
    process.ended(task.index);
    // exit_mmap(): the last thread takes the memory with it
    if (process.alive === 0) for (const vma of process.vmas) this.unmap(task, vma);
  }

  /** A first touch found no page anywhere: the task is killed, as by the OOM killer. */
  outOfMemory(task: UserTask, nid: number): void {
    this.parts.rec.count(nid, 'oom', 1);
    task.pattern?.begin(task.slot, 0);
    task.state = 'dead';
    this.parts.broke(`${task.name} found no page for its first touch: the machine is out of memory, and the task was killed.`);
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
        this.parts.balancing().mode = op.mode;
        return true;
      case 'unmap':
        this.unmap(task, process.vmas[op.vma]);
        return true;
      case 'kernelPages':
        for (let i = 0; i < op.count; i++) this.parts.allocator.alloc(task.cpu, this.parts.cpus.nodeOf(task.cpu), 0, 'user');
        return true;
      case 'awaitHintFaults':
        if (this.parts.balancing().hintFaults() >= op.atLeast) return true;
        task.ops.again();
        return this.sleep(task, timePs + op.pollPs);
      default: throw new EngineBug(`no task carries out ${op.op}`);
    }
  }

  private sleep(task: UserTask, untilPs: number): boolean {
    task.state = 'sleeping';
    this.parts.cpus.wakeAt(task, untilPs);
    return false;
  }

  private barrier(process: Process, name: string, task: UserTask, timePs: number): boolean {
    const there = process.arrive(name, task);
    if (there === undefined) {
      task.state = 'waiting';
      return false;
    }
    for (const other of there) if (other !== task) this.parts.cpus.wakeAt(other, timePs);
    return true;
  }

  /** munmap(): the CPU's LRU batch is drained, a pending batched flush carried out, and the folios are freed one by one; their flag words stay (D8). */
  private unmap(task: UserTask, vma: Vma): void {
    const { parts } = this;
    const folios = parts.folios();
    parts.lru.drainCpu(task.cpu);
    if (folios.takeFlushPending(task.process)) parts.cpus.steal(task.cpu, Cause.ShootdownInitiate, parts.shootdownOne(task.cpu, task.process, 0));
    let gone = 0;
    for (let u = 0; u < vma.units; u += vma.folioUnits) {
      if ((vma.flags[u] & PTE_STATE) === PTE_NONE) continue;
      folios.zap(task.cpu, vma, u);
      parts.balancing().resident(task.process, -vma.folioUnits * vma.unitPages);
      gone++;
    }
    if (gone > 0) {
      // zap_pte_range() and the free of each folio, then tlb_finish_mmu()
      parts.cpus.steal(task.cpu, Cause.Kernel, gone * parts.zapPs);
      parts.cpus.steal(task.cpu, Cause.ShootdownInitiate, parts.shootdownOne(task.cpu, task.process, gone * vma.folioUnits * vma.unitPages));
    }
    folios.tables.drop(task.cpu, vma, parts.cpus.nowPs);
  }

  /** Brings the accesses of every thread of a process up to now. */
  syncProcess(process: number): void {
    for (let t = 0; t < this.processes[process].tasks.length; t++) this.syncThread(process, t);
  }

  /** Brings a thread's accesses up to now, because somebody is about to look at its position. */
  private syncThread(process: number, thread: number): void {
    const task = this.processes[process].tasks[thread];
    if (task === undefined || task.state !== 'running') return;
    task.sync(this.parts.cpus.nowPs);
    this.dirty.push(task);
  }

  /** A point is over: tasks whose pages changed under them find their next fault again. */
  settled(timePs: number): void {
    if (this.dirty.length === 0) return;
    for (const task of this.dirty) {
      task.recompute(timePs);
      this.parts.cpus.refresh(task.cpu);
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
    this.parts.cpus.nowPs = timePs;
    for (const p of this.processes) {
      if (p.nextChangePs() > timePs) continue;
      this.syncProcess(p.index);
      p.change(timePs);
    }
    this.settled(timePs);
  }
}
