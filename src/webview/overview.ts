/** The side panel: a small page map a node and the main counters, each with its unit. */

import { Counter } from '../engine/observe/counters';
import { PAGE_CLASSES } from '../engine/machine/pageclass';
import type { NodeModel } from '../protocol/messages';
import { liveRegion } from './a11y';
import type { App, Changes, Part } from './app';
import { button, el, setFlag, setText } from './dom';
import { count, share } from './format';
import type { Wanted } from './map/cache';
import { Sheet } from './map/canvas';
import { spansOf, UNIT_PAGES, windowsOf, type GridLevel } from './map/geometry';
import { flatColor, paintPage } from './map/pages';
import { makeFills, type Fills } from './map/patterns';
import { leadingClass } from './map/summary';
import { Notice } from './notice';
import type { Built } from './panel';
import { countsText, STACK, threadText } from './words';

/** Cells a node on the small map at the most; beyond it a cell is a section, and beyond that only the first are shown. */
const MAX_CELLS = 512, COLUMNS = 32, LABEL = 22;

class SmallMap {
  readonly root: HTMLElement;
  private readonly sheet = new Sheet('small-canvas');
  private readonly counts = new Float64Array(PAGE_CLASSES);
  private readonly level: GridLevel;
  private readonly units: number[] = [];
  private fills: Fills | undefined;

  constructor(private readonly app: App, readonly node: NodeModel) {
    const blocks = spansOf(node, 'pageblock', 1).reduce((n, s) => n + s.end - s.first, 0);
    this.level = blocks <= MAX_CELLS ? 'pageblock' : 'section';
    for (const s of spansOf(node, this.level, 1)) for (let u = s.first; u < s.end && this.units.length < MAX_CELLS; u++) this.units.push(u);
    this.root = el('div', { class: 'small-map', at: { role: 'img' } }, el('span', { class: 'small-label', text: String(node.nid) }), this.sheet.canvas);
    this.root.addEventListener('click', () => app.send({ type: 'command', name: 'openExplorer' }));
  }

  wants(): Wanted[] {
    const [first, last] = [this.units[0], this.units.at(-1)];
    if (first === undefined || last === undefined) return [];
    return windowsOf(this.node, this.level, first, last + 1).map(w => ({ purpose: 'map', level: this.level, nid: this.node.nid, zoneIdx: w.zone.idx, first: w.first, count: w.count }));
  }

  paint(): void {
    const { app, node, level } = this;
    const p = app.palette;
    const room = this.root.clientWidth - LABEL;
    const pitch = Math.max(4, Math.min(12, Math.floor(room / COLUMNS)));
    const rows = Math.ceil(this.units.length / COLUMNS);
    const ctx = this.sheet.begin(COLUMNS * pitch + 2, rows * pitch + 3);
    if (this.fills?.palette !== p) this.fills = makeFills(ctx, p);
    const fills = this.fills;
    const thread = app.frame?.threads.find(t => t.nid === node.nid);
    const cursor = thread && thread.cursorPfn >= 0 ? Math.floor(thread.cursorPfn / UNIT_PAGES[level]) : -1;
    const all = new Float64Array(PAGE_CLASSES);
    this.units.forEach((unit, i) => {
      this.counts.fill(0);
      for (const w of windowsOf(node, level, unit, unit + 1)) app.cells.window('map', level, node.nid, w.zone.idx)?.addCounts(w.first, this.counts);
      for (let c = 0; c < PAGE_CLASSES; c++) all[c] = (all[c] ?? 0) + (this.counts[c] ?? 0);
      const [x, y, s] = [1 + (i % COLUMNS) * pitch, 1 + Math.floor(i / COLUMNS) * pitch, pitch - 1];
      const c = leadingClass(this.counts);
      if (pitch >= 6) paintPage(ctx, fills, c, x, y, s, pitch - 1);
      else {
        ctx.fillStyle = flatColor(p, c);
        ctx.fillRect(x, y, s, s);
      }
      if (unit === cursor) {
        ctx.strokeStyle = p.scanCursor;
        ctx.lineWidth = 2;
        ctx.strokeRect(x - 0.5, y - 0.5, s + 1, s + 1);
      }
    });
    const state = thread ? threadText(thread) : 'no thread';
    this.root.setAttribute('aria-label', `Node ${node.nid}, ${state}: ${countsText(all)}`);
    this.root.title = `Node ${node.nid}, ${state}\n${STACK.some(c => (all[c] ?? 0) > 0) ? countsText(all) : 'nothing known yet'}`;
  }
}

class Overview implements Part {
  readonly root = el('div', { class: 'overview' });
  private readonly small = el('div', { class: 'small-maps' });
  private readonly list = el('dl', { class: 'counters' });
  private maps: SmallMap[] = [];
  private values: HTMLElement[] = [];

  constructor(private readonly app: App) {
    this.root.append(el('h2', { text: 'Overview' }), this.small,
      el('div', { class: 'split' }, el('h2', { text: 'Counters' }), el('span', { class: 'hint', text: 'pages of 4 KiB' })), this.list,
      button('Open the explorer', 'link', () => app.send({ type: 'command', name: 'openExplorer' })));
  }

  wants(): readonly Wanted[] {
    return this.maps.flatMap(m => m.wants());
  }

  private rows(): readonly (readonly [string, string, string])[] {
    const c = this.app.frame?.counters;
    if (!c) return [];
    const total = (name: keyof typeof Counter): number => c.total[Counter[name]] ?? 0;
    const [right, wrong] = [total('pages_right'), total('pages_wrong')];
    return [
      ['Marked, not yet read', count(c.markedNow), 'marked'],
      ['Stale marks', count(c.staleNow), 'stale'],
      ['Isolated', count(c.isolatedNow), 'isolated'],
      ['Unmapped in the batch', count(c.unmappedNow), 'unmapped'],
      ['Moved, right node', count(right), 'right'],
      ['Moved, wrong node', count(wrong), 'wrong'],
      ['Wrong, share of moved', share(wrong, right + wrong), ''],
      ['PFNs visited', count(total('pfns_visited')), ''],
      ['Passes', count(total('passes')), ''],
      ['Batches', `${count(total('batches'))}, ${count(total('batches_empty'))} empty`, ''],
    ];
  }

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    setFlag(this.root, 'hidden', !app.session);
    if (changes.session) {
      this.maps = (app.session?.nodes ?? []).filter(n => n.zones.some(z => z.spannedPages > 0)).slice(0, 32).map(n => new SmallMap(app, n));
      this.small.replaceChildren(...this.maps.map(m => m.root));
      this.list.replaceChildren();
      this.values = [];
    }
    if (!app.session) return;
    if (changes.session || changes.frame || changes.cells || changes.theme || changes.size) for (const m of this.maps) m.paint();
    const rows = this.rows();
    if (this.values.length !== rows.length) {
      this.values = rows.map(() => el('dd'));
      this.list.replaceChildren(...rows.flatMap(([name, , key], i) => [
        el('dt', {}, el('span', { class: `key ${key}`, at: { 'aria-hidden': 'true' } }), name), this.values[i] ?? '',
      ]));
    }
    rows.forEach(([, text], i) => {
      const value = this.values[i];
      if (value) setText(value, text);
    });
  }
}

export function buildOverview(app: App): Built {
  const live = liveRegion();
  app.announce = live.say;
  const notice = new Notice(app);
  const overview = new Overview(app);
  document.body.replaceChildren(el('main', { class: 'side' }, live.root, notice.root, overview.root));
  app.add(notice, overview);
  return { notice, receiver: { show: () => undefined } };
}
