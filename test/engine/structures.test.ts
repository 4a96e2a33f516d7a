/** The engine's data structures against plain ones, by properties: bitmap, sparse columns, flag word, random numbers. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Bitmap } from '../../src/engine/machine/bitmap';
import { ExtLayout } from '../../src/engine/machine/extword';
import { pagedU16 } from '../../src/engine/machine/paged';
import { Prng } from '../../src/engine/sim/prng';
import { FolioList } from '../../src/engine/mm/env';
import { LogTable, blankRow } from '../../src/engine/observe/log';
import { Trace } from '../../src/engine/observe/trace';
import { Point } from '../../src/engine/observe/points';

test('a bitmap finds what a sorted set finds, and looks no further than its end', () => {
  const size = 40_000;
  const bit = fc.integer({ min: 0, max: size - 1 });
  fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), bit), { maxLength: 300 }), fc.array(fc.tuple(bit, bit), { maxLength: 40 }), (changes, looks) => {
    const map = new Bitmap(size);
    const set = new Set<number>();
    for (const [on, b] of changes) {
      assert.equal(on ? map.add(b) : map.remove(b), on ? !set.has(b) : set.has(b));
      if (on) set.add(b);
      else set.delete(b);
    }
    assert.equal(map.count, set.size);
    for (const [from, end] of looks) {
      const inside = [...set].filter((b) => b >= from && b < end);
      assert.equal(map.next(from, end), inside.length > 0 ? Math.min(...inside) : from >= end ? end : end);
      assert.equal(map.has(from), set.has(from));
    }
  }));
});

test('a sparse column reads what an array reads', () => {
  const size = 4096;
  fc.assert(fc.property(fc.array(fc.oneof(
    fc.tuple(fc.constant('set' as const), fc.integer({ min: 0, max: size - 1 }), fc.integer({ min: 0, max: 65_535 })),
    fc.tuple(fc.constant('block' as const), fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 65_535 })),
  ), { maxLength: 200 }), (changes) => {
    const column = pagedU16(size);
    const plain = new Uint16Array(size);
    for (const [what, at, value] of changes) {
      if (what === 'set') {
        column.set(at, value);
        plain[at] = value;
      } else {
        column.setBlock(at, value);
        plain.fill(value, at * 512, (at + 1) * 512);
      }
    }
    for (let i = 0; i < size; i++) {
      assert.equal(column.get(i), plain[i], `cell ${i}`);
      assert.ok(column.uniformGroup(i) === -1 || column.uniformGroup(i) === plain[i]);
    }
    for (let b = 0; b < 8; b++) if (column.uniform(b) >= 0) assert.ok(plain.subarray(b * 512, b * 512 + 512).every((v) => v === column.uniform(b)));
  }));
});

test('the flag word has the masks as posted, at every READY position and both widths', () => {
  fc.assert(fc.property(fc.integer({ min: 2, max: 20 }), fc.constantFrom(32 as const, 64 as const), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.integer({ min: -1, max: 1023 }), (ready, bits, random, nid) => {
    const layout = new ExtLayout(ready, bits);
    const word = BigInt.asUintN(bits, random);
    const lo = Number(word & 0xffffffffn), hi = Number(word >> 32n);
    const shift = BigInt(ready + 1), mask = (1n << shift) - 1n;
    const expected = BigInt.asUintN(bits, (word & ~(mask << shift)) | ((BigInt.asUintN(64, BigInt(nid)) & mask) << shift));
    const got = (BigInt(layout.withNidHi(lo, hi, nid)) << 32n) | BigInt(layout.withNidLo(lo, hi, nid));
    assert.equal(got, expected);
    assert.equal(BigInt(layout.nidOf(lo, hi)), (word >> shift) & mask);
  }), { numRuns: 500 });
});

test('on a 64-bit kernel READY is bit 2, node 8 is stored as 0 and -1 as 7 (D1)', () => {
  const layout = new ExtLayout(2, 64);
  assert.deepEqual([1, 7, 8, 15, 1023, -1].map((nid) => layout.stored(nid)), [1, 7, 0, 7, 7, 7]);
  assert.equal(layout.withNidLo(0, 0, 1) | layout.readyMask, 0xc);
  assert.equal(layout.withNidLo(0xc, 0, -1) & ~layout.readyMask, 0x38);
});

test('random streams are their seed and name, stay in range, and are not the same for another name', () => {
  const draws = (seed: number, name: string): number[] => {
    const rng = new Prng(seed, name);
    return Array.from({ length: 200 }, () => rng.draw(1000));
  };
  assert.deepEqual(draws(5, 'a'), draws(5, 'a'));
  assert.notDeepEqual(draws(5, 'a'), draws(5, 'b'));
  assert.notDeepEqual(draws(5, 'a'), draws(6, 'a'));
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 1, max: 2 ** 40 }), (seed, below) => {
    const x = new Prng(seed, 'range').draw(below);
    assert.ok(Number.isInteger(x) && x >= 0 && x < below);
  }));
  const counts = new Array<number>(10).fill(0);
  const rng = new Prng(1, 'even');
  for (let i = 0; i < 100_000; i++) counts[rng.draw(10)]++;
  for (const n of counts) assert.ok(Math.abs(n - 10_000) < 500, String(counts));
});

test('migrate_list is filled at the head', () => {
  const list = new FolioList();
  for (let i = 0; i < 200; i++) list.add(i, i % 3);
  assert.deepEqual([list.heads[list.at(0)], list.heads[list.at(199)]], [199, 0]);
  assert.throws(() => list.at(200));
});

test('the trace keeps its newest records, and its digest every one in order', () => {
  const make = (order: readonly number[]): Trace => {
    const trace = new Trace(64);
    for (const i of order) trace.add(i * 5e11, Point.BatchMove, i % 3 === 0 ? -1 : i % 3, 2 ** 32 - 1 - i, i - 2, -i, i, 0xffffffff);
    return trace;
  };
  const order = Array.from({ length: 1000 }, (_, i) => i);
  const trace = make(order);
  assert.equal(trace.first, 936);
  assert.deepEqual(trace.get(999), { timePs: 999 * 5e11, point: Point.BatchMove, actor: -1, pfn: 2 ** 32 - 1000, a: 997, b: -999, lo: 999, hi: 0xffffffff });
  assert.equal(make(order).digest(), trace.digest());
  assert.notEqual(make([1, 0, ...order.slice(2)]).digest(), trace.digest());
  assert.notEqual(make(order.slice(0, 999)).digest(), trace.digest());
  assert.deepEqual(trace.naming(2 ** 32 - 1000, 5, 1000), [999]);
});

test('the log gives back its rows and drops the oldest ones when there are too many', () => {
  const log = new LogTable(8192);
  const asked = Int32Array.of(1, 10, 2, 20);
  for (let i = 0; i < 20_000; i++) log.add(i, i % 4, 4, Point.BatchEnd, i, i + 1, 3, i, 1, 2, 3, -11, asked, i % 3);
  assert.equal(log.total, 20_000);
  assert.ok(log.dropped > 0 && log.total - log.dropped >= 8192);
  const row = log.read(19_999, blankRow());
  assert.deepEqual([row.timePs, row.firstPfn, row.lastPfn, row.sentTo, row.result], [19_999, 19_999, 20_000, 3, -11]);
  assert.deepEqual(log.asked(19_997), [[1, 10], [2, 20]]);
  assert.deepEqual(log.asked(19_998), []);
});
