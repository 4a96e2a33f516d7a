/** The batch card: its phase, what was asked, where all go and why, as a sentence with numbers and links. */

import { Point } from '../engine/observe/points';
import type { BatchModel, ThreadModel } from '../protocol/messages';
import type { App, Changes, Part } from './app';
import { button, el, setFlag, setText } from './dom';
import { count, plural, seconds } from './format';
import { PageCard } from './pagecard';
import { askedFor } from './words';

const PHASES = ['collect', 'unmap', 'flush', 'move', 'finish'] as const;
type Phase = (typeof PHASES)[number];
const PHASE_OF: Readonly<Record<BatchModel['phase'], Phase>> = { unmap: 'unmap', flush: 'flush', move: 'move', done: 'finish' };

export interface CardActions {
  readonly goTo: (pfn: number) => void;
  readonly filter: (text: string) => void;
}

export class Card implements Part {
  readonly root: HTMLElement;
  private readonly batchTab: HTMLButtonElement;
  private readonly pageTab: HTMLButtonElement;
  private readonly body = el('div', { class: 'card-body', at: { tabindex: '0', role: 'tabpanel', id: 'card-body' } });
  private readonly who = el('span', { class: 'hint card-who' });
  private readonly pageCard: PageCard;
  private shownKey = '';

  constructor(private readonly app: App, private readonly actions: CardActions) {
    const tab = (label: string, card: 'batch' | 'page'): HTMLButtonElement => {
      const b = button(label, 'tab', () => app.setView({ card }));
      b.setAttribute('role', 'tab');
      b.setAttribute('aria-controls', 'card-body');
      return b;
    };
    this.batchTab = tab('Batch', 'batch');
    this.pageTab = tab('Page', 'page');
    this.pageCard = new PageCard(app, actions);
    const tabs = el('div', { class: 'tabs' }, el('div', { class: 'tab-list', at: { role: 'tablist', 'aria-label': 'Card' } }, this.batchTab, this.pageTab), this.who);
    tabs.addEventListener('keydown', e => {
      if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
      const next = app.view.card === 'batch' ? 'page' : 'batch';
      app.setView({ card: next });
      (next === 'batch' ? this.batchTab : this.pageTab).focus();
    });
    this.root = el('section', { class: 'card', at: { 'aria-label': 'Batch and page' } }, tabs, this.body);
  }

  focus(): boolean {
    (this.app.view.card === 'page' ? this.pageTab : this.batchTab).focus();
    return true;
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    setFlag(this.root, 'hidden', !app.session);
    if (!app.session || !(changes.session || changes.frame || changes.view)) return;
    const page = app.view.card === 'page';
    for (const [tab, on] of [[this.batchTab, !page], [this.pageTab, page]] as const) {
      tab.setAttribute('aria-selected', String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    setText(this.pageTab, app.page ? `Page ${count(app.page.pfn)}` : 'Page');
    if (page) {
      this.shownKey = '';
      setText(this.who, '');
      this.pageCard.show(this.body);
      return;
    }
    const collecting = app.frame?.threads.find(t => t.phase === 'collecting');
    const batch = app.batches[0];
    const live = app.batches.find(b => b.phase !== 'done');
    const key = JSON.stringify([live ?? batch, !live && collecting ? [collecting.nid, collecting.held, collecting.curNid, collecting.nidWanted] : 0]);
    if (key === this.shownKey) return;
    this.shownKey = key;
    if (live) this.showBatch(live);
    else if (collecting && collecting.held > 0) this.showCollecting(collecting, this.nextIndex(collecting.nid));
    else if (batch) this.showBatch(batch);
    else {
      setText(this.batchTab, 'Batch');
      setText(this.who, '');
      this.body.replaceChildren(el('p', { class: 'quiet', text: 'No batch yet. A thread collects marked folios while it walks, and moves them together.' }));
    }
  }

  private nextIndex(nid: number): number | undefined {
    const last = this.app.batches.find(b => b.thread === nid);
    return last ? last.index + 1 : undefined;
  }

  private phases(now: Phase): HTMLElement {
    const at = PHASES.indexOf(now);
    return el('ol', { class: 'phases', at: { 'aria-label': 'Phase' } }, ...PHASES.map((phase, i) => {
      const done = i < at || now === 'finish';
      return el('li', { class: done ? 'done' : i === at ? 'now' : 'ahead', at: i === at ? { 'aria-current': 'step' } : {} },
        el('span', { class: 'dot', at: { 'aria-hidden': 'true' }, text: done ? '\u2713' : i === at ? '\u25cf' : '\u25cb' }), phase);
    }));
  }

  private progress(part: number, whole: number, label: string): HTMLElement {
    const bar = el('div', { class: 'progress-bar', at: { role: 'progressbar', 'aria-valuemin': '0', 'aria-valuemax': String(whole), 'aria-valuenow': String(part), 'aria-label': label } });
    const inner = el('div', { class: 'progress-fill' });
    inner.style.width = `${whole === 0 ? 0 : (100 * part) / whole}%`;
    bar.append(inner);
    return bar;
  }

  private showCollecting(t: ThreadModel, index: number | undefined): void {
    setText(this.batchTab, index === undefined ? 'Batch' : `Batch ${count(index)}, collecting`);
    setText(this.who, t.name);
    const target = t.curNid >= 0 ? `node ${t.curNid}` : 'no node yet (\u22121)';
    this.body.replaceChildren(
      this.phases('collect'),
      this.progress(t.held, t.batchFolios, 'Folios collected'),
      el('div', { class: 'split' }, el('span', {}, el('b', { text: count(t.held) }), ` of ${plural(t.batchFolios, 'folio')} collected`)),
      el('p', {}, 'Target for now: ', el('b', { text: target }), '. The first folio that finds the batch full decides where all go. ',
        this.link('Why (D2)', () => this.app.send({ type: 'reveal', point: Point.WalkCur }))),
      this.values(t));
  }

  private showBatch(b: BatchModel): void {
    const app = this.app;
    const t = app.frame?.threads.find(x => x.nid === b.thread);
    const to = b.target < 0 ? 'node \u22121, which does not exist' : `node ${b.target}`;
    const verb = b.phase === 'done' ? 'moved to' : b.phase === 'move' ? 'moving to' : b.phase === 'flush' ? 'TLB flush, to' : 'unmapping, to';
    setText(this.batchTab, b.folios === 0 ? `Batch ${count(b.index)}, empty` : `Batch ${count(b.index)}, ${this.root.clientWidth < 320 ? 'to' : verb} node ${b.target}`);
    setText(this.who, `${t?.name ?? `kmigrated${b.thread}`}, ${seconds(b.timePs)} s`);
    const waiting = Math.max(0, b.folios - b.moved - b.failed);
    const right = askedFor(b, b.target);
    this.body.replaceChildren(this.phases(PHASE_OF[b.phase]));
    if (b.folios > 0) {
      this.body.append(
        this.progress(b.moved, b.folios, 'Folios moved'),
        el('div', { class: 'split' }, el('span', {}, el('b', { text: count(b.moved) }), ` of ${plural(b.folios, 'folio')} moved`),
          el('span', { class: 'hint to-go', text: [waiting > 0 ? `${count(waiting)} to go` : '', b.failed > 0 ? `${count(b.failed)} put back` : ''].filter(s => s !== '').join(', ') })),
        el('h3', { text: 'Where they asked to go' }),
        this.askedBars(b));
    }
    const why = el('p', { class: 'why' });
    if (b.folios === 0) why.append('The first flush of a walk is empty: nothing was collected when the first target came. ');
    else {
      why.append('All go to ', el('b', { text: to }), right === b.folios ? ': every folio asked for it. ' : `: ${count(right)} asked for it, ${count(b.folios - right)} did not. `);
      if (b.deciderPfn >= 0 && right < b.folios) {
        why.append(b.deciderInBatch ? 'It is the target of a folio in the batch, ' : 'It is the target of the folio after the batch, ',
          this.link(`PFN ${count(b.deciderPfn)}`, () => this.actions.goTo(b.deciderPfn)), '. ');
      }
    }
    why.append(this.link('Why (D2)', () => app.send({ type: 'reveal', point: Point.WalkCur })), ' \u00b7 ',
      this.link('Log rows', () => this.actions.filter(`node:${b.thread} event:batch`)));
    this.body.append(why);
    if (t) this.body.append(this.values(t));
  }

  private askedBars(b: BatchModel): HTMLElement {
    const most = Math.max(1, ...b.asked.map(([, n]) => n));
    return el('ul', { class: 'asked' }, ...b.asked.slice(0, 16).map(([nid, n]) => {
      const bar = el('span', { class: nid === b.target ? 'asked-bar right' : 'asked-bar wrong' });
      bar.style.width = `${(100 * n) / most}%`;
      return el('li', {}, el('span', { class: 'asked-node', text: `node ${nid}` }), el('span', { class: 'asked-track', at: { 'aria-hidden': 'true' } }, bar),
        el('span', { class: 'asked-count', text: count(n) }), el('span', { class: 'sr', text: nid === b.target ? 'as asked' : 'asked elsewhere' }));
    }));
  }

  /** The variables of the walk as the code holds them. */
  private values(t: ThreadModel): HTMLElement {
    const value = (name: string, v: number): HTMLElement => el('span', {}, `${name} `, el('b', { text: count(v) }));
    return el('div', { class: 'values' }, value('src', t.nid), value('nid', t.nidWanted), value('cur_nid', t.curNid), value('batch_count', t.held));
  }

  private link(label: string, onClick: () => void): HTMLElement {
    return button(label, 'link', onClick);
  }
}
