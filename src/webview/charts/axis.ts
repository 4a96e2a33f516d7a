/** What a chart's horizontal axis stands for: simulated time as a rule; positions or sizes on the results page. */

import { endOfAxis, short, timeText } from './table';

export interface Axis {
  /** Charts with one word here move their cursors together. */
  readonly sync: string;
  /** Head of the first column of the table. */
  readonly unit: string;
  /** Ends of the axis. */
  readonly ends: (now: number, end: number) => readonly [number, number];
  readonly tick: (x: number) => string;
  /** Least distance of two ticks in the axis's own unit, or 0 for any. */
  readonly tickStep: number;
  /** A point of the axis in a sentence, with its unit. */
  readonly point: (x: number) => string;
  /** From a to b, for a sentence. */
  readonly range: (a: number, b: number) => string;
  /** Of a point in the table, without the unit. */
  readonly cell: (x: number) => string;
  /** Whether a mark shows where the run stands. */
  readonly now: boolean;
  /** A value holds until the next point: a sum over sizes. */
  readonly stepped: boolean;
}

export const TIME: Axis = {
  sync: 'kmigrated', unit: 's', ends: (now, end) => [0, endOfAxis(now, end)], tick: t => `${short(t)} s`, tickStep: 0, point: t => `${timeText(t)} s`,
  range: (a, b) => `${timeText(a)} to ${timeText(b)} s`, cell: timeText, now: true, stepped: false,
};
