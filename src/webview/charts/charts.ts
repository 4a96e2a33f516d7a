/** The charts of a world with programs: migrations, faults, local share, progress and who pays, the scenario's run beside the other migrator's. */

import type { App, Changes, Part, Series } from '../app';
import { button, el, setFlag, setText } from '../dom';
import { Chart, type Drawn } from './chart';
import { type Ink, readInk } from './ink';
import { ALONE } from './legend';
import { stacks } from './stack';
import { RunTable, join } from './table';

/** Upper end of the axis: 0 fits the largest value. */
type Plan = readonly [title: string, unit: string, columns: readonly string[], top: number, says: string];
const PLANS: readonly Plan[] = [
  ['Migrations', 'pages', ['numa_pages_migrated', 'pgpromote_success'], 0, 'vmstat; v1 counts every page that it moves as promoted (D15).'],
  ['Hint faults and PTE updates', 'events', ['numa_pte_updates', 'numa_hint_faults', 'numa_hint_faults_local'], 0, 'vmstat.'],
  ['Local share', 'of the accesses', ['local share'], 1, 'Accesses of the programs that go to the node of their CPU, in each interval.'],
  ['Progress', 'accesses a second', ['accesses a second'], 0, 'Accesses that the programs have made, in each interval.'],
  ['Mean access latency', 'ns', ['mean access latency ns'], 0, 'By distance and tier; the figures are soft.'],
  ['Stalls, 99th percentile', '\u00b5s', ['p99 stall us'], 0, 'Faults, waits on migration entries and for the CPU, since the begin.'],
];
const PAYS = 'Who pays';
const GAP = 12, LEAST_WIDTH = 290, PADDING = 28, MOST_COLUMNS = 4;
/** A counter keeps its vmstat name; a figure's unit stands in the title already. */
const nameOf = (column: string): string => column.replace(/ (ns|us)$/, '');

/** The charts stand below the maps: programs run, and the person chose so. */
export const showsCharts = (app: App): boolean => app.session?.programs === true && app.view.below === 'charts';

export class Charts implements Part {
  readonly root: HTMLElement;
  private readonly says = el('span', { class: 'charts-says' });
  private readonly compare: HTMLInputElement;
  private readonly whyNot = el('span', { class: 'hint', at: { id: 'compare-why' } });
  private readonly design = el('span', { class: 'charts-design' });
  private readonly runs = el('span');
  private readonly point = el('span', { class: 'charts-point' });
  private readonly grid = el('div', { class: 'chart-grid' });
  private readonly empty = el('p', { class: 'charts-empty', text: 'Run to see how the programs fare: migrations, local share, progress, and who pays. The first scan of a task comes when it has used its scan period of CPU time.' });
  private readonly charts: readonly Chart[];
  private readonly ledgers: readonly Chart[];
  private visible = false;
  /** Some of the section is on the screen: false while it is scrolled away or the whole view is hidden. */
  private onScreen = true;
  private ink: Ink = readInk();
  /** What was drawn last; the same is not drawn again. */
  private drawn: { readonly series: Series | undefined; readonly ink: Ink; readonly width: number } | undefined;

  constructor(private readonly app: App) {
    this.compare = el('input', { at: { type: 'checkbox', id: 'compare', 'aria-describedby': 'compare-why' } });
    this.compare.addEventListener('change', () => app.send({ type: 'compare', on: this.compare.checked }));
    const say = (text: string): void => app.announce(text);
    const at = (text: string): void => setText(this.point, text);
    this.charts = PLANS.map(([title, unit, , , says]) => new Chart(title, unit, says, say, at));
    this.ledgers = [0, 1].map(() => new Chart(PAYS, '% CPU', 'The ledger by cause in each interval, stacked, in % of the CPU time that was not idle; the programs\' own work is not drawn.', say, at));
    this.grid.append(...[...this.charts, ...this.ledgers].map(c => c.root));
    const command = (label: string, name: 'chooseMigrator' | 'showScope' | 'showCosts'): HTMLButtonElement => button(label, 'link', () => app.send({ type: 'command', name }));
    this.root = el('section', { class: 'charts', at: { 'aria-labelledby': 'tab-charts', role: 'tabpanel', id: 'charts' } },
      el('p', { class: 'charts-head' }, this.says, command('What is modelled', 'showScope'), command('Costs', 'showCosts')),
      el('p', { class: 'charts-head' }, this.design, command('Choose migrator', 'chooseMigrator'),
        el('label', { class: 'charts-compare' }, this.compare, 'Run the other migrator beside it'), this.whyNot, el('span', { class: 'charts-runs' }, this.point, this.runs)),
      this.empty, this.grid);
    this.watch();
  }

  /** Scrolling, hiding of the view, and a scroll bar that comes and takes width. */
  private watch(): void {
    new IntersectionObserver(entries => {
      this.onScreen = entries[entries.length - 1]?.isIntersecting === true;
      this.app.touch('size');
    }).observe(this.root);
    new ResizeObserver(() => this.app.touch('size')).observe(this.grid);
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    const show = showsCharts(app);
    setFlag(this.root, 'hidden', !show);
    this.setVisible(show && this.onScreen);
    if (changes.theme) this.ink = readInk();
    if (!show) return;
    if (changes.session || changes.series || changes.view) this.head();
    if (changes.session || changes.series || changes.theme || changes.size || changes.view) this.draw();
  }

  /** The host sends nothing for charts that cannot be seen. */
  private setVisible(on: boolean): void {
    if (on === this.visible) return;
    this.visible = on;
    this.app.send({ type: 'charts', visible: on });
  }

  focus(): boolean {
    if (this.root.hasAttribute('hidden')) return false;
    const box = this.root.querySelector<HTMLElement>('.chart-box');
    box?.focus();
    return box !== null;
  }

  private head(): void {
    const { app } = this, { series } = app;
    setText(this.says, series?.says ?? '');
    setText(this.design, app.session === undefined ? '' : `Design: ${app.session.design}.`);
    setText(this.whyNot, series?.whyNot ?? '');
    this.compare.checked = series?.comparing === true;
    this.compare.disabled = (series?.whyNot ?? '') !== '';
    const labels = series?.runs.map(r => r.label) ?? [];
    setText(this.runs, labels.length > 1 ? `Solid: ${labels[0] ?? ''}. Dashed: ${labels[1] ?? ''}.` : '');
  }

  private draw(): void {
    const { app, ink } = this, { series } = app;
    const any = series?.runs.some(r => r.points > 1) === true;
    setFlag(this.empty, 'hidden', any);
    setFlag(this.grid, 'hidden', !any);
    if (!any || !this.visible) return;
    const room = this.root.clientWidth - PADDING;
    const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor((room + GAP) / (LEAST_WIDTH + GAP))));
    const width = Math.max(200, Math.floor((room - (columns - 1) * GAP) / columns));
    const { drawn } = this;
    if (drawn?.series === series && drawn.ink === ink && drawn.width === width) return;
    this.drawn = { series, ink, width };
    this.grid.style.setProperty('--columns', String(columns));
    const runs = series.runs.map(r => new RunTable(r));
    const now = Math.max(...runs.map(r => r.last()), (app.frame?.timePs ?? 0) / 1e12), end = (app.session?.durationPs ?? 0) / 1e12;
    PLANS.forEach(([, , names, top], i) => {
      const { times, lines } = join(runs, names);
      const all = lines.map((l): Drawn => ({
        label: runs.length > 1 ? `${nameOf(l.name)}, ${runs[l.run]?.label ?? ''}` : nameOf(l.name), name: nameOf(l.name), values: l.values, nth: names.length > 1 ? names.indexOf(l.name) : ALONE,
        color: names.length > 1 ? names.indexOf(l.name) : l.run, dashed: l.run > 0, filled: false,
      }));
      this.charts[i]?.update({ times, lines: all, now, end, top }, ink, width);
    });
    const areas = stacks(runs);
    // one scale for both, so that heights can be compared
    const top = Math.max(1e-3, ...areas.flatMap(a => a[0]?.values.map(v => v ?? 0) ?? [])) * 1.06;
    this.ledgers.forEach((chart, i) => {
      const run = runs[i];
      setFlag(chart.root, 'hidden', run === undefined);
      if (run === undefined) return;
      chart.setTitle(runs.length > 1 ? `${PAYS}: ${run.label}` : PAYS);
      chart.update({ times: run.times(), lines: areas[i] ?? [], now, end, top }, ink, width);
    });
  }
}
