/** Reads one recorded run of a real kernel (kernel-runs/README.md): strict shapes, limits, and errors that name the field. */

import type { MachineSpec } from '../../engine/machine/spec';
import { readMachine } from '../machine/read';
import { readSample } from '../machine/sample';
import { FieldError, fieldsOf, listOf, numberOf, textOf, wholeOf } from './fields';

/** Key of pages that are mapped nowhere at the moment. */
export const UNMAPPED = -1;

/** What the main thread saw at one time. */
export interface RunSample {
  /** Since the start of the program, in seconds. */
  readonly tS: number;
  /** vmstat counters by name. */
  readonly vm: ReadonlyMap<string, number>;
  /** Pages of each target's share by the node that they are on (UNMAPPED: under migration). */
  readonly want: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** Passes of each worker over its share. */
  readonly loops: readonly number[];
  /** By node: times that kmigratedN was switched in since boot. */
  readonly switchedIn: ReadonlyMap<number, number>;
}

/** One call of the batch function. */
export interface RunBatch {
  /** End of the call; printk clock in a file, seconds since the program's start in a simulated run. */
  readonly tS: number;
  readonly node: number;
  readonly target: number;
  readonly n: number;
  readonly first: number;
  readonly last: number;
  readonly descending: boolean;
  readonly ok: number;
  /** What migrate_pages() returned: folios not migrated, or a negative errno. */
  readonly remaining: number;
  readonly tookS: number;
}

/** A thread ran on a CPU, trace clock. */
export interface OnCpu {
  readonly onS: number;
  readonly offS: number;
  /** It slept afterwards (state D), instead of being preempted or yielding. */
  readonly slept: boolean;
}

export interface RunFile {
  readonly name: string;
  readonly kernel: string;
  readonly initArgs: string;
  /** v1: kmigrated ran; base: the kernel as it is. Decided from the kernel's name, and from what the file holds. */
  readonly design: 'base' | 'v1';
  readonly samples: readonly RunSample[];
  /** In order of time. */
  readonly batches: readonly RunBatch[];
  /** By node, in order of time; empty where the run was not traced. */
  readonly onCpu: ReadonlyMap<number, readonly OnCpu[]>;
  /** mm_migrate_pages trace events: number (cut when the buffer was full), sum of pages, the first of them. */
  readonly calls: { readonly events: number; readonly succeeded: number; readonly first: readonly { readonly tS: number; readonly thread: string; readonly succeeded: number }[] };
  readonly files: ReadonlyMap<string, string>;
  readonly machine: MachineSpec;
  readonly machineNotes: readonly string[];
  /** SLIT by node id. */
  readonly distance: readonly (readonly number[])[];
}

export type RunFileResult = { readonly ok: true; readonly run: RunFile } | { readonly ok: false; readonly says: string };

const MAX_SAMPLES = 20_000;
const MAX_BATCHES = 2_000_000;
const MAX_INTERVALS = 2_000_000;
const MAX_TIME_S = 1e7;
const LOCAL = 10, REMOTE = 20;
/** Counters that every comparison needs. */
const NEEDED_COUNTERS = [
  'numa_pte_updates', 'numa_hint_faults', 'numa_hint_faults_local', 'numa_pages_migrated', 'pgmigrate_success', 'pgmigrate_fail', 'pgpromote_success',
];

/** Reads the text of a file; `fallbackName` names it where it does not name itself. */
export function readRunFile(text: string, fallbackName: string): RunFileResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (e) {
    return { ok: false, says: `it is no JSON: ${e instanceof Error ? e.message : String(e)}` };
  }
  try {
    return { ok: true, run: read(value, text, fallbackName) };
  } catch (e) {
    if (e instanceof FieldError) return { ok: false, says: e.message };
    throw e;
  }
}

function read(value: unknown, text: string, fallbackName: string): RunFile {
  const top = fieldsOf(value, 'the file');
  const kernel = textOf(top.get('kernel'), 'kernel', 200);
  if (top.get('done') !== true) throw new FieldError('done is not true: the run was cut short, and its last sample is not its end; a finished run is needed');
  const files = new Map<string, string>();
  for (const [path, body] of fieldsOf(top.get('files'), 'files')) files.set(path, textOf(body, `files["${path}"]`, 4 * 1024 * 1024));
  const samples = listOf(top.get('samples'), 'samples', MAX_SAMPLES).map((s, i) => readOneSample(s, `samples[${i}]`));
  if (samples.length < 2) throw new FieldError(`samples has ${samples.length} entries; at least two are needed, the first and the last state`);
  samples.forEach((s, i) => {
    if (i > 0 && s.tS < samples[i - 1].tS) throw new FieldError(`samples[${i}].t is ${s.tS}, before the one above (${samples[i - 1].tS}); times ascend`);
    if (s.loops.length !== samples[0].loops.length) throw new FieldError(`samples[${i}].loops has ${s.loops.length} entries, the first sample ${samples[0].loops.length}`);
  });
  const batches = listOf(top.get('batches') ?? [], 'batches', MAX_BATCHES).map((b, i) => readBatch(b, `batches[${i}]`));
  const v1 = /v1/.test(kernel);
  if (!v1 && batches.length > 0) throw new FieldError(`kernel is "${kernel}" (unpatched), but batches has ${batches.length} entries; only a kernel with the v1 series has batches`);
  const sample = readSample(text, fallbackName);
  if (!sample.ok) throw new FieldError(`files: ${sample.problems[0]?.message ?? 'no machine'}`);
  const machine = readMachine(sample.texts, sample.name);
  if (!machine.ok) throw new FieldError(`files["/proc/zoneinfo"]: ${machine.problems[0]?.message ?? 'no machine'}`);
  return {
    name: sample.name, kernel, initArgs: textOf(top.get('init_args'), 'init_args', 1000), design: v1 ? 'v1' : 'base', samples,
    batches: [...batches].sort((a, b) => a.tS - b.tS), onCpu: readOnCpu(top.get('kmigrated_oncpu')), calls: readCalls(top.get('mm_migrate_pages')), files,
    machine: machine.machine, machineNotes: machine.notes, distance: readDistance(files, machine.machine.nodes.map((n) => n.nid)),
  };
}

function readOneSample(value: unknown, path: string): RunSample {
  const s = fieldsOf(value, path);
  const vm = new Map<string, number>();
  for (const [name, v] of fieldsOf(s.get('vm'), `${path}.vm`)) vm.set(name, wholeOf(v, `${path}.vm.${name}`, 0, Number.MAX_SAFE_INTEGER));
  for (const name of NEEDED_COUNTERS) if (!vm.has(name)) throw new FieldError(`${path}.vm.${name} is missing; the comparison needs it`);
  const want = new Map<number, Map<number, number>>();
  for (const [target, on] of fieldsOf(s.get('want'), `${path}.want`)) {
    const counts = new Map<number, number>();
    for (const [node, pages] of fieldsOf(on, `${path}.want.${target}`)) {
      counts.set(node === 'unmapped' ? UNMAPPED : nodeOf(node, `${path}.want.${target}`), wholeOf(pages, `${path}.want.${target}.${node}`, 0, 2 ** 31));
    }
    want.set(nodeOf(target, `${path}.want`), counts);
  }
  const switchedIn = new Map<number, number>();
  for (const [node, v] of fieldsOf(s.get('kmigrated') ?? {}, `${path}.kmigrated`)) {
    switchedIn.set(nodeOf(node, `${path}.kmigrated`), wholeOf(fieldsOf(v, `${path}.kmigrated.${node}`).get('sched_in'), `${path}.kmigrated.${node}.sched_in`, 0, 2 ** 40));
  }
  const loops = listOf(s.get('loops'), `${path}.loops`, 4096).map((l, i) => wholeOf(l, `${path}.loops[${i}]`, 0, 2 ** 40));
  return { tS: numberOf(s.get('t'), `${path}.t`, 0, MAX_TIME_S), vm, want, loops, switchedIn };
}

function nodeOf(text: string, path: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) > 1023) throw new FieldError(`${path} names the node "${text.slice(0, 40)}"; a number from 0 to 1023 is needed`);
  return Number(text);
}

function threadNode(text: string, path: string): number {
  const m = /^kmigrated(\d{1,4})$/.exec(text);
  if (m === null) throw new FieldError(`${path} is "${text.slice(0, 40)}"; kmigrated and a node number is needed`);
  return Number(m[1]);
}

function readBatch(value: unknown, path: string): RunBatch {
  const b = fieldsOf(value, path);
  const whole = (field: string, min: number, max: number): number => wholeOf(b.get(field), `${path}.${field}`, min, max);
  return {
    tS: numberOf(b.get('t'), `${path}.t`, 0, MAX_TIME_S), node: threadNode(textOf(b.get('thread'), `${path}.thread`, 40), `${path}.thread`),
    target: whole('target', -1, 1023), n: whole('n', 0, 2 ** 31), first: whole('first_pfn', 0, 2 ** 40), last: whole('last_pfn', 0, 2 ** 40),
    descending: textOf(b.get('order'), `${path}.order`, 20) === 'desc', ok: whole('ok', 0, 2 ** 31), remaining: whole('remaining', -4096, 2 ** 31),
    tookS: whole('us', 0, 2 ** 40) / 1e6,
  };
}

function readOnCpu(value: unknown): Map<number, OnCpu[]> {
  const out = new Map<number, OnCpu[]>();
  for (const [thread, list] of fieldsOf(value ?? {}, 'kmigrated_oncpu')) {
    const path = `kmigrated_oncpu.${thread}`;
    const intervals = listOf(list, path, MAX_INTERVALS).map((entry, i) => {
      const [on, off, state] = listOf(entry, `${path}[${i}]`, 3);
      const onS = numberOf(on, `${path}[${i}][0]`, 0, MAX_TIME_S);
      return { onS, offS: numberOf(off, `${path}[${i}][1]`, onS, MAX_TIME_S), slept: textOf(state, `${path}[${i}][2]`, 10).startsWith('D') };
    });
    out.set(threadNode(thread, 'kmigrated_oncpu'), intervals.sort((a, b) => a.onS - b.onS));
  }
  return out;
}

function readCalls(value: unknown): RunFile['calls'] {
  if (value === undefined) return { events: 0, succeeded: 0, first: [] };
  const m = fieldsOf(value, 'mm_migrate_pages');
  const first = listOf(m.get('first') ?? [], 'mm_migrate_pages.first', 100_000).map((entry, i) => {
    const path = `mm_migrate_pages.first[${i}]`;
    const [t, thread, text] = listOf(entry, path, 3);
    const succeeded = /nr_succeeded=(\d{1,9})/.exec(textOf(text, `${path}[2]`, 1000));
    if (succeeded === null) throw new FieldError(`${path}[2] has no nr_succeeded=`);
    return { tS: numberOf(t, `${path}[0]`, 0, MAX_TIME_S), thread: textOf(thread, `${path}[1]`, 40), succeeded: Number(succeeded[1]) };
  });
  return { events: wholeOf(m.get('events'), 'mm_migrate_pages.events', 0, 2 ** 40), succeeded: wholeOf(m.get('succeeded'), 'mm_migrate_pages.succeeded', 0, 2 ** 40), first };
}

/** nodeN/distance has one column for each online node, in order. */
function readDistance(files: ReadonlyMap<string, string>, ofMachine: readonly number[]): number[][] {
  const named = [...files.keys()].flatMap((path) => /^\/sys\/devices\/system\/node\/node(\d{1,4})\/distance$/.exec(path)?.slice(1).map(Number) ?? []);
  const nids = [...new Set(named.length > 0 ? named : ofMachine)].sort((a, b) => a - b);
  const size = Math.max(...nids, ...ofMachine) + 1;
  const out = Array.from({ length: size }, (_, from) => Array.from({ length: size }, (__, to): number => (from === to ? LOCAL : REMOTE)));
  for (const from of nids) {
    const path = `/sys/devices/system/node/node${from}/distance`;
    const text = files.get(path);
    if (text === undefined) continue;
    const row = text.trim().split(/\s+/).map(Number);
    if (row.length !== nids.length || row.some((d) => !(d >= LOCAL && d <= 255))) {
      throw new FieldError(`files["${path}"] is "${text.trim().slice(0, 60)}"; ${nids.length} numbers from 10 to 255 are needed, one a node`);
    }
    nids.forEach((to, i) => (out[from][to] = row[i]));
  }
  return out;
}
