/** Class "exact", the part on batches: sizes, order, targets and sums (dossier A.4, conformance facts 1-4). */

import type { RunBatch } from '../../scenario/program/runfile';
import type { ExactCheck, Finding } from './exact';
import { type RunContext, type RunRecord, byThread, counter, lastSample } from './record';

/** KMIGRATE_BATCH. */
export const FULL = 512;
const NID_VALUES = 8;
/** A mark that was set before the main thread was pinned is taken by a walk that begins at most a wait (1.032 s) later; its batch ends soon after. */
const UNPINNED_S = 2;

const ok = (found: string): Finding => ({ ok: true, found });
const miss = (found: string): Finding => ({ ok: false, found });
const name = (b: RunBatch): string => `kmigrated${b.node} at ${b.tS.toFixed(3)} s (n=${b.n}, target ${b.target})`;

/** Goes over each thread's batches; the callback names what is wrong. */
function each(record: RunRecord, look: (b: RunBatch, before: RunBatch | undefined, after: RunBatch | undefined) => string | undefined): Finding {
  for (const list of byThread(record).values()) {
    for (let i = 0; i < list.length; i++) {
      const wrong = look(list[i], list[i - 1], list[i + 1]);
      if (wrong !== undefined) return miss(wrong);
    }
  }
  return ok(`${record.batches.length} batches`);
}

const v1 = (check: (context: RunContext, record: RunRecord) => Finding): ExactCheck['check'] =>
  (context, record) => (record.design === 'v1' ? check(context, record) : undefined);

/** Node numbers that a mark of the program can hold: each CPU's node it runs on, cut to the nid bits. */
const storedNids = (context: RunContext): Set<number> => new Set([context.args.home, ...context.args.targets].map((n) => n % NID_VALUES));

export const BATCH_CHECKS: readonly ExactCheck[] = [
  {
    id: 'nobatch', says: 'unpatched: no kmigrated, one folio a migrate_pages() call', why: 'the faulting task migrates the page that it faulted on',
    check: (_, record) => {
      if (record.design === 'v1') return undefined;
      const large = record.calls?.first.find((c) => c.succeeded > 1);
      if (record.batches.length > 0) return miss(`${record.batches.length} batches`);
      return large === undefined ? ok('yes') : miss(`a call of ${large.succeeded} at ${large.tS} s`);
    },
  },
  {
    id: 'empty', says: 'v1: each zone walk with candidates opens with the empty batch to -1', why: 'cur_nid starts as -1, so the first prepared folio flushes an empty list (D2)',
    check: v1((_, record) => each(record, (b, before, after) => {
      if ((b.n === 0) !== (b.target === -1)) return `${name(b)}: empty and -1 go together`;
      if (b.n > 0 && before === undefined) return `${name(b)}: no empty batch before it`;
      if (b.n === 0 && after !== undefined && after.n === 0) return `${name(b)}: two empty batches in a row`;
      return undefined;
    })),
  },
  {
    id: 'full', says: 'v1: batches are 512; a smaller one ends its zone walk', why: 'count >= 512 is the only trigger; what is left is flushed at the end of the zone',
    check: v1((_, record) => each(record, (b, __, after) => {
      if (b.n > FULL) return `${name(b)}: more than ${FULL}`;
      return b.n > 0 && b.n < FULL && after !== undefined && after.n > 0 ? `${name(b)}: smaller, and the walk went on` : undefined;
    })),
  },
  {
    id: 'descending', says: 'v1: inside a batch PFNs descend', why: 'folios are pushed at the head of the list',
    check: v1((_, record) => each(record, (b) => {
      if (b.n > 1 && !(b.descending && b.first > b.last)) return `${name(b)}: ${b.first} .. ${b.last}`;
      return b.n === 1 && b.first !== b.last ? `${name(b)}: one folio, two PFNs` : undefined;
    })),
  },
  {
    id: 'span', says: 'v1: a batch spans at least as many PFNs as it has folios, inside one zone of its node', why: 'a list is local to a zone walk, and each PFN is visited once',
    check: v1((context, record) => each(record, (b) => {
      if (b.n === 0) return undefined;
      if (b.first - b.last + 1 < b.n) return `${name(b)}: ${b.n} folios in ${b.first - b.last + 1} PFNs`;
      const zones = context.machine.nodes.find((n) => n.nid === b.node)?.zones ?? [];
      const inOne = zones.some((z) => b.last >= z.startPfn && b.first < z.startPfn + z.spannedPages);
      return inOne ? undefined : `${name(b)}: ${b.last} .. ${b.first} lie in no zone of node ${b.node}`;
    })),
  },
  {
    id: 'ascending', says: 'v1: batches of one pass ascend', why: 'the walk goes from the lowest PFN to the highest',
    check: v1((_, record) => each(record, (b, before) => (
      before !== undefined && before.n > 0 && b.n > 0 && b.last <= before.first ? `${name(b)}: begins at ${b.last}, the one before ended at ${before.first}` : undefined))),
  },
  {
    id: 'targets', says: 'v1: batches go to nodes that the program runs on (nid bits), never to their own', why: 'a mark holds the node of the faulting CPU cut to 3 bits (D1); own-node marks are dropped',
    check: v1((context, record) => {
      const stored = storedNids(context);
      return each(record, (b) => {
        if (b.n === 0) return undefined;
        if (b.target === b.node) return `${name(b)}: its own node`;
        const early = record.batchOffsetS === undefined || b.tS - record.batchOffsetS < UNPINNED_S;
        return stored.has(b.target) || (early && b.n < FULL && b.target < NID_VALUES) ? undefined : `${name(b)}: not one of ${[...stored].join(', ')}`;
      });
    }),
  },
  {
    id: 'sums', says: 'v1: moved and remaining folios of a batch add up', why: 'migrate_pages() returns what it did not move, or an errno if it gave up',
    check: v1((_, record) => each(record, (b) => {
      const right = b.remaining >= 0 ? b.ok + b.remaining === b.n : b.ok < b.n;
      return right ? undefined : `${name(b)}: ${b.ok} moved, ${b.remaining} remaining`;
    })),
  },
  {
    id: 'migrations', says: 'v1: numa_pages_migrated is what the batches moved', why: 'PTE faults no longer migrate (patch 4/4); nobody else moves pages for NUMA',
    check: v1((_, record) => {
      const migrated = record.after?.get('numa_pages_migrated') ?? counter(lastSample(record), 'numa_pages_migrated');
      let sum = 0, reached = migrated === 0;
      for (const b of record.batches) {
        sum += b.ok;
        reached ||= sum === migrated;
      }
      // batches that end after the last sample are in the log, not in the counter
      return reached ? ok(`${migrated}`) : miss(`${migrated}, but the batches moved ${sum}`);
    }),
  },
  {
    id: 'failures', says: 'v1: pgmigrate_fail grows only with batches that left something', why: 'at the first failed allocation the rest is put back untried and uncounted',
    check: v1((_, record) => {
      const left = record.batches.reduce((sum, b) => sum + b.n - b.ok, 0), calls = record.batches.filter((b) => b.ok < b.n).length;
      const at = (counterName: string): number => record.after?.get(counterName) ?? counter(lastSample(record), counterName);
      // compaction and others migrate too, and fail
      if (at('pgmigrate_success') !== at('numa_pages_migrated')) return ok('others migrated too');
      const failed = at('pgmigrate_fail');
      const found = `${failed} of ${left} left in ${calls} batches`;
      return failed <= left && (failed > 0) === (left > 0) ? ok(found) : miss(found);
    }),
  },
  {
    id: 'calls', says: 'v1: one migrate_pages() call a batch, in the same order', why: 'a list of up to 512 folios of order 0 is one chunk',
    check: v1((_, record) => {
      const { calls } = record;
      if (calls === undefined) return ok('not traced');
      for (const [node, list] of byThread(record)) {
        const traced = calls.first.filter((c) => c.thread === `kmigrated${node}`).map((c) => c.succeeded);
        if (!within(traced, list.map((b) => b.ok))) return miss(`kmigrated${node}: calls moved ${traced.slice(0, 6).join(', ')} ...`);
      }
      return ok(`${Math.min(calls.events, calls.first.length)} calls`);
    }),
  },
];

/** Whether a list is a run of neighbours of another: a trace may begin late and is cut after its first events. */
function within(part: readonly number[], whole: readonly number[]): boolean {
  for (let from = 0; from + part.length <= whole.length; from++) if (part.every((n, i) => whole[from + i] === n)) return true;
  return false;
}
