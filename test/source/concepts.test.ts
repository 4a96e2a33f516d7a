// Concepts and the defect register: complete, linked both ways, filters that the log can have, and the words of the code that lead to them.
import assert from 'node:assert/strict';
import test from 'node:test';
import { POINT_COUNT, POINTS } from '../../src/engine/observe/points';
import { anchorFile } from '../../src/source/anchor';
import { CONCEPT_IDS } from '../../src/source/api';
import { CONCEPTS, conceptOf, conceptOfPoint } from '../../src/source/concepts';
import { DEFECTS, defectOf } from '../../src/source/defects';
import { EVENT_WORDS } from '../../src/session/logview';
import { outline } from './variants';

test('there is one concept for each id, and every text is written', () => {
  assert.deepEqual(CONCEPTS.map(c => c.id).sort(), [...CONCEPT_IDS].sort());
  for (const c of CONCEPTS) {
    assert.ok(c.title.length > 3 && c.title.length < 60, c.id);
    assert.ok(/^[A-Za-z].*\.$/.test(c.meaning) && c.meaning.length < 260, c.id);
    assert.ok(c.explanation.length > 80 && !/[!—]/.test(c.explanation), c.id);
    assert.ok(c.points.length > 0, c.id);
  }
});

test('every point has a concept that lists it', () => {
  for (const { point, id } of POINTS.slice(0, POINT_COUNT)) assert.ok(conceptOf(conceptOfPoint(point)).points.includes(point), id);
});

test('the register holds D1 to D28, linked with the concepts both ways', () => {
  assert.deepEqual(DEFECTS.map(d => d.id), Array.from({ length: 28 }, (_, i) => `D${i + 1}`));
  for (const d of DEFECTS) {
    assert.ok(d.says.length > 60 && d.shownBy.endsWith('.') && d.points.length > 0, d.id);
    assert.deepEqual([...d.concepts].sort(), CONCEPTS.filter(c => c.defects.includes(d.id)).map(c => c.id).sort(), d.id);
  }
  for (const c of CONCEPTS) for (const id of c.defects) assert.ok(defectOf(id), `${c.id} names ${id}`);
  assert.equal(defectOf('D99'), undefined);
});

test('filters name events and results that the log has', () => {
  for (const c of CONCEPTS) {
    if (c.filter === '') continue;
    const [key, value = '?'] = c.filter.split(':');
    assert.ok(key === 'event' ? EVENT_WORDS.some(w => w.startsWith(value)) : c.filter === 'result:wrong', `${c.id}: ${c.filter}`);
  }
});

const TEXT = outline();
const FILE = anchorFile(TEXT);
/** The concept of a word of the outline: its first place after a landmark. */
const conceptIn = (landmark: string, word: string, shift = 1): string | undefined => FILE.conceptAt(TEXT.indexOf(word, TEXT.indexOf(landmark)) + shift);

test('words of the code lead to their concepts', () => {
  const walk = 'static void kmigrated_walk_zone';
  assert.equal(conceptIn(walk, 'kmigrated_walk_zone'), 'walk');
  assert.equal(conceptIn(walk, 'cur_nid'), 'curNid');
  assert.equal(conceptIn(walk, 'pfn_valid'), 'validCheck');
  assert.equal(conceptIn(walk, 'folio_test_lru'), 'lruCheck');
  assert.equal(conceptIn(walk, 'kmigrated_get_nid'), 'consume');
  assert.equal(conceptIn(walk, 'KMIGRATE_BATCH'), 'batchCount');
  assert.equal(conceptIn(walk, 'migrate_list'), 'migrateList');
  assert.equal(conceptIn(walk, 'cond_resched'), 'resched');
  assert.equal(conceptIn('int kmigrated_add_pfn', 'PAGE_EXT_MIGRATE_READY,'), 'ready');
  assert.equal(conceptIn('int kmigrated_add_pfn', 'PGDAT_KMIGRATED_ACTIVATE'), 'activate');
  assert.equal(conceptIn('#define target_in', 'PAGE_EXT_MIG_NID_MASK'), 'nidMask');
  assert.equal(conceptIn('static void kmigrated_wait_work', 'msecs_to_jiffies'), 'timer');
  assert.equal(conceptIn('int migrate_misplaced_folio_prepare', 'NODE_DATA'), 'nodeData');
  assert.equal(conceptIn('static int migrate_pages_batch', 'try_to_unmap_flush'), 'tlbFlush');
});

test('the last letter of a word counts, what stands before it does not', () => {
  const word = 'PGDAT_KMIGRATED_ACTIVATE';
  assert.equal(conceptIn('int kmigrated_add_pfn', word, word.length - 1), 'activate');
  assert.equal(conceptIn('#define KMIGRATE_DELAY', '#define', 0), undefined);
});

test('comments, strings and other functions say nothing', () => {
  assert.equal(conceptIn('READY and a target of 7', 'READY'), undefined);
  assert.equal(conceptIn('PAGE_EXT_MIGRATE_READY: a request waits', 'PAGE_EXT_MIGRATE_READY'), undefined);
  assert.equal(conceptIn('"kmigrated%d"', 'kmigrated%d'), undefined);
  const other = 'void other(void) { cond_resched(); pfn_valid(KMIGRATE_BATCH); kmigrated_add_pfn(1, 2); }';
  const file = anchorFile(other);
  assert.equal(file.conceptAt(other.indexOf('cond_resched')), undefined);
  assert.equal(file.conceptAt(other.indexOf('KMIGRATE_BATCH')), 'batchCount');
  assert.equal(file.conceptAt(other.indexOf('kmigrated_add_pfn')), 'mark');
  assert.equal(file.conceptAt(other.length + 5), undefined);
});
