// Summarised cells: no state that is present vanishes, shares add up, and what is rare stays visible at every size.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { PageClass, PAGE_CLASSES } from '../../src/engine/machine/pageclass';
import { leadingClass, stackPixels, voidPixels } from '../../src/webview/map/summary';
import { STACK } from '../../src/webview/words';

const counts = fc.array(fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 32_768 })), { minLength: 13, maxLength: 13 })
  .map(list => Uint32Array.from({ length: PAGE_CLASSES }, (_, i) => list[i] ?? 0));
/** Signals: what may never vanish, whatever the size. */
const SIGNALS = [PageClass.Right, PageClass.Marked, PageClass.StaleMark, PageClass.Isolated, PageClass.Unmapped, PageClass.Wrong];

test('a state that is present has at least one pixel, from 8 px on; signals from 6 px on', () => {
  fc.assert(fc.property(counts, fc.integer({ min: 6, max: 200 }), (c, room) => {
    const pixels = stackPixels(c, room);
    assert.ok(pixels.reduce((a, b) => a + b, 0) <= room);
    STACK.forEach((k, i) => {
      const there = (c[k] ?? 0) > 0;
      if (!there) assert.equal(pixels[i], 0);
      else if (room >= STACK.length || SIGNALS.some(s => s === k)) assert.ok((pixels[i] ?? 0) >= 1, `class ${k} has a pixel of ${room}`);
    });
  }));
});

test('one marked page of 32,768 is one pixel of a cell', () => {
  const c = new Uint32Array(PAGE_CLASSES);
  c[PageClass.Lru] = 32_767;
  c[PageClass.Marked] = 1;
  assert.equal(stackPixels(c, 8)[STACK.indexOf(PageClass.Marked)], 1);
  assert.equal(stackPixels(c, 8)[STACK.indexOf(PageClass.Lru)], 7);
});

test('holes take the whole cell only when nothing else is in it, and never vanish', () => {
  fc.assert(fc.property(counts, fc.integer({ min: 4, max: 64 }), (c, room) => {
    const empty = (c[PageClass.Hole] ?? 0) + (c[PageClass.Foreign] ?? 0) + (c[PageClass.Offline] ?? 0);
    const total = c.reduce((a, b) => a + b, 0);
    const px = voidPixels(c, room);
    assert.equal(px === 0, empty === 0);
    assert.equal(px === room, empty > 0 && empty === total);
  }));
});

test('the side view leads with a signal when there is any', () => {
  fc.assert(fc.property(counts, c => {
    const signals = SIGNALS.filter(k => (c[k] ?? 0) > 0);
    const lead = leadingClass(c);
    assert.equal(signals.length > 0, SIGNALS.some(s => s === lead));
    assert.ok(c.every(n => n === 0) || (c[lead] ?? 0) > 0);
  }));
});
