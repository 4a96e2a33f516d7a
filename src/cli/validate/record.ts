/** What a run showed, in one form for a recorded and a simulated one: the same checks and measures are applied to both. */

import type { MachineSpec } from '../../engine/machine/spec';
import type { ProgramArgs } from '../../scenario/program/args';
import { type RunBatch, type RunFile, type RunSample, UNMAPPED } from '../../scenario/program/runfile';

export interface RunRecord {
  readonly design: 'base' | 'v1';
  /** The first one is taken when the workers start. */
  readonly samples: readonly RunSample[];
  /** In order of time, ended ones only. */
  readonly batches: readonly RunBatch[];
  /** Subtracted from a batch's tS to give time since the program's start; undefined: not known. */
  readonly batchOffsetS: number | undefined;
  /** Events of migrate_pages(), where they were traced. */
  readonly calls: RunFile['calls'] | undefined;
  /** The most pages that were unmapped at one instant, where every instant was looked at (simulation). */
  readonly peakUnmapped: number | undefined;
  /** Counters after the end, when per-CPU deltas have been folded. */
  readonly after: ReadonlyMap<string, number> | undefined;
}

/** What the checks know of a run besides what it showed. */
export interface RunContext {
  readonly args: ProgramArgs;
  readonly machine: MachineSpec;
  readonly pages: number;
}

/** The record of a file. */
export function recordOf(run: RunFile, printkRunS: number | undefined): RunRecord {
  const text = run.files.get('/proc/vmstat#after');
  const after = text === undefined ? undefined : new Map(text.split('\n').flatMap((line): [string, number][] => {
    const m = /^(\w+) (\d{1,16})$/.exec(line.trim());
    return m === null ? [] : [[m[1], Number(m[2])]];
  }));
  return {
    design: run.design, samples: run.samples, batches: run.batches, batchOffsetS: run.batches.length === 0 ? 0 : printkRunS,
    calls: run.calls.events > 0 ? run.calls : undefined, peakUnmapped: undefined, after,
  };
}

export const counter = (sample: RunSample, name: string): number => sample.vm.get(name) ?? 0;

export const lastSample = (record: Pick<RunRecord, 'samples'>): RunSample => record.samples[record.samples.length - 1];

/** Growth of a counter from the first sample to the last. */
export const growth = (record: RunRecord, name: string): number => counter(lastSample(record), name) - counter(record.samples[0], name);

/** Pages of a target's share that are on it at the end. */
export const rightOf = (record: RunRecord, target: number): number => lastSample(record).want.get(target)?.get(target) ?? 0;

/** Pages that a sample found unmapped. */
export function unmappedIn(sample: RunSample): number {
  let sum = 0;
  for (const on of sample.want.values()) sum += on.get(UNMAPPED) ?? 0;
  return sum;
}

/** Batches that ended after the first sample, as far as that can be told. */
export const batchesOfWork = (record: RunRecord): readonly RunBatch[] =>
  record.batches.filter((b) => record.batchOffsetS === undefined || b.tS - record.batchOffsetS >= record.samples[0].tS);

/** Batches of one thread, in order. */
export function byThread(record: RunRecord): Map<number, RunBatch[]> {
  const out = new Map<number, RunBatch[]>();
  for (const b of record.batches) {
    const list = out.get(b.node);
    if (list === undefined) out.set(b.node, [b]);
    else list.push(b);
  }
  return out;
}
