/** The map of one node at one level: its canvas, its own scroll, and what lies under a point. */

import { PageClass } from '../../engine/machine/pageclass';
import type { Level, NodeModel, ThreadModel } from '../../protocol/messages';
import type { App } from '../app';
import { el, setText } from '../dom';
import { count, memory, plural } from '../format';
import { countsText } from '../words';
import { BAR_ROW, barRows, paintBars } from './bars';
import type { Wanted } from './cache';
import { Sheet } from './canvas';
import { endPfn, isGrid, pfnsOfUnit, spansOf, UNIT_PAGES, windowsOf, type GridLevel } from './geometry';
import { gridFor, Layout } from './layout';
import { paintBeyond, paintFrame, paintPin, paintTie, paintUnsure, paintWalked, paintZoneBorders } from './marks';
import { NodeCells, type CellInfo } from './nodecells';
import { paintPage } from './pages';
import { paintLabels } from './labels';
import type { Fills } from './patterns';
import { paintCell } from './summary';

/** Room above the first row for the pin of the scan cursor. */
const HEAD = 9;
/** The tallest scroll page that browsers place exactly. */
const MAX_SCROLL_PX = 8_000_000;

/** PFNs that the inset shows, for the tie. */
export interface Tie {
  readonly nid: number;
  readonly first: number;
  readonly last: number;
}

export class NodeMap {
  readonly root: HTMLElement;
  readonly scroller: HTMLElement;
  private readonly title = el('span', { class: 'node-name' });
  private readonly zoneNames = el('span', { class: 'node-zones' });
  private readonly stateLine = el('div', { class: 'node-state' });
  private readonly foot = el('div', { class: 'node-foot' });
  private readonly sheet = new Sheet('map-canvas');
  private readonly spacer = el('div', { class: 'map-spacer' });
  readonly cells: NodeCells;
  layout: Layout | undefined;
  private level: Level = 'pageblock';
  private width = 0;
  private viewHeight = 0;
  private scale = 1;
  /** What the last painting showed besides the cells. */
  paintedKey = '';
  private lastCursor = -1;

  constructor(private readonly app: App, readonly node: NodeModel) {
    this.cells = new NodeCells(app, node);
    this.scroller = el('div', { class: 'map-scroll' }, this.sheet.canvas, this.spacer);
    this.root = el('div', { class: 'node-map', at: { 'data-nid': String(node.nid), role: 'group' } },
      el('div', { class: 'node-head' }, this.title, this.zoneNames), this.stateLine, this.scroller, this.foot);
    setText(this.title, `Node ${node.nid}`);
    setText(this.zoneNames, node.zones.map(z => z.name).join(', '));
    this.title.title = node.zones.map(z => `${z.name}: PFN ${count(z.startPfn)} to ${count(endPfn(z) - 1)}, ${plural(z.presentPages, 'page')} present`).join('\n');
    this.scroller.addEventListener('scroll', () => app.touch('cells'), { passive: true });
  }

  /** Height that the cells would like at this width. */
  place(level: Level, width: number, room: number): number {
    this.level = level;
    this.width = width;
    if (!isGrid(level)) {
      this.layout = undefined;
      return barRows(this.node, level) * BAR_ROW;
    }
    const units = spansOf(this.node, level, 1).reduce((n, s) => n + s.end - s.first, 0);
    this.layout = new Layout(this.node, gridFor(level, width - 2, units, room - HEAD - 2));
    return this.layout.height + HEAD + 2;
  }

  /** Fixes the height on view. */
  fit(viewHeight: number): void {
    this.viewHeight = viewHeight;
    const full = (this.layout?.height ?? barRows(this.node, this.level) * BAR_ROW) + HEAD + 2;
    const shown = Math.min(full, MAX_SCROLL_PX);
    this.scale = shown <= viewHeight ? 1 : (full - viewHeight) / (shown - viewHeight);
    this.scroller.style.height = `${viewHeight}px`;
    this.spacer.style.height = `${Math.max(0, shown - viewHeight)}px`;
    this.scroller.classList.toggle('scrolls', full > viewHeight + 1);
  }

  get size(): string {
    return `${this.width} ${this.viewHeight}`;
  }

  get top(): number {
    return this.scroller.scrollTop * this.scale;
  }

  scrollTo(top: number): void {
    this.scroller.scrollTop = top / this.scale;
  }

  /** Brings a page's cell into view, by the least scroll. */
  showPfn(pfn: number): void {
    const rect = isGrid(this.level) ? this.layout?.rectOf(Math.floor(pfn / UNIT_PAGES[this.level])) : undefined;
    if (!rect || !this.layout) return;
    const y = rect.y + HEAD;
    if (y - HEAD < this.top) this.scrollTo(Math.max(0, y - HEAD - this.layout.grid.pitch));
    else if (y + rect.h + 4 > this.top + this.viewHeight) this.scrollTo(y + rect.h + 4 + this.layout.grid.pitch - this.viewHeight);
  }

  /** The first page on view, or -1 at the levels of bars. */
  firstOnView(): number {
    const first = this.visible()[0]?.first;
    return first === undefined || !isGrid(this.level) || this.top === 0 ? -1 : first * UNIT_PAGES[this.level];
  }

  /** Puts the line of a page at the top, unless everything is on view. */
  scrollToPfn(pfn: number): void {
    const rect = pfn >= 0 && isGrid(this.level) ? this.layout?.rectOf(Math.floor(pfn / UNIT_PAGES[this.level])) : undefined;
    this.scrollTo(rect ? rect.y : 0);
  }

  private visible(): { first: number; end: number }[] {
    return this.layout?.visible(this.top - HEAD, this.top + this.viewHeight - HEAD) ?? [];
  }

  wants(): Wanted[] {
    const { level, node } = this;
    if (!isGrid(level)) {
      return level === 'node' ? [] : node.zones.filter(z => z.spannedPages > 0).map(z => ({ purpose: 'map', level, nid: node.nid, zoneIdx: z.idx, first: 0, count: 1 }));
    }
    return this.visible().flatMap(s => windowsOf(node, level, s.first, s.end))
      .map(w => ({ purpose: 'map', level, nid: node.nid, zoneIdx: w.zone.idx, first: w.first, count: w.count }))
      .reduce<Wanted[]>((list, w) => {
        const same = list.findIndex(o => o.zoneIdx === w.zoneIdx);
        const other = list[same];
        if (!other) return [...list, w];
        const first = Math.min(other.first, w.first);
        list[same] = { ...w, first, count: Math.max(other.first + other.count, w.first + w.count) - first };
        return list;
      }, []);
  }

  head(thread: ThreadModel | undefined, state: string, totals: Float64Array | undefined, footer: string): void {
    setText(this.stateLine, state);
    this.stateLine.classList.toggle('busy', thread !== undefined && thread.phase !== 'asleep' && thread.phase !== 'none');
    setText(this.foot, totals ? footer : '');
    this.foot.title = totals ? countsText(totals) : '';
    this.root.setAttribute('aria-label', `Node ${this.node.nid}, ${memory(this.node.zones.reduce((n, z) => n + z.presentPages, 0))}: ${state}`);
  }

  paint(fills: Fills, thread: ThreadModel | undefined, tie: Tie | undefined, cursor: number): void {
    const p = this.app.palette;
    const ctx = this.sheet.begin(this.width, this.viewHeight);
    const level = this.level;
    this.cells.lookUp(level);
    if (!isGrid(level)) {
      paintBars(ctx, fills, this.app, this.node, level, this.width, thread?.cursorPfn ?? -1);
      return;
    }
    const layout = this.layout;
    if (!layout) return;
    ctx.save();
    ctx.translate(0, HEAD - this.top);
    const visible = this.visible();
    for (const span of visible) this.paintSpan(ctx, fills, layout, level, span.first, span.end);
    paintZoneBorders(ctx, p, this.node, layout, visible);
    paintLabels(ctx, p, layout, visible);
    if (tie && tie.nid === this.node.nid && level !== 'pfn') {
      const size = UNIT_PAGES[level];
      paintTie(ctx, p.focus, layout, Math.floor(tie.first / size), Math.floor(tie.last / size));
    }
    if (thread && thread.cursorPfn >= 0) this.paintCursor(ctx, layout, level, thread.cursorPfn);
    this.lastCursor = thread?.cursorPfn ?? -1;
    const rect = cursor >= 0 ? layout.rectOf(Math.floor(cursor / UNIT_PAGES[level])) : undefined;
    if (rect) paintFrame(ctx, p.focus, p.ground, rect);
    ctx.restore();
  }

  private paintSpan(ctx: CanvasRenderingContext2D, fills: Fills, layout: Layout, level: GridLevel, first: number, end: number): void {
    const { pitch, gap, tileColumns } = layout.grid;
    const side = pitch - gap;
    const unsure = this.cells.zones.some(z => !z.holesKnown);
    if (level === 'pfn') {
      ctx.font = `600 10px ${this.app.palette.codeFont}`;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
    }
    for (let tile = first; tile < end; tile += layout.tileUnits) {
      const corner = layout.tileOf(tile);
      if (!corner) continue;
      for (let i = 0; i < layout.tileUnits; i++) {
        const unit = tile + i;
        const x = corner.x + (i % tileColumns) * pitch;
        const y = corner.y + Math.floor(i / tileColumns) * pitch;
        if (level === 'pfn') {
          const byte = this.cells.pageByte(unit);
          if (byte >= 0) paintPage(ctx, fills, byte, x, y, side, pitch);
        } else {
          const counts = this.cells.countsOf(level, unit);
          if (counts) {
            paintCell(ctx, fills, counts, x, y, side, side);
            if (unsure && side >= 7 && (counts[PageClass.Hole] ?? 0) > 0 && this.cells.unsureAt(level, unit)) paintUnsure(ctx, this.app.palette, x, y, side);
          } else if (this.cells.inZone(level, unit)) this.paintUnknown(ctx, x, y, side);
        }
      }
    }
  }

  /** Ground colour until the cell comes: its place is known, its pages are not. */
  private paintUnknown(ctx: CanvasRenderingContext2D, x: number, y: number, side: number): void {
    ctx.strokeStyle = this.app.palette.line;
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, y + 0.5, side - 1, side - 1);
  }

  private paintCursor(ctx: CanvasRenderingContext2D, layout: Layout, level: GridLevel, pfn: number): void {
    const p = this.app.palette;
    const size = UNIT_PAGES[level];
    const rect = layout.rectOf(Math.floor(pfn / size));
    if (!rect) return;
    if (this.lastCursor >= 0 && pfn > this.lastCursor && this.app.walksFast) paintWalked(ctx, p, layout, Math.floor(this.lastCursor / size), Math.floor(pfn / size));
    const y = rect.y + HEAD - this.top;
    if (y + rect.h < 0 || y > this.viewHeight) {
      paintBeyond(ctx, p, this.width / 2, this.top - HEAD + (y < 0 ? 1 : this.viewHeight - 1), y < 0 ? -1 : 1);
      return;
    }
    if (level === 'pfn') paintFrame(ctx, p.scanCursor, p.ground, rect, rect.w < 8 ? 1 : 2);
    else paintPin(ctx, p, rect.x + ((pfn % size) / size) * rect.w, rect.y, rect.h);
  }

  /** The page range under a point of the scroller, in client coordinates. */
  at(clientX: number, clientY: number): CellInfo | undefined {
    const box = this.sheet.canvas.getBoundingClientRect();
    const level = this.level;
    if (!isGrid(level)) {
      const row = Math.floor((clientY - box.top) / BAR_ROW);
      const zones = this.node.zones.filter(z => z.spannedPages > 0);
      const zone = level === 'zone' ? zones[row] : zones[0];
      return zone ? this.cells.info(level, zone.startPfn) : undefined;
    }
    const unit = this.layout?.unitAt(clientX - box.left, clientY - box.top - HEAD + this.top) ?? -1;
    const pfns = unit < 0 ? undefined : pfnsOfUnit(this.node, level, unit);
    return pfns ? this.cells.info(level, pfns.first) : undefined;
  }

  /** What the cell of a page says at the present level. */
  info(pfn: number): CellInfo | undefined {
    return this.cells.info(this.level, pfn);
  }
}
