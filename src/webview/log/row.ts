/** One row of the migration log as elements; rows are made for what is on view only. */

import { LOG_KIND_NAMES, LogKind } from '../../engine/observe/logkinds';
import type { LogRowModel } from '../../protocol/messages';
import { button, el } from '../dom';
import { count, exactPs, seconds } from '../format';

export const ROW_HEIGHT = 21;
export const COLUMNS: readonly (readonly [string, string])[] = [
  ['time', 'Time, s'], ['thread', 'Thread'], ['event', 'Event'], ['pfns', 'PFN range'], ['asked', 'Asked for, node:folios'], ['sent', 'Sent to'], ['folios', 'Folios'], ['result', 'Result'],
];
/** Kinds that are drawn quietly: nothing moved. */
const QUIET: readonly number[] = [LogKind.PassBegin, LogKind.PassEnd, LogKind.ThreadStart, LogKind.BatchBegin];

export const eventName = (kind: number): string => LOG_KIND_NAMES[kind] ?? `event ${kind}`;

function range(r: LogRowModel): string {
  if (r.firstPfn < 0) return '\u2013';
  return r.lastPfn > r.firstPfn ? `${count(r.firstPfn)}\u2013${count(r.lastPfn)}` : count(r.firstPfn);
}

/** The row in words, for the live region. */
export function rowText(r: LogRowModel): string {
  return `${seconds(r.timePs)} s, ${r.thread < 0 ? 'producer' : `kmigrated${r.thread}`}, ${eventName(r.kind)}, PFN ${range(r)}, ${r.result}`;
}

/** Kinds whose range is a whole zone or node: that a page lies in it says nothing. */
const WIDE: readonly number[] = [LogKind.PassBegin, LogKind.PassEnd];

export interface RowLook {
  readonly picked: boolean;
  /** The page that is picked on the map, or -1: rows about it are marked. */
  readonly pfn: number;
}

export interface RowActions {
  readonly reveal: (point: number) => void;
}

/** A row element at its place; `index` counts the matching rows from 0, `says` stands in for its result ("" = as it is). */
export function rowElement(r: LogRowModel, index: number, look: RowLook, actions: RowActions, says: string): HTMLElement {
  const cell = (name: string, ...children: (Node | string)[]): HTMLElement => el('div', { class: `c-${name}`, at: { role: 'gridcell' } }, ...children);
  const event = r.point < 0 ? eventName(r.kind) : button(eventName(r.kind), 'link', e => {
    e.stopPropagation();
    actions.reveal(r.point);
  }, 'Show the statement in the source');
  if (event instanceof HTMLElement) event.tabIndex = -1;
  const total = r.right + r.wrong;
  const words = total > 0 ? `${count(r.right)} right, ${count(r.wrong)} wrong${r.failed > 0 ? `, ${count(r.failed)} put back` : ''}` : says === '' ? r.result : says;
  const result = cell('result', el('span', { class: 'result-text', text: words, title: r.result }));
  if (total > 0) {
    const bar = el('span', { class: 'mini', at: { 'aria-hidden': 'true' } });
    const [right, wrong] = [el('span', { class: 'mini-right' }), el('span', { class: 'mini-wrong' })];
    right.style.flexGrow = String(r.right);
    wrong.style.flexGrow = String(r.wrong);
    if (r.right > 0) bar.append(right);
    if (r.wrong > 0) bar.append(wrong);
    result.prepend(bar);
  }
  const marked = look.pfn >= r.firstPfn && look.pfn <= r.lastPfn && look.pfn >= 0 && !WIDE.includes(r.kind);
  const time = cell('time', seconds(r.timePs));
  time.title = `row ${count(r.row)}: ${exactPs(r.timePs)}`;
  const node = el('div', {
    class: `log-row${QUIET.includes(r.kind) && says === '' ? ' quiet' : ''}${look.picked ? ' picked' : ''}${marked ? ' has-pfn' : ''}`,
    at: { role: 'row', 'aria-rowindex': String(index + 2), 'aria-selected': String(look.picked), 'data-index': String(index) },
  },
  time, cell('thread', r.thread < 0 ? 'producer' : `kmigrated${r.thread}`), cell('event', event), cell('pfns', range(r)),
  cell('asked', r.asked.map(([n, f]) => `${n}:${count(f)}`).join(' ')), cell('sent', r.sentTo < 0 && r.kind !== LogKind.BatchEmpty ? '' : count(r.sentTo)),
  cell('folios', count(r.folios)), result);
  node.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
  return node;
}
