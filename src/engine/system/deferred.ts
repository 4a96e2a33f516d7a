/** A deferred design in the whole machine: its workers as tasks of CPUs, the reports of hint faults, its task work, and its waits for locks. */

import { Cause, type Ledger, Wait } from '../cost/ledger';
import type { CostTable } from '../cost/table';
import { BLOCK, type Design, type DesignContext, OVER, type Report, type ReportAnswer, type Worker } from '../designs/design';
import type { DeferredOptions } from '../designs/options';
import { makeDesign } from '../designs/registry';
import type { Machine } from '../machine/machine';
import type { MmEnv } from '../mm/env';
import type { Recorder } from '../observe/recorder';
import type { Cpus } from '../sched/cpus';
import type { Task } from '../sched/task';
import type { UserTask } from '../sched/user';
import { WorkerTask } from '../sched/worker';
import type { Clock } from '../sim/jiffies';
import { EngineBug } from '../types';
import type { SystemSpec } from './spec';
import { nearestCpu } from './topology';

export interface DeferredParts {
  readonly machine: Machine;
  readonly env: MmEnv;
  readonly rec: Recorder;
  readonly costs: CostTable;
  readonly clock: Clock;
  readonly cpus: Cpus;
  readonly ledger: Ledger;
  readonly nodeOf: Int32Array;
  topTier(nid: number): boolean;
  /** Process whose page tables map a folio, or -1. */
  processOf(head: number): number;
  userTask(id: number): UserTask;
}

export class Deferred {
  readonly design: Design;
  readonly tasks: WorkerTask[] = [];
  private readonly byWorker = new Map<Worker, WorkerTask>();
  /** Tasks whose work is under way. */
  private readonly working = new Set<number>();

  constructor(options: DeferredOptions, spec: SystemSpec, private readonly parts: DeferredParts) {
    const { cpus, nodeOf } = parts;
    const context: DesignContext = {
      machine: parts.machine, env: parts.env, rec: parts.rec, costs: parts.costs, clock: parts.clock, hz: parts.clock.hz, cpus: nodeOf.length,
      nodeOfCpu: (cpu) => nodeOf[cpu], topTier: (nid) => parts.topTier(nid), processOf: (head) => parts.processOf(head), distance: (from, to) => spec.distance[from]?.[to] ?? (from === to ? 10 : 20),
      cpuOf: (worker) => this.byWorker.get(worker)?.cpu ?? -1, wake: (worker) => this.wake(worker), wakeTask: (task) => this.wakeTask(parts.userTask(task)),
    };
    this.design = makeDesign(options, context);
    this.addTasks = (firstId) => this.design.workers.map((worker, i) => {
      const { kthread, distance } = spec;
      const cpu = kthread.cpu ?? nearestCpu(kthread.node ?? worker.nid, nodeOf, distance);
      const task = new WorkerTask(firstId + i, worker, cpu, kthread.nice, { ledger: parts.ledger, wakeAt: (t, timePs) => cpus.wakeAt(t, timePs) });
      this.tasks.push(task);
      this.byWorker.set(worker, task);
      return task;
    });
  }

  /** Makes the workers tasks, ledger rows from a number on; the caller adds them to the CPUs and starts them. */
  readonly addTasks: (firstId: number) => WorkerTask[];

  /** Every worker begins: its thread was created and woken at time 0. */
  start(): void {
    for (const task of this.tasks) {
      task.ask();
      this.parts.cpus.wakeAt(task, 0);
    }
  }

  private wake(worker: Worker): void {
    const task = this.byWorker.get(worker);
    if (task === undefined || !task.ask()) return;
    this.parts.rec.count(worker.nid, 'worker_wakeups', 1);
    this.parts.cpus.wake(task, this.parts.cpus.nowPs);
  }

  private wakeTask(task: UserTask): void {
    const { cpus, ledger, rec, nodeOf } = this.parts;
    const ps = cpus.nowPs - task.sincePs;
    ledger.wait(task.id, Wait.Lock, ps);
    rec.count(nodeOf[task.cpu], 'lock_wait_ps', ps);
    cpus.wake(task, cpus.nowPs);
  }

  report(report: Report, timePs: number): ReportAnswer {
    return this.design.report(report, timePs);
  }

  /** The next stretch of the report of a task; true when it is over. */
  proceed(task: UserTask, timePs: number): boolean {
    return this.went(task, Cause.Mark, this.design.stepReport(task.id, timePs), timePs);
  }

  /** Task work of a task that is on its way to user mode: true when it begins. */
  beginWork(task: UserTask, timePs: number): boolean {
    if (this.working.has(task.id) || !this.design.beginWork(task.id, task.cpu, timePs)) return false;
    this.working.add(task.id);
    task.kernel(timePs, Cause.Kernel, this.parts.costs.taskWorkPs);
    return true;
  }

  isWorking(task: UserTask): boolean {
    return this.working.has(task.id);
  }

  /** The next stretch of task work; true when it is over. */
  proceedWork(task: UserTask, timePs: number): boolean {
    if (!this.working.has(task.id)) throw new EngineBug(`${task.name} has no work of its own`);
    const over = this.went(task, Cause.InlineMigration, this.design.stepWork(task.id, timePs), timePs);
    if (over) this.working.delete(task.id);
    return over;
  }

  private went(task: UserTask, cause: Cause, ps: number, timePs: number): boolean {
    if (ps === OVER) return true;
    task.kernel(timePs, cause, ps === BLOCK ? 0 : ps);
    if (ps === BLOCK) {
      this.parts.rec.count(this.parts.nodeOf[task.cpu], 'lock_waits', 1);
      task.state = 'waiting';
      task.sincePs = timePs;
    }
    return false;
  }

  tick(task: Task, timePs: number): boolean {
    return this.design.tick(task.id, timePs);
  }

  longestNoReschedPs(): number {
    return this.tasks.reduce((most, t) => Math.max(most, t.longestNoReschedPs), 0);
  }
}
