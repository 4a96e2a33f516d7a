/** The shape of a run's series: as many finite numbers as its points say, in the order of time. */

import type { SeriesRun } from './series';
import { MAX_SERIES_POINTS, SERIES_COLUMNS } from './series';
import { buffer, int, object, text, type Shape } from './shape';

const NUMBER_BYTES = 8;
const COLUMNS = SERIES_COLUMNS.length;
const ROW_BYTES = COLUMNS * NUMBER_BYTES;

const fields: Shape<SeriesRun> = object<SeriesRun>({ label: text(100), points: int(0, MAX_SERIES_POINTS), data: buffer(MAX_SERIES_POINTS * ROW_BYTES, ROW_BYTES) });

/** Says what is wrong with a table, or "". */
function table(data: ArrayBuffer, points: number, at: string): string {
  if (data.byteLength !== points * ROW_BYTES) return `${at}.data is a buffer of ${data.byteLength} bytes; allowed is ${points * ROW_BYTES} for ${points} points.`;
  const numbers = new Float64Array(data);
  const bad = numbers.findIndex((n) => !Number.isFinite(n));
  if (bad >= 0) return `${at}.data has ${numbers[bad]} in column "${SERIES_COLUMNS[bad % COLUMNS]}" of point ${Math.floor(bad / COLUMNS)}; allowed are finite numbers.`;
  for (let i = 1; i < points; i++) {
    if ((numbers[i * COLUMNS] ?? 0) <= (numbers[(i - 1) * COLUMNS] ?? 0)) return `${at}.data has point ${i} no later than the one before; allowed are ascending times.`;
  }
  return '';
}

/** A run whose buffer fits its points. */
export const seriesRun: Shape<SeriesRun> = (value, at) => {
  const wrong = fields(value, at);
  if (wrong !== '' || typeof value !== 'object' || value === null || !('data' in value) || !('points' in value)) return wrong;
  const { data, points } = value;
  return data instanceof ArrayBuffer && typeof points === 'number' ? table(data, points, at) : wrong;
};
