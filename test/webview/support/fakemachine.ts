// A small deterministic stand-in for a world: four nodes, one walking thread, batches that go where the next folio asked. Not the engine.
import { PageClass } from '../../../src/engine/machine/pageclass';
import { LogKind } from '../../../src/engine/observe/logkinds';
import { Point } from '../../../src/engine/observe/points';
import type { BatchModel, LaneMark, LogRowModel, NodeModel, SessionModel, ThreadModel, ZoneModel } from '../../../src/protocol/messages';

export const NODE_PAGES = 65_536;
const MS = 1e9;

const zone = (idx: number, name: string, startPfn: number, end: number, holes = 0, holesKnown = true): ZoneModel => ({
  idx, name, startPfn, spannedPages: end - startPfn, presentPages: end - startPfn - holes, managedPages: end - startPfn - holes, minPages: 100, lowPages: 200, highPages: 300, holesKnown,
});

export const fourNodes: readonly NodeModel[] = [0, 1, 2, 3].map(nid => ({
  nid, cpus: [nid], hasThread: true,
  zones: nid === 0 ? [zone(0, 'DMA', 1, 4096, 96), zone(1, 'DMA32', 4096, NODE_PAGES)] : [zone(1, 'DMA32', nid * NODE_PAGES, (nid + 1) * NODE_PAGES, nid === 3 ? 32 : 0, nid !== 3)],
}));

export const fourNodeModel: SessionModel = {
  name: '4n-interleaved', machine: '4 nodes of 256 MiB', machineSource: 'Synthetic, for tests.', seed: 42, engineVersion: '0.1.0', durationPs: 1.6e13, design: 'kmigrated v1 as posted',
  batchFolios: 512, readyBit: 2, nodes: fourNodes, programs: false, sourceLabel: 'outline of the project',
  scope: {
    modelled: ['kmigrated_walk_zone() statement by statement, defects included', 'the page_ext flag word of every PFN', 'watermarks per zone', 'the timer wheel'],
    simplified: ['a batch costs time by class, not by cache line', 'first occupancy follows a seeded rule'],
    notModelled: ['other users of the LRU', 'memory pressure and reclaim', 'hotplug during a run'],
  },
};

export class FakeMachine {
  readonly cls = new Uint8Array(4 * NODE_PAGES).fill(PageClass.Free);
  readonly target = new Int8Array(4 * NODE_PAGES).fill(-1);
  readonly threads: ThreadModel[];
  readonly batches: BatchModel[] = [];
  readonly rows: LogRowModel[] = [];
  readonly lanes: LaneMark[] = [];
  timePs = 0;
  readonly dirty = new Set<number>();
  private list: number[] = [];
  private moving = 0;
  private readonly nextFree = [0, NODE_PAGES + 6_000, 2 * NODE_PAGES + 3_600, 3 * NODE_PAGES + 3_008];
  private seed = 7;

  constructor() {
    this.threads = fourNodes.map(n => ({
      nid: n.nid, name: `kmigrated${n.nid}`, phase: 'asleep', wakePs: 10_008 * MS - n.nid * 20 * MS, cursorPfn: -1, zoneIdx: -1, held: 0, moved: 0, batchFolios: 512, passes: 8,
      activate: n.nid === 0, curNid: -1, nidWanted: -1,
    }));
    this.occupy();
  }

  private random(below: number): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.seed / 2 ** 32) * below);
  }

  set(pfn: number, cls: number, target = -1): void {
    this.cls[pfn] = cls;
    this.target[pfn] = target;
    this.dirty.add(pfn);
  }

  private fill(first: number, count: number, cls: number, target?: (i: number) => number): void {
    for (let i = 0; i < count; i++) this.set(first + i, cls, target ? target(i) : -1);
  }

  private occupy(): void {
    this.fill(0, 1, PageClass.Hole);
    this.fill(160, 96, PageClass.Hole);
    this.fill(4 * NODE_PAGES - 32, 32, PageClass.Hole);
    this.fill(4096, 2_400, PageClass.NonLru);
    this.fill(6_496, 500, PageClass.Lru);
    this.fill(NODE_PAGES + 100, 50, PageClass.Lru);
    for (let nid = 0; nid < 4; nid++) {
      for (let i = 0; i < 40; i++) this.fill(nid * NODE_PAGES + 300 + this.random(NODE_PAGES - 800), 1 + this.random(90), this.random(3) === 0 ? PageClass.Lru : PageClass.NonLru);
      this.fill(nid * NODE_PAGES + 54_000 + nid * 700, 1_300, PageClass.NonLru);
    }
    this.fill(5_931, 512, PageClass.Marked, i => 1 + ((i + 2) % 3));
    this.fill(11_485, 13_000, PageClass.Marked, i => 1 + ((i + 2) % 3));
    this.fill(62_000, 1_500, PageClass.Marked, i => 1 + (i % 3));
    this.fill(63_765, 3, PageClass.StaleMark, () => 2);
  }

  private thread(patch: Partial<ThreadModel>): void {
    const old = this.threads[0];
    if (old) this.threads[0] = { ...old, ...patch };
  }

  private log(patch: Partial<LogRowModel>): void {
    this.rows.push({
      row: this.rows.length, timePs: Math.round(this.timePs), thread: 0, kind: LogKind.BatchEnd, firstPfn: -1, lastPfn: -1, asked: [], sentTo: -1, folios: 0, right: 0, wrong: 0, failed: 0,
      point: Point.BatchEnd, result: '', ...patch,
    });
  }

  /** Earlier passes of all threads, so that the time line and the log have a past; then thread 0 begins to walk. */
  begin(): void {
    for (let pass = 0; pass < 4; pass++) {
      for (const nid of [3, 2, 1, 0]) {
        this.timePs = (4_870 + pass * 1_016 + (3 - nid) * 6) * MS;
        this.lanes.push([nid, 0, this.timePs, this.timePs + 2 * MS]);
        this.log({ thread: nid, kind: LogKind.PassEnd, firstPfn: nid * NODE_PAGES, lastPfn: (nid + 1) * NODE_PAGES - 1, result: 'nothing marked; sleeps 1 s', point: Point.WorkDone });
      }
    }
    this.timePs = 8_909.606 * MS;
    this.lanes.push([0, 0, this.timePs, -1]);
    this.log({ kind: LogKind.BatchEmpty, sentTo: -1, result: 'defect D2', point: Point.WalkFlush });
    this.thread({ phase: 'walking', cursorPfn: 1, zoneIdx: 0, passes: 9, wakePs: -1 });
  }

  /** Visits so many PFNs, or moves so many folios of the running batch. */
  tick(steps: number): void {
    for (let i = 0; i < steps; i++) {
      const t = this.threads[0];
      if (!t || t.cursorPfn < 0) return;
      if (t.phase === 'moving') this.moveOne();
      else this.visit(t);
    }
  }

  private visit(t: ThreadModel): void {
    const pfn = t.cursorPfn;
    this.timePs += 4_000_000;
    if (this.cls[pfn] === PageClass.Marked) {
      const want = this.target[pfn] ?? 1;
      if (this.list.length === 512) return this.flush(pfn, want);
      this.set(pfn, PageClass.Isolated, want);
      this.list.push(pfn);
      this.thread({ phase: 'collecting', held: this.list.length, nidWanted: want });
    }
    if (pfn + 1 >= NODE_PAGES) this.thread({ phase: 'asleep', cursorPfn: -1, wakePs: this.timePs + 1_004 * MS });
    else this.thread({ cursorPfn: pfn + 1, zoneIdx: pfn + 1 < 4096 ? 0 : 1 });
  }

  private asked(): [number, number][] {
    return [1, 2, 3].map(n => [n, this.list.filter(p => this.target[p] === n).length]);
  }

  private flush(decider: number, target: number): void {
    for (const pfn of this.list) this.set(pfn, PageClass.Unmapped, this.target[pfn] ?? -1);
    const asked = this.asked();
    const right = this.list.filter(p => this.target[p] === target).length;
    const [firstPfn, lastPfn] = [this.list[0] ?? 0, this.list.at(-1) ?? 0];
    this.batches.length = 0;
    this.batches.push({
      thread: 0, index: 1 + this.lanes.filter(l => l[1] === 1).length, phase: 'move', timePs: Math.round(this.timePs), target, folios: 512, moved: 0, failed: 0, right, wrong: 512 - right,
      firstPfn, lastPfn, asked, deciderPfn: decider, deciderInBatch: false,
    });
    this.lanes.push([0, 1, Math.round(this.timePs), -1]);
    this.moving = 0;
    this.thread({ phase: 'moving', held: 512, moved: 0, curNid: target, nidWanted: target });
    this.log({ kind: LogKind.BatchBegin, firstPfn, lastPfn, asked, sentTo: target, folios: 512, point: Point.WalkFlush, result: `512 folios asked: ${asked.map(([n, f]) => `${f} for node ${n}`).join(', ')}` });
  }

  private moveOne(): void {
    const batch = this.batches[0];
    const pfn = this.list[this.moving];
    if (!batch || pfn === undefined) return;
    this.timePs += 25_000_000;
    const want = this.target[pfn] ?? -1;
    let to = this.nextFree[batch.target] ?? 0;
    while (this.cls[to] !== PageClass.Free) to++;
    this.nextFree[batch.target] = to + 1;
    this.set(to, want === batch.target ? PageClass.Right : PageClass.Wrong, want);
    this.set(pfn, PageClass.Left, want);
    this.moving++;
    const done = this.moving === 512;
    this.batches[0] = { ...batch, moved: this.moving, phase: done ? 'done' : 'move' };
    this.thread({ moved: this.moving });
    if (!done) return;
    const lane = this.lanes.at(-1);
    if (lane) this.lanes[this.lanes.length - 1] = [lane[0], lane[1], lane[2], Math.round(this.timePs)];
    this.log({ firstPfn: batch.firstPfn, lastPfn: batch.lastPfn, asked: batch.asked, sentTo: batch.target, folios: 512, right: batch.right, wrong: batch.wrong, result: `${batch.right} right, ${batch.wrong} wrong` });
    this.list = [];
    this.thread({ phase: 'walking', held: 0, moved: 0 });
  }
}
