/** The flow lane above the maps: one band a batch from source to target, its width split into right (solid) and wrong (hatched). */

import type { BatchModel } from '../protocol/messages';
import type { App, Changes } from './app';
import { el, setText } from './dom';
import { Sheet } from './map/canvas';
import { hatch } from './theme';
import { askedFor, flowText, severalText } from './words';

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

  /** The batches on show: those that move, the oldest first, else the last one with folios in it. */
  private shown(): { batches: readonly BatchModel[]; live: boolean } {
    const full = this.app.batches.filter(b => b.folios > 0);
    const moving = full.filter(b => b.phase !== 'done').reverse();
    return moving.length > 0 ? { batches: moving, live: true } : { batches: full.slice(0, 1), live: false };
  }

  update(changes: Readonly<Changes>, centers: ReadonlyMap<number, number>): void {
    if (!changes.frame && !changes.session && !changes.size && !changes.theme && !changes.view) return;
    if (changes.theme || changes.size) this.hatching = undefined;
    const { batches, live } = this.shown();
    const [first] = batches;
    const width = this.root.clientWidth;
    const words = batches.length > 1 ? severalText(batches) : first ? flowText(first, width < 592) : 'no batch';
    setText(this.label, first && !live ? `last: ${words}` : words);
    this.label.classList.toggle('quiet', !live);
    const ctx = this.sheet.begin(width, HEIGHT);
    const [from, to] = [centers.get(first?.thread ?? -1), centers.get(first?.target ?? -1)];
    if (!first || from === undefined || to === undefined) {
      this.centre(width / 2, width);
      return;
    }
    const half = this.label.offsetWidth / 2 + 8;
    const middle = Math.abs(to - from) > 2 * half + 24 ? (from + to) / 2 : Math.max(from, to) + half + 24 < width ? Math.max(from, to) + half + 24 : Math.min(from, to) - half - 24;
    this.centre(middle, width);
    ctx.globalAlpha = live ? 1 : 0.5;
    // concurrent batches stack, the oldest inside
    const band = Math.max(LEAST + 1, Math.floor(BAND / batches.length));
    batches.slice(0, 3).reverse().forEach((b, i) => {
      const [source, target] = [centers.get(b.thread), centers.get(b.target)];
      if (source !== undefined && target !== undefined) this.band(ctx, b, source, target, i * (band + 1), band);
    });
  }

  /** Puts the label's middle there, on a whole pixel and inside the lane. */
  private centre(middle: number, width: number): void {
    const own = this.label.offsetWidth;
    this.label.style.left = `${Math.round(Math.max(0, Math.min(width - own, middle - own / 2)))}px`;
  }

  /** Down from the lane at the source, along, and down to an arrow at the target; wrong outside, right inside. */
  private band(ctx: CanvasRenderingContext2D, b: BatchModel, from: number, to: number, above: number, band: number): void {
    const p = this.app.palette;
    const right = askedFor(b, b.target);
    const wrong = b.folios - right;
    let wrongPx = Math.round((wrong / b.folios) * band);
    if (wrong > 0) wrongPx = Math.max(Math.min(LEAST, band - 1), wrongPx);
    if (right > 0) wrongPx = Math.min(band - 1, wrongPx);
    const rightPx = band - wrongPx;
    const same = Math.abs(to - from) < 1;
    const dir = to >= from ? 1 : -1;
    const end = same ? from + 24 : to;
    const top = 3 + above;
    this.hatching ??= hatch(ctx, p.pageWrong, 7, 3.4, p.ground);
    const paths: readonly [number, number, string | CanvasPattern][] = [
      [wrongPx, 0, this.hatching],
      [rightPx, wrongPx, p.pageRight],
    ];
    for (const [width, inset, style] of paths) {
      if (width === 0) continue;
      const mid = inset + width / 2 - band / 2;
      ctx.strokeStyle = style;
      ctx.lineWidth = width;
      ctx.lineJoin = 'miter';
      ctx.beginPath();
      ctx.moveTo(from + dir * mid, HEIGHT);
      ctx.lineTo(from + dir * mid, top + inset + width / 2);
      ctx.lineTo(end - dir * mid, top + inset + width / 2);
      ctx.lineTo(end - dir * mid, HEIGHT - 9);
      ctx.stroke();
    }
    ctx.fillStyle = p.scanCursor;
    ctx.beginPath();
    ctx.moveTo(end - 9, HEIGHT - 9);
    ctx.lineTo(end + 9, HEIGHT - 9);
    ctx.lineTo(end, HEIGHT);
    ctx.fill();
  }
}
