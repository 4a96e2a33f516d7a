/** The deferred designs beside each other: a Zipf work gets its pages, runs are repeatable, the CPU time adds up, and a scope note says what is left out. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import { CPU_BUFFERS_SCOPE } from '../../src/engine/designs/cpu-buffers';
import type { ScopeNote } from '../../src/engine/designs/design';
import { KPROMOTED_SCOPE } from '../../src/engine/designs/kpromoted';
import type { DeferredOptions, Overflow } from '../../src/engine/designs/options';
import { TASK_WORK_SCOPE } from '../../src/engine/designs/task-work';
import { WorkerTask } from '../../src/engine/sched/worker';
import type { WorldSpec } from '../../src/engine/spec';
import type { Preemption } from '../../src/engine/system/spec';
import { options, pair, zipf } from './designs-world';
import { Lab, MS, dictated, visitors } from './mechanisms-world';
import { anon } from './programs';

const RULES: readonly Overflow[] = ['sync', 'drop-newest', 'overwrite-oldest', 'block'];
const ALL: readonly DeferredOptions[] = [
  options('task-work'), options('kpromoted'), options('kpromoted', { repairWindow: true }),
  ...RULES.map((overflow) => options('cpu-buffers', { overflow })), options('cpu-buffers', { drain: 'task-work' }), options('cpu-buffers', { entries: 31, chunkFolios: 8 }),
];
const title = (o: DeferredOptions): string => [o.kind, ...('overflow' in o ? [o.overflow, o.drain, o.entries] : []), ...('repairWindow' in o && o.repairWindow ? ['repaired'] : [])].join(' ');

/** All counters of a run, and what every CPU did. */
function digest(spec: WorldSpec, ms: number, steps: number): string {
  const lab = new Lab(spec);
  while (lab.world.run(ms * MS, steps, 'time') === 'budget');
  return JSON.stringify([[...lab.world.rec.totals()], [...lab.system.ledger.byCpu], lab.system.progress(), lab.at()]);
}

for (const o of ALL) {
  test(`${title(o)}: a Zipf work of 4,000 pages ends up local, with the checkers on`, () => {
    const lab = new Lab(zipf(o, 8));
    for (let ms = 250; ms <= 8000; ms += 250) lab.to(ms);
    const at = lab.at();
    // with the window the right way round two accesses must fall between two polls
    const least = o.kind === 'kpromoted' && o.repairWindow ? 500 : 2500;
    assert.ok((at[1] ?? 0) >= least, `${at[1]} of 4000 pages`);
    const none = new Lab(zipf('none', 8)).to(8000);
    assert.ok(lab.system.progress().localAccesses > none.system.progress().localAccesses);
    assert.equal(lab.sum('pages_wrong'), 0);
    assert.ok(lab.system.deferred !== undefined && lab.system.deferred.design.overheadBytes() > 0);
  });

  test(`${title(o)}: the same run twice, in other steps, is the same run`, () => {
    assert.equal(digest(zipf(o, 3, 1500), 3000, 1_000_000), digest(zipf(o, 3, 1500), 3000, 7));
  });
}

for (const preemption of ['none', 'voluntary', 'full'] satisfies Preemption[]) {
  test(`preemption ${preemption}: a worker that shares its CPU with the program loses no time that it owes`, () => {
    for (const o of [options('kpromoted', { hashOrder: 4 }), options('cpu-buffers', { entries: 31, overflow: 'block' })]) {
      const lab = new Lab(zipf(o, 4, 2000, { preemption, kthread: { nice: 0, cpu: 1 } })).to(4000);
      const { costs } = lab.world.spec;
      const moves = lab.sum('pages_moved');
      assert.ok(moves > 500, `${o.kind}: ${moves}`);
      const worker = lab.system.deferred?.tasks.find((t) => t.worker.nid === 1);
      assert.ok(worker instanceof WorkerTask);
      const owed = moves * (costs.allocFolioPs + costs.unmapFolioPs + costs.copyPagePs + costs.remapFolioPs);
      assert.ok(lab.paid(worker.name, Cause.KthreadMigrate) >= owed, `${o.kind}: ${lab.paid(worker.name, Cause.KthreadMigrate)} of ${owed} ps`);
    }
  });
}

test('large folios, dirty files, locked and pinned folios: no design leaves anything behind', () => {
  for (const o of ALL) {
    for (const mapping of [{ order: 2 }, { content: 'file' as const }, { content: 'file-dirty' as const }, { pinnedShare: 0.3, lockedShare: 0.2, writebackShare: 0.2 }]) {
      const lab = new Lab(pair(o, 31 * 16, { scansMs: [100, 1500] }, mapping, [200, 1600])).to(4000);
      assert.equal(lab.system.folios.unmappedPages, 0);
      if (mapping.content === 'file-dirty') assert.deepEqual(lab.at(), { 0: 31 * 16 });
      lab.allOnLru();
    }
  }
});

test('a PMD-mapped folio keeps the synchronous path in every design', () => {
  for (const o of ALL) {
    const process = visitors([anon(1024, { order: 9, pmdMapped: true })], { 1: [{ atMs: 200 }] }, [0]);
    const lab = new Lab(dictated(o.kind, 2, [process], { deferred: o, scansMs: [100] })).to(500);
    assert.equal(lab.sum('thp_migration_success'), 2);
    assert.equal(lab.sum('records_made'), 0);
  }
});

test('scope notes: sources, and full sentences', () => {
  for (const note of [TASK_WORK_SCOPE, KPROMOTED_SCOPE, CPU_BUFFERS_SCOPE] satisfies ScopeNote[]) {
    assert.ok(note.sources.every((s) => /^[^@\s]+@\S+$/.test(s)));
    for (const s of [...note.modelled, ...note.simplified, ...note.not]) assert.match(s, /^[A-Z].*\.$/);
  }
});
