/** A process at run time: mappings, who touches them, threads, barriers and flags. */

import type { NumaMm } from '../mm/balance/state';
import type { ReverseMap, Vma } from '../mm/vma';
import type { UserTask } from '../sched/user';
import type { Prng } from '../sim/prng';
import { EngineBug } from '../types';
import type { Pattern } from '../workload/pattern';
import { SweepPattern, makePattern } from '../workload/patterns/make';
import type { Op, ProcessSpec } from './spec';

/** Where the accesses of an operation of a thread come from. */
export interface Slot {
  readonly pattern: Pattern;
  readonly slot: number;
}

type AccessOp = Extract<Op, { op: 'sweep' | 'access' }>;

/** Calls visit for every operation of a program, those inside repeats included. */
function eachOp(ops: readonly Op[], visit: (op: Op) => void): void {
  for (const op of ops) {
    visit(op);
    if (op.op === 'repeat') eachOp(op.body, visit);
  }
}

export class Process {
  readonly vmas: readonly Vma[];
  readonly patterns: readonly Pattern[];
  private readonly sweeps: (SweepPattern | undefined)[] = [];
  readonly tasks: UserTask[] = [];
  private readonly slots = new Map<AccessOp, Map<number, Slot>>();
  private readonly flags = new Set<string>();
  private readonly waiting = new Map<string, UserTask[]>();
  private readonly expected = new Map<string, number>();
  /** By pattern object: the thread of each slot. */
  private readonly threadsOf = new Map<Pattern, number[]>();
  alive = 0;

  constructor(readonly index: number, readonly spec: ProcessSpec, readonly mm: NumaMm, rmap: ReverseMap, nodes: number, prng: (name: string) => Prng, sync: (thread: number, process: number) => void, nowPs: () => number) {
    this.vmas = spec.vmas.map((v, i) => rmap.addVma(index, i, v));
    const users = spec.patterns.map(() => [] as number[]);
    spec.threads.forEach((t, thread) => {
      const barriers = new Set<string>();
      eachOp(t.ops, (op) => {
        if (op.op === 'barrier') barriers.add(op.name);
        if (op.op === 'access' && !users[op.pattern].includes(thread)) users[op.pattern].push(thread);
      });
      for (const name of barriers) this.expected.set(name, (this.expected.get(name) ?? 0) + 1);
    });
    this.patterns = spec.patterns.map((p, i) => {
      const vma = this.vmas[p.vma];
      const host = { sync: (slot: number) => sync(users[i][slot], index), nowPs };
      const pattern = makePattern(p, Math.max(1, users[i].length), vma.flags, nodes, prng(`pattern ${index}.${i}`), host);
      vma.patterns.push(pattern);
      this.threadsOf.set(pattern, users[i]);
      return pattern;
    });
    this.placeSweeps(nodes, sync, nowPs);
  }

  private placeSweeps(nodes: number, sync: (thread: number, process: number) => void, nowPs: () => number): void {
    this.spec.threads.forEach((t, thread) => {
      eachOp(t.ops, (op) => {
        if (op.op === 'access') this.remember(op, thread, { pattern: this.patterns[op.pattern], slot: this.threadsOf.get(this.patterns[op.pattern])?.indexOf(thread) ?? 0 });
        if (op.op !== 'sweep') return;
        const pattern = this.sweepOf(op.vma, nodes, sync, nowPs);
        const slot = pattern.addSweep(op.from, op.step, op.count, op.write);
        this.threadsOf.get(pattern)?.push(thread);
        this.remember(op, thread, { pattern, slot });
      });
    });
  }

  private sweepOf(vma: number, nodes: number, sync: (thread: number, process: number) => void, nowPs: () => number): SweepPattern {
    const known = this.sweeps[vma];
    if (known !== undefined) return known;
    const threads: number[] = [];
    const made = new SweepPattern(this.vmas[vma].flags, nodes, { sync: (slot: number) => sync(threads[slot], this.index), nowPs });
    this.threadsOf.set(made, threads);
    this.sweeps[vma] = made;
    this.vmas[vma].patterns.push(made);
    return made;
  }

  private remember(op: AccessOp, thread: number, slot: Slot): void {
    const byThread = this.slots.get(op) ?? new Map<number, Slot>();
    byThread.set(thread, slot);
    this.slots.set(op, byThread);
  }

  /** The slot of a thread for one of its operations. */
  slotOf(op: AccessOp, thread: number): Slot {
    const slot = this.slots.get(op)?.get(thread);
    if (slot === undefined) throw new EngineBug('an operation without a slot');
    return slot;
  }

  /** A thread has ended: its sweeps make no page hot any more. */
  ended(thread: number): void {
    for (const byThread of this.slots.values()) {
      const slot = byThread.get(thread);
      if (slot?.pattern instanceof SweepPattern) slot.pattern.retire(slot.slot);
    }
  }

  /** When a distribution of this process next changes, ps, or Infinity. */
  nextChangePs(): number {
    return this.patterns.reduce((first, p) => Math.min(first, p.nextChangePs()), Infinity);
  }

  /** Distributions that are to change at a time do; every thread's position must be up to date. */
  change(timePs: number): void {
    for (const p of this.patterns) if (p.nextChangePs() <= timePs) p.change(timePs);
  }

  /** Nobody else may stop at this barrier: the threads that did can go on. */
  arrive(name: string, task: UserTask): readonly UserTask[] | undefined {
    const there = this.waiting.get(name) ?? [];
    there.push(task);
    if (there.length < (this.expected.get(name) ?? 0)) {
      this.waiting.set(name, there);
      return undefined;
    }
    this.waiting.delete(name);
    return there;
  }

  raise(flag: string): void {
    this.flags.add(flag);
  }

  raised(flag: string): boolean {
    return this.flags.has(flag);
  }
}
