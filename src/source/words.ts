/** Which concept a point, a function name or another identifier of the code stands for. */

import { Point, POINT_COUNT } from '../engine/observe/points';
import type { ConceptId } from './api';

const homes: readonly (readonly [ConceptId, readonly Point[]])[] = [
  ['flagWord', [Point.AddNoExt]],
  ['nidField', [Point.AddXchgNid, Point.GetReadWord, Point.GetCmpxchg]],
  ['ready', [Point.AddSetReady]],
  ['activate', [Point.AddSetActivate, Point.WorkClear]],
  ['wait', [Point.WaitCheck, Point.WaitSleep]],
  ['timer', [Point.WaitTimeout]],
  ['zoneSkip', [Point.WorkZone]],
  ['pass', [Point.WorkDone]],
  ['validCheck', [Point.WalkValid]],
  ['onlineCheck', [Point.WalkOnline]],
  ['nidCheck', [Point.WalkNid]],
  ['lruCheck', [Point.WalkLru]],
  ['ownNode', [Point.WalkOwn]],
  ['prepare', [Point.WalkPrepare, Point.Prepare]],
  ['curNid', [Point.WalkCur]],
  ['batchCount', [Point.WalkCount]],
  ['flush', [Point.WalkFlush]],
  ['resched', [Point.WalkResched]],
  ['push', [Point.WalkPush]],
  ['finalFlush', [Point.WalkFinal]],
  ['walk', [Point.WalkEnd]],
  ['consume', [Point.GetTestClear]],
  ['migratePages', [Point.BatchBegin]],
  ['unmap', [Point.BatchUnmap]],
  ['tlbFlush', [Point.BatchTlbFlush]],
  ['move', [Point.BatchMove]],
  ['putBack', [Point.BatchPutback]],
  ['promoteCount', [Point.BatchEnd]],
  ['init', [Point.InitCreate, Point.InitWake, Point.InitError]],
  ['nodeData', [Point.Oops]],
];

const HOME: readonly (ConceptId | undefined)[] = Array.from({ length: POINT_COUNT }, (_, point) => homes.find(([, points]) => points.some(p => p === point))?.[0]);

/** The concept that a point shows first of all. */
export const conceptOfPoint = (point: Point): ConceptId => HOME[point] ?? 'walk';

/** Identifiers that mean one thing wherever they stand; they win over the statement around them. */
const STRONG: ReadonlyMap<string, ConceptId> = new Map<string, ConceptId>([
  ['PAGE_EXT_MIGRATE_READY', 'ready'],
  ['PGDAT_KMIGRATED_ACTIVATE', 'activate'],
  ['KMIGRATE_DELAY', 'timer'],
  ['KMIGRATE_BATCH', 'batchCount'],
  ['kmigrated_wait', 'wait'],
  ['page_mig_ops', 'flagWord'],
  ['kmigrated_add_pfn', 'mark'],
  ['kmigrated_get_nid', 'consume'],
  ['kmigrated_walk_zone', 'walk'],
  ['kmigrated_do_work', 'pass'],
  ['kmigrated_work_requested', 'activate'],
  ['kmigrated_wait_work', 'wait'],
  ['kmigrated_run', 'init'],
  ['kmigrated_init', 'init'],
  ['page_ext_xchg_nid', 'nidField'],
  ['migrate_misplaced_folio_prepare', 'prepare'],
  ['migrate_misplaced_folios_batch', 'migratePages'],
  ['migrate_misplaced_folio_batch', 'migratePages'],
]);

/** Identifiers that mean this only inside the functions that points know; the statement around them comes first. */
const WEAK: ReadonlyMap<string, ConceptId> = new Map<string, ConceptId>([
  ['kmigrated', 'thread'], ['kthread_should_stop', 'thread'], ['kthread_create', 'init'], ['wake_up_process', 'init'],
  ['subsys_initcall', 'init'], ['for_each_node_state', 'init'], ['N_MEMORY', 'init'],
  ['page_ext', 'flagWord'], ['page_ext_get', 'flagWord'], ['page_ext_put', 'flagWord'],
  ['NUMA_NO_NODE', 'nidField'],
  ['migrate_list', 'migrateList'], ['LIST_HEAD', 'migrateList'], ['list_empty', 'migrateList'],
  ['cur_nid', 'curNid'], ['batch_count', 'batchCount'],
  ['src_nid', 'nidCheck'], ['page_to_nid', 'nidCheck'],
  ['pfn', 'walk'], ['start_pfn', 'walk'], ['end_pfn', 'walk'], ['page_folio', 'lruCheck'],
  ['populated_zone', 'zoneSkip'], ['zone_is_zone_device', 'zoneSkip'], ['MAX_NR_ZONES', 'zoneSkip'], ['zone_start_pfn', 'zoneSkip'], ['zone_end_pfn', 'zoneSkip'],
  ['msecs_to_jiffies', 'timer'],
  ['folio_isolate_lru', 'prepare'], ['wakeup_kswapd', 'prepare'],
  ['migrate_pages', 'migratePages'], ['migrate_pages_batch', 'migratePages'], ['MIGRATE_ASYNC', 'migratePages'], ['alloc_misplaced_dst_folio', 'migratePages'],
  ['migrate_folio_undo_src', 'putBack'],
  ['PGPROMOTE_SUCCESS', 'promoteCount'], ['NUMA_PAGE_MIGRATE', 'promoteCount'],
  ['NODE_DATA', 'nodeData'],
]);

export function strongConcept(word: string): ConceptId | undefined {
  return STRONG.get(word) ?? (/^PAGE_EXT_MIG_(?:NID|FREQ|TIME)_(?:SHIFT|WIDTH|MASK)$/.test(word) ? 'nidMask' : undefined);
}

export const weakConcept = (word: string): ConceptId | undefined => WEAK.get(word);
