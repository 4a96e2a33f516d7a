/** Painting of single pages: state by hue and form, target by digit or notch, letters in high contrast. */

import { PageClass } from '../../engine/machine/pageclass';
import { channels, type Palette } from '../theme';
import type { Fills } from './patterns';

const LETTERS: Readonly<Record<number, string>> = { [PageClass.NonLru]: 'K', [PageClass.Lru]: 'L', [PageClass.Right]: 'R', [PageClass.Wrong]: 'W' };

/** Fill of a page in one flat colour, as it stands below 5 px. */
export function flatColor(p: Palette, c: number): string {
  switch (c) {
    case PageClass.NonLru: return p.pageNonLru;
    case PageClass.Lru: return p.pageLru;
    case PageClass.Marked:
    case PageClass.StaleMark: return p.pageMarked;
    case PageClass.Isolated:
    case PageClass.Unmapped: return p.pageIsolated;
    case PageClass.Right: return p.pageRight;
    case PageClass.Wrong: return p.pageWrong;
    case PageClass.Left: return p.pageLeft;
    case PageClass.Hole:
    case PageClass.Foreign:
    case PageClass.Offline: return p.pageHole;
    default: return p.pageFree;
  }
}

/** Colours of every byte of level pfn, packed as canvas pixels (little endian ABGR). */
export function packedColors(p: Palette): Uint32Array {
  const packed = new Uint32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const [r, g, b] = channels(flatColor(p, byte & 15));
    packed[byte] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  return packed;
}

function ring(ctx: CanvasRenderingContext2D, color: string, x: number, y: number, s: number, dash: readonly number[]): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = 1;
  ctx.setLineDash([...dash]);
  // a dash begins on a whole pixel, so that it has the full colour
  ctx.lineDashOffset = 0.5;
  ctx.strokeRect(x + 0.5, y + 0.5, s - 1, s - 1);
  ctx.setLineDash([]);
}

/** A broken ring, quieter than a whole one: hundreds of them lie side by side, and the digits inside are what is read. */
function corners(ctx: CanvasRenderingContext2D, color: string, x: number, y: number, s: number): void {
  ctx.globalAlpha = 0.5;
  ring(ctx, color, x, y, s, [1, 1]);
  ctx.globalAlpha = 1;
  const leg = 2;
  ctx.fillStyle = color;
  for (const cx of [x, x + s - leg]) for (const cy of [y, y + s - 1]) ctx.fillRect(cx, cy, leg, 1);
  for (const cx of [x, x + s - 1]) for (const cy of [y, y + s - leg]) ctx.fillRect(cx, cy, 1, leg);
}

/** The area of a page, its ring and corner; gives the colour for what is written on it. */
function body(ctx: CanvasRenderingContext2D, f: Fills, c: number, x: number, y: number, s: number): string {
  const p = f.palette;
  if (c === PageClass.Hole || c === PageClass.Foreign || c === PageClass.Offline) {
    ctx.fillStyle = c === PageClass.Hole ? f.hole : c === PageClass.Foreign ? f.foreign : f.offline;
    ctx.fillRect(x, y, s, s);
    return p.dim;
  }
  const ringed = c === PageClass.Unmapped || c === PageClass.StaleMark;
  const fill = c === PageClass.Isolated ? p.pageIsolatedFill : ringed || c === PageClass.Left ? p.pageFree : flatColor(p, c);
  ctx.fillStyle = fill;
  ctx.fillRect(x, y, s, s);
  if (p.highContrast && (c === PageClass.Free || c === PageClass.Left)) ring(ctx, p.pageFreeBorder, x, y, s, []);
  if (c === PageClass.Isolated) ring(ctx, p.pageIsolated, x, y, s, []);
  if (c === PageClass.Unmapped && s >= 9) corners(ctx, p.pageUnmapped, x, y, s);
  else if (c === PageClass.Unmapped) ring(ctx, p.pageUnmapped, x, y, s, [1, 1]);
  if (c === PageClass.StaleMark) ring(ctx, p.pageMarked, x, y, s, []);
  if (c === PageClass.Left) {
    ctx.fillStyle = p.pageLeft;
    const d = s >= 9 ? 2 : 1;
    ctx.fillRect(x + Math.floor((s - d) / 2), y + Math.floor((s - d) / 2), d, d);
  }
  if (c === PageClass.Wrong && s >= 5) {
    const cut = Math.max(2, Math.floor(s / 3));
    ctx.fillStyle = p.ground;
    ctx.beginPath();
    ctx.moveTo(x + s, y + s - cut);
    ctx.lineTo(x + s, y + s);
    ctx.lineTo(x + s - cut, y + s);
    ctx.fill();
  }
  return c === PageClass.Isolated || c === PageClass.Unmapped ? p.pageIsolated : c === PageClass.StaleMark ? p.pageMarked : p.ink(fill);
}

/** One page of 5 px or more; `s` is its side without the gap, `pitch` with it. The font must be set for digits. */
export function paintPage(ctx: CanvasRenderingContext2D, f: Fills, byte: number, x: number, y: number, s: number, pitch: number): void {
  const c = byte & 15;
  const target = (byte >> 4) - 1;
  const ink = body(ctx, f, c, x, y, s);
  if (pitch >= 12) {
    const letter = f.palette.highContrast ? LETTERS[c] : undefined;
    const sign = letter ?? (target < 0 || c === PageClass.Left ? '' : target > 13 ? '+' : target.toString(16).toUpperCase());
    if (sign === '') return;
    ctx.fillStyle = ink;
    ctx.fillText(sign, x + s / 2, y + s / 2 + 1);
    return;
  }
  if (target < 0 || target > 7 || c === PageClass.Left) return;
  const quarter = s / 4;
  ctx.fillStyle = ink;
  ctx.fillRect(x + Math.floor((target % 4) * quarter), target < 4 ? y + s - 2 : y, Math.max(1, Math.floor(quarter)), 2);
}
