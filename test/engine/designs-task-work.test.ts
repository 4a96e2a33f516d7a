/** v0, task_work batching: what is parked, when it is drained and by whom, and what a task that ends leaves behind. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import { TaskWork } from '../../src/engine/designs/task-work';
import { ISOLATED, LRU } from '../../src/engine/machine/pagestate';
import type { Op, ProcessSpec } from '../../src/engine/system/spec';
import { designOf, options, pair, sums, until } from './designs-world';
import { Lab, MS, dictated, visitors } from './mechanisms-world';
import { anon } from './programs';

const V0 = options('task-work');
const PAGES = 31 * 7;

test('a misplaced folio is isolated in the fault and parked until a second has passed', () => {
  const lab = new Lab(pair(V0, PAGES)).to(900);
  const design = designOf(lab, TaskWork);
  assert.equal(design.held().length, PAGES);
  for (let u = 0; u < PAGES; u++) assert.equal(lab.page(u) & (ISOLATED | LRU), ISOLATED);
  assert.deepEqual(lab.at(), { 0: PAGES });
  lab.to(1200);
  assert.deepEqual(lab.at(), { 1: PAGES });
  lab.allOnLru();
  assert.deepEqual(design.held(), []);
  assert.deepEqual(sums(lab, 'candidates_taken', 'records_made', 'pages_moved', 'pages_right', 'pages_wrong', 'folios_leaked'), {
    candidates_taken: PAGES, records_made: PAGES, pages_moved: PAGES, pages_right: PAGES, pages_wrong: 0, folios_leaked: 0,
  });
  assert.equal(lab.sum('batches'), 1);
  assert.equal(lab.sum('batches_empty'), 1, 'the first target is read from the list head');
});

test('the task itself pays, its store faults again on an entry without write bit, and there is no thread', () => {
  const lab = new Lab(pair(V0, PAGES)).to(1200);
  assert.equal(lab.system.deferred?.tasks.length, 0);
  assert.ok(lab.paid('cpu 1', Cause.InlineMigration) > PAGES * 1e6);
  assert.equal(lab.paid('cpu 1', Cause.Mark), PAGES * lab.world.spec.costs.preparePs);
  assert.equal(lab.sum('write_refaults'), PAGES);
});

test('above the threshold the next tick drains, at it the list waits for the second', () => {
  const pages = 31 * 17; // whole LRU batches: every page is on the LRU
  for (const [batchPages, drained] of [[512, true], [pages - 1, true], [pages, false]] as const) {
    const lab = new Lab(pair(options('task-work', { batchPages }), pages)).to(600);
    assert.equal(lab.sum('pages_moved'), drained ? pages : 0, `threshold ${batchPages}`);
  }
});

test('a task that sleeps is found by no tick: its folios stay parked', () => {
  const process = visitors([anon(PAGES)], { 1: [{ atMs: 200 }] }, [0]);
  const lab = new Lab(dictated('task-work', 2, [process], { deferred: V0, scansMs: [100] })).to(5000);
  assert.equal(designOf(lab, TaskWork).held().length, PAGES);
  assert.deepEqual(lab.at(), { 0: PAGES });
});

test('a fault on a parked folio is taken for one that is queued already', () => {
  const lab = new Lab(pair(V0, PAGES, { scansMs: [100, 300] }, {}, [200, 400])).to(900);
  assert.equal(lab.sum('numa_hint_faults'), 2 * PAGES);
  assert.equal(lab.sum('records_made'), PAGES);
  assert.equal(designOf(lab, TaskWork).held().length, PAGES);
});

/** CPU 1 ends right behind its visit, CPU 2 touches the pages later. */
function ending(): ProcessSpec {
  const base = visitors([anon(PAGES)], { 1: [{ atMs: 200 }], 2: [{ atMs: 2000 }] }, [0]);
  return { ...base, threads: base.threads.map((t) => (t.cpu === 1 ? { ...t, ops: t.ops.slice(0, -1) } : t)) };
}

test('a task that ends leaks what it parked: isolated for ever, in use all the same', () => {
  const lab = new Lab(dictated('task-work', 3, [ending()], { deferred: V0, scansMs: [100, 1000, 1900] })).to(6000);
  const design = designOf(lab, TaskWork);
  assert.equal(lab.system.tasks().find((t) => t.name === 'cpu 1')?.state, 'dead');
  assert.equal(lab.sum('folios_leaked'), PAGES);
  assert.equal(design.leaks().length, PAGES);
  assert.deepEqual(new Set(design.held()), new Set(lab.vma().pfn.slice(0, PAGES)));
  assert.deepEqual(lab.at(), { 0: PAGES }, 'CPU 2 wants them on node 2, and cannot have them');
  for (let u = 0; u < PAGES; u++) assert.equal(lab.page(u) & (ISOLATED | LRU), ISOLATED);
});

test('munmap() of parked folios: the work frees them', () => {
  const base = visitors([anon(PAGES)], { 1: [{ atMs: 200 }] }, [0, 1]);
  const [main, worker] = base.threads;
  const unmap: Op = { op: 'unmap', vma: 0 };
  const process = { ...base, threads: [{ ...main, ops: [main.ops[0], until(500), unmap, until(3_600_000)] }, worker] };
  const lab = new Lab(dictated('task-work', 2, [process], { deferred: V0, scansMs: [100] })).to(2000);
  assert.deepEqual(lab.at(), { '-1': PAGES });
  assert.deepEqual(designOf(lab, TaskWork).held(), []);
  assert.equal(lab.sum('pages_moved'), PAGES, 'migrate_pages() counts what was freed as moved');
  assert.equal(lab.sum('pages_right'), 0);
});

test('a full target: prepare fails in the fault, nothing is parked, and the scan period hears of it', () => {
  const spec = pair(V0, PAGES);
  const nodes = spec.machine.nodes.map((n) => (n.nid === 1 ? { ...n, zones: n.zones.map((z) => ({ ...z, freePages: 140 })) } : n));
  const lab = new Lab({ ...spec, machine: { ...spec.machine, nodes } }).to(1500);
  assert.equal(lab.sum('records_made'), 0);
  assert.deepEqual(lab.at(), { 0: PAGES });
});

test('runs of one target: pages of two tasks on two nodes go where each asked', () => {
  const process = visitors([anon(PAGES), anon(PAGES)], { 1: [{ atMs: 200 }], 2: [{ atMs: 250, vma: 1 }] }, [0, 1, 2]);
  const lab = new Lab(dictated('task-work', 3, [process], { deferred: options('task-work', { intervalMs: 100 }), scansMs: [100, 150] })).to(1500);
  assert.deepEqual(lab.at(0), { 1: PAGES });
  assert.deepEqual(lab.at(1), { 2: PAGES });
  assert.equal(lab.sum('pages_wrong'), 0);
  assert.ok(lab.world.nowPs >= 1500 * MS);
});
