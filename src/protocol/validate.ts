/** Reads what comes from the other side: a message that fits its type and limits, or a sentence that says what is wrong with it. */

import { MAX_PFN } from '../engine/types';
import {
  CELL_BYTES, LEVELS, MAX_FILTER_CHARS, MAX_LOG_REQUEST, MAX_VIEW_RANGES, STEP_KINDS,
  type CellData, type HostMessage, type Level, type ViewRange, type WebviewMessage,
} from './messages';
import { MAX_SERIES_RUNS } from './series';
import { seriesRun } from './seriesshape';
import { bool, byType, fits, int, list, object, oneOf, real, text, type Shape } from './shape';
import {
  batches, cells, counters, lane, logRow, page, sessionModel, thread, MAX_GENERATION, MAX_LANES, MAX_NODES, MAX_ROWS, TIME, PFN,
} from './hostshapes';

export type Read<T> = { readonly ok: true; readonly message: T } | { readonly ok: false; readonly text: string };

type From<M extends { readonly type: string }, K extends M['type']> = Extract<M, { readonly type: K }>;
type W<K extends WebviewMessage['type']> = From<WebviewMessage, K>;
type H<K extends HostMessage['type']> = From<HostMessage, K>;

const word = <T extends string>(type: T): Shape<T> => oneOf([type]);
const id = int(0, MAX_GENERATION);
/** Simulated seconds a real second: 0 (as fast as it goes) to 10^6. */
const ratio = real(0, 1e6);
const filter = text(MAX_FILTER_CHARS);

const range: Shape<ViewRange> = object<ViewRange>({
  id: int(0, 2 ** 31 - 1), level: oneOf(LEVELS), nid: int(0, MAX_NODES - 1), zoneIdx: int(0, 4), first: int(0, 2 ** 31 - 1), count: int(1, 2 ** 31 - 1),
});

const fromWebview: Shape<WebviewMessage> = byType<WebviewMessage>({
  ready: object<W<'ready'>>({ type: word('ready'), view: oneOf(['panel', 'overview']) }),
  ack: object<W<'ack'>>({ type: word('ack'), generation: id, seq: id }),
  view: object<W<'view'>>({ type: word('view'), ranges: list(range, MAX_VIEW_RANGES) }),
  run: object<W<'run'>>({ type: word('run') }),
  pause: object<W<'pause'>>({ type: word('pause') }),
  reset: object<W<'reset'>>({ type: word('reset') }),
  step: object<W<'step'>>({ type: word('step'), kind: oneOf(STEP_KINDS) }),
  speed: object<W<'speed'>>({ type: word('speed'), ratio }),
  log: object<W<'log'>>({ type: word('log'), requestId: id, filter, first: int(0, MAX_ROWS), count: int(1, MAX_LOG_REQUEST) }),
  pfn: object<W<'pfn'>>({ type: word('pfn'), requestId: id, pfn: PFN }),
  find: object<W<'find'>>({ type: word('find'), requestId: id, nid: int(0, MAX_NODES - 1), near: int(0, MAX_PFN), pageClass: int(0, 15) }),
  select: object<W<'select'>>({ type: word('select'), pfn: PFN }),
  reveal: object<W<'reveal'>>({ type: word('reveal'), point: int(0, 65_535) }),
  charts: object<W<'charts'>>({ type: word('charts'), visible: bool }),
  compare: object<W<'compare'>>({ type: word('compare'), on: bool }),
  copyRepro: object<W<'copyRepro'>>({ type: word('copyRepro') }),
  openLogText: object<W<'openLogText'>>({ type: word('openLogText'), filter }),
  command: object<W<'command'>>({
    type: word('command'), name: oneOf(['openScenario', 'runDefault', 'configureNodes', 'configureWorkload', 'openSource', 'openExplorer', 'chooseMigrator', 'showScope', 'showCosts']),
  }),
});

const fromHost: Shape<HostMessage> = byType<HostMessage>({
  series: object<H<'series'>>({
    type: word('series'), generation: id, says: text(2_000), runs: list(seriesRun, MAX_SERIES_RUNS), comparing: bool, whyNot: text(1_000),
  }),
  session: object<H<'session'>>({ type: word('session'), generation: id, model: sessionModel, speed: ratio, step: oneOf(STEP_KINDS) }),
  noSession: object<H<'noSession'>>({ type: word('noSession'), text: text(2_000) }),
  frame: object<H<'frame'>>({
    type: word('frame'), generation: id, seq: id, key: bool, timePs: TIME, state: oneOf(['paused', 'running', 'finished', 'halted']), stateText: text(2_000),
    threads: list(thread, MAX_NODES), batches, counters, lanes: list(lane, MAX_LANES), logRows: int(0, MAX_ROWS), logDropped: int(0, MAX_ROWS),
    speed: ratio, atPoint: int(-1, 65_535), cells,
  }),
  log: object<H<'log'>>({
    type: word('log'), requestId: id, first: int(0, MAX_ROWS), matched: int(0, MAX_ROWS), total: int(0, MAX_ROWS), rows: list(logRow, MAX_LOG_REQUEST), error: text(2_000),
  }),
  pfn: object<H<'pfn'>>({ type: word('pfn'), requestId: id, page }),
  found: object<H<'found'>>({ type: word('found'), requestId: id, pfn: int(-1, MAX_PFN), text: text(2_000) }),
  progress: object<H<'progress'>>({ type: word('progress'), text: text(500), fraction: real(0, 1) }),
  error: object<H<'error'>>({ type: word('error'), text: text(4_000) }),
  show: object<H<'show'>>({ type: word('show'), what: object<H<'show'>['what']>({ pfn: PFN, filter }, ['pfn', 'filter']) }),
});

function read<T>(shape: Shape<T>, value: unknown): Read<T> {
  return fits(shape, value) ? { ok: true, message: value } : { ok: false, text: shape(value, '') };
}

/** Reads a message of the webview (called by the host); never throws. */
export function readWebviewMessage(value: unknown): Read<WebviewMessage> {
  return read(fromWebview, value);
}

/** Reads a message of the host (called by the webview); never throws. */
export function readHostMessage(value: unknown): Read<HostMessage> {
  return read(fromHost, value);
}

/** Numbers of a run in CellData.runs. */
export const RUN_INTS = 4;

/**
 * Says what is wrong with the runs of a frame, or "": every run lies inside the data at the size of its range's level.
 * A run of a range that is not asked for any more (levelOf gives undefined) is not looked at.
 */
export function checkRuns(data: CellData, levelOf: (rangeId: number) => Level | undefined): string {
  const runs = new Int32Array(data.runs);
  for (let i = 0; i < runs.length; i += RUN_INTS) {
    const [rangeId = -1, first = -1, cellCount = -1, offset = -1] = runs.subarray(i, i + RUN_INTS);
    const level = levelOf(rangeId);
    if (level === undefined) continue;
    const end = offset + cellCount * CELL_BYTES[level];
    if (first < 0 || cellCount < 1 || offset < 0 || end > data.data.byteLength) {
      return `Run ${i / RUN_INTS} of range ${rangeId} has ${cellCount} cells from cell ${first} at byte ${offset} of ${data.data.byteLength}; allowed is what lies inside the data.`;
    }
  }
  return '';
}
