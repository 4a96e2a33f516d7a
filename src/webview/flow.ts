/** The flow lane above the maps: one band a batch from source to target, its width split into right (solid) and wrong (hatched). */

import type { BatchModel } from '../protocol/messages';
import type { App, Changes } from './app';
import { el, setText } from './dom';
import { Sheet } from './map/canvas';
import { hatch } from './theme';
import { askedFor, flowText } from './words';

const HEIGHT = 30;
/** Widest band, and the least width of a share that is there. */
const BAND = 12, LEAST = 3;

export class Flow {
  readonly root: HTMLElement;
  private readonly sheet = new Sheet('flow-canvas');
  private hatching: CanvasPattern | string | undefined;
  private readonly label = el('span', { class: 'flow-label' });

  constructor(private readonly app: App) {
    this.root = el('div', { class: 'flow', at: { role: 'note', 'aria-label': 'Flow of the batch' } }, this.sheet.canvas, this.label);
  }

  /** The batch on show: one that moves, else the last one with folios in it. */
  private shown(): { batch: BatchModel; live: boolean } | undefined {
    const moving = this.app.batches.find(b => b.phase !== 'done' && b.folios > 0);
    if (moving) return { batch: moving, live: true };
    const last = this.app.batches.find(b => b.folios > 0);
    return last ? { batch: last, live: false } : undefined;
  }

  update(changes: Readonly<Changes>, centers: ReadonlyMap<number, number>): void {
    if (!changes.frame && !changes.session && !changes.size && !changes.theme && !changes.view) return;
    if (changes.theme || changes.size) this.hatching = undefined;
    const shown = this.shown();
    setText(this.label, shown ? `${shown.live ? '' : 'last: '}${flowText(shown.batch, this.root.clientWidth < 592)}` : 'no batch');
    this.label.classList.toggle('quiet', !shown?.live);
    const width = this.root.clientWidth;
    const ctx = this.sheet.begin(width, HEIGHT);
    if (!shown) {
      this.centre(width / 2, width);
      return;
    }
    const from = centers.get(shown.batch.thread);
    const to = centers.get(shown.batch.target);
    if (from === undefined || to === undefined) return;
    const half = this.label.offsetWidth / 2 + 8;
    const middle = Math.abs(to - from) > 2 * half + 24 ? (from + to) / 2 : Math.max(from, to) + half + 24 < width ? Math.max(from, to) + half + 24 : Math.min(from, to) - half - 24;
    this.centre(middle, width);
    ctx.globalAlpha = shown.live ? 1 : 0.5;
    this.band(ctx, shown.batch, from, to);
  }

  /** Puts the label's middle there, on a whole pixel and inside the lane. */
  private centre(middle: number, width: number): void {
    const own = this.label.offsetWidth;
    this.label.style.left = `${Math.round(Math.max(0, Math.min(width - own, middle - own / 2)))}px`;
  }

  /** Down from the lane at the source, along, and down to an arrow at the target; wrong outside, right inside. */
  private band(ctx: CanvasRenderingContext2D, b: BatchModel, from: number, to: number): void {
    const p = this.app.palette;
    const right = askedFor(b, b.target);
    const wrong = b.folios - right;
    let wrongPx = Math.round((wrong / b.folios) * BAND);
    if (wrong > 0) wrongPx = Math.max(LEAST, wrongPx);
    if (right > 0) wrongPx = Math.min(BAND - LEAST, wrongPx);
    const rightPx = BAND - wrongPx;
    const same = Math.abs(to - from) < 1;
    const dir = to >= from ? 1 : -1;
    const end = same ? from + 24 : to;
    const top = 3;
    this.hatching ??= hatch(ctx, p.pageWrong, 7, 3.4, p.ground);
    const paths: readonly [number, number, string | CanvasPattern][] = [
      [wrongPx, 0, this.hatching],
      [rightPx, wrongPx, p.pageRight],
    ];
    for (const [width, inset, style] of paths) {
      if (width === 0) continue;
      const mid = inset + width / 2 - BAND / 2;
      ctx.strokeStyle = style;
      ctx.lineWidth = width;
      ctx.lineJoin = 'miter';
      ctx.beginPath();
      ctx.moveTo(from + dir * (mid + 0), HEIGHT);
      ctx.lineTo(from + dir * (mid + 0), top + inset + width / 2);
      ctx.lineTo(end - dir * mid, top + inset + width / 2);
      ctx.lineTo(end - dir * mid, HEIGHT - 9);
      ctx.stroke();
    }
    ctx.fillStyle = p.scanCursor;
    ctx.globalAlpha *= 0.8;
    ctx.beginPath();
    ctx.moveTo(end - 9, HEIGHT - 9);
    ctx.lineTo(end + 9, HEIGHT - 9);
    ctx.lineTo(end, HEIGHT);
    ctx.fill();
  }
}
