/** A job from its parts to a world: overrides in the scenario's text, the arm and the costs in its spec; and its content hash. */

import { COSTS, type CostTable } from '../engine/cost/table';
import { ENGINE_VERSION, type WorldSpec } from '../engine/spec';
import { PS_PER_S, type SimTimePs } from '../engine/types';
import { editScenario } from '../scenario/edit';
import { nodeAt } from '../scenario/file/nodes';
import { parseJson } from '../scenario/file/parse';
import { loadScenario } from '../scenario/load';
import type { Arm, Job } from './api';

export type SpecResult = { readonly ok: true; readonly spec: WorldSpec } | { readonly ok: false; readonly text: string };

/** "programs[0].size" as ["programs", 0, "size"]. */
export function pathOf(text: string): (string | number)[] {
  return [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map((m) => (m[2] === undefined ? m[1] : Number(m[2])));
}

type Loaded = { readonly ok: true; readonly spec: WorldSpec } | { readonly ok: false; readonly text: string };

/** Reads scenarios for jobs and keeps the last one: the seeds and designs of a comparison share it. */
export class ScenarioReader {
  private last: Job | undefined;
  private kept: Promise<Loaded> | undefined;

  /** The scenario of a job with its overrides; seed, arm and costs are not in it. */
  read(job: Job): Promise<Loaded> {
    if (this.kept === undefined || this.last === undefined || !sameScenario(this.last, job)) {
      this.last = job;
      this.kept = loaded(job);
    }
    return this.kept;
  }
}

function sameScenario(a: Job, b: Job): boolean {
  const names = Object.keys(a.side);
  return a.scenario === b.scenario && names.length === Object.keys(b.side).length && names.every((n) => a.side[n] === b.side[n]) && stable(a.overrides) === stable(b.overrides);
}

async function loaded(job: Job): Promise<Loaded> {
  let text = job.scenario;
  for (const { path, value } of job.overrides) {
    text = editScenario(text, pathOf(path), value);
    if (value !== undefined && !stands(text, path)) return { ok: false, text: `"${path}" cannot be set in this scenario: it leads through a value that is no object, or past the end of a list.` };
  }
  const read = await loadScenario(text, (name) => Promise.resolve(job.side[name]));
  if (!read.ok) return { ok: false, text: read.problems.map((p) => (p.path === '' ? p.message : `${p.path}: ${p.message}`)).slice(0, 3).join(' ') };
  if (read.spec.system === undefined) return { ok: false, text: 'This scenario has no programs: pages are marked by hand, and there is nothing to compare designs by. Choose one with programs.' };
  return { ok: true, spec: read.spec };
}

/** Whether something stands at a path; a text that is no JSON is left to the reader of scenarios. */
function stands(text: string, path: string): boolean {
  const parsed = parseJson(text);
  if (!parsed.ok) return true;
  let node = parsed.root;
  for (const part of pathOf(path)) {
    const next = nodeAt(node, [part]);
    if (next === node) return false;
    node = next;
  }
  return true;
}

/** Reads the job's scenario with everything that the job changes in it. Never throws for what a user wrote. */
export async function specOf(job: Job, reader = new ScenarioReader()): Promise<SpecResult> {
  if (job.engine !== ENGINE_VERSION) return { ok: false, text: `The job is for engine ${job.engine}, this is ${ENGINE_VERSION}: its result would be another one.` };
  const bad = Object.entries(job.costs).find(([key]) => !COSTS.some((c) => c.key === key));
  if (bad !== undefined) return { ok: false, text: `There is no cost "${bad[0]}".` };
  const read = await reader.read(job);
  return read.ok ? { ok: true, spec: applied(read.spec, job.arm, job) } : read;
}

function applied(spec: WorldSpec, arm: Arm, job: Job): WorldSpec {
  const { system } = spec;
  if (system === undefined) return spec;
  const costs: CostTable = { ...spec.costs, ...job.costs };
  const until = job.untilSeconds === undefined ? spec.durationPs : Math.max(1, Math.round(job.untilSeconds * PS_PER_S)) as SimTimePs;
  const { deferred: _old, ...rest } = system;
  return {
    ...spec, costs, seed: job.seed, durationPs: until, design: { ...spec.design, ...arm.v1 },
    system: {
      ...rest, migrator: arm.migrator, probe: true, ...(arm.deferred === undefined ? {} : { deferred: arm.deferred }),
      numaBalancing: { ...system.numaBalancing, ...arm.numaBalancing },
    },
  };
}

/** Two numbers of 53 bits each as hex: enough to tell contents apart, not to keep them from an attacker. */
export function contentHash(text: string): string {
  return [0, 0x9e3779b9].map((seed) => {
    let a = 0xdeadbeef ^ seed, b = 0x41c6ce57 ^ seed;
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      a = Math.imul(a ^ c, 2654435761);
      b = Math.imul(b ^ c, 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    return (4294967296 * (2097151 & b) + (a >>> 0)).toString(16).padStart(14, '0');
  }).join('');
}

/** The job's key in a cache: everything that can change its result, the arm's label left out. */
export function jobKey(job: Job): string {
  const { label: _label, ...arm } = job.arm;
  return contentHash(stable({ ...job, arm }));
}

/** JSON with sorted keys. */
export function stable(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stable).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => `${JSON.stringify(k)}:${stable(v)}`).join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
