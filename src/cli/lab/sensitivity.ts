/** `sensitivity SCENARIO --arms a,b --metric M`: does what the comparison says survive the soft costs? And `breakeven`: where a scan costs as much as something else. */

import { breakEvenLines, breakEvenOptions, wholeBreakEvenDensity } from '../../lab/breakeven';
import type { JobRunner } from '../../lab/api';
import { METRICS, isMetricId } from '../../lab/metrics';
import { sensitivity, sensitivityLines, softCosts } from '../../lab/sensitivity';
import { digits } from '../../lab/tables';
import { defaultCosts } from '../../engine/cost/table';
import { costOf, splitArgs } from './args';
import { type Out, behindCache, progressOn, requestOf } from './compare';

export const SENSITIVITY_USAGE = 'sensitivity SCENARIO.json --arms a,b --metric NAME [--costs KEY,KEY] [--seeds N] [--until T] [--set path=value] [--cache DIR] [--json]   what flips a conclusion';
export const BREAKEVEN_USAGE = 'breakeven [--nodes 4,64,1024] [--cost KEY=PS] [--json]   mark rates at which a scan costs as much as migrating or buffering, by node size in GiB';

export async function sensitivityCommand(rest: readonly string[], io: Out, runner: JobRunner): Promise<number> {
  const args = splitArgs(rest, ['--arms', '--metric', '--costs', '--seeds', '--until', '--set', '--cache'], ['--json']);
  const request = await requestOf(args);
  if (typeof args === 'string' || typeof request === 'string') return usage(io, String(request), SENSITIVITY_USAGE);
  const { arms, ...work } = request;
  const metric = args.values.get('--metric')?.[0] ?? 'access_ns';
  const keys = args.values.get('--costs')?.[0].split(',').map((k) => k.trim());
  const soft = softCosts().map((c) => c.key);
  const unknown = keys?.find((k) => !soft.some((s) => s === k));
  if (arms.length !== 2) return usage(io, `A conclusion is about two designs; ${arms.length} are named.`, SENSITIVITY_USAGE);
  if (!isMetricId(metric)) return usage(io, `There is no metric "${metric}"; there are ${METRICS.map((m) => m.id).join(', ')}.`, SENSITIVITY_USAGE);
  if (unknown !== undefined) return usage(io, `"${unknown}" is no soft cost; there are ${soft.join(', ')}.`, SENSITIVITY_USAGE);
  const costKeys = keys === undefined ? soft : soft.filter((s) => keys.includes(s));
  const made = await sensitivity({ ...work, costKeys, conclusion: { metric, arms: [arms[0], arms[1]] } }, behindCache(runner, args.values.get('--cache')?.[0]), progressOn(io), () => false);
  if (made === undefined) return 1;
  if (typeof made === 'string') return usage(io, made, SENSITIVITY_USAGE);
  if (args.flags.has('--json')) io.out(JSON.stringify(made));
  else for (const line of sensitivityLines(made)) io.out(line);
  return 0;
}

const GIB_PAGES = 2 ** 18;

/** Prints the two lines of dossier M2; the density is derived from mark rate and node size. */
export function breakEvenCommand(rest: readonly string[], io: Out): number {
  const args = splitArgs(rest, ['--nodes', '--cost'], ['--json']);
  if (typeof args === 'string' || args.files.length > 0) return usage(io, typeof args === 'string' ? args : 'breakeven takes no file.', BREAKEVEN_USAGE);
  const sizes = (args.values.get('--nodes')?.[0] ?? '1,4,16,64,256,1024').split(',').map(Number);
  if (!sizes.every((n) => n > 0 && n <= 2 ** 20)) return usage(io, '--nodes takes sizes in GiB above 0, such as 4,64,1024.', BREAKEVEN_USAGE);
  let costs = defaultCosts();
  for (const text of args.values.get('--cost') ?? []) {
    const cost = costOf(text);
    if (typeof cost === 'string') return usage(io, cost, BREAKEVEN_USAGE);
    costs = { ...costs, ...cost };
  }
  const options = breakEvenOptions(costs);
  const lines = breakEvenLines(options, sizes.map((n) => Math.round(n * GIB_PAGES)));
  const whole = wholeBreakEvenDensity(options);
  if (args.flags.has('--json')) {
    io.out(JSON.stringify({ nodesGiB: sizes, lines, wholeDensity: whole ?? null }));
    return 0;
  }
  io.out('Computed from the cost table, not run: marks a second below which the scan costs more');
  for (const line of lines) {
    io.out(`${line.name}: at ${digits(line.density * 100, 2)} % of the PFNs marked (${digits(line.pricePs / 1000, 2)} ns a mark)${line.density > 1 ? '; no mark rate reaches it' : ''}`);
    line.marksPerSecond.forEach((rate, i) => (rate === undefined ? undefined : io.out(`  ${String(sizes[i]).padStart(6)} GiB  ${digits(rate, 2)}/s`)));
  }
  io.out(whole === undefined
    ? 'With what a mark in page_ext costs by itself, no density makes the scan as cheap as a buffer.'
    : `With what a mark in page_ext costs by itself, the scan is as cheap as a buffer from ${digits(whole * 100, 2)} % on.`);
  return 0;
}

function usage(io: Out, text: string, how: string): number {
  io.err(`${text}\nusage: ${how}`);
  return 2;
}
