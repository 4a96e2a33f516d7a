/** Logarithm, exponential and power from + - * / alone, so that every JavaScript engine gives the same bits, and the random draws that need them. */

import type { Prng } from './prng';

const LN2_HI = 0.693147180369123816490; // 32 bits of ln 2: k * LN2_HI is exact for |k| < 2^20
const LN2_LO = 1.90821492927058770002e-10;
const SQRT2 = 1.4142135623730951;
const SQRT_HALF = 0.7071067811865476;

/** log((1 + s) / (1 - s)) for |s| <= 0.1716, by its power series in s^2. */
function logRatio(s: number): number {
  const z = s * s;
  const tail = 1 / 13 + z * (1 / 15 + z * (1 / 17 + z * (1 / 19 + z * (1 / 21 + z / 23))));
  return 2 * s * (1 + z * (1 / 3 + z * (1 / 5 + z * (1 / 7 + z * (1 / 9 + z * (1 / 11 + z * tail))))));
}

/** Natural logarithm, relative error below 1e-14; -Infinity for 0, NaN below 0. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return Infinity;
  let k = 0;
  while (x >= 0x4000_0000) { x /= 0x4000_0000; k += 30; }
  while (x >= 256) { x /= 256; k += 8; }
  while (x >= SQRT2) { x /= 2; k++; }
  while (x < 1 / 0x4000_0000) { x *= 0x4000_0000; k -= 30; }
  while (x < 1 / 256) { x *= 256; k -= 8; }
  while (x < SQRT_HALF) { x *= 2; k--; }
  const f = x - 1;
  return k * LN2_HI + (k * LN2_LO + logRatio(f / (2 + f)));
}

/** -log(1 - p) for 0 <= p <= 1, exact for small p too: how fast a chance of p at each access touches. */
export function hazard(p: number): number {
  if (p < 1e-3) return p * (1 + p * (1 / 2 + p * (1 / 3 + p * (1 / 4 + p * (1 / 5 + p / 6)))));
  return p >= 1 ? Infinity : -log(1 - p);
}

/** x times 2^k, in steps that are exact where the result is a normal number. */
function scale(x: number, k: number): number {
  while (k >= 30) { x *= 0x4000_0000; k -= 30; }
  while (k <= -30) { x /= 0x4000_0000; k += 30; }
  return k >= 0 ? x * (1 << k) : x / (1 << -k);
}

/** (e^r - 1) / r for |r| <= 0.36. */
function expm1Over(r: number): number {
  let sum = 1;
  for (let n = 16; n >= 2; n--) sum = 1 + (r / n) * sum;
  return sum;
}

/** e^x, relative error below 1e-14 where the result is a normal number. */
export function exp(x: number): number {
  if (x !== x) return NaN;
  if (x > 709.8) return Infinity;
  if (x < -745.2) return 0;
  const k = Math.round(x / (LN2_HI + LN2_LO));
  const r = x - k * LN2_HI - k * LN2_LO;
  return scale(1 + r * expm1Over(r), k);
}

/** (e^x - 1) / x, 1 at 0: right where x is near 0. */
export function expm1Ratio(x: number): number {
  return Math.abs(x) <= 0.35 ? expm1Over(x) : (exp(x) - 1) / x;
}

/** x^y for x >= 0; relative error about |y log x| times 2e-16, so below 1e-14 for results from e^-50 to e^50. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (y === 1) return x;
  if (y === -1) return 1 / x;
  return exp(y * log(x));
}

/** A number in (0, 1], each multiple of 2^-53 as likely. */
export function unitDraw(prng: Prng): number {
  return ((prng.next() >>> 11) * 0x1_0000_0000 + prng.next() + 1) / 0x20_0000_0000_0000;
}

/** An exponential draw with mean 1: 0 .. 36.8. */
export function exponential(prng: Prng): number {
  return -log(unitDraw(prng));
}

/** Failures before the first success when each try succeeds with chance p: 0 .. ; Infinity for p = 0. */
export function geometric(prng: Prng, p: number): number {
  return p > 0 ? Math.floor(exponential(prng) / hazard(p)) : Infinity;
}
