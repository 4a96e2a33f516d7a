/** A comparison as text: a row a metric, a column a design, mean and spread to two significant digits more than the spread allows. */

import type { ArmSummary, Comparison, Summary } from './api';
import { METRICS, type MetricId } from './metrics';

/** A number with so many significant digits, in plain notation, with thousands set apart. */
export function digits(x: number, significant = 3): string {
  if (!Number.isFinite(x)) return String(x);
  if (x === 0) return '0';
  const magnitude = Math.floor(Math.log10(Math.abs(x)));
  const decimals = Math.max(0, significant - 1 - magnitude);
  const rounded = magnitude >= significant ? Math.round(x / 10 ** (magnitude - significant + 1)) * 10 ** (magnitude - significant + 1) : x;
  const [whole, part] = rounded.toFixed(Math.min(decimals, 12)).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (part === undefined ? '' : `.${part}`);
}

/** "1,230 ±4 %", without the spread where there is one seed or none. */
export function cell(s: Summary): string {
  const spread = s.n > 1 && s.mean !== 0 ? Math.abs(s.sd / s.mean) * 100 : 0;
  return spread >= 0.5 ? `${digits(s.mean)} ±${digits(spread, 2)} %` : digits(s.mean);
}

/** Rows of the table; metrics that are 0 everywhere are left out unless named. */
export function comparisonRows(c: Comparison, metrics: readonly MetricId[] = METRICS.map((m) => m.id), keepZero = false): { readonly id: MetricId; readonly head: string; readonly cells: readonly string[] }[] {
  return METRICS.filter((m) => metrics.includes(m.id)).flatMap((m) => {
    const all = c.arms.map((a: ArmSummary) => a.metrics[m.id]);
    if (!keepZero && all.every((s) => s.mean === 0)) return [];
    return [{ id: m.id, head: `${m.name}${m.unit === '' ? '' : `, ${m.unit}`}`, cells: all.map(cell) }];
  });
}

/** The table as aligned lines. */
export function comparisonLines(c: Comparison, metrics?: readonly MetricId[]): string[] {
  const rows = comparisonRows(c, metrics);
  const table = [['', ...c.arms.map((a) => a.arm.id)], ...rows.map((r) => [r.head, ...r.cells])];
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  return [
    ...table.map((row) => row.map((text, i) => (i === 0 ? text.padEnd(widths[i]) : text.padStart(widths[i]))).join('  ').trimEnd()),
    ...c.refused.map(({ arm, text }) => `${arm.id}: not run: ${text}`),
    ...c.arms.flatMap((a) => a.first.violations.map((v) => `${a.arm.id}: checker: ${v}`)),
  ];
}
