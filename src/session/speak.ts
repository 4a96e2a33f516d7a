/** Trace records and log rows as sentences: who did what, with numbers. */

import { OOPS } from '../engine/mm/env';
import { LogKind } from '../engine/observe/logkinds';
import type { LogRow } from '../engine/observe/log';
import { POINTS, Point } from '../engine/observe/points';
import type { TraceRecord } from '../engine/observe/trace';

const NO_NODE = -1;
const node = (nid: number): string => (nid === NO_NODE ? 'no node (-1)' : `node ${nid}`);
const hex = (lo: number, hi: number): string => `0x${(hi === 0 ? '' : hi.toString(16))}${lo.toString(16).padStart(hi === 0 ? 1 : 8, '0')}`;
const plural = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Name of whoever did it. */
export function actorName(actor: number, producers: readonly string[]): string {
  if (actor >= 0) return `kmigrated${actor}`;
  return producers[-1 - actor] ?? 'kmigrated_init';
}

/** Errno by name. */
export function errnoName(error: number): string {
  switch (error) {
    case 0: return '0';
    case -11: return '-EAGAIN';
    case -12: return '-ENOMEM';
    case -22: return '-EINVAL';
    case OOPS: return 'NULL pgdat';
    default: return String(error);
  }
}

/** One record as a sentence. */
export function recordSays(r: TraceRecord, who: string): string {
  switch (r.point) {
    case Point.AddNoExt: return `${who} asked for ${node(r.a)}: no page_ext here, -EINVAL`;
    case Point.AddXchgNid: return `${who} asked for ${node(r.a)}${r.b ? ', over a mark that was still set' : ''}; word now ${hex(r.lo, r.hi)}`;
    case Point.AddSetReady: return `${who} set READY; word now ${hex(r.lo, r.hi)}`;
    case Point.AddSetActivate: return `${who} set ACTIVATE on ${node(r.a)}`;
    case Point.GetTestClear: return `${who} found READY and cleared it; word was ${hex(r.lo, r.hi)}`;
    case Point.GetCmpxchg: return r.b ? `${who} took ${node(r.a)} from the nid field; word now ${hex(r.lo, r.hi)}` : `${who} lost the compare-exchange and tries again`;
    case Point.WalkOwn: return `${who}: target is the own node; nothing happens, the mark is gone`;
    case Point.Prepare: return r.b === 0 ? `${who} isolated the folio for ${node(r.a)}` : `${who} could not prepare it for ${node(r.a)}: ${errnoName(r.b)}; the mark is gone`;
    case Point.WalkPush: return `${who} put the folio on migrate_list for ${node(r.a)} (now ${plural(r.b, 'folio')})`;
    case Point.BatchUnmap: return r.a === NO_NODE ? `${who}: no free page on ${node(r.b)}, the batch ends` : `${who} unmapped the folio; destination PFN ${r.a >>> 0} on ${node(r.b)}`;
    case Point.BatchMove: return `${who} moved the folio from PFN ${r.pfn} to PFN ${r.a >>> 0} on ${node(r.b)}`;
    case Point.BatchPutback: return `${who} put the folio back on its LRU: ${errnoName(r.a)}`;
    case Point.Oops: return `${who} dereferenced the NULL pgdat of node ${r.a} and is dead`;
    default: return `${who}: ${POINTS[r.point].says}`;
  }
}

const ofAsked = (asked: readonly (readonly [number, number])[]): string => asked.map(([nid, n]) => `${n} for ${node(nid)}`).join(', ');

/** The result column of a log row. */
export function rowResult(row: LogRow, asked: readonly (readonly [number, number])[]): string {
  switch (row.kind) {
    case LogKind.PassBegin: return 'ACTIVATE cleared';
    case LogKind.PassEnd: return 'every zone walked';
    case LogKind.BatchEmpty: return 'empty list, target -1: nothing to do';
    case LogKind.BatchBegin: return `${plural(row.folios, 'folio')} asked: ${ofAsked(asked)}`;
    case LogKind.BatchEnd: {
      const moved = row.right + row.wrong;
      const failed = row.failed > 0 ? `; ${row.failed} put back` : '';
      return row.wrong === 0 ? `${moved} moved as asked${failed}` : `${moved} moved: ${row.right} asked for ${node(row.sentTo)}, ${row.wrong} did not${failed}`;
    }
    case LogKind.PrepareFailed: return `${errnoName(row.result)}: mark lost`;
    case LogKind.Mark: return 'marked';
    case LogKind.OwnNode: {
      const from = asked[0]?.[0];
      return from === undefined || from === row.sentTo ? 'own node: mark consumed, nothing moved' : `stored as ${row.sentTo}, the own node (D1): mark consumed, nothing moved`;
    }
    case LogKind.Oops: return 'NULL pgdat dereferenced: the thread is dead';
    case LogKind.ThreadStart: return 'created and woken';
    case LogKind.PutBack: return `${errnoName(row.result)}: back on its LRU, mark lost`;
    case LogKind.MarkRefused: return 'no page_ext: -EINVAL';
  }
}

/** One word of the result for `result:` in a filter. */
export function resultWords(row: LogRow): readonly string[] {
  const words: string[] = [];
  if (row.right > 0) words.push('right');
  if (row.wrong > 0) words.push('wrong');
  if (row.failed > 0 || row.result < 0) words.push('failed');
  if (row.failed === 0 && row.result === 0) words.push('ok');
  return words;
}
