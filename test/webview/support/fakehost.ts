// The host's side of the protocol over the fake machine, inside the test page: frames on demand, one outstanding, requests answered.
import { PageClass, PAGE_CLASSES, PAGE_CLASS_NAMES } from '../../../src/engine/machine/pageclass';
import { COUNTER_NAMES, Counter } from '../../../src/engine/observe/counters';
import { Point } from '../../../src/engine/observe/points';
import {
  CELL_BYTES, MAX_FRAME_CELL_BYTES, type CellData, type HostMessage, type Level, type LogRowModel, type PfnModel, type RunState, type SessionModel, type ViewRange, type WebviewMessage,
} from '../../../src/protocol/messages';
import { readWebviewMessage } from '../../../src/protocol/validate';
import { FakeMachine, fourNodeModel, NODE_PAGES } from './fakemachine';

const SIZE: Readonly<Record<Level, number>> = { node: 0, zone: 0, section: 32_768, pageblock: 512, pfn: 1 };

export interface FakeOptions {
  readonly session?: boolean;
  /** Another geometry, with counts that come from a formula. */
  readonly big?: boolean;
  /** A log of so many rows made by a formula. */
  readonly rows?: number;
  readonly ticks?: number;
}

export class FakeHost {
  readonly machine = new FakeMachine();
  readonly received: WebviewMessage[] = [];
  readonly refused: string[] = [];
  model: SessionModel = fourNodeModel;
  generation = 1;
  state: RunState = 'paused';
  stateText = '';
  seq = 0;
  outstanding = 0;
  mostOutstanding = 0;
  hold = false;
  private ranges: readonly ViewRange[] = [];
  private rest: { range: ViewRange; first: number }[] = [];
  private pending = false;
  private speed = 0.01;

  constructor(private readonly post: (m: HostMessage) => void, readonly options: FakeOptions) {
    if (options.big) this.model = bigModel();
    this.machine.begin();
    if (options.big) this.machine.threads.splice(0, 4, ...this.machine.threads.slice(1, 3).map((t, i) => ({ ...t, nid: i, name: `kmigrated${i}` })));
    this.machine.tick(options.ticks ?? 0);
  }

  receive(value: unknown): void {
    const read = readWebviewMessage(value);
    if (!read.ok) {
      this.refused.push(read.text);
      return;
    }
    const m = read.message;
    this.received.push(m);
    switch (m.type) {
      case 'ready':
        if (this.options.session === false) this.post({ type: 'noSession', text: 'No machine runs. Run the default experiment, or open a scenario.' });
        else this.post({ type: 'session', generation: this.generation, model: this.model, speed: this.speed, step: 'batch' });
        return;
      case 'view':
        this.ranges = m.ranges;
        this.rest = m.ranges.map(range => ({ range, first: range.first }));
        return this.frame(true);
      case 'ack':
        this.outstanding--;
        if (this.rest.length > 0) this.frame(true);
        else if (this.pending) this.frame(false);
        return;
      case 'step': return this.tick(m.kind === 'batch' ? 600 : 1);
      case 'speed':
        this.speed = m.ratio;
        return;
      case 'log': return this.post(this.log(m.requestId, m.filter, m.first, m.count));
      case 'pfn': return this.post({ type: 'pfn', requestId: m.requestId, page: this.page(m.pfn) });
      case 'find': {
        const pfn = this.find(m.nid, m.near, m.pageClass);
        return this.post({ type: 'found', requestId: m.requestId, pfn, text: pfn < 0 ? 'Nothing marked on this node.' : `The nearest mark is at PFN ${pfn}.` });
      }
      default:
    }
  }

  /** Lets the machine work and sends what has changed. */
  tick(steps: number): void {
    this.machine.tick(steps);
    this.frame(false);
  }

  begin(generation: number): void {
    this.generation = generation;
    this.outstanding = 0;
    this.post({ type: 'session', generation, model: this.model, speed: this.speed, step: 'batch' });
  }

  frame(key: boolean): void {
    if (this.outstanding > 0) {
      this.pending = true;
      return;
    }
    this.pending = false;
    const m = this.machine;
    const cells = key ? this.keyCells() : this.dirtyCells();
    this.outstanding++;
    this.mostOutstanding = Math.max(this.mostOutstanding, this.outstanding);
    const count = (c: number): number => m.cls.reduce((n, x) => n + (x === c ? 1 : 0), 0);
    const total = COUNTER_NAMES.map(() => 0);
    total[Counter.pages_right] = count(PageClass.Right);
    total[Counter.pages_wrong] = count(PageClass.Wrong);
    total[Counter.pfns_visited] = Math.max(0, m.threads[0]?.cursorPfn ?? 0);
    total[Counter.passes] = 33;
    total[Counter.batches] = m.lanes.filter(l => l[1] === 1).length + 1;
    total[Counter.batches_empty] = 1;
    this.post({
      type: 'frame', generation: this.generation, seq: ++this.seq, key, timePs: Math.round(m.timePs), state: this.state, stateText: this.stateText, threads: [...m.threads],
      batches: [...m.batches], lanes: m.lanes.map(([n, k, a, b]) => [n, k, Math.round(a), Math.round(b)] as const),
      counters: { total, markedNow: count(PageClass.Marked), staleNow: count(PageClass.StaleMark), isolatedNow: count(PageClass.Isolated), unmappedNow: count(PageClass.Unmapped), free: [] },
      logRows: this.options.rows ?? m.rows.length, logDropped: 0, speed: this.speed, atPoint: Point.BatchMove, cells,
    });
  }

  private classAt(pfn: number): number {
    if (this.options.big) return (Math.imul(Math.floor(pfn / 700), 2_654_435_761) >>> 28) < 3 ? PageClass.Lru : PageClass.Free;
    return this.machine.cls[pfn] ?? PageClass.Hole;
  }

  private cellBytes(range: ViewRange, cell: number, into: DataView, at: number): void {
    const node = this.model.nodes.find(n => n.nid === range.nid);
    const zone = node?.zones.find(z => z.idx === range.zoneIdx);
    if (!zone || !node) return;
    if (range.level === 'pfn') {
      const pfn = zone.startPfn + cell;
      const c = this.classAt(pfn);
      const target = this.options.big ? -1 : this.machine.target[pfn] ?? -1;
      into.setUint8(at, c | ((target + 1) << 4));
      return;
    }
    const counts = new Float64Array(PAGE_CLASSES);
    const spans = range.level === 'node' ? node.zones : [zone];
    for (const z of spans) {
      const size = SIZE[range.level];
      const first = size === 0 ? z.startPfn : Math.max(z.startPfn, (Math.floor(z.startPfn / size) + cell) * size);
      const end = size === 0 ? z.startPfn + z.spannedPages : Math.min(z.startPfn + z.spannedPages, (Math.floor(z.startPfn / size) + cell + 1) * size);
      if (this.options.big) this.bigCounts(counts, first, end);
      else for (let pfn = first; pfn < end; pfn++) counts[this.machine.cls[pfn] ?? 0] = (counts[this.machine.cls[pfn] ?? 0] ?? 0) + 1;
    }
    const wide = CELL_BYTES[range.level] === 64;
    counts.forEach((n, c) => (wide ? into.setUint32(at + 4 * c, n, true) : into.setUint16(at + 2 * c, n, true)));
  }

  private bigCounts(counts: Float64Array, first: number, end: number): void {
    const hash = Math.imul(Math.floor(first / 512) + 1, 2_654_435_761) >>> 0;
    const lru = Math.floor(((hash % 100) / 100) * (end - first));
    const marked = hash % 97 === 0 ? 1 : 0;
    counts[PageClass.Lru] = (counts[PageClass.Lru] ?? 0) + lru;
    counts[PageClass.Marked] = (counts[PageClass.Marked] ?? 0) + marked;
    counts[PageClass.Free] = (counts[PageClass.Free] ?? 0) + end - first - lru - marked;
  }

  private pack(list: readonly { range: ViewRange; first: number; count: number }[], more: boolean): CellData {
    const bytes = list.reduce((n, r) => n + r.count * CELL_BYTES[r.range.level], 0);
    const data = new DataView(new ArrayBuffer(bytes));
    const runs = new Int32Array(4 * list.length);
    let at = 0;
    list.forEach(({ range, first, count }, i) => {
      runs.set([range.id, first, count, at], 4 * i);
      for (let cell = first; cell < first + count; cell++) {
        this.cellBytes(range, cell, data, at);
        at += CELL_BYTES[range.level];
      }
    });
    return { runs: runs.buffer, data: data.buffer, more };
  }

  /** What is left of the key frame, at most MAX_FRAME_CELL_BYTES of it. */
  private keyCells(): CellData {
    let room = MAX_FRAME_CELL_BYTES;
    const list: { range: ViewRange; first: number; count: number }[] = [];
    while (this.rest.length > 0 && room > 0) {
      const next = this.rest[0];
      if (!next) break;
      const size = CELL_BYTES[next.range.level];
      const left = next.range.first + next.range.count - next.first;
      const count = Math.min(left, Math.floor(room / size));
      if (count === 0) break;
      list.push({ range: next.range, first: next.first, count });
      room -= count * size;
      if (count === left) this.rest.shift();
      else next.first += count;
    }
    this.machine.dirty.clear();
    return this.pack(list, this.rest.length > 0);
  }

  private dirtyCells(): CellData {
    const list: { range: ViewRange; first: number; count: number }[] = [];
    for (const range of this.ranges) {
      const zone = this.model.nodes.find(n => n.nid === range.nid)?.zones.find(z => z.idx === range.zoneIdx);
      if (!zone) continue;
      const size = SIZE[range.level];
      const cells = new Set<number>();
      for (const pfn of this.machine.dirty) {
        const wholeNode = range.level === 'node' && Math.floor(pfn / NODE_PAGES) === range.nid;
        if (!wholeNode && (pfn < zone.startPfn || pfn >= zone.startPfn + zone.spannedPages)) continue;
        cells.add(size === 0 ? 0 : Math.floor(pfn / size) - Math.floor(zone.startPfn / size));
      }
      for (const cell of cells) if (cell >= range.first && cell < range.first + range.count) list.push({ range, first: cell, count: 1 });
    }
    this.machine.dirty.clear();
    return this.pack(list, false);
  }

  private row(i: number): LogRowModel {
    const first = (i * 37) % 60_000;
    return {
      row: i, timePs: i * 1_000_000_000, thread: i % 4, kind: i % 3 === 0 ? 4 : 1, firstPfn: first, lastPfn: first + 511, asked: [[1, 171], [2, 171], [3, 170]], sentTo: i % 3, folios: 512,
      right: i % 512, wrong: 512 - (i % 512), failed: 0, point: Point.WalkFlush, result: `row ${i}`,
    };
  }

  private log(requestId: number, given: string, first: number, count: number): HostMessage {
    // this machine logs no marks, so the filter that the panel begins with takes nothing away
    const filter = given.replace(/^-event:mark\s*/, '');
    const total = this.options.rows ?? this.machine.rows.length;
    if (filter.includes('?')) return { type: 'log', requestId, first, matched: 0, total, rows: [], error: 'The filter has "?" at 1; allowed are words and node:, event:, pfn:, result:. Take it out.' };
    const node = /^node:(\d+)$/.exec(filter)?.[1];
    if (this.options.rows !== undefined && filter === '') {
      return { type: 'log', requestId, first, matched: total, total, rows: Array.from({ length: Math.max(0, Math.min(count, total - first)) }, (_, i) => this.row(first + i)), error: '' };
    }
    const rows = this.machine.rows.filter(r => (node !== undefined ? r.thread === Number(node) : filter === '' || r.result.includes(filter)));
    return { type: 'log', requestId, first, matched: rows.length, total, rows: rows.slice(first, first + count), error: '' };
  }

  private find(nid: number, near: number, pageClass: number): number {
    let best = -1;
    for (let pfn = nid * NODE_PAGES; pfn < (nid + 1) * NODE_PAGES; pfn++) {
      if (this.machine.cls[pfn] === pageClass && (best < 0 || Math.abs(pfn - near) < Math.abs(best - near))) best = pfn;
    }
    return best;
  }

  private page(pfn: number): PfnModel | null {
    const node = this.model.nodes.find(n => n.zones.some(z => pfn >= z.startPfn && pfn < z.startPfn + z.spannedPages));
    if (!node) return null;
    const c = this.classAt(pfn);
    const target = this.machine.target[pfn] ?? -1;
    const ready = c === PageClass.Marked || c === PageClass.StaleMark;
    const word = (ready ? 4 : 0) | ((target < 0 ? 0 : target) << 3);
    return {
      pfn, nid: node.nid, zone: 'DMA32', section: Math.floor(pfn / 32_768), pageClass: c, order: 0, headPfn: pfn, word: `0x${word.toString(16).padStart(16, '0')}`,
      says: `PFN ${pfn} on node ${node.nid}: ${PAGE_CLASS_NAMES[c] ?? ''}${target >= 0 ? `, asked for node ${target}` : ''}.`,
      fields: [
        { name: 'OWNER', bits: '0-1', raw: '0', says: 'page_owner, off here' },
        { name: 'READY', bits: '2', raw: ready ? '1' : '0', says: ready ? 'the next visit consumes the mark' : 'not marked' },
        { name: 'NID', bits: '3-12', raw: String(target < 0 ? 0 : target), says: ready ? 'target node' : 'left over from the last request' },
        { name: 'FREQ', bits: '13-15', raw: '0', says: 'defined, not used by v1' },
        { name: 'TIME', bits: '16-33', raw: '0', says: 'defined, not used by v1' },
      ],
      caveat: node.nid === 3 ? 'Position unknown: first occupancy follows a seeded rule.' : '',
      history: [{ timePs: 8.011e12, says: `READY set, target node ${target}`, point: Point.AddSetReady }, { timePs: 8.0109e12, says: 'nid exchanged into the word', point: Point.AddXchgNid }],
    };
  }
}

/** Two nodes of 1 TiB with a hole below 4 GiB. */
function bigModel(): SessionModel {
  const TIB = 2 ** 28;
  return {
    ...fourNodeModel, name: '2s-2tib', machine: '2 sockets, 1 TiB each',
    nodes: [0, 1].map(nid => ({
      nid, cpus: [nid], hasThread: true,
      zones: [{ idx: 2, name: 'Normal', startPfn: nid * TIB + (nid === 0 ? 2 ** 20 : 0), spannedPages: TIB - (nid === 0 ? 2 ** 20 : 0), presentPages: TIB - 2 ** 20, managedPages: TIB - 2 ** 20, minPages: 1, lowPages: 2, highPages: 3, holesKnown: true }],
    })),
  };
}
