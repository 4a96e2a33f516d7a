/** What lies over the cells: zone borders, the scan cursor, the frame of the inset and the keyboard's cell. */

import type { NodeModel } from '../../protocol/messages';
import type { Palette } from '../theme';
import { UNIT_PAGES, zonesByPfn, type Span } from './geometry';
import type { Layout, Rect } from './layout';

/** A step line before the unit where a zone begins: above the rest of its row, below the part of the row before it. */
export function paintZoneBorders(ctx: CanvasRenderingContext2D, p: Palette, node: NodeModel, layout: Layout, visible: readonly Span[]): void {
  const { level, pitch, tileColumns } = layout.grid;
  ctx.strokeStyle = p.zoneBorder;
  ctx.lineWidth = p.highContrast ? 2 : 1;
  ctx.beginPath();
  for (const zone of zonesByPfn(node).slice(1)) {
    const unit = Math.floor(zone.startPfn / UNIT_PAGES[level]);
    if (!visible.some(s => unit >= s.first && unit < s.end)) continue;
    const tile = layout.tileOf(unit);
    const rect = layout.rectOf(unit);
    if (!tile || !rect) continue;
    const [left, right] = [tile.x - 0.5, tile.x + tileColumns * pitch - 0.5];
    const [x, y] = [rect.x - 0.5, rect.y - 0.5];
    if (x > left) {
      ctx.moveTo(left, y + pitch);
      ctx.lineTo(x, y + pitch);
      ctx.lineTo(x, y);
    } else ctx.moveTo(x, y);
    ctx.lineTo(right, y);
  }
  ctx.stroke();
}

/** A pin at the place of the scan cursor inside a summarised cell. */
export function paintPin(ctx: CanvasRenderingContext2D, p: Palette, x: number, top: number, height: number): void {
  const cx = Math.round(x);
  ctx.fillStyle = p.ground;
  ctx.fillRect(cx - 2, top - 1, 4, height + 2);
  ctx.beginPath();
  ctx.moveTo(cx - 6, top - 8);
  ctx.lineTo(cx + 6, top - 8);
  ctx.lineTo(cx, top + 1);
  ctx.fill();
  ctx.fillStyle = p.scanCursor;
  ctx.fillRect(cx - 1, top - 2, 2, height + 2);
  ctx.beginPath();
  ctx.moveTo(cx - 4.5, top - 7);
  ctx.lineTo(cx + 4.5, top - 7);
  ctx.lineTo(cx, top - 0.5);
  ctx.fill();
}

/** An arrow at the edge of the view: the scan cursor is above (-1) or below (1) it. */
export function paintBeyond(ctx: CanvasRenderingContext2D, p: Palette, x: number, edge: number, direction: 1 | -1): void {
  for (const [size, color] of [[9, p.ground], [7, p.scanCursor]] as const) {
    ctx.fillStyle = color;
    ctx.beginPath();
    ctx.moveTo(x - size, edge - direction * (size + 1));
    ctx.lineTo(x + size, edge - direction * (size + 1));
    ctx.lineTo(x, edge - direction);
    ctx.fill();
  }
}

/** Cells walked since the last painting: a line along their upper edge, where the cursor goes too fast for the eye. */
export function paintWalked(ctx: CanvasRenderingContext2D, p: Palette, layout: Layout, first: number, last: number): void {
  const { pitch, tileColumns } = layout.grid;
  ctx.fillStyle = p.scanCursor;
  for (let unit = first; unit <= last && unit < first + 4096; unit++) {
    const r = layout.rectOf(unit);
    if (r) ctx.fillRect(r.x, r.y - 1, unit % tileColumns === tileColumns - 1 ? r.w : pitch, 1);
  }
}

/** A question mark over a hole whose position is not known. */
export function paintUnsure(ctx: CanvasRenderingContext2D, p: Palette, x: number, y: number, side: number): void {
  ctx.fillStyle = p.dim;
  ctx.font = `${Math.min(10, side)}px ${p.uiFont}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.fillText('?', x + side / 2, y + side / 2 + 0.5);
}

/** A frame around a cell that covers nothing of it. */
export function paintFrame(ctx: CanvasRenderingContext2D, color: string, ground: string, r: Rect, width = 2): void {
  ctx.lineWidth = width + 1.2;
  ctx.strokeStyle = ground;
  ctx.strokeRect(r.x - width / 2, r.y - width / 2, r.w + width, r.h + width);
  ctx.lineWidth = width;
  ctx.strokeStyle = color;
  ctx.strokeRect(r.x - width / 2, r.y - width / 2, r.w + width, r.h + width);
}

/** The outline of a run of units on the map, row by row, as the tie between map and inset. */
export function paintTie(ctx: CanvasRenderingContext2D, color: string, layout: Layout, first: number, last: number): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = 1.5;
  const { tileColumns } = layout.grid;
  for (let unit = first; unit <= last;) {
    const tile = layout.tileOf(unit);
    const a = layout.rectOf(unit);
    if (!tile || !a) {
      unit++;
      continue;
    }
    const rowEnd = tile.first + (Math.floor((unit - tile.first) / tileColumns) + 1) * tileColumns - 1;
    const end = Math.min(last, rowEnd);
    const b = layout.rectOf(end) ?? a;
    ctx.strokeRect(a.x - 1.5, a.y - 1.5, b.x + b.w - a.x + 3, a.h + 3);
    unit = end + 1;
  }
}
