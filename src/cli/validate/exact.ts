/** Class "exact": what the mechanism dictates, whatever the timing; the same checks on a recorded and on a simulated run. */

import { BATCH_CHECKS } from './exactbatches';
import { type RunContext, type RunRecord, counter, lastSample, unmappedIn } from './record';
import { mappingPages, ownerOf } from '../../scenario/program/kernelrun';

export interface Finding {
  readonly ok: boolean;
  /** What was found, a few words. */
  readonly found: string;
}

export interface ExactCheck {
  readonly id: string;
  readonly says: string;
  /** Why the mechanism dictates it. */
  readonly why: string;
  /** undefined: the check does not apply to this run. */
  readonly check: (context: RunContext, record: RunRecord) => Finding | undefined;
}

const ok = (found: string): Finding => ({ ok: true, found });
const miss = (found: string): Finding => ({ ok: false, found });

/** Counters after the end where the file has them: a sample can catch a node counter with its per-CPU rest still unfolded. */
const settled = (record: RunRecord, name: string): number => record.after?.get(name) ?? counter(lastSample(record), name);

/** vmstat_update() folds per-CPU rests of node counters about once a second. */
const FOLDED_S = 3;

/** Pages of small batches whose count may still lie in a per-CPU rest at the end: numa_pages_migrated is an event counter and has none. */
function unfolded(record: RunRecord): number {
  const end = lastSample(record).tS;
  const offset = record.batchOffsetS;
  return record.batches.filter((b) => b.ok < 512 && (offset === undefined || b.tS - offset > end - FOLDED_S)).reduce((sum, b) => sum + b.ok, 0);
}

/** The NID field of patch 3/4 as posted holds 3 bits on a 64-bit kernel (D1). */
export const NID_VALUES = 8;

const unmappedBound = (record: RunRecord, workers: number): number => {
  if (record.design === 'base') return (workers + 1) * (record.peakUnmapped === undefined ? 4 : 1);
  return 512 * Math.max(1, new Set(record.batches.map((b) => b.node)).size);
};

const COUNTER_CHECKS: readonly ExactCheck[] = [
  {
    id: 'promote', says: 'v1: pgpromote_success = numa_pages_migrated; unpatched: 0',
    why: 'patch 2/4 counts both for every page it moves (D15); mode 1 counts no promotion',
    check: (_, record) => {
      const promoted = settled(record, 'pgpromote_success'), migrated = settled(record, 'numa_pages_migrated');
      const found = `${promoted} of ${migrated}`;
      if (record.design === 'base') return promoted === 0 ? ok(found) : miss(found);
      return promoted <= migrated && migrated - promoted <= unfolded(record) ? ok(found) : miss(found);
    },
  },
  {
    id: 'success', says: 'pgmigrate_success >= numa_pages_migrated',
    why: 'migrate_pages() counts every page it moves, its NUMA callers only theirs',
    check: (_, record) => {
      const all = settled(record, 'pgmigrate_success'), numa = settled(record, 'numa_pages_migrated');
      return all >= numa ? ok(`${all} >= ${numa}`) : miss(`${all} < ${numa}`);
    },
  },
  {
    id: 'faults', says: 'local hint faults <= hint faults <= PTE updates',
    why: 'a hint fault needs a PTE that the scanner has changed, and each changed PTE faults once at the most',
    check: (_, record) => {
      const bad = record.samples.find((s) => counter(s, 'numa_hint_faults_local') > counter(s, 'numa_hint_faults') || counter(s, 'numa_hint_faults') > counter(s, 'numa_pte_updates'));
      const at = bad ?? lastSample(record);
      const found = `${counter(at, 'numa_hint_faults_local')}, ${counter(at, 'numa_hint_faults')}, ${counter(at, 'numa_pte_updates')}`;
      return bad === undefined ? ok(found) : miss(`${found} at ${bad.tS} s`);
    },
  },
  {
    id: 'monotone', says: 'no counter and no loop count falls',
    why: 'they are sums of events',
    check: (_, record) => {
      for (let i = 1; i < record.samples.length; i++) {
        const [a, b] = [record.samples[i - 1], record.samples[i]];
        for (const [name, value] of a.vm) if (counter(b, name) < value && b.vm.has(name)) return miss(`${name} at ${b.tS} s`);
        if (b.loops.some((l, w) => l < a.loops[w])) return miss(`loops at ${b.tS} s`);
      }
      return ok(`${record.samples.length} samples`);
    },
  },
  {
    id: 'conserved', says: "every sample finds every page of each target's share",
    why: 'the mapping is written once and never swapped: each page is somewhere, or under migration',
    check: (context, record) => {
      const { args } = context;
      const share = new Map<number, number>(args.targets.map((t) => [t, 0]));
      for (let page = 0; page < mappingPages(args); page++) {
        const target = args.targets[ownerOf(args, page)];
        share.set(target, (share.get(target) ?? 0) + 1);
      }
      for (const s of record.samples) {
        for (const [target, pages] of share) {
          const sum = [...(s.want.get(target)?.values() ?? [])].reduce((a, b) => a + b, 0);
          if (sum !== pages) return miss(`${sum} of ${pages} for target ${target} at ${s.tS} s`);
        }
      }
      return ok([...share.values()].join(' + '));
    },
  },
  {
    id: 'unmapped', says: 'v1: at most 512 pages unmapped at once a thread; unpatched: few',
    why: 'migrate_pages() unmaps chunks of 512 base pages; a faulting task unmaps one folio (a sample takes time: 4 a task)',
    check: (context, record) => {
      const most = record.peakUnmapped ?? Math.max(...record.samples.map(unmappedIn));
      const bound = unmappedBound(record, context.args.targets.length);
      return most <= bound ? ok(`${most}`) : miss(`${most}, more than ${bound}`);
    },
  },
  {
    id: 'alias', says: 'v1: a target whose number does not fit the nid bits is never reached',
    why: 'the mask as posted keeps 3 bits of the node (D1): node 8 and above become n mod 8',
    check: (context, record) => {
      const { args } = context;
      const wide = args.targets.filter((t) => t >= NID_VALUES && t !== args.home);
      if (record.design !== 'v1' || wide.length === 0) return undefined;
      for (const s of record.samples) for (const on of s.want.values()) for (const t of wide) if ((on.get(t) ?? 0) > 0) return miss(`${on.get(t)} pages on node ${t} at ${s.tS} s`);
      return ok(`none on ${wide.join(', ')}`);
    },
  },
  {
    id: 'untouched', says: 'pages only where a target, home or a stored nid can send them',
    why: 'first touch is at home, and hint faults come from home and the targets only',
    check: (context, record) => {
      const { args } = context;
      if (fallback(context)) return undefined;
      const reachable = new Set([args.home, ...args.targets, ...[args.home, ...args.targets].map((n) => n % NID_VALUES), -1]);
      for (const s of record.samples) for (const on of s.want.values()) for (const [node, pages] of on) if (pages > 0 && !reachable.has(node)) return miss(`${pages} on node ${node} at ${s.tS} s`);
      return ok('yes');
    },
  },
  {
    id: 'stale', says: 'stale: no PTE update after balancing is off; unpatched: no page of the new mapping moves',
    why: 'the scanner is off; only a mark that outlived its page can still move one (D8)',
    check: (context, record) => {
      if (context.args.mode !== 'stale' || record.samples.length < 4) return undefined;
      // samples: start, stop, new mapping, then the rest; a pass under way may end after the sample at the stop
      const after = record.samples.slice(2), [a] = after, b = after[after.length - 1];
      if (counter(b, 'numa_pte_updates') !== counter(a, 'numa_pte_updates')) return miss(`${counter(b, 'numa_pte_updates') - counter(a, 'numa_pte_updates')} updates`);
      const moved = counter(b, 'numa_pages_migrated') - counter(a, 'numa_pages_migrated');
      return record.design === 'base' && moved > 0 ? miss(`${moved} moved`) : ok(`${moved} moved`);
    },
  },
];

/** First touch falls back to other nodes when home is too small for the mapping. */
function fallback(context: RunContext): boolean {
  const free = context.machine.nodes.find((n) => n.nid === context.args.home)?.zones.reduce((sum, z) => sum + z.freePages, 0) ?? 0;
  return free < context.pages * 1.1;
}

/** Every check, in the order of the table. */
export const EXACT_CHECKS: readonly ExactCheck[] = [...COUNTER_CHECKS, ...BATCH_CHECKS];
