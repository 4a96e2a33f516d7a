/** Speeds that the slider offers. */

/** Simulated seconds a real second on the slider, slowest first; the last is no limit. */
export const SPEEDS: readonly number[] = [1e-6, 1e-5, 2e-5, 1e-4, 2e-4, 1e-3, 2e-3, 0.01, 0.02, 0.1, 0.2, 1, 5, 10, 50, 100, 0];

/** The slider position nearest to a ratio. */
export function speedIndex(ratio: number): number {
  if (ratio === 0) return SPEEDS.length - 1;
  let best = 0;
  for (let i = 0; i < SPEEDS.length - 1; i++) {
    if (Math.abs(Math.log((SPEEDS[i] ?? 1) / ratio)) < Math.abs(Math.log((SPEEDS[best] ?? 1) / ratio))) best = i;
  }
  return best;
}
