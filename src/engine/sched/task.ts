/** A task as a run queue sees it: struct sched_entity's runtime and state, and how its work goes on, stops and is delayed. */

export type TaskState = 'running' | 'runnable' | 'sleeping' | 'waiting' | 'dead';

/** Weight of nice 0; vruntime advances by time * NICE_0_LOAD / weight. */
const NICE_0_LOAD = 1024;

/** Weight of a nice value: a factor of 1.25 a step (sched_prio_to_weight[], to its rule instead of its rounded table). */
export function weightOf(nice: number): number {
  let weight = NICE_0_LOAD;
  for (let i = 0; i < Math.abs(nice); i++) weight = nice > 0 ? weight / 1.25 : weight * 1.25;
  return Math.max(1, Math.round(weight));
}

export abstract class Task {
  state: TaskState = 'sleeping';
  /** Virtual runtime in ps at nice 0. */
  vruntime = 0;
  /** CPU time so far (p->se.sum_exec_runtime), in ps. */
  sumExecPs = 0;
  /** When it began to wait for the CPU, or came on it. */
  sincePs = 0;
  readonly perWeight: number;

  /** id: row of the ledger; cpu: the only one that it may run on. */
  constructor(
    readonly id: number, readonly name: string, readonly cpu: number, nice: number, readonly kind: 'user' | 'kthread', readonly process: number,
  ) {
    this.perWeight = NICE_0_LOAD / weightOf(nice);
  }

  /** When its next point executes if it stays on its CPU, in ps. */
  abstract nextPs(): number;
  /** Executes the next point at a time. It may change its state. */
  abstract step(timePs: number): void;
  /** Comes on its CPU; its work goes on at that time. */
  abstract enter(timePs: number): void;
  /** Is taken off its CPU between two points. */
  abstract leave(timePs: number): void;
  /** An interrupt at a time takes time from it. */
  abstract delay(byPs: number, timePs: number): void;
  /** Charges a stretch of its time on the CPU to the ledger. */
  abstract charge(fromPs: number, toPs: number): void;
  /** In user mode, or at a point where the kernel asks to be rescheduled: the CPU may be taken away whatever the preemption model. */
  abstract atResched(): boolean;
  /** Whether a timer that fires now is one that it still waits for. */
  expects(_timePs: number): boolean {
    return true;
  }

  /** The tick found it running. */
  abstract tick(timePs: number): void;
}
