/** A comparison as JSON and as a mail: what leaves the product says that it is simulated, and how to repeat it. */

import type { Comparison } from '../../lab/api';
import { mailText } from '../../lab/export/mail';
import { machineText, NOT_MODELLED_SHORT } from '../../lab/export/words';
import type { CompareRequest } from '../../lab/compare';
import type { Subject } from './subject';

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
