/** kpromoted (RFC of March 2025, 20250306054532.221138-1-bharata@amd.com): accesses to lower-tier pages are counted in a hash with a mutex a bucket, which the consumer holds while it migrates. */

import { LRU } from '../machine/pagestate';
import { jiffiesAt, msecsToJiffies } from '../sim/jiffies';
import { BLOCK, type Design, type DesignContext, OVER, type Report, type ReportAnswer, type ScopeNote } from './design';
import { HotRecords } from './kpromoted-records';
import { KpromotedThread } from './kpromoted-thread';
import { Mutexes, taskHolder } from './mutexes';
import type { KpromotedOptions } from './options';

export const KPROMOTED_SCOPE: ScopeNote = {
  sources: ['20250306054532.221138-1-bharata@amd.com', '20250306054532.221138-3-bharata@amd.com', 'b9965654-af90-42c9-8e4b-b29621d11ea7@amd.com'],
  modelled: [
    'A hash of 2^16 buckets by hash_min() of the PFN, a mutex each; a producer looks up or adds its record inside the mutex.',
    'The window test as posted, the wrong way round: the first access makes a page eligible, a second one in a later jiffy takes that back; repairWindow turns it and counts a first access once.',
    'A thread for every node with CPUs polls once a second (the wait condition is never true), locks every bucket, and migrates its records one by one with the mutex held.',
    'A record whose prepare or migration fails stays and is tried again; one that is not on the LRU, on its node already, older than two windows or below the threshold is dropped.',
    'Who waits for a mutex sleeps and is counted (lock waits, their time); a woken waiter tries again and may lose to a newcomer.',
    'The counters of the debug patch, with their names in lower case; lower-tier accesses to a folio that is off the LRU, which the patch does not count, are counted as refused.',
  ],
  simplified: [
    'Accesses come from hint faults, not from IBS or page table scans (from a lower tier every one, else those that the balancer finds misplaced); their target node is always known, so the default target 1 is never used.',
    'As posted only pages of lower tiers are recorded. Where all nodes are of one tier, pages that hint faults find misplaced are recorded as well, and a page on its own node counts as top tier.',
    'A waiter sleeps at once, where the kernel first spins while the holder runs, and the mutex is never handed over to a waiter that lost.',
    'Stretches of up to 256 empty buckets are locked in one step, at the cost of a mutex each.',
    'A move is counted as the batch of patch 2/4 counts a batch of one.',
  ],
  not: ['Failed allocation of a record, and with it the path that leaves the mutex locked.', 'Memory hotplug, CPU hotplug, ZONE_DEVICE.', 'The shortcut for active folios of the published run: this machine has no active list.'],
};

/** The report of one task. */
interface State {
  pfn: number;
  target: number;
  nid: number;
  here: number;
  bucket: number;
  phase: 'lock' | 'unlock';
  waited: boolean;
}

export class Kpromoted implements Design {
  readonly scope = KPROMOTED_SCOPE;
  readonly workers: readonly KpromotedThread[];
  readonly losesWriteBit = false;
  readonly records: HotRecords;
  readonly locks: Mutexes;
  private readonly states: (State | undefined)[] = [];
  /** Every node with memory is of the top tier. */
  private readonly oneTier: boolean;

  constructor(options: KpromotedOptions, private readonly ctx: DesignContext) {
    this.records = new HotRecords(options.hashOrder, msecsToJiffies(ctx.hz, options.windowMs), options.repairWindow);
    this.locks = new Mutexes(this.records.buckets, (who) => {
      if (who > 0) ctx.wakeTask(who - 1);
      else ctx.wake(this.workers[-1 - who]);
    });
    const nodes = new Set<number>();
    for (let cpu = 0; cpu < ctx.cpus; cpu++) if (ctx.nodeOfCpu(cpu) >= 0) nodes.add(ctx.nodeOfCpu(cpu));
    this.workers = [...nodes].sort((a, b) => a - b).map((nid, i): KpromotedThread => new KpromotedThread(nid, i, ctx, options, this.records, this.locks));
    this.oneTier = ctx.machine.nodes.every((n) => !n.hasMemory || ctx.topTier(n.nid));
  }

  /** kpromoted_record_access() up to its mutex. */
  report(report: Report, _timePs: number): ReportAnswer {
    const { rec, machine } = this.ctx;
    const { nid, target, head } = report;
    const here = this.ctx.nodeOfCpu(report.cpu);
    const top = this.oneTier ? target === nid : this.ctx.topTier(nid);
    if (!top && target === nid) return 'ignore';
    rec.count(here, 'kpromoted_recorded_accesses', 1);
    if (top) {
      rec.count(here, 'kpromoted_record_toptier', 1);
      return 'ignore';
    }
    if (!(machine.frames.get(head) & LRU)) {
      rec.count(here, 'kpromoted_record_refused', 1);
      return 'ignore';
    }
    this.states[report.task] = { pfn: head, target, nid, here, bucket: this.records.bucketOf(head), phase: 'lock', waited: false };
    return 'take';
  }

  stepReport(task: number, timePs: number): number {
    const s = this.states[task];
    if (s === undefined) return OVER;
    const { rec, costs, clock } = this.ctx;
    const me = taskHolder(task);
    if (s.phase === 'unlock') {
      this.locks.unlock(s.bucket, me);
      return OVER;
    }
    if (!this.locks.tryLock(s.bucket, me)) {
      this.locks.wait(s.bucket, me, s.waited);
      s.waited = true;
      return BLOCK;
    }
    s.phase = 'unlock';
    const made = this.records.access(s.pfn, s.target, jiffiesAt(clock, timePs));
    rec.count(s.here, made ? 'kpromoted_record_added' : 'kpromoted_record_exists', 1);
    if (made) rec.count(s.here, 'records_made', 1);
    return costs.mutexPs + costs.hashFindPs + (made ? costs.recordAllocPs : 0);
  }

  /** NUMA balancing is not told of it: the page was used where it lies. */
  creditedNid(task: number): number {
    return this.states[task]?.nid ?? 0;
  }

  tick(_task: number, _timePs: number): boolean {
    return false;
  }

  beginWork(_task: number, _cpu: number, _timePs: number): boolean {
    return false;
  }

  stepWork(_task: number, _timePs: number): number {
    return OVER;
  }

  exit(_task: number, _timePs: number): void {
    // records are the machine's, not the task's
  }

  held(): readonly number[] {
    const heads: number[] = [];
    for (const worker of this.workers) worker.held(heads);
    return heads;
  }

  overheadBytes(): number {
    return this.records.bytes();
  }
}
