/** Published measurements that the model can express: the number, where it stands, which runs give ours, and what direction means for it. */

import type { Arm, RunResult } from '../api';
import { ARMS } from '../arms';
import { bulkMove, pghotCover, spill } from './setups';

/** A run that rows refer to by name. */
export interface PublishedRun {
  readonly key: string;
  readonly scenario: string;
  readonly arm: Arm;
}

/** Looks up the result of a run. */
export type Runs = (key: string) => RunResult;

export interface PublishedRow {
  readonly id: string;
  readonly source: string;
  readonly what: string;
  readonly unit: string;
  readonly published: number;
  /** calibration: the cost table was taken from it; prediction: no cost knows of it. */
  readonly kind: 'calibration' | 'prediction';
  readonly simulated: (runs: Runs) => number;
  /** What the number is compared with for its direction: above or below this on both sides. Changes in % are compared with 0. */
  readonly against: { readonly published: number; readonly simulated: (runs: Runs) => number };
  /** Published change that its authors' own spread (or a twentieth, where none is given) does not tell from none: such a row has no direction. */
  readonly flat?: boolean;
}

const armBy = (id: string): Arm => {
  const found = ARMS.find((a) => a.id === id);
  if (found === undefined) throw new Error(`no arm ${id}`);
  return found;
};
const NONE = armBy('none'), SYNC = armBy('sync'), V1 = armBy('kmigrated-v1'), KPROMOTED = armBy('kpromoted');
const withBatch = (batchFolios: number): Arm => ({ ...V1, id: `kmigrated-v1-${batchFolios}`, v1: { batchFolios } });

/** Published seconds of the shortest and an eighth of them: what a run of the cover lasts. */
const COVER_SECONDS = { anon: 14, file: 14, thp: 4 } as const;
const COVER = { anon: [115.67, 102.89], file: [110.27, 71.86], thp: [30.94, 29.77] } as const;
const MODES = ['anon', 'file', 'thp'] as const;
const ORDERS = [[0, '4K', 3.73], [2, '16K', 5.53], [4, '64K', 5.9], [5, '128K', 6.34], [6, '256K', 6.5], [7, '512K', 6.86], [8, '1M', 6.92], [9, '2M', 10.67]] as const;

/** Every run that the rows need. */
export const PUBLISHED_RUNS: readonly PublishedRun[] = [
  { key: 'h1', scenario: spill(), arm: KPROMOTED },
  ...MODES.flatMap((mode): PublishedRun[] => [
    { key: `h2-${mode}-0`, scenario: pghotCover(mode, 0, COVER_SECONDS[mode]), arm: NONE },
    { key: `h2-${mode}-2`, scenario: pghotCover(mode, 2, COVER_SECONDS[mode]), arm: SYNC },
  ]),
  { key: 'j1-1', scenario: bulkMove(0, '64 MiB', 4), arm: withBatch(1) },
  { key: 'j1-512', scenario: bulkMove(0, '64 MiB', 4), arm: V1 },
  ...ORDERS.map(([order]): PublishedRun => ({ key: `j4-${order}`, scenario: bulkMove(order, '256 MiB'), arm: V1 })),
];

const change = (now: number, before: number): number => (now / before - 1) * 100;
/** Time for the same work: what is measured is accesses in a fixed time. */
const timeOf = (r: RunResult): number => 1 / r.metrics.accesses_per_s;
const gbPerS = (r: RunResult): number => (r.metrics.pages_moved * 4096) / (r.metrics.migrate_cpu_ms * 1e6);
const per = (a: number, b: number): number => (b > 0 ? a / b : 0);
const ZERO = { published: 0, simulated: () => 0 };

function cover(mode: (typeof MODES)[number]): PublishedRow[] {
  const [none, base] = COVER[mode];
  const source = 'H.2, 20251110052343.208768-1-bharata@amd.com';
  const time = (key: string) => (runs: Runs): number => timeOf(runs(`h2-${mode}-${key}`));
  const percent = (now: string, then: string) => (runs: Runs): number => change(time(now)(runs), time(then)(runs));
  return [
    { id: `h2-${mode}-numab2`, source, what: `${mode}: time with NUMAB2 against NUMAB0`, unit: '%', published: change(base, none), kind: 'prediction', simulated: percent('2', '0'), against: ZERO, flat: Math.abs(change(base, none)) < 5 },
  ];
}

const moved = (key: string) => (runs: Runs): number => runs(key).metrics.pages_moved;

/** Every row, in the order of the dossier. */
export const PUBLISHED_ROWS: readonly PublishedRow[] = [
  {
    id: 'h1-promoted', source: 'H.1, M-KP-DB 2025-03-17', what: 'kpromoted: pages promoted a candidate', unit: '', published: 319_635 / 319_635, kind: 'prediction',
    simulated: (runs) => per(runs('h1').metrics.pages_moved, runs('h1').metrics.pages_moved + runs('h1').metrics.lost_migrate), against: { published: 0.5, simulated: () => 0.5 },
  },
  ...MODES.flatMap(cover),
  {
    id: 'h2-anon-migrated', source: 'H.2', what: 'anon: share of the pages that NUMAB2 migrates', unit: '', published: 2_097_144 / 2_097_152, kind: 'prediction',
    simulated: (runs) => per(moved('h2-anon-2')(runs), 262_144), against: { published: 0.5, simulated: () => 0.5 },
  },
  {
    id: 'j1-ipis', source: 'J.1, M-TLB', what: 'TLB shootdowns received a page, flush batched against not', unit: '%', published: -99.1, kind: 'prediction',
    simulated: (runs) => change(per(runs('j1-512').metrics.shootdowns_received, moved('j1-512')(runs)), per(runs('j1-1').metrics.shootdowns_received, moved('j1-1')(runs))), against: ZERO,
  },
  {
    id: 'j1-rate', source: 'J.1, M-TLB', what: 'pages a second of the migrating CPU, flush batched against not', unit: '%', published: 291.7, kind: 'prediction',
    simulated: (runs) => {
      const rate = (key: string): number => per(moved(key)(runs), runs(key).metrics.migrate_cpu_ms + runs(key).metrics.shootdown_cpu_ms);
      return change(rate('j1-512'), rate('j1-1'));
    },
    against: ZERO,
  },
  ...ORDERS.map(([order, name, published]): PublishedRow => ({
    id: `j4-${name}`, source: 'J.4, V3 baseline', what: `move_pages() of ${name} folios`, unit: 'GB/s', published, kind: order === 0 || order === 9 ? 'calibration' : 'prediction',
    simulated: (runs) => gbPerS(runs(`j4-${order}`)), against: { published: order === 0 ? 0 : ORDERS[0][2], simulated: (runs) => (order === 0 ? 0 : gbPerS(runs('j4-0'))) },
  })),
];

/** What the model cannot express, and why. */
export const NOT_EXPRESSED: readonly { readonly what: string; readonly why: string }[] = [
  { what: 'H.1: recorded accesses of IBS (960,620) and their split', why: 'the source of accesses is the hint fault; hardware sampling is not modelled. The identities of the counters hold exactly and are tested.' },
  {
    what: 'H.2: every row with pghot v3 (patched)',
    why: 'as posted its frequency comes from overlapping masks and an uninitialised variable; with zeroed variables (the kernel\'s default) no page that is faulted by hints gets hot, with right masks a hint fault every few seconds does not reach three within the window. What the published kernel had in that variable cannot be known.',
  },
  { what: 'H.2: pgtscan and hwhints rows', why: 'page table scans for access bits (klruscand) and IBS are not modelled as sources.' },
  { what: 'H.2: absolute times', why: 'the microbenchmark\'s own work is not known; times are compared as changes.' },
  { what: 'H.2: THP success and base pages', why: 'in the model a THP is moved whole or not at all; splits and partial mappings are not modelled.' },
  { what: 'J.2: vm-scalability anon-cow-rand-mt', why: 'copy on write and fork are not modelled.' },
  { what: 'J.3: share of folio_copy for one page', why: 'it is the share of a system call with an LRU drain, which M1 forbids to charge to the hint fault; 35 % of 512 pages is what the cost rows were split by.' },
  { what: 'J.4: mt and dma rows', why: 'copies by several threads or by a DMA engine are not modelled.' },
  { what: 'J.4: 2 MB folios by folio count', why: 'the fixed part of a call is a soft cost of its own (migrateCallPs) that the fit by count would decide: taken as calibration data of another path (move_pages).' },
  { what: 'J.7: LUF v12', why: 'lazy shootdown at allocation is not modelled.' },
  { what: 'costs 1.2: cycles a page of migrate_pages() (17,799 alone, 3,478 of 512)', why: 'they are the source of the fixed part of the posted batch (batchFixedPs, marks-only worlds); in the whole machine M1 composes a migration from its phases instead.' },
];
