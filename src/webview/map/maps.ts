/** The page maps of all nodes: level selector, flow lane, a map a node; one tab stop with a cell cursor. */

import { PageClass, PAGE_CLASSES } from '../../engine/machine/pageclass';
import { LEVELS, type Level, type NodeModel, type ThreadModel } from '../../protocol/messages';
import type { App, Changes, Part } from '../app';
import { button, el, iconButton, setFlag, setText } from '../dom';
import { Flow } from '../flow';
import { count } from '../format';
import { levelNames, levelText, shortLevelText, threadText } from '../words';
import { readScroll, writeScroll } from '../state';
import { toolField, type ToolField } from '../toolkit';
import type { Wanted } from './cache';
import { mapKey } from './keys';
import { NodeMap, type Tie } from './nodemap';
import { makeFills, type Fills } from './patterns';
import { Sheet } from './canvas';

const GAP = 14;

export class Maps implements Part {
  readonly root: HTMLElement;
  readonly area: HTMLElement;
  private readonly unit = el('span', { class: 'hint' });
  private readonly segments: HTMLElement;
  private readonly goTo: ToolField;
  private readonly grid = el('div', { class: 'node-grid' });
  private readonly flow: Flow;
  private readonly totals = new Float64Array(PAGE_CLASSES);
  private fills: Fills;
  maps: NodeMap[] = [];
  private scrolls: Map<number, number>;
  private scrollTimer = 0;
  private placedLevel: Level | undefined;
  /** Set by the panel: PFNs of the inset, and how tall the maps may be. */
  tie: () => Tie | undefined = () => undefined;
  room = 160;

  constructor(private readonly app: App, private readonly actions: { readonly open: () => void; readonly goToText: (text: string) => void }) {
    this.fills = makeFills(new Sheet('').ctx, app.palette);
    this.scrolls = readScroll(app.view.scroll);
    this.flow = new Flow(app);
    this.segments = el('div', { class: 'segments', at: { role: 'group', 'aria-label': 'Level of the page maps' } },
      ...LEVELS.map(level => button(levelNames[level], 'segment', () => app.setView({ level }))));
    this.goTo = toolField({ name: 'Go to PFN', placeholder: 'Go to PFN', maxLength: 20, onEnter: actions.goToText });
    this.goTo.root.classList.add('go-to');
    const table = iconButton('table', 'Table of the visible cells', () => app.setView({ table: !app.view.table }));
    table.classList.add('table-toggle');
    this.area = el('div', { class: 'map-area', at: { tabindex: '0', role: 'application', 'aria-label': 'Page maps', 'aria-describedby': 'map-help' } }, this.grid);
    this.root = el('section', { class: 'maps', at: { 'aria-label': 'Page maps' } },
      el('div', { class: 'bar' }, el('h2', { text: 'Page maps' }), this.unit, el('span', { class: 'fill' }), this.goTo.root, this.segments, table),
      this.flow.root, this.area,
      el('p', { class: 'sr', text: 'Arrows move the cell cursor, Home and End go to the first and last cell of the zone, Page Up and Page Down to the zone before and after, plus and minus change the level, G goes to a PFN, C to the scan cursor, N to the nearest mark, Enter opens the page, L shows its log rows, S its statement.', at: { id: 'map-help' } }));
    this.area.addEventListener('keydown', e => mapKey(app, this, actions, e));
    this.area.addEventListener('focus', () => app.touch('cells'));
    this.area.addEventListener('blur', () => app.touch('cells'));
    this.grid.addEventListener('mousemove', e => this.hover(e));
    this.grid.addEventListener('mouseleave', () => app.setHover(undefined));
    this.grid.addEventListener('click', e => this.click(e));
    this.grid.addEventListener('dblclick', e => this.zoomIn(e));
    this.grid.addEventListener('scroll', () => this.keepScroll(), { capture: true, passive: true });
  }

  focus(): boolean {
    if (this.maps.length === 0) return false;
    this.area.focus();
    return true;
  }

  clearGoTo(): void {
    this.goTo.setValue('');
  }

  focusGoTo(): void {
    this.goTo.focus();
  }

  mapOf(nid: number): NodeMap | undefined {
    return this.maps.find(m => m.node.nid === nid);
  }

  get nodes(): readonly NodeModel[] {
    return this.app.session?.nodes ?? [];
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    if (changes.theme || changes.size) this.fills = makeFills(new Sheet('').ctx, app.palette);
    if (!app.session) return;
    if (changes.session || changes.view) {
      const level = app.view.level;
      [...this.segments.children].forEach((b, i) => b.setAttribute('aria-pressed', String(LEVELS[i] === level)));
      const narrow = this.root.clientWidth < 800;
      setText(this.unit, narrow ? shortLevelText[level] : levelText(level));
      this.root.querySelector('.table-toggle')?.setAttribute('aria-pressed', String(app.view.table));
    }
    this.flow.update(changes, this.centers());
    const all = changes.session || changes.theme || changes.size;
    for (const map of this.maps) this.paint(map, all);
  }

  wants(): readonly Wanted[] {
    const onView = this.maps.filter(m => this.onView(m.root));
    const totals = this.maps.flatMap(({ node }) => {
      const zone = node.zones.find(z => z.spannedPages > 0);
      return zone ? [{ purpose: 'totals', level: 'node' as const, nid: node.nid, zoneIdx: zone.idx, first: 0, count: 1 }] : [];
    });
    return [...onView.flatMap(m => m.wants()), ...totals];
  }

  private onView(node: HTMLElement): boolean {
    const box = node.getBoundingClientRect();
    return box.bottom > 0 && box.top < innerHeight && box.width > 0;
  }

  /** Makes the maps of another session. */
  build(): void {
    this.maps = this.nodes.map(node => new NodeMap(this.app, node));
    this.grid.replaceChildren(...this.maps.map(m => m.root));
    setFlag(this.root, 'hidden', this.maps.length === 0);
  }

  /** Height of what is not cells: bar, flow lane, and three lines of text a row of maps. */
  get rest(): number {
    return 72 + this.gridRows() * 45 + (this.gridRows() - 1) * 6;
  }

  private gridRows(): number {
    return Math.max(1, Math.ceil(this.maps.length / this.gridColumns()));
  }

  private gridColumns(): number {
    return Math.max(1, Math.min(this.maps.length, this.grid.clientWidth < 560 ? 2 : 4));
  }

  /** Lays all maps out at the present width and level; gives the height that their cells take on view. */
  place(): number {
    const width = this.grid.clientWidth;
    if (width === 0 || this.maps.length === 0) return 0;
    const level = this.app.view.level;
    const anchors = level === this.placedLevel ? undefined : this.maps.map(m => this.anchor(m));
    this.placedLevel = level;
    const columns = this.gridColumns();
    this.grid.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    const each = Math.floor((width - (columns - 1) * GAP) / columns);
    const rows = this.gridRows();
    const room = Math.max(110, Math.floor(this.room / Math.min(rows, 2)));
    const tallest = Math.max(...this.maps.map(m => m.place(level, each, room)));
    const height = Math.min(tallest, room);
    for (const map of this.maps) {
      map.fit(height);
      const kept = this.scrolls.get(map.node.nid);
      if (kept !== undefined && map.top === 0) map.scrollTo(kept);
    }
    anchors?.forEach((pfn, i) => this.maps[i]?.scrollToPfn(pfn));
    return height * rows;
  }

  /** The page that stays on view when the level changes: the inset's on its node, else the first one on view. */
  private anchor(map: NodeMap): number {
    const { view } = this.app;
    if (view.nid === map.node.nid && view.pfn >= 0 && !view.follow) return view.pfn;
    const tie = this.tie();
    return tie && tie.nid === map.node.nid ? tie.first : map.firstOnView();
  }

  /** Middle of each node's map in CSS pixels from the left of the grid, for the flow. */
  private centers(): ReadonlyMap<number, number> {
    const left = this.grid.getBoundingClientRect().left;
    return new Map(this.maps.map(m => {
      const box = m.root.getBoundingClientRect();
      return [m.node.nid, box.left - left + box.width / 2];
    }));
  }

  private thread(nid: number): ThreadModel | undefined {
    return this.app.frame?.threads.find(t => t.nid === nid);
  }

  private paint(map: NodeMap, all: boolean): void {
    const { app } = this;
    if (!this.onView(map.root)) return;
    const thread = this.thread(map.node.nid);
    this.totals.fill(0);
    const zone = map.node.zones.find(z => z.spannedPages > 0);
    const known = app.cells.window('totals', 'node', map.node.nid, zone?.idx ?? 0)?.addCounts(0, this.totals) ?? false;
    if (known) for (let c = 0; c < PAGE_CLASSES; c++) if ((this.totals[c] ?? 0) > 0) app.seen[c] = 1;
    map.head(thread, thread ? threadText(thread) : map.node.hasThread ? '' : map.node.zones.length === 0 ? 'no memory' : 'no thread', known ? this.totals : undefined, this.footer());
    const focused = document.activeElement === this.area;
    const cursor = app.view.nid === map.node.nid && (focused || app.view.level === 'pfn') ? app.view.pfn : -1;
    const tie = this.tie();
    const key = `${app.view.level} ${thread?.cursorPfn} ${cursor} ${map.top} ${tie?.nid === map.node.nid ? `${tie.first} ${tie.last}` : ''} ${map.size}`;
    if (all || app.cells.touched.has(map.node.nid) || map.paintedKey !== key) map.paint(this.fills, thread, tie, cursor);
    map.paintedKey = key;
  }

  /** "5,637 marked · 212 unmapped", signals only. */
  private footer(): string {
    const t = this.totals;
    const part = (c: PageClass, name: string): string => ((t[c] ?? 0) > 0 ? `${count(t[c] ?? 0)} ${name}` : '');
    const parts = [
      part(PageClass.Marked, 'marked'), part(PageClass.Isolated, 'isolated'), part(PageClass.Unmapped, 'unmapped'), part(PageClass.Right, 'right'),
      part(PageClass.Wrong, 'wrong'), part(PageClass.StaleMark, 'stale'),
    ].filter(text => text !== '');
    return parts.length > 0 ? parts.join(' \u00b7 ') : 'nothing marked';
  }

  private mapUnder(e: MouseEvent): NodeMap | undefined {
    const node = e.target instanceof Element ? e.target.closest('.map-scroll')?.parentElement : undefined;
    return this.maps.find(m => m.root === node);
  }

  private hover(e: MouseEvent): void {
    const map = this.mapUnder(e);
    const info = map?.at(e.clientX, e.clientY);
    this.app.setHover(map && info ? { nid: map.node.nid, pfn: info.first, says: info.says } : undefined);
    if (map) map.scroller.title = info?.says ?? '';
  }

  private click(e: MouseEvent): void {
    const map = this.mapUnder(e);
    const info = map?.at(e.clientX, e.clientY);
    if (!map || !info) return;
    this.app.setView({ pfn: info.first, nid: map.node.nid, follow: false });
    this.app.announce(info.says);
    if (this.app.view.level === 'pfn') this.actions.open();
  }

  private zoomIn(e: MouseEvent): void {
    const next = LEVELS[LEVELS.indexOf(this.app.view.level) + 1];
    if (next && this.mapUnder(e)) this.app.setView({ level: next });
    this.mapOf(this.app.view.nid)?.showPfn(this.app.view.pfn);
  }

  private keepScroll(): void {
    clearTimeout(this.scrollTimer);
    this.scrollTimer = window.setTimeout(() => {
      this.scrolls = new Map(this.maps.map(m => [m.node.nid, m.top]));
      const scroll = writeScroll(this.scrolls);
      if (scroll !== this.app.view.scroll) this.app.setView({ scroll });
    }, 300);
  }
}
