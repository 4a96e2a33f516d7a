/** `ask [QUESTION]`: lists the reviewers' questions, or runs one and answers it. */

import fs from 'node:fs';
import type { JobRunner } from '../../lab/api';
import { svgOf } from '../../lab/export/svg';
import { mailText } from '../../lab/export/mail';
import { NOT_MODELLED_SHORT } from '../../lab/export/words';
import { ASKED } from '../../lab/questions/others';
import { ask, questionOf } from '../../lab/questions/run';
import { TEN } from '../../lab/questions/ten';
import { askedLines } from '../../lab/questions/text';
import { seedsOf, splitArgs, untilOf } from './args';
import { type Out, behindCache, progressOn } from './compare';

export const ASK_USAGE = 'ask [QUESTION] [--seeds N] [--until T] [--quick] [--cache DIR] [--svg FILE] [--json | --mail]   the reviewers\' questions as experiments';

export async function askCommand(rest: readonly string[], io: Out, runner: JobRunner): Promise<number> {
  const args = splitArgs(rest, ['--seeds', '--until', '--cache', '--svg'], ['--json', '--mail', '--quick']);
  if (typeof args === 'string') return usage(io, args);
  const [name] = args.files;
  if (name === undefined) return list(io, args.flags.has('--json'));
  const question = questionOf(name);
  if (question === undefined || args.files.length > 1) return usage(io, `There is no question "${args.files.join(' ')}"; there are ${TEN.map((q) => `${String(q.number)} ${q.id}`).join(', ')}.`);
  const quick = args.flags.has('--quick');
  const seeds = seedsOf(args.values.get('--seeds')?.[0], quick ? 1 : 3), until = untilOf(args.values.get('--until')?.[0]) ?? (quick ? 2 : undefined);
  if (typeof seeds === 'string') return usage(io, seeds);
  if (typeof until === 'string') return usage(io, until);
  const made = await ask(question, { seeds, ...(until === undefined ? {} : { untilSeconds: until }) }, behindCache(runner, args.values.get('--cache')?.[0]), progressOn(io), () => false);
  if (made === undefined) return 1;
  const svg = args.values.get('--svg')?.[0];
  if (svg !== undefined) made.answer.plots.forEach((plot, i) => fs.writeFileSync(i === 0 ? svg : svg.replace(/(\.svg)?$/, `-${i + 1}.svg`), svgOf(plot)));
  const command = `node dist/cli.js ask ${rest.filter((a) => a !== '--json' && a !== '--mail').join(' ')}`;
  if (args.flags.has('--json')) io.out(JSON.stringify({ ...made, question: { ...question, parts: question.parts.map((p) => p.id) }, command }));
  else if (args.flags.has('--mail')) {
    const first = made.parts[0];
    io.out(mailText(first.comparison, { question: `${question.question} ${made.answer.text.slice(0, 90)}`, machine: first.part.label, command, flips: made.answer.changes, notModelled: NOT_MODELLED_SHORT }));
  } else for (const line of askedLines(made, command)) io.out(line);
  return made.parts.every((p) => p.comparison.arms.length > 0) ? 0 : 1;
}

function usage(io: Out, text: string): number {
  io.err(`${text}\nusage: ${ASK_USAGE}`);
  return 2;
}

function list(io: Out, json: boolean): number {
  if (json) {
    io.out(JSON.stringify({ questions: TEN.map(({ id, number, question, asked, run }) => ({ id, number, question, asked, run })), asked: ASKED }));
    return 0;
  }
  for (const q of TEN) io.out(`${String(q.number).padStart(2)}  ${q.id.padEnd(16)} ${q.question}\n    asked by ${q.asked.map((a) => `${a.who} (${a.messageId})`).join(', ')}\n    ${q.run}`);
  io.out('Who asked for what, and where it is shown:');
  for (const a of ASKED) io.out(`    ${a.who}: ${a.ask} See ${a.see.join(', ')}: ${a.metrics.join(', ')}.`);
  return 0;
}
