/** What crosses between extension host and webview: plain JSON plus ArrayBuffers; both ends validate with validate.ts. */

import type { SeriesRun } from './series';

export type Level = 'node' | 'zone' | 'section' | 'pageblock' | 'pfn';
export const LEVELS: readonly Level[] = ['node', 'zone', 'section', 'pageblock', 'pfn'];
export type StepKind = 'point' | 'pfn' | 'batch' | 'pass';
export const STEP_KINDS: readonly StepKind[] = ['point', 'pfn', 'batch', 'pass'];
export type RunState = 'paused' | 'running' | 'finished' | 'halted';

/** A zone as the map shows it; sizes in pages. Cell k of a zone at level L covers the PFNs whose (pfn >> shift) is (startPfn >> shift) + k, clipped to the zone. */
export interface ZoneModel {
  readonly idx: number;
  readonly name: string;
  readonly startPfn: number;
  readonly spannedPages: number;
  readonly presentPages: number;
  readonly managedPages: number;
  readonly minPages: number;
  readonly lowPages: number;
  readonly highPages: number;
  /** False: positions of holes are not known and were put at the end of the span. */
  readonly holesKnown: boolean;
}
export interface NodeModel {
  readonly nid: number;
  readonly cpus: readonly number[];
  readonly zones: readonly ZoneModel[];
  readonly hasThread: boolean;
}
export interface SessionModel {
  readonly name: string;
  readonly machine: string;
  readonly machineSource: string;
  readonly seed: number;
  readonly engineVersion: string;
  readonly durationPs: number;
  readonly design: string;
  readonly batchFolios: number;
  readonly readyBit: number;
  readonly nodes: readonly NodeModel[];
  readonly scope: ScopeTable;
  /** Programs run: there are charts; false where somebody only marks pages. */
  readonly programs: boolean;
  /** Kernel source beside it: an outline of the project's own, or a tree's file. */
  readonly sourceLabel: string;
}
export interface ScopeTable {
  readonly modelled: readonly string[];
  readonly simplified: readonly string[];
  readonly notModelled: readonly string[];
}

export type ThreadPhase = 'asleep' | 'walking' | 'collecting' | 'unmapping' | 'flushing' | 'moving' | 'dead' | 'none';
/** Live state of one kmigratedN. */
export interface ThreadModel {
  readonly nid: number;
  readonly name: string;
  readonly phase: ThreadPhase;
  /** Asleep: when the timer fires; else -1. */
  readonly wakePs: number;
  /** PFN under the cursor, or -1. */
  readonly cursorPfn: number;
  readonly zoneIdx: number;
  /** Folios on migrate_list (collecting) or in the batch. */
  readonly held: number;
  /** Folios of the running batch that are moved already. */
  readonly moved: number;
  readonly batchFolios: number;
  readonly passes: number;
  readonly activate: boolean;
  /** cur_nid and nid as the code holds them (-1 = NUMA_NO_NODE). */
  readonly curNid: number;
  readonly nidWanted: number;
}

/** The batch that is being collected or moved, or the last one. */
export interface BatchModel {
  readonly thread: number;
  readonly index: number;
  readonly phase: 'unmap' | 'flush' | 'move' | 'done';
  readonly timePs: number;
  readonly target: number;
  readonly folios: number;
  readonly moved: number;
  readonly failed: number;
  readonly right: number;
  readonly wrong: number;
  readonly firstPfn: number;
  readonly lastPfn: number;
  /** [node asked for, folios], by node. */
  readonly asked: readonly (readonly [number, number])[];
  /** PFN of the folio whose target decided where all go, and whether it is in the batch itself. */
  readonly deciderPfn: number;
  readonly deciderInBatch: boolean;
}

/** A window on a node's map that the webview wants to see. At level pfn a cell is a page: first = pfn - zone.startPfn. */
export interface ViewRange {
  readonly id: number;
  readonly level: Level;
  readonly nid: number;
  readonly zoneIdx: number;
  readonly first: number;
  readonly count: number;
}

/**
 * Cells of a frame. runs: Int32Array of 4 numbers a run: range id, first cell (absolute in its zone), cells, byte offset in data.
 * A cell of level node/zone/section/pageblock is 16 counts by PageClass, little endian: uint32 for node and zone (64 bytes), uint16 for
 * section and pageblock (32 bytes; a full section of 32,768 fits). A cell of level pfn is one byte: low nibble PageClass, high nibble 0 = no
 * target, 1..14 = target node + 1, 15 = a target above 13 (ask for the page).
 */
export interface CellData {
  readonly runs: ArrayBuffer;
  readonly data: ArrayBuffer;
  /** More dirty cells wait: they come with the next frame. */
  readonly more: boolean;
}
export const CELL_BYTES: Readonly<Record<Level, number>> = { node: 64, zone: 64, section: 32, pageblock: 32, pfn: 1 };
/** The most cell bytes that one frame carries. */
export const MAX_FRAME_CELL_BYTES = 256 * 1024;
export const MAX_VIEW_RANGES = 64;

/** One row of the log; fixed strings are not sent, names come from LOG_KIND_NAMES and the thread number. */
export interface LogRowModel {
  /** Row number since the begin of the run. */
  readonly row: number;
  readonly timePs: number;
  /** Node of the thread, or -1 for a producer. */
  readonly thread: number;
  readonly kind: number;
  readonly firstPfn: number;
  readonly lastPfn: number;
  readonly asked: readonly (readonly [number, number])[];
  readonly sentTo: number;
  readonly folios: number;
  readonly right: number;
  readonly wrong: number;
  readonly failed: number;
  /** Point whose statement made the row. */
  readonly point: number;
  readonly result: string;
}

export interface FieldModel {
  readonly name: string;
  readonly bits: string;
  readonly raw: string;
  readonly says: string;
}
/** One page, for hover and click. */
export interface PfnModel {
  readonly pfn: number;
  readonly nid: number;
  readonly zone: string;
  readonly section: number;
  readonly pageClass: number;
  readonly says: string;
  readonly order: number;
  readonly headPfn: number;
  /** Flag word in hex, or "" where there is no page_ext. */
  readonly word: string;
  readonly fields: readonly FieldModel[];
  /** What is not known about it ("position unknown: ..."), or "". */
  readonly caveat: string;
  /** The newest trace records that name this PFN, newest first, as sentences with their points. */
  readonly history: readonly { readonly timePs: number; readonly says: string; readonly point: number }[];
}

export interface CountersModel {
  /** Values summed over nodes, in the order of COUNTER_NAMES. */
  readonly total: readonly number[];
  /** Pages with READY set now. */
  readonly markedNow: number;
  readonly staleNow: number;
  readonly isolatedNow: number;
  readonly unmappedNow: number;
  /** Free pages by node, [nid, pages]. */
  readonly free: readonly (readonly [number, number])[];
}

/** A pass or a batch on the time line: [thread nid, kind 0 pass | 1 batch, from ps, to ps]. */
export type LaneMark = readonly [number, number, number, number];

export type HostMessage =
  | { readonly type: 'session'; readonly generation: number; readonly model: SessionModel; readonly speed: number; readonly step: StepKind }
  | { readonly type: 'noSession'; readonly text: string }
  | {
      readonly type: 'frame';
      readonly generation: number;
      readonly seq: number;
      /** True: every requested range is sent whole (over several frames when more is set). */
      readonly key: boolean;
      readonly timePs: number;
      readonly state: RunState;
      readonly stateText: string;
      readonly threads: readonly ThreadModel[];
      readonly batches: readonly BatchModel[];
      readonly counters: CountersModel;
      readonly lanes: readonly LaneMark[];
      readonly logRows: number;
      readonly logDropped: number;
      readonly speed: number;
      readonly atPoint: number;
      readonly cells: CellData;
    }
  | { readonly type: 'log'; readonly requestId: number; readonly first: number; readonly matched: number; readonly total: number; readonly rows: readonly LogRowModel[]; readonly error: string }
  | { readonly type: 'pfn'; readonly requestId: number; readonly page: PfnModel | null }
  | { readonly type: 'found'; readonly requestId: number; readonly pfn: number; readonly text: string }
  | { readonly type: 'progress'; readonly text: string; readonly fraction: number }
  | { readonly type: 'error'; readonly text: string }
  /** The charts of a world with programs, sent whole while they are visible; runs: the scenario's first. says: what of it is validated and what is not. */
  | {
      readonly type: 'series'; readonly generation: number; readonly says: string; readonly runs: readonly SeriesRun[];
      /** The second run goes along; whyNot: why it cannot, or "" (one that is merely off can be switched on). */
      readonly comparing: boolean; readonly whyNot: string;
    }
  /** Another part (tree, CodeLens, log link) asks the panel to show something. */
  | { readonly type: 'show'; readonly what: { readonly pfn?: number; readonly filter?: string } };

export type WebviewMessage =
  | { readonly type: 'ready'; readonly view: 'panel' | 'overview' }
  | { readonly type: 'ack'; readonly generation: number; readonly seq: number }
  | { readonly type: 'view'; readonly ranges: readonly ViewRange[] }
  | { readonly type: 'run' }
  | { readonly type: 'pause' }
  | { readonly type: 'reset' }
  | { readonly type: 'step'; readonly kind: StepKind }
  /** Simulated seconds a real second; 0 = as fast as it goes. */
  | { readonly type: 'speed'; readonly ratio: number }
  | { readonly type: 'log'; readonly requestId: number; readonly filter: string; readonly first: number; readonly count: number }
  | { readonly type: 'pfn'; readonly requestId: number; readonly pfn: number }
  /** The nearest page of a class to a PFN, on the same node. */
  | { readonly type: 'find'; readonly requestId: number; readonly nid: number; readonly near: number; readonly pageClass: number }
  | { readonly type: 'select'; readonly pfn: number }
  | { readonly type: 'reveal'; readonly point: number }
  /** Whether the charts can be seen: nothing is sent for hidden ones. */
  | { readonly type: 'charts'; readonly visible: boolean }
  /** Whether the same scenario under the other migrator runs along. */
  | { readonly type: 'compare'; readonly on: boolean }
  | { readonly type: 'copyRepro' }
  | { readonly type: 'openLogText'; readonly filter: string }
  | { readonly type: 'command'; readonly name: 'openScenario' | 'runDefault' | 'configureNodes' | 'configureWorkload' | 'openSource' | 'openExplorer' | 'chooseMigrator' | 'showScope' | 'showCosts' };

/** Limits on what is read from either side. */
export const MAX_LOG_REQUEST = 500;
export const MAX_FILTER_CHARS = 300;
