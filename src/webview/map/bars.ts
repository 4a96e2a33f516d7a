/** Levels node and zone: one bar each, with the name above it. */

import { PAGE_CLASSES } from '../../engine/machine/pageclass';
import type { Level, NodeModel } from '../../protocol/messages';
import type { App } from '../app';
import { memory } from '../format';
import { endPfn } from './geometry';
import { paintPin } from './marks';
import type { Fills } from './patterns';
import { paintBar } from './summary';

export const BAR_ROW = 38;
const BAR_TOP = 24;
const BAR_HEIGHT = 10;

/** Rows that a node takes at a bar level. */
export const barRows = (node: NodeModel, level: Level): number => (level === 'node' ? 1 : Math.max(1, node.zones.filter(z => z.spannedPages > 0).length));

export function paintBars(ctx: CanvasRenderingContext2D, fills: Fills, app: App, node: NodeModel, level: 'node' | 'zone', width: number, cursorPfn: number): void {
  const p = fills.palette;
  const counts = new Float64Array(PAGE_CLASSES);
  const zones = node.zones.filter(z => z.spannedPages > 0);
  if (zones.length === 0) return;
  const present = zones.reduce((n, z) => n + z.presentPages, 0);
  const rows = level === 'zone'
    ? zones.map(z => ({ name: z.name, size: z.presentPages, first: z.startPfn, end: endPfn(z), window: app.cells.window('map', 'zone', node.nid, z.idx) }))
    : [{ name: 'all zones', size: present, first: 0, end: 0, window: app.cells.window('totals', 'node', node.nid, zones[0]?.idx ?? 0) }];
  rows.forEach((row, i) => {
    const y = i * BAR_ROW + BAR_TOP;
    ctx.font = `11px ${p.uiFont}`;
    ctx.textBaseline = 'alphabetic';
    ctx.fillStyle = p.dim;
    ctx.textAlign = 'left';
    ctx.fillText(row.name, 0, y - 11);
    ctx.textAlign = 'right';
    ctx.fillText(memory(row.size), width, y - 11);
    counts.fill(0);
    if (row.window?.addCounts(0, counts)) paintBar(ctx, fills, counts, 0, y, width, BAR_HEIGHT);
    else {
      ctx.strokeStyle = p.line;
      ctx.strokeRect(0.5, y + 0.5, width - 1, BAR_HEIGHT - 1);
    }
    if (cursorPfn >= row.first && cursorPfn < row.end) paintPin(ctx, p, ((cursorPfn - row.first) / (row.end - row.first)) * width, y, BAR_HEIGHT);
  });
}
