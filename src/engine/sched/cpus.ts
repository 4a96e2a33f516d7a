/**
 * All CPUs of the machine: a run queue each, the tick, wake-ups and interrupts. Mirrors what kernel/sched/fair.c (6.16) does to pinned tasks, simplified:
 * the task with the least virtual runtime runs, a slice is 3 ms and ends at a tick, a woken task preempts one that is 1 ms ahead of it.
 */

import { Cause, type Ledger, Wait } from '../cost/ledger';
import type { Actor } from '../sim/actor';
import type { Clock } from '../sim/jiffies';
import type { Preemption } from '../system/spec';
import { EngineBug, PS_PER_MS } from '../types';
import type { Task } from './task';
import { Timers } from './timers';
import { Winners } from './winners';

const SLICE_PS = 3 * PS_PER_MS;
const WAKEUP_GRANULARITY_PS = PS_PER_MS;

export interface CpusHost {
  /** The rank of what executes now, for the order of lazy walks. */
  setRank(rank: number): void;
  /** A task came on a CPU after waiting for it, ps. */
  waited(task: Task, ps: number): void;
  /** A point is over: what others did to the tasks of other CPUs is worked in. */
  settled(timePs: number): void;
}

/** One CPU. */
class Cpu {
  current: Task | undefined;
  last: Task | undefined;
  readonly queue: Task[] = [];
  /** Everything up to here is in the ledger; may lie ahead of now while an interrupt or a switch takes its time. */
  accountedPs = 0;
  tickPs = Infinity;
  sliceFromPs = 0;
  needResched = false;
  minVruntime = 0;

  constructor(readonly id: number, readonly nid: number) {}
}

export class Cpus implements Actor {
  private readonly list: Cpu[];
  private readonly due: Float64Array;
  private readonly timers = new Timers();
  private readonly tasks: Task[] = [];
  private readonly winners: Winners;
  nowPs = 0;

  constructor(
    readonly rank: number, nodeOfCpu: Int32Array, private readonly clock: Clock, private readonly preemption: Preemption,
    private readonly ledger: Ledger, private readonly switchPs: number, private readonly host: CpusHost,
  ) {
    this.list = Array.from(nodeOfCpu, (nid, id) => new Cpu(id, nid));
    this.due = new Float64Array(this.list.length).fill(Infinity);
    this.winners = new Winners(this.due);
  }

  /** Node of a CPU. */
  nodeOf(cpu: number): number {
    return this.list[cpu].nid;
  }

  /** Order of a CPU's events among everything that happens at one time. */
  rankOf(cpu: number): number {
    return this.rank + (cpu + 1) / 65_536;
  }

  add(task: Task): void {
    if (task.id !== this.tasks.length) throw new EngineBug(`task ${task.id} is not the next`);
    if (this.list[task.cpu] === undefined) throw new EngineBug(`there is no CPU ${task.cpu}`);
    this.tasks.push(task);
  }

  /** The task that a CPU runs. */
  running(cpu: number): Task | undefined {
    return this.list[cpu].current;
  }

  get count(): number {
    return this.list.length;
  }

  /** Whether somebody waits for a CPU. */
  contended(cpu: number): boolean {
    return this.list[cpu].queue.length > 0;
  }

  nextPs(): number {
    const timerPs = this.timers.firstPs(), duePs = this.due[this.winners.first];
    return timerPs < duePs ? timerPs : duePs;
  }

  step(): void {
    const timerPs = this.timers.firstPs(), id = this.winners.first, duePs = this.due[id];
    const timePs = timerPs < duePs ? timerPs : duePs;
    if (timePs < this.nowPs) throw new EngineBug(`time ran back from ${this.nowPs} to ${timePs} ps`);
    this.nowPs = timePs;
    if (timerPs === timePs) {
      this.host.setRank(this.rank);
      const task = this.tasks[this.timers.pop()];
      if (task.expects(timePs)) this.wake(task, timePs);
      this.host.settled(timePs);
      return;
    }
    this.host.setRank(this.rankOf(id));
    const cpu = this.list[id];
    if (cpu.tickPs === timePs) this.tick(cpu, timePs);
    else this.advance(cpu, timePs);
    this.refresh(id);
    this.host.settled(timePs);
  }

  /** The task whose CPU has the next event, or undefined when that is a wake-up or nothing. */
  nextTask(): Task | undefined {
    const timePs = this.nextPs();
    if (timePs === Infinity || this.timers.firstPs() === timePs) return undefined;
    const cpu = this.list[this.winners.first];
    return cpu.tickPs === timePs ? undefined : cpu.current;
  }

  /** The next point of the task on a CPU. */
  private advance(cpu: Cpu, timePs: number): void {
    const task = cpu.current;
    if (task === undefined) throw new EngineBug(`CPU ${cpu.id} has nothing to run`);
    this.account(cpu, timePs);
    task.step(timePs);
    if (task.state !== 'running') this.schedule(cpu, timePs);
    else if (cpu.needResched && task.atResched()) this.schedule(cpu, timePs);
  }

  private tick(cpu: Cpu, timePs: number): void {
    const task = cpu.current;
    if (task === undefined) throw new EngineBug(`CPU ${cpu.id} ticks while it is idle`);
    this.account(cpu, timePs);
    cpu.tickPs = (Math.floor(timePs / this.clock.tickPs) + 1) * this.clock.tickPs;
    if (cpu.queue.length > 0 && timePs - cpu.sliceFromPs >= SLICE_PS && this.first(cpu).vruntime < task.vruntime) cpu.needResched = true;
    task.tick(timePs);
    if (cpu.needResched) this.resched(cpu, timePs);
    else if (task.kind === 'kthread' && cpu.queue.length === 0) cpu.tickPs = Infinity;
  }

  /** Takes the CPU away now where the preemption model allows it. */
  private resched(cpu: Cpu, timePs: number): void {
    const task = cpu.current;
    if (task !== undefined && (this.preemption === 'full' || task.atResched())) this.schedule(cpu, timePs);
  }

  /** A task can run again from a time on. */
  wake(task: Task, timePs: number): void {
    if (task.state === 'dead' || task.state === 'running' || task.state === 'runnable') return;
    const cpu = this.list[task.cpu];
    task.state = 'runnable';
    task.sincePs = timePs;
    this.account(cpu, timePs);
    this.updateMinVruntime(cpu);
    task.vruntime = Math.max(task.vruntime, cpu.minVruntime - SLICE_PS);
    cpu.queue.push(task);
    if (cpu.current === undefined) this.schedule(cpu, timePs);
    else {
      if (cpu.current.vruntime - task.vruntime > WAKEUP_GRANULARITY_PS) {
        cpu.needResched = true;
        this.resched(cpu, timePs);
      }
      this.armTick(cpu, timePs);
    }
    this.refresh(cpu.id);
  }

  /** update_min_vruntime(): it follows the task that runs as well, or who wakes after a long time would have a credit as long as its sleep. */
  private updateMinVruntime(cpu: Cpu): void {
    let least = cpu.current?.vruntime ?? Infinity;
    for (const t of cpu.queue) least = Math.min(least, t.vruntime);
    if (least !== Infinity) cpu.minVruntime = Math.max(cpu.minVruntime, least);
  }

  /** Wakes a task at a time in the future. */
  wakeAt(task: Task, timePs: number): void {
    this.timers.push(timePs, task.id);
  }

  /** schedule(): whoever has the least virtual runtime comes on. */
  private schedule(cpu: Cpu, timePs: number): void {
    this.account(cpu, timePs);
    const at = Math.max(timePs, cpu.accountedPs);
    const previous = cpu.current;
    cpu.needResched = false;
    if (previous !== undefined) {
      previous.leave(at);
      if (previous.state === 'running') {
        previous.state = 'runnable';
        previous.sincePs = at;
        cpu.queue.push(previous);
      }
      cpu.current = undefined;
    }
    if (cpu.queue.length === 0) {
      cpu.tickPs = Infinity;
      return;
    }
    const next = this.take(cpu);
    cpu.current = next;
    this.ledger.wait(next.id, Wait.RunQueue, at - next.sincePs);
    this.host.waited(next, at - next.sincePs);
    next.state = 'running';
    const fromPs = at + (next === cpu.last ? 0 : this.switchPs);
    if (fromPs > at) {
      this.ledger.charge(cpu.id, next.id, Cause.ContextSwitch, fromPs - at);
      cpu.accountedPs = fromPs;
    }
    cpu.last = next;
    cpu.sliceFromPs = fromPs;
    next.sincePs = fromPs;
    next.enter(fromPs);
    this.armTick(cpu, timePs);
  }

  private first(cpu: Cpu): Task {
    let best = cpu.queue[0];
    for (const t of cpu.queue) if (t.vruntime < best.vruntime) best = t;
    return best;
  }

  private take(cpu: Cpu): Task {
    const best = this.first(cpu);
    cpu.queue.splice(cpu.queue.indexOf(best), 1);
    cpu.minVruntime = Math.max(cpu.minVruntime, best.vruntime);
    return best;
  }

  /** A user task needs the tick for its scanner, everybody for the slice of who waits. */
  private armTick(cpu: Cpu, timePs: number): void {
    if (cpu.tickPs !== Infinity || cpu.current === undefined) return;
    if (cpu.current.kind === 'kthread' && cpu.queue.length === 0) return;
    cpu.tickPs = (Math.floor(timePs / this.clock.tickPs) + 1) * this.clock.tickPs;
  }

  /** The next time of a CPU has changed. */
  refresh(id: number): void {
    const cpu = this.list[id];
    const { current, accountedPs } = cpu;
    if (cpu.tickPs < accountedPs) cpu.tickPs = accountedPs;
    let duePs = Infinity;
    if (current !== undefined) {
      const nextPs = current.nextPs();
      duePs = nextPs < cpu.tickPs ? nextPs : cpu.tickPs;
      if (duePs < accountedPs) duePs = accountedPs;
    }
    if (duePs === this.due[id]) return;
    this.due[id] = duePs;
    this.winners.update(id);
  }

  /** Brings the ledger of a CPU up to a time. */
  private account(cpu: Cpu, timePs: number): void {
    const ps = timePs - cpu.accountedPs;
    if (ps <= 0) return;
    const task = cpu.current;
    if (task === undefined) this.ledger.charge(cpu.id, -1, Cause.Idle, ps);
    else {
      task.charge(cpu.accountedPs, timePs);
      task.sumExecPs += ps;
      task.vruntime += ps * task.perWeight;
    }
    cpu.accountedPs = timePs;
  }

  /** Charges what every CPU has done since its last point, and changes nothing else: for a copy of the ledger at a time. */
  chargePending(timePs: number): void {
    for (const cpu of this.list) {
      if (timePs <= cpu.accountedPs) continue;
      if (cpu.current === undefined) this.ledger.charge(cpu.id, -1, Cause.Idle, timePs - cpu.accountedPs);
      else cpu.current.charge(cpu.accountedPs, timePs);
    }
  }

  /** How far the ledger of a CPU goes: the time, or the end of what it is in the middle of. */
  accountedPs(cpu: number): number {
    return this.list[cpu].accountedPs;
  }

  /** An interrupt (or what follows from one) takes time from a CPU now; the task on it is later by as much. */
  steal(id: number, cause: Cause, ps: number): void {
    if (ps <= 0) return;
    const cpu = this.list[id];
    this.account(cpu, this.nowPs);
    this.ledger.charge(id, cpu.current?.id ?? -1, cause, ps);
    cpu.accountedPs += ps;
    cpu.current?.delay(ps, this.nowPs);
    this.refresh(id);
  }
}
