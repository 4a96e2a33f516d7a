/** The numbers of a series message as columns, and what a chart says of them in words. */

import { SERIES_COLUMNS, type SeriesRun } from '../../protocol/series';

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
export function join(runs: readonly RunTable[], names: readonly string[], scale: number): { readonly times: number[]; readonly lines: Line[] } {
  const times = [...new Set(runs.flatMap(r => r.times()))].sort((a, b) => a - b);
  const lines = runs.flatMap((run, i) => {
    const at = new Map(run.times().map((t, row) => [t, row]));
    return names.map(name => {
      const column = run.column(name);
      return { name, run: i, values: times.map(t => { const row = at.get(t); return row === undefined ? null : (column[row] ?? 0) * scale; }) };
    });
  });
  return { times, lines };
}

/** 1234567 gives "1.23 M", 0.4567 gives "0.457". */
export function short(value: number): string {
  const size = Math.abs(value);
  for (const [unit, by] of [['G', 1e9], ['M', 1e6], ['k', 1e3]] as const) if (size >= by * 10 || (by > 1e3 && size >= by)) return `${(value / by).toPrecision(3)} ${unit}`;
  if (size >= 1000 || Number.isInteger(value)) return String(Math.round(value));
  return value.toPrecision(3);
}

/** What a chart shows, as a sentence for who cannot see it. */
export function sentence(title: string, unit: string, times: readonly number[], lines: readonly { readonly label: string; readonly values: readonly (number | null)[] }[]): string {
  if (times.length === 0) return `${title}: no points yet.`;
  const parts = lines.map(line => {
    const values = line.values.filter(v => v !== null);
    if (values.length === 0) return `${line.label}: no points yet`;
    return `${line.label}: last ${short(values[values.length - 1] ?? 0)}, least ${short(Math.min(...values))}, most ${short(Math.max(...values))}`;
  });
  return `${title}, ${unit}, simulated, ${short(times[0] ?? 0)} to ${short(times[times.length - 1] ?? 0)} s. ${parts.join('; ')}.`;
}
