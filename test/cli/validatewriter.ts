// Writes a simulated free run in the form of a recorded one: machines, arguments and periods that no recorded file has.
import { observe } from '../../src/cli/validate/outcome';
import { worldOf } from '../../src/cli/validate/simulate';
import { blankRow } from '../../src/engine/observe/log';
import { LogKind } from '../../src/engine/observe/logkinds';
import { buildWorld } from '../../src/engine/sim/build';
import { PS_PER_S } from '../../src/engine/types';
import { readRunFile, type RunFile, UNMAPPED } from '../../src/scenario/program/runfile';
import { argsOf, contextOf } from './validateruns';

export interface MadeMachine {
  /** MiB of each node, and its CPUs. */
  readonly nodes: readonly { readonly mb: number; readonly cpus: readonly number[] }[];
}

/** The clocks of the made file: printk and trace seconds at t = 0. */
const PRINTK_S = 3.25, TRACE_S = 3.75;

function zoneinfo({ nodes }: MadeMachine): string {
  let start = 4096;
  return nodes.map(({ mb }, nid) => {
    const pages = mb * 256, from = start;
    start += pages;
    return `Node ${nid}, zone    DMA32\n  pages free     ${pages - 400}\n        boost    0\n        min      200\n        low      250\n        high     300\n        spanned  ${pages}\n`
      + `        present  ${pages}\n        managed  ${pages}\n        protection: (0, 0, 0, 0)\n  start_pfn:           ${from}\n`;
  }).join('');
}

type Json = Record<string, unknown>;

function frame(machine: MadeMachine, initArgs: string, v1: boolean): Json {
  const args = argsOf(initArgs);
  const files: Json = { '/proc/zoneinfo': zoneinfo(machine) };
  machine.nodes.forEach((node, nid) => {
    files[`/sys/devices/system/node/node${nid}/cpulist`] = `${node.cpus.join(',')}\n`;
    files[`/sys/devices/system/node/node${nid}/distance`] = `${machine.nodes.map((_, to) => (to === nid ? 10 : 20)).join(' ')}\n`;
  });
  const vm = Object.fromEntries(['numa_pte_updates', 'numa_hint_faults', 'numa_hint_faults_local', 'numa_pages_migrated', 'pgmigrate_success', 'pgmigrate_fail', 'pgpromote_success'].map(name => [name, 0]));
  const sample = (t: number): Json => ({ t, vm, want: Object.fromEntries(args.targets.map(n => [n, {}])), loops: args.targets.map(() => 0), kmigrated: {} });
  const seconds = args.mode === 'stale' ? [0, 8] : Array.from({ length: args.secs + 1 }, (_, i) => i + i / 100);
  return { name: 'made', kernel: v1 ? '6.12+v1 series' : '6.12', init_args: initArgs, done: true, samples: seconds.map(sample), batches: [], kmigrated_oncpu: {}, mm_migrate_pages: { events: 0, succeeded: 0, first: [] }, files };
}

/** The text of a made file: seed k of a free run on the machine. */
export function madeRun(machine: MadeMachine, initArgs: string, v1: boolean, k: number): string {
  const json = frame(machine, initArgs, v1);
  const empty = readRunFile(JSON.stringify(json), 'made');
  if (!empty.ok) throw new Error(empty.says);
  const spec = worldOf(empty.run, contextOf(empty.run), undefined, k, k + 1);
  if (typeof spec === 'string') throw new Error(spec);
  const built = buildWorld(spec);
  if (!built.ok) throw new Error(built.text);
  const { world } = built;
  if (world.system === undefined) throw new Error('no programs');
  const timesS = empty.run.samples.map(s => s.tS);
  const startPs = spec.durationPs - PS_PER_S / 1000 - Math.round(timesS[timesS.length - 1] * PS_PER_S);
  const record = observe(world, world.system, contextOf(empty.run).args, timesS, startPs, v1 ? 'v1' : 'base');
  const onCpu = passesIn(empty.run, world.rec.log, startPs);
  const batches = record.batches.map(b => ({
    t: round(b.tS + PRINTK_S), thread: `kmigrated${b.node}`, target: b.target, n: b.n, first_pfn: b.first, last_pfn: b.last, order: b.descending ? 'desc' : '-', ok: b.ok,
    remaining: b.remaining, us: 1,
  }));
  const samples = record.samples.map(s => ({
    t: Math.round(s.tS * 100) / 100, vm: Object.fromEntries([...s.vm].filter(([name]) => /^(numa|pgmigrate|pgpromote)_/.test(name))), loops: s.loops,
    want: Object.fromEntries([...s.want].map(([t, on]) => [t, Object.fromEntries([...on].map(([n, pages]) => [n === UNMAPPED ? 'unmapped' : String(n), pages]))])),
    kmigrated: v1 ? Object.fromEntries([...onCpu].map(([node, list]) => [node, { cpu_ms: 0, sched_in: list.filter(([on]) => on <= s.tS).length }])) : {},
  }));
  return JSON.stringify({
    ...json, samples, batches,
    kmigrated_oncpu: Object.fromEntries([...onCpu].map(([node, list]) => [`kmigrated${node}`, list.map(([on, off]) => [round(on + TRACE_S), round(off + TRACE_S), 'D'])])),
    mm_migrate_pages: { events: batches.length, succeeded: 0, first: batches.slice(0, 60).map(b => [round(b.t - PRINTK_S + TRACE_S), b.thread, `nr_succeeded=${b.ok} nr_failed=0`]) },
  });
}

const round = (s: number): number => Math.round(s * 1e6) / 1e6;

/** By node: begin and end of each pass, since the program's start; passes without a sleep between are one interval. */
function passesIn(run: RunFile, log: Parameters<typeof passesOf>[0], startPs: number): Map<number, [number, number][]> {
  const out = new Map<number, [number, number][]>(run.design === 'v1' ? run.machine.nodes.filter(n => n.hasMemory).map(n => [n.nid, []]) : []);
  passesOf(log, (nid, begins, timePs) => {
    const list = out.get(nid) ?? [];
    const at = (timePs - startPs) / PS_PER_S, last = list[list.length - 1];
    if (!begins) {
      if (last !== undefined) last[1] = at;
    } else if (at > -PRINTK_S && (last === undefined || at - last[1] > 0.001)) list.push([at, at]);
  });
  return out;
}

function passesOf(log: { readonly dropped: number; readonly total: number; read(row: number, into: ReturnType<typeof blankRow>): unknown }, take: (nid: number, begins: boolean, timePs: number) => void): void {
  const row = blankRow();
  for (let i = log.dropped; i < log.total; i++) {
    log.read(i, row);
    if (row.kind === LogKind.PassBegin || row.kind === LogKind.PassEnd) take(row.actor, row.kind === LogKind.PassBegin, row.timePs);
  }
}
