/** What is known of each design beside its numbers: what it is held against, where it comes from, what is modelled, and the defects that it has, each with its statement. */

import type { ResultArm, ResultDefect, ResultsModel } from '../../protocol/results';
import { button, el } from '../dom';
import { plural } from '../format';

export class Designs {
  readonly root = el('section', { class: 'results-designs', at: { 'aria-label': 'Designs' } });
  private parts: readonly HTMLDetailsElement[] = [];

  constructor(private readonly statement: (point: number) => void) {}

  update(model: ResultsModel): void {
    this.parts = model.arms.map(a => this.part(a));
    const refused = model.refused.map(r => el('p', { class: 'results-refused' }, el('b', { text: `${r.label}: not run. ` }), r.text));
    this.root.replaceChildren(el('h2', { text: 'Designs' }), ...refused, ...this.parts);
  }

  /** Opens the part of a design and brings it into view. */
  show(arm: number): void {
    const part = this.parts[arm];
    if (part === undefined) return;
    part.open = true;
    part.scrollIntoView({ block: 'nearest' });
    part.querySelector('summary')?.focus();
  }

  private part(arm: ResultArm): HTMLDetailsElement {
    const had = arm.defects.filter(d => !d.repaired).length, repaired = arm.defects.length - had;
    const defects = arm.defects.length === 0 ? '' : `${plural(had, 'defect')}${repaired === 0 ? '' : `, ${repaired} repaired`}`;
    const found = arm.violations.length === 0 ? '' : `, ${plural(arm.violations.length, 'finding')} of the checkers`;
    return el('details', { class: 'results-design' },
      el('summary', {}, el('code', { text: arm.id }), el('span', { text: ` ${arm.label}` }), el('span', { class: 'hint', text: ` ${defects}${found}` })),
      el('p', { text: arm.standing }),
      ...(arm.options.length === 0 ? [] : [el('p', { class: 'hint', text: `Options: ${arm.options.join(', ')}` })]),
      ...(arm.violations.length === 0 ? [] : [el('h3', { text: 'The checkers found' }), list(arm.violations)]),
      ...section('Modelled', arm.modelled), ...section('Simplified', arm.simplified), ...section('Not modelled', arm.notModelled),
      ...(arm.sources.length === 0 ? [] : [el('h3', { text: 'Sources' }), el('ul', { class: 'results-sources' }, ...arm.sources.map(s => el('li', {}, el('code', { text: s }))))]),
      ...(arm.defects.length === 0 ? [] : [el('h3', { text: 'Defects of the posting' }), el('ul', { class: 'results-defects' }, ...arm.defects.map(d => this.defect(d)))]));
  }

  private defect(d: ResultDefect): HTMLElement {
    const { point } = d;
    const title = point < 0 ? el('span', { text: `${d.id} ${d.title}` }) : button(`${d.id} ${d.title}`, 'link', () => this.statement(point), 'Shows the statement in the kernel source');
    return el('li', {}, title, el('span', { class: 'chip results-state', text: d.repaired ? 'repaired' : 'as posted' }), el('p', { class: 'hint', text: d.says }));
  }
}

const list = (lines: readonly string[]): HTMLElement => el('ul', {}, ...lines.map(text => el('li', { text })));
const section = (title: string, lines: readonly string[]): HTMLElement[] => (lines.length === 0 ? [] : [el('h3', { text: title }), list(lines)]);
