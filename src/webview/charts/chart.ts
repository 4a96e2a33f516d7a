/** One small chart over simulated time: uPlot behind a few calls, a cursor for the keyboard, a sentence and a table for who cannot see it. */

import uPlot from 'uplot';
import { button, el, setText } from '../dom';
import type { Ink } from './ink';
import { sentence, short } from './table';

const HEIGHT = 132;
const TABLE_ROWS = 50;
/** Charts whose cursors move together. */
const SYNC = 'kmigrated';

/** A line as drawn: its label names run and counter. */
export interface Drawn {
  readonly label: string;
  readonly values: readonly (number | null)[];
  /** Position in the row of colours. */
  readonly color: number;
  /** The second run: dashed. */
  readonly dashed: boolean;
  /** An area down to the line below it (stacked charts give sums). */
  readonly filled: boolean;
  /** What the line itself stands for where values are sums of a stack. */
  readonly own?: readonly (number | null)[];
}

export class Chart {
  readonly root: HTMLElement;
  private readonly box: HTMLElement;
  private readonly legend = el('ul', { class: 'chart-legend' });
  private readonly table = el('div', { class: 'chart-table', at: { hidden: '' } });
  private readonly toggle: HTMLButtonElement;
  private plot: uPlot | undefined;
  private made = '';
  private times: readonly number[] = [];
  private lines: readonly Drawn[] = [];
  private index = -1;

  constructor(private readonly title: string, private readonly unit: string, private readonly says: string, private readonly announce: (text: string) => void) {
    this.box = el('div', { class: 'chart-box', at: { tabindex: '0', role: 'img' } });
    this.box.addEventListener('keydown', e => this.key(e));
    this.toggle = button('Table', 'link chart-toggle', () => this.showTable(this.table.hasAttribute('hidden')), `${title} as a table`);
    this.toggle.setAttribute('aria-label', `Table of ${title}`);
    this.toggle.setAttribute('aria-expanded', 'false');
    this.root = el('figure', { class: 'chart' },
      el('figcaption', { class: 'chart-title', title: says }, el('span', { text: title }), el('span', { class: 'chart-unit', text: unit }), this.toggle), this.box, this.legend, this.table);
  }

  /** Shows lines over times (s); a change of width, theme or set of lines builds the plot anew. */
  update(times: readonly number[], lines: readonly Drawn[], ink: Ink, width: number): void {
    this.times = times;
    this.lines = lines;
    const made = JSON.stringify([lines.map(l => [l.label, l.color, l.dashed, l.filled]), ink, width]);
    const data: uPlot.AlignedData = [[...times], ...lines.map(l => [...l.values])];
    if (made !== this.made || this.plot === undefined) {
      this.plot?.destroy();
      this.plot = new uPlot(this.options(lines, ink, width), data, this.box);
      // the box has the words; a canvas has none
      this.plot.ctx.canvas.setAttribute('aria-hidden', 'true');
      this.made = made;
      this.drawLegend(ink);
    } else this.plot.setData(data);
    this.box.setAttribute('aria-label', `${sentence(this.title, this.unit, times, lines.map(l => ({ label: l.label, values: l.own ?? l.values })))} Arrow keys read point by point.`);
    this.values(this.index);
    if (!this.table.hasAttribute('hidden')) this.fillTable();
  }

  private options(lines: readonly Drawn[], ink: Ink, width: number): uPlot.Options {
    const axis = { stroke: ink.dim, font: ink.font, grid: { stroke: ink.grid, width: 1 }, ticks: { stroke: ink.grid, width: 1, size: 4 } };
    return {
      width, height: HEIGHT, legend: { show: false }, padding: [6, 8, 0, 0], scales: { x: { time: false } },
      cursor: { sync: { key: SYNC }, points: { size: 6 }, drag: { x: false, y: false }, y: false },
      axes: [
        { ...axis, size: 24, values: (_u, ticks) => ticks.map(t => `${short(t)} s`), space: 60 },
        { ...axis, size: 52, values: (_u, ticks) => ticks.map(short), space: 26 },
      ],
      series: [{}, ...lines.map((l): uPlot.Series => {
        const color = ink.lines[l.color % ink.lines.length] ?? ink.text;
        return {
          label: l.label, stroke: color, width: ink.highContrast ? 2 : 1.5, points: { show: false }, spanGaps: true,
          ...(l.dashed ? { dash: [5, 4] } : {}), ...(l.filled ? { fill: veil(color, ink.highContrast ? 0.25 : 0.45) } : {}),
        };
      })],
      hooks: { setCursor: [u => this.values(u.cursor.idx ?? -1)] },
    };
  }

  private drawLegend(ink: Ink): void {
    this.legend.replaceChildren(...this.lines.map(l => {
      const swatch = el('span', { class: `swatch${l.dashed ? ' dashed' : ''}${l.filled ? ' filled' : ''}`, at: { 'aria-hidden': 'true' } });
      swatch.style.setProperty('--swatch', ink.lines[l.color % ink.lines.length] ?? ink.text);
      return el('li', {}, swatch, el('span', { text: l.label }), el('output', { class: 'chart-value' }));
    }));
  }

  /** Writes the values of a point (the last one for -1) into the legend. */
  private values(index: number): void {
    this.index = index;
    const at = index < 0 || index >= this.times.length ? this.times.length - 1 : index;
    this.legend.querySelectorAll('.chart-value').forEach((node, i) => {
      const line = this.lines[i];
      const value = (line?.own ?? line?.values)?.[at];
      setText(node, value === null || value === undefined ? '' : short(value));
    });
  }

  private key(e: KeyboardEvent): void {
    const last = this.times.length - 1;
    const from = this.index < 0 ? last : this.index;
    const to = e.key === 'ArrowLeft' ? from - 1 : e.key === 'ArrowRight' ? from + 1 : e.key === 'Home' ? 0 : e.key === 'End' ? last : -2;
    if (to === -2 || last < 0) return;
    e.preventDefault();
    e.stopPropagation();
    const at = Math.max(0, Math.min(last, to));
    const { plot } = this;
    if (plot) plot.setCursor({ left: plot.valToPos(this.times[at] ?? 0, 'x'), top: 10 });
    this.values(at);
    const said = this.lines.map(l => { const v = (l.own ?? l.values)[at]; return v === null || v === undefined ? '' : `${l.label} ${short(v)}`; }).filter(t => t !== '');
    this.announce(`${short(this.times[at] ?? 0)} s: ${said.join(', ')}`);
  }

  private showTable(on: boolean): void {
    this.table.toggleAttribute('hidden', !on);
    this.toggle.setAttribute('aria-expanded', String(on));
    if (on) this.fillTable();
  }

  /** At most fifty rows, evenly over the points, the last one included. */
  private fillTable(): void {
    const n = this.times.length, rows = Math.min(TABLE_ROWS, n);
    const picked = Array.from({ length: rows }, (_, i) => Math.round(((i + 1) * n) / rows) - 1);
    this.table.replaceChildren(el('table', {},
      el('caption', { text: `${this.title}, ${this.unit}. ${this.says}` }),
      el('thead', {}, el('tr', {}, el('th', { text: 's', at: { scope: 'col' } }), ...this.lines.map(l => el('th', { text: l.label, at: { scope: 'col' } })))),
      el('tbody', {}, ...picked.map(i => el('tr', {}, el('th', { text: short(this.times[i] ?? 0), at: { scope: 'row' } }),
        ...this.lines.map(l => { const v = (l.own ?? l.values)[i]; return el('td', { text: v === null || v === undefined ? '' : short(v) }); }))))));
  }

  dispose(): void {
    this.plot?.destroy();
    this.plot = undefined;
    this.made = '';
  }
}

/** A colour made transparent, whatever CSS form it has. */
const veil = (color: string, alpha: number): string => `color-mix(in srgb, ${color} ${Math.round(alpha * 100)}%, transparent)`;
