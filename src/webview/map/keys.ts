/** The keyboard on the page maps: a cell cursor that moves by cell, zone and level, and says where it is. */

import { LEVELS, type Level } from '../../protocol/messages';
import type { App } from '../app';
import { endPfn, isGrid, nodeAt, pfnsOfUnit, UNIT_PAGES, zoneAt, zonesByPfn } from './geometry';
import type { Maps } from './maps';

/** The page where the cursor stands, or where it begins: the scan cursor, else the first page of the first node. */
function place(app: App, maps: Maps): { nid: number; pfn: number } | undefined {
  const { view } = app;
  const here = nodeAt(maps.nodes, view.pfn, view.nid);
  if (view.pfn >= 0 && here) return { nid: here.nid, pfn: view.pfn };
  const walking = app.frame?.threads.find(t => t.cursorPfn >= 0);
  if (walking) return { nid: walking.nid, pfn: walking.cursorPfn };
  const first = maps.nodes.find(n => zonesByPfn(n)[0]);
  const zone = first ? zonesByPfn(first)[0] : undefined;
  return first && zone ? { nid: first.nid, pfn: zone.startPfn } : undefined;
}

function go(app: App, maps: Maps, nid: number, pfn: number): void {
  app.setView({ nid, pfn, follow: false });
  const map = maps.mapOf(nid);
  map?.showPfn(pfn);
  const says = map?.info(pfn)?.says;
  if (says !== undefined) app.announce(says);
}

/** Arrows: the next cell of the same node; left and right of a bar, or past its last cell, go to the neighbour node. */
function arrow(app: App, maps: Maps, dx: number, dy: number): void {
  const at = place(app, maps);
  const map = at ? maps.mapOf(at.nid) : undefined;
  if (!at || !map) return;
  const level = app.view.level;
  if (app.view.pfn < 0) return go(app, maps, at.nid, at.pfn);
  if (!isGrid(level) || !map.layout) return zoneStep(app, maps, dx !== 0 ? dx : dy);
  const unit = Math.floor(at.pfn / UNIT_PAGES[level]);
  let next = map.layout.step(unit, dx, dy);
  // cells of a tile that lie in no zone are stepped over
  for (let i = 0; i < 64 && next !== unit && !pfnsOfUnit(map.node, level, next); i++) {
    const further = map.layout.step(next, dx, dy);
    if (further === next) break;
    next = further;
  }
  const pfns = pfnsOfUnit(map.node, level, next);
  go(app, maps, at.nid, next === unit || !pfns ? at.pfn : pfns.first);
}

/** The first page of the zone before or after, across nodes. */
function zoneStep(app: App, maps: Maps, d: number): void {
  const at = place(app, maps);
  if (!at) return;
  const all = maps.nodes.flatMap(n => zonesByPfn(n).map(zone => ({ nid: n.nid, zone })));
  const node = maps.nodes.find(n => n.nid === at.nid);
  const here = node ? zoneAt(node, at.pfn) : undefined;
  const index = all.findIndex(z => z.nid === at.nid && z.zone === here);
  const next = all[Math.min(all.length - 1, Math.max(0, index + d))];
  if (next) go(app, maps, next.nid, next.zone.startPfn);
}

function zoneEdge(app: App, maps: Maps, last: boolean): void {
  const at = place(app, maps);
  const node = maps.nodes.find(n => n.nid === at?.nid);
  const zone = node && at ? zoneAt(node, at.pfn) : undefined;
  if (!at || !zone) return;
  const level = app.view.level;
  const end = isGrid(level) ? Math.max(zone.startPfn, Math.floor((endPfn(zone) - 1) / UNIT_PAGES[level]) * UNIT_PAGES[level]) : zone.startPfn;
  go(app, maps, at.nid, last ? end : zone.startPfn);
}

/** One level in (+1) or out (-1); the cursor stays on its page. */
export function changeLevel(app: App, maps: Maps, d: number): void {
  const next: Level | undefined = LEVELS[LEVELS.indexOf(app.view.level) + d];
  if (!next) return;
  app.setView({ level: next });
  requestAnimationFrame(() => {
    const at = place(app, maps);
    if (at) maps.mapOf(at.nid)?.showPfn(at.pfn);
    app.announce(`Level ${next}`);
  });
}

/** The scan cursor of the busiest thread; the inset follows it from then on. */
export function toScanCursor(app: App, maps: Maps): void {
  const t = app.frame?.threads.find(x => x.cursorPfn >= 0 && x.nid === app.view.nid) ?? app.frame?.threads.find(x => x.cursorPfn >= 0);
  if (!t) {
    app.announce('No thread is walking: there is no scan cursor now.');
    return;
  }
  go(app, maps, t.nid, t.cursorPfn);
  app.setView({ follow: true });
}

/** Handles a key on the map area. Escape goes out: from the page to the batch, then a level up. */
export function mapKey(app: App, maps: Maps, actions: { readonly open: () => void }, e: KeyboardEvent): void {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => arrow(app, maps, -1, 0),
    ArrowRight: () => arrow(app, maps, 1, 0),
    ArrowUp: () => arrow(app, maps, 0, -1),
    ArrowDown: () => arrow(app, maps, 0, 1),
    Home: () => zoneEdge(app, maps, false),
    End: () => zoneEdge(app, maps, true),
    PageUp: () => zoneStep(app, maps, -1),
    PageDown: () => zoneStep(app, maps, 1),
    Enter: () => actions.open(),
    ' ': () => actions.open(),
    Escape: () => (app.view.card === 'page' ? app.setView({ card: 'batch' }) : changeLevel(app, maps, -1)),
  };
  const action = keys[e.key];
  if (!action) return;
  e.preventDefault();
  e.stopPropagation();
  action();
}
