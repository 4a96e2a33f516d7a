/** The table of one comparison: plain text, at most 120 columns, and the same as data for --json. */

import type { Comparison, GivenRow } from './compare';
import { defaultCosts } from '../../engine/cost/table';
import { BLOCK_PAGES, KERNEL_PAGES_UNKNOWN, OWN_PAGES_UNKNOWN } from '../../scenario/program/kernelrun';
import { faultScale, migrationScale } from './inputs';
import { HOLDS, INTERVAL_SAYS } from './measures';
import { PREEMPTION } from './simulate';

const WIDTH = 120;
const NAMES = 62;
const FOUND = 22;

const fit = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width));
const span = (low: number, high: number, digits = 3): string => `${low.toFixed(digits)} .. ${high.toFixed(digits)} s`;

/** Breaks a sentence into lines of the table's width, indented. */
function wrap(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(' '.repeat(indent) + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, ' '.repeat(indent) + line];
}

const verdict = (ok: boolean | undefined): string => (ok === undefined ? '-   ' : ok ? 'ok  ' : 'MISS');

const shown = (n: number): string => (Number.isInteger(n) ? String(n) : n.toFixed(2));

/** What was taken from the file, by name. */
export function inputLines(c: Comparison): string[] {
  const { inputs, run, context } = c;
  const whole = inputs.windows.filter((w) => w.passes > 0), small = inputs.windows.filter((w) => w.passes === 0);
  const { tracePrintk, traceRun, printkRun } = inputs.clocks;
  const starts = [...inputs.walksS.values()].reduce((sum, list) => sum + list.length, 0);
  const clock = inputs.walkClock === 'trace' ? traceRun : printkRun;
  return [
    `machine: ${run.machine.nodes.length} nodes, from the zoneinfo inside (from before the program's first step), cpulist, distance; HZ=250, READY=2; preemption ${PREEMPTION} (not in the file)`,
    ...run.machineNotes.map((note) => `machine: ${note}`),
    `input, scan instants: a seed draws each inside its window (${whole.map((w) => `${w.fromS}-${w.toS} s: ${w.updates} updates${w.passes > 1 ? `, ${w.passes} passes` : ''}`).join('; ') || 'none'})`,
    ...(small.length === 0 ? [] : [`small passes left out: ${small.map((w) => `${w.fromS}-${w.toS} s: ${w.updates}`).join('; ')}; a pass that sees the mapping for the first time after the first sequence leaves it alone for scan_delay, and a pass of a thread that has not faulted in it lately skips it (vma_is_accessed); what is left are the program's own pages and arrays`]),
    ...(run.design === 'base' ? [] : inputs.walkClock === 'none' ? ['input, walk starts: not in the file; the model takes its own'] : [
      `input, walk starts: ${starts}, from ${inputs.walkClock === 'trace' ? 'kmigrated_oncpu (0.4 s off the CPU before) and the empty batches of re-armed walks' : 'the empty batches only: walks without a candidate are not in the file'}`
        + `; clock minus t: ${clock === undefined ? 'unknown' : span(clock.low, clock.high)}${tracePrintk === undefined ? '' : `; trace minus printk: ${span(tracePrintk.low, tracePrintk.high, 4)}`}`,
    ]),
    ...(inputs.walkS > 0 ? [`input, time of a walk: the longest with candidates lasts ${inputs.walkS.toFixed(2)} s (next start less a wait of 1.032 s), so migration of a folio takes ${migrationScale(inputs, context.pages, defaultCosts()).toFixed(0)} times its cost in the table; emulated, no guide to any real time`] : []),
    ...(run.design === 'v1' && inputs.faultS > 0 ? [`input, time of a hint fault: ${(inputs.faultS * 1e6).toFixed(0)} us by the loops that the windows of whole passes lack (median), ${faultScale(inputs, defaultCosts()).toFixed(0)} times its cost in the table`] : []),
    `input, loop rates: ${inputs.loopsPerS.map((l, w) => `${l.toFixed(1)}/s on node ${context.args.targets[w]}`).join(', ')} (median over the samples), hence CPU time a loop`,
    `each seed draws what the file does not say: scan instants, the clock offset, 0-${OWN_PAGES_UNKNOWN} pages of the program's own and where it began, whether later passes take the arrays, 0-${BLOCK_PAGES - 1} pages held before the mapping (the buddy's state)${context.args.mode === 'stale' ? `, 0-${KERNEL_PAGES_UNKNOWN} pages that the kernel takes between the mappings` : ''}`,
  ];
}

/** The whole table. */
export function tableLines(c: Comparison): string[] {
  const { run } = c;
  const lines = [`== ${run.name} ${run.design} (${run.kernel}): ${run.initArgs}`, ...inputLines(c).flatMap((line) => wrap(line, 3))];
  const head = (title: string, second: string): string => `${fit(`-- ${title}`, 5 + NAMES)} ${fit('measured', FOUND)} ${second}`;
  lines.push(head('exact', c.givenSeeds > 0 ? `simulated, all ${c.givenSeeds} seeds` : 'simulated'));
  for (const r of c.exact) {
    const plain = `${verdict(r.ok)} ${fit(r.says, NAMES)} ${fit(r.measured, FOUND)} ${r.simulated}`;
    if (plain.length <= WIDTH && r.says.length <= NAMES && r.measured.length <= FOUND) lines.push(plain.trimEnd());
    else lines.push(...wrap(`${verdict(r.ok)} ${r.says}`, 0), ...wrap(`measured: ${r.measured}; simulated: ${r.simulated}`, 8));
    lines.push(...wrap(`because ${r.why}`, 8));
  }
  if (c.given.length > 0) lines.push(head('given the scans', `${HOLDS * 100} % of ${c.givenSeeds} seeds`), ...c.given.flatMap(givenLines));
  if (c.free.length > 0) lines.push(head('free run, never judged', `${c.freeSeeds} seeds`), ...c.free.flatMap(givenLines));
  for (const v of c.violations.slice(0, 5)) lines.push(...wrap(`MISS a checker of the model: ${v}`, 0));
  return lines;
}

function givenLines(r: GivenRow): string[] {
  const { low, high, percent } = r.interval;
  const width = Number.isFinite(percent) ? `+-${percent.toFixed(1)} %` : 'around 0';
  const interval = low === high ? shown(low) : `${shown(low)} .. ${shown(high)} (${width})`;
  const line = `${verdict(r.ok)} ${fit(r.says, NAMES)} ${fit(shown(r.measured), FOUND)} ${interval}`.trimEnd();
  return r.reason === '' ? [line] : [line, ...wrap(`${r.ok === undefined ? 'not judged' : 'wide'}: ${r.reason}`, 8)];
}

/** The foot of a run of the command: how an interval is made. */
export const FOOT = INTERVAL_SAYS;

/** The comparison as data: no maps, no machine. */
export function jsonOf(file: string, c: Comparison): unknown {
  return {
    file, name: c.run.name, kernel: c.run.kernel, design: c.run.design, initArgs: c.run.initArgs, inputs: inputLines(c), seeds: c.givenSeeds, freeSeeds: c.freeSeeds,
    interval: INTERVAL_SAYS, exact: c.exact, given: c.given, free: c.free, violations: c.violations, misses: c.misses, ok: c.misses === 0,
  };
}
