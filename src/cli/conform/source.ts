/** A conformance scenario run by a compiled C file instead of the engine's own design: the same stub machine around it, the same trace. */

import { FILE, DIRTY, FREE, HOLE, KIND_MASK, LRU, NOEXT, OFFLINE, orderOf } from '../../engine/machine/pagestate';
import { BatchJob } from '../../engine/mm/env';
import { ATOMIC_CMPXCHG, ATOMIC_TEST_CLEAR, type CompiledPolicy, type NodeShape, type PolicyHost, PolicyModule } from '../../policy/module';
import { type MarkResult, type Pass, ScenarioRun, type Json } from './run';
import type { Scenario } from './scenario';
import { QUIET } from './quiet';

/** Edges of the C code's control flow in one step of a scenario before it is taken to go round for ever. */
const FUEL = 2e8;
const N_MEMORY = 3, N_ONLINE = 1;
const NO_COUNTS = {
  visited: 0, valid: 0, online: 0, onlineOk: 0, nid: 0, folio: 0, lru: 0, lruOk: 0, extGet: 0, extPut: 0, tac: 0, cleared: 0, cas: 0, casFail: 0, prep: 0, prepOk: 0, flush: 0,
  flushEmpty: 0, resched: 0,
};
type Counts = { -readonly [K in keyof typeof NO_COUNTS]: number };

/** Which thread function serves each node: what kthread_create() was called with in a start-up where every node has memory. */
export interface Threads {
  readonly fn: number;
  /** True when the data that a thread is called with is its pgdat, as posted. */
  readonly takesPgdat: boolean;
}

export class SourceRun extends ScenarioRun implements PolicyHost {
  readonly wakeUp = QUIET.wakeUp;
  readonly put = QUIET.put;
  readonly isolate = QUIET.isolate;
  readonly putback = QUIET.putback;
  readonly topTier = QUIET.topTier;
  readonly distance = QUIET.distance;
  readonly cpu = QUIET.cpu;
  readonly cpus = QUIET.cpus;
  readonly nodeOfCpu = QUIET.nodeOfCpu;
  readonly jiffies = QUIET.jiffies;
  readonly nowNs = QUIET.nowNs;
  private readonly policy: PolicyModule;
  private readonly serving: Threads | undefined;
  private tally: Counts = { ...NO_COUNTS };
  private ranges: number[][] = [];
  /** In the walk of a step, not in a mark or a hook. */
  private walking = false;
  private single = false;
  private roundsLeft = 0;
  private entered = false;
  private slept = 0;
  private timeout = 0;
  private done: Pass[] = [];
  private consumedWord = 0n;
  private batchRet = 0;
  private initEv: Json[] = [];
  private readonly nodeOfTask = new Map<number, number>();
  /** The dry start-up that finds the thread function: no events, no state. */
  private readonly dry: { threads?: Threads } | undefined;

  constructor(scenario: Scenario, wasm: CompiledPolicy, threads: Threads | undefined, dry?: { threads?: Threads }) {
    super(scenario, true);
    this.dry = dry;
    const nodes: NodeShape[] = this.machine.nodes.map((n) => ({
      nid: n.nid, zones: n.zones.map(({ spec: z }) => ({ idx: z.idx, start: z.startPfn, spanned: z.spannedPages, present: z.presentPages, managed: z.managedPages })),
    }));
    this.policy = new PolicyModule(wasm, this, scenario.pfns, nodes);
    this.serving = threads;
    if (dry === undefined) return;
    this.policy.fuel(FUEL);
    this.policy.init();
  }

  // the steps of a scenario
  override mark(pfn: number, nid: number): MarkResult {
    const was = this.walking;
    this.walking = false;
    const there = pfn < this.policy.pfns;
    if (there) this.downWord(pfn);
    const old = there ? this.policy.flagWord(pfn) : 0n;
    this.policy.fuel(FUEL);
    const ret = this.policy.addPfn(pfn, nid);
    if (there) this.upWord(pfn);
    this.upActivate();
    this.walking = was;
    if (ret === undefined) throw new Error('the C file has no kmigrated_add_pfn()');
    if (ret !== 0) return [ret, '0x0', '0x0', 0];
    return [0, hex(old), hex(this.policy.flagWord(pfn)), (old & this.policy.readyMask) === 0n ? 0 : 1];
  }

  override pass(nid: number): Pass {
    this.single = true;
    return this.run(nid, 1)[0];
  }

  override rounds(nid: number, rounds: number): Pass[] {
    this.single = false;
    return this.run(nid, rounds);
  }

  private run(nid: number, rounds: number): Pass[] {
    if (this.machine.nodeData(nid) === undefined) throw new Error(`node ${nid} does not exist`);
    if (this.serving === undefined) throw new Error('the C file created no thread at its start-up');
    if (!this.serving.takesPgdat) throw new Error('the C file gives its threads something else than their pgdat: a step for one node cannot be run');
    this.done = [];
    this.roundsLeft = rounds;
    this.entered = false;
    this.beginRound();
    this.down();
    this.walking = true;
    this.policy.fuel(FUEL);
    this.policy.thread(this.serving.fn, this.policy.nodeAt(nid));
    this.walking = false;
    this.up();
    if (this.done.length < rounds) throw new Error(`the thread ended by itself after ${this.done.length} rounds`);
    return this.done;
  }

  private beginRound(): void {
    this.ev = [];
    this.tally = { ...NO_COUNTS };
    this.ranges = [];
    this.slept = 0;
  }

  override init(): Json[] {
    this.initEv = [];
    this.down();
    this.policy.fuel(FUEL);
    this.policy.init();
    this.up();
    return this.initEv;
  }

  // flag words and ACTIVATE: the C code's memory is the truth while it runs, the frames are while anybody else does
  private down(): void {
    const words = Math.min(this.policy.pfns, this.frames.pfns);
    for (let pfn = 0; pfn < words; pfn++) this.downWord(pfn);
  }

  private downWord(pfn: number): void {
    this.policy.setFlagWord(pfn, this.frames.lo(pfn), this.frames.hi(pfn));
  }

  private up(): void {
    const words = Math.min(this.policy.pfns, this.frames.pfns);
    for (let pfn = 0; pfn < words; pfn++) this.upWord(pfn);
    this.upActivate();
  }

  private upActivate(): void {
    for (const node of this.machine.nodes) node.activate = this.policy.activate(node.nid);
  }

  private upWord(pfn: number): void {
    const lo = this.policy.flagLo(pfn), hi = this.policy.flagHi(pfn);
    if (lo !== this.frames.lo(pfn) || hi !== this.frames.hi(pfn)) this.frames.setWord(pfn, lo, hi);
  }

  protected override runHookAround(run: () => void): void {
    const was = this.walking;
    this.walking = false;
    this.up();
    run();
    this.down();
    this.walking = was;
  }

  protected override event(entry: Json, trigger: string, n: number): void {
    if (Array.isArray(entry) && entry[0] === 'b' && typeof entry[4] === 'number') this.batchRet = entry[4];
    super.event(entry, trigger, n);
  }

  // what the C code asks
  pfnValid(pfn: number): boolean {
    const valid = pfn < this.policy.pfns && (this.frames.get(pfn) & KIND_MASK) !== HOLE;
    if (!this.walking) return valid;
    this.fire('visit', pfn);
    // a hook may have changed the page
    const now = pfn < this.policy.pfns && (this.frames.get(pfn) & KIND_MASK) !== HOLE;
    this.tally.visited++;
    if (now) this.tally.valid++;
    const last = this.ranges.at(-1);
    if (last !== undefined && last[1] === pfn) last[1] = pfn + 1;
    else this.ranges.push([pfn, pfn + 1]);
    return now;
  }

  pfnOnline(pfn: number): boolean {
    const kind = this.frames.get(pfn) & KIND_MASK;
    const online = kind !== HOLE && kind !== OFFLINE;
    if (this.walking) {
      this.tally.online++;
      if (online) this.tally.onlineOk++;
    }
    return online;
  }

  nidOf(pfn: number): number {
    if (this.walking) this.tally.nid++;
    return this.frames.owners.nid(pfn);
  }

  pgdatOf(pfn: number): number {
    return this.frames.owners.nid(pfn);
  }

  headOf(pfn: number): number {
    if (this.walking) this.tally.folio++;
    return this.frames.head(pfn);
  }

  isLru(head: number): boolean {
    const lru = (this.frames.get(head) & LRU) !== 0;
    if (this.walking) {
      this.tally.lru++;
      if (lru) this.tally.lruOk++;
    }
    return lru;
  }

  orderOf(head: number): number {
    return orderOf(this.frames.get(head));
  }

  folioBits(head: number): number {
    const state = this.frames.get(head);
    return (state & FILE ? 1 : 0) | (state & DIRTY ? 2 : 0);
  }

  hasExt(pfn: number): boolean {
    if (this.walking) this.tally.extGet++;
    const state = this.frames.get(pfn);
    return (state & NOEXT) === 0 && (state & KIND_MASK) !== HOLE;
  }

  putExt(): void {
    if (this.walking) this.tally.extPut++;
  }

  tryGet(head: number): boolean {
    return (this.frames.get(head) & KIND_MASK) !== FREE;
  }

  beforeAtomic(what: number, at: number): void {
    const pfn = this.policy.extAt(at);
    if (pfn < 0 || !this.walking) return;
    if (what === ATOMIC_TEST_CLEAR) {
      this.tally.tac++;
      const word = this.policy.flagWord(pfn);
      if ((word & this.policy.readyMask) !== 0n) this.consumedWord = word;
    }
    if (what !== ATOMIC_CMPXCHG) return;
    this.tally.cas++;
    this.fire('cas', pfn);
  }

  afterAtomic(what: number, at: number, result: number): void {
    const pfn = this.policy.extAt(at);
    if (pfn < 0 || !this.walking) return;
    if (what === ATOMIC_TEST_CLEAR && result !== 0) this.tally.cleared++;
    if (what !== ATOMIC_CMPXCHG) return;
    if (result === 0) this.tally.casFail++;
    else this.ev.push(['c', pfn, hex(this.consumedWord), hex(this.policy.flagWord(pfn))]);
  }

  prepare(head: number, nid: number): number {
    this.tally.prep++;
    const ret = this.env.prepare(head, nid);
    if (ret === 0) this.tally.prepOk++;
    return ret;
  }

  batch(heads: readonly number[], nid: number): number {
    this.tally.flush++;
    if (heads.length === 0) this.tally.flushEmpty++;
    const job = new BatchJob();
    // list_add() puts each at the head: the last one added comes first
    for (const head of [...heads].reverse()) job.list.add(head, nid);
    this.env.beginBatch(job, nid, 0, 0);
    this.env.stepBatch(job);
    return this.batchRet;
  }

  condResched(): void {
    this.tally.resched++;
    this.rescheduled();
  }

  shouldStop(): boolean {
    if (!this.entered) {
      this.entered = true;
      return false;
    }
    this.up();
    this.done.push({ slept: this.slept, timeout: this.timeout, ev: this.ev, vis: this.ranges, n: this.tally, act: this.act() });
    this.roundsLeft--;
    if (this.roundsLeft > 0) this.beginRound();
    return this.roundsLeft <= 0;
  }

  waitBegins(jiffies: number): void {
    this.timeout = jiffies;
  }

  sleep(): number {
    // a work step is the body of the loop alone: its wait ends at once, as if something were there
    if (this.single) return 0;
    this.slept++;
    this.waited();
    return 0;
  }

  kthreadCreate(fn: number, data: number, _node: number, name: string): number {
    const nid = this.machine.nodes.find((n) => this.policy.nodeAt(n.nid) === data)?.nid;
    if (this.dry !== undefined) {
      this.dry.threads ??= { fn, takesPgdat: nid !== undefined };
      return this.policy.newTask();
    }
    const error = this.env.kthreadCreate(nid ?? -1);
    this.initEv.push(['create', name, error]);
    if (error !== 0) return error;
    const task = this.policy.newTask();
    this.nodeOfTask.set(task, nid ?? -1);
    return task;
  }

  wakeUpProcess(task: number): void {
    if (this.dry === undefined) this.initEv.push(['wake', this.nodeOfTask.get(task) ?? -1]);
  }

  print(level: number, text: string): void {
    if (this.dry === undefined && level <= 3) this.initEv.push(['err', text.trimEnd()]);
  }

  nodeState(nid: number, state: number): boolean {
    const node = this.machine.nodeData(nid);
    if (node === undefined) return false;
    return this.dry !== undefined || state === N_ONLINE || (state === N_MEMORY && node.hasMemory);
  }

  balanced(nid: number, pages: number): boolean {
    return this.env.free(nid) > (this.nodes.get(nid)?.high ?? 0) + pages;
  }
}

const hex = (word: bigint): string => `0x${word.toString(16)}`;

/** Finds the thread function of a compiled file: its start-up on a machine of one node. */
export function threadsOf(wasm: CompiledPolicy, scenario: Scenario): Threads | undefined {
  const found: { threads?: Threads } = {};
  void new SourceRun(scenario, wasm, undefined, found);
  return found.threads;
}
