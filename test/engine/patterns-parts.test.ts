/** What the random patterns are built of: the heap, the table of parked touches, the permutation, and the weights of the distributions. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Prng } from '../../src/engine/sim/prng';
import { Uniform, type Distribution } from '../../src/engine/workload/patterns/distribution';
import { MinHeap } from '../../src/engine/workload/patterns/heap';
import { HotSet } from '../../src/engine/workload/patterns/hotset';
import { Parked } from '../../src/engine/workload/patterns/parked';
import { TouchQueue } from '../../src/engine/workload/patterns/queue';
import { Permutation, Zipf, harmonic } from '../../src/engine/workload/patterns/zipf';

test('the heap gives its entries in order, whatever was pushed, removed and filtered', () => {
  const op = fc.record({ kind: fc.constantFrom('push', 'push', 'push', 'pop', 'remove', 'filter', 'append'), key: fc.nat(50), word: fc.nat(2 ** 31) });
  fc.assert(fc.property(fc.array(op, { maxLength: 200 }), (ops) => {
    const heap = new MinHeap(1);
    let model: { key: number; word: number }[] = [];
    let serial = 0;
    for (const o of ops) {
      // words are unique, and some have the sign bit
      const word = (++serial | ((o.word & 1) << 31)) | 0;
      if (o.kind === 'push' || o.kind === 'append') {
        model.push({ key: o.key, word });
        if (o.kind === 'push') heap.push(o.key, word);
        else heap.append(o.key, word);
        if (o.kind === 'append') heap.order();
      } else if (o.kind === 'pop' && model.length > 0) {
        assert.equal(heap.topKey, Math.min(...model.map((m) => m.key)));
        const top = heap.topWord;
        assert.ok(model.some((m) => m.word === top && m.key === heap.topKey));
        heap.pop();
        model = model.filter((m) => m.word !== top);
      } else if (o.kind === 'remove' && model.length > 0) {
        const victim = model[o.key % model.length].word;
        assert.equal(heap.remove(victim), true);
        assert.equal(heap.remove(victim), false);
        model = model.filter((m) => m.word !== victim);
      } else if (o.kind === 'filter') {
        heap.filter((w) => w % 3 !== 0);
        heap.order();
        model = model.filter((m) => m.word % 3 !== 0);
      }
      assert.equal(heap.length, model.length);
    }
    const keys: number[] = [];
    for (; heap.length > 0; heap.pop()) keys.push(heap.topKey);
    assert.deepEqual(keys, model.map((m) => m.key).sort((a, b) => a - b));
  }), { numRuns: 300 });
});

test('the queue gives its entries in order, however many stand in it, with pushes and filters in between', () => {
  for (const size of [10, 5000, 150_000]) {
    const prng = new Prng(size, 'queue test');
    const queue = new TouchQueue(), heap = new MinHeap(64);
    let turn = 0, word = 0;
    const push = (): void => {
      const key = turn + prng.draw(2 ** 30) + word / 2 ** 20;
      queue.push(key, ++word | (word << 31));
      heap.push(key, word | (word << 31));
    };
    const pop = (): void => {
      assert.equal(queue.length, heap.length);
      assert.equal(queue.topKey, heap.topKey);
      if (queue.topWord !== heap.topWord) assert.fail(`word ${queue.topWord} instead of ${heap.topWord}`);
      turn = heap.topKey;
      queue.pop();
      heap.pop();
    };
    for (let i = 0; i < size; i++) push();
    for (let i = 0; i < size; i++) {
      pop();
      if (i % 3 !== 0) push();
    }
    queue.filter((w) => w % 5 !== 0);
    queue.order();
    heap.filter((w) => w % 5 !== 0);
    heap.order();
    for (let i = 0; i < size / 2; i++) {
      const key = turn + prng.draw(2 ** 30) + word / 2 ** 20;
      queue.append(key, ++word);
      heap.append(key, word);
    }
    queue.order();
    heap.order();
    while (heap.length > 0) pop();
    assert.equal(queue.length, 0);
    push();
    pop();
  }
});

test('the table of parked touches is a map', () => {
  const op = fc.record({ kind: fc.constantFrom('put', 'put', 'put', 'take', 'filter'), id: fc.nat(150), key: fc.nat(100) });
  fc.assert(fc.property(fc.array(op, { maxLength: 300 }), fc.constantFrom(1, 2 ** 20, 2 ** 24 + 2), (ops, spread) => {
    const table = new Parked();
    const model = new Map<number, number>();
    for (const o of ops) {
      const id = (o.id * spread) % 2 ** 31;
      const at = table.find(id);
      assert.equal(at >= 0 ? table.keyAt(at) : undefined, model.get(id));
      if (o.kind === 'put' && at < 0) {
        table.put(id, o.key, id);
        model.set(id, o.key);
      } else if (o.kind === 'take' && at >= 0) {
        assert.equal(table.wordAt(at), id);
        table.removeAt(at);
        model.delete(id);
      } else if (o.kind === 'filter') {
        table.filter((key) => key % 4 !== 0);
        for (const [k, key] of model) if (key % 4 === 0) model.delete(k);
      }
      assert.equal(table.count, model.size);
    }
    for (const [id, key] of model) assert.equal(table.keyAt(table.find(id)), key);
  }), { numRuns: 300 });
});

test('ranks are dealt to units one to one, and another seed deals them otherwise', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (n, seed) => {
    const permutation = new Permutation(n, new Prng(seed >>> 0, 'deal'));
    const seen = new Uint8Array(n);
    for (let i = 0; i < n; i++) seen[permutation.at(i)]++;
    assert.ok(seen.every((x) => x === 1));
  }), { numRuns: 200 });
  const a = new Permutation(1000, new Prng(1, 'deal')), b = new Permutation(1000, new Prng(2, 'deal'));
  let same = 0;
  for (let i = 0; i < 1000; i++) if (a.at(i) === b.at(i)) same++;
  assert.ok(same < 20, String(same));
});

test('where the first rank lands is even over the seeds', () => {
  const quarter = new Float64Array(4);
  for (let seed = 0; seed < 4000; seed++) {
    const permutation = new Permutation(1000, new Prng(seed, 'deal'));
    let u = 0;
    while (permutation.at(u) !== 0) u++;
    quarter[Math.floor(u / 250)]++;
  }
  for (const n of quarter) assert.ok(Math.abs(n - 1000) < 5 * Math.sqrt(750), quarter.join(' '));
});

test('the harmonic number is right to 1e-12 for any exponent', () => {
  for (const n of [1, 2, 1000, 1024, 1025, 5000, 300_000]) {
    for (const s of [0, 0.3, 0.99, 1, 1.0000001, 1.2, 2.5]) {
      let sum = 0;
      for (let r = n; r >= 1; r--) sum += Math.pow(r, -s);
      assert.ok(Math.abs(harmonic(n, s) - sum) < 1e-12 * sum, `${n} ${s}: ${harmonic(n, s)} instead of ${sum}`);
    }
  }
});

const make = (name: string, units: number): Distribution => {
  switch (name) {
    case 'uniform': return new Uniform(units, 4);
    case 'zipf': return new Zipf(units, 0.99, true, 4, new Prng(9, 'zipf'));
    case 'zipf in order': return new Zipf(units, 1.3, false, 4, new Prng(9, 'zipf'));
    default: return new HotSet(units, 0.2, 0.9, 1000, 4);
  }
};

test('weights sum to one, and the shares of the nodes are the sums of the weights, after any moves and changes', () => {
  for (const name of ['uniform', 'zipf', 'zipf in order', 'hotset']) {
    fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), fc.array(fc.tuple(fc.nat(9999), fc.integer({ min: -1, max: 3 })), { maxLength: 300 }), (units, moves) => {
      const dist = make(name, units);
      const node = new Int8Array(units).fill(-1);
      let time = 0;
      for (const [at, to] of moves) {
        const u = at % units;
        dist.moved(u, node[u], to);
        node[u] = to;
        if (at % 17 === 0) dist.change(time += 900);
      }
      const want = new Float64Array(4);
      let sum = 0, hot = 0;
      for (let u = 0; u < units; u++) {
        sum += dist.weight(u);
        if (node[u] >= 0) want[node[u]] += dist.weight(u);
        if (dist.hot(u)) hot++;
        assert.equal(dist.hot(u), dist.weight(u) >= (1 - 1e-9) / units);
      }
      assert.ok(Math.abs(sum - 1) < 1e-12, `${name} ${units}: ${sum}`);
      assert.ok(hot > 0);
      const got = dist.shares();
      for (let nid = 0; nid < 4; nid++) assert.ok(Math.abs(got[nid] - want[nid]) < 1e-9);
    }), { numRuns: 60 });
  }
});

test('a zipf distribution over 2^28 units needs no table, and its weights sum to one', () => {
  const dist = new Zipf(2 ** 28, 0.99, false, 2, new Prng(1, 'zipf'));
  const w = dist.weight(0);
  assert.ok(Math.abs(1 / w - harmonic(2 ** 28, 0.99)) < 1e-9 / w);
  assert.ok(Math.abs(dist.weight(2 ** 28 - 1) * 2 ** (28 * 0.99) - w) < 1e-12);
  for (let u = 0; u < 1000; u++) dist.moved(u, -1, 1);
  assert.ok(Math.abs(dist.shares()[1] - harmonic(1000, 0.99) * w) < 1e-9);
});

test('a hot set moves on by its own size, round and round, at its times', () => {
  const dist = new HotSet(10, 0.3, 0.9, 1000, 1);
  const hot = (): string => Array.from({ length: 10 }, (_, u) => (dist.hot(u) ? 'x' : '.')).join('');
  assert.equal(dist.nextChangePs(), 1000);
  const seen = [hot()];
  for (let i = 1; i <= 4; i++) {
    dist.change(dist.nextChangePs());
    seen.push(hot());
  }
  assert.deepEqual(seen, ['xxx.......', '...xxx....', '......xxx.', 'xx.......x', '..xxx.....']);
  assert.equal(dist.nextChangePs(), 5000);
  dist.change(4999);
  assert.equal(hot(), '..xxx.....', 'too early');
  dist.change(6100);
  assert.equal(hot(), 'x.......xx', 'two moves at once');
  assert.equal(new HotSet(10, 0.3, 0.9, 0, 1).nextChangePs(), Infinity);
});
