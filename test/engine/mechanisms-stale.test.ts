/** Marks that outlive what they were made for (D8): after munmap(), after a move; and where the pages of a first touch come from when a node is full. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { FREE, KIND_MASK, LRU, USED } from '../../src/engine/machine/pagestate';
import { LogKind } from '../../src/engine/observe/logkinds';
import { Point } from '../../src/engine/observe/points';
import { blankRow } from '../../src/engine/observe/log';
import type { WorldSpec } from '../../src/engine/spec';
import type { Op, ProcessSpec } from '../../src/engine/system/spec';
import { Lab, MS, dictated, onceOver, visitors } from './mechanisms-world';
import { anon, flat } from './programs';

const until = (ms: number): Op => ({ op: 'repeat', until: { kind: 'time', ps: ms * MS }, body: [{ op: 'compute', ps: MS }] });
const PAGES = 31 * 8;

/** CPU 1 marks the pages of a mapping, which CPU 0 unmaps at 300 ms; CPU 0 maps another one at 400 ms, when `again` says so. */
function unmapped(again: boolean): ProcessSpec {
  const base = visitors([anon(PAGES), anon(2 * PAGES)], { 1: [{ atMs: 200 }] }, [0], 1);
  const [main, worker] = base.threads;
  const second: Op[] = again ? [until(400), { op: 'sweep', vma: 1, from: 0, step: 1, count: 2 * PAGES, write: true }] : [];
  return { ...base, threads: [{ ...main, ops: [main.ops[0], until(300), { op: 'unmap', vma: 0 }, ...second, until(3_600_000)] }, worker] };
}

test('munmap() leaves the marks: nobody consumes them while the pages are free', () => {
  const lab = new Lab(dictated('kmigrated-v1', 2, [unmapped(false)], { scansMs: [100], walksMs: [500, 700] })).to(900);
  assert.equal(lab.sum('marks_set'), PAGES);
  assert.equal(lab.sum('passes'), 2);
  assert.equal(lab.sum('marks_consumed'), 0, 'a walk looks at the LRU before it looks at READY');
  const { frames } = lab.world.machine;
  assert.equal(frames.ready.count, PAGES);
  for (let pfn = frames.ready.next(0, frames.pfns); pfn < frames.pfns; pfn = frames.ready.next(pfn + 1, frames.pfns)) assert.equal(frames.get(pfn) & LRU, 0);
});

test('the next occupant of a marked PFN is moved, although its program never asked (D8)', () => {
  const lab = new Lab(dictated('kmigrated-v1', 2, [unmapped(true)], { scansMs: [100], walksMs: [500] })).to(900);
  assert.equal(lab.sum('marks_set'), PAGES);
  const stale = lab.sum('marks_stale');
  assert.ok(stale > PAGES / 2, `${stale} of ${PAGES} PFNs have a new occupant`);
  assert.equal(lab.sum('marks_consumed'), stale, 'every mark that was consumed was stale');
  assert.equal(lab.at(1)[1], lab.sum('pages_moved'), 'the innocent mapping has pages on node 1 now');
  assert.equal(lab.sum('pages_moved'), stale);
  assert.equal(lab.world.machine.frames.ready.count, PAGES - stale);
});

test('a mark that is renewed while its page is isolated stays on the source, which is freed (D8)', () => {
  // the walk isolates 31 pages in 100 ms, while the scanner re-arms them and CPU 1 faults again
  const process = visitors([anon(31)], { 1: [{ atMs: 200 }, { atMs: 340 }] }, [1]);
  const spec = dictated('kmigrated-v1', 2, [process], { scansMs: [100, 320], walksMs: [300], kthread: { nice: 0, cpu: 0 } });
  const lab = new Lab({ ...spec, costs: { ...spec.costs, preparePs: 4 * MS } }).to(900);
  const { frames } = lab.world.machine;
  assert.deepEqual(lab.at(), { 1: 31 });
  assert.ok(lab.sum('marks_set') > 31);
  assert.equal(lab.sum('marks_set') - lab.sum('marks_overwritten') - lab.sum('marks_consumed'), frames.ready.count);
  assert.ok(frames.ready.count > 0, 'a mark is left');
  for (let pfn = frames.ready.next(0, frames.pfns); pfn < frames.pfns; pfn = frames.ready.next(pfn + 1, frames.pfns)) {
    assert.equal(frames.owners.nid(pfn), 0);
    assert.equal(frames.get(pfn) & LRU, 0, 'its page is no longer there');
    assert.ok(lab.records(Point.BatchMove).some((r) => r.pfn === pfn));
  }
});

test('munmap() while a batch holds the folios: they are freed by the batch, and nothing is left isolated', () => {
  for (const atMs of [305, 330, 355, 380, 395]) {
    const base = visitors([anon(PAGES)], { 1: [{ atMs: 200 }] }, [0]);
    const [main, worker] = base.threads;
    const process = { ...base, threads: [{ ...main, ops: [main.ops[0], until(atMs), { op: 'unmap' as const, vma: 0 }, until(3_600_000)] }, worker] };
    const spec = dictated('kmigrated-v1', 3, [process], { scansMs: [100], walksMs: [300], kthread: { nice: 0, cpu: 2 } });
    const costs = { ...spec.costs, preparePs: MS / 8, unmapFolioPs: MS / 8, remapFolioPs: MS / 8 };
    const lab = new Lab({ ...spec, costs });
    const freeAtStart = free(lab);
    lab.to(1500);
    assert.equal(lab.system.folios.unmappedPages, 0);
    assert.deepEqual(lab.at(), { '-1': PAGES });
    const batched = lab.sum('pgmigrate_success') + lab.sum('pgmigrate_fail');
    assert.ok(atMs < 335 || batched > 0);
    lab.system.folios.lru.drainAll();
    lab.system.folios.allocator.drainPages();
    assert.equal(freeAtStart - free(lab), 1, `unmapped at ${atMs} ms: only the page table is still out, for its grace period`);
  }
});

/** Free pages of the machine, those of per-CPU lists left out. */
const free = (lab: Lab): number => lab.world.machine.nodes.reduce((n, node) => n + node.zones.reduce((z, zone) => z + lab.world.machine.frames.freeOf(zone.ownerId), 0), 0);

/** The world with so many free pages on a node. */
function withFree(spec: WorldSpec, nid: number, freePages: number): WorldSpec {
  return { ...spec, machine: { ...spec.machine, nodes: spec.machine.nodes.map((n) => (n.nid === nid ? { ...n, zones: n.zones.map((z) => ({ ...z, freePages })) } : n)) } };
}

test('first touch: the own node down to its low mark, then the nearest node, then the next, and numa_miss counts there', () => {
  const distance = flat(4).map((row) => [...row]);
  [[2, 12], [1, 16], [3, 28]].forEach(([to, far]) => { distance[0][to] = distance[to][0] = far; });
  const spec = dictated('none', 4, [visitors([anon(2000)], {})], { distance });
  const lab = new Lab(withFree(withFree(spec, 0, 1000), 2, 800)).to(100);
  const at = lab.at();
  // what CPU 0 holds on its own lists when the zone comes to its low mark cannot be had: the mark is looked at first
  const { allocator } = lab.system.folios;
  for (const [nid, pages] of [[0, 1000], [2, 800]] as const) {
    const owner = lab.world.machine.nodeData(nid)?.zones[0].ownerId ?? -1;
    const left = lab.world.machine.frames.freeOf(owner), held = allocator.pcpCount(0, owner);
    assert.ok(left <= 125, `node ${nid} has ${left} free pages`);
    const tables = pages - at[nid] - held - left;
    assert.ok(tables >= 0 && tables <= 4, `${tables} page tables`);
  }
  assert.equal(at[1], 2000 - at[0] - at[2], 'node 1 is the second nearest');
  assert.equal(at[3], undefined);
  assert.equal(lab.world.rec.of(0, 'numa_hit'), at[0]);
  assert.equal(lab.world.rec.of(2, 'numa_miss'), at[2]);
  assert.equal(lab.world.rec.of(1, 'numa_miss'), at[1]);
  assert.equal(lab.sum('numa_hit') + lab.sum('numa_miss'), 2000);
  // the pages come in address order: first the near ones
  const order = [...lab.vma().pfn].map((pfn) => lab.world.machine.frames.owners.nid(pfn));
  assert.deepEqual(order, [...order].sort((a, b) => [0, 2, 1, 3].indexOf(a) - [0, 2, 1, 3].indexOf(b)));
});

test('a first touch that finds no page on any node kills the task, and the run says so', () => {
  const spec = dictated('none', 2, [visitors([anon(2000)], {})]);
  const lab = new Lab(withFree(withFree(spec, 0, 700), 1, 700));
  while (lab.world.run(100 * MS, 1_000_000, 'time') === 'budget');
  assert.equal(lab.sum('oom'), 1);
  assert.match(lab.system.violations().join(), /out of memory/);
  const at = lab.at();
  assert.ok(at[0] <= 600 && at[1] <= 600, 'both down to the min mark of 100');
  assert.equal(lab.system.tasks().find((t) => t.name === 'cpu 0')?.state, 'dead');
});

test('the freed source of a move is the next first touch of its node: PFNs are reused', () => {
  const process = visitors([anon(31 * 4), anon(31 * 4)], { 0: [{ atMs: 400, vma: 1 }], 1: [{ atMs: 200 }] }, [0], 1);
  const lab = new Lab(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300] })).to(200);
  const before = new Set(lab.vma().pfn);
  lab.to(600);
  assert.deepEqual(lab.at(0), { 1: 124 });
  const { frames } = lab.world.machine;
  assert.ok([...lab.vma(1).pfn].filter((pfn) => before.has(pfn)).length > 60);
  for (const pfn of before) assert.ok((frames.get(pfn) & KIND_MASK) === FREE || (frames.get(pfn) & KIND_MASK) === USED);
});

test('every mark has one end: consumed, overwritten, or still out; every consumed one has its stage', () => {
  const lab = onceOver('kmigrated-v1', 31 * 16, { pinnedShare: 0.3 }, {}, { scansMs: [100, 350], walksMs: [300, 600] }).to(900);
  assert.equal(lab.sum('marks_set'), lab.sum('marks_overwritten') + lab.sum('marks_consumed') + lab.world.machine.frames.ready.count);
  assert.equal(lab.sum('marks_consumed'), lab.sum('marks_own_node') + lab.sum('marks_lost_prepare') + lab.sum('folios_isolated'));
  assert.equal(lab.sum('folios_isolated'), lab.sum('folios_moved') + lab.sum('marks_lost_migrate'));
  const { log } = lab.world.rec;
  const row = blankRow();
  let lost = 0;
  for (let i = 0; i < log.total; i++) if (log.read(i, row).kind === LogKind.PutBack) lost++;
  assert.equal(lost, lab.sum('marks_lost_migrate'), 'and a row in the log');
});
