/** Shapes of what the host sends: the session's model, threads, batches, counters, log rows, pages and cells, with their limits. */

import { COUNTER_NAMES } from '../engine/observe/counters';
import { MAX_NUMNODES, MAX_PFN } from '../engine/types';
import {
  MAX_FRAME_CELL_BYTES,
  type BatchModel, type CellData, type CountersModel, type FieldModel, type LaneMark, type LogRowModel, type NodeModel, type PfnModel,
  type ScopeTable, type SessionModel, type ThreadModel, type ZoneModel,
} from './messages';
import { bool, buffer, int, list, object, oneOf, orNull, text, tuple, type Shape } from './shape';

export const MAX_NODES = MAX_NUMNODES;
export const MAX_GENERATION = Number.MAX_SAFE_INTEGER;
/** Rows of the log since the begin of a run. */
export const MAX_ROWS = Number.MAX_SAFE_INTEGER;
/** Passes and batches that one frame may bring. */
export const MAX_LANES = 200_000;
/** Bytes of runs: one cell a run at the worst. */
const MAX_RUN_BYTES = 16 * MAX_FRAME_CELL_BYTES;

export const TIME = int(0, Number.MAX_SAFE_INTEGER);
export const PFN = int(0, MAX_PFN - 1);
const PAGES = int(0, MAX_PFN);
/** A node, or -1 for none. */
export const NID = int(-1, MAX_NODES - 1);
const NODE = int(0, MAX_NODES - 1);
/** nid as the code holds it: what a word of a page_ext can give. */
const WORD_NID = int(-1, 2 ** 31 - 1);
const COUNT = int(0, Number.MAX_SAFE_INTEGER);
const POINT = int(-1, 65_535);
const byNode = list(tuple<[number, number]>(WORD_NID, COUNT), MAX_NODES);

const zone: Shape<ZoneModel> = object<ZoneModel>({
  idx: int(0, 4), name: text(40), startPfn: PAGES, spannedPages: PAGES, presentPages: PAGES, managedPages: PAGES,
  minPages: PAGES, lowPages: PAGES, highPages: PAGES, holesKnown: bool,
});
const node: Shape<NodeModel> = object<NodeModel>({ nid: NODE, cpus: list(int(0, 65_535), 65_536), zones: list(zone, 5), hasThread: bool });
const lines = list(text(1_000), 200);
const scope: Shape<ScopeTable> = object<ScopeTable>({ modelled: lines, simplified: lines, notModelled: lines });

export const sessionModel: Shape<SessionModel> = object<SessionModel>({
  name: text(500), machine: text(500), machineSource: text(2_000), seed: int(0, 2 ** 32 - 1), engineVersion: text(100), durationPs: TIME,
  design: text(200), batchFolios: int(1, 65_536), readyBit: int(0, 63), nodes: list(node, MAX_NODES), scope, programs: bool, sourceLabel: text(1_000),
});

export const thread: Shape<ThreadModel> = object<ThreadModel>({
  nid: NODE, name: text(100), phase: oneOf(['asleep', 'walking', 'collecting', 'unmapping', 'flushing', 'moving', 'dead', 'none']),
  wakePs: int(-1, Number.MAX_SAFE_INTEGER), cursorPfn: int(-1, MAX_PFN), zoneIdx: int(-1, 5), held: COUNT, moved: COUNT, batchFolios: COUNT,
  passes: COUNT, activate: bool, curNid: WORD_NID, nidWanted: WORD_NID,
});

const batch: Shape<BatchModel> = object<BatchModel>({
  thread: NODE, index: COUNT, phase: oneOf(['unmap', 'flush', 'move', 'done']), timePs: TIME, target: WORD_NID, folios: COUNT, moved: COUNT, failed: COUNT,
  right: COUNT, wrong: COUNT, firstPfn: int(-1, MAX_PFN), lastPfn: int(-1, MAX_PFN), asked: byNode, deciderPfn: int(-1, MAX_PFN), deciderInBatch: bool,
});
export const batches = list(batch, MAX_NODES);

export const cells: Shape<CellData> = object<CellData>({ runs: buffer(MAX_RUN_BYTES, 16), data: buffer(MAX_FRAME_CELL_BYTES), more: bool });

export const logRow: Shape<LogRowModel> = object<LogRowModel>({
  row: COUNT, timePs: TIME, thread: NID, kind: int(0, 255), firstPfn: int(-1, MAX_PFN), lastPfn: int(-1, MAX_PFN), asked: byNode, sentTo: WORD_NID,
  folios: COUNT, right: COUNT, wrong: COUNT, failed: COUNT, point: POINT, result: text(1_000),
});

const field: Shape<FieldModel> = object<FieldModel>({ name: text(100), bits: text(100), raw: text(100), says: text(1_000) });
export const page: Shape<PfnModel | null> = orNull(object<PfnModel>({
  pfn: PFN, nid: NID, zone: text(40), section: int(-1, MAX_PFN), pageClass: int(0, 15), says: text(2_000), order: int(0, 20), headPfn: int(-1, MAX_PFN),
  word: text(40), fields: list(field, 64), caveat: text(2_000),
  history: list(object<PfnModel['history'][number]>({ timePs: TIME, says: text(1_000), point: POINT }), 1_000),
}));

export const counters: Shape<CountersModel> = object<CountersModel>({
  total: list(COUNT, COUNTER_NAMES.length), markedNow: COUNT, staleNow: COUNT, isolatedNow: COUNT, unmappedNow: COUNT, free: byNode,
});

export const lane: Shape<LaneMark> = tuple<[number, number, number, number]>(NODE, int(0, 1), TIME, int(-1, Number.MAX_SAFE_INTEGER));
