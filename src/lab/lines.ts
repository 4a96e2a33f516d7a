/** Jobs and results of a sweep as lines of JSON, so that any machinery that runs commands can spread them over machines. */

import { ENGINE_VERSION } from '../engine/spec';
import type { Job, JobResult, Sweep } from './api';
import { jobKey } from './job';
import { METRICS } from './metrics';
import { runJob } from './run';
import { type PlannedSweep, type SweepPlan, joinedSweep } from './sweep';

const JOB_FORM = 'kmigrated lab job', RESULT_FORM = 'kmigrated lab result';

interface JobLine {
  readonly form: typeof JOB_FORM;
  readonly index: number;
  readonly of: number;
  readonly key: string;
  readonly plan: SweepPlan;
  readonly job: Job;
}

interface ResultLine {
  readonly form: typeof RESULT_FORM;
  readonly engine: string;
  readonly index: number;
  readonly of: number;
  readonly key: string;
  readonly plan: SweepPlan;
  readonly result: JobResult;
}

/** One self-contained job a line. */
export function jobLines({ plan, jobs }: PlannedSweep): string[] {
  return jobs.map((job, index): string => {
    const line: JobLine = { form: JOB_FORM, index, of: jobs.length, key: jobKey(job), plan, job };
    return JSON.stringify(line);
  });
}

/** Runs the job of a line; its result line, or a sentence about the line. */
export async function runJobLine(text: string): Promise<{ readonly ok: true; readonly line: string } | { readonly ok: false; readonly text: string }> {
  const line = parsed(text);
  if (!isJobLine(line)) return { ok: false, text: 'This is no line of "sweep --list".' };
  if (jobKey(line.job) !== line.key) return { ok: false, text: `Job ${line.index} was changed on its way: its content does not match its key.` };
  const { index, of, key, plan } = line;
  const made: ResultLine = { form: RESULT_FORM, engine: ENGINE_VERSION, index, of, key, plan, result: await runJob(line.job) };
  return { ok: true, line: JSON.stringify(made) };
}

/** Joins result lines, in any order and with repetitions; a sentence when some are missing or do not belong together. */
export function mergedSweep(lines: readonly string[]): { readonly ok: true; readonly sweep: Sweep } | { readonly ok: false; readonly text: string } {
  const results: JobResult[] = [];
  let first: ResultLine | undefined;
  for (const [i, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const line = parsed(text);
    if (!isResultLine(line)) return { ok: false, text: `Line ${i + 1} is no result of "sweep --run-job".` };
    if (line.engine !== ENGINE_VERSION) return { ok: false, text: `Line ${i + 1} was made by engine ${line.engine}, this is ${ENGINE_VERSION}.` };
    first ??= line;
    if (line.plan.id !== first.plan.id || line.of !== first.of) return { ok: false, text: `Line ${i + 1} belongs to another sweep than the first one.` };
    results[line.index] = line.result;
  }
  if (first === undefined) return { ok: false, text: 'There is no result to merge.' };
  const { plan, of } = first;
  const missing = Array.from({ length: of }, (_, i) => i).filter((i) => results.at(i) === undefined);
  if (missing.length > 0) return { ok: false, text: `${missing.length} of ${of} results are missing: ${missing.slice(0, 10).join(', ')}${missing.length > 10 ? ', ...' : ''}.` };
  return { ok: true, sweep: joinedSweep(plan, results) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const isIndex = (value: object): boolean => 'index' in value && 'of' in value && Number.isInteger(value.index) && Number.isInteger(value.of)
  && Number(value.index) >= 0 && Number(value.index) < Number(value.of) && Number(value.of) <= 10_000_000;

/** The parts that joining needs; a line is ours, so its inside is told by its key. */
function isPlan(value: unknown): value is SweepPlan {
  return isObject(value) && 'id' in value && typeof value.id === 'string' && 'title' in value && typeof value.title === 'string'
    && 'axes' in value && Array.isArray(value.axes) && value.axes.every((a: unknown) => isObject(a) && 'path' in a && 'values' in a && Array.isArray(a.values))
    && 'arms' in value && Array.isArray(value.arms) && value.arms.every(isArm) && 'seeds' in value && Array.isArray(value.seeds) && value.seeds.length > 0;
}

const isArm = (value: unknown): boolean => isObject(value) && 'id' in value && typeof value.id === 'string' && 'label' in value && 'migrator' in value && typeof value.migrator === 'string';

export function isJob(value: unknown): value is Job {
  return isObject(value) && 'scenario' in value && typeof value.scenario === 'string' && 'side' in value && isObject(value.side) && 'overrides' in value && Array.isArray(value.overrides)
    && value.overrides.every((o: unknown) => isObject(o) && 'path' in o && typeof o.path === 'string') && 'arm' in value && isArm(value.arm)
    && 'costs' in value && isObject(value.costs) && 'seed' in value && Number.isInteger(value.seed) && 'engine' in value && typeof value.engine === 'string'
    && (!('untilSeconds' in value) || typeof value.untilSeconds === 'number');
}

const isJobLine = (value: unknown): value is JobLine => isObject(value) && 'form' in value && value.form === JOB_FORM && isIndex(value)
  && 'key' in value && typeof value.key === 'string' && 'plan' in value && isPlan(value.plan) && 'job' in value && isJob(value.job);

const isResultLine = (value: unknown): value is ResultLine => isObject(value) && 'form' in value && value.form === RESULT_FORM && isIndex(value)
  && 'engine' in value && typeof value.engine === 'string' && 'key' in value && 'plan' in value && isPlan(value.plan) && 'result' in value && isJobResult(value.result);

/** What a result of a job looks like: every metric is a number. */
export function isJobResult(value: unknown): value is JobResult {
  if (!isObject(value) || !('ok' in value)) return false;
  if (value.ok === false) return 'text' in value && typeof value.text === 'string';
  if (value.ok !== true || !('result' in value) || !isObject(value.result)) return false;
  const { result } = value;
  if (!('metrics' in result) || !isObject(result.metrics) || !('series' in result) || !('digest' in result)) return false;
  const kept = new Map(Object.entries(result.metrics));
  return METRICS.every((m) => typeof kept.get(m.id) === 'number');
}
