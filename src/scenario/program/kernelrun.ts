/** The program of the recorded runs as a ProcessSpec: main thread, workers, their shares, and the program's own few pages (kernel-runs/README.md). */

import type { MachineSpec } from '../../engine/machine/spec';
import { NUMA_BALANCING_DEFAULTS, type NumaBalancingSpec, type Op, type ProcessSpec, type ThreadSpec, type VmaSpec } from '../../engine/system/spec';
import { PS_PER_MS, PS_PER_S } from '../../engine/types';
import type { ProgramArgs } from './args';

const PAGES_PER_MIB = 256;
const PAGE_BYTES = 4096;
/** The two arrays of move_pages(): a pointer and a status for each page. */
const ARRAY_BYTES_A_PAGE = 12;
/** Pages of a worker's stack that it uses: the one with its thread block, and the one below. */
const STACK_PAGES = 2;
/** Data, bss, heap and stack of a small static program besides what the threads share: not in the file, so a seed draws it from 0 to this. */
export const OWN_PAGES_UNKNOWN = 32;
/** A free block of MAX_PAGE_ORDER. */
export const BLOCK_PAGES = 1024;
/** mode=stale: the exit of the workers, the reading of /proc and the new VMA take pages (stacks, slab); how many is not in the file: drawn from 0 to this. */
export const KERNEL_PAGES_UNKNOWN = 64;
/** mode=stale: the share of the pages that must have faulted, how often it looks, and how the samples after it are spaced. */
const STALE_SHARE = 0.95;
const STALE_POLL_PS = 2 * PS_PER_MS;
const STALE_SAMPLES = 8;
const STALE_SPACING_PS = PS_PER_S / 2;

/** VMAs of the process, by index. */
export const MAPPING = 0;
export const ARRAYS = 1;
export const OWN = 2;
/** One page that the program maps and unmaps before main is pinned. */
const SCRATCH = 3;
/** mode=stale: the mapping that replaces the first, and its arrays: the program makes new ones with it. */
export const SECOND_MAPPING = 4;
const SECOND_ARRAYS = 5;

/** Threads: main is 0, worker w is 1 + w; a thread that runs the program's begin on another node stands last. */
export const FIRST_WORKER = 1;

/** What the file does not say, as a seed draws it. */
export interface ProgramDraw {
  /** Pages of the program's own that only its begin and main touch, 0 .. OWN_PAGES_UNKNOWN. */
  readonly mainPages: number;
  /** How many of them main still touches at each sample, 0 .. mainPages. */
  readonly mainActive: number;
  /** Node on which the program began, before main was pinned: its first pages are there. */
  readonly beginNode: number;
  /**
   * Whether the pages of the begin have left that CPU's LRU batch (an munmap() there flushes it): if not, kmigrated never sees them.
   */
  readonly beginFlushed: boolean;
  /**
   * Whether scan passes after the first take the arrays: a pass of a thread that has not faulted in a VMA lately skips it (vma_is_accessed), and which
   * thread made a pass is not in the file. False: main does not touch them again in the model, so they stay PROT_NONE.
   */
  readonly arraysScanned: boolean;
  /**
   * Pages of the home node that are taken before the mapping is written, 0 .. BLOCK_PAGES - 1: how far the largest free block is used up, which decides where
   * in PFN order the mapping begins and what is left to be handed out first later. The buddy's state is not in the file.
   */
  readonly heldPages: number;
  /** mode=stale: pages that the kernel takes for itself between the two mappings, besides page tables: 0 .. KERNEL_PAGES_UNKNOWN. */
  readonly kernelPages: number;
}

export interface ProgramTimes {
  /** When the workers start. */
  readonly startPs: number;
  /** When everything stops (mode work). */
  readonly endPs: number;
  /** CPU time of its own that a worker spends on each access, by worker. */
  readonly thinkPs: readonly number[];
}

export type ProgramResult = { readonly ok: true; readonly process: ProcessSpec } | { readonly ok: false; readonly says: string };

/** Pages of the mapping. */
export const mappingPages = (args: ProgramArgs): number => args.mb * PAGES_PER_MIB;

/** The worker that a page of the mapping is counted for in `want`. */
export function ownerOf(args: ProgramArgs, page: number): number {
  const workers = args.targets.length;
  if (args.layout === 'interleave') return page % workers;
  return Math.min(workers - 1, Math.floor(page / Math.max(1, blockPages(args))));
}

/** Pages of a block share. The last target also counts the remainder, which no worker touches: 2 of 8192 pages stay at home for ever in both 4n-block-targets runs. */
const blockPages = (args: ProgramArgs): number => Math.floor(mappingPages(args) / args.targets.length);

/** The pages that a worker sweeps. */
export function shareOf(args: ProgramArgs, worker: number): { readonly from: number; readonly step: number; readonly count: number } {
  const workers = args.targets.length;
  if (args.layout === 'block') return { from: worker * blockPages(args), step: 1, count: blockPages(args) };
  return { from: worker, step: workers, count: Math.ceil((mappingPages(args) - worker) / workers) };
}

/** kernel.numa_balancing=1 with the tunables of a run; scanSizeMb as its file says. */
export function balancingOf(args: ProgramArgs, scanSizeMb: number): NumaBalancingSpec {
  const d = NUMA_BALANCING_DEFAULTS;
  return { ...d, mode: 1, scanSizeMb, scanPeriodMinMs: args.scanMinMs || d.scanPeriodMinMs, scanDelayMs: args.scanMinMs || d.scanDelayMs };
}

const anonymous = (name: string, pages: number): VmaSpec => ({
  name, pages, content: 'anon', order: 0, pmdMapped: false, pinnedShare: 0, lockedShare: 0, writebackShare: 0,
});

const write = (vma: number, from: number, count: number, step = 1): Op => ({ op: 'sweep', vma, from, step, count, write: true });

/** A sweep, or nothing where there are no pages. */
const some = (vma: number, from: number, count: number): Op[] => (count > 0 ? [write(vma, from, count)] : []);

/** The whole process; a sentence where the machine has no place for a thread. */
export function kernelRunProcess(args: ProgramArgs, machine: MachineSpec, draw: ProgramDraw, times: ProgramTimes): ProgramResult {
  const pages = mappingPages(args);
  const cpus = new Map<number, number>();
  for (const nid of [args.home, ...args.targets, draw.beginNode]) {
    const node = machine.nodes.find((n) => n.nid === nid);
    const cpu = node?.cpus[0];
    if (cpu === undefined) return { ok: false, says: `the program needs a CPU of node ${nid}, but the machine has ${node === undefined ? 'no such node' : 'no CPU there'}` };
    cpus.set(nid, cpu);
  }
  if (blockPages(args) < 1) return { ok: false, says: `${args.targets.length} workers share ${pages} pages: a worker would have none` };
  const workers = args.targets.length;
  const own = 1 + workers * STACK_PAGES + draw.mainPages;
  const vmas = [anonymous('mapping', pages), anonymous('arrays', Math.max(1, Math.ceil((pages * ARRAY_BYTES_A_PAGE) / PAGE_BYTES))), anonymous('own', own), anonymous('scratch', 1)];
  if (args.mode === 'stale') vmas.push(anonymous('second mapping', pages), anonymous('second arrays', vmas[ARRAYS].pages));
  const elsewhere = draw.beginNode !== args.home;
  const thread = (name: string, nid: number, ops: readonly Op[], thinkPs: number): ThreadSpec => ({ name, cpu: cpus.get(nid) ?? 0, nice: 0, ops, thinkPs, duty: 1 });
  const threads = [
    thread('main', args.home, mainOps(args, draw, times, vmas, elsewhere), 0),
    ...args.targets.map((nid, w) => thread(`worker ${w}`, nid, workerOps(args, w, times), times.thinkPs[w] ?? 0)),
    ...(elsewhere ? [thread('begin', draw.beginNode, beginOps(draw, own), 0)] : []),
  ];
  return { ok: true, process: { name: 'program', vmas, patterns: [], threads } };
}

/** The program before main is pinned: it touches what main goes on with. */
function beginOps(draw: ProgramDraw, own: number): Op[] {
  const flush: Op[] = [write(SCRATCH, 0, 1), { op: 'unmap', vma: SCRATCH }];
  return [write(OWN, 0, 1), ...some(OWN, own - draw.mainPages, draw.mainPages), ...(draw.beginFlushed ? flush : []), { op: 'barrier', name: 'pinned' }];
}

const held = (count: number): Op[] => (count > 0 ? [{ op: 'kernelPages', count }] : []);

/** The recorded program is looked at before it ends: exit would take its pages with it. */
const LOOKED_AT: Op = { op: 'sleep', ps: 3600 * PS_PER_S };

/** Waits for a time of the world. */
const waitUntil = (ps: number): Op => ({ op: 'repeat', body: [{ op: 'sleep', ps: PS_PER_MS }], until: { kind: 'time', ps } });

function mainOps(args: ProgramArgs, draw: ProgramDraw, times: ProgramTimes, vmas: readonly VmaSpec[], elsewhere: boolean): Op[] {
  const pages = vmas[MAPPING].pages;
  const firstMain = vmas[OWN].pages - draw.mainPages;
  const own: Op[] = [write(OWN, 0, 1), ...some(OWN, firstMain, draw.mainActive)];
  const sample: Op[] = [...some(ARRAYS, 0, draw.arraysScanned ? vmas[ARRAYS].pages : 0), ...own];
  // new arrays are filled with the addresses of the new mapping before that is written
  const newSample: Op[] = [write(SECOND_ARRAYS, 0, vmas[ARRAYS].pages), ...own];
  const begin: Op[] = [
    ...(elsewhere ? [{ op: 'barrier', name: 'pinned' } as const] : []),
    ...held(draw.heldPages), write(MAPPING, 0, pages), write(ARRAYS, 0, vmas[ARRAYS].pages), write(OWN, 0, vmas[OWN].pages), waitUntil(times.startPs), { op: 'barrier', name: 'start' },
  ];
  if (args.mode === 'work') return [...begin, { op: 'repeat', body: [{ op: 'sleep', ps: PS_PER_S }, ...sample], until: { kind: 'time', ps: times.endPs } }, LOOKED_AT];
  return [
    ...begin, { op: 'awaitHintFaults', atLeast: Math.ceil(pages * STALE_SHARE), pollPs: STALE_POLL_PS }, { op: 'signal', flag: 'stop' },
    { op: 'barrier', name: 'joined' }, ...sample, { op: 'numaBalancing', mode: 0 }, { op: 'unmap', vma: ARRAYS }, { op: 'unmap', vma: MAPPING },
    ...held(draw.kernelPages), write(SECOND_ARRAYS, 0, vmas[ARRAYS].pages),
    write(SECOND_MAPPING, 0, pages), ...newSample,
    { op: 'repeat', body: [{ op: 'sleep', ps: STALE_SPACING_PS }, ...newSample], until: { kind: 'times', times: STALE_SAMPLES } }, LOOKED_AT,
  ];
}

function workerOps(args: ProgramArgs, worker: number, times: ProgramTimes): Op[] {
  const share = shareOf(args, worker);
  const loop: Op[] = [
    write(MAPPING, share.from, share.count, share.step), write(OWN, 0, 1), write(OWN, 1 + worker * STACK_PAGES, STACK_PAGES),
    { op: 'sleep', ps: args.napMs * PS_PER_MS },
  ];
  const until = args.mode === 'stale' ? { kind: 'flag', flag: 'stop' } as const : { kind: 'time', ps: times.endPs } as const;
  return [{ op: 'barrier', name: 'start' }, { op: 'repeat', body: loop, until }, ...(args.mode === 'stale' ? [{ op: 'barrier', name: 'joined' } as const] : [])];
}
