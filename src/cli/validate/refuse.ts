/** What a recorded run needs and the model lacks: a refusal in a sentence, never a pass. */

import type { RunFile } from '../../scenario/program/runfile';
import type { CompareResult } from './compare';
import { type RunContext, counter, lastSample } from './record';

type Refusal = Extract<CompareResult, { kind: 'refused' | 'wrong' }>;

/** The largest mapping and the longest work that are compared: beyond them 200 seeds would take hours. */
const MAX_MAPPED_MIB = 16 * 1024;

const refused = (says: string): Refusal => ({ kind: 'refused', says });
const wrong = (says: string): Refusal => ({ kind: 'wrong', says });

/** undefined: the run can be compared. */
export function refusal(run: RunFile, context: RunContext): Refusal | undefined {
  const { args, machine, pages } = context;
  for (const nid of [args.home, ...args.targets]) {
    const node = machine.nodes.find((n) => n.nid === nid);
    if (node === undefined) return wrong(`init_args names node ${nid}, but the zoneinfo inside has no such node`);
    if (node.cpus.length === 0) return wrong(`init_args runs a thread on node ${nid}, but node${nid}/cpulist names no CPU`);
  }
  if (run.samples[0].loops.length !== args.targets.length) return wrong(`samples[0].loops has ${run.samples[0].loops.length} entries; init_args has ${args.targets.length} targets`);
  const unwanted = args.targets.find((t) => !run.samples.every((s) => s.want.has(t)));
  if (unwanted !== undefined) return wrong(`not every sample's want counts the pages of target ${unwanted}`);
  if (args.mb > MAX_MAPPED_MIB) return refused(`mb=${args.mb}: mappings above ${MAX_MAPPED_MIB} MiB are not compared`);
  const settings = tunables(run, context);
  if (settings !== undefined) return refused(settings);
  const scale = scaleFactor(context);
  if (scale !== undefined) return refused(scale);
  const thp = vmstatGrowth(run, 'thp_fault_alloc') + vmstatGrowth(run, 'thp_collapse_alloc');
  if (thp > 0) return refused(`${thp} transparent huge pages were allocated during the run, and THP are not compared with a recorded run yet`);
  const huge = counter(lastSample(run), 'numa_huge_pte_updates');
  if (huge > 0) return refused(`numa_huge_pte_updates is ${huge}: the run had transparent huge pages, which are not compared with a recorded run yet`);
  const candidates = counter(lastSample(run), 'pgpromote_candidate');
  if (candidates > 0) return refused(`pgpromote_candidate is ${candidates}: the run was in mode 2 (memory tiering), and only mode 1 is compared`);
  if (vmstatGrowth(run, 'pswpout') > 0) return refused('pages were swapped out during the run (pswpout), and swap is not modelled');
  const home = machine.nodes.find((n) => n.nid === args.home);
  const free = (home?.zones ?? []).reduce((sum, z) => sum + z.freePages - z.lowPages, 0);
  if (free < pages) {
    return refused(`the mapping has ${pages} pages, node ${args.home} only ${Math.max(0, free)} free above its low watermark: where the rest fell is decided by reclaim and by what else is allocated, which the file does not say`);
  }
  return undefined;
}

/** Tunables of the file against what init_args says. */
function tunables(run: RunFile, context: RunContext): string | undefined {
  const value = (name: string): string | undefined => run.files.get(`/sys/kernel/debug/sched/numa_balancing/${name}`)?.trim();
  const { scanMinMs } = context.args;
  for (const name of ['scan_period_min_ms', 'scan_delay_ms']) {
    const has = value(name);
    if (has !== undefined && Number(has) !== (scanMinMs || 1000)) return `${name} is ${has} in files, but init_args makes it ${scanMinMs || 1000}: who changed it, and when, the file does not say`;
  }
  const max = value('scan_period_max_ms');
  if (max !== undefined && max !== '60000') return `scan_period_max_ms is ${max}; a recorded run with another value than 60000 is not compared`;
  return undefined;
}

/** zoneinfo is from before the program's first step: where it sets watermark_scale_factor, the watermarks there must be those of that factor already. */
function scaleFactor(context: RunContext): string | undefined {
  const { scaleFactor: factor } = context.args;
  if (factor === 0) return undefined;
  for (const node of context.machine.nodes) {
    for (const z of node.zones) {
      const needed = Math.max(Math.floor(z.minPages / 4), Math.floor((z.managedPages * factor) / 10_000)), has = z.lowPages - z.minPages;
      if (Math.abs(needed - has) > 1) {
        return `wsf=${factor} puts ${needed} pages between the watermarks of node ${node.nid}, but zoneinfo (from before it was set) has ${has}: watermarks that change during a run are not modelled`;
      }
    }
  }
  return undefined;
}

function vmstatGrowth(run: RunFile, name: string): number {
  const at = (file: string): number => Number(new RegExp(`^${name} (\\d{1,15})$`, 'm').exec(run.files.get(file) ?? '')?.[1] ?? 0);
  return Math.max(0, at('/proc/vmstat#after') - at('/proc/vmstat'));
}
