/** The numbers of a series message as columns, and what a chart says of them in words. */

import { count } from '../format';
import { SERIES_COLUMNS, SERIES_RATES, type SeriesRun } from '../../protocol/series';

/** One run's columns; all arrays have one length. */
export class RunTable {
  readonly label: string;
  readonly points: number;
  private readonly cells: Float64Array;

  constructor(run: SeriesRun) {
    this.label = run.label;
    this.cells = new Float64Array(run.data);
    this.points = Math.min(run.points, Math.floor(this.cells.length / SERIES_COLUMNS.length));
  }

  /** A column by its name, in its own unit. */
  column(name: string): number[] {
    const at = SERIES_COLUMNS.indexOf(name);
    return Array.from({ length: this.points }, (_, i) => this.cells[i * SERIES_COLUMNS.length + at] ?? 0);
  }

  /** A column as a chart draws it: a figure of an interval is null where the interval is empty, or where none has made an access that it could be of. */
  drawn(name: string): (number | null)[] {
    const values = this.column(name);
    if (!SERIES_RATES.some(rate => rate === name)) return values;
    const filled = this.intervals(), accesses = this.column('accesses a second');
    return values.map((v, i) => (filled[i] === 0 || (name !== 'accesses a second' && accesses[i] === 0) ? null : v));
  }

  /** Length of the interval that ends at each point, s; 0 at the begin. */
  intervals(): number[] {
    const times = this.times();
    return times.map((t, i) => t - (times[i - 1] ?? 0));
  }

  /** Simulated time of the last point, s. */
  last(): number {
    return this.points === 0 ? 0 : (this.cells[(this.points - 1) * SERIES_COLUMNS.length] ?? 0) / 1e12;
  }

  /** Simulated time of each point, s. */
  times(): number[] {
    return this.column('time ps').map(ps => ps / 1e12);
  }
}

/** A line of a chart: values at the chart's times; null where its run has no such point yet. */
export interface Line {
  readonly name: string;
  readonly run: number;
  readonly values: readonly (number | null)[];
}

/** Brings the columns of several runs to one row of times. */
export function join(runs: readonly RunTable[], names: readonly string[]): { readonly times: number[]; readonly lines: Line[] } {
  const times = [...new Set(runs.flatMap(r => r.times()))].sort((a, b) => a - b);
  const lines = runs.flatMap((run, i) => {
    const at = new Map(run.times().map((t, row) => [t, row]));
    return names.map(name => {
      const column = run.drawn(name);
      return { name, run: i, values: times.map(t => { const row = at.get(t); return row === undefined ? null : column[row] ?? null; }) };
    });
  });
  return { times, lines };
}

/** 1234567 gives "1.23 M", 0.4567 gives "0.457"; "" where there is no value. */
export function short(value: number | null): string {
  if (value === null) return '';
  const size = Math.abs(value);
  for (const [unit, by] of [['G', 1e9], ['M', 1e6], ['k', 1e3]] as const) if (size >= by * 10 || (by > 1e3 && size >= by)) return `${brief(value / by)}${NARROW}${unit}`;
  if (size >= 1000 || Number.isInteger(value)) return count(Math.round(value));
  return brief(value);
}
const NARROW = '\u202f';
/** Three digits, without zeros behind the point that say nothing. */
const brief = (value: number): string => String(Number(value.toPrecision(3)));

/** The figure in full for tables: whole numbers with commas, others to six digits. */
export const exact = (value: number | null): string => (value === null ? '' : Number.isInteger(value) ? count(value) : String(Number(value.toPrecision(6))));

/** A point's time to the millisecond, without the unit. */
export const timeText = (s: number): string => s.toFixed(3);

/** The value at a point, or the last one before it where the run has none there. */
export function lastAt(values: readonly (number | null)[], at: number): number | null {
  for (let i = Math.min(at, values.length - 1); i >= 0; i--) {
    const value = values[i];
    if (value !== null && value !== undefined) return value;
  }
  return null;
}

/** At most `most` indices evenly over n points, the last one included. */
export function sampled(n: number, most: number): number[] {
  const rows = Math.min(most, n);
  return Array.from({ length: rows }, (_, i) => Math.round(((i + 1) * n) / rows) - 1);
}

/** End of the time axis, s: the next of 1, 2, 5, 10... after now, so that it stands still for a while; the end of the run at the latest. */
export function endOfAxis(now: number, end: number): number {
  if (!(now > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(now));
  const next = [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map(m => m * power).find(t => t >= now) ?? now;
  return end >= now ? Math.min(next, end) : next;
}

/** What a chart shows, as a sentence for who cannot see it. */
export function sentence(title: string, unit: string, times: readonly number[], lines: readonly { readonly label: string; readonly values: readonly (number | null)[] }[], range = (a: number, b: number): string => `${timeText(a)} to ${timeText(b)} s`): string {
  if (times.length === 0) return `${title}: no points yet.`;
  const parts = lines.map(line => {
    const values = line.values.filter(v => v !== null);
    if (values.length === 0) return `${line.label}: no points yet`;
    return `${line.label}: first ${short(values[0] ?? 0)}, last ${short(values[values.length - 1] ?? 0)}, least ${short(Math.min(...values))}, most ${short(Math.max(...values))}`;
  });
  return `${title}, ${unit}, simulated, ${range(times[0] ?? 0, times[times.length - 1] ?? 0)}. ${parts.join('; ')}.`;
}
