/** Fills for areas that carry no occupancy, and for wrong and stale where they are areas; made once a theme and pixel ratio. */

import { hatch, type Palette } from '../theme';

export interface Fills {
  readonly palette: Palette;
  readonly hole: CanvasPattern | string;
  readonly foreign: CanvasPattern | string;
  readonly offline: CanvasPattern | string;
  readonly wrong: CanvasPattern | string;
  readonly stale: CanvasPattern | string;
  readonly unmapped: CanvasPattern | string;
}

/** Horizontal lines or dots in a tile of `step` pixels. */
function lined(ctx: CanvasRenderingContext2D, color: string, step: number, dots: boolean): CanvasPattern | string {
  const tile = document.createElement('canvas');
  tile.width = step;
  tile.height = step;
  const t = tile.getContext('2d');
  if (!t) return color;
  t.fillStyle = color;
  t.fillRect(0, 0, dots ? step / 2 : step, 1);
  return ctx.createPattern(tile, 'repeat') ?? color;
}

/** Two colours of a slanted band: a colour and the same, darker or lighter, that keeps the area one shape. */
function wrongHatch(ctx: CanvasRenderingContext2D, p: Palette): CanvasPattern | string {
  return hatch(ctx, p.pageWrong, 6, 2.6, p.ground);
}

export function makeFills(ctx: CanvasRenderingContext2D, p: Palette): Fills {
  return {
    palette: p,
    hole: hatch(ctx, p.pageHole, 4, 1),
    foreign: lined(ctx, p.pageHole, 4, true),
    offline: lined(ctx, p.pageHole, 3, false),
    wrong: wrongHatch(ctx, p),
    stale: hatch(ctx, p.pageMarked, 3, 1, p.pageFree),
    unmapped: lined(ctx, p.pageUnmapped, 2, true),
  };
}
