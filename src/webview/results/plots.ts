/** The charts of a comparison: a line a design, of the first seed. */

import type { ResultArm, ResultsModel } from '../../protocol/results';
import { type Axis, TIME } from '../charts/axis';
import { Chart, type Drawn, type View } from '../charts/chart';
import { type Ink, readInk } from '../charts/ink';
import { ALONE } from '../charts/legend';
import { short } from '../charts/table';
import { el, setText } from '../dom';

const GAP = 12, LEAST_WIDTH = 280;
const RUN: Axis = { ...TIME, sync: 'results-time', ends: (_now, end) => [0, end > 0 ? end : 1], now: false };
const percent = (x: number): string => `${short(Number((x * 100).toPrecision(3)))} %`;
const POSITION: Axis = {
  sync: 'results-position', unit: 'PFNs up to', ends: () => [0, 1], tick: percent, tickStep: 0, point: x => `The tenth that ends at ${percent(x)} of the node`,
  range: (a, b) => `tenths of the node's PFNs from the one that ends at ${percent(a)} to ${percent(b)}`, cell: percent, now: false, stepped: false,
};
/** The position is the logarithm: batches of 1 and of 512 are both to be seen. */
const SIZE: Axis = {
  sync: 'results-size', unit: 'folios', ends: (_now, end) => [0, Math.max(1, end)], tick: x => (Number.isInteger(x) ? short(2 ** x) : ''), tickStep: 1, point: x => `Batches of up to ${short(Math.round(2 ** x))} folios`,
  range: (a, b) => `batches of ${short(Math.round(2 ** a))} to ${short(Math.round(2 ** b))} folios`, cell: x => short(Math.round(2 ** x)), now: false, stepped: true,
};

/** A design's line: six colours, then the same ones dashed. */
const lineOf = (arm: ResultArm, index: number, colors: number, values: readonly (number | null)[]): Drawn => (
  { label: arm.id, name: arm.id, color: index % colors, dashed: index >= colors, filled: false, nth: index >= colors ? (index - colors) % 4 : ALONE, values });

export class Plots {
  readonly root = el('section', { class: 'charts results-charts', at: { 'aria-label': 'Charts' } });
  private readonly point = el('span', { class: 'charts-point' });
  private readonly head = el('p', { class: 'charts-head' });
  private readonly grid = el('div', { class: 'chart-grid' });
  private readonly charts: readonly [Chart, Chart, Chart];
  private model: ResultsModel | undefined;

  constructor(announce: (text: string) => void) {
    const at = (text: string): void => setText(this.point, text);
    this.charts = [
      new Chart('Local share over time', 'of the accesses', 'Accesses of the programs that go to the node of their CPU, in each interval.', announce, at, RUN),
      new Chart('From mark to move, by place', 'ms', 'Mean time from mark to move in each tenth of the PFNs of the source node; nothing where none moved.', announce, at, POSITION),
      new Chart('Batch sizes', 'share of the folios', 'Share of the folios that went in batches of at most so many; logarithmic.', announce, at, SIZE),
    ];
    this.root.append(this.head, this.grid);
    new ResizeObserver(() => this.draw()).observe(this.grid);
  }

  update(model: ResultsModel): void {
    this.model = model;
    this.head.replaceChildren(el('span', { text: `Of seed ${model.seeds[0] ?? 0}, simulated.` }), this.point);
    this.draw();
  }

  /** Anew, in the colours of the present theme. */
  draw(): void {
    const { model } = this;
    const all = this.grid.clientWidth;
    if (model === undefined || all === 0) return;
    const columns = Math.max(1, Math.min(3, Math.floor((all + GAP) / (LEAST_WIDTH + GAP))));
    this.grid.style.setProperty('--columns', String(columns));
    const width = Math.floor((all - GAP * (columns - 1)) / columns), ink = readInk();
    const views = [shares(model, ink), latencies(model, ink), sizes(model, ink)];
    this.charts.forEach((chart, i) => {
      const view = views[i];
      if (view === undefined) return;
      chart.root.toggleAttribute('hidden', view.lines.length === 0);
      if (view.lines.length > 0) chart.update(view, ink, width);
    });
    this.grid.replaceChildren(...this.charts.map(c => c.root), ...(views.every(v => v.lines.length > 0) ? [] : [el('p', { class: 'charts-empty results-none', text: noneText(views) })]));
  }
}

/** Which charts have nothing to draw. */
function noneText(views: readonly View[]): string {
  const [, latency, batch] = views;
  return [latency?.lines.length === 0 ? 'No design moved a page that had been marked before: there is no time from mark to move.' : '', batch?.lines.length === 0 ? 'No design moved pages in batches.' : ''].filter(t => t !== '').join(' ');
}

function shares(model: ResultsModel, ink: Ink): View {
  const times = [...new Set(model.arms.flatMap(a => a.seconds))].sort((a, b) => a - b);
  const lines = model.arms.map((a, i) => {
    const at = new Map(a.seconds.map((t, n) => [t, a.localShare[n] ?? null]));
    return lineOf(a, i, ink.lines.length, times.map(t => at.get(t) ?? null));
  });
  return { times, lines, now: 0, end: times[times.length - 1] ?? 0, top: 1 };
}

function latencies(model: ResultsModel, ink: Ink): View {
  const tenths = Math.max(0, ...model.arms.map(a => a.latencyMs.length));
  const times = Array.from({ length: tenths }, (_, i) => (i + 1) / tenths);
  const lines = model.arms.flatMap((a, i) => (a.latencyMs.some(v => v > 0) ? [lineOf(a, i, ink.lines.length, times.map((_, n) => { const v = a.latencyMs[n] ?? 0; return v > 0 ? v : null; }))] : []));
  return { times, lines, now: 0, end: 1, top: 0 };
}

function sizes(model: ResultsModel, ink: Ink): View {
  const folios = [...new Set(model.arms.flatMap(a => a.batchSizes.map(([n]) => n)).filter(n => n > 0))].sort((a, b) => a - b);
  const lines = model.arms.flatMap((a, i) => {
    const total = a.batchSizes.reduce((sum, [n, count]) => sum + n * count, 0);
    if (total === 0) return [];
    const of = new Map(a.batchSizes.map(([n, count]) => [n, n * count]));
    let sum = 0;
    return [lineOf(a, i, ink.lines.length, folios.map(n => (sum += of.get(n) ?? 0) / total))];
  });
  return { times: folios.map(Math.log2), lines, now: 0, end: Math.ceil(Math.log2(folios[folios.length - 1] ?? 2)), top: 1 };
}
