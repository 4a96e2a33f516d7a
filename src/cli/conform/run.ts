/** Runs one conformance scenario on the engine's own walk, thread and producer code, and writes its trace in the form of the fixtures. */

import { KmigratedInit } from '../../engine/designs/kmigrated-init';
import { KmigratedThread } from '../../engine/designs/kmigrated-v1';
import { defaultCosts } from '../../engine/cost/table';
import type { PageFrames } from '../../engine/machine/frames';
import type { Machine } from '../../engine/machine/machine';
import { visitCosts } from '../../engine/machine/walk';
import type { CounterName } from '../../engine/observe/counters';
import { Point } from '../../engine/observe/points';
import { Recorder } from '../../engine/observe/recorder';
import type { RunMode } from '../../engine/sim/actor';
import { clockOf } from '../../engine/sim/jiffies';
import { World } from '../../engine/sim/world';
import { KMIGRATED_V1_DEFAULTS, type WorldSpec } from '../../engine/spec';
import type { SimTimePs } from '../../engine/types';
import { AddPfn } from '../../engine/workload/producer';
import { type Hook, type Line, type Scenario, int } from './scenario';
import { type StubNode, StubMm, StubPages } from './stub';
import { runStep } from './steps';
import { stubMachine } from './stubmachine';

const HZ = 1000;
const TRACE_KEPT = 1 << 21;

/** An entry of "ev", "steps" and so on: plain JSON. */
export type Json = string | number | readonly Json[] | { readonly [key: string]: Json };

export const hexWord = (lo: number, hi: number): string => `0x${((BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0)).toString(16)}`;

/** Result of one mark as the runs of `marks` compare it. */
export type MarkResult = readonly [ret: number, old: string, now: string, was: number];

/** One round of a thread. */
export interface Pass {
  readonly slept: number;
  /** What the wait was given, in jiffies. */
  readonly timeout: number;
  readonly ev: Json[];
  readonly vis: Json[];
  readonly n: Record<string, number>;
  readonly act: number[];
}

const KMIGRATE_DELAY_JIFFIES = 1000;

/** The scenario under way. */
export class ScenarioRun {
  readonly frames: PageFrames;
  readonly machine: Machine;
  readonly rec: Recorder;
  readonly pages: StubPages;
  readonly nodes: ReadonlyMap<number, StubNode>;
  /** Owner id of the pages of a node. */
  readonly ownerOf: (nid: number) => number;
  readonly env: StubMm;
  readonly world: World;
  readonly add: AddPfn;
  /** Events of the pass under way. */
  ev: Json[] = [];
  private drained = 0;
  private wordBefore = '';
  private batchCalls = 0;
  private reschedCalls = 0;
  private sleeps = 0;
  private readonly threads: KmigratedThread[];

  constructor(private readonly scenario: Scenario, literal: boolean) {
    const { frames, machine, nodes, ownerOf } = stubMachine(scenario);
    this.frames = frames;
    this.machine = machine;
    this.nodes = nodes;
    this.ownerOf = ownerOf;
    this.rec = new Recorder(Math.max(1, this.machine.nodeIds), { traceRecords: TRACE_KEPT, logRows: 4096 });
    this.pages = new StubPages(this.frames, scenario.pfns);
    this.env = new StubMm(this.machine, this.pages, nodes, ownerOf, scenario.enomemStops, {
      prepared: (head, nid, ret, why) => this.event(['p', head, nid, ret, why], 'prep', head),
      batched: (nid, heads, results, ret) => this.event(['b', nid, heads, results, ret], 'flush', ++this.batchCalls),
    });
    const mode: RunMode = { literal, stepping: false, observer: this.observer() };
    const costs = defaultCosts();
    const ctx = {
      machine: this.machine, env: this.env, rec: this.rec, costs, visitCosts: visitCosts(costs), clock: clockOf(HZ), mode,
      options: { ...KMIGRATED_V1_DEFAULTS, hz: HZ as 1000, readyBit: scenario.readyBit, wordBits: scenario.wordBits },
    };
    this.threads = machine.nodes.map((pgdat) => new KmigratedThread(pgdat, 1 + pgdat.nid, ctx));
    this.watchVisits();
    this.add = new AddPfn(this.machine, costs, this.rec, -1);
    const spec: WorldSpec = {
      name: 'conformance', machine: { name: 'stub', source: 'conformance', nodes: [], ranges: [] }, regions: [], workload: [],
      design: ctx.options, costs, seed: 0, durationPs: 0 as SimTimePs,
    };
    this.world = new World(spec, this.machine, this.rec, mode, this.threads, [], []);
    for (const line of scenario.setup) if (line.op !== 'node' && line.op !== 'zone') this.setUp(line);
  }

  private setUp({ op, args }: Line): void {
    if (op === 'mem') this.pages.mem(int(args[0]), int(args[1]), this.ownerOf(int(args[2])), args[3] ?? '');
    else if (op === 'folio') runStep(this, { op: 'makefolio', args });
    else runStep(this, { op: args[0] ?? '', args: args.slice(1) });
  }

  private observer(): RunMode['observer'] {
    const mask = new Uint8Array(64);
    mask[Point.WalkResched] = mask[Point.WaitSleep] = mask[Point.GetCmpxchg] = 1;
    mask[Point.WalkValid] = this.scenario.hooks.some((h) => h.trigger === 'visit') ? 1 : 0;
    return { mask, before: (point, _actor, pfn) => this.before(point, pfn) };
  }

  /** In fast mode a leap stops at every PFN that a hook watches. */
  private watchVisits(): void {
    const pfns = this.scenario.hooks.filter((h) => h.trigger === 'visit').map((h) => h.n).sort((a, b) => a - b);
    for (const t of this.threads) t.walk.watched = pfns;
  }

  private before(point: Point, pfn: number): void {
    if (point === Point.WalkValid) this.fire('visit', pfn);
    else if (point === Point.GetCmpxchg) this.fire('cas', pfn);
    else if (point === Point.WaitSleep) this.waited();
    else this.rescheduled();
  }

  /** A real sleep begins. */
  protected waited(): void {
    this.fire('wait', ++this.sleeps);
  }

  protected rescheduled(): void {
    this.event(['r'], 'resched', ++this.reschedCalls);
  }

  protected event(entry: Json, trigger: string, n: number): void {
    this.drain();
    this.ev.push(entry);
    this.fire(trigger, n);
  }

  protected fire(trigger: string, n: number): void {
    for (const hook of this.scenario.hooks) if (!hook.done && hook.trigger === trigger && hook.n === n) this.runHook(hook);
  }

  private runHook(hook: Hook): void {
    hook.done = true;
    this.drain();
    const at = this.drained;
    let result: Json = '';
    this.runHookAround(() => {
      result = runStep(this, hook.step);
    });
    // a hook's own marks are no events of the walk
    this.drained = Math.max(at, this.rec.trace.total);
    this.ev.push(['h', hook.trigger, hook.n, result]);
  }

  /** Whoever keeps state of its own brings it up before a hook, and down again after it. */
  protected runHookAround(run: () => void): void {
    run();
  }

  /** Turns new trace records into events. */
  private drain(): void {
    const { trace } = this.rec;
    for (; this.drained < trace.total; this.drained++) {
      const r = trace.get(this.drained);
      if (r.point === Point.GetTestClear) this.wordBefore = hexWord(r.lo, r.hi);
      else if (r.point === Point.GetCmpxchg && r.b === 1) this.ev.push(['c', r.pfn, this.wordBefore, hexWord(r.lo, r.hi)]);
    }
  }

  act(): number[] {
    return this.machine.nodes.filter((n) => n.activate).map((n) => n.nid);
  }

  /** kmigrated_add_pfn(). */
  mark(pfn: number, nid: number): MarkResult {
    const { add, frames } = this;
    add.begin(pfn, nid);
    while (add.pc !== -1) add.step(this.world.nowPs);
    if (add.ret !== 0) return [add.ret, '0x0', '0x0', 0];
    return [0, hexWord(add.oldLo, add.oldHi), hexWord(frames.lo(pfn), frames.hi(pfn)), add.wasReady ? 1 : 0];
  }

  /** The main loop of a node's thread: wait, work, as often as asked. */
  rounds(nid: number, rounds: number): Pass[] {
    return Array.from({ length: rounds }, () => this.pass(nid, true));
  }

  /** One kmigrated_do_work() (after the wait, when waits is set) of a node's thread: its events, visits and counts. */
  pass(nid: number, waits: boolean): Pass {
    const thread = this.threads.find((t) => t.pgdat.nid === nid);
    if (thread === undefined) throw new Error(`node ${nid} does not exist`);
    this.ev = [];
    const before = this.counts(nid);
    const slept = this.rec.of(nid, 'sleeps');
    const from = this.rec.trace.total;
    thread.start(this.world.nowPs, waits ? Point.WaitCheck : Point.WorkClear);
    const end = this.world.run(Infinity, Infinity, 'pass');
    if (end !== 'stop') throw new Error(`the pass of node ${nid} ended with "${end}"`);
    thread.stop();
    this.drain();
    const after = this.counts(nid);
    const n: Record<string, number> = {};
    for (const key of Object.keys(after)) n[key] = after[key] - before[key];
    return { slept: this.rec.of(nid, 'sleeps') - slept, timeout: KMIGRATE_DELAY_JIFFIES, ev: this.ev, vis: this.visits(from), n, act: this.act() };
  }

  private visits(from: number): Json[] {
    const out: number[][] = [];
    const { trace } = this.rec;
    let start = 0;
    for (let i = from; i < trace.total; i++) {
      const r = trace.get(i);
      if (r.point === Point.WorkZone) start = r.pfn;
      if (r.point !== Point.WalkEnd || trace.get(i - 1).point === Point.WalkEnd || r.pfn === start) continue;
      const last = out.at(-1);
      if (last !== undefined && last[1] === start) last[1] = r.pfn;
      else out.push([start, r.pfn]);
    }
    return out;
  }

  private counts(nid: number): Record<string, number> {
    const of = (name: CounterName): number => this.rec.of(nid, name);
    const at = this.rec.byPoint;
    const consumed = of('marks_consumed');
    return {
      visited: of('pfns_visited'), valid: of('pfns_valid'), online: of('pfns_valid'), onlineOk: of('pfns_online'), nid: of('pfns_online') + consumed,
      folio: of('pfns_own_node'), lru: of('pfns_own_node'), lruOk: of('pfns_lru'), extGet: of('pfns_lru'), extPut: at[Point.GetTestClear],
      tac: at[Point.GetTestClear], cleared: consumed, cas: at[Point.GetCmpxchg], casFail: at[Point.GetCmpxchg] - at[Point.WalkOwn],
      prep: at[Point.Prepare], prepOk: of('folios_isolated'), flush: of('batches') + of('batches_empty'), flushEmpty: of('batches_empty'), resched: of('cond_resched'),
    };
  }

  /** kmigrated_init(), with its messages. */
  init(): Json[] {
    const ev: Json[] = [];
    const from = this.rec.trace.total;
    const init = new KmigratedInit(0, -1, this.machine, this.env, this.rec, this.world.nowPs, () => undefined);
    while (init.nextPs() !== Infinity) init.step();
    for (let i = from; i < this.rec.trace.total; i++) {
      const r = this.rec.trace.get(i);
      if (r.point === Point.InitCreate) ev.push(['create', `kmigrated${r.a}`, r.b]);
      else if (r.point === Point.InitWake) ev.push(['wake', r.a]);
      else ev.push(['err', `Failed to start kmigrated for node ${r.a}`]);
    }
    return ev;
  }
}
