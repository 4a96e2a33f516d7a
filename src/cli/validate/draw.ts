/** What one seed of a comparison draws: scan instants inside their windows, the clock offset inside its bracket, the program's own pages. */

import { Prng } from '../../engine/sim/prng';
import type { GivenInstants } from '../../engine/system/spec';
import { PS_PER_S } from '../../engine/types';
import { BLOCK_PAGES, KERNEL_PAGES_UNKNOWN, OWN_PAGES_UNKNOWN, type ProgramDraw } from '../../scenario/program/kernelrun';
import type { GivenInputs } from './inputs';
import type { RunContext } from './record';

const UNIT = 2 ** 32;

/** Number k of n strata, shuffled: over n seeds each n-th part of a window is drawn once, so that narrow coincidences are not missed by chance. */
function stratum(name: string, k: number, n: number): number {
  const rng = new Prng(n, `strata of ${name}`);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = rng.draw(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order[k];
}

/** Uniform in [0, 1), stratified over the seeds. */
function uniform(name: string, k: number, n: number): number {
  return (stratum(name, k, n) + new Prng(k, name).next() / UNIT) / n;
}

/** The program's own pages and where it began; seed k of n. */
export function drawProgram(context: RunContext, k: number, n: number): ProgramDraw {
  const mainPages = Math.floor(uniform('own pages', k, n) * (OWN_PAGES_UNKNOWN + 1));
  const mainActive = Math.floor(uniform('own pages in use', k, n) * (mainPages + 1));
  const withCpu = context.machine.nodes.filter((node) => node.cpus.length > 0).map((node) => node.nid);
  return {
    mainPages, mainActive, beginNode: withCpu[Math.floor(uniform('begin node', k, n) * withCpu.length)],
    beginFlushed: uniform('begin flushed', k, n) < 0.5, arraysScanned: uniform('arrays scanned', k, n) < 0.5,
    heldPages: Math.floor(uniform('held pages', k, n) * BLOCK_PAGES),
    kernelPages: Math.floor(uniform('kernel pages', k, n) * (KERNEL_PAGES_UNKNOWN + 1)),
  };
}

/** Scan instants and walk starts of seed k of n, in the world's time; startPs is where t = 0 lies. */
export function drawInstants(inputs: GivenInputs, startPs: number, k: number, n: number): GivenInstants {
  const scansS: number[] = [];
  let earliestS = -Infinity;
  inputs.windows.forEach((w, i) => {
    for (let p = 0; p < w.passes; p++) {
      const part = (w.toS - w.fromS) / w.passes;
      const fromS = Math.min(w.toS, Math.max(w.fromS + p * part, earliestS));
      const at = fromS + Math.max(0, w.fromS + (p + 1) * part - fromS) * uniform(`window ${i}, pass ${p}`, k, n);
      scansS.push(at);
      earliestS = at + inputs.scanGapS;
    }
  });
  const toPs = (s: number): number => Math.round(startPs + s * PS_PER_S);
  const ascending = (list: readonly number[]): number[] => [...new Set(list.map(toPs))].filter((ps) => ps >= 0).sort((a, b) => a - b);
  const scanAtLeast = Math.ceil(inputs.passPages / 2);
  const bracket = inputs.walkClock === 'trace' ? inputs.clocks.traceRun : inputs.clocks.printkRun;
  if (inputs.walkClock === 'none' || bracket === undefined) return { scansPs: ascending(scansS), scanAtLeast };
  const offset = bracket.low + (bracket.high - bracket.low) * uniform('clock offset', k, n);
  return { scansPs: ascending(scansS), scanAtLeast, walksPs: new Map([...inputs.walksS].map(([node, list]) => [node, ascending(list.map((s) => s - offset))])) };
}
