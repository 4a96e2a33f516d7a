/** CodeLenses on the kernel functions: what the open simulation has counted in each, and where a click leads. */

import { Counter, type CounterName } from '../engine/observe/counters';
import { PageClass } from '../engine/machine/pageclass';
import { Point, POINTS } from '../engine/observe/points';
import type { AnchoredFile, AnchoredFunction, Lens, LensAction, LiveFigures } from './api';
import { count, counted } from './format';

/** A lens's text (figures without the word "simulated") and its action; "" leaves it out. */
type Figure = readonly [string, LensAction];

const filterLog = (filter: string): LensAction => ({ kind: 'filterLog', filter });
const showClass = (pageClass: PageClass): LensAction => ({ kind: 'showClass', pageClass });
const join = (...parts: readonly string[]): string => parts.filter(p => p !== '').join(' · ');

class Reading {
  constructor(private readonly live: LiveFigures) {}
  of(name: CounterName): number {
    return this.live.counters[Counter[name]] ?? 0;
  }
  times(point: Point): number {
    return this.live.byPoint[point] ?? 0;
  }
}

const figuresOf: Readonly<Record<string, (r: Reading) => readonly Figure[]>> = {
  kmigrated_add_pfn: r => [
    [join(counted(r.of('marks_set'), 'mark'), `${count(r.of('marks_overwritten'))} over a waiting one`, `${count(r.of('marks_refused'))} refused`), filterLog('event:mark')],
    ['show marked pages', showClass(PageClass.Marked)],
  ],
  page_ext_xchg_nid: r => [
    [join(`${counted(r.times(Point.AddXchgNid), 'exchange')} by marks`, `${count(r.times(Point.GetCmpxchg))} by the walk`), filterLog('event:mark')],
  ],
  kmigrated_get_nid: r => [
    [join(`${count(r.of('marks_consumed'))} consumed`, `of ${counted(r.times(Point.GetTestClear), 'look')}`, `${count(r.of('marks_own_node'))} for the own node`), filterLog('event:own-node')],
  ],
  kmigrated_walk_zone: r => [
    [join(counted(r.of('pfns_visited'), 'visit'), `${count(r.of('marks_consumed'))} consumed`, counted(r.of('batches'), 'batch', 'batches')), filterLog('event:batch')],
    [join(`${counted(r.of('pages_right'), 'page')} right`, `${count(r.of('pages_wrong'))} wrong`), r.of('pages_wrong') > 0 ? showClass(PageClass.Wrong) : showClass(PageClass.Right)],
  ],
  kmigrated_do_work: r => [
    [join(counted(r.of('passes'), 'pass', 'passes'), `${counted(r.times(Point.WorkZone), 'zone')} walked`), filterLog('event:pass')],
  ],
  kmigrated_work_requested: r => [
    [join(`asked ${counted(r.times(Point.WaitCheck), 'time')}`, `${count(r.of('passes_without_sleep'))} yes`), filterLog('event:pass')],
  ],
  kmigrated_wait_work: r => [
    [join(counted(r.of('sleeps'), 'sleep'), `${count(r.times(Point.WaitTimeout))} ended by the timer`, `${counted(r.of('passes_without_sleep'), 'pass', 'passes')} without sleep`), filterLog('event:pass')],
  ],
  kmigrated: r => [[counted(r.of('passes'), 'pass', 'passes'), filterLog('event:pass')]],
  kmigrated_run: r => [
    [join(`${counted(r.times(Point.InitWake), 'thread')} started`, `${count(r.times(Point.InitError))} failed`), filterLog('event:thread-starts')],
  ],
  kmigrated_init: r => [[`${counted(r.times(Point.InitWake), 'thread')} started`, filterLog('event:thread-starts')]],
  migrate_misplaced_folio_prepare: r => [
    [join(`${counted(r.of('folios_isolated'), 'folio')} isolated`, `${count(r.of('marks_lost_prepare'))} refused, their marks lost`), filterLog('event:prepare-failed')],
    ['show isolated pages', showClass(PageClass.Isolated)],
  ],
  migrate_misplaced_folios_batch: r => [
    [join(`${counted(r.of('batches'), 'batch', 'batches')}, ${count(r.of('batches_full'))} of them full`, `${count(r.of('batches_empty'))} empty besides`), filterLog('event:batch')],
    [`${counted(r.times(Point.BatchPutback), 'folio')} put back`, filterLog('event:put-back')],
  ],
  migrate_pages_batch: r => [
    [join(`${count(r.times(Point.BatchUnmap))} unmapped`, counted(r.times(Point.BatchTlbFlush), 'TLB flush', 'TLB flushes'), `${counted(r.of('folios_moved'), 'folio')} moved`), filterLog('event:batch')],
  ],
};

const said = (n: number, text: (n: number) => string): string => (n > 0 ? text(n) : '');

/** Lenses on statements that a defect sits on, once the run has shown its effect; "" before. */
const defectsOf: readonly (readonly [Point, LensAction, (r: Reading) => string])[] = [
  [Point.WalkCur, filterLog('result:wrong'), r => said(r.of('pages_wrong'), n => `D2, as posted: ${counted(n, 'page')} moved to a node that they had not asked for`)],
  [Point.WalkFlush, filterLog('event:batch-empty'), r => said(r.of('batches_empty'), n => `D2, as posted: ${counted(n, 'empty batch', 'empty batches')} to node -1`)],
  [Point.GetTestClear, filterLog('event:prepare-failed'),
    r => said(r.of('marks_lost_prepare') + r.of('marks_lost_migrate'), n => `D7, as posted: ${counted(n, 'mark')} consumed and lost`)],
];

/** Functions that get lenses when they stand in a file. */
export const LENS_FUNCTIONS: readonly string[] = Object.keys(figuresOf);

/**
 * Lenses of the functions in text order, then those of statements; none without a simulation. Every figure says that it is simulated. Where the simulation stands at a point of the file, that
 * function has one more lens that leads to the statement.
 */
export function lensesFor(file: AnchoredFile, live: LiveFigures | undefined): readonly Lens[] {
  if (!live) return [];
  const reading = new Reading(live);
  const stop = file.points.find(p => p.point === live.atPoint);
  const out: Lens[] = [];
  for (const fn of file.functions) {
    const figures = figuresOf[fn.name]?.(reading) ?? [];
    figures.forEach(([text, action], i) => out.push({ offset: fn.nameOffset, title: i === 0 ? `simulated: ${text}` : text, action }));
    if (stop && holds(fn, stop.offset)) {
      out.push({ offset: fn.nameOffset, title: `at: ${POINTS[stop.point]?.says ?? ''}`, action: { kind: 'revealPoint', point: stop.point } });
    }
  }
  for (const [point, action, text] of defectsOf) {
    const offset = file.anchorOf(point)?.offset;
    const title = text(reading);
    if (offset !== undefined && title !== '') out.push({ offset, title: `simulated: ${title}`, action });
  }
  return out;
}

const holds = (fn: AnchoredFunction, offset: number): boolean => fn.from <= offset && offset < fn.to;
