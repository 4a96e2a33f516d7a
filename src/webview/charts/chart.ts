/** One small chart, over simulated time as a rule: uPlot behind a few calls, a cursor for the keyboard, a sentence and a table for who cannot see it. */

import uPlot from 'uplot';
import { button, el, setText } from '../dom';
import { hatch } from '../theme';
import type { Ink } from './ink';
import { type Axis, TIME } from './axis';
import { DASHES, HATCHES, Legend, WIDTHS, type Keyed } from './legend';
import { exact, lastAt, sampled, sentence, short } from './table';

const HEIGHT = 132;
const TABLE_ROWS = 50;

/** A line as drawn: its label names run and counter, its name the counter alone. */
export interface Drawn extends Keyed {
  readonly values: readonly (number | null)[];
  /** What the line itself stands for where values are sums of a stack. */
  readonly own?: readonly (number | null)[];
}

/** What a chart shows. */
export interface View {
  /** Times of the points, s, or where they lie on another axis; ascending. */
  readonly times: readonly number[];
  readonly lines: readonly Drawn[];
  /** Now, s: a mark. */
  readonly now: number;
  /** The whole run, s: the axis ends there at the latest. */
  readonly end: number;
  /** Upper end of the values' axis, or 0 to fit the largest. */
  readonly top: number;
}

const NOTHING: View = { times: [], lines: [], now: 0, end: 0, top: 0 };
const own = (line: Drawn): readonly (number | null)[] => line.own ?? line.values;

export class Chart {
  readonly root: HTMLElement;
  private readonly box: HTMLElement;
  private readonly name: HTMLElement;
  private readonly legend = new Legend();
  private readonly table = el('div', { class: 'chart-table', at: { hidden: '', tabindex: '0', role: 'region' } });
  private readonly toggle: HTMLButtonElement;
  private plot: uPlot | undefined;
  private made = '';
  private view: View = NOTHING;
  private index = -1;

  /** onPoint: when the values of a point are read, of which; "" for the last. */
  constructor(private title: string, private readonly unit: string, private readonly says: string, private readonly announce: (text: string) => void, private readonly onPoint: (text: string) => void, private readonly axis: Axis = TIME) {
    this.box = el('div', { class: 'chart-box', at: { tabindex: '0', role: 'application', 'aria-roledescription': 'chart' } });
    this.box.addEventListener('keydown', e => this.key(e));
    this.toggle = button('Table', 'link chart-toggle', () => this.showTable(this.table.hasAttribute('hidden')));
    this.toggle.setAttribute('aria-expanded', 'false');
    this.name = el('span', { class: 'chart-name' });
    this.root = el('figure', { class: 'chart' },
      el('figcaption', { class: 'chart-title', title: says }, this.name, el('span', { class: 'chart-unit', text: unit }), this.toggle), this.box, this.legend.root, this.table);
    this.setTitle(title);
  }

  setTitle(title: string): void {
    this.title = title;
    setText(this.name, title);
    this.toggle.setAttribute('title', `${title} as a table`);
    this.toggle.setAttribute('aria-label', `Table of ${title}`);
    this.table.setAttribute('aria-label', `${title}, table`);
  }

  /** Shows points; a change of width, theme or set of lines builds the plot anew. */
  update(view: View, ink: Ink, width: number): void {
    const kept = this.index < 0 ? -1 : this.view.times[this.index] ?? -1;
    this.view = view;
    this.index = kept < 0 ? -1 : view.times.findIndex(t => t >= kept);
    const { times, lines } = view;
    const made = JSON.stringify([lines.map(l => [l.label, l.color, l.dashed, l.filled]), ink, width]);
    const data: uPlot.AlignedData = [[...times], ...lines.map(l => [...l.values])];
    if (made !== this.made || this.plot === undefined) {
      this.plot?.destroy();
      this.plot = new uPlot(this.options(lines, ink, width), data, this.box);
      // the box has the words; a canvas has none
      this.plot.ctx.canvas.setAttribute('aria-hidden', 'true');
      this.made = made;
      this.legend.build(lines, ink);
    } else this.plot.setData(data);
    this.box.setAttribute('aria-label', `${sentence(this.title, this.unit, times, lines.map(l => ({ label: l.label, values: own(l) })), this.axis.range)} Arrow keys read point by point.`);
    if (this.index >= 0) this.point();
    this.values(this.index);
    if (!this.table.hasAttribute('hidden')) this.fillTable();
  }

  private options(lines: readonly Drawn[], ink: Ink, width: number): uPlot.Options {
    const { axis: across } = this;
    const steps = across.stepped ? uPlot.paths.stepped?.({ align: 1 }) : undefined;
    const axis = { stroke: ink.dim, font: ink.font, grid: { stroke: ink.grid, width: 1 }, ticks: { stroke: ink.grid, width: 1, size: 4 } };
    return {
      width, height: HEIGHT, legend: { show: false }, padding: [6, 18, 0, 0],
      scales: {
        x: { time: false, range: () => [...across.ends(this.view.now, this.view.end)] },
        y: { range: (_u, _min, max) => [0, this.view.top > 0 ? this.view.top : max > 0 ? max * 1.06 : 1] },
      },
      cursor: { sync: { key: across.sync, scales: ['x', null] }, points: { size: 6 }, drag: { x: false, y: false }, y: false },
      axes: [
        { ...axis, size: 24, values: (_u, ticks) => ticks.map(across.tick), space: 60, ...(across.tickStep === 0 ? {} : { incrs: [1, 2, 5].map(n => n * across.tickStep) }) },
        { ...axis, size: 52, values: (_u, ticks) => ticks.map(short), space: 26 },
      ],
      series: [{}, ...lines.map((l): uPlot.Series => {
        const color = ink.lines[l.color % ink.lines.length] ?? ink.text;
        return {
          label: l.label, stroke: color, width: l.filled ? 1 : WIDTHS[l.nth % WIDTHS.length] ?? 1.5, points: { show: false }, spanGaps: true, ...(steps === undefined ? {} : { paths: steps }),
          ...(l.dashed ? { dash: [...DASHES[l.nth % DASHES.length] ?? [5, 4]] } : {}), ...(l.filled ? { fill: (u: uPlot) => area(u.ctx, l.color, color, ink) } : {}),
        };
      })],
      hooks: { setCursor: [u => this.values(u.cursor.idx ?? -1)], draw: [u => { if (across.now) this.markNow(u, ink); }] },
    };
  }

  /** A line where the run stands. */
  private markNow(u: uPlot, ink: Ink): void {
    const { ctx, bbox } = u, at = Math.round(u.valToPos(this.view.now, 'x', true));
    if (at < bbox.left || at > bbox.left + bbox.width) return;
    const px = Math.max(1, Math.round(devicePixelRatio));
    ctx.save();
    ctx.fillStyle = ink.text;
    ctx.fillRect(at, bbox.top, px, bbox.height);
    ctx.beginPath();
    ctx.moveTo(at - 4 * px, bbox.top - 5 * px);
    ctx.lineTo(at + 5 * px, bbox.top - 5 * px);
    ctx.lineTo(at + px / 2, bbox.top);
    ctx.fill();
    ctx.restore();
  }

  /** Writes the values of a point (the last one for -1) into the legend. */
  private values(index: number): void {
    const { times, lines } = this.view;
    this.index = index >= times.length ? -1 : index;
    const at = this.index < 0 ? times.length - 1 : this.index;
    this.legend.show(lines.map(l => lastAt(own(l), at)));
    this.onPoint(this.index < 0 ? '' : `At ${this.axis.point(times[at] ?? 0)}.`);
  }

  /** Puts the cursor of this chart, and with it of all charts, on the point. */
  private point(): void {
    const { plot, index } = this;
    if (!plot) return;
    const left = plot.valToPos(this.view.times[index] ?? 0, 'x'), top = 10;
    plot.setCursor({ left, top });
    // setCursor alone tells no other chart
    if (plot.cursor.sync?.values) plot.cursor.sync.values[0] = this.view.times[index] ?? 0;
    uPlot.sync(this.axis.sync).pub('mousemove', plot, left, top, plot.over.clientWidth, plot.over.clientHeight, index);
  }

  private key(e: KeyboardEvent): void {
    const { times, lines } = this.view;
    const last = times.length - 1;
    const from = this.index < 0 ? last : this.index;
    const to = e.key === 'ArrowLeft' ? from - 1 : e.key === 'ArrowRight' ? from + 1 : e.key === 'Home' ? 0 : e.key === 'End' ? last : -2;
    if (to === -2 || last < 0) return;
    e.preventDefault();
    e.stopPropagation();
    const at = Math.max(0, Math.min(last, to));
    this.index = at;
    this.point();
    this.values(at);
    const said = lines.map(l => { const v = lastAt(own(l), at); return v === null ? '' : `${l.label} ${short(v)}`; }).filter(t => t !== '');
    this.announce(`${this.axis.point(times[at] ?? 0)}: ${said.join(', ')}`);
  }

  private showTable(on: boolean): void {
    this.table.toggleAttribute('hidden', !on);
    this.toggle.setAttribute('aria-expanded', String(on));
    if (on) this.fillTable();
  }

  /** Rows evenly over the points, the last one included, in full figures. */
  private fillTable(): void {
    const { times, lines } = this.view;
    this.table.replaceChildren(el('table', {},
      el('caption', { text: `${this.title}, ${this.unit}. ${this.says}` }),
      el('thead', {}, el('tr', {}, el('th', { text: this.axis.unit, at: { scope: 'col' } }), ...lines.map(l => el('th', { text: l.label, at: { scope: 'col' } })))),
      el('tbody', {}, ...sampled(times.length, TABLE_ROWS).map(i => el('tr', {}, el('th', { text: this.axis.cell(times[i] ?? 0), at: { scope: 'row' } }), ...lines.map(l => el('td', { text: exact(own(l)[i] ?? null) })))))));
  }

  dispose(): void {
    this.plot?.destroy();
    this.plot = undefined;
    this.made = '';
  }
}

/** Fill of an area: opaque, as the areas below are drawn over it; hatched in high contrast. */
function area(ctx: CanvasRenderingContext2D, index: number, color: string, ink: Ink): CanvasPattern | string {
  const [step, width] = HATCHES[index % HATCHES.length] ?? [0, 0];
  return ink.highContrast && width > 0 ? hatch(ctx, color, step, width, ink.ground) : `color-mix(in srgb, ${color} ${ink.highContrast ? 100 : 70}%, ${ink.ground})`;
}
