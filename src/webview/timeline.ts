/** The time line: a lane a thread, a thin tick a pass, a block a batch, and the play head. */

import type { App, Changes, Part } from './app';
import { button, el, setFlag, setText } from './dom';
import { count, shortSeconds } from './format';
import { Sheet } from './map/canvas';

const LANE = 12, AXIS = 18, MAX_LANES = 8, HEAD = 6;
const SPANS_S = [0.001, 0.01, 0.1, 1, 10, 100, 1000, 7200] as const;

export class TimeLine implements Part {
  readonly root: HTMLElement;
  private readonly sheet = new Sheet('time-canvas');
  private readonly span = el('span', { class: 'hint' });
  private readonly point: HTMLButtonElement;
  private readonly text = el('p', { class: 'sr' });
  private readonly box: HTMLElement;

  constructor(private readonly app: App, pointText: () => string, filter: (text: string) => void) {
    this.pointText = pointText;
    this.point = button('', 'link point-link', () => {
      const at = app.frame?.atPoint ?? -1;
      if (at >= 0) app.send({ type: 'reveal', point: at });
    }, 'Show this statement in the source');
    const zoom = (d: number): void => {
      const i = SPANS_S.findIndex(s => s >= app.view.spanS);
      app.setView({ spanS: SPANS_S[Math.min(SPANS_S.length - 1, Math.max(0, i + d))] ?? 10 });
    };
    this.box = el('div', { class: 'time-box', at: { role: 'img', tabindex: '0' } }, this.sheet.canvas);
    this.box.addEventListener('keydown', e => {
      if (e.key !== 'ArrowUp' && e.key !== 'ArrowDown') return;
      e.preventDefault();
      zoom(e.key === 'ArrowDown' ? 1 : -1);
    });
    this.box.addEventListener('click', e => {
      const text = this.under(e);
      if (text !== '') filter(text);
    });
    this.box.addEventListener('wheel', e => {
      if (!e.ctrlKey) return;
      e.preventDefault();
      zoom(e.deltaY > 0 ? 1 : -1);
    }, { passive: false });
    this.root = el('section', { class: 'time-line', at: { 'aria-label': 'Time line' } },
      this.box,
      el('div', { class: 'time-foot' },
        el('span', { class: 'key-pass' }), el('span', { text: 'pass' }), el('span', { class: 'key-batch' }), el('span', { text: 'batch' }),
        button('\u2212', 'chip', () => zoom(1), 'A longer stretch of time'), this.span, button('+', 'chip', () => zoom(-1), 'A shorter stretch of time'),
        el('span', { class: 'fill' }), this.point),
      this.text);
  }

  private readonly pointText: () => string;
  private shown: { readonly left: number; readonly from: number; readonly span: number; readonly lanes: readonly number[] } = { left: 0, from: 0, span: 1, lanes: [] };

  focus(): boolean {
    this.box.focus();
    return true;
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    setFlag(this.root, 'hidden', !app.session);
    if (!app.session || !(changes.session || changes.frame || changes.size || changes.theme || changes.view || changes.hover)) return;
    setText(this.span, app.view.spanS >= 1 ? `${count(app.view.spanS)} s` : `${count(app.view.spanS * 1000)} ms`);
    setText(this.point, this.pointText());
    this.paint();
    const now = app.frame?.timePs ?? 0;
    const says = `Simulated time ${shortSeconds(now)}. ${(app.frame?.threads ?? []).filter(t => t.phase !== 'none').slice(0, 16)
      .map(t => `${t.name}: ${count(t.passes)} ${t.passes === 1 ? 'pass' : 'passes'}`).join(', ')}.`;
    this.box.setAttribute('aria-label', says);
  }

  private paint(): void {
    const { app } = this;
    const p = app.palette;
    const threads = (app.frame?.threads ?? []).filter(t => t.phase !== 'none').slice(0, MAX_LANES);
    const lanes = threads.length > 0 ? threads.map(t => ({ nid: t.nid, name: t.name })) : (app.session?.nodes ?? []).filter(n => n.hasThread).slice(0, MAX_LANES).map(n => ({ nid: n.nid, name: `kmigrated${n.nid}` }));
    const width = this.box.clientWidth;
    if (width === 0) return;
    const short = width < 760;
    const left = short ? 34 : 84;
    const height = HEAD + lanes.length * LANE + AXIS;
    const ctx = this.sheet.begin(width, height);
    const now = app.frame?.timePs ?? 0;
    const span = app.view.spanS * 1e12;
    const from = Math.max(0, now - span * 0.85);
    const to = from + span;
    const x = (ps: number): number => left + ((ps - from) / span) * (width - left - 16);
    this.axis(ctx, from, to, x, HEAD + lanes.length * LANE);
    ctx.font = `11px ${p.uiFont}`;
    ctx.textBaseline = 'middle';
    lanes.forEach((lane, i) => {
      const y = HEAD + i * LANE + LANE / 2;
      ctx.fillStyle = p.dim;
      ctx.textAlign = 'left';
      ctx.fillText(short ? lane.name.replace('kmigrated', 'k') : lane.name, 0, y + 0.5);
      ctx.fillStyle = p.line;
      ctx.fillRect(left, Math.round(y), width - left - 16, 1);
      ctx.fillStyle = p.pageLru;
      let last = -9;
      app.lanes.each(lane.nid, 0, from, to, (a, b) => {
        const at = Math.round(x(Math.max(a, from)));
        const wide = Math.max(2, Math.round(x(Math.min(b < 0 ? now : b, to))) - at);
        // ticks that fall on the same pixel are one
        if (at === last && wide === 2) return;
        last = at;
        ctx.fillRect(at, y - 3, wide, 7);
      });
      ctx.fillStyle = p.text;
      app.lanes.each(lane.nid, 1, from, to, (a, b) => {
        const at = Math.round(x(Math.max(a, from)));
        ctx.fillRect(at, y - 4, Math.max(2, Math.round(x(Math.min(b < 0 ? now : b, to))) - at), 9);
      });
    });
    const picked = app.row && app.row.timePs >= from && app.row.timePs <= to ? Math.round(x(app.row.timePs)) : -1;
    if (picked >= 0) {
      ctx.fillStyle = p.focus;
      ctx.fillRect(picked, 2, 1, HEAD + lanes.length * LANE);
    }
    this.shown = { left, from, span, lanes: lanes.map(l => l.nid) };
    const head = Math.round(x(now));
    ctx.fillStyle = p.ground;
    ctx.globalAlpha = 0.6;
    ctx.fillRect(head + 1, HEAD, width - head, lanes.length * LANE);
    ctx.globalAlpha = 1;
    ctx.fillStyle = p.scanCursor;
    ctx.fillRect(head - 1, 2, 2, HEAD + lanes.length * LANE);
    ctx.beginPath();
    ctx.moveTo(head - 5, 0);
    ctx.lineTo(head + 5, 0);
    ctx.lineTo(head, 6);
    ctx.fill();
  }

  /** The log filter for the batch, else the pass, under the pointer; "" where there is none. */
  private under(e: MouseEvent): string {
    const { shown, app } = this;
    const box = this.box.getBoundingClientRect();
    const nid = shown.lanes[Math.floor((e.clientY - box.top - HEAD) / LANE)];
    if (nid === undefined) return '';
    const perPx = shown.span / Math.max(1, box.width - shown.left - 16);
    const at = shown.from + (e.clientX - box.left - shown.left) * perPx;
    for (const kind of [1, 0]) {
      let found = '';
      let near = 5 * perPx;
      app.lanes.each(nid, kind, at - near, at + near, (from, to) => {
        const end = to < 0 ? app.frame?.timePs ?? from : to;
        const distance = at < from ? from - at : at > end ? at - end : 0;
        if (distance > near) return;
        near = distance;
        found = `node:${nid} from:${Math.floor(from / 1e6) / 1e6} to:${Math.ceil(end / 1e6) / 1e6}`;
      });
      if (found !== '') return found;
    }
    return '';
  }

  private axis(ctx: CanvasRenderingContext2D, from: number, to: number, x: (ps: number) => number, bottom: number): void {
    const p = this.app.palette;
    const step = (this.app.view.spanS * 1e12) / 10;
    const unit = step >= 1e12 ? 1e12 : step >= 1e9 ? 1e9 : 1e6;
    const name = unit === 1e12 ? 's' : unit === 1e9 ? 'ms' : '\u00b5s';
    ctx.font = `10px ${p.uiFont}`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'alphabetic';
    const every = (x(step) - x(0)) < 44 ? 2 : 1;
    for (let i = Math.ceil(from / step); i * step <= to; i++) {
      const at = Math.round(x(i * step));
      ctx.fillStyle = p.line;
      ctx.fillRect(at, HEAD, 1, bottom - HEAD + 2);
      if (i % every !== 0) continue;
      ctx.fillStyle = p.dim;
      const last = (i + every) * step > to;
      ctx.fillText(`${count((i * step) / unit)}${last ? ` ${name}` : ''}`, at, bottom + 14);
    }
  }
}
