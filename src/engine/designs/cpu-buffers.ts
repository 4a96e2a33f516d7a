/**
 * Per-CPU buffers of candidate pages, after Huang Ying's suggestion (87bjqi3ohx.fsf@DESKTOP-5N7EMDA, 87zfe220o7.fsf@DESKTOP-5N7EMDA), in the strongest form
 * that we can give it (dossier M12): no metadata a page, no shared line on the way in, per-target workers that are woken, and today's path where they lag.
 */

import { jiffiesAt, msecsToJiffies } from '../sim/jiffies';
import { EngineBug } from '../types';
import { Drain } from './cpu-drain';
import { CpuHalves } from './cpu-halves';
import { BufferWorker } from './cpu-worker';
import { BLOCK, type Design, type DesignContext, OVER, type Report, type ReportAnswer, type ScopeNote } from './design';
import type { CpuBufferOptions } from './options';

export const CPU_BUFFERS_SCOPE: ScopeNote = {
  sources: ['87bjqi3ohx.fsf@DESKTOP-5N7EMDA', '87zfe220o7.fsf@DESKTOP-5N7EMDA', 'aC6gOFBrO0mduHrl@gourry-fedora-PF4VCD3F'],
  modelled: [
    'Nothing of this was posted as code: the structure, the sizes and the rules are our reading of a suggestion of a few sentences.',
    'A hint fault that the balancer finds misplaced appends (pfn, node, jiffies) to the buffer of its CPU; a fault on a folio that is well placed costs nothing and keeps its write bit.',
    'A full half goes to the worker of the target node by a lock-less list, and the worker is woken when the list was empty and it sleeps.',
    'Every worker looks at all buffers by a timer and takes those whose oldest entry is for its node and has aged, if the CPU has a spare half.',
    'Both halves away: the fault migrates synchronously as today, or the newest request is dropped, or the oldest overwritten, or the task waits, as the option says.',
    'The worker looks again: age, on the LRU, not on its target already; then isolates, with the watermark held for the whole chunk, and moves chunks of one target.',
    'Without threads the task that filled a half drains it on its way to user mode; a tick hands it an aged one.',
    'NUMA balancing, in task_numa_fault(), is told the target, as in v0 and v1, and never that a move failed.',
  ],
  simplified: [
    'A buffer goes to the worker of its newest entry; entries for other nodes are moved there by the same worker.',
    'A full half that is overwritten stays with its CPU until the other one is back.',
    'What a look at a buffer costs the timer is the cost of an append.',
    'A candidate that is lost is not recorded again; the next hint fault on it reports it anew.',
    'Without threads a tick takes the aged half of its CPU only for a task that has reported there before.',
  ],
  not: ['CPU hotplug and its drain.', 'A second structure for frequency thresholds: one fault is one request.'],
};

/** The report of one task. */
interface State {
  cpu: number;
  head: number;
  target: number;
  phase: 'append' | 'push' | 'wake' | 'over';
  /** The half that has become full with it. */
  half: number;
}

export class CpuBuffers implements Design {
  readonly scope = CPU_BUFFERS_SCOPE;
  readonly workers: readonly BufferWorker[];
  readonly losesWriteBit = false;
  readonly halves: CpuHalves;
  private readonly states: (State | undefined)[] = [];
  /** By CPU: tasks that wait for a half. */
  private readonly blocked: number[][];
  /** Without threads, by task. */
  private readonly drains: (Drain | undefined)[] = [];
  private readonly agedJiffies: number;

  constructor(readonly options: CpuBufferOptions, private readonly ctx: DesignContext) {
    this.halves = new CpuHalves(ctx.cpus, options.entries);
    this.blocked = Array.from({ length: ctx.cpus }, () => []);
    this.agedJiffies = msecsToJiffies(ctx.hz, options.agedMs);
    const nodes = options.drain === 'worker' ? ctx.machine.nodes.filter((n) => n.hasMemory).map((n) => n.nid).sort((a, b) => a - b) : [];
    this.workers = nodes.map((nid) => new BufferWorker(nid, ctx, options, this));
  }

  report(report: Report, _timePs: number): ReportAnswer {
    const { cpu, nid, target, head, task } = report;
    if (target === nid) return 'ignore';
    if (!this.halves.hasRoom(cpu)) {
      const here = this.ctx.nodeOfCpu(cpu);
      if (this.options.overflow === 'sync') {
        this.ctx.rec.count(here, 'sync_fallbacks', 1);
        return 'sync';
      }
      if (this.options.overflow === 'drop-newest' || (this.options.overflow === 'overwrite-oldest' && !this.halves.isFull(cpu))) {
        this.ctx.rec.count(here, 'requests_dropped', 1);
        return 'ignore';
      }
    }
    this.states[task] = { cpu, head, target, phase: 'append', half: -1 };
    return 'take';
  }

  stepReport(task: number, timePs: number): number {
    const s = this.states[task];
    if (s === undefined) return OVER;
    switch (s.phase) {
      case 'append': return this.append(task, s, timePs);
      case 'push': return this.push(task, s);
      case 'wake': return this.wakeWorker(s);
      case 'over': return OVER;
    }
  }

  private append(task: number, s: State, timePs: number): number {
    const { halves, ctx } = this;
    const { cpu } = s;
    const now = jiffiesAt(ctx.clock, timePs);
    const here = ctx.nodeOfCpu(cpu);
    if (!halves.hasRoom(cpu)) {
      if (this.options.overflow === 'block') {
        this.blocked[cpu].push(task);
        return BLOCK;
      }
      // the ring: its half came back meanwhile, or it still laps
      if (halves.hasSpare(cpu)) s.half = halves.take(cpu);
      else {
        ctx.rec.count(here, 'records_made', 1);
        ctx.rec.count(here, 'requests_dropped', 1);
        halves.overwrite(cpu, s.head, s.target, now);
        s.phase = 'over';
        return ctx.costs.bufferAddPs;
      }
    }
    ctx.rec.count(here, 'records_made', 1);
    halves.append(cpu, s.head, s.target, now);
    // a half that laps stays with its CPU until the other one is back
    if (s.half < 0 && halves.isFull(cpu) && (this.options.overflow !== 'overwrite-oldest' || halves.hasSpare(cpu))) s.half = halves.take(cpu);
    s.phase = s.half < 0 ? 'over' : 'push';
    return ctx.costs.bufferAddPs;
  }

  private push(task: number, s: State): number {
    if (this.options.drain === 'task-work') {
      this.drainOf(task, s.cpu).queue.push(s.half);
      return OVER;
    }
    const { queue } = this.workerFor(s.half).drain;
    queue.push(s.half);
    s.phase = queue.length === 1 ? 'wake' : 'over';
    return this.ctx.costs.bufferPushPs;
  }

  private wakeWorker(s: State): number {
    const worker = this.workerFor(s.half);
    s.phase = 'over';
    if (!worker.sleeping) return OVER;
    this.ctx.wake(worker);
    return this.ctx.costs.wakeUpPs;
  }

  /** The worker of the node that the newest entry of a half asks for. */
  private workerFor(half: number): BufferWorker {
    const nid = this.halves.nid[this.halves.at(half, this.halves.count(half) - 1)];
    const worker = this.workers.find((w) => w.nid === nid);
    if (worker === undefined) throw new EngineBug(`node ${nid} has no worker`);
    return worker;
  }

  /** A half is empty again. */
  returned(half: number): void {
    const waiting = this.blocked[this.halves.cpuOf(half)].splice(0);
    for (const task of waiting) this.ctx.wakeTask(task);
  }

  private drainOf(task: number, cpu: number): Drain {
    const nid = this.ctx.nodeOfCpu(cpu);
    const drain = (this.drains[task] ??= new Drain(nid, this.ctx, this.options, this));
    drain.batcher.on(cpu, nid);
    return drain;
  }

  creditedNid(task: number): number {
    return this.states[task]?.target ?? 0;
  }

  /** Without threads: an aged half becomes work of the task that the tick found. */
  tick(task: number, timePs: number): boolean {
    if (this.options.drain === 'worker') return false;
    const cpu = this.states[task]?.cpu ?? -1;
    if (cpu < 0) return false;
    const { halves } = this;
    const half = halves.filling(cpu);
    if (half >= 0 && halves.count(half) > 0 && halves.hasSpare(cpu)
      && jiffiesAt(this.ctx.clock, timePs) - halves.jiffies[halves.at(half, 0)] >= this.agedJiffies) this.drainOf(task, cpu).queue.push(halves.take(cpu));
    return this.drains[task]?.idle === false;
  }

  beginWork(task: number, cpu: number, _timePs: number): boolean {
    const drain = this.drains[task];
    if (drain === undefined || drain.idle) return false;
    this.ctx.rec.count(this.ctx.nodeOfCpu(cpu), 'passes', 1);
    return true;
  }

  stepWork(task: number, timePs: number): number {
    return this.drains[task]?.step(timePs) ?? OVER;
  }

  /** A task that is killed with a half to drain loses its entries; the half goes back to its CPU. */
  exit(task: number, _timePs: number): void {
    const drain = this.drains[task];
    if (drain === undefined) return;
    for (const half of drain.queue.splice(0)) {
      this.ctx.rec.count(drain.batcher.nid, 'requests_dropped', this.halves.count(half));
      this.halves.giveBack(half);
      this.returned(half);
    }
  }

  held(): readonly number[] {
    const heads: number[] = [];
    for (const worker of this.workers) worker.drain.batcher.held(heads);
    for (const drain of this.drains) drain?.batcher.held(heads);
    return heads;
  }

  /** Requests that nobody has looked at yet. */
  waiting(): number {
    let seen = 0;
    for (const drain of [...this.workers.map((w) => w.drain), ...this.drains]) seen += drain?.seen ?? 0;
    return this.halves.outstanding() - seen;
  }

  overheadBytes(): number {
    return this.halves.bytes();
  }
}
