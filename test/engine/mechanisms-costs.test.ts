/** Costs that are easily left out: bandwidth of copies at both ends, caches after a walk, deferral's own costs, the back-off after a failure (part 5, M3, M4, M10). */

import assert from 'node:assert/strict';
import test from 'node:test';
import { CAUSES, Cause } from '../../src/engine/cost/ledger';
import { DIRTY } from '../../src/engine/machine/pagestate';
import { NUMA_BALANCING_DEFAULTS, type Migrator, type Op, type ProcessSpec } from '../../src/engine/system/spec';
import type { Nid } from '../../src/engine/types';
import { Lab, MS, dictated, visitors } from './mechanisms-world';
import { anon, programWorld, shares } from './programs';

const PAGES = 31 * 7;
const ofCpu = (lab: Lab, cpu: number, cause: Cause): number => lab.system.ledger.byCpu[cpu * CAUSES + cause];

/** CPU 1 pulls pages of node 0 to node 1; CPUs 0, 1 and 2 run programs all the time, the kthreads have CPU 3. */
function pulled(migrator: Migrator): Lab {
  const process = visitors([anon(PAGES)], { 1: [{ atMs: 200 }] }, [0, 1, 2]);
  const lab = new Lab(dictated(migrator, 4, [process], { scansMs: [100], walksMs: [300], kthread: { nice: 0, cpu: 3 } })).to(500);
  assert.deepEqual(lab.at(), { 1: PAGES });
  return lab;
}

test('a copy by the kthread takes bandwidth from the programs of both nodes, and of no third', () => {
  const lab = pulled('kmigrated-v1');
  const one = lab.world.spec.costs.copyBandwidthPagePs;
  assert.deepEqual([0, 1, 2].map((cpu) => ofCpu(lab, cpu, Cause.CopyBandwidth)), [PAGES * one, PAGES * one, 0]);
});

test('a copy in the fault slows the programs of the source; the task that copies does not slow itself besides', () => {
  const lab = pulled('sync');
  const one = lab.world.spec.costs.copyBandwidthPagePs;
  assert.deepEqual([0, 1, 2].map((cpu) => ofCpu(lab, cpu, Cause.CopyBandwidth)), [PAGES * one, 0, 0]);
});

/** A machine whose node 0 is walked many times, with a last-level cache of so many bytes. */
function walked(llcBytes: number, walks: number): Lab {
  const process = visitors([anon(31)], {}, [0, 1]);
  const walksMs = Array.from({ length: walks }, (_, i) => 100 + 10 * i);
  return new Lab(dictated('kmigrated-v1', 3, [process], { walksMs, llcBytes, kthread: { nice: 0, cpu: 0 } })).to(400);
}

test('a walk that reads more than a quarter of the cache evicts the programs of its node, up to all of it', () => {
  // 32,768 PFNs of 64 bytes are 2 MiB
  for (const [mib, walks] of [[64, 1], [9, 1]] as const) assert.equal(walked(mib * 2 ** 20, walks).system.ledger.total(Cause.CacheRefill), 0, `${mib} MiB`);
  const part = walked(4 * 2 ** 20, 1), all = walked(2 ** 20, 1), twice = walked(2 ** 20, 2);
  const { cacheRefillLinePs } = all.world.spec.costs;
  assert.equal(ofCpu(all, 0, Cause.CacheRefill), (2 ** 20 / 64) * cacheRefillLinePs);
  assert.equal(ofCpu(twice, 0, Cause.CacheRefill), 2 * ofCpu(all, 0, Cause.CacheRefill));
  assert.ok(ofCpu(part, 0, Cause.CacheRefill) > 0 && ofCpu(part, 0, Cause.CacheRefill) < 4 * ofCpu(all, 0, Cause.CacheRefill));
  assert.equal(ofCpu(all, 1, Cause.CacheRefill), 0, 'another node has a cache of its own');
});

test('metadata on another node makes the walk dearer, by its distance', () => {
  const walk = (at: number | undefined): number => {
    const spec = dictated('kmigrated-v1', 3, [visitors([anon(31)], {})], { walksMs: [100], ...(at === undefined ? {} : { metadataNode: at as Nid }) });
    return new Lab(spec).to(400).world.rec.of(0, 'walk_ps');
  };
  assert.equal(walk(0), walk(undefined));
  assert.ok(walk(2) > walk(0));
});

test('the kthreads run where the scenario puts them: a CPU, a node, or by default their own node', () => {
  const cpus = (kthread: { nice: number; cpu?: number; node?: Nid }): number[] => new Lab(dictated('kmigrated-v1', 3, [visitors([anon(31)], {})], { kthread }))
    .system.tasks().filter((t) => t.kind === 'kthread').map((t) => t.cpu);
  assert.deepEqual(cpus({ nice: 0 }), [0, 1, 2]);
  assert.deepEqual(cpus({ nice: 0, node: 2 as Nid }), [2, 2, 2]);
  assert.deepEqual(cpus({ nice: 0, node: 2 as Nid, cpu: 1 }), [1, 1, 1]);
});

test('deferral: a page that faults again while its mark is out is counted, and moves once', () => {
  const process = visitors([anon(PAGES)], { 1: [{ atMs: 200 }, { atMs: 400 }] });
  const lab = new Lab(dictated('kmigrated-v1', 2, [process], { scansMs: [100, 300], walksMs: [500] })).to(600);
  assert.equal(lab.sum('faults_after_mark'), PAGES);
  assert.equal(lab.sum('marks_overwritten'), PAGES);
  assert.equal(lab.sum('pages_moved'), PAGES);
});

test('deferral: accesses between mark and move are counted as an expectation, by the shares of the program', () => {
  const remote = (sweeps: number): number => {
    const more = Array.from({ length: sweeps }, (_, i) => ({ atMs: 210 + i }));
    const process = visitors([anon(PAGES)], { 1: [{ atMs: 200 }, ...more] });
    return new Lab(dictated('kmigrated-v1', 2, [process], { scansMs: [100], walksMs: [300] })).to(400).sum('remote_after_mark');
  };
  const grown = remote(40) - remote(20);
  assert.ok(Math.abs(grown - 20 * PAGES) <= 0.1 * 20 * PAGES, `${grown} more in twenty sweeps of ${PAGES} pages`);
});

test('deferral: a move of pages that nobody touches any more is counted as cooled', () => {
  const base = visitors([anon(PAGES)], { 1: [{ atMs: 200 }], 2: [] });
  const [main, worker, third] = base.threads;
  const ends = { ...base, threads: [{ ...main, ops: [...main.ops.slice(0, 1), until(250)] }, { ...worker, ops: worker.ops.slice(0, 2) }, third] };
  for (const [process, cooled] of [[base, 0], [ends, PAGES]] as const) {
    const lab = new Lab(dictated('kmigrated-v1', 3, [process], { scansMs: [100], walksMs: [300] })).to(400);
    assert.equal(lab.sum('pages_moved'), PAGES);
    assert.equal(lab.sum('moves_cooled'), cooled);
  }
});

const until = (ms: number): Op => ({ op: 'repeat', until: { kind: 'time', ps: ms * MS }, body: [{ op: 'compute', ps: MS }] });

test('a page that comes back to the node that it left last is ping-pong', () => {
  const visits = (write: boolean): Parameters<typeof visitors>[1] => ({ 0: [{ atMs: 400, write }, { atMs: 600, write }], 1: [{ atMs: 200, write }] });
  const world = (write: boolean): Lab => new Lab(dictated('sync', 2, [visitors([anon(PAGES)], visits(write))], { scansMs: [100, 300, 500] })).to(550);
  assert.ok((world(true).at()[0] ?? 0) >= PAGES - 31, 'a store makes the folio forget who touched it: it goes back at once');
  const lab = world(false);
  assert.deepEqual(lab.at(), { 1: PAGES }, 'the two-stage filter holds it back once');
  assert.equal(lab.sum('ping_pong'), 0);
  lab.to(700);
  assert.ok((lab.at()[0] ?? 0) >= PAGES - 31, 'all but what waits in the batch of CPU 1');
  assert.equal(lab.sum('ping_pong'), lab.at()[0]);
});

/** Scan passes of 40 s; `dirty` pages are dirty, so that their migration fails, until 2 s have passed. */
function scans(migrator: Migrator, repairBackoff: boolean, dirty: number): number {
  const process: ProcessSpec = shares(1240, [1, 2], 0, { content: 'file' }, 1_000_000);
  const numaBalancing = { ...NUMA_BALANCING_DEFAULTS, scanPeriodMinMs: 100, scanDelayMs: 100, scanPeriodMaxMs: 60_000, repairBackoff };
  const lab = new Lab(programWorld(migrator, 3, [process], { numaBalancing })).to(50);
  const { frames } = lab.world.machine;
  for (let u = 0; u < dirty; u++) frames.update(lab.vma().pfn[u], 1, 0, DIRTY);
  lab.to(2000);
  for (let u = 0; u < dirty; u++) frames.update(lab.vma().pfn[u], 1, DIRTY, 0);
  assert.equal(lab.sum('fail_dirty') > 0, dirty > 0);
  return lab.to(40_000).sum('scan_passes');
}

test('M4: failures of the first two seconds hold the synchronous scanner back for good; repaired they do not, and v1 never hears of them (D16)', () => {
  const clean = scans('sync', false, 0), held = scans('sync', false, 40), repaired = scans('sync', true, 40);
  assert.equal(scans('sync', true, 0), clean, 'without failures there is nothing to repair');
  assert.ok(held < repaired && repaired <= clean, `${held} passes, ${repaired} repaired, ${clean} without failures`);
  assert.equal(scans('kmigrated-v1', false, 40), scans('kmigrated-v1', true, 40), 'v1 reports none, so the repair changes nothing');
});

test('who slept while pages were copied, or shares the CPU with the thread that copied them, made no accesses then and is not slowed', () => {
  const process = visitors([anon(PAGES)], { 1: [{ atMs: 200 }, { atMs: 400 }] });
  const asleep = new Lab(dictated('kmigrated-v1', 3, [process], { scansMs: [100], walksMs: [300], kthread: { nice: 0, cpu: 2 } })).to(500);
  assert.deepEqual(asleep.at(), { 1: PAGES });
  assert.equal(ofCpu(asleep, 1, Cause.CopyBandwidth), 0);
  assert.equal(ofCpu(asleep, 0, Cause.CopyBandwidth), PAGES * asleep.world.spec.costs.copyBandwidthPagePs);
  const shared = new Lab(dictated('kmigrated-v1', 3, [process], { scansMs: [100], walksMs: [300], kthread: { nice: 0, cpu: 0 } })).to(500);
  assert.equal(ofCpu(shared, 0, Cause.CopyBandwidth), 0);
});

test('the program works before every access, whether it faults or not', () => {
  const sweep: Op = { op: 'sweep', vma: 0, from: 0, step: 1, count: PAGES, write: true };
  const process: ProcessSpec = { name: 'thinks', vmas: [anon(PAGES)], patterns: [], threads: [{ name: 'thinker', cpu: 0, nice: 0, ops: [sweep, sweep], thinkPs: 1_000_000, duty: 1 }] };
  const lab = new Lab(dictated('none', 2, [process])).to(100);
  assert.equal(lab.sum('pgfault'), PAGES);
  assert.ok(Math.abs(lab.paid('thinker', Cause.Compute) - 2 * PAGES * 1_000_000) <= 2 * PAGES, `${lab.paid('thinker', Cause.Compute)} ps`);
});
