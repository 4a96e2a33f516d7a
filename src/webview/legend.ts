/** The legend: a sample of every state as the maps draw it, and, always at hand, what is modelled and what is not. */

import { PageClass } from '../engine/machine/pageclass';
import type { App, Changes, Part } from './app';
import { button, el, setFlag } from './dom';
import { Sheet } from './map/canvas';
import { paintPage } from './map/pages';
import { makeFills } from './map/patterns';

const KEYS: readonly (readonly [number, string, string])[] = [
  [PageClass.Free, 'free', 'A free page.'],
  [PageClass.NonLru, 'non-LRU', 'In use and not on the LRU: slab, page tables, reserved. The walk reads it and goes on; a mark on it is kept.'],
  [PageClass.Lru, 'LRU', 'On the LRU, not marked.'],
  [PageClass.Marked | (3 << 4), 'marked, digit: target', 'READY is set: the next visit consumes the mark. The digit is the node asked for.'],
  [PageClass.StaleMark | (3 << 4), 'stale mark', 'READY is set on a page that is not on the LRU: the mark stays and meets the next occupant.'],
  [PageClass.Isolated | (3 << 4), 'isolated', 'On a migrate_list: off the LRU, still mapped.'],
  [PageClass.Unmapped | (3 << 4), 'unmapped', 'Its page table entries are migration entries.'],
  [PageClass.Left, 'moved away', 'Free: a folio moved away from here.'],
  [PageClass.Right, 'right node', 'Moved here, as it asked.'],
  [PageClass.Wrong, 'wrong node', 'Moved here though it asked for another node.'],
  [PageClass.Hole, 'hole', 'No struct page: pfn_valid() is false. A question mark: how many there are is known, where they lie is not; they are put at the end of the zone.'],
  [PageClass.Foreign, "other node's", "A page of another node inside this node's span."],
  [PageClass.Offline, 'offline', 'A struct page whose section is offline.'],
];

/** Classes that many machines never have: their keys come with the first such page. */
const RARE: readonly number[] = [PageClass.StaleMark, PageClass.Foreign, PageClass.Offline];

export class Legend implements Part {
  readonly root: HTMLElement;
  private readonly samples: readonly { readonly sheet: Sheet; readonly byte: number }[];
  private readonly keys: readonly HTMLElement[];
  private readonly holeName = document.createTextNode('hole');
  private readonly cursor = new Sheet('key-sample');
  private readonly scope = el('div', { class: 'scope', at: { id: 'scope' } });
  private readonly toggle: HTMLButtonElement;

  constructor(private readonly app: App, find: (pageClass: number) => void) {
    this.samples = KEYS.map(([byte]) => ({ sheet: new Sheet('key-sample'), byte }));
    this.toggle = button('What is modelled', 'link', () => app.setView({ scope: !app.view.scope }));
    this.toggle.setAttribute('aria-controls', 'scope');
    this.keys = KEYS.map(([byte, name, says], i) => {
      const key = el('button', { class: 'key-button', title: `${says} Click: the nearest such page.`, onClick: () => find(byte & 15), at: { type: 'button' } }, this.samples[i]?.sheet.canvas ?? '', byte === PageClass.Hole ? this.holeName : name);
      return el('li', {}, key);
    });
    this.root = el('section', { class: 'legend', at: { 'aria-label': 'Legend' } },
      el('ul', { class: 'keys' }, ...this.keys, el('li', { title: 'The page that the thread visits.' }, this.cursor.canvas, 'scan cursor'), el('li', {}, this.toggle)), this.scope);
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    setFlag(this.root, 'hidden', !app.session);
    if (changes.session || changes.cells) KEYS.forEach(([byte], i) => { const key = this.keys[i]; if (key) setFlag(key, 'hidden', RARE.includes(byte & 15) && app.seen[byte & 15] === 0); });
    if (changes.session || changes.theme || changes.size) this.paint();
    if (changes.session && app.session) {
      this.fillScope();
      const unsure = app.session.nodes.some(n => n.zones.some(z => !z.holesKnown));
      this.holeName.data = unsure ? 'hole, ?: position unknown' : 'hole';
    }
    if (changes.session || changes.view) {
      setFlag(this.scope, 'hidden', !app.view.scope);
      this.toggle.setAttribute('aria-expanded', String(app.view.scope));
    }
  }

  private paint(): void {
    const p = this.app.palette;
    for (const { sheet, byte } of this.samples) {
      const ctx = sheet.begin(13, 13);
      ctx.font = `600 10px ${p.codeFont}`;
      ctx.textAlign = 'center';
      ctx.textBaseline = 'middle';
      paintPage(ctx, makeFills(ctx, p), byte, 1, 1, 11, 12);
    }
    const ctx = this.cursor.begin(13, 13);
    ctx.fillStyle = p.scanCursor;
    ctx.beginPath();
    ctx.moveTo(1, 3);
    ctx.lineTo(12, 3);
    ctx.lineTo(6.5, 11);
    ctx.fill();
  }

  private fillScope(): void {
    const session = this.app.session;
    if (!session) return;
    const column = (name: string, lines: readonly string[]): HTMLElement =>
      el('div', {}, el('h3', { text: name }), el('ul', {}, ...lines.map(text => el('li', { text }))));
    this.scope.replaceChildren(
      column('Modelled', session.scope.modelled), column('Simplified', session.scope.simplified), column('Not modelled', session.scope.notModelled),
      el('p', { class: 'hint', text: `${session.design}, engine ${session.engineVersion}, seed ${session.seed}. Machine: ${session.machine}. ${session.machineSource} Source: ${session.sourceLabel}. All figures are simulated.` }));
  }
}
