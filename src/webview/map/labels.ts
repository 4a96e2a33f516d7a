/** Section numbers and PFN rulers beside the tiles of a map. */

import { PAGEBLOCK_PAGES, BLOCKS_PER_SECTION } from '../../engine/types';
import { count } from '../format';
import type { Palette } from '../theme';
import type { Span } from './geometry';
import type { Layout } from './layout';

export function paintLabels(ctx: CanvasRenderingContext2D, p: Palette, layout: Layout, visible: readonly Span[]): void {
  const { level, label, tileRows, pitch } = layout.grid;
  if (label === 0) return;
  ctx.fillStyle = p.dim;
  ctx.font = `10px ${level === 'pageblock' ? p.uiFont : p.codeFont}`;
  for (const span of visible) {
    for (let unit = span.first, row = 0; unit < span.end; unit += layout.tileUnits, row++) {
      // rows of sections are low: every second one is numbered
      if (level === 'section' && row % 2 === 1) continue;
      const tile = layout.tileOf(unit);
      if (!tile) continue;
      if (level === 'pageblock') {
        const section = Math.floor(unit / BLOCKS_PER_SECTION);
        const height = tileRows * pitch;
        ctx.save();
        ctx.translate(tile.x - 8, tile.y + height / 2);
        ctx.rotate(-Math.PI / 2);
        ctx.textAlign = 'center';
        ctx.textBaseline = 'middle';
        const long = `sec ${count(section)}`;
        ctx.fillText(ctx.measureText(long).width <= height ? long : count(section), 0, 0);
        ctx.restore();
        continue;
      }
      ctx.textAlign = 'right';
      ctx.textBaseline = level === 'section' ? 'middle' : 'top';
      ctx.fillText(count(unit), tile.x - 6, tile.y + (level === 'section' ? pitch / 2 : 0));
      if (level === 'pfn' && unit % PAGEBLOCK_PAGES === 0 && unit !== span.first) dashed(ctx, p, layout, tile.x, tile.y);
    }
  }
}

function dashed(ctx: CanvasRenderingContext2D, p: Palette, layout: Layout, x: number, y: number): void {
  ctx.strokeStyle = p.zoneBorder;
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  ctx.beginPath();
  ctx.moveTo(x, y - 2);
  ctx.lineTo(x + layout.grid.tileColumns * layout.grid.pitch, y - 2);
  ctx.stroke();
  ctx.setLineDash([]);
}
