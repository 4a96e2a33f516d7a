/** The speeds that a person chooses from, slowest first: simulated seconds a real second, 0 for as fast as it goes. */

export interface SpeedChoice {
  readonly ratio: number;
  readonly label: string;
  readonly detail: string;
}

export const SPEEDS: readonly SpeedChoice[] = [
  { ratio: 0.00001, label: '1 : 100,000', detail: 'one simulated microsecond takes a tenth of a second' },
  { ratio: 0.0001, label: '1 : 10,000', detail: 'one simulated microsecond takes 10 ms' },
  { ratio: 0.001, label: '1 : 1,000', detail: 'one simulated millisecond takes a second' },
  { ratio: 0.01, label: '1 : 100', detail: 'one simulated millisecond takes a tenth of a second' },
  { ratio: 0.1, label: '1 : 10', detail: 'one simulated second takes ten seconds' },
  { ratio: 1, label: '1 : 1', detail: 'real time' },
  { ratio: 10, label: '10 : 1', detail: 'ten simulated seconds a second' },
  { ratio: 100, label: '100 : 1', detail: 'a hundred simulated seconds a second' },
  { ratio: 0, label: 'As fast as it goes', detail: 'simulated time runs as fast as this machine can' },
];

/** 0 stands for "without bound", so it sorts last. */
const order = (ratio: number): number => ratio === 0 ? Infinity : ratio;

/** The next choice that is slower (by -1) or faster (by 1); at an end the ratio itself. */
export function nextSpeed(ratio: number, by: -1 | 1): number {
  const at = order(ratio);
  const choices = by < 0 ? SPEEDS.filter(s => order(s.ratio) < at).reverse() : SPEEDS.filter(s => order(s.ratio) > at);
  return choices[0]?.ratio ?? ratio;
}
