/** Who pays: simulated CPU time by CPU and by task, by cause; it sums to the time that has passed on every CPU, and a checker says so. */

/** Causes of CPU time. */
export const Cause = {
  Idle: 0,
  /** The program's own work between accesses. */
  Compute: 1,
  /** Accesses to memory of the CPU's own node, and of others. */
  AccessLocal: 2,
  AccessRemote: 3,
  FirstTouch: 4,
  HintFault: 5,
  /** kmigrated_add_pfn() inside the fault. */
  Mark: 6,
  /** Migration inside the hint fault. */
  InlineMigration: 7,
  /** A store to a page that lost its write bit. */
  WriteRefault: 8,
  /** task_numa_work(). */
  PteScan: 9,
  KthreadWalk: 10,
  KthreadMigrate: 11,
  /** Waiting for the other CPUs to answer a shootdown. */
  ShootdownInitiate: 12,
  ShootdownReceive: 13,
  TlbRefill: 14,
  CacheRefill: 15,
  /** Own accesses slowed by a copy of pages at the node. */
  CopyBandwidth: 16,
  ContextSwitch: 17,
  /** kswapd: reclaim and demotion. */
  Kswapd: 18,
  /** Entering a wait on a migration entry, other system calls. */
  Kernel: 19,
  /** The share of the CPU that a duty below 1 gives away. */
  OtherWork: 20,
} as const;
export type Cause = (typeof Cause)[keyof typeof Cause];
export const CAUSES = 21;

/** Stable names for files, charts and tests, by Cause. */
export const CAUSE_NAMES: readonly string[] = [
  'idle', 'compute', 'access local', 'access remote', 'first touch', 'hint fault', 'mark', 'inline migration', 'write refault', 'pte scan',
  'kthread walk', 'kthread migrate', 'shootdown initiator', 'shootdown receiver', 'tlb refill', 'cache refill', 'copy bandwidth', 'context switch',
  'kswapd', 'kernel', 'other work',
];

/** Causes of waiting: no CPU's time, but a task's. */
export const Wait = { RunQueue: 0, MigrationEntry: 1, Sleep: 2, Barrier: 3, Lock: 4 } as const;
export type Wait = (typeof Wait)[keyof typeof Wait];
export const WAITS = 5;
export const WAIT_NAMES: readonly string[] = ['run queue', 'migration entry', 'sleep', 'barrier', 'lock'];

export class Ledger {
  /** cpu * CAUSES + cause, in ps. */
  readonly byCpu: Float64Array;
  /** task * CAUSES + cause, in ps. */
  readonly byTask: Float64Array;
  /** task * WAITS + wait, in ps. */
  readonly waits: Float64Array;

  constructor(readonly cpus: number, readonly tasks: number) {
    this.byCpu = new Float64Array(cpus * CAUSES);
    this.byTask = new Float64Array(tasks * CAUSES);
    this.waits = new Float64Array(tasks * WAITS);
  }

  /** Time of a CPU, paid by a task; task -1: nobody's (idle, interrupts without a victim). */
  charge(cpu: number, task: number, cause: Cause, ps: number): void {
    this.byCpu[cpu * CAUSES + cause] += ps;
    if (task >= 0) this.byTask[task * CAUSES + cause] += ps;
  }

  wait(task: number, why: Wait, ps: number): void {
    this.waits[task * WAITS + why] += ps;
  }

  /** Everything charged to a CPU so far, idle time included. */
  ofCpu(cpu: number): number {
    let sum = 0;
    for (let c = 0; c < CAUSES; c++) sum += this.byCpu[cpu * CAUSES + c];
    return sum;
  }

  copy(): Ledger {
    const made = new Ledger(this.cpus, this.tasks);
    made.take(this);
    return made;
  }

  /** Takes over the figures of another ledger of the same shape. */
  take(other: Ledger): void {
    this.byCpu.set(other.byCpu);
    this.byTask.set(other.byTask);
    this.waits.set(other.waits);
  }

  /** A cause over all CPUs. */
  total(cause: Cause): number {
    let sum = 0;
    for (let cpu = 0; cpu < this.cpus; cpu++) sum += this.byCpu[cpu * CAUSES + cause];
    return sum;
  }
}
