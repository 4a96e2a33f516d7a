/** The engine's own logarithm, exponential and power against the ones of JavaScript, and the draws that rest on them. */

import test from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { exp, expm1Ratio, exponential, geometric, hazard, log, pow } from '../../src/engine/sim/math';
import { Prng } from '../../src/engine/sim/prng';

function near(got: number, want: number, relative: number, what: string): void {
  assert.ok(Math.abs(got - want) <= relative * Math.abs(want), `${what}: ${got} instead of ${want}`);
}

const positive = fc.oneof(
  fc.double({ min: 1e-300, max: 1e300, noNaN: true }), fc.double({ min: 0.5, max: 2, noNaN: true }), fc.integer({ min: 1, max: 2 ** 30 }).map((n) => n / 2 ** 30),
);

test('log is right to 1e-14', () => {
  fc.assert(fc.property(positive, (x) => near(log(x), Math.log(x), 1e-14, `log(${x})`)), { numRuns: 5000 });
  assert.equal(log(1), 0);
  assert.equal(log(0), -Infinity);
  assert.equal(log(Infinity), Infinity);
  assert.ok(Number.isNaN(log(-1)));
});

test('exp is right to 1e-14, and to the ends of the range', () => {
  fc.assert(fc.property(fc.double({ min: -700, max: 709, noNaN: true }), (x) => near(exp(x), Math.exp(x), 1e-14, `exp(${x})`)), { numRuns: 5000 });
  assert.equal(exp(0), 1);
  assert.equal(exp(-Infinity), 0);
  assert.equal(exp(710), Infinity);
  assert.ok(Number.isNaN(exp(NaN)));
});

test('pow is right to 1e-14 for the weights of ranks', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 28 }), fc.double({ min: 0, max: 2.5, noNaN: true }), (r, s) => near(pow(r, -s), Math.pow(r, -s), 1e-14, `${r}^-${s}`)), { numRuns: 5000 });
  assert.equal(pow(7, 0), 1);
  assert.equal(pow(7, 1), 7);
  assert.equal(pow(8, -1), 0.125);
});

test('-log(1 - p) and (e^x - 1) / x are right near 0', () => {
  fc.assert(fc.property(fc.double({ min: 1e-12, max: 0.999999, noNaN: true }), (p) => near(hazard(p), -Math.log1p(-p), 1e-13, `hazard(${p})`)), { numRuns: 5000 });
  assert.equal(hazard(0), 0);
  assert.equal(hazard(1), Infinity);
  fc.assert(fc.property(fc.double({ min: 1e-9, max: 30, noNaN: true }), fc.boolean(), (x, minus) => {
    const y = minus ? -x : x;
    near(expm1Ratio(y), Math.expm1(y) / y, 1e-13, `expm1Ratio(${y})`);
  }), { numRuns: 5000 });
  assert.equal(expm1Ratio(0), 1);
});

test('exponential draws have mean 1 and variance 1; a geometric draw is 0 for sure at p = 1 and never comes at p = 0', () => {
  const prng = new Prng(5, 'math test');
  const n = 200_000;
  let sum = 0, squares = 0, zeros = 0;
  for (let i = 0; i < n; i++) {
    const x = exponential(prng);
    assert.ok(x >= 0);
    sum += x;
    squares += x * x;
    if (geometric(prng, 0.3) === 0) zeros++;
  }
  assert.ok(Math.abs(sum / n - 1) < 5 / Math.sqrt(n));
  assert.ok(Math.abs(squares / n - 2) < 5 * Math.sqrt(20 / n));
  assert.ok(Math.abs(zeros / n - 0.3) < 5 * Math.sqrt(0.21 / n));
  assert.equal(geometric(prng, 1), 0);
  assert.equal(geometric(prng, 0), Infinity);
});
