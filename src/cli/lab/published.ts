/** `published`: each published measurement that the model can express, beside the simulated one. */

import type { JobRunner } from '../../lab/api';
import { published, publishedLines } from '../../lab/published/report';
import { splitArgs } from './args';
import { type Out, behindCache, progressOn } from './compare';

export const PUBLISHED_USAGE = 'published [--json] [--cache DIR]   published measurements beside simulated ones; fails where a direction is wrong';

export async function publishedCommand(rest: readonly string[], io: Out, runner: JobRunner): Promise<number> {
  const args = splitArgs(rest, ['--cache'], ['--json']);
  if (typeof args === 'string' || args.files.length > 0) {
    io.err(`${typeof args === 'string' ? args : 'published takes no file.'}\nusage: ${PUBLISHED_USAGE}`);
    return 2;
  }
  const report = await published(behindCache(runner, args.values.get('--cache')?.[0]), progressOn(io));
  if (!report.ok) {
    io.err(report.text);
    return 1;
  }
  if (args.flags.has('--json')) io.out(JSON.stringify(report.rows));
  else for (const line of publishedLines(report.rows)) io.out(line);
  return report.rows.some((r) => r.direction === 'wrong') ? 1 : 0;
}
