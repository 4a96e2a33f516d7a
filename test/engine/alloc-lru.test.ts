/** Per-CPU batches on the way to the LRU: a folio is off the LRU until its batch drains, and is not freed before. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { FREE, KIND_MASK, LRU, STORY_LEFT, USED } from '../../src/engine/machine/pagestate';
import { PageAllocator } from '../../src/engine/mm/alloc/allocator';
import { LRU_BATCH, LruBatches } from '../../src/engine/mm/alloc/lrubatch';
import { machineOf, node } from './alloc-machine';

function setUp(): { a: PageAllocator; lru: LruBatches; isLru: (head: number) => boolean; kind: (head: number) => number; arrived: number[] } {
  const machine = machineOf([node(8192)]);
  const a = new PageAllocator(machine, Int32Array.of(0, 0), [[10]]);
  const arrived: number[] = [];
  const lru = new LruBatches(machine.frames, 2, {
    freeFolio: (cpu, head, order, story) => a.free(cpu, head, order, story),
    onLru: (head) => arrived.push(head),
  });
  return { a, lru, arrived, isLru: (head) => (machine.frames.get(head) & LRU) !== 0, kind: (head) => machine.frames.get(head) & KIND_MASK };
}

test('thirty folios wait, and the thirty-first takes all of them to the LRU', () => {
  const { a, lru, isLru, arrived } = setUp();
  const heads = Array.from({ length: LRU_BATCH }, () => a.alloc(0, 0, 0, 'user'));
  for (const head of heads.slice(0, -1)) lru.lruAdd(0, head);
  assert.equal(heads.filter(isLru).length, 0);
  assert.equal(lru.count(0), 30);
  lru.lruAdd(0, heads[30]);
  assert.equal(heads.filter(isLru).length, 31);
  assert.equal(lru.count(0), 0);
  assert.deepEqual(arrived, heads);
});

test('batches of CPUs are their own; a large folio drains that of its CPU', () => {
  const { a, lru, isLru } = setUp();
  const x = a.alloc(0, 0, 0, 'user'), y = a.alloc(1, 0, 0, 'user'), large = a.alloc(0, 0, 4, 'user');
  lru.lruAdd(0, x);
  lru.lruAdd(1, y);
  lru.lruAdd(0, large);
  assert.deepEqual([x, y, large, large + 15].map(isLru), [true, false, true, true]);
  lru.drainAll();
  assert.equal(isLru(y), true);
});

test('a folio that its last user puts while it waits is freed when the batch drains, by the CPU of the batch', () => {
  const { a, lru, kind, isLru, arrived } = setUp();
  const x = a.alloc(0, 0, 0, 'user'), y = a.alloc(0, 0, 0, 'user');
  lru.lruAdd(0, x);
  lru.lruAdd(0, y);
  assert.equal(lru.put(1, x, STORY_LEFT), false);
  assert.equal(lru.holds(x), true);
  const next = a.alloc(1, 0, 0, 'user');
  assert.notEqual(next, x, 'its page is not given out');
  lru.drainCpu(0);
  assert.equal(lru.holds(x), false);
  assert.deepEqual(arrived, [y]);
  assert.equal(isLru(x), false);
  assert.equal(kind(x), USED, 'on the per-CPU list');
  assert.equal(a.alloc(0, 0, 0, 'user'), x, 'of CPU 0');
  assert.equal(lru.put(0, y, 0), true, 'an LRU folio is freed at once');
  a.drainPages();
  assert.equal(kind(y), FREE);
  assert.equal(a.verify(), undefined);
});
