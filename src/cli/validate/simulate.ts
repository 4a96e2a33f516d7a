/** Builds the world of a recorded run for one seed, runs it, and returns its record. */

import { type CostTable, defaultCosts } from '../../engine/cost/table';
import { buildWorld } from '../../engine/sim/build';
import { KMIGRATED_V1_DEFAULTS, type WorldSpec } from '../../engine/spec';
import type { SystemSpec } from '../../engine/system/spec';
import { PS_PER_MS, PS_PER_S, type SimTimePs } from '../../engine/types';
import { balancingOf, kernelRunProcess } from '../../scenario/program/kernelrun';
import type { RunFile } from '../../scenario/program/runfile';
import { drawInstants, drawProgram } from './draw';
import { type GivenInputs, faultScale, migrationScale, thinkPsOf } from './inputs';
import { observe } from './outcome';
import type { RunContext, RunRecord } from './record';

export type SimResult =
  | { readonly ok: true; readonly record: RunRecord; /** Sentences of the checkers. */ readonly violations: readonly string[] }
  | { readonly ok: false; readonly says: string };

/** Time from the begin of the world until the workers start: the mapping must be written by then. */
const startOf = (pages: number): number => 100 * PS_PER_MS + Math.ceil(pages * 4e-6 * 1000) * PS_PER_MS;

/** The last-level cache is not in the file; no count depends on it. */
const LLC_BYTES = 16 * 1024 * 1024;
/** Trace and log are read every 50 ms; until then they hold some ten records a page that is marked or moved. */
const LIMITS = { traceRecords: 1 << 18, logRows: 1 << 18 };

/** The preemption model is not in the file; the threads of the recorded runs were preempted inside a walk, which voluntary allows at each folio. */
export const PREEMPTION = 'voluntary';

/** scan_size_mb as the file has it. */
export function scanSizeOf(run: RunFile): number {
  const text = run.files.get('/sys/kernel/debug/sched/numa_balancing/scan_size_mb')?.trim() ?? '';
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : 256;
}

/** Costs of an emulated machine, as far as permitted inputs tell them: hint faults from the loops, migration from the starts of the walks. */
function emulated(costs: CostTable, run: RunFile, context: RunContext, given: GivenInputs): CostTable {
  if (run.design === 'base') return costs;
  const scale = migrationScale(given, context.pages, costs);
  const times = (ps: number): number => Math.round(ps * scale);
  return {
    ...costs, hintFaultPs: Math.round(costs.hintFaultPs * faultScale(given, costs)), preparePs: times(costs.preparePs), unmapFolioPs: times(costs.unmapFolioPs),
    allocFolioPs: times(costs.allocFolioPs), copyPagePs: times(costs.copyPagePs), remapFolioPs: times(costs.remapFolioPs),
  };
}

/** The world of seed k of n; seed 0 runs under the checkers. given undefined: a free run, in which nothing but the machine and the arguments comes from the file. */
export function worldOf(run: RunFile, context: RunContext, given: GivenInputs | undefined, k: number, n: number): WorldSpec | string {
  const { args } = context;
  const costs = given === undefined ? defaultCosts() : emulated(defaultCosts(), run, context, given);
  const startPs = startOf(context.pages);
  const endPs = startPs + Math.round(run.samples[run.samples.length - 1].tS * PS_PER_S) + PS_PER_MS;
  const thinkPs = args.targets.map((_, w) => (given === undefined ? 0 : thinkPsOf(args, w, given.loopsPerS[w] ?? 0, costs)));
  const program = kernelRunProcess(args, context.machine, drawProgram(context, k, n), { startPs, endPs, thinkPs });
  if (!program.ok) return program.says;
  const system: SystemSpec = {
    migrator: run.design === 'v1' ? 'kmigrated-v1' : 'sync', preemption: PREEMPTION, numaBalancing: balancingOf(args, scanSizeOf(run)), kthread: { nice: 0 }, tlb: 'ipi',
    distance: run.distance, llcBytes: LLC_BYTES, processes: [program.process], checkers: k === 0,
    ...(given === undefined ? {} : { given: drawInstants(given, startPs, k, n) }),
  };
  return {
    name: run.name, machine: run.machine, regions: [], workload: [], design: KMIGRATED_V1_DEFAULTS, costs, system, seed: k + 1,
    durationPs: endPs as SimTimePs,
  };
}

/** Runs seed k of n. */
export function simulate(run: RunFile, context: RunContext, given: GivenInputs | undefined, k: number, n: number): SimResult {
  const spec = worldOf(run, context, given, k, n);
  if (typeof spec === 'string') return { ok: false, says: spec };
  const built = buildWorld(spec, LIMITS);
  if (!built.ok) return { ok: false, says: built.text };
  const { world } = built;
  if (world.system === undefined) return { ok: false, says: 'the world has no programs' };
  const record = observe(world, world.system, context.args, run.samples.map((s) => s.tS), startOf(context.pages), run.design);
  return { ok: true, record, violations: world.system.violations() };
}
