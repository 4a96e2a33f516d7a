/** The log as a person reads it: filter language, pages of rows, text lines. A filter is `key:value` words and free text, all of which must match; a leading "-" turns a word round. */

import { LOG_KIND_NAMES, LogKind } from '../engine/observe/logkinds';
import { type LogRow, type LogTable, blankRow } from '../engine/observe/log';
import type { LogRowModel } from '../protocol/messages';
import { MAX_FILTER_CHARS } from '../protocol/messages';
import { actorName, resultWords, rowResult } from './speak';

type Test = (row: LogRow, number: number) => boolean;
type ParsedFilter = { readonly ok: true; readonly tests: readonly Test[] } | { readonly ok: false; readonly text: string };

const KEYS = ['node', 'thread', 'event', 'result', 'pfn', 'target', 'asked', 'from', 'to'] as const;
const RESULTS = ['right', 'wrong', 'failed', 'ok'];
/** Event names as filter words: blanks and commas become hyphens. */
export const EVENT_WORDS: readonly string[] = LOG_KIND_NAMES.map((name) => name.replace(/[ ,]+/g, '-'));

export class LogView {
  private readonly row = blankRow();
  /** Matching row numbers of the newest filter, as far as it has looked. */
  private filter = '';
  private matches: number[] = [];
  private scanned = 0;
  private parsed: ParsedFilter = { ok: true, tests: [] };

  constructor(private readonly log: LogTable, private readonly producers: readonly string[]) {}

  private who(row: LogRow): string {
    return actorName(row.actor, this.producers);
  }

  /** Words of a filter as tests; a word that cannot be read gives a sentence. */
  private parse(filter: string): ParsedFilter {
    if (filter.length > MAX_FILTER_CHARS) return { ok: false, text: `The filter has ${filter.length} characters; at most ${MAX_FILTER_CHARS} are read.` };
    const tests: Test[] = [];
    for (const word of filter.trim().split(/\s+/)) {
      if (word === '') continue;
      const not = word.length > 1 && word.startsWith('-');
      const found = this.word(not ? word.slice(1) : word);
      if (typeof found === 'string') return { ok: false, text: found };
      tests.push(not ? (row, n) => !found(row, n) : found);
    }
    return { ok: true, tests };
  }

  private word(word: string): Test | string {
    const colon = word.indexOf(':');
    if (colon >= 0) return this.term(word.slice(0, colon), word.slice(colon + 1));
    const text = word.toLowerCase();
    return (row, n) => this.lineOf(row, n).toLowerCase().includes(text);
  }

  private term(key: string, value: string): Test | string {
    const n = Number(value);
    const whole = value !== '' && Number.isInteger(n);
    const needsNumber = `"${key}:${value}": a whole number is needed after "${key}:".`;
    switch (key) {
      case 'thread': return (row) => this.who(row) === value || (value === 'producer' && row.actor < 0);
      case 'node': return whole ? (row) => row.actor === n : needsNumber;
      case 'pfn': return whole ? (row) => row.firstPfn >= 0 && row.firstPfn <= n && n <= row.lastPfn : needsNumber;
      case 'target': return whole ? (row, i) => row.sentTo === n || (row.sentTo === -1 && this.asksFor(i, n)) : needsNumber;
      case 'asked': return whole ? (_row, i) => this.asksFor(i, n) : needsNumber;
      case 'from': return Number.isFinite(n) ? (row) => row.timePs >= n * 1e12 : `"${key}:${value}": seconds are needed after "from:".`;
      case 'to': return Number.isFinite(n) ? (row) => row.timePs <= n * 1e12 : `"${key}:${value}": seconds are needed after "to:".`;
      case 'event': {
        const kinds = EVENT_WORDS.flatMap((w, kind) => (w === value || (!EVENT_WORDS.includes(value) && w.startsWith(value)) ? [kind] : []));
        if (kinds.length === 0) return `"event:${value}" is not known; the events are ${EVENT_WORDS.join(', ')}.`;
        return (row) => kinds.includes(row.kind);
      }
      case 'result':
        if (!RESULTS.includes(value)) return `"result:${value}" is not known; the results are ${RESULTS.join(', ')}.`;
        return (row) => resultWords(row).includes(value);
      default: return `"${key}:" is not known; the keys are ${KEYS.join(', ')}.`;
    }
  }

  private asksFor(row: number, nid: number): boolean {
    return this.log.asked(row).some(([n]) => n === nid);
  }

  private match(filter: string): string {
    if (filter !== this.filter || this.scanned < this.log.dropped) {
      this.filter = filter;
      this.matches = [];
      this.scanned = this.log.dropped;
      this.parsed = this.parse(filter);
    }
    if (!this.parsed.ok) return this.parsed.text;
    const { tests } = this.parsed;
    for (; this.scanned < this.log.total; this.scanned++) {
      this.log.read(this.scanned, this.row);
      if (tests.every((t) => t(this.row, this.scanned))) this.matches.push(this.scanned);
    }
    return '';
  }

  /** Rows first .. first + count - 1 of those that match; first below 0 counts from the end. */
  page(filter: string, first: number, count: number): { first: number; matched: number; total: number; rows: LogRowModel[]; error: string } {
    const { log } = this;
    if (filter.trim() === '') {
      const kept = log.total - log.dropped;
      const from = first < 0 ? Math.max(0, kept + first) : Math.min(first, kept);
      const rows: LogRowModel[] = [];
      for (let i = from; i < Math.min(kept, from + count); i++) rows.push(this.model(log.dropped + i));
      return { first: from, matched: kept, total: log.total, rows, error: '' };
    }
    const error = this.match(filter);
    if (error !== '') return { first: 0, matched: 0, total: log.total, rows: [], error };
    const kept = log.dropped === 0 ? this.matches : this.matches.filter((row) => row >= log.dropped);
    const from = first < 0 ? Math.max(0, kept.length + first) : Math.min(first, kept.length);
    return { first: from, matched: kept.length, total: log.total, rows: kept.slice(from, from + count).map((row) => this.model(row)), error: '' };
  }

  private model(number: number): LogRowModel {
    const row = this.log.read(number, this.row);
    const asked = this.log.asked(number);
    return {
      row: number, timePs: row.timePs, thread: row.actor < 0 ? -1 : row.actor, kind: row.kind, firstPfn: row.firstPfn, lastPfn: row.lastPfn, asked,
      sentTo: row.sentTo, folios: row.folios, right: row.right, wrong: row.wrong, failed: row.failed, point: row.point, result: rowResult(row, asked),
    };
  }

  private lineOf(row: LogRow, number: number): string {
    const asked = this.log.asked(number);
    const pfns = row.firstPfn < 0 ? '' : row.firstPfn === row.lastPfn ? `PFN ${row.firstPfn}` : `PFN ${row.firstPfn}-${row.lastPfn}`;
    const to = asked.length === 0 ? '' : `asked ${asked.map(([nid, n]) => (row.folios === 1 ? `node ${nid}` : `node ${nid}: ${n}`)).join(', ')}`;
    const sent = row.sentTo < 0 ? '' : `${row.kind === LogKind.BatchBegin || row.kind === LogKind.BatchEnd ? 'sent to' : 'target'} node ${row.sentTo}`;
    return [`${(row.timePs / 1e12).toFixed(6)} s`, this.who(row), LOG_KIND_NAMES[row.kind], pfns, to, sent, rowResult(row, asked)].filter((x) => x !== '').join('  ');
  }

  /** The matching rows as text, the newest `limit` of them. */
  text(filter: string, limit: number): string {
    const { rows, matched, error } = this.page(filter, -limit, limit);
    if (error !== '') return error;
    const head = `# simulated; ${matched} rows match${filter.trim() === '' ? '' : ` "${filter.trim()}"`}${matched > rows.length ? `, the newest ${rows.length} follow` : ''}\n`;
    return head + rows.map((r) => `${this.lineOf(this.log.read(r.row, this.row), r.row)}\n`).join('');
  }
}
