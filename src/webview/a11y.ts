/** For screen readers: a live region that speaks, and a table twin of the cells on view, bounded in size. */

import type { App, Changes, Part } from './app';
import { button, el, setFlag, setText } from './dom';
import { count } from './format';
import { isGrid, nodeAt, pfnsOfUnit, UNIT_PAGES, zoneAt, zonesByPfn } from './map/geometry';
import type { Maps } from './map/maps';

/** Rows of the twin: more would slow a screen reader down; the cursor moves it. */
export const TWIN_ROWS = 128;
const TWIN_EVERY_MS = 500;

/** A polite live region; the same text twice in a row is spoken twice. */
export function liveRegion(): { readonly root: HTMLElement; readonly say: (text: string) => void } {
  const root = el('div', { class: 'sr', at: { role: 'status', 'aria-live': 'polite', 'aria-atomic': 'true', id: 'live' } });
  return {
    root,
    say: text => {
      root.textContent = root.textContent === text ? `${text}\u00a0` : text;
    },
  };
}

export class Twin implements Part {
  readonly root: HTMLElement;
  private readonly body = el('tbody');
  private readonly caption = el('caption');
  private timer = 0;
  private lastMs = -TWIN_EVERY_MS;

  constructor(private readonly app: App, private readonly maps: Maps, private readonly goTo: (pfn: number, nid: number) => void) {
    const head = el('tr', {}, ...['First PFN', 'Last PFN', 'Zone', 'State'].map(text => el('th', { text, at: { scope: 'col' } })));
    this.root = el('section', { class: 'twin', at: { 'aria-label': 'Visible cells as a table', hidden: '', tabindex: '0' } }, el('table', {}, this.caption, el('thead', {}, head), this.body));
  }

  /** On when it was asked for, or VS Code says that a screen reader is in use. */
  private get on(): boolean {
    return this.app.view.table || document.body.classList.contains('vscode-using-screen-reader');
  }

  update(changes: Readonly<Changes>): void {
    const on = this.on && this.app.session !== undefined;
    setFlag(this.root, 'hidden', !on);
    if (!on) {
      if (this.body.childElementCount > 0) this.body.replaceChildren();
      return;
    }
    if (!(changes.cells || changes.view || changes.session || changes.theme) || this.timer !== 0) return;
    const wait = Math.max(0, this.lastMs + TWIN_EVERY_MS - performance.now());
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      this.lastMs = performance.now();
      this.fill();
    }, wait);
  }

  private fill(): void {
    const { app } = this;
    const node = nodeAt(this.maps.nodes, Math.max(0, app.view.pfn), app.view.nid) ?? this.maps.nodes.find(n => zonesByPfn(n)[0]);
    const map = node ? this.maps.mapOf(node.nid) : undefined;
    if (!node || !map) return;
    const level = app.view.level;
    const rows: HTMLElement[] = [];
    const add = (pfn: number): void => {
      const info = map.info(pfn);
      if (!info) return;
      rows.push(el('tr', {}, el('th', { at: { scope: 'row' } }, button(count(info.first), 'link', () => this.goTo(info.first, node.nid))),
        el('td', { text: count(info.last) }), el('td', { text: zoneAt(node, info.first)?.name ?? '' }), el('td', { text: info.says.replace(/^[^:]*: |^PFN [\d,]+, node \d+, /, '') })));
    };
    if (!isGrid(level)) for (const z of level === 'zone' ? zonesByPfn(node) : zonesByPfn(node).slice(0, 1)) add(z.startPfn);
    else {
      const at = app.view.nid === node.nid && app.view.pfn >= 0 ? app.view.pfn : zonesByPfn(node)[0]?.startPfn ?? 0;
      const first = Math.max(0, Math.floor(at / UNIT_PAGES[level]) - TWIN_ROWS / 4);
      for (let unit = first; unit < first + TWIN_ROWS; unit++) {
        const pfns = pfnsOfUnit(node, level, unit);
        if (pfns) add(pfns.first);
      }
    }
    setText(this.caption, `Node ${node.nid}, level ${level}: ${rows.length === 1 ? 'one row' : `${rows.length} rows`} around the cursor`);
    this.body.replaceChildren(...rows);
  }
}
