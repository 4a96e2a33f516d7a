/** A comparison as CSV, as JSON and as a mail: what leaves the product says that it is simulated, and how to repeat it. */

import type { Comparison } from '../../lab/api';
import { mailText } from '../../lab/export/mail';
import { machineText, NOT_MODELLED_SHORT } from '../../lab/export/words';
import type { CompareRequest } from '../../lab/compare';
import { METRICS } from '../../lab/metrics';
import type { Subject } from './subject';

/** A field of RFC 4180: quoted where it has to be. A text that a spreadsheet would take for a formula gets an apostrophe. */
const field = (value: string | number): string => {
  const text = typeof value === 'string' && /^[=+@\-\t]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const line = (values: readonly (string | number)[]): string => values.map(field).join(',');

/** One line a metric and arm, in full precision. */
export function csvOf(c: Comparison): string {
  const head = ['scenario', 'engine', 'simulated', 'arm', 'design', 'metric', 'name', 'unit', 'seeds', 'mean', 'sd', 'min', 'max'];
  const rows = c.arms.flatMap(({ arm, metrics, seeds }) => METRICS.map(m => {
    const s = metrics[m.id];
    return line([c.title, c.engine, 'simulated', arm.id, arm.label, m.id, m.name, m.unit, seeds.join(' '), s.mean, s.sd, s.min, s.max]);
  }));
  return `${[line(head), ...rows].join('\n')}\n`;
}

/** The command that gives the same numbers. */
const commandOf = (arms: readonly { readonly id: string }[], { seeds, untilSeconds }: Pick<CompareRequest, 'seeds' | 'untilSeconds'>): string =>
  `node dist/cli.js compare SCENARIO.json --arms "${arms.map(a => a.id).join(';')}" --seeds ${seeds.length}${untilSeconds === undefined ? '' : ` --until ${untilSeconds}`}`;

/** At most 72 columns and 25 lines. */
export async function mailOf(c: Comparison, request: CompareRequest): Promise<string> {
  return mailText(c, { question: c.title, machine: await machineText(request), command: commandOf(c.arms.map(a => a.arm), request), notModelled: NOT_MODELLED_SHORT });
}

/** Everything that is needed to repeat it: the scenario with the files that it names, arms, seeds, engine, and the digest of each first run. */
export function jsonOf(c: Comparison, subject: Subject, request: Pick<CompareRequest, 'seeds' | 'untilSeconds'>): string {
  const { seeds, untilSeconds } = request;
  return `${JSON.stringify({
    title: `${c.title} (simulated)`, engine: c.engine, seeds, untilSeconds, scenario: subject.text, side: subject.side, arms: c.arms.map(a => a.arm),
    command: commandOf(c.arms.map(a => a.arm), request), comparison: c,
  }, undefined, 1)}\n`;
}
