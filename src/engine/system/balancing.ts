/** NUMA balancing of the machine's programs: ticks queue scans, scans make entries PROT_NONE, hint faults ask where a folio belongs and are accounted. */

import { Cause } from '../cost/ledger';
import type { Machine } from '../machine/machine';
import { DIRTY, FILE } from '../machine/pagestate';
import { taskNumaFault } from '../mm/balance/account';
import { CPUPID_UNSET, cpuPidToCpupid, cpupidValid } from '../mm/balance/cpupid';
import { followsTask } from '../mm/balance/filter';
import { ScanPass, setAccessPid, taskTickNuma } from '../mm/balance/scan';
import { NumaMm, type NumaTask, NumaVma, initNumaTask } from '../mm/balance/state';
import { Promotion } from '../mm/balance/tiering';
import { taskActor } from '../mm/fault';
import type { Balancer } from '../mm/faulthost';
import { PTE_PRESENT, PTE_PROTNONE, PTE_STATE } from '../mm/pte';
import type { Vma } from '../mm/vma';
import { highPages, lowPages, watermarkOk } from '../mm/watermark';
import { Counter } from '../observe/counters';
import { Point } from '../observe/points';
import type { Recorder } from '../observe/recorder';
import type { UserTask } from '../sched/user';
import { type Clock, jiffiesAt } from '../sim/jiffies';
import type { WorldSpec } from '../spec';
import { EngineBug, PAGEBLOCK_PAGES } from '../types';
import type { Process } from './process';
import type { NumaBalancingSpec, SystemSpec } from './spec';

/** pids of the first process's threads begin here; the low eight bits tell them apart in cpupids. */
const FIRST_PID = 100;
const GIB_PAGES = 262_144;

export interface BalancingHost {
  topTier(nid: number): boolean;
  readonly processes: readonly Process[];
  readonly cpus: { readonly nowPs: number };
  /** Brings the accesses of every thread of a process up to now. */
  syncProcess(process: number): void;
  readonly folios: { takeFlushPending(process: number): boolean; readonly tables: { has(vma: Vma, unit: number): boolean } };
  shootdownOne(cpu: number, process: number, pages: number): number;
}

/** Passes in a row that may change too little for a dictated instant, before it is given up. */
const DICTATED_TRIES = 64;

/** A task's scan, and what it faulted on. */
interface State {
  readonly numa: NumaTask;
  readonly pass: ScanPass;
  scanning: boolean;
  /** The pass under way was dictated; base pages that it has changed. */
  dictated: boolean;
  passChanged: number;
  /** Base pages made PROT_NONE in the kernel's range under way. */
  rangePages: number;
  /** last_cpupid before the fault under way. */
  last: number;
  local: boolean;
}

export class Balancing implements Balancer {
  private switched: 0 | 1 | 2;
  private readonly states: State[] = [];
  private readonly numab: NumaBalancingSpec;
  private readonly promotion: Promotion[];
  /** pghot moves the threshold and the rate limit of tiering out of the fault: every fault on a slow page is reported. */
  private readonly reportsAll: boolean;
  private faultCount = 0;
  /** Hint faults on PTEs of normal folios, one a fault. */
  faultEvents = 0;
  private givenAt = 0;
  private givenTries = 0;
  private readonly given: readonly number[] | undefined;
  private readonly givenAtLeast: number;

  constructor(
    world: WorldSpec, spec: SystemSpec, private readonly machine: Machine, private readonly rec: Recorder, private readonly clock: Clock,
    private readonly nodeOf: Int32Array, private readonly host: BalancingHost, private readonly costs = world.costs,
  ) {
    this.numab = spec.numaBalancing;
    this.reportsAll = spec.migrator === 'pghot-early' || spec.migrator === 'pghot-late' || spec.migrator === 'kpromoted';
    this.switched = spec.migrator === 'none' || spec.migrator === 'ideal' ? 0 : spec.numaBalancing.mode;
    this.promotion = Array.from({ length: machine.nodeIds }, () => new Promotion(this.numab));
    this.given = spec.given?.scansPs;
    this.givenAtLeast = spec.given?.scanAtLeast ?? 0;
  }

  get mode(): 0 | 1 | 2 {
    return this.switched;
  }

  /** sysctl kernel.numa_balancing: tiering mode begins with the default threshold. */
  set mode(mode: 0 | 1 | 2) {
    if (mode === 2 && this.switched !== 2) for (const p of this.promotion) p.reset(this.msAt(this.host.cpus.nowPs));
    this.switched = mode;
  }

  /** jiffies_to_msecs(), from the start of the run on. */
  private msAt(timePs: number): number {
    return Math.floor(((jiffiesAt(this.clock, timePs) - this.clock.initial) * 1000) / this.clock.hz);
  }

  addProcess(_index: number): NumaMm {
    return new NumaMm();
  }

  /** Lays the VMAs of a process out in its address space, each at a PMD boundary. */
  mapped(process: Process): void {
    let vpn = 0;
    for (const vma of process.vmas) {
      const pages = vma.units * vma.unitPages;
      vma.numa = new NumaVma(vma.index, vpn, vpn + pages, vma.spec.content === 'file-readonly');
      process.mm.vmas.push(vma.numa);
      vpn = (Math.floor((vpn + pages) / PAGEBLOCK_PAGES) + 2) * PAGEBLOCK_PAGES;
    }
  }

  fork(task: UserTask, process: Process): void {
    const numa = initNumaTask(FIRST_PID + task.id, process.mm, this.machine.nodeIds, this.numab, this.clock, jiffiesAt(this.clock, 0));
    this.states[task.id] = { numa, pass: new ScanPass(numa, this.numab, this.clock), scanning: false, dictated: false, passChanged: 0, rangePages: 0, last: CPUPID_UNSET, local: false };
  }

  /** A page of a process has come (1) or gone (-1). */
  resident(process: number, pages: number): void {
    this.host.processes[process].mm.rssPages += pages;
  }

  hintFaults(): number {
    return this.faultCount;
  }

  /** task_tick_numa(): true when a scan waits for the task's return to user mode. */
  tick(task: UserTask, timePs: number): boolean {
    if (this.mode === 0) return false;
    const { numa } = this.states[task.id];
    if (this.given !== undefined) return this.due(task, timePs);
    return taskTickNuma(numa, task.sumExecPs, jiffiesAt(this.clock, timePs), this.numab);
  }

  /** Dictated instants: the first task that can scan at or after one does. */
  private due(task: UserTask, timePs: number): boolean {
    const { given } = this;
    return given !== undefined && this.mode !== 0 && this.givenAt < given.length && given[this.givenAt] <= timePs && task.process === 0;
  }

  /** Work that waits for the return to user mode: begins the scan. */
  begin(task: UserTask, timePs: number): boolean {
    const s = this.states[task.id];
    const dictated = this.due(task, timePs);
    if ((!s.numa.work && !dictated) || s.scanning) return false;
    if (dictated) this.givenAt++;
    s.numa.mm.threads = this.host.processes[task.process].alive;
    if (!s.pass.begin(jiffiesAt(this.clock, timePs), task.sumExecPs, dictated)) return false;
    s.scanning = true;
    s.dictated = dictated;
    s.passChanged = 0;
    s.rangePages = 0;
    this.rec.add(this.nodeOf[task.cpu], Counter.scan_passes, 1);
    task.kernel(timePs, Cause.PteScan, this.costs.pteScanCallPs);
    return true;
  }

  /** The next slice of a scan; true when the pass is over. */
  proceed(task: UserTask, timePs: number): boolean {
    const s = this.states[task.id];
    if (!s.scanning) throw new EngineBug(`${task.name} does not scan`);
    if (!s.pass.next(jiffiesAt(this.clock, timePs))) {
      s.scanning = false;
      s.pass.end(task.sumExecPs);
      if (s.dictated) this.retry(s.passChanged);
      return true;
    }
    const vma = this.host.processes[task.process].vmas[s.pass.vmaIndex];
    const start = vma.numa?.startVpn ?? 0;
    this.host.syncProcess(task.process);
    const first = Math.floor((s.pass.from - start) / vma.unitPages), end = Math.ceil((s.pass.to - start) / vma.unitPages);
    const pending = !vma.spec.pmdMapped && this.host.folios.takeFlushPending(task.process);
    const changed = this.protect(task, vma, first, end, timePs);
    s.pass.account(changed * vma.unitPages);
    s.passChanged += changed * vma.unitPages;
    // change_pmd_range() steps over a range without a table at once; a slice may reach into two
    const there = this.host.folios.tables.has(vma, first) || this.host.folios.tables.has(vma, Math.max(first, end - 1));
    let ps = (there ? end - first : 1) * this.costs.pteScanPs;
    if (pending) {
      this.rec.add(this.nodeOf[task.cpu], Counter.scan_flushes_pending, 1);
      ps += this.host.shootdownOne(task.cpu, task.process, changed * vma.unitPages);
    }
    s.rangePages += changed * vma.unitPages;
    if (s.pass.endsRange && s.rangePages > 0) {
      ps += this.flush(task, s.rangePages);
      s.rangePages = 0;
    }
    task.kernel(timePs, Cause.PteScan, ps);
    return false;
  }

  /** A dictated pass is over; when it was one of the small ones between, the instant still waits for its own. */
  private retry(changed: number): void {
    if (changed >= this.givenAtLeast || ++this.givenTries >= DICTATED_TRIES) this.givenTries = 0;
    else this.givenAt--;
  }

  /** tlb_finish_mmu() at the end of a change_prot_numa(): the entries were accessible, so every CPU that runs the process is told. */
  private flush(task: UserTask, pages: number): number {
    this.rec.add(this.nodeOf[task.cpu], Counter.scan_flushes, 1);
    return this.host.shootdownOne(task.cpu, task.process, pages);
  }

  /** change_pte_range() with MM_CP_PROT_NUMA: units [first, end) of a VMA; returns how many changed. */
  private protect(task: UserTask, vma: Vma, first: number, end: number, timePs: number): number {
    const { frames } = this.machine;
    const nid = this.nodeOf[task.cpu];
    // change_huge_pmd() has neither of the two tests
    const byPte = !vma.spec.pmdMapped;
    const single = byPte && this.host.processes[task.process].alive === 1 && vma.spec.content === 'anon';
    const dirty = byPte && vma.spec.content === 'file-dirty';
    const nowMs = this.msAt(timePs);
    let changed = 0;
    for (let u = first; u < end; u++) {
      if ((vma.flags[u] & PTE_STATE) !== PTE_PRESENT) continue;
      const pfn = vma.pfn[u];
      if (dirty && (frames.get(pfn) & (FILE | DIRTY)) === (FILE | DIRTY)) continue;
      const at = frames.owners.nid(pfn);
      if (single && at === nid) continue;
      const top = this.mode !== 2 || this.host.topTier(at);
      if (this.mode === 2 && top) continue;
      if (!top) vma.cpupid[vma.headUnit(u)] = nowMs;
      vma.flags[u] = PTE_PROTNONE;
      vma.arm(u);
      changed++;
    }
    if (changed > 0) {
      this.rec.add(nid, vma.spec.pmdMapped ? Counter.numa_huge_pte_updates : Counter.numa_pte_updates, changed);
      if (vma.spec.pmdMapped) this.rec.add(nid, Counter.numa_pte_updates, changed * PAGEBLOCK_PAGES);
      this.rec.point(timePs, Point.ScanRange, taskActor(task.id), 0, vma.id, first, changed, 0);
    }
    return changed;
  }

  check(task: UserTask, vma: Vma, unit: number, folioNid: number): number {
    const s = this.states[task.id];
    const cpuNid = this.nodeOf[task.cpu];
    const pages = vma.folioUnits * vma.unitPages;
    this.faultCount++;
    if (!vma.spec.pmdMapped) this.faultEvents++;
    this.rec.add(cpuNid, Counter.numa_hint_faults, 1);
    s.local = folioNid === cpuNid;
    if (s.local) this.rec.add(cpuNid, Counter.numa_hint_faults_local, 1);
    if (vma.numa !== undefined) setAccessPid(vma.numa, s.numa.pid);
    const slow = this.mode === 2 && !this.host.topTier(folioNid);
    s.last = slow ? CPUPID_UNSET : vma.cpupid[unit];
    // entries that are still PROT_NONE when balancing is switched off fault and migrate as before: only statistics and scans stop
    // mpol_misplaced(): a folio on the task's own node is well placed, and keeps its last_cpupid
    if (s.local || this.machine.nodeData(cpuNid)?.hasMemory !== true) return -1;
    const follows = slow ? this.reportsAll || this.isHot(vma, unit, cpuNid, pages) : this.follows(s, vma, unit, cpuNid, task.cpu, folioNid);
    return follows ? cpuNid : -1;
  }

  private follows(s: State, vma: Vma, unit: number, cpuNid: number, cpu: number, folioNid: number): boolean {
    vma.cpupid[unit] = cpuPidToCpupid(cpu, s.numa.pid);
    return followsTask(s.numa, s.last, cpuNid, this.nodeOf, this.mode !== 2 && !this.host.topTier(folioNid));
  }

  /** folio_use_access_time(): a page of a slow node is hot when its fault came soon after its scan. */
  private isHot(vma: Vma, unit: number, cpuNid: number, pages: number): boolean {
    const pgdat = this.machine.nodeData(cpuNid);
    if (pgdat === undefined) return false;
    const nowMs = this.msAt(this.host.cpus.nowPs);
    const latencyMs = nowMs - vma.cpupid[unit];
    const { frames } = this.machine;
    const spare = Math.max(GIB_PAGES, Math.floor(pgdat.zones.reduce((n, z) => n + z.spec.presentPages, 0) / 16));
    const enough = pgdat.zones.some((z) => z.spec.presentPages > 0
      && watermarkOk(frames.freeOf(z.ownerId), 0, highPages(z) + (highPages(z) - lowPages(z)) + spare, z));
    if (!enough) vma.cpupid[unit] = nowMs;
    const limiter = this.promotion[cpuNid];
    const before = limiter.candidates;
    const yes = limiter.allows(nowMs, latencyMs, pages, enough);
    this.rec.add(cpuNid, Counter.pgpromote_candidate, limiter.candidates - before);
    if (enough) this.rec.add(cpuNid, Counter.pgpromote_candidate_nrl, pages);
    return yes;
  }

  promotes(from: number, to: number): boolean {
    return this.mode === 2 && !this.host.topTier(from) && this.host.topTier(to);
  }

  /** D16 of kmigrated v1 repaired: pages that a task asked for have moved, or could not (TNF_MIGRATED, TNF_MIGRATE_FAIL, later than the fault). */
  feedBack(task: number, pages: number, moved: boolean): void {
    if (this.mode === 0) return;
    const { numa } = this.states[task];
    if (moved) numa.pagesMigrated += pages;
    else numa.locality[2] += pages;
  }

  account(task: UserTask, memNid: number, pages: number, migrated: boolean, failed: boolean): void {
    if (this.mode === 0) return;
    const s = this.states[task.id];
    const dropped = !this.host.topTier(memNid) && (this.mode === 2 || !cpupidValid(s.last, this.nodeOf.length));
    taskNumaFault(s.numa, { last: s.last, memNid, cpuNid: this.nodeOf[task.cpu], pages, local: s.local, migrated, failed }, dropped, this.numab, this.clock, jiffiesAt(this.clock, this.host.cpus.nowPs));
  }
}
