/** Published beside simulated: the ratio, and whether both point the same way. */

import { ENGINE_VERSION } from '../../engine/spec';
import type { Job, JobRunner, RunResult } from '../api';
import { digits } from '../tables';
import { NOT_EXPRESSED, PUBLISHED_ROWS, PUBLISHED_RUNS, type PublishedRow, type Runs } from './rows';

export interface PublishedResult {
  readonly id: string;
  readonly source: string;
  readonly what: string;
  readonly unit: string;
  readonly kind: PublishedRow['kind'];
  readonly published: number;
  readonly simulated: number;
  /** simulated / published; undefined where that says nothing (signs differ). */
  readonly ratio: number | undefined;
  /** agrees, wrong, or flat: the published change is within a twentieth, so there is no direction to agree with. */
  readonly direction: 'agrees' | 'wrong' | 'flat';
}

export type PublishedReport = { readonly ok: true; readonly rows: readonly PublishedResult[] } | { readonly ok: false; readonly text: string };

/** Jobs of all runs, in the order of PUBLISHED_RUNS. */
export function publishedJobs(): Job[] {
  return PUBLISHED_RUNS.map(({ scenario, arm }) => ({ scenario, side: {}, overrides: [], arm, costs: {}, seed: 1, engine: ENGINE_VERSION }));
}

/** Runs everything and compares. */
export async function published(runner: JobRunner, progress: (done: number, of: number) => void): Promise<PublishedReport> {
  const results = await runner.run(publishedJobs(), progress, () => false);
  const byKey = new Map<string, RunResult>();
  for (const [i, result] of results.entries()) {
    if (!result.ok) return { ok: false, text: `${PUBLISHED_RUNS[i].key}: ${result.text}` };
    byKey.set(PUBLISHED_RUNS[i].key, result.result);
  }
  const runs: Runs = (key) => {
    const found = byKey.get(key);
    if (found === undefined) throw new Error(`no run ${key}`);
    return found;
  };
  return { ok: true, rows: PUBLISHED_ROWS.map((row) => judge(row, runs)) };
}

/** One row against its runs. */
export function judge(row: PublishedRow, runs: Runs): PublishedResult {
  const simulated = row.simulated(runs);
  const theirs = Math.sign(row.published - row.against.published), ours = Math.sign(simulated - row.against.simulated(runs));
  const { id, source, what, unit, kind } = row;
  return {
    id, source, what, unit, kind, published: row.published, simulated, ratio: row.published !== 0 && Math.sign(row.published) === Math.sign(simulated) ? simulated / row.published : undefined,
    direction: row.flat === true ? 'flat' : theirs === ours ? 'agrees' : 'wrong',
  };
}

/** The table as lines, with what is not expressed. */
export function publishedLines(rows: readonly PublishedResult[]): string[] {
  const table = [['', 'published', 'simulated', 'ratio', 'direction', 'kind', 'source'], ...rows.map((r) => [
    `${r.what}${r.unit === '' ? '' : `, ${r.unit}`}`, digits(r.published), digits(r.simulated), r.ratio === undefined ? '-' : digits(r.ratio, 2), r.direction, r.kind, r.source,
  ])];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return [
    ...table.map((row) => row.map((t, i) => (i === 0 || i >= 4 ? t.padEnd(widths[i]) : t.padStart(widths[i]))).join('  ').trimEnd()),
    '', 'flat: the published change is below 5 %, so it has no direction to agree with. No constant was fitted to a prediction row.', 'Not expressed:',
    ...NOT_EXPRESSED.map((n) => `  ${n.what}: ${n.why}`),
  ];
}
