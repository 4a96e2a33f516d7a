/** The table of a comparison: a row a metric in groups that fold, a column a design; each figure opens a run, each row's name sorts the designs. */

import { ASIDES, METRIC_GROUPS, type MetricGroup, type ResultMetric, type ResultsModel } from '../../protocol/results';
import { exact } from '../charts/table';
import { button, el } from '../dom';
import { Grid } from './grid';
import { bestOf, orderOf, verdictOf } from './order';
import type { Choice } from './state';
import { figure, GROUP_NAMES, spread, standing, withUnit } from './words';

/** What the table wants. */
export interface TableWants {
  openRun(arm: number): void;
  sort(metric: string): void;
  fold(group: MetricGroup): void;
  /** Shows what is said of a design. */
  about(arm: number): void;
}

const BEST = '\u25c6';

export class ResultsTable {
  readonly root = el('div', { class: 'results-scroll', at: { role: 'region', 'aria-label': 'Metrics by design', tabindex: '-1' } });
  private readonly table = el('table', { class: 'results-table', at: { role: 'grid' } });
  private readonly grid = new Grid(this.table);

  constructor(private readonly wants: TableWants) {
    this.root.append(this.table);
  }

  /** Builds it anew; where the focus was inside, it stays at its place. */
  update(model: ResultsModel, choice: Choice): void {
    const had = this.table.contains(document.activeElement);
    const order = orderOf(model, choice.sort, choice.down);
    const heads = order.map(i => this.head(model, i, choice));
    const rows: HTMLElement[][] = [heads];
    const bodies = METRIC_GROUPS.flatMap(group => {
      const metrics = model.metrics.filter(m => m.group === group);
      return metrics.length === 0 ? [] : [this.group(model, choice, group, metrics, order, rows)];
    });
    this.table.replaceChildren(
      el('caption', { class: 'sr', text: `Means over ${model.seeds.length} seeds with their spread. ${BEST} marks the best design and those that are no different from it.` }),
      el('thead', {}, el('tr', {}, el('th', { class: 'results-corner', text: 'Simulated', at: { scope: 'col' } }), ...heads.map(h => el('th', { at: { scope: 'col' } }, h)))), ...bodies);
    this.grid.set(rows);
    if (had) this.grid.focus();
  }

  private head(model: ResultsModel, index: number, choice: Choice): HTMLElement {
    const arm = model.arms[index], isRef = arm?.id === choice.reference;
    const node = button(arm?.id ?? '', 'link results-arm', () => this.wants.about(index), `${arm?.label ?? ''}: what is known of it`);
    if (isRef) node.append(el('span', { class: 'results-note', text: 'reference' }));
    else if (arm !== undefined && arm.aside !== '') node.append(el('span', { class: 'results-note', text: ASIDES[arm.aside] }));
    return node;
  }

  private group(model: ResultsModel, choice: Choice, group: MetricGroup, metrics: readonly ResultMetric[], order: readonly number[], rows: HTMLElement[][]): HTMLElement {
    const open = !choice.closed.includes(group);
    const toggle = button(`${GROUP_NAMES[group]}`, 'results-fold', () => this.wants.fold(group));
    toggle.setAttribute('aria-expanded', String(open));
    toggle.append(el('span', { class: 'results-count', text: String(metrics.length) }));
    rows.push([toggle]);
    const head = el('tr', { class: 'results-group' }, el('th', { at: { scope: 'rowgroup', colspan: String(order.length + 1) } }, toggle));
    return el('tbody', {}, head, ...(open ? metrics.map(m => this.row(model, choice, m, order, rows)) : []));
  }

  private row(model: ResultsModel, choice: Choice, metric: ResultMetric, order: readonly number[], rows: HTMLElement[][]): HTMLElement {
    const sorted = choice.sort === metric.id;
    const ascending = (metric.better === 'low') !== choice.down;
    const name = button(withUnit(metric), 'results-metric', () => this.wants.sort(metric.id), 'Sort the designs by this');
    if (sorted) name.append(el('span', { class: 'results-sort', text: choice.down ? ' \u25c0' : ' \u25b6', at: { 'aria-hidden': 'true' } }));
    const best = bestOf(model, metric), reference = model.arms.findIndex(a => a.id === choice.reference);
    const cells = order.map(i => this.figure(model, choice, metric, i));
    rows.push([name, ...cells]);
    return el('tr', {}, el('th', { class: sorted ? 'sorted' : '', at: { scope: 'row', 'aria-sort': sorted ? (ascending ? 'ascending' : 'descending') : 'none' } }, name),
      ...order.map((i, at) => {
        const says = standing(metric, reference, i), seen = best.has(i);
        return el('td', { class: `${seen ? 'best' : ''}${i === reference ? ' reference' : ''}`.trim(), at: { role: 'gridcell' } },
          el('span', { class: 'results-value' }, ...(seen ? [el('span', { class: 'results-best', text: BEST, at: { 'aria-hidden': 'true' } }), el('span', { class: 'sr', text: 'best' })] : []), cells[at] ?? '',
            el('span', { class: 'results-spread', text: spread(metric.cells[i] ?? null, model.seeds.length) })),
          el('span', { class: `results-standing is-${verdictOf(metric, reference, i)}`, text: says }));
      }));
  }

  private figure(model: ResultsModel, choice: Choice, metric: ResultMetric, index: number): HTMLElement {
    const cell = metric.cells[index] ?? null;
    if (cell === null) return button('\u2013', 'link results-figure', () => this.wants.openRun(index), `${metric.name}: ${model.arms[index]?.id ?? ''} has no such figure. Opens the run of seed ${choice.seed}.`);
    const [mean, sd, min, max] = cell;
    const title = `${withUnit(metric)}, ${model.arms[index]?.id ?? ''}: mean ${exact(mean)}, standard deviation ${exact(sd)}, ${exact(min)} to ${exact(max)}. Opens the run of seed ${choice.seed}.`;
    return button(figure(mean), 'link results-figure', () => this.wants.openRun(index), title);
  }
}
