/** The state of the view that survives a reload: what is looked at, never the data itself. */

import { MAX_PFN, PAGEBLOCK_PAGES } from '../engine/types';
import { LEVELS, MAX_FILTER_CHARS, STEP_KINDS, type Level, type NodeModel, type StepKind } from '../protocol/messages';
import { bool, fits, int, object, oneOf, real, text, type Shape } from '../protocol/shape';

export interface ViewState {
  /** The machine that the rest is about: another one begins with a level that suits its size. */
  readonly machine: string;
  readonly level: Level;
  readonly step: StepKind;
  /** Simulated seconds a real second; 0 = as fast as it goes. */
  readonly speed: number;
  /** Page under the keyboard's cell, or -1, and the node on whose map it is looked at. */
  readonly pfn: number;
  readonly nid: number;
  /** The inset follows the scan cursor. */
  readonly follow: boolean;
  /** The card shows the page that was picked instead of the batch. */
  readonly card: 'batch' | 'page';
  readonly filter: string;
  readonly scope: boolean;
  readonly table: boolean;
  /** What stands below the maps where programs run. */
  readonly below: 'charts' | 'log';
  /** Simulated seconds that the time line spans. */
  readonly spanS: number;
  /** Scroll of the maps as "nid:cell row" pairs, in text so that it stays small. */
  readonly scroll: string;
}

/** Requests come by the thousand: without them the log tells what became of them. */
const FIRST_FILTER = '-event:mark';

export const FIRST_VIEW: ViewState = {
  machine: '', level: 'pageblock', step: 'batch', speed: 0.01, pfn: -1, nid: -1, follow: true, card: 'batch', filter: FIRST_FILTER, scope: false, table: false, below: 'charts', spanS: 10, scroll: '',
};

const shape: Shape<ViewState> = object<ViewState>({
  machine: text(500), level: oneOf(LEVELS), step: oneOf(STEP_KINDS), speed: real(0, 1e6), pfn: int(-1, MAX_PFN - 1), nid: int(-1, 1023), follow: bool, card: oneOf(['batch', 'page']),
  filter: text(MAX_FILTER_CHARS), scope: bool, table: bool, below: oneOf(['charts', 'log']), spanS: real(1e-6, 7_200), scroll: text(4_000),
});

/** The kept state, or the first one when nothing fitting was kept. */
export const readViewState = (kept: unknown): ViewState => (fits(shape, kept) ? kept : FIRST_VIEW);

/** Pageblocks of a node up to which a map of them is of use. */
const MAX_BLOCKS = 16_384;

/** What changes in the view when a session on another machine begins: nothing when it is the same one. */
export function viewFor(view: ViewState, machine: string, nodes: readonly NodeModel[]): Partial<ViewState> {
  if (machine === view.machine) return {};
  const blocks = Math.max(0, ...nodes.map(n => n.zones.reduce((sum, z) => sum + z.spannedPages, 0) / PAGEBLOCK_PAGES));
  return { machine, level: blocks <= MAX_BLOCKS ? 'pageblock' : 'section', pfn: -1, nid: -1, scroll: '', card: 'batch', follow: true };
}

/** Scroll positions by node from their text. */
export function readScroll(scroll: string): Map<number, number> {
  const map = new Map<number, number>();
  for (const part of scroll.split(' ')) {
    const [nid, y] = part.split(':').map(Number);
    if (nid !== undefined && y !== undefined && Number.isFinite(nid) && Number.isFinite(y)) map.set(nid, y);
  }
  return map;
}

export const writeScroll = (map: ReadonlyMap<number, number>): string => [...map].filter(([, y]) => y > 0).slice(0, 200).map(([nid, y]) => `${nid}:${Math.round(y)}`).join(' ');
