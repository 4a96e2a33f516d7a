/** The kmigrated threads as tasks of the machine's CPUs. */

import type { Cause, Ledger } from '../cost/ledger';
import type { KmigratedThread } from '../designs/kmigrated-v1';
import type { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import type { Cpus } from '../sched/cpus';
import { KthreadTask, type KthreadHost } from '../sched/kthread';
import type { Task } from '../sched/task';
import type { MemorySystem } from './memory';
import type { SystemSpec } from './spec';
import { nearestCpu } from './topology';

/** What a visit reads: a struct page, and the flag word of a page_ext. */
const STRUCT_PAGE_BYTES = 64, PAGE_EXT_BYTES = 8;

export class Kthreads implements KthreadHost {
  readonly tasks: KthreadTask[] = [];
  private readonly byNode: (KthreadTask | undefined)[] = [];
  /** By node: bytes of metadata that its walks have read and paid for. */
  private readonly walked: number[] = [];

  constructor(
    private readonly spec: SystemSpec, private readonly cpus: Cpus, readonly ledger: Ledger, private readonly rec: Recorder, private readonly memory: MemorySystem,
    private readonly nodeOf: Int32Array, readonly batchCause: () => Cause,
  ) {}

  /** Makes a thread a task with a ledger row; it begins when init wakes it. */
  add(thread: KmigratedThread, id: number): KthreadTask {
    const { kthread, distance } = this.spec;
    const { nid } = thread.pgdat;
    const cpu = thread.nodeLocal ? nearestCpu(nid, this.nodeOf, distance) : (kthread.cpu ?? nearestCpu(kthread.node ?? nid, this.nodeOf, distance));
    const task = new KthreadTask(id, thread, cpu, kthread.nice, this);
    thread.walk.rank = this.cpus.rankOf(cpu);
    this.tasks.push(task);
    this.byNode[nid] = task;
    return task;
  }

  of(nid: number): KthreadTask | undefined {
    return this.byNode[nid];
  }

  /** wake_up_process() of kmigrated_run(). */
  start(nid: number, timePs: number): void {
    const task = this.byNode[nid];
    if (task === undefined) return;
    task.start(timePs);
    this.cpus.wake(task, timePs);
  }

  /** wake_up() of a thread's wait queue (D4 repaired). */
  wake(nid: number, timePs: number): void {
    const task = this.byNode[nid];
    if (task !== undefined) this.cpus.wake(task, timePs);
  }

  /** The walk of a thread goes another way now: its CPU's next event is at another time. */
  redirected(thread: KmigratedThread): void {
    const task = this.byNode[thread.pgdat.nid];
    if (task !== undefined && task.state === 'running') this.cpus.refresh(task.cpu);
  }

  nextPoint(): Point | -1 {
    const task = this.cpus.nextTask();
    return task instanceof KthreadTask ? task.thread.nextPoint() : -1;
  }

  sleepUntil(task: Task, timePs: number): void {
    if (timePs !== Infinity) this.cpus.wakeAt(task, timePs);
  }

  passed(task: KthreadTask): void {
    const { nid } = task.thread.pgdat;
    const bytes = this.rec.of(nid, 'pfns_online') * STRUCT_PAGE_BYTES + this.rec.of(nid, 'pfns_lru') * PAGE_EXT_BYTES;
    this.memory.walked(task.cpu, bytes - (this.walked[nid] ?? 0));
    this.walked[nid] = bytes;
  }

  /** The longest stretch of any thread without a chance to reschedule, ps (M7). */
  longestNoReschedPs(): number {
    return this.tasks.reduce((most, t) => Math.max(most, t.longestNoReschedPs), 0);
  }
}
