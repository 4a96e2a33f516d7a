// Runs of PFNs against sets of single PFNs, and placement against counting.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { placeLow } from '../../src/scenario/machine/placement';
import { type Run, both, clip, minus, normalise, pagesIn } from '../../src/scenario/machine/runs';
import { formatSize, parseSize, secondsTextToPs } from '../../src/scenario/units';

const runs = fc.array(fc.record({ start: fc.nat(60), length: fc.nat(20) }).map((r): Run => ({ start: r.start, end: r.start + r.length })), { maxLength: 8 });
const pfns = (list: readonly Run[]): number[] => [...new Set(list.flatMap(r => Array.from({ length: r.end - r.start }, (_, i) => r.start + i)))].sort((a, b) => a - b);

test('runs behave as sets of PFNs', () => {
  fc.assert(fc.property(runs, runs, fc.nat(80), fc.nat(80), (a, b, x, y) => {
    const na = normalise(a), nb = normalise(b);
    const sa = pfns(a), sb = new Set(pfns(b));
    assert.deepEqual(pfns(na), sa);
    assert.equal(pagesIn(na), sa.length);
    assert.ok(na.every((r, i) => r.end > r.start && (i === 0 || r.start > na[i - 1].end)));
    assert.deepEqual(pfns(minus(na, nb)), sa.filter(p => !sb.has(p)));
    assert.deepEqual(pfns(both(na, nb)), sa.filter(p => sb.has(p)));
    assert.deepEqual(pfns(clip(na, x, y)), sa.filter(p => p >= x && p < y));
  }));
});

test('placement is disjoint, within the spans, complete, and finds a place whenever there is one', () => {
  const zones = fc.array(fc.record({ start: fc.nat(12), length: fc.integer({ min: 1, max: 8 }), count: fc.nat(8) }).map(z => ({ start: z.start, end: z.start + z.length, count: z.count })), { maxLength: 4 });
  fc.assert(fc.property(zones, runs, (list, takenRaw) => {
    const taken = normalise(takenRaw);
    const placed = placeLow(list, taken);
    // Hall's condition for intervals: in every window there is room for the zones inside it
    const used = new Set(pfns(taken));
    const room = (from: number, to: number): number => Array.from({ length: to - from }, (_, i) => from + i).filter(p => !used.has(p)).length;
    const fits = list.every(a => list.every(b => a.start >= b.end
      || list.filter(z => z.start >= a.start && z.end <= b.end).reduce((sum, z) => sum + z.count, 0) <= room(a.start, b.end)));
    assert.equal(placed !== undefined, fits);
    if (placed === undefined) return;
    const all = placed.flatMap(pfns);
    assert.equal(new Set(all).size, all.length);
    assert.ok(all.every(p => !used.has(p)));
    list.forEach((z, i) => {
      assert.equal(pagesIn(placed[i]), z.count);
      assert.ok(placed[i].every(r => r.start >= z.start && r.end <= z.end));
    });
  }), { numRuns: 300 });
});

test('amounts of memory', () => {
  assert.deepEqual(['2 GiB', '512MiB', '1.5 MiB', '8192 pages', '1 page', '4 KiB', '1 tib'].map(parseSize), [524288, 131072, 384, 8192, 1, 1, 268435456]);
  assert.deepEqual(['2 GB', '', '3', '1 KiB', '-1 GiB', '1e3 MiB'].map(parseSize), [undefined, undefined, undefined, undefined, undefined, undefined]);
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 32 }), pages => parseSize(formatSize(pages)) === pages));
  assert.deepEqual(['0', '1.5', '0.000000000001', '7200', '1.0000000000009', '-1', '.5', '1e3'].map(secondsTextToPs), [0, 1.5e12, 1, 7.2e15, 1e12, undefined, undefined, undefined]);
});
