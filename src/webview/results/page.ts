/** The results page: a comparison of designs as a sentence, a table, charts, and what is known of each design; or its progress, or why there is none. */

import type { MetricGroup, ResultsModel, ResultsWebviewMessage } from '../../protocol/results';
import { readResultsHost } from '../../protocol/resultsshape';
import { button, el, setFlag, setText } from '../dom';
import { plural } from '../format';
import { onThemeChange } from '../theme';
import type { Door } from '../vscode';
import { Designs } from './designs';
import { Plots } from './plots';
import { type Choice, fitted, readChoice } from './state';
import { ResultsTable } from './table';
import { summary } from './words';

/** The metric that the sentence is about until the designs are sorted by another one. */
const FIRST_METRIC = 'access_ns';

export class ResultsPage {
  private readonly says = el('p', { class: 'results-says' });
  private readonly title = el('h1', { class: 'results-title' });
  private readonly facts = el('span', { class: 'hint' });
  private readonly notice = el('p', { class: 'results-notice', at: { role: 'alert', hidden: '' } });
  private readonly progress = el('progress', { class: 'results-progress', at: { max: '1', 'aria-label': 'Runs' } });
  private readonly done = el('span');
  private readonly running: HTMLElement;
  private readonly empty: HTMLElement;
  private readonly emptyText = el('p');
  private readonly sentence = el('p', { class: 'results-sentence' });
  private readonly reference = el('select', { at: { id: 'reference' } });
  private readonly seed = el('select', { at: { id: 'seed' } });
  private readonly live = el('div', { class: 'sr', at: { role: 'status', 'aria-live': 'polite' } });
  private readonly table: ResultsTable;
  private readonly plots = new Plots(text => this.announce(text));
  private readonly designs = new Designs(point => this.send({ type: 'statement', point }));
  private readonly exports: HTMLElement;
  private readonly body: HTMLElement;
  private model: ResultsModel | undefined;
  private choice: Choice;

  constructor(private readonly door: Door<ResultsWebviewMessage>) {
    this.choice = readChoice(door.loadState());
    this.table = new ResultsTable({
      openRun: arm => { if (this.model !== undefined) this.send({ type: 'openRun', run: this.model.run, arm, seed: this.choice.seed }); },
      sort: metric => this.sort(metric), fold: group => this.fold(group), about: arm => this.designs.show(arm),
    });
    this.running = el('div', { class: 'results-running', at: { hidden: '' } }, this.progress, this.done, button('Cancel', 'link', () => this.send({ type: 'cancel' })));
    this.empty = el('div', { class: 'results-empty' }, this.emptyText, button('Compare designs...', 'results-button', () => this.send({ type: 'compare' })));
    this.exports = this.exportRow();
    this.body = el('div', { class: 'results-body', at: { hidden: '' } }, this.sentence, this.controls(), this.table.root,
      el('p', { class: 'hint', text: 'Mean over the seeds, \u00b1 standard deviation. \u25c6 best, or no different from the best; the bound never counts, and who moved nothing counts in Application only. A difference within the spread is none (95 %); of one seed, one below 5 %. A figure opens its run.' }), this.plots.root, this.designs.root);
  }

  /** Puts the page together and listens. */
  start(): void {
    document.body.replaceChildren(el('main', { class: 'results' }, this.says,
      el('header', { class: 'results-head' }, el('div', { class: 'results-name' }, this.title, this.facts), this.exports), this.running, this.notice, this.empty, this.body, this.live));
    addEventListener('message', (e: MessageEvent<unknown>) => this.receive(e.data));
    onThemeChange(() => this.plots.draw());
    this.send({ type: 'ready' });
  }

  private send(message: ResultsWebviewMessage): void {
    this.door.send(message);
  }

  private announce(text: string): void {
    setText(this.live, text);
  }

  private receive(data: unknown): void {
    const read = readResultsHost(data);
    if (!read.ok) return this.fail(`The results page got a message that it cannot read. ${read.text} Run the comparison again.`);
    const m = read.message;
    if (m.type !== 'progress') setFlag(this.running, 'hidden', true);
    switch (m.type) {
      case 'results': return this.results(m.model);
      case 'error': return this.fail(m.text);
      case 'empty':
        setFlag(this.notice, 'hidden', true);
        setText(this.emptyText, m.text);
        return setFlag(this.empty, 'hidden', this.model !== undefined);
      case 'progress': {
        setFlag(this.notice, 'hidden', true);
        setFlag(this.empty, 'hidden', true);
        setFlag(this.running, 'hidden', false);
        this.progress.value = m.of === 0 ? 0 : m.done / m.of;
        return setText(this.done, `${m.title}: ${m.done} of ${plural(m.of, 'run')}`);
      }
    }
  }

  /** A sentence; the last good results stay, dimmed. */
  private fail(text: string): void {
    setText(this.notice, text);
    setFlag(this.notice, 'hidden', false);
    setFlag(this.running, 'hidden', true);
    setFlag(this.empty, 'hidden', this.model !== undefined);
    this.body.classList.toggle('old', this.model !== undefined);
  }

  private results(model: ResultsModel): void {
    this.model = model;
    this.choice = fitted(this.choice, model);
    setFlag(this.notice, 'hidden', true);
    setFlag(this.empty, 'hidden', true);
    setFlag(this.body, 'hidden', false);
    setFlag(this.exports, 'hidden', false);
    this.body.classList.remove('old');
    setText(this.says, model.says);
    setText(this.title, model.title);
    setText(this.facts, `${model.machine} · ${plural(model.arms.length, 'design')}, ${plural(model.seeds.length, 'seed')}, ${model.seconds} s simulated each · engine ${model.engine}`);
    this.reference.replaceChildren(...model.arms.map(a => el('option', { text: a.id, title: a.label, at: { value: a.id } })));
    this.seed.replaceChildren(...model.seeds.map(s => el('option', { text: String(s), at: { value: String(s) } })));
    this.plots.update(model);
    this.designs.update(model);
    this.show();
  }

  /** What follows from the model and the choice. */
  private show(): void {
    const { model, choice } = this;
    if (model === undefined) return;
    this.reference.value = choice.reference;
    this.seed.value = String(choice.seed);
    this.table.update(model, choice);
    const metric = model.metrics.find(m => m.id === (choice.sort === '' ? FIRST_METRIC : choice.sort)) ?? model.metrics[0];
    setText(this.sentence, metric === undefined ? '' : summary(model, metric, model.arms.findIndex(a => a.id === choice.reference)));
  }

  private choose(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    this.door.saveState(this.choice);
    this.show();
  }

  /** Best first, then worst first, then the order in which the designs were chosen. */
  private sort(metric: string): void {
    const { sort, down } = this.choice;
    if (sort !== metric) this.choose({ sort: metric, down: false });
    else this.choose(down ? { sort: '', down: false } : { down: true });
    this.announce(this.choice.sort === '' ? 'Designs in the order in which they were chosen' : `Designs sorted, ${this.choice.down ? 'worst' : 'best'} first`);
  }

  private fold(group: MetricGroup): void {
    const { closed } = this.choice;
    this.choose({ closed: closed.includes(group) ? closed.filter(g => g !== group) : [...closed, group] });
  }

  private controls(): HTMLElement {
    this.reference.addEventListener('change', () => this.choose({ reference: this.reference.value }));
    this.seed.addEventListener('change', () => this.choose({ seed: Number(this.seed.value) }));
    const command = (label: string, name: 'showScope' | 'showCosts'): HTMLButtonElement => button(label, 'link', () => this.send({ type: 'command', name }));
    return el('div', { class: 'results-controls' }, el('label', {}, 'Held against ', this.reference), el('label', {}, 'Figures open the run of seed ', this.seed),
      el('span', { class: 'fill' }), el('span', { class: 'results-links' }, command('What is modelled', 'showScope'), command('Costs', 'showCosts')));
  }

  private exportRow(): HTMLElement {
    const one = (label: string, format: 'csv' | 'json' | 'mail', how: 'copy' | 'save', title: string): HTMLButtonElement => button(label, 'results-button', () => {
      if (this.model !== undefined) this.send({ type: 'export', run: this.model.run, format, how });
    }, title);
    return el('div', { class: 'results-exports', at: { hidden: '', role: 'group', 'aria-label': 'Compare again and export' } },
      one('Copy as mail', 'mail', 'copy', 'At most 72 columns and 25 lines'), one('Copy CSV', 'csv', 'copy', 'A line for each metric and design'), one('Save CSV', 'csv', 'save', 'A line for each metric and design'),
      one('Copy JSON', 'json', 'copy', 'Everything that is needed to repeat it'), one('Save JSON', 'json', 'save', 'Everything that is needed to repeat it'),
      button('Compare again...', 'results-button primary', () => this.send({ type: 'compare' })));
  }
}
