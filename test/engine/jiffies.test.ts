/** Sleeps end at a slot of the timer wheel, never early (dossier M5). */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { clockOf, jiffiesAt, msecsToJiffies, timeoutEndPs, wheelExpiry } from '../../src/engine/sim/jiffies';
import { PS_PER_MS, PS_PER_S } from '../../src/engine/types';

test('with HZ=250 a sleep of 250 jiffies ends at (((now + 250) >> 3) + 1) << 3, after 1.004 to 1.032 s', () => {
  const clock = clockOf(250);
  fc.assert(fc.property(fc.integer({ min: 0, max: 7_000 * 1000 }), (ms) => {
    const now = jiffiesAt(clock, ms * PS_PER_MS);
    assert.equal(wheelExpiry(clock, now, now + 250), (Math.floor((now + 250) / 8) + 1) * 8);
    const slept = wheelExpiry(clock, now, now + 250) - now;
    assert.ok(slept >= 251 && slept <= 258, String(slept));
    const end = timeoutEndPs(clock, ms * PS_PER_MS, 250);
    assert.ok(end - ms * PS_PER_MS >= PS_PER_S && end - ms * PS_PER_MS <= 1.032 * PS_PER_S);
  }));
});

test('HZ=1000 has slots of 64 ms for a second, HZ=100 of 8 jiffies', () => {
  for (const [hz, unit] of [[1000, 64], [100, 8]] as const) {
    const clock = clockOf(hz);
    const now = jiffiesAt(clock, 3 * PS_PER_S);
    assert.equal(wheelExpiry(clock, now, now + hz) % unit, 0);
    assert.ok(wheelExpiry(clock, now, now + hz) - now <= hz + unit);
  }
});

test('a short timeout has a slot of one jiffy', () => {
  const clock = clockOf(1000);
  assert.equal(wheelExpiry(clock, 1000, 1010), 1011);
});

test('jiffies begin five minutes before the wrap, and milliseconds round up', () => {
  assert.equal(jiffiesAt(clockOf(250), 0), 2 ** 32 - 75_000);
  assert.equal(msecsToJiffies(250, 1000), 250);
  assert.equal(msecsToJiffies(300, 1), 1);
  assert.equal(msecsToJiffies(250, 1), 1);
});
