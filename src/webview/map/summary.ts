/** Painting of summarised cells and bars: shares of state as a stack, where no state that is present ever vanishes. */

import { PageClass, PAGE_CLASSES } from '../../engine/machine/pageclass';
import { STACK } from '../words';
import type { Fills } from './patterns';

/** Classes that carry no occupancy, drawn from the far end. */
const VOID: readonly PageClass[] = [PageClass.Hole, PageClass.Foreign, PageClass.Offline];

/** Pixels for each class of the stack, at least one for each that is present, together at most `room`. Signals give way last. */
export function stackPixels(counts: ArrayLike<number>, room: number): number[] {
  let total = 0;
  for (let c = 0; c < PAGE_CLASSES; c++) total += counts[c] ?? 0;
  const pixels = STACK.map(c => ((counts[c] ?? 0) > 0 ? Math.max(1, Math.round(((counts[c] ?? 0) / total) * room)) : 0));
  let over = pixels.reduce((a, b) => a + b, 0) - room;
  while (over > 0) {
    const widest = pixels.indexOf(Math.max(...pixels));
    if ((pixels[widest] ?? 0) <= 1) break;
    pixels[widest] = (pixels[widest] ?? 0) - 1;
    over--;
  }
  // fewer pixels than states: the greys go first, they decide nothing
  for (let i = 0; over > 0 && i < pixels.length; i++) {
    if ((pixels[i] ?? 0) > 0) {
      pixels[i] = 0;
      over--;
    }
  }
  return pixels;
}

/** Pixels of the void part: whole only when nothing else is in the cell, at least one when there is any. */
export function voidPixels(counts: ArrayLike<number>, room: number): number {
  let total = 0;
  let empty = 0;
  for (let c = 0; c < PAGE_CLASSES; c++) total += counts[c] ?? 0;
  for (const c of VOID) empty += counts[c] ?? 0;
  if (empty === 0) return 0;
  return empty === total ? room : Math.min(room - 1, Math.max(1, Math.round((empty / total) * room)));
}

function fillOf(f: Fills, c: PageClass, area: boolean): string | CanvasPattern {
  const p = f.palette;
  switch (c) {
    case PageClass.NonLru: return p.pageNonLru;
    case PageClass.Lru: return p.pageLru;
    case PageClass.Right: return p.pageRight;
    case PageClass.Marked: return p.pageMarked;
    case PageClass.StaleMark: return f.stale;
    case PageClass.Isolated: return p.pageIsolated;
    case PageClass.Unmapped: return f.unmapped;
    case PageClass.Wrong: return area || p.highContrast ? f.wrong : p.pageWrong;
    default: return p.pageFree;
  }
}

/** The class that most of the void is, for its hatching. */
function voidFill(f: Fills, counts: ArrayLike<number>): string | CanvasPattern {
  const most = VOID.reduce((a, b) => ((counts[b] ?? 0) > (counts[a] ?? 0) ? b : a));
  return most === PageClass.Hole ? f.hole : most === PageClass.Foreign ? f.foreign : f.offline;
}

/** One cell of level section or pageblock, stacked from the bottom; holes from the top. */
export function paintCell(ctx: CanvasRenderingContext2D, f: Fills, counts: ArrayLike<number>, x: number, y: number, w: number, h: number): void {
  const p = f.palette;
  const top = voidPixels(counts, h);
  if (top > 0) {
    ctx.fillStyle = voidFill(f, counts);
    ctx.fillRect(x, y, w, top);
  }
  if (top === h) return;
  ctx.fillStyle = p.pageFree;
  ctx.fillRect(x, y + top, w, h - top);
  const pixels = stackPixels(counts, h);
  let base = y + h;
  STACK.forEach((c, i) => {
    const px = pixels[i] ?? 0;
    if (px === 0) return;
    ctx.fillStyle = fillOf(f, c, false);
    base -= px;
    ctx.fillRect(x, base, w, px);
  });
  if (p.highContrast) {
    ctx.strokeStyle = p.pageFreeBorder;
    ctx.lineWidth = 1;
    if (base > y + 1) ctx.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  }
  if ((counts[PageClass.Left] ?? 0) > 0 && base - y - top >= 3) {
    ctx.fillStyle = p.pageLeft;
    ctx.fillRect(x + Math.floor(w / 2) - 1, Math.floor((y + top + base) / 2) - 1, 2, 2);
  }
  const wrong = counts[PageClass.Wrong] ?? 0;
  let total = 0;
  for (let c = 0; c < PAGE_CLASSES; c++) total += counts[c] ?? 0;
  if (wrong > 0 && wrong < total / 5) {
    ctx.fillStyle = p.pageWrong;
    ctx.fillRect(x + w - 3, y, 3, 3);
  }
}

/** A bar of level node or zone: the same stack from the left, holes from the right. */
export function paintBar(ctx: CanvasRenderingContext2D, f: Fills, counts: ArrayLike<number>, x: number, y: number, w: number, h: number): void {
  const p = f.palette;
  const room = Math.floor(w);
  const end = voidPixels(counts, room);
  ctx.fillStyle = p.pageFree;
  ctx.fillRect(x, y, room - end, h);
  if (end > 0) {
    ctx.fillStyle = voidFill(f, counts);
    ctx.fillRect(x + room - end, y, end, h);
  }
  let left = x;
  stackPixels(counts, room).forEach((px, i) => {
    const c = STACK[i];
    if (px === 0 || c === undefined) return;
    ctx.fillStyle = fillOf(f, c, true);
    ctx.fillRect(left, y, px, h);
    left += px;
  });
  if (p.highContrast) {
    ctx.strokeStyle = p.pageFreeBorder;
    ctx.lineWidth = 1;
    ctx.strokeRect(x + 0.5, y + 0.5, room - 1, h - 1);
  }
}

const SIGNALS: readonly PageClass[] = [PageClass.Wrong, PageClass.Unmapped, PageClass.Isolated, PageClass.StaleMark, PageClass.Marked, PageClass.Right];

/** The class that a cell of the small map shows: a signal if any is there, else what most of its pages are. */
export function leadingClass(counts: ArrayLike<number>): number {
  let best: number = PageClass.Free;
  let most = 0;
  for (const c of SIGNALS) {
    if ((counts[c] ?? 0) > most) [best, most] = [c, counts[c] ?? 0];
  }
  if (most > 0) return best;
  for (let c = 0; c < PAGE_CLASSES; c++) if ((counts[c] ?? 0) > most) [best, most] = [c, counts[c] ?? 0];
  return best;
}
