/** The hover on a statement: what it means, in plain words, and what the open simulation has seen of it. */

import { COUNTER_NAMES, type CounterName } from '../engine/observe/counters';
import { POINTS } from '../engine/observe/points';
import type { Concept, ConceptId, LiveFigures, LiveThread } from './api';
import { conceptOf } from './concepts';
import { defectOf } from './defects';
import { count, escapeMarkdown, pfnText, seconds } from './format';

/** Counters that say something about a concept. */
const COUNTERS: Readonly<Partial<Record<ConceptId, readonly CounterName[]>>> = {
  flagWord: ['marks_refused'],
  ready: ['marks_set', 'marks_overwritten', 'marks_consumed'],
  nidField: ['marks_set', 'marks_consumed'],
  nidMask: ['pages_right', 'pages_wrong'],
  activate: ['passes_without_sleep', 'passes'],
  mark: ['marks_set', 'marks_overwritten', 'marks_refused'],
  consume: ['marks_consumed', 'marks_lost_prepare', 'marks_lost_migrate'],
  thread: ['passes'],
  wait: ['sleeps', 'passes_without_sleep'],
  timer: ['sleeps'],
  pass: ['passes', 'pfns_visited'],
  zoneSkip: ['pfns_visited'],
  walk: ['pfns_visited', 'marks_consumed'],
  validCheck: ['pfns_visited', 'pfns_valid'],
  onlineCheck: ['pfns_valid', 'pfns_online'],
  nidCheck: ['pfns_online', 'pfns_own_node'],
  lruCheck: ['pfns_own_node', 'pfns_lru'],
  ownNode: ['marks_own_node'],
  prepare: ['folios_isolated', 'marks_lost_prepare'],
  curNid: ['pages_right', 'pages_wrong'],
  batchCount: ['batches', 'batches_full', 'batches_empty'],
  migrateList: ['folios_isolated', 'folios_moved'],
  flush: ['batches', 'batches_empty'],
  resched: ['cond_resched', 'pfns_visited'],
  push: ['folios_isolated'],
  finalFlush: ['batches', 'batches_full'],
  migratePages: ['batches', 'folios_moved', 'pages_moved'],
  move: ['pages_moved', 'pages_right', 'pages_wrong'],
  putBack: ['marks_lost_migrate', 'pgmigrate_fail'],
  promoteCount: ['numa_pages_migrated', 'pgpromote_success'],
};
const WITH_THREADS: ReadonlySet<ConceptId> = new Set(['thread', 'wait', 'timer', 'pass', 'walk', 'init', 'migrateList', 'nodeData']);
/** Threads that a hover lists; machines with more have the tree for it. */
const MAX_THREADS = 16;

/** Markdown for a hover. Everything variable is escaped; it needs no trust and no HTML. Defects of the posting are named. */
export function hoverMarkdown(id: ConceptId, live: LiveFigures | undefined): string {
  const concept = conceptOf(id);
  const parts = [`**${escapeMarkdown(concept.title)}**`, escapeMarkdown(concept.meaning), ...concept.explanation.split('\n\n').map(escapeMarkdown)];
  const defects = concept.defects.flatMap(d => defectOf(d) ?? []);
  if (defects.length > 0) parts.push(lines(defects.map(d => `${d.id}: ${d.title}`)));
  parts.push('---', lines(live ? figures(concept, live) : ['No simulation is open, so there are no figures. Run one to see them here.']));
  return parts.join('\n\n');
}

/** Plain lines, each escaped and on a line of its own. */
const lines = (texts: readonly string[]): string => texts.map(escapeMarkdown).join('  \n');

function figures(concept: Concept, live: LiveFigures): string[] {
  const out = [`Simulated, at ${seconds(live.timePs)}:`];
  for (const point of concept.points) {
    const info = POINTS[point];
    if (info) out.push(`${count(live.byPoint[point] ?? 0)} times: ${info.says} (${info.id})`);
  }
  const counters = COUNTERS[concept.id] ?? [];
  if (counters.length > 0) out.push(counters.map(name => `${name} ${count(live.counters[COUNTER_NAMES.indexOf(name)] ?? 0)}`).join(', '));
  if (concept.points.some(p => p === live.atPoint)) out.push('The simulation stands here now.');
  if (WITH_THREADS.has(concept.id)) out.push(...threadLines(live.threads));
  return out;
}

function threadLines(threads: readonly LiveThread[]): string[] {
  const shown = threads.slice(0, MAX_THREADS).map(t => `${t.name}: ${threadState(t)}`);
  return threads.length > MAX_THREADS ? [...shown, `and ${count(threads.length - MAX_THREADS)} more threads`] : shown;
}

function threadState(t: LiveThread): string {
  const wake = t.wakePs ?? -1;
  const cursor = t.cursorPfn ?? -1;
  if (t.phase === 'asleep') return wake >= 0 ? `asleep until ${seconds(wake)}` : 'asleep';
  const held = t.batchFolios !== undefined && t.held !== undefined ? `, ${count(t.held)} of ${count(t.batchFolios)} folios` : '';
  return `${t.phase}${cursor >= 0 ? ` at PFN ${pfnText(cursor)}` : ''}${held}`;
}
