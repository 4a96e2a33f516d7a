/** A comparison as CSV (RFC 4180): what leaves the product says that it is simulated. */

import type { Comparison } from '../api';
import { METRICS } from '../metrics';

/** A field, quoted where it has to be. A text that a spreadsheet would take for a formula gets an apostrophe. */
const field = (value: string | number): string => {
  const text = typeof value === 'string' && /^[=+@\-\t]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const line = (values: readonly (string | number)[]): string => values.map(field).join(',');

/** One line a metric and arm, in full precision. */
export function csvText(c: Comparison): string {
  const head = ['scenario', 'engine', 'simulated', 'arm', 'design', 'metric', 'name', 'unit', 'seeds', 'mean', 'sd', 'min', 'max'];
  const rows = c.arms.flatMap(({ arm, metrics, seeds }) => METRICS.map((m) => {
    const s = metrics[m.id];
    return line([c.title, c.engine, 'simulated', arm.id, arm.label, m.id, m.name, m.unit, seeds.join(' '), s.mean, s.sd, s.min, s.max]);
  }));
  return `${[line(head), ...rows].join('\n')}\n`;
}
