/** A comparison as text for a mail: at most 72 columns and 25 lines, two significant digits, "simulated" in its title. */

import type { ArmSummary, Comparison, Summary, Sweep } from '../api';
import { differs } from '../compare';
import { type MetricId, metricOf } from '../metrics';
import { digits } from '../tables';

const COLUMNS = 72, LINES = 25;

export interface MailParts {
  readonly question: string;
  /** "4 x 256 MiB, 4 CPUs". */
  readonly machine: string;
  /** One command that gives the same numbers. */
  readonly command: string;
  /** "sync 12 % slower if hintFaultPs > 2,100,000", or undefined where nobody looked. */
  readonly flips?: string;
  readonly notModelled: string;
  readonly metrics?: readonly MetricId[];
}

/** What the thread argues about first. */
export const MAIL_METRICS: readonly MetricId[] = ['access_ns', 'local_share', 'stall_p99_us', 'mark_to_move_p95_ms', 'scan_cpu_ms', 'pages_right', 'pages_wrong', 'shootdowns'];

const SHORT: Partial<Record<MetricId, string>> = {
  access_ns: 'access ns', local_share: 'local share', stall_p99_us: 'stall p99 us', mark_to_move_p95_ms: 'mark-move p95 ms', scan_cpu_ms: 'walk CPU ms', pages_right: 'pages right', pages_wrong: 'pages wrong',
  shootdowns: 'shootdowns', accesses_per_s: 'accesses/s',
};

/** The text, and how many arms it had to leave out. */
export function mailText(c: Comparison, parts: MailParts): string {
  const seeds = c.arms[0]?.seeds.length ?? 0;
  const ids = (parts.metrics ?? MAIL_METRICS).slice(0, 6);
  const metricWidths = ids.map((id) => Math.max(8, ...c.arms.map((a) => short(a.metrics[id]).length)));
  const room = COLUMNS - 15;
  let shown = ids.length;
  while (shown > 1 && metricWidths.slice(0, shown).reduce((n, w) => n + w + 1, 0) > room) shown--;
  const head = [
    ...wrapped(`Simulated (not measured): ${parts.question}`, 2), ...wrapped(`Model: kmigrated explorer, engine ${c.engine}; kernel as of 6.16 with RFC v1 (June 2025). Machine: ${parts.machine}. ${seeds} seeds, mean +-sd.`, 3), '',
  ];
  const tail = [
    '', ...wrapped(parts.flips === undefined ? 'Flips if: not looked for (run the sensitivity of the lab).' : `Flips if: ${parts.flips}`, 2), ...wrapped(`Not modelled: ${parts.notModelled}`, 2),
    ...wrapped(`Reproduce: ${parts.command}`, 3),
  ];
  const legend = ids.slice(0, shown).map((id, i) => `${String.fromCharCode(97 + i)} ${SHORT[id] ?? metricOf(id).name}`).join(', ');
  const body = [...wrapped(legend, 2), `${''.padEnd(14)} ${ids.slice(0, shown).map((_, i) => String.fromCharCode(97 + i).padStart(metricWidths[i])).join(' ')}`];
  const fits = Math.max(1, LINES - head.length - tail.length - body.length - 1);
  const rows = c.arms.slice(0, fits).map((a) => row(a, ids.slice(0, shown), metricWidths));
  const left = c.arms.length - rows.length;
  const note = left > 0 ? [`(${left} more designs: see --json)`] : sameNote(c, ids.slice(0, shown));
  return [...head, ...body, ...rows, ...note, ...tail].slice(0, LINES).map((l) => l.slice(0, COLUMNS).trimEnd()).join('\n');
}

function row(a: ArmSummary, ids: readonly MetricId[], widths: readonly number[]): string {
  return `${a.arm.id.slice(0, 14).padEnd(14)} ${ids.map((id, i) => short(a.metrics[id]).padStart(widths[i])).join(' ')}`;
}

/** A sweep as a mail: a row a point (the first ones that fit), a column a design, one metric. */
export function sweepMailText(sweep: Sweep, metric: MetricId, parts: Omit<MailParts, 'metrics'>): string {
  const arms = sweep.points[0]?.comparison.arms.map((a) => a.arm.id.split(':')[0]) ?? [];
  const { name, unit } = metricOf(metric);
  const head = [
    ...wrapped(`Simulated (not measured): ${parts.question}`, 2), ...wrapped(`Model: kmigrated explorer, engine ${sweep.points[0]?.comparison.engine ?? ''}; kernel as of 6.16. Machine: ${parts.machine}. ${sweep.points[0]?.comparison.arms[0]?.seeds.length ?? 0} seeds, mean +-sd.`, 3),
    ...wrapped(`${name}${unit === '' ? '' : `, ${unit}`}, over ${sweep.axes.map((a) => a.path).join(' and ')}:`, 2), '',
  ];
  const tail = ['', ...wrapped(`Flips if: ${parts.flips ?? 'not looked for (run the sensitivity of the lab).'}`, 2), ...wrapped(`Not modelled: ${parts.notModelled}`, 2), ...wrapped(`Reproduce: ${parts.command}`, 3)];
  const table = [['', ...arms], ...sweep.points.map((p) => [p.at.map(String).join(' x '), ...p.comparison.arms.map((a) => short(a.metrics[metric]))])];
  const fits = Math.max(2, LINES - head.length - tail.length - 1);
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => (row[i] ?? '').length)));
  const rows = table.slice(0, fits).map((row) => row.map((t, i) => t.padStart(widths[i])).join(' '));
  const left = table.length - rows.length;
  return [...head, ...rows, ...(left > 0 ? [`(${left} more points: see --json)`] : []), ...tail].slice(0, LINES).map((l) => l.slice(0, COLUMNS).trimEnd()).join('\n');
}

/** Whether the first metric tells the first two arms apart. */
function sameNote(c: Comparison, ids: readonly MetricId[]): string[] {
  const [a, b] = c.arms;
  const id = ids[0];
  if (a === undefined || b === undefined || id === undefined || c.arms.length !== 2) return [];
  return differs(a.metrics[id], b.metrics[id]) ? [] : [`(${SHORT[id] ?? metricOf(id).name}: no difference within the spread)`];
}

const short = (s: Summary): string => {
  const spread = s.n > 1 && s.mean !== 0 ? (s.sd / Math.abs(s.mean)) * 100 : 0;
  return `${digits(s.mean, 2)}${spread >= 1 ? `+-${digits(spread, 2)}%` : ''}`;
};

/** Words in lines of at most 72 columns, at most so many lines; the last one says with "..." that something is missing. */
function wrapped(text: string, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), `${lines[most - 1].slice(0, COLUMNS - 4)} ...`];
}
