/** Rows of the log by window: pages fetched when they come into view, a bounded number kept, one question open at a time. */

import type { LogRowModel } from '../../protocol/messages';
import type { App, LogAnswer } from '../app';

export const PAGE_ROWS = 200;
/** Pages kept; the ones longest unseen leave first. */
const MAX_PAGES = 24;
/** Least time between two questions about a page that is there already, in ms. */
const REFRESH_MS = 80;

export class LogPages {
  /** Rows that match the filter, and rows there are. */
  matched = 0;
  total = 0;
  error = '';
  filter = '';
  private readonly pages = new Map<number, readonly LogRowModel[]>();
  private asked: { page: number; filter: string } | undefined;
  private wanted: readonly [number, number] = [0, 0];
  /** Rows and drops of the last frame: when they change, the last page and the number of matches are asked for again. */
  private seenRows = -1;
  private seenDropped = 0;
  private stale = true;
  private timer = 0;
  private lastMs = -REFRESH_MS;

  constructor(private readonly app: App, private readonly changed: () => void) {}

  /** Forgets everything: another filter, or another generation. */
  reset(filter: string): void {
    this.filter = filter;
    this.pages.clear();
    this.asked = undefined;
    this.matched = 0;
    this.total = 0;
    this.error = '';
    this.stale = true;
    this.seenRows = -1;
  }

  /** Takes the figures of a frame. */
  frame(rows: number, dropped: number): void {
    if (rows !== this.seenRows) this.stale = true;
    if (dropped !== this.seenDropped || rows < this.seenRows) this.pages.clear();
    if (rows < this.seenRows) this.matched = 0;
    this.seenRows = rows;
    this.seenDropped = dropped;
  }

  /** The row at an index among the matching ones, if it has come. */
  row(index: number): LogRowModel | undefined {
    return this.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** Says which rows are on view; what is missing is asked for. */
  want(first: number, end: number): void {
    this.wanted = [first, end];
    this.fetch();
  }

  private missing(): number {
    const [first, end] = this.wanted;
    const lastPage = Math.max(0, Math.floor((this.matched - 1) / PAGE_ROWS));
    for (let page = Math.floor(first / PAGE_ROWS); page <= Math.floor(Math.max(first, end - 1) / PAGE_ROWS) && page <= lastPage; page++) {
      const have = this.pages.get(page);
      const full = Math.min(PAGE_ROWS, this.matched - page * PAGE_ROWS);
      if (!have || have.length < full) return page;
    }
    // the page of the next row to come: the last one, or the one behind it when that is full
    return this.stale ? Math.floor(this.matched / PAGE_ROWS) : -1;
  }

  private fetch(): void {
    if (this.asked || this.error !== '' && !this.stale) return;
    const page = this.missing();
    if (page < 0) return;
    // rows that are new come a few times a second; rows that are on view and missing come at once
    const wait = this.pages.has(page) ? this.lastMs + REFRESH_MS - performance.now() : 0;
    if (wait > 0) {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.fetch(), wait);
      return;
    }
    this.lastMs = performance.now();
    this.stale = false;
    const filter = this.filter;
    const asked = { page, filter };
    this.asked = asked;
    this.app.ask(requestId => ({ type: 'log', requestId, filter, first: page * PAGE_ROWS, count: PAGE_ROWS }), m => {
      if (m.type !== 'log' || this.asked !== asked) return;
      this.asked = undefined;
      this.take(m);
      this.changed();
      this.fetch();
    });
  }

  private take(m: LogAnswer): void {
    this.error = m.error;
    const end = m.first + m.rows.length;
    // a log that grows is shown as far as it has come: rows that are only known to exist would leave the view empty while it follows
    const behind = m.matched - end;
    const growing = end >= this.matched && this.matched > 0 && behind > 0 && behind <= PAGE_ROWS;
    this.matched = growing ? end : m.matched;
    this.total = m.total;
    if (m.error !== '') return;
    const page = Math.floor(m.first / PAGE_ROWS);
    this.pages.delete(page);
    if (m.rows.length > 0) this.pages.set(page, m.rows);
    if (this.pages.size > MAX_PAGES) {
      const oldest = this.pages.keys().next().value;
      if (oldest !== undefined) this.pages.delete(oldest);
    }
    if (growing) this.stale = true;
  }
}
