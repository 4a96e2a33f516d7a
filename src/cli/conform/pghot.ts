/** Runs one conformance scenario of a pghot version on the engine's own design: the same threads and records as in the whole machine, sections of 64 pages. */

import { defaultCosts } from '../../engine/cost/table';
import type { DesignContext } from '../../engine/designs/design';
import { DEFERRED_DEFAULTS, type PghotEarlyOptions } from '../../engine/designs/options';
import { PghotEarly } from '../../engine/designs/pghot-early';
import { PghotLate } from '../../engine/designs/pghot-late';
import type { RecordKind, Word } from '../../engine/designs/pghot-records';
import { At, type PghotThread, type WalkProbe } from '../../engine/designs/pghot-thread';
import type { PageFrames } from '../../engine/machine/frames';
import type { Machine } from '../../engine/machine/machine';
import type { CounterName } from '../../engine/observe/counters';
import { Point } from '../../engine/observe/points';
import { Recorder } from '../../engine/observe/recorder';
import { clockOf } from '../../engine/sim/jiffies';
import { runPghotStep } from './pghotsteps';
import { type Json, type Pass, hexWord } from './run';
import { type Line, type Scenario, int } from './scenario';
import { type StubNode, StubMm, StubPages } from './stub';
import { PAGE_STEPS } from './steps';
import { stubMachine } from './stubmachine';

const HZ = 1000;
const SECTION_PAGES = 64;
const READY_HI = 0x8000_0000;

/** The stub in the place of the late file's record logic: one access makes a page ready, the last node wins. */
const STUB_RECORD: RecordKind = {
  bytes: 8, readyLo: 0, readyHi: READY_HI, nidOf: ({ lo }) => lo, timeOf: () => 0,
  next: (_old, into, { nid }) => {
    into.lo = nid === -1 ? 0 : nid >>> 0;
    into.hi = READY_HI;
  },
};

/** Which file: the early one with its masks, or the late one. */
export type PghotVersion = { readonly version: 'early'; readonly masks: PghotEarlyOptions['masks'] } | { readonly version: 'late' };

export class PghotRun implements WalkProbe {
  readonly frames: PageFrames;
  readonly machine: Machine;
  readonly nodes: ReadonlyMap<number, StubNode>;
  readonly pages: StubPages;
  readonly env: StubMm;
  readonly design: PghotEarly | PghotLate;
  readonly early: PghotEarly | undefined;
  readonly late: PghotLate | undefined;
  /** By folio id: 0 where nothing is said. */
  readonly memcgs = new Map<number, number>();
  private readonly rec: Recorder;
  private readonly tiers = new Map<number, boolean>();
  private readonly threads = new Map<number, PghotThread>();
  private ev: Json[] = [];
  private vis: [number, number][] = [];
  private batchCalls = 0;
  private reschedCalls = 0;
  private sleeps = 0;

  constructor(private readonly scenario: Scenario, which: PghotVersion) {
    const { frames, machine, nodes, ownerOf } = stubMachine(scenario);
    this.frames = frames;
    this.machine = machine;
    this.nodes = nodes;
    this.rec = new Recorder(Math.max(1, machine.nodeIds), { traceRecords: 1, logRows: 1 });
    this.pages = new StubPages(frames, scenario.pfns);
    this.env = new StubMm(machine, this.pages, nodes, ownerOf, scenario.enomemStops, {
      prepared: (head, nid, ret, why) => this.event(['p', head, nid, ret, why], 'prep', head),
      batched: (nid, heads, results, ret) => this.event(['b', nid, heads, results, ret], 'flush', ++this.batchCalls),
    });
    const ctx: DesignContext = {
      machine, env: this.env, rec: this.rec, costs: defaultCosts(), clock: clockOf(HZ), hz: HZ, cpus: 0, nodeOfCpu: () => -1, cpuOf: () => -1,
      topTier: (nid) => this.tiers.get(nid) ?? false, processOf: () => -1, distance: (from, to) => (from === to ? 10 : 20), wake: () => undefined, wakeTask: () => undefined,
    };
    const sections = { pages: SECTION_PAGES, present: (section: number) => section * SECTION_PAGES < scenario.pfns };
    const setting = { sections, probe: this };
    this.early = which.version === 'early' ? new PghotEarly({ ...DEFERRED_DEFAULTS['pghot-early'], masks: which.masks }, ctx, setting) : undefined;
    this.late = this.early !== undefined ? undefined : new PghotLate(DEFERRED_DEFAULTS['pghot-late'], ctx, {
      ...setting, record: STUB_RECORD, memcgOf: (head) => this.memcgs.get(this.pages.idOf(head)) ?? 0,
    });
    const design = this.early ?? this.late;
    if (design === undefined) throw new Error('no version');
    this.design = design;
    for (const line of scenario.setup) if (line.op !== 'node' && line.op !== 'zone') this.setUp(line, ownerOf);
  }

  private setUp({ op, args }: Line, ownerOf: (nid: number) => number): void {
    if (op === 'mem') this.pages.mem(int(args[0]), int(args[1]), ownerOf(int(args[2])), args[3] ?? '');
    else if (op === 'folio') PAGE_STEPS.makefolio(this, args);
    else if (op === 'tier') this.tiers.set(int(args[0]), int(args[1]) === 1);
    else runPghotStep(this, { op: args[0] ?? '', args: args.slice(1) });
  }

  // WalkProbe
  visiting(pfn: number): void {
    const last = this.vis.at(-1);
    if (last !== undefined && last[1] === pfn) last[1]++;
    else this.vis.push([pfn, pfn + 1]);
    this.fire('visit', pfn);
  }

  exchanging(pfn: number): void {
    this.fire('cas', pfn);
  }

  consumed(pfn: number, word: Readonly<Word>, nid: number): void {
    this.ev.push(this.early === undefined ? ['c', pfn, nid] : ['c', pfn, hexWord(word.lo, word.hi), '0x0']);
  }

  rescheduled(): void {
    this.event(['r'], 'resched', ++this.reschedCalls);
  }

  slept(): void {
    this.fire('wait', ++this.sleeps);
  }

  private event(entry: Json, trigger: string, n: number): void {
    this.ev.push(entry);
    this.fire(trigger, n);
  }

  private fire(trigger: string, n: number): void {
    for (const hook of this.scenario.hooks) {
      if (hook.done || hook.trigger !== trigger || hook.n !== n) continue;
      hook.done = true;
      const result = runPghotStep(this, hook.step);
      this.ev.push(['h', trigger, n, result]);
    }
  }

  act(): number[] {
    return this.machine.nodes.filter((n) => n.activate).map((n) => n.nid);
  }

  /** The record of a PFN as a hex word. */
  word(pfn: number): string {
    const word = { lo: 0, hi: 0 };
    if (pfn >= 0 && pfn < this.frames.pfns) this.design.records.read(pfn, word);
    return hexWord(word.lo, word.hi);
  }

  /** Head of the folio that a PFN belongs to. */
  head(pfn: number): number {
    return pfn >= 0 && pfn < this.frames.pfns ? this.frames.head(pfn) : pfn;
  }

  /** One kmigrated_do_work() of a node, or one round of the thread's main loop with its wait. */
  pass(nid: number, waits: boolean): Pass {
    const thread = this.threadOf(nid);
    this.ev = [];
    this.vis = [];
    const sleeps = this.sleeps, before = this.counts(nid);
    thread.restart(waits ? At.Wait : At.Clear);
    do {
      thread.step(0);
      if (thread.pc === At.Dead) throw new Error(`kmigrated${nid} met a page in a section without a map: the kernel would dereference a NULL pointer there`);
    } while (thread.pc !== At.Wait);
    const after = this.counts(nid);
    const n: Record<string, number> = {};
    for (const key of Object.keys(after)) n[key] = after[key] - before[key];
    return { slept: this.sleeps - sleeps, timeout: thread.timeout, ev: this.ev, vis: this.vis, n, act: this.act() };
  }

  private threadOf(nid: number): PghotThread {
    const known = this.threads.get(nid);
    if (known !== undefined) return known;
    const pgdat = this.machine.nodeData(nid);
    if (pgdat === undefined) throw new Error(`node ${nid} does not exist`);
    const made = this.design.thread(pgdat);
    this.threads.set(nid, made);
    return made;
  }

  private counts(nid: number): Record<string, number> {
    const of = (name: CounterName): number => this.rec.of(nid, name);
    return {
      flush: of('batches') + of('batches_empty'), flushEmpty: of('batches_empty'), prep: this.rec.byPoint[Point.Prepare], prepOk: of('folios_isolated'),
      resched: of('cond_resched'),
    };
  }

  /** pghot_init(): maps, then a thread for every lower-tier node with memory; the first that cannot be created ends it. */
  init(): { readonly ev: Json[]; readonly ret: number } {
    const ev: Json[] = [];
    this.design.boot();
    for (const pgdat of this.machine.nodes) {
      if (!pgdat.hasMemory || !this.design.wanted(pgdat.nid)) continue;
      const ret = pgdat.hasThread ? 0 : this.env.kthreadCreate(pgdat.nid);
      if (!pgdat.hasThread) ev.push(['create', `kmigrated${pgdat.nid}`, ret]);
      if (ret !== 0) {
        ev.push(['err', `Failed to start kmigrated${pgdat.nid}, ret ${ret}`]);
        for (const other of this.machine.nodes) other.hasThread = false;
        this.design.unboot();
        return { ev, ret };
      }
      pgdat.hasThread = true;
      ev.push(['wake', pgdat.nid]);
    }
    return { ev, ret: 0 };
  }
}
