/** Where the cells of one node lie: tiles of cells in lines, spans below each other, all in CSS pixels of one tall virtual page. */

import type { NodeModel } from '../../protocol/messages';
import { spansOf, type GridLevel, type Span } from './geometry';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The shape of the grid at one level and width. A tile is a section at level pageblock, a pageblock at level pfn, a row of sections at level section. */
export interface Grid {
  readonly level: GridLevel;
  /** Pitch of a cell, and the part of it that stays empty. */
  readonly pitch: number;
  readonly gap: number;
  readonly tileColumns: number;
  readonly tileRows: number;
  readonly tilesPerLine: number;
  /** Room left of each tile for its label. */
  readonly label: number;
  readonly tileGapX: number;
  readonly tileGapY: number;
}

const SPAN_GAP = 8;
const clamp = (v: number, low: number, high: number): number => Math.min(high, Math.max(low, v));

/** Chooses cell size and columns for a map of so many units in so much room. */
export function gridFor(level: GridLevel, width: number, units: number, room: number): Grid {
  if (level === 'pageblock') {
    const base = { level, tileColumns: 16, tileRows: 4, label: 14, tileGapX: 8, tileGapY: 4, gap: 1 };
    const fit = (pitch: number): number => Math.max(1, Math.floor((width + base.tileGapX) / (base.label + 16 * pitch + base.tileGapX)));
    const tiles = Math.ceil(units / 64);
    for (let pitch = 16; pitch > 8; pitch--) {
      if (base.label + 16 * pitch <= width && Math.ceil(tiles / fit(pitch)) * (4 * pitch + 4) <= room) return { ...base, pitch, tilesPerLine: fit(pitch) };
    }
    // more than fits: small cells, and then as large as the same number of tiles a line allows
    const least = clamp(Math.floor((width - base.label) / 16), 5, 8);
    const tilesPerLine = fit(least);
    const each = (width + base.tileGapX) / tilesPerLine - base.tileGapX - base.label;
    return { ...base, pitch: clamp(Math.floor(each / 16), least, 12), tilesPerLine };
  }
  if (level === 'section') {
    const label = 42;
    for (let pitch = 16; pitch > 8; pitch--) {
      const columns = columnsOf(width - label, pitch);
      const fits = Math.ceil(units / columns) * pitch <= room;
      // more than fits: as large as the same number of columns allows
      const used = fits ? pitch : clamp(Math.floor((width - label) / columns), 9, 12);
      if (fits || pitch === 9) return { level, pitch: used, gap: 1, tileColumns: columns, tileRows: 1, tilesPerLine: 1, label, tileGapX: 0, tileGapY: 0 };
    }
  }
  const label = width < 300 ? 0 : 56;
  const columns = width - label >= 32 * 4 ? 32 : 16;
  const pitch = clamp(Math.floor((width - label) / columns), 1, 12);
  return { level, pitch, gap: pitch >= 9 ? 1 : 0, tileColumns: columns, tileRows: 512 / columns, tilesPerLine: 1, label, tileGapX: 0, tileGapY: 4 };
}

/** The largest of 8, 16, 32, 64 columns that fits, so that row starts are round numbers. */
function columnsOf(width: number, pitch: number): number {
  let columns = 8;
  while (columns < 64 && columns * 2 * pitch <= width) columns *= 2;
  return columns;
}

interface Placed extends Span {
  readonly y: number;
  readonly lines: number;
}

export class Layout {
  readonly height: number;
  private readonly spans: readonly Placed[];
  readonly lineHeight: number;

  constructor(node: NodeModel, readonly grid: Grid) {
    const tileUnits = grid.tileColumns * grid.tileRows;
    this.lineHeight = grid.tileRows * grid.pitch + grid.tileGapY;
    let y = 0;
    this.spans = spansOf(node, grid.level, grid.level === 'section' ? 1 : tileUnits).map(s => {
      const lines = Math.ceil((s.end - s.first) / (tileUnits * grid.tilesPerLine));
      const placed = { ...s, y, lines };
      y += lines * this.lineHeight + SPAN_GAP;
      return placed;
    });
    this.height = Math.max(0, y - SPAN_GAP);
  }

  get tileUnits(): number {
    return this.grid.tileColumns * this.grid.tileRows;
  }

  get tileWidth(): number {
    return this.grid.label + this.grid.tileColumns * this.grid.pitch + this.grid.tileGapX;
  }

  /** Left upper corner of the tile that holds a unit (of its cells, not its label), or undefined outside every span. */
  tileOf(unit: number): { readonly x: number; readonly y: number; readonly first: number } | undefined {
    const span = this.spans.find(s => unit >= s.first && unit < s.end);
    if (!span) return undefined;
    const tile = Math.floor((unit - span.first) / this.tileUnits);
    const line = Math.floor(tile / this.grid.tilesPerLine);
    const column = tile - line * this.grid.tilesPerLine;
    return { x: column * this.tileWidth + this.grid.label, y: span.y + line * this.lineHeight, first: span.first + tile * this.tileUnits };
  }

  /** The cell of a unit, gap left out. */
  rectOf(unit: number): Rect | undefined {
    const tile = this.tileOf(unit);
    if (!tile) return undefined;
    const { pitch, gap, tileColumns } = this.grid;
    const inside = unit - tile.first;
    const row = Math.floor(inside / tileColumns);
    return { x: tile.x + (inside - row * tileColumns) * pitch, y: tile.y + row * pitch, w: pitch - gap, h: pitch - gap };
  }

  /** The unit under a point, or -1. */
  unitAt(x: number, y: number): number {
    const span = this.spans.find(s => y >= s.y && y < s.y + s.lines * this.lineHeight);
    if (!span || x < 0) return -1;
    const { pitch, tileColumns, tileRows, tilesPerLine, label } = this.grid;
    const line = Math.floor((y - span.y) / this.lineHeight);
    const tileInLine = Math.floor(x / this.tileWidth);
    const column = Math.floor((x - tileInLine * this.tileWidth - label) / pitch);
    const row = Math.floor((y - span.y - line * this.lineHeight) / pitch);
    if (tileInLine >= tilesPerLine || column < 0 || column >= tileColumns || row >= tileRows) return -1;
    const unit = span.first + (line * tilesPerLine + tileInLine) * this.tileUnits + row * tileColumns + column;
    return unit < span.end ? unit : -1;
  }

  /** Units on view between two heights, as runs of whole lines. */
  visible(top: number, bottom: number): Span[] {
    const out: Span[] = [];
    for (const s of this.spans) {
      const perLine = this.tileUnits * this.grid.tilesPerLine;
      const from = Math.max(0, Math.floor((top - s.y) / this.lineHeight));
      const to = Math.min(s.lines, Math.ceil((bottom - s.y) / this.lineHeight));
      if (from < to) out.push({ first: s.first + from * perLine, end: Math.min(s.end, s.first + to * perLine) });
    }
    return out;
  }

  /** The unit that a step in a direction leads to: along the row into the next, or straight up and down across tiles. */
  step(unit: number, dx: number, dy: number): number {
    if (dy === 0) {
      const next = unit + dx;
      if (this.tileOf(next)) return next;
      const others = this.spans.map(s => (dx > 0 ? s.first : s.end - 1)).filter(u => (dx > 0 ? u > unit : u < unit));
      return others.length === 0 ? unit : dx > 0 ? Math.min(...others) : Math.max(...others);
    }
    const rect = this.rectOf(unit);
    if (!rect) return unit;
    const x = rect.x + rect.w / 2;
    let y = rect.y + rect.h / 2;
    const { pitch, tileGapY } = this.grid;
    for (let tries = 0; tries < 4; tries++) {
      y += dy * (tries === 0 ? pitch : Math.max(tileGapY, SPAN_GAP / 2, 1));
      const next = this.unitAt(x, y);
      if (next >= 0 && next !== unit) return next;
    }
    return unit;
  }
}
