/** The PFN inset: single pages around the cursor, large enough for their targets, with rulers; tied to the map by one frame. */

import type { NodeModel } from '../protocol/messages';
import type { App, Changes, Part } from './app';
import { button, el, setFlag, setText } from './dom';
import { busiest } from './follow';
import { count, hex } from './format';
import type { Wanted } from './map/cache';
import { Sheet } from './map/canvas';
import { endPfn, nodeAt, pfnsOfUnit, windowsOf, zoneAt, zonesByPfn } from './map/geometry';
import { paintFrame } from './map/marks';
import { paintPage } from './map/pages';
import { makeFills, type Fills } from './map/patterns';
import type { Tie } from './map/nodemap';
import { byteText } from './words';

const PITCH = 12, HEAD = 18, RULER_PAD = 20, DIGIT = 6.1;
/** Pages asked for around the inset, so that small moves need no new view. */
const AHEAD = 1024;
/** Room that the card beside it needs, and the width below which it lies above instead (w620 without the padding). */
const CARD_LEAST = 240, STACKED = 592;
/** Least time between two moves of the window while it follows a running cursor. */
const LEAP_MS = 400;

export class Inset implements Part {
  readonly root: HTMLElement;
  private readonly title = el('span', { class: 'inset-title' });
  private readonly readout = el('span', { class: 'inset-readout' });
  private readonly followButton: HTMLButtonElement;
  private readonly sheet = new Sheet('inset-canvas');
  private readonly empty = el('div', { class: 'inset-empty' });
  private fills: Fills;
  private base = -1;
  private nid = -1;
  private paintedKey = '';
  private aimedMs = -LEAP_MS;
  private columns = 32;
  /** Room for the longest PFN of the machine. */
  private ruler = 58;
  /** Set by the panel from the room there is: rows of cells, and CSS pixels for the whole width. */
  rows = 16;
  width = 448;

  constructor(private readonly app: App, private readonly actions: { readonly open: () => void; readonly toCursor: () => void }) {
    this.fills = makeFills(this.sheet.ctx, app.palette);
    this.followButton = button('follow', 'chip', () => (app.view.follow ? app.setView({ follow: false }) : actions.toCursor()), 'The inset follows the scan cursor (C)');
    this.root = el('section', { class: 'inset', at: { 'aria-label': 'Pages around the cursor' } },
      el('div', { class: 'inset-head' }, el('span', { class: 'tie-mark', at: { 'aria-hidden': 'true' } }), this.title, this.followButton, el('span', { class: 'fill' }), this.readout),
      this.sheet.canvas, this.empty);
    this.sheet.canvas.addEventListener('mousemove', e => this.hover(e));
    this.sheet.canvas.addEventListener('mouseleave', () => app.setHover(undefined));
    this.sheet.canvas.addEventListener('click', e => this.click(e));
  }

  private node(): NodeModel | undefined {
    return this.app.session?.nodes.find(n => n.nid === this.nid);
  }

  get tie(): Tie | undefined {
    const node = this.node();
    if (!node || this.base < 0) return undefined;
    return { nid: this.nid, first: this.base, last: this.base + this.columns * this.rows - 1 };
  }

  /** The page that the inset is about: the followed scan cursor, else the cell cursor. */
  private centre(): { nid: number; pfn: number } | undefined {
    const { view, session, frame } = this.app;
    if (!session) return undefined;
    if (view.follow) {
      const busy = busiest(frame?.threads ?? [], this.nid);
      if (busy) return { nid: busy.nid, pfn: busy.cursorPfn };
      if (this.base >= 0) return undefined;
    } else if (view.pfn >= 0) {
      const node = nodeAt(session.nodes, view.pfn, view.nid);
      if (node) return { nid: node.nid, pfn: view.pfn };
    }
    if (this.base >= 0) return undefined;
    const first = session.nodes.find(n => zonesByPfn(n)[0]);
    return first ? { nid: first.nid, pfn: zonesByPfn(first)[0]?.startPfn ?? 0 } : undefined;
  }

  /** Moves the window only when the page leaves it, and then so that what lies before it stays on view. */
  private aim(): void {
    const centre = this.centre();
    if (!centre) return;
    const size = this.columns * this.rows;
    const inside = this.nid === centre.nid && centre.pfn >= this.base && centre.pfn < this.base + size;
    const aligned = this.base % this.columns === 0;
    if (inside && aligned) return;
    // a cursor that runs is followed in leaps, so that the pages of a window have time to come
    const now = performance.now();
    if (this.app.frame?.state === 'running' && this.app.view.follow && this.base >= 0 && aligned && now - this.aimedMs < LEAP_MS) return;
    this.aimedMs = now;
    this.nid = centre.nid;
    const row = Math.floor(centre.pfn / this.columns);
    const before = this.app.view.follow ? Math.max(1, this.rows - 3) : Math.floor(this.rows / 3);
    this.base = Math.max(0, row - before) * this.columns;
    const node = this.node();
    const zone = node ? zoneAt(node, centre.pfn) : undefined;
    if (zone) this.base = Math.max(this.base, Math.floor(zone.startPfn / this.columns) * this.columns);
  }

  wants(): readonly Wanted[] {
    const node = this.node();
    if (!node || this.base < 0) return [];
    const first = Math.floor(this.base / AHEAD) * AHEAD;
    const end = Math.ceil((this.base + this.columns * this.rows) / AHEAD) * AHEAD;
    return windowsOf(node, 'pfn', first, end).map(w => ({ purpose: 'inset', level: 'pfn', nid: node.nid, zoneIdx: w.zone.idx, first: w.first, count: w.count }));
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    if (changes.theme || changes.size) this.fills = makeFills(this.sheet.ctx, app.palette);
    if (changes.session) {
      this.base = -1;
      const last = Math.max(0, ...(app.session?.nodes ?? []).flatMap(n => n.zones.map(endPfn)));
      this.ruler = Math.max(58, Math.ceil(count(last).length * DIGIT) + RULER_PAD);
    }
    setFlag(this.root, 'hidden', !app.session);
    if (!app.session) return;
    const beside = this.width < STACKED ? 0 : CARD_LEAST;
    const columns = this.width < this.ruler + 32 * PITCH + 6 + beside ? 16 : 32;
    if (columns !== this.columns) {
      this.columns = columns;
      this.base = Math.max(-1, Math.floor(this.base / columns) * columns);
    }
    this.aim();
    const cursor = app.frame?.threads.find(t => t.nid === this.nid)?.cursorPfn ?? -1;
    const key = `${this.nid} ${this.base} ${this.rows} ${this.columns} ${cursor} ${app.view.nid} ${app.view.pfn} ${app.view.follow}`;
    if (changes.session || changes.theme || changes.size || app.cells.touched.has(this.nid) || key !== this.paintedKey) this.paint(cursor);
    this.paintedKey = key;
    const tie = this.tie;
    const node = this.node();
    setText(this.title, tie && node ? `Node ${tie.nid}, PFN ${count(tie.first)} to ${count(tie.last)}` : 'No page on view');
    this.followButton.setAttribute('aria-pressed', String(app.view.follow));
    const hover = app.hover;
    setText(this.readout, hover ? hover.says : this.says(app.view.pfn) || 'digit: node asked for');
    this.readout.title = hover ? `${hover.says}\n${hex(hover.pfn)}` : '';
  }

  private byte(node: NodeModel, pfn: number): number {
    for (const z of node.zones) {
      if (pfn < z.startPfn || pfn >= endPfn(z)) continue;
      const byte = this.app.cells.window('inset', 'pfn', node.nid, z.idx)?.page(pfn - z.startPfn) ?? -1;
      if (byte >= 0) return byte;
    }
    return -1;
  }

  private says(pfn: number): string {
    const node = this.node();
    if (!node || pfn < this.base || pfn >= this.base + this.columns * this.rows) return '';
    const byte = this.byte(node, pfn);
    return byte < 0 ? '' : `${count(pfn)}: ${byteText(byte, node.nid)}`;
  }

  private paint(cursor: number): void {
    const { app, columns, rows, base } = this;
    const p = app.palette;
    const width = this.ruler + columns * PITCH + 6;
    this.root.style.width = `${width}px`;
    const ctx = this.sheet.begin(width, HEAD + rows * PITCH + 4);
    const node = this.node();
    if (!node || base < 0) return;
    const cursorAt = cursor >= base && cursor < base + columns * rows ? cursor - base : -1;
    this.rulers(ctx, cursorAt);
    ctx.font = `600 10px ${p.codeFont}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    for (let i = 0; i < columns * rows; i++) {
      const pfn = base + i;
      const byte = this.byte(node, pfn);
      if (byte < 0) continue;
      paintPage(ctx, this.fills, byte, this.ruler + (i % columns) * PITCH, HEAD + Math.floor(i / columns) * PITCH, PITCH - 1, PITCH);
    }
    this.borders(ctx, node);
    const frame = (i: number, color: string): void =>
      paintFrame(ctx, color, p.ground, { x: this.ruler + (i % columns) * PITCH, y: HEAD + Math.floor(i / columns) * PITCH, w: PITCH - 1, h: PITCH - 1 });
    const picked = app.view.nid === node.nid ? app.view.pfn - base : -1;
    if (picked >= 0 && picked < columns * rows && !app.view.follow) frame(picked, p.focus);
    if (cursorAt >= 0) frame(cursorAt, p.scanCursor);
  }

  /** PFNs left of every second row, offsets above every eighth column, and the scan cursor's markers in both. */
  private rulers(ctx: CanvasRenderingContext2D, cursorAt: number): void {
    const { columns, rows, base } = this;
    const p = this.app.palette;
    ctx.font = `10px ${p.codeFont}`;
    ctx.fillStyle = p.dim;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'right';
    for (let row = 0; row < rows; row += 2) ctx.fillText(count(base + row * columns), this.ruler - 12, HEAD + row * PITCH + PITCH / 2);
    ctx.textAlign = 'left';
    for (let column = 0; column < columns; column += 8) ctx.fillText(`+${column}`, this.ruler + column * PITCH, HEAD - 10);
    if (cursorAt < 0) return;
    const x = this.ruler + (cursorAt % columns) * PITCH + PITCH / 2;
    const y = HEAD + Math.floor(cursorAt / columns) * PITCH + PITCH / 2;
    ctx.fillStyle = p.scanCursor;
    ctx.beginPath();
    ctx.moveTo(x - 5, HEAD - 9);
    ctx.lineTo(x + 5, HEAD - 9);
    ctx.lineTo(x, HEAD - 3);
    ctx.moveTo(this.ruler - 9, y - 5);
    ctx.lineTo(this.ruler - 3, y);
    ctx.lineTo(this.ruler - 9, y + 5);
    ctx.fill();
  }

  /** Dashed lines between pageblocks, solid ones between zones. */
  private borders(ctx: CanvasRenderingContext2D, node: NodeModel): void {
    const { columns, rows, base } = this;
    const p = this.app.palette;
    const starts = new Set(node.zones.map(z => z.startPfn));
    ctx.lineWidth = 1;
    for (let row = 1; row < rows; row++) {
      const pfn = base + row * columns;
      const zone = starts.has(pfn);
      if (!zone && (pfn % 512 !== 0 || !pfnsOfUnit(node, 'pfn', pfn))) continue;
      ctx.setLineDash(zone ? [] : [3, 3]);
      ctx.strokeStyle = p.zoneBorder;
      ctx.beginPath();
      ctx.moveTo(this.ruler, HEAD + row * PITCH - 0.5);
      ctx.lineTo(this.ruler + columns * PITCH, HEAD + row * PITCH - 0.5);
      ctx.stroke();
    }
    ctx.setLineDash([]);
  }

  private pfnUnder(e: MouseEvent): number {
    const box = this.sheet.canvas.getBoundingClientRect();
    const column = Math.floor((e.clientX - box.left - this.ruler) / PITCH);
    const row = Math.floor((e.clientY - box.top - HEAD) / PITCH);
    return column < 0 || column >= this.columns || row < 0 || row >= this.rows ? -1 : this.base + row * this.columns + column;
  }

  private hover(e: MouseEvent): void {
    const pfn = this.pfnUnder(e);
    const says = pfn < 0 ? '' : this.says(pfn);
    this.app.setHover(says === '' ? undefined : { nid: this.nid, pfn, says });
    this.sheet.canvas.title = says === '' ? '' : `${says}\n${hex(pfn)}`;
  }

  private click(e: MouseEvent): void {
    const pfn = this.pfnUnder(e);
    if (pfn < 0 || this.says(pfn) === '') return;
    this.app.setView({ pfn, nid: this.nid, follow: false });
    this.actions.open();
  }
}
