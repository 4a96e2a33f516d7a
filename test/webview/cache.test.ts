// The cell caches: bytes arrive where they belong, windows move without losing what stays, key frames leave nothing stale.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { PAGE_CLASSES } from '../../src/engine/machine/pageclass';
import type { CellData, ViewRange } from '../../src/protocol/messages';
import { CellCache, type Wanted } from '../../src/webview/map/cache';

const pages = (first: number, count: number): Wanted => ({ purpose: 'map', level: 'pfn', nid: 0, zoneIdx: 1, first, count });
const value = (cell: number): number => (cell * 7) & 0xff;
const send = (range: ViewRange, first: number, count: number, more = false): CellData => ({
  runs: Int32Array.of(range.id, first, count, 0).buffer, data: Uint8Array.from({ length: count }, (_, i) => value(first + i)).buffer, more,
});
const only = (ranges: readonly ViewRange[] | undefined): ViewRange => {
  assert.equal(ranges?.length, 1);
  const range = ranges?.[0];
  assert.ok(range);
  return range;
};

test('what was sent is known wherever the window moves, and nothing else', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 300 }), fc.integer({ min: 1, max: 200 })), { minLength: 1, maxLength: 8 }), moves => {
    const cache = new CellCache();
    const known = new Set<number>();
    for (const [first, count] of moves) {
      cache.want([pages(first, count)]);
      for (const cell of [...known]) if (cell < first || cell >= first + count) known.delete(cell);
      const half = Math.ceil(count / 2);
      assert.equal(cache.apply(send({ id: 1, level: 'pfn', nid: 0, zoneIdx: 1, first, count }, first, half), false), '');
      for (let i = 0; i < half; i++) known.add(first + i);
      const window = cache.window('map', 'pfn', 0, 1);
      for (let cell = first - 2; cell < first + count + 2; cell++) assert.equal(window?.page(cell), known.has(cell) ? value(cell) : -1);
    }
  }));
});

test('a key frame in parts keeps the picture until its end, and then drops what it did not bring', () => {
  const cache = new CellCache();
  const range = only(cache.want([pages(0, 10)]));
  cache.apply(send(range, 0, 10), true);
  cache.apply(send(range, 0, 4, true), true);
  assert.equal(cache.window('map', 'pfn', 0, 1)?.page(9), value(9));
  cache.apply(send(range, 4, 4), false);
  assert.equal(cache.window('map', 'pfn', 0, 1)?.page(7), value(7));
  assert.equal(cache.window('map', 'pfn', 0, 1)?.page(9), -1);
});

test('ranges are sent again only when they differ, and after another generation', () => {
  const cache = new CellCache();
  assert.ok(cache.want([pages(0, 10)]));
  assert.equal(cache.want([pages(0, 10)]), undefined);
  assert.ok(cache.want([pages(1, 10)]));
  cache.clear();
  assert.ok(cache.want([pages(1, 10)]));
});

test('an id never means two windows, and at most 64 ranges go out', () => {
  const cache = new CellCache();
  const a = only(cache.want([pages(0, 10)]));
  const b = only(cache.want([{ ...pages(0, 10), level: 'pageblock' }]));
  assert.notEqual(a.id, b.id);
  assert.equal(only(cache.want([pages(5, 10)])).id, a.id);
  assert.equal(cache.want(Array.from({ length: 90 }, (_, nid) => ({ ...pages(0, 1), nid })))?.length, 64);
});

test('counts are read at both widths and summed', () => {
  const cache = new CellCache();
  const ranges = cache.want([{ ...pages(0, 2), level: 'pageblock' }, { ...pages(0, 1), level: 'node' }]) ?? [];
  const data = new ArrayBuffer(2 * 32 + 64);
  new Uint16Array(data, 0, 32).fill(3);
  new Uint32Array(data, 64, 16).fill(70_000);
  assert.equal(cache.apply({ runs: Int32Array.of(ranges[0]?.id ?? 0, 0, 2, 0, ranges[1]?.id ?? 0, 0, 1, 64).buffer, data, more: false }, false), '');
  const into = new Float64Array(PAGE_CLASSES);
  assert.equal(cache.window('map', 'pageblock', 0, 1)?.addCounts(1, into), true);
  assert.equal(cache.window('map', 'node', 0, 1)?.addCounts(0, into), true);
  assert.deepEqual([...into], Array.from({ length: 16 }, () => 70_003));
  assert.equal(cache.window('map', 'pageblock', 0, 1)?.addCounts(2, into), false);
});

test('a frame whose runs leave the data is refused whole', () => {
  const cache = new CellCache();
  const range = only(cache.want([pages(0, 10)]));
  assert.match(cache.apply({ runs: Int32Array.of(range.id, 0, 10, 0).buffer, data: new ArrayBuffer(9), more: false }, true), /10 cells from cell 0 at byte 0 of 9/);
  assert.equal(cache.window('map', 'pfn', 0, 1)?.page(0), -1);
});
