/** One run as a Chrome/Perfetto trace, and as ftrace-like text whose mm_migrate_pages lines have the kernel's form. */

import type { MigrateCall } from '../../engine/observe/probe';
import { LANE_BATCH, LANE_PASS } from '../../engine/observe/recorder';
import { buildWorld } from '../../engine/sim/build';
import type { World } from '../../engine/sim/world';
import type { Job } from '../api';
import { specOf } from '../job';

/** Most calls of migrate_pages() and lanes that an export keeps. */
const MOST_CALLS = 200_000;
const SAMPLES = 200;
const LIMITS = { traceRecords: 1 << 16, logRows: 1 << 16 };

export interface TracedRun {
  readonly world: World;
  readonly calls: readonly MigrateCall[];
  /** Calls that were too many to keep. */
  readonly dropped: number;
  /** Passes and batches: [node, kind, from ps, to ps]. */
  readonly lanes: readonly (readonly [number, number, number, number])[];
  /** [time ps, local share of the interval]. */
  readonly local: readonly (readonly [number, number])[];
}

/** Runs a job and keeps what a trace shows; a sentence when it cannot be run. */
export async function traced(job: Job): Promise<TracedRun | string> {
  const made = await specOf(job);
  if (!made.ok) return made.text;
  const built = buildWorld(made.spec, LIMITS);
  if (!built.ok) return built.text;
  const { world } = built;
  const calls: MigrateCall[] = [], lanes: (readonly [number, number, number, number])[] = [], local: (readonly [number, number])[] = [];
  let dropped = 0, seen = 0, accesses = 0, localAccesses = 0;
  const probe = world.system?.probe;
  if (probe === undefined) return 'The run has no programs.';
  probe.onCall = (call) => {
    if (calls.length < MOST_CALLS) calls.push(call);
    else dropped++;
  };
  for (let i = 1; i <= SAMPLES; i++) {
    const untilPs = Math.round((made.spec.durationPs * i) / SAMPLES);
    for (;;) {
      const end = world.run(untilPs, 5_000, 'time');
      lanes.push(...world.rec.lanesSince(seen));
      seen = world.rec.laneTotal;
      if (end === 'oops') return 'The simulated kernel dereferenced a NULL pgdat: there is no whole run to export.';
      if (end !== 'budget') break;
    }
    const p = world.system?.progress();
    const all = (p?.accesses ?? 0) - accesses;
    local.push([untilPs, all > 0 ? ((p?.localAccesses ?? 0) - localAccesses) / all : 0]);
    accesses = p?.accesses ?? 0;
    localAccesses = p?.localAccesses ?? 0;
  }
  return { world, calls, dropped, lanes, local };
}

const us = (ps: number): number => Math.round(ps / 1000) / 1000;

/** Trace Event Format: a process a node with its thread's passes and batches, a process of tasks with their migrations, a counter of the local share. */
export function perfettoJson(run: TracedRun, title: string): string {
  const tasks = run.world.system?.tasks() ?? [];
  const TASKS = 1_000_000;
  const nodes = [...new Set(run.lanes.map((l) => l[0]))];
  const events: object[] = [
    ...nodes.map((nid) => ({ name: 'process_name', ph: 'M', pid: nid, args: { name: `node ${nid}` } })),
    ...nodes.map((nid) => ({ name: 'thread_name', ph: 'M', pid: nid, tid: 1, args: { name: `migration thread of node ${nid}` } })),
    { name: 'process_name', ph: 'M', pid: TASKS, args: { name: 'tasks' } },
    ...tasks.map((t) => ({ name: 'thread_name', ph: 'M', pid: TASKS, tid: t.id + 1, args: { name: t.name } })),
    ...run.lanes.map(([nid, kind, from, to]) => ({ name: kind === LANE_PASS ? 'pass' : kind === LANE_BATCH ? 'batch' : 'other', ph: 'X', pid: nid, tid: 1, ts: us(from), dur: us(to - from), cat: 'kmigrated' })),
    ...run.calls.filter((c) => c.task >= 0).map((c) => ({
      name: 'migrate_pages', ph: 'i', s: 't', pid: TASKS, tid: c.task + 1, ts: us(c.timePs), cat: 'migrate', args: { nr_succeeded: c.succeeded, nr_failed: c.failed },
    })),
    ...run.local.map(([ps, share]) => ({ name: 'local share', ph: 'C', pid: TASKS, ts: us(ps), args: { share } })),
  ];
  return JSON.stringify({ traceEvents: events, displayTimeUnit: 'ns', otherData: { title: `${title} (simulated)`, dropped_calls: run.dropped } });
}

/** Lines as trace-cmd and the tracefs print them; times are simulated. */
export function ftraceText(run: TracedRun, title: string): string {
  const tasks = run.world.system?.tasks() ?? [];
  const rows = run.calls.map((c) => {
    const task = c.task >= 0 ? tasks[c.task] : tasks.find((t) => t.kind === 'kthread' && t.cpu === c.cpu && t.name.endsWith(String(c.nid)));
    const name = (task?.name ?? `kmigrated${c.nid}`).replace(/\s/g, '_').slice(0, 16), pid = 100 + (task?.id ?? 0);
    const when = (c.timePs / 1e12).toFixed(6);
    return `${name.padStart(16)}-${String(pid).padEnd(7)} [${String(c.cpu).padStart(3, '0')}] ..... ${when.padStart(12)}: mm_migrate_pages: nr_succeeded=${c.succeeded} nr_failed=${c.failed} `
      + `nr_thp_succeeded=${c.thpSucceeded} nr_thp_failed=${c.thpFailed} nr_thp_split=0 nr_large_folio_split=0 mode=MIGRATE_ASYNC reason=numa_misplaced`;
  });
  return [
    `# tracer: nop (simulated: ${title})`, '#', `# entries-in-buffer/entries-written: ${run.calls.length}/${run.calls.length + run.dropped}   #P:${run.world.spec.machine.nodes.reduce((n, x) => n + x.cpus.length, 0)}`, '#',
    '#                                _-----=> irqs-off/BH-disabled', '#                               / _----=> need-resched', '#                              | / _---=> hardirq/softirq', '#                              || / _--=> preempt-depth',
    '#                              ||| / _-=> migrate-disable', '#                              |||| /     delay', '#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION', '#              | |         |   |||||     |         |', ...rows, '',
  ].join('\n');
}
