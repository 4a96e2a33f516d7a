/** Machines and the mm around the thread: counts stay right whatever happens, occupancy by count, watermarks, allocation, batches of migrate_pages(). */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ExtLayout } from '../../src/engine/machine/extword';
import { PAGE_CLASSES, PageClass } from '../../src/engine/machine/pageclass';
import { PageFrames } from '../../src/engine/machine/frames';
import { FREE, KIND_MASK, USED, WALK_CLASSES, walkClass } from '../../src/engine/machine/pagestate';
import { LogKind } from '../../src/engine/observe/logkinds';
import { blankRow } from '../../src/engine/observe/log';
import { Point } from '../../src/engine/observe/points';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import { SECTION_SHIFT } from '../../src/engine/types';
import { burst, rowOfNodes, threeTargets } from './specs';
import { Disturber, randomSpec, worldOf } from './worlds';

/** Recounts everything that the frames keep as sums. */
function assertCountsRight(frames: PageFrames): void {
  const totals = new Float64Array(PAGE_CLASSES);
  const walk = new Uint16Array(frames.sectionWalk.length), classes = new Uint16Array(frames.sectionClass.length);
  const free: number[] = [];
  for (let pfn = 0; pfn < frames.pfns; pfn++) {
    const state = frames.get(pfn);
    totals[frames.classOf(pfn)]++;
    walk[(pfn >>> SECTION_SHIFT) * WALK_CLASSES + walkClass(state)]++;
    classes[(pfn >>> SECTION_SHIFT) * PAGE_CLASSES + frames.classOf(pfn)]++;
    assert.equal(frames.ready.has(pfn), (frames.lo(pfn) & frames.layout.readyMask) !== 0);
    if ((state & KIND_MASK) === FREE) free[frames.owners.of(pfn)] = (free[frames.owners.of(pfn)] ?? 0) + 1;
  }
  assert.deepEqual(frames.totals, totals);
  assert.deepEqual(frames.sectionWalk, walk);
  assert.deepEqual(frames.sectionClass, classes);
  for (let owner = 0; owner < frames.owners.table.length; owner++) assert.equal(frames.freeOf(owner), free[owner] ?? 0);
}

function finished(world: World): World {
  while (world.run(world.spec.durationPs, Infinity, 'time') === 'oops') assert.ok(world.threads.some((t) => t.pc === -1));
  return world;
}

test('after any run the counts of sections, classes and free pages are what a recount gives, and no page is lost', () => {
  const seeds = fc.integer({ min: 0, max: 1 << 30 }).filter((seed) => buildWorld(randomSpec(seed)).ok);
  fc.assert(fc.property(seeds, (seed) => {
    const world = worldOf(randomSpec(seed));
    world.addActor(new Disturber(world, seed, 200, 20_000_000_000));
    const holes = world.machine.frames.totals[PageClass.Hole];
    finished(world);
    assertCountsRight(world.machine.frames);
    assert.equal(world.machine.frames.totals[PageClass.Hole], holes);
  }), { numRuns: 25, seed: 3 });
});

test('every mark that a thread consumed is moved, its own node\'s, lost, or on a list; every isolated folio is on a list', () => {
  for (let seed = 0; seed < 12; seed++) {
    if (!buildWorld(randomSpec(seed)).ok) continue;
    const world = finished(worldOf(randomSpec(seed)));
    const { rec, machine } = world;
    const sum = (name: Parameters<typeof rec.of>[1]): number => machine.nodes.reduce((n, node) => n + rec.of(node.nid, name), 0);
    const listed = world.threads.reduce((n, t) => n + t.list.length + (t.job.active ? t.job.list.length - t.job.movedFolios - t.job.failedFolios : 0), 0);
    const between = world.threads.filter((t) => [Point.GetReadWord, Point.GetCmpxchg, Point.WalkOwn, Point.Prepare, Point.WalkPrepare, Point.WalkCur, Point.WalkCount, Point.WalkPush].some((p) => p === t.pc)).length;
    const settled = sum('folios_moved') + sum('marks_own_node') + sum('marks_lost_prepare') + sum('marks_lost_migrate') + listed;
    assert.ok(Math.abs(sum('marks_consumed') - settled) <= between, `seed ${seed}: ${sum('marks_consumed')} consumed, ${settled} accounted`);
  }
});

test('first occupancy has the counts of the zone and is the same for the same seed', () => {
  const machine = rowOfNodes(2, 20_000, 0.37);
  const spec = { ...threeTargets(1), machine, regions: [], workload: [] };
  const world = worldOf(spec);
  const { frames } = world.machine;
  for (const node of world.machine.nodes) {
    const zone = node.zones[0];
    assert.equal(frames.freeOf(zone.ownerId), zone.spec.freePages);
  }
  assert.equal(frames.totals[PageClass.Lru], machine.nodes.reduce((n, node) => n + node.zones[0].lruPages, 0));
  const again = worldOf(spec).machine.frames;
  for (let pfn = 0; pfn < frames.pfns; pfn++) assert.equal(frames.get(pfn), again.get(pfn));
});

test('a free run is the lowest one, aligned, of its owner, however pages came and went', () => {
  const pages = 6000;
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: pages - 1 }), fc.integer({ min: 1, max: 700 }), fc.boolean()), { maxLength: 40 }), fc.array(fc.integer({ min: 0, max: 10 }), { minLength: 1, maxLength: 8 }), (changes, orders) => {
    const frames = new PageFrames(pages, new ExtLayout(2, 64));
    const mine = frames.owners.id(0, 2), other = frames.owners.id(1, 2);
    frames.owners.setRange(0, pages, mine);
    frames.owners.setRange(2000, 77, other);
    frames.fill(0, pages, USED);
    for (const [start, length, free] of changes) {
      for (let p = start; p < Math.min(pages, start + length); p++) frames.set(p, free ? FREE : USED);
      for (const order of orders) {
        const run = 2 ** order;
        let lowest = -1;
        for (let p = 0; p + run <= pages && lowest < 0; p += run) {
          let all = true;
          for (let q = p; q < p + run && all; q++) all = (frames.get(q) & KIND_MASK) === FREE && frames.owners.of(q) === mine;
          if (all) lowest = p;
        }
        assert.equal(frames.findFree(mine, order, 0, pages), lowest);
      }
    }
  }), { numRuns: 60 });
});

test('512 folios of mixed targets go where the 513th wants to go (D2), after an empty batch to node -1', () => {
  const world = finished(worldOf(threeTargets(2)));
  const { log } = world.rec;
  const rows = Array.from({ length: log.total }, (_, i) => ({ row: log.read(i, blankRow()), asked: log.asked(i) })).filter(({ row }) => row.actor === 0);
  const empties = rows.filter(({ row }) => row.kind === LogKind.BatchEmpty);
  assert.equal(empties.length, 1);
  assert.equal(empties[0].row.sentTo, -1);
  const ends = rows.filter(({ row }) => row.kind === LogKind.BatchEnd);
  assert.deepEqual(ends.map(({ row }) => row.folios), [512, 512, 512, 464]);
  // folio i asks for 1 + i mod 3; the batch that folio 512 triggers goes to 1 + 512 mod 3 = 3
  assert.deepEqual(ends.map(({ row }) => row.sentTo), [3, 2, 1, 2]);
  assert.deepEqual(ends[0].asked, [[1, 171], [2, 171], [3, 170]]);
  assert.equal(ends[0].row.right, 170);
  assert.equal(ends[0].row.wrong, 342);
});

test('a full target: prepare refuses at the high watermark, the allocation fails at the min watermark, the rest is put back untried', () => {
  const spec = threeTargets(2, [1]);
  const machine = rowOfNodes(2, 8192, 0.6);
  const node1 = machine.nodes[1];
  const tight = { ...machine, nodes: [machine.nodes[0], { ...node1, zones: [{ ...node1.zones[0], freePages: 300, lruPages: 0 }] }] };
  const world = finished(worldOf({ ...spec, machine: tight, regions: [{ name: 'app', nid: spec.regions[0].nid, pages: 2048, order: 0 }], workload: [burst(600, [1])] }));
  const { rec } = world;
  // free 300 > high 150 + 1 passes prepare for every folio, however many are isolated already (D14)
  assert.equal(rec.of(0, 'folios_isolated'), 513);
  assert.equal(rec.of(0, 'marks_lost_prepare'), 87);
  assert.equal(rec.of(0, 'folios_moved'), 200);
  assert.equal(world.machine.frames.freeOf(world.machine.nodes[1].zones[0].ownerId), 100);
  // one failed allocation a call is counted, the untried folios are not
  assert.equal(rec.of(0, 'pgmigrate_fail'), 2);
  assert.equal(rec.of(0, 'marks_lost_migrate'), 313);
  assert.equal(world.machine.frames.totals[PageClass.Isolated], 0);
});

test('migrate_pages() works in chunks of at least 512 base pages: large folios make more TLB flushes in one batch', () => {
  for (const [order, folios, flushes] of [[0, 512, 1], [2, 300, 3], [9, 20, 20]] as const) {
    const spec = { ...threeTargets(2, [1]), machine: rowOfNodes(2, 65_536), regions: [{ ...threeTargets(2).regions[0], pages: folios << order, order }], workload: [burst(folios, [1])] };
    const world = finished(worldOf(spec));
    assert.equal(world.rec.byPoint[Point.BatchTlbFlush], flushes, `order ${order}`);
    assert.equal(world.rec.of(0, 'pages_moved'), folios << order);
    assert.equal(world.rec.of(1, 'numa_pages_migrated'), folios << order);
    assert.equal(world.rec.of(1, 'pgpromote_success'), folios << order);
  }
});

test('a dirty file folio is refused by prepare and its mark is lost; a clean one moves', () => {
  for (const file of ['clean', 'dirty'] as const) {
    const base = threeTargets(2, [1]);
    const world = finished(worldOf({ ...base, regions: [{ ...base.regions[0], file }], workload: [burst(40, [1])] }));
    assert.equal(world.rec.of(0, 'marks_lost_prepare'), file === 'dirty' ? 40 : 0);
    assert.equal(world.rec.of(0, 'folios_moved'), file === 'dirty' ? 0 : 40);
  }
});

test('a mark for a node that does not exist kills the thread: READY says 7, NODE_DATA(7) is NULL', () => {
  const world = finished(worldOf(threeTargets(3, [7])));
  assert.equal(world.rec.byPoint[Point.Oops], 1);
  assert.equal(world.threads[0].pc, -1);
  assert.ok(world.threads[1].passes >= 2, 'the other threads go on');
});

test('freed pages keep their flag words (D8): the consumed word 0x38 stays behind every moved folio', () => {
  const world = worldOf(threeTargets(6));
  world.run(world.spec.durationPs / 2, Infinity, 'time');
  const { frames } = world.machine;
  let consumed = 0;
  for (let pfn = 0; pfn < frames.pfns; pfn++) if (frames.lo(pfn) === 0x38 && frames.classOf(pfn) === PageClass.Left) consumed++;
  assert.equal(consumed, 2000);
});

test('a region that does not fit is refused with a sentence', () => {
  const spec = threeTargets(1);
  const built = buildWorld({ ...spec, regions: [{ ...spec.regions[0], pages: 1 << 20 }] });
  assert.ok(!built.ok && /Region "app" needs 1048576 pages on node 0, but only \d+ can be had/.test(built.text));
  const empty = buildWorld({ ...spec, workload: [{ ...burst(1, [1]), from: { nid: spec.regions[0].nid, region: 'nobody' } }] });
  assert.ok(!empty.ok && /region "nobody"/.test(empty.text));
});

test('a target above 7 is stored modulo 8 (D1): the pages land on a node that nobody asked for, and none counts as right', () => {
  const base = threeTargets(2);
  const world = finished(worldOf({ ...base, machine: rowOfNodes(10, 8192), regions: [{ ...base.regions[0], pages: 1024 }], workload: [burst(300, [9, 8])] }));
  // 9 is stored as 1: 150 pages go there; 8 is stored as 0, the own node
  assert.equal(world.rec.of(0, 'pages_wrong'), 150);
  assert.equal(world.rec.of(0, 'pages_right'), 0);
  assert.equal(world.rec.of(0, 'marks_own_node'), 150);
  assert.equal(world.rec.of(1, 'numa_pages_migrated'), 150);
  const { log } = world.rec;
  const ends = Array.from({ length: log.total }, (_, i) => i).filter((i) => log.read(i, blankRow()).kind === LogKind.BatchEnd);
  assert.deepEqual(ends.map((i) => [log.asked(i), log.read(i, blankRow()).sentTo]), [[[[9, 150]], 1]]);
});

test('pages of a node that lie in none of its zones are walked as another node\'s, in use, and never given to anybody', () => {
  const base = threeTargets(2);
  const machine = rowOfNodes(2, 8192);
  const ranges = [
    { ...machine.ranges[0], pages: 4000 },
    { ...machine.ranges[0], startPfn: 4000 as typeof machine.ranges[0]['startPfn'], pages: 96, nid: machine.nodes[1].nid, kind: 'reserved' as const },
    { ...machine.ranges[0], startPfn: 4096 as typeof machine.ranges[0]['startPfn'], pages: 4096 }, machine.ranges[1],
  ];
  const zone = machine.nodes[0].zones[0];
  const node0 = { ...machine.nodes[0], zones: [{ ...zone, presentPages: 8096, managedPages: 8096 }] };
  const world = worldOf({ ...base, machine: { ...machine, nodes: [node0, machine.nodes[1]], ranges }, regions: [], workload: [] });
  assert.equal(world.machine.frames.owners.nid(4050), 1);
  finished(world);
  assert.equal(world.rec.of(0, 'pfns_online') - world.rec.of(0, 'pfns_own_node'), 96 * world.threads[0].passes);
  assertCountsRight(world.machine.frames);
});

test('offline and device memory have no page_ext: requests there are refused, and the walk passes them', () => {
  const base = threeTargets(2);
  const machine = rowOfNodes(2, 8192);
  const [first, second] = machine.ranges;
  const zone = machine.nodes[0].zones[0];
  const at = (n: number): typeof first.startPfn => n as typeof first.startPfn;
  const ranges = [{ ...first, pages: 6000 }, { ...first, startPfn: at(6000), pages: 1000, state: 'offline' as const }, { ...first, startPfn: at(7000), pages: 1192 }, second];
  const device = { ...zone, idx: 4, startPfn: at(7000), spannedPages: 1192, presentPages: 1192, managedPages: 1192 };
  const node0 = { ...machine.nodes[0], zones: [{ ...zone, spannedPages: 7000, presentPages: 6000, managedPages: 6000, freePages: 5500, lruPages: 200 }, device] };
  const marks = { timesPs: Float64Array.of(1e9, 2e9), pfns: Float64Array.of(6500, 7500), nids: Int32Array.of(1, 1) };
  const world = finished(worldOf({ ...base, machine: { ...machine, nodes: [node0, machine.nodes[1]], ranges }, regions: [], workload: [{ pattern: 'recorded', name: 'list', marks }] }));
  assert.equal(world.rec.of(0, 'marks_refused'), 2);
  assert.equal(world.machine.nodes[0].activate, false);
  assert.equal(world.rec.of(0, 'pfns_visited'), 7000 * world.threads[0].passes, 'ZONE_DEVICE is not walked');
  assert.equal(world.rec.of(0, 'pfns_online'), 6000 * world.threads[0].passes);
});
