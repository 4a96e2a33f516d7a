/** The explorer panel: its parts top to bottom in the order one reads, wired by hand. */

import { PageClass } from '../engine/machine/pageclass';
import { POINTS } from '../engine/observe/points';
import { liveRegion, Twin } from './a11y';
import type { App, Changes, Part } from './app';
import { Charts, showsCharts } from './charts/charts';
import { Tabs } from './charts/tabs';
import { Card } from './card';
import { Controls } from './controls';
import { el } from './dom';
import { count } from './format';
import { panelKeys } from './keys';
import { Legend } from './legend';
import { Log } from './log/log';
import { changeLevel, toScanCursor } from './map/keys';
import { nodeAt, zonesByPfn } from './map/geometry';
import { Maps } from './map/maps';
import { Inset } from './inset';
import { Notice } from './notice';
import type { Receiver } from './receive';
import { TimeLine } from './timeline';
import { className } from './words';

/** Least height of the log, and what stands above and below the cells of the inset. */
const LOG_LEAST = 128, INSET_REST = 46;
/** Height that the charts would have: their head and two rows. */
const CHARTS_LEAST = 480;

/** Shares the height between maps and inset; runs before the parts, so that they see their room. */
class Room implements Part {
  private around = 0;

  constructor(
    readonly root: HTMLElement, private readonly fixed: readonly HTMLElement[], private readonly maps: Maps, private readonly inset: Inset, private readonly app: App,
    private readonly covered: readonly HTMLElement[],
  ) {}

  update(changes: Readonly<Changes>): void {
    for (const part of this.covered) part.classList.toggle('covered', showsCharts(this.app));
    const around = this.fixed.reduce((sum, part) => sum + part.offsetHeight, 0);
    if (!(changes.session || changes.size || changes.view) && around === this.around) return;
    this.around = around;
    const width = this.root.clientWidth;
    for (const [name, below] of [['w800', 800], ['w620', 620], ['w400', 400]] as const) this.root.classList.toggle(name, width < below);
    this.inset.width = width - 28;
    if (changes.session) this.maps.build();
    const charts = showsCharts(this.app);
    const free = Math.max(220, innerHeight - around - (charts ? CHARTS_LEAST : LOG_LEAST + INSET_REST) - this.maps.rest);
    this.maps.room = Math.round(charts ? Math.max(72, Math.min(180, free)) : free * 0.42);
    this.inset.rows = Math.max(8, Math.min(18, Math.floor((free - this.maps.place()) / 12)));
  }
}

export interface Built {
  readonly notice: Notice;
  readonly receiver: Receiver;
}

export function buildPanel(app: App): Built {
  const live = liveRegion();
  app.announce = live.say;
  const notice = new Notice(app);
  const askPage = (pfn: number): void => {
    app.ask(requestId => ({ type: 'pfn', requestId, pfn }), m => {
      if (m.type !== 'pfn') return;
      app.page = m.page;
      if (m.page) app.announce(`PFN ${count(m.page.pfn)}: ${m.page.says}`);
      app.touch('view');
    });
    app.send({ type: 'select', pfn });
  };
  const open = (): void => {
    if (app.view.pfn < 0) return;
    // the page's card stands where the charts may be
    app.setView({ card: 'page', below: 'log' });
    askPage(app.view.pfn);
  };
  const goTo = (pfn: number, nid = -1): void => {
    const node = nodeAt(app.session?.nodes ?? [], pfn, nid >= 0 ? nid : app.view.nid);
    app.setView({ pfn, nid: node?.nid ?? -1, follow: false });
    maps.mapOf(node?.nid ?? -1)?.showPfn(pfn);
    if (app.view.card === 'page') askPage(pfn);
    else app.send({ type: 'select', pfn });
  };
  const goToText = (text: string): void => {
    const pfn = Number(text.replaceAll(/[,\s]/g, ''));
    const node = Number.isSafeInteger(pfn) && pfn >= 0 ? nodeAt(app.session?.nodes ?? [], pfn) : undefined;
    if (!node) {
      app.announce(`"${text}" is no PFN of this machine.`);
      notice.refuse(`"${text}" is no PFN of this machine; allowed is a number in one of its zones, decimal or hex (0x...). Nothing has changed.`);
      return;
    }
    notice.refuse('');
    maps.clearGoTo();
    goTo(pfn, node.nid);
    open();
    maps.focus();
  };
  const maps = new Maps(app, { open, goToText });
  const inset = new Inset(app, { open, toCursor: () => toScanCursor(app, maps) });
  maps.tie = () => inset.tie;
  const log = new Log(app, pfn => goTo(pfn));
  const filterLog = (filter: string): void => {
    app.setView({ below: 'log' });
    log.setFilter(filter);
    log.focus();
  };
  const card = new Card(app, { goTo, filter: filterLog });
  const controls = new Controls(app);
  const pointText = (): string => {
    const point = POINTS[app.frame?.atPoint ?? -1];
    return point && app.frame?.state !== 'running' ? `${point.fn}: ${point.says}` : '';
  };
  const time = new TimeLine(app, pointText, filterLog);
  const legend = new Legend(app, pageClass => nearest(app, pageClass, goTo));
  const twin = new Twin(app, maps, goTo);
  const tabs = new Tabs(app), charts = new Charts(app);
  const detail = el('div', { class: 'detail' }, inset.root, card.root);
  const main = el('main', { class: 'panel' }, live.root, notice.root, controls.root, time.root, maps.root, twin.root, tabs.root, charts.root, detail, legend.root, log.root);
  document.body.replaceChildren(main);
  app.add(new Room(main, [notice.root, controls.root, time.root, legend.root, tabs.root], maps, inset, app, [detail, legend.root]), notice, controls, time, inset, maps, card, legend, tabs, charts, log, twin, new PageRefresh(main, app, askPage));
  panelKeys(app, {
    parts: [controls, time, maps, card, charts, log],
    goTo: () => maps.focusGoTo(),
    toCursor: () => toScanCursor(app, maps),
    level: d => changeLevel(app, maps, d),
    speed: d => controls.nudge(d),
    rows: () => app.view.pfn >= 0 && filterLog(`pfn:${app.view.pfn}`),
    statement: () => {
      const point = app.page?.history[0]?.point ?? app.frame?.atPoint ?? -1;
      if (point >= 0) app.send({ type: 'reveal', point });
    },
    nearest: () => nearest(app, PageClass.Marked, goTo),
  });
  return {
    notice,
    receiver: {
      show: what => {
        if (what.filter !== undefined) filterLog(what.filter);
        if (what.pfn !== undefined) {
          goTo(what.pfn);
          open();
        }
      },
    },
  };
}

/** The nearest page of a class: on the cursor's node, else on the next node that has one. */
function nearest(app: App, pageClass: number, goTo: (pfn: number, nid: number) => void): void {
  const nodes = app.session?.nodes ?? [];
  const start = Math.max(0, nodes.findIndex(n => n.nid === app.view.nid));
  const ask = (tried: number): void => {
    const node = nodes[(start + tried) % nodes.length];
    if (!node || tried >= nodes.length) {
      const says = `Nowhere in the machine now: ${className(pageClass)}.`;
      app.setHover({ nid: -1, pfn: -1, says });
      app.announce(says);
      return;
    }
    const near = tried === 0 ? Math.max(0, app.view.pfn) : zonesByPfn(node)[0]?.startPfn ?? 0;
    app.ask(requestId => ({ type: 'find', requestId, nid: node.nid, near, pageClass }), m => {
      if (m.type !== 'found') return;
      if (m.pfn < 0) return ask(tried + 1);
      app.announce(`Nearest, ${className(pageClass)}: PFN ${count(m.pfn)}, node ${node.nid}.`);
      goTo(m.pfn, node.nid);
    });
  };
  ask(0);
}

/** Keeps the page on the card fresh: asked for again when a frame has come, at most every 250 ms, and at begin. */
class PageRefresh implements Part {
  private lastMs = 0;
  private lastTimePs = -1;

  constructor(readonly root: HTMLElement, private readonly app: App, private readonly askPage: (pfn: number) => void) {}

  update(changes: Readonly<Changes>): void {
    const { app } = this;
    const pfn = app.view.pfn;
    if (!changes.frame || app.view.card !== 'page' || pfn < 0 || app.frame?.timePs === this.lastTimePs) return;
    const now = performance.now();
    if (now - this.lastMs < 250 && app.page) return;
    this.lastMs = now;
    this.lastTimePs = app.frame?.timePs ?? -1;
    if (!app.page) {
      this.askPage(pfn);
      return;
    }
    app.ask(requestId => ({ type: 'pfn', requestId, pfn }), m => {
      if (m.type !== 'pfn' || app.view.pfn !== pfn) return;
      if (JSON.stringify(m.page) === JSON.stringify(app.page)) return;
      app.page = m.page;
      app.touch('view');
    });
  }
}
