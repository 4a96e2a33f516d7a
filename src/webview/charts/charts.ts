/** The charts of a world with programs: migrations, faults, local share, progress and who pays, the scenario's run beside the other migrator's. */

import type { App, Changes, Part } from '../app';
import { button, el, setFlag, setText } from '../dom';
import { Chart, type Drawn } from './chart';
import { type Ink, readInk } from './ink';
import { stacks } from './stack';
import { RunTable, join } from './table';

/** Title, unit, columns, factor, what it says. */
type Plan = readonly [title: string, unit: string, columns: readonly string[], scale: number, says: string];
const PLANS: readonly Plan[] = [
  ['Migrations', 'pages', ['numa_pages_migrated', 'pgpromote_success'], 1, 'vmstat; v1 counts every page that it moves as promoted (D15).'],
  ['Hint faults and PTE updates', 'events', ['numa_pte_updates', 'numa_hint_faults', 'numa_hint_faults_local'], 1, 'vmstat.'],
  ['Local share', 'of the accesses', ['local share'], 1, 'Accesses of the programs that go to the node of their CPU, in each interval.'],
  ['Progress', 'accesses a second', ['accesses a second'], 1, 'Accesses that the programs have made, in each interval.'],
  ['Mean access latency', 'ns', ['mean access latency ns'], 1, 'By distance and tier; the figures are soft.'],
  ['Stalls, 99th percentile', 'us', ['p99 stall us'], 1, 'Faults, waits on migration entries and for the CPU, since the begin.'],
];
const GAP = 12, LEAST_WIDTH = 300;

/** The charts stand below the maps: programs run, and the person chose so. */
export const showsCharts = (app: App): boolean => app.session?.programs === true && app.view.below === 'charts';

export class Charts implements Part {
  readonly root: HTMLElement;
  private readonly says = el('span', { class: 'charts-says' });
  private readonly compare: HTMLInputElement;
  private readonly whyNot = el('span', { class: 'hint' });
  private readonly design = el('span', { class: 'charts-design' });
  private readonly grid = el('div', { class: 'chart-grid' });
  private readonly empty = el('p', { class: 'hint', text: 'Run to see how the programs fare: migrations, local share, progress, and who pays. The first scan of a task comes when it has used its scan period of CPU time.' });
  private readonly charts: readonly Chart[];
  private readonly ledgers: readonly Chart[];
  private visible = false;
  private ink: Ink = readInk();

  constructor(private readonly app: App) {
    this.compare = el('input', { at: { type: 'checkbox', id: 'compare' } });
    this.compare.addEventListener('change', () => app.send({ type: 'compare', on: this.compare.checked }));
    const say = (text: string): void => app.announce(text);
    this.charts = PLANS.map(([title, unit, , , says]) => new Chart(title, unit, says, say));
    this.ledgers = [0, 1].map(i => new Chart(i === 0 ? 'Who pays' : 'Who pays, beside it', 'ms of CPU time an interval', 'The ledger by cause, stacked; the programs\' own work and idle time are left out.', say));
    this.grid.append(...[...this.charts, ...this.ledgers].map(c => c.root));
    const command = (label: string, name: 'chooseMigrator' | 'showScope' | 'showCosts'): HTMLButtonElement => button(label, 'link', () => app.send({ type: 'command', name }));
    this.root = el('section', { class: 'charts', at: { 'aria-label': 'Charts', id: 'charts' } },
      el('p', { class: 'charts-head' }, this.says, command('What is modelled', 'showScope'), command('Costs', 'showCosts')),
      el('p', { class: 'charts-head' }, this.design, command('Choose migrator', 'chooseMigrator'),
        el('label', { class: 'charts-compare' }, this.compare, 'Run the other migrator beside it'), this.whyNot),
      this.empty, this.grid);
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    const show = showsCharts(app);
    setFlag(this.root, 'hidden', !show);
    this.setVisible(show);
    if (!show) return;
    if (changes.theme) this.ink = readInk();
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

  private draw(): void {
    const { app } = this;
    const series = app.series?.generation === app.generation ? app.series : undefined;
    setText(this.says, series?.says ?? '');
    setText(this.design, app.session === undefined ? '' : `Design: ${app.session.design}.`);
    setText(this.whyNot, series?.whyNot ?? '');
    this.compare.checked = series?.comparing === true;
    this.compare.disabled = (series?.whyNot ?? '') !== '';
    const runs = (series?.runs ?? []).map(r => new RunTable(r));
    const any = runs.some(r => r.points > 1);
    setFlag(this.empty, 'hidden', any);
    setFlag(this.grid, 'hidden', !any);
    if (!any) return;
    const columns = Math.max(1, Math.min(4, Math.floor((this.root.clientWidth - 28 + GAP) / (LEAST_WIDTH + GAP))));
    const width = Math.max(200, Math.floor((this.root.clientWidth - 28 - (columns - 1) * GAP) / columns));
    this.grid.style.setProperty('--columns', String(columns));
    PLANS.forEach(([, , names, scale], i) => {
      const { times, lines } = join(runs, names, scale);
      const drawn = lines.map((l): Drawn => ({
        label: runs.length > 1 ? `${l.name}, ${runs[l.run]?.label ?? ''}` : l.name, values: l.values, color: names.length > 1 ? names.indexOf(l.name) : l.run, dashed: l.run > 0, filled: false,
      }));
      this.charts[i]?.update(times, drawn, this.ink, width);
    });
    const areas = stacks(runs);
    this.ledgers.forEach((chart, i) => {
      const run = runs[i];
      setFlag(chart.root, 'hidden', run === undefined);
      if (run !== undefined) chart.update(run.times(), areas[i] ?? [], this.ink, width);
    });
  }
}
