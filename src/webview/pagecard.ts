/** One page: what it is, its flag word bit by bit and field by field, and its newest trace records. */

import type { FieldModel, PfnModel } from '../protocol/messages';
import type { App } from './app';
import type { CardActions } from './card';
import { button, el } from './dom';
import { count, hex, seconds } from './format';

/** Bits [low, high] that a field's text names: "2", "3-12" or "0, 1" (as 0 to 1); undefined when it names none. */
export function bitRange(bits: string): { low: number; high: number } | undefined {
  const numbers = bits.match(/\d+/g)?.map(Number) ?? [];
  if (numbers.length === 0) return undefined;
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  return high < 64 ? { low, high } : undefined;
}

/** A field's name without the prefixes that all share. */
const shortName = (name: string): string => name.replace(/^(PAGE_EXT_|MIGRATE_|MIG_)/, '').replace(/,.*$/, '');

export class PageCard {
  private shown: PfnModel | null | undefined;
  private shownPfn = -2;

  constructor(private readonly app: App, private readonly actions: CardActions) {}

  /** Fills the card; does nothing when the same page is on it already. */
  show(body: HTMLElement): void {
    const { page, view } = this.app;
    if (page === this.shown && view.pfn === this.shownPfn && body.dataset['card'] === 'page' && body.childElementCount > 0 && body.firstElementChild?.classList.contains('page-says') === (page !== null)) return;
    this.shown = page;
    this.shownPfn = view.pfn;
    body.dataset['card'] = 'page';
    if (!page) {
      body.replaceChildren(el('p', { class: 'quiet', text: view.pfn < 0 ? 'No page is picked. Click a page, or press G and type its PFN.' : `PFN ${count(view.pfn)} lies in no zone: there is no page.` }));
      return;
    }
    const top = body.scrollTop;
    body.replaceChildren(
      el('p', { class: 'page-says' }, el('b', { text: page.says })),
      el('p', { class: 'hint', text: this.where(page) }),
      ...(page.caveat === '' ? [] : [el('p', { class: 'caveat', text: page.caveat })]),
      ...(page.word === '' ? [el('p', { class: 'quiet', text: 'No page_ext: there is no flag word, and a request on it fails.' })] : [this.word(page), this.fields(page.fields)]),
      this.history(page));
    body.scrollTop = top;
  }

  private where(page: PfnModel): string {
    const folio = page.order === 0 ? 'one page' : page.headPfn === page.pfn ? `head of a folio of ${count(2 ** page.order)} pages` : `in the folio of ${count(2 ** page.order)} pages at ${count(page.headPfn)}`;
    return [`${hex(page.pfn)}`, page.nid < 0 ? 'no node' : `node ${page.nid}`, page.zone, `section ${count(page.section)}`, folio].filter(s => s !== '').join(' \u00b7 ');
  }

  /** The bit strip: the low 16 bits, a field's bits under one line with its name; further rows only where a bit is set. */
  private word(page: PfnModel): HTMLElement {
    const value = BigInt(/^0x[0-9a-f]+$/i.test(page.word) ? page.word : '0x0');
    const ranges = page.fields.map((f, i) => ({ name: f.name, short: shortName(f.name), line: i % 2, range: bitRange(f.bits) }));
    const strip = el('div', { class: 'bits', at: { role: 'img', 'aria-label': `Flag word ${page.word}` } });
    const high = value >> 16n;
    for (let rowTop = 15; rowTop === 15 || (rowTop < 64 && value >> BigInt(rowTop - 15) !== 0n); rowTop += 16) {
      const row = el('div', { class: 'bit-row' });
      for (let bit = rowTop; bit > rowTop - 16; bit--) {
        const field = ranges.find(r => r.range && bit >= r.range.low && bit <= r.range.high);
        const on = ((value >> BigInt(bit)) & 1n) === 1n;
        const edge = field?.range ? `${bit === field.range.high ? ' first' : ''}${bit === field.range.low ? ' last' : ''}` : '';
        row.append(el('span', { class: `bit${on ? ' on' : ''}${field ? ` in-field${edge}` : ''}`, title: field ? `bit ${bit}: ${field.name}` : `bit ${bit}` },
          el('span', { class: 'bit-number', text: String(bit) }), el('span', { class: 'bit-value', text: on ? '1' : '0' }),
          el('span', { class: `bit-name line${field?.line ?? 0}`, text: field?.range && bit === Math.min(field.range.high, rowTop) ? field.short : '' })));
      }
      strip.append(row);
    }
    if (high === 0n) strip.append(el('div', { class: 'hint', text: 'Bits 16 and up are 0.' }));
    return el('div', { class: 'word' }, el('div', { class: 'split' }, el('h3', { text: 'Flag word' }), el('code', { text: page.word })), strip);
  }

  private fields(fields: readonly FieldModel[]): HTMLElement {
    const head = el('tr', {}, ...['Field', 'Bits', 'Value', 'Meaning'].map(text => el('th', { text, at: { scope: 'col' } })));
    return el('table', { class: 'fields' }, el('thead', {}, head), el('tbody', {}, ...fields.map(f =>
      el('tr', {}, el('th', { text: shortName(f.name), title: f.name, at: { scope: 'row' } }), el('td', { class: 'code', text: f.bits }), el('td', { class: 'code', text: f.raw }), el('td', { text: f.says })))));
  }

  private history(page: PfnModel): HTMLElement {
    const rows = page.history.map(h => el('li', {}, el('span', { class: 'code', text: `${seconds(h.timePs)} ` }),
      h.point < 0 ? h.says : button(h.says, 'link', () => this.app.send({ type: 'reveal', point: h.point }), 'Show this statement in the source')));
    return el('div', {}, el('div', { class: 'split' }, el('h3', { text: 'Newest records, s' }), button('Log rows', 'link', () => this.actions.filter(`pfn:${page.pfn}`))),
      rows.length > 0 ? el('ul', { class: 'history' }, ...rows) : el('p', { class: 'quiet', text: 'No record names this page.' }));
  }
}
