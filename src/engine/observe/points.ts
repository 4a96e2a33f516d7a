/**
 * The named points of the simulated code: every trace record, breakpoint, CodeLens and log link refers to one.
 * v1 points mirror mm/kmigrated.c of RFC v1 (20250616133931.206626-4-bharata@amd.com) statement by statement;
 * mm points mirror migrate_misplaced_folio_prepare(), migrate_misplaced_folios_batch() and migrate_pages().
 */

export const Point = {
  // kmigrated_add_pfn()
  AddNoExt: 0,
  AddXchgNid: 1,
  AddSetReady: 2,
  AddSetActivate: 3,
  // kmigrated(), kmigrated_wait_work()
  WaitCheck: 4,
  WaitSleep: 5,
  WaitTimeout: 6,
  // kmigrated_do_work()
  WorkClear: 7,
  WorkZone: 8,
  WorkDone: 9,
  // kmigrated_walk_zone()
  WalkValid: 10,
  WalkOnline: 11,
  WalkNid: 12,
  WalkLru: 13,
  WalkOwn: 14,
  WalkPrepare: 15,
  WalkCur: 16,
  WalkCount: 17,
  WalkFlush: 18,
  WalkResched: 19,
  WalkPush: 20,
  WalkFinal: 21,
  WalkEnd: 22,
  // kmigrated_get_nid(), page_ext_xchg_nid()
  GetTestClear: 23,
  GetReadWord: 24,
  GetCmpxchg: 25,
  // migrate_misplaced_folio_prepare()
  Prepare: 26,
  // migrate_misplaced_folios_batch(), migrate_pages_batch()
  BatchBegin: 27,
  BatchUnmap: 28,
  BatchTlbFlush: 29,
  BatchMove: 30,
  BatchPutback: 31,
  BatchEnd: 32,
  // kmigrated_init(), kmigrated_run()
  InitCreate: 33,
  InitWake: 34,
  InitError: 35,
  /** The simulated kernel dereferenced a NULL pgdat: this thread is dead. */
  Oops: 36,
  // do_numa_page(), task_numa_work(): outside of the files of the series
  HintFault: 37,
  ScanRange: 38,
  // deferred designs beside kmigrated v1 (designs/design.ts)
  ReportTaken: 39,
  WorkerPass: 40,
  WorkerTake: 41,
  WorkerDrop: 42,
  WorkerSleep: 43,
} as const;
export type Point = (typeof Point)[keyof typeof Point];
/** Points that stand in the files of the series or in what it calls; those after them belong to NUMA balancing around it. */
export const POINT_COUNT = 37;

export interface PointInfo {
  readonly point: Point;
  /** Stable name for files and tests: "walk.flush". */
  readonly id: string;
  /** Kernel function that the statement stands in. */
  readonly fn: string;
  readonly design: 'kmigrated-v1' | 'mm' | 'deferred';
  /** What the statement does, in a few words of our own. */
  readonly says: string;
}

const V1 = 'kmigrated-v1', MM = 'mm', DEFERRED = 'deferred';
const rows: readonly (readonly [Point, string, string, PointInfo['design'], string])[] = [
  [Point.AddNoExt, 'add.noext', 'kmigrated_add_pfn', V1, 'no page_ext: the request fails with -EINVAL'],
  [Point.AddXchgNid, 'add.xchg', 'kmigrated_add_pfn', V1, 'the target node is exchanged into the flag word'],
  [Point.AddSetReady, 'add.ready', 'kmigrated_add_pfn', V1, 'READY is set, in a second atomic'],
  [Point.AddSetActivate, 'add.activate', 'kmigrated_add_pfn', V1, "ACTIVATE is set on the page's own node; nobody is woken"],
  [Point.WaitCheck, 'wait.check', 'kmigrated_wait_work', V1, 'is ACTIVATE set? then there is no sleep'],
  [Point.WaitSleep, 'wait.sleep', 'kmigrated_wait_work', V1, 'sleep until the timer fires; no wake-up exists'],
  [Point.WaitTimeout, 'wait.timeout', 'kmigrated_wait_work', V1, 'the timer fired; the result is ignored'],
  [Point.WorkClear, 'work.clear', 'kmigrated_do_work', V1, 'ACTIVATE is cleared before the walk'],
  [Point.WorkZone, 'work.zone', 'kmigrated_do_work', V1, 'the next populated zone that is not ZONE_DEVICE is walked'],
  [Point.WorkDone, 'work.done', 'kmigrated', V1, 'the pass over the node is over'],
  [Point.WalkValid, 'walk.valid', 'kmigrated_walk_zone', V1, 'is there a struct page for this PFN?'],
  [Point.WalkOnline, 'walk.online', 'kmigrated_walk_zone', V1, 'is its section online?'],
  [Point.WalkNid, 'walk.nid', 'kmigrated_walk_zone', V1, 'does the page belong to this node?'],
  [Point.WalkLru, 'walk.lru', 'kmigrated_walk_zone', V1, 'is its folio on the LRU? if not, its mark is kept'],
  [Point.WalkOwn, 'walk.own', 'kmigrated_walk_zone', V1, 'target is the own node: skipped, the mark is already gone'],
  [Point.WalkPrepare, 'walk.prepare', 'kmigrated_walk_zone', V1, 'prepare the folio for the target; on failure the mark is lost'],
  [Point.WalkCur, 'walk.cur', 'kmigrated_walk_zone', V1, 'the inverted cur_nid test (D2)'],
  [Point.WalkCount, 'walk.count', 'kmigrated_walk_zone', V1, 'is the batch full, or the target another one?'],
  [Point.WalkFlush, 'walk.flush', 'kmigrated_walk_zone', V1, 'the collected list is migrated to cur_nid'],
  [Point.WalkResched, 'walk.resched', 'kmigrated_walk_zone', V1, 'the only voluntary reschedule of the walk'],
  [Point.WalkPush, 'walk.push', 'kmigrated_walk_zone', V1, 'the folio is put at the head of the list'],
  [Point.WalkFinal, 'walk.final', 'kmigrated_walk_zone', V1, 'what is left is migrated at the end of the zone'],
  [Point.WalkEnd, 'walk.end', 'kmigrated_walk_zone', V1, 'the end of the zone'],
  [Point.GetTestClear, 'get.testclear', 'kmigrated_get_nid', V1, 'READY is tested and cleared; if it was set, the mark is consumed'],
  [Point.GetReadWord, 'get.read', 'page_ext_xchg_nid', V1, 'the flag word is read'],
  [Point.GetCmpxchg, 'get.cmpxchg', 'page_ext_xchg_nid', V1, 'the word is exchanged with all ones in the nid field'],
  [Point.Prepare, 'prepare', 'migrate_misplaced_folio_prepare', MM, 'watermark of the target, then isolation'],
  [Point.BatchBegin, 'batch.begin', 'migrate_misplaced_folios_batch', MM, 'the batch begins'],
  [Point.BatchUnmap, 'batch.unmap', 'migrate_pages_batch', MM, 'destination allocated, folio unmapped'],
  [Point.BatchTlbFlush, 'batch.tlbflush', 'migrate_pages_batch', MM, 'one TLB flush for all that was unmapped'],
  [Point.BatchMove, 'batch.move', 'migrate_pages_batch', MM, 'folio copied, remapped, source freed'],
  [Point.BatchPutback, 'batch.putback', 'migrate_misplaced_folios_batch', MM, 'folio not migrated: back on its LRU'],
  [Point.BatchEnd, 'batch.end', 'migrate_misplaced_folios_batch', MM, 'the batch is over'],
  [Point.InitCreate, 'init.create', 'kmigrated_run', V1, 'the thread of the node is created'],
  [Point.InitWake, 'init.wake', 'kmigrated_run', V1, 'the thread is started'],
  [Point.InitError, 'init.error', 'kmigrated_run', V1, 'thread creation failed'],
  [Point.Oops, 'oops', 'migrate_misplaced_folio_prepare', MM, 'NODE_DATA() of a node that does not exist was dereferenced'],
  [Point.HintFault, 'fault.hint', 'do_numa_page', MM, 'a NUMA hint fault; the node that the folio should be on is decided'],
  [Point.ScanRange, 'scan.range', 'change_prot_numa', MM, 'the scanner makes a range of entries PROT_NONE'],
  [Point.ReportTaken, 'report.taken', 'do_numa_page', DEFERRED, 'a hint fault is recorded for later'],
  [Point.WorkerPass, 'worker.pass', 'worker', DEFERRED, 'a worker begins to look at what was recorded'],
  [Point.WorkerTake, 'worker.take', 'worker', DEFERRED, 'a candidate is isolated for its target'],
  [Point.WorkerDrop, 'worker.drop', 'worker', DEFERRED, 'a candidate is not worth moving, or cannot be isolated'],
  [Point.WorkerSleep, 'worker.sleep', 'worker', DEFERRED, 'the worker sleeps'],
];

/** Every point, indexed by its number. */
export const POINTS: readonly PointInfo[] = rows.map(([point, id, fn, design, says]) => ({ point, id, fn, design, says }));
