/** The migration log: a filtered, virtualised table that follows the newest row until the person scrolls up. */

import { LogKind } from '../../engine/observe/logkinds';
import { MAX_FILTER_CHARS, type LogRowModel } from '../../protocol/messages';
import type { App, Changes, Part } from '../app';
import { showsCharts } from '../charts/charts';
import { button, el, iconButton, setFlag, setText } from '../dom';
import { count, plural } from '../format';
import { toolField, type ToolField } from '../toolkit';
import { endPfn } from '../map/geometry';
import { LogPages } from './pages';
import { COLUMNS, rowElement, rowText, ROW_HEIGHT } from './row';

/** The tallest page that browsers place exactly; more rows than that are reached by the filter. */
const MAX_ROWS_PLACED = 700_000;
const OVERSCAN = 6;
const FILTER_WAIT_MS = 150;
/** What stands behind the seconds of a time. */
const MICROSECONDS = '.000 000';

export class Log implements Part {
  readonly root: HTMLElement;
  private readonly pages: LogPages;
  private readonly field: ToolField;
  private readonly figures = el('span', { class: 'hint figures' });
  private readonly note = el('div', { class: 'log-note' });
  private readonly scroller: HTMLElement;
  private readonly sheet = el('div', { class: 'log-sheet', at: { role: 'presentation' } });
  private readonly table: HTMLElement;
  private follow = true;
  private picked = -1;
  private timer = 0;
  private shown = '';
  /** The number of rows of the present filter has been announced. */
  private said = true;

  constructor(private readonly app: App, private readonly goTo: (pfn: number) => void) {
    this.pages = new LogPages(app, () => this.came());
    this.pages.reset(app.view.filter);
    this.field = toolField({
      name: 'Filter of the migration log', placeholder: 'Filter, for example node:0 event:batch result:wrong', maxLength: MAX_FILTER_CHARS, icon: 'filter',
      onInput: text => this.typed(text),
    });
    this.field.root.classList.add('log-filter');
    const head = el('div', { class: 'log-row log-head', at: { role: 'row', 'aria-rowindex': '1' } }, ...COLUMNS.map(([name, text]) => el('div', { class: `c-${name}`, text, at: { role: 'columnheader' } })));
    this.scroller = el('div', { class: 'log-scroll', at: { tabindex: '0', role: 'rowgroup', 'aria-label': 'Rows of the migration log; arrows move, Enter shows the statement' } }, this.sheet);
    this.table = el('div', { class: 'log-table', at: { role: 'grid', 'aria-label': 'Migration log', 'aria-readonly': 'true' } }, el('div', { at: { role: 'rowgroup' } }, head), this.scroller);
    this.root = el('section', { class: 'log', at: { 'aria-label': 'Migration log', id: 'log' } },
      el('div', { class: 'bar' }, el('h2', { text: 'Migration log' }), this.field.root, this.figures, el('span', { class: 'fill' }),
        iconButton('copy', 'Copy a reproduction', () => app.send({ type: 'copyRepro' })),
        iconButton('open', 'Open the matching rows as text', () => app.send({ type: 'openLogText', filter: this.app.view.filter }))),
      this.table, this.note);
    this.scroller.addEventListener('scroll', () => this.scrolled(), { passive: true });
    this.scroller.addEventListener('keydown', e => this.key(e));
    this.sheet.addEventListener('click', e => this.click(e));
  }

  focus(): boolean {
    this.scroller.focus();
    return true;
  }

  setFilter(filter: string): void {
    this.field.setValue(filter);
    this.apply(filter);
  }

  /** Rows came: painted with the next frame, and after a change of the filter their number is said. */
  private came(): void {
    this.app.touch('hover');
    if (!this.said) this.app.announce(this.pages.error !== '' ? this.pages.error : `${plural(this.pages.matched, 'row')} of the log ${this.pages.matched === 1 ? 'matches' : 'match'}`);
    this.said = true;
  }

  private typed(text: string): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.apply(text), FILTER_WAIT_MS);
  }

  private apply(text: string): void {
    const filter = text.slice(0, MAX_FILTER_CHARS);
    if (filter === this.pages.filter && filter === this.app.view.filter) return;
    this.pages.reset(filter);
    this.picked = -1;
    this.follow = true;
    this.said = false;
    this.app.setView({ filter });
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    const covered = showsCharts(app);
    setFlag(this.root, 'hidden', !app.session || covered);
    if (!app.session) return;
    if (changes.session) {
      const digits = count(Math.max(0, ...app.session.nodes.flatMap(n => n.zones.map(endPfn)))).length;
      const seconds = count(Math.floor(app.session.durationPs / 1e12)).length;
      this.root.style.setProperty('--km-times', `${Math.ceil((seconds + MICROSECONDS.length) * 7.25)}px`);
      this.root.style.setProperty('--km-pfns', `${Math.max(112, Math.ceil((2 * digits + 1) * 7.25))}px`);
      this.pages.reset(app.view.filter);
      this.field.setValue(app.view.filter);
      this.picked = -1;
      this.follow = true;
    }
    if (app.frame) this.pages.frame(app.frame.logRows, app.frame.logDropped);
    if (!covered) this.draw();
  }

  private scrolled(): void {
    const { scroller } = this;
    this.follow = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - ROW_HEIGHT / 2;
    this.app.touch('hover');
  }

  private draw(): void {
    const { pages, scroller, sheet } = this;
    const rows = Math.min(pages.matched, MAX_ROWS_PLACED);
    const whole = `${Math.max(2, Math.floor((this.table.clientHeight - ROW_HEIGHT) / ROW_HEIGHT)) * ROW_HEIGHT}px`;
    if (scroller.style.height !== whole) scroller.style.height = whole;
    const height = scroller.clientHeight;
    const full = `${rows * ROW_HEIGHT}px`;
    if (sheet.style.height !== full) sheet.style.height = full;
    if (this.follow && rows * ROW_HEIGHT > height) {
      const bottom = rows * ROW_HEIGHT - height;
      if (Math.abs(scroller.scrollTop - bottom) > 1) scroller.scrollTop = bottom;
    }
    const first = Math.max(0, Math.floor(scroller.scrollTop / ROW_HEIGHT) - OVERSCAN);
    const end = Math.min(rows, Math.ceil((scroller.scrollTop + height) / ROW_HEIGHT) + OVERSCAN);
    pages.want(first, Math.max(end, first + 1));
    const key = `${first} ${end} ${this.picked} ${pages.matched} ${this.app.view.pfn}`;
    const parts: string[] = [key];
    for (let i = first; i < end; i++) {
      const row = pages.row(i);
      parts.push(row ? `${row.row}${this.live(row)}` : '-');
    }
    const text = parts.join('|');
    if (text !== this.shown) {
      this.shown = text;
      this.fill(first, end);
    }
    this.notes();
  }

  /** How far the batch of a row is while it moves, else "". */
  private live(row: LogRowModel): string {
    if (row.kind !== LogKind.BatchBegin) return '';
    const batch = this.app.batches.find(b => b.thread === row.thread && b.phase !== 'done' && b.timePs === row.timePs);
    return batch ? `${count(batch.moved)} of ${count(batch.folios)} moved` : '';
  }

  private fill(first: number, end: number): void {
    const nodes: HTMLElement[] = [];
    for (let i = first; i < end; i++) {
      const row = this.pages.row(i);
      if (row) nodes.push(rowElement(row, i, { picked: i === this.picked, pfn: this.app.view.pfn }, { reveal: point => this.app.send({ type: 'reveal', point }) }, this.live(row)));
    }
    this.sheet.replaceChildren(...nodes);
    this.table.setAttribute('aria-rowcount', String(this.pages.matched + 1));
  }

  private notes(): void {
    const { pages, app } = this;
    const dropped = app.frame?.logDropped ?? 0;
    const following = this.follow ? ', following' : '';
    setText(this.figures, pages.error !== '' ? '' : `${pages.filter === '' ? plural(pages.matched, 'row') : `${count(pages.matched)} of ${plural(pages.total, 'row')}`}${following}${dropped > 0 ? `; the first ${count(dropped)} are not kept` : ''}`);
    this.root.classList.toggle('none', pages.matched === 0);
    const none = pages.filter === '' || pages.total === 0;
    const text = pages.error !== '' ? pages.error : pages.matched > 0 ? '' : none ? 'No row yet: nothing has happened.' : `No row matches "${pages.filter}".`;
    if (this.note.dataset['text'] === text) return;
    this.note.dataset['text'] = text;
    this.note.classList.toggle('error', pages.error !== '');
    setFlag(this.note, 'hidden', text === '');
    this.note.replaceChildren(el('span', { text, at: pages.error !== '' ? { role: 'alert' } : {} }), ...(none && pages.error === '' ? [] : [' ', button('Clear filter', 'link', () => this.setFilter(''))]));
  }

  private pick(index: number, far: boolean): void {
    if (this.pages.matched === 0) return;
    this.picked = Math.min(Math.min(this.pages.matched, MAX_ROWS_PLACED) - 1, Math.max(0, index));
    const { scroller } = this;
    const top = this.picked * ROW_HEIGHT;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + ROW_HEIGHT > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = top + ROW_HEIGHT - scroller.clientHeight;
    const row = this.pages.row(this.picked);
    this.app.row = row;
    this.follow = this.picked === this.pages.matched - 1;
    if (row) this.app.announce(rowText(row));
    if (row && far && row.firstPfn >= 0) this.goTo(row.firstPfn);
    this.app.touch('hover');
  }

  private click(e: MouseEvent): void {
    const row = e.target instanceof Element ? e.target.closest('.log-row') : null;
    if (row instanceof HTMLElement) this.pick(Number(row.dataset['index']), true);
  }

  private key(e: KeyboardEvent): void {
    if (e.ctrlKey || e.metaKey || e.altKey) return;
    const page = Math.max(1, Math.floor(this.scroller.clientHeight / ROW_HEIGHT) - 1);
    const from = this.picked < 0 ? (this.follow ? this.pages.matched : -1) : this.picked;
    const to: Readonly<Record<string, number>> = {
      ArrowUp: from - 1, ArrowDown: from + 1, PageUp: from - page, PageDown: from + page, Home: 0, End: this.pages.matched - 1,
    };
    const next = to[e.key];
    if (next !== undefined) {
      e.preventDefault();
      e.stopPropagation();
      this.pick(next, false);
    } else if (e.key === 'Enter' && this.picked >= 0) {
      e.preventDefault();
      const row = this.pages.row(this.picked);
      if (row && row.point >= 0) this.app.send({ type: 'reveal', point: row.point });
      if (row && row.firstPfn >= 0) this.goTo(row.firstPfn);
    }
  }
}
