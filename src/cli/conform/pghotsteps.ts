/** The steps of the pghot scenarios, their whole trace, and what of a trace is compared: what the walk does, not how often it calls its helpers. */

import { PghotRun, type PghotVersion } from './pghot';
import type { Json } from './run';
import { type ConformanceCase, type Line, int, parseScenario } from './scenario';
import { PAGE_STEPS, folioState } from './steps';
import { ALLOCATED } from './stub';

/** Steps of section 1 that change pages; those of page_ext words have nothing to change here. */
const STEPS = new Set(['setlru', 'alloc', 'free', 'online', 'file', 'dirty', 'isofail', 'migfail', 'resv', 'kfail']);

/** Lines that only the pghot files have. */
const PGHOT_LINES = new Set(['tier', 'access', 'accesses', 'src', 'window', 'hot', 'memcg', 'batchnr', 'sleepms']);

function hex(word: string | undefined): bigint {
  if (word === undefined || !/^(0x[0-9a-fA-F]{1,16}|\d{1,20})$/.test(word)) throw new Error(`"${word ?? 'nothing'}" stands where a word of 64 bits is needed`);
  return BigInt.asUintN(64, BigInt(word));
}

/** Steps that set something of pghot's own. */
const SETTINGS: Readonly<Record<string, { readonly of: 'both' | 'early' | 'late'; run(run: PghotRun, args: readonly string[]): void }>> = {
  src: {
    of: 'both',
    run: ({ design }, [src, on]) => {
      if (int(on) === 1) design.sources.add(int(src));
      else design.sources.delete(int(src));
    },
  },
  hot: {
    of: 'both',
    run: ({ design, frames }, [pfn, word]) => {
      const at = int(pfn), value = hex(word);
      if (at < 0 || at >= frames.pfns) throw new Error(`PFN ${at} does not exist`);
      if (design.records.hasMap(at)) design.records.write(at, Number(value & 0xffff_ffffn), Number(value >> 32n));
    },
  },
  window: { of: 'early', run: ({ early }, [ms]) => early?.setWindow(int(ms)) },
  memcg: {
    of: 'late',
    run: ({ memcgs, pages, frames }, [pfn, id]) => {
      if (pages.hasFolio(int(pfn))) memcgs.set(pages.idOf(frames.head(int(pfn))), int(id));
    },
  },
  batchnr: {
    of: 'late',
    run: ({ late }, [folios]) => {
      if (late !== undefined) late.batchNr = int(folios);
    },
  },
  sleepms: {
    of: 'late',
    run: ({ late }, [ms]) => {
      if (late !== undefined) late.sleepMs = int(ms);
    },
  },
};

function accesses(run: PghotRun, args: readonly string[]): Json {
  const [start, count, stride, nid, src, now, repeats] = Array.from({ length: 7 }, (_, i) => int(args[i]));
  const runs: [number, number, string][] = [];
  for (let i = 0; i < count; i++) {
    const pfn = start + i * stride;
    let ret = 0;
    for (let r = 0; r < repeats; r++) ret = run.design.access(pfn, nid, src, now + r);
    const word = run.word(run.head(pfn)), last = runs.at(-1);
    if (last !== undefined && last[1] === ret && last[2] === word) last[0]++;
    else runs.push([1, ret, word]);
  }
  return { op: 'accesses', r: runs, act: run.act() };
}

function access(run: PghotRun, args: readonly string[]): Json {
  const [pfn, nid, src, now] = Array.from({ length: 4 }, (_, i) => int(args[i]));
  const head = run.head(pfn), old = run.word(head);
  const ret = run.design.access(pfn, nid, src, now);
  return { op: 'access', ret, old, new: run.word(head), act: run.act() };
}

/** Runs one step and returns its entry. */
export function runPghotStep(run: PghotRun, { op, args }: Line): Json {
  if (STEPS.has(op)) {
    PAGE_STEPS[op](run, args);
    if (op === 'alloc') run.memcgs.delete(int(args[0]) + ALLOCATED);
    return { op };
  }
  const setting = SETTINGS[op];
  if (setting !== undefined && (setting.of === 'both' || (setting.of === 'early') === (run.early !== undefined))) {
    setting.run(run, args);
    return { op };
  }
  switch (op) {
    case 'access': return access(run, args);
    case 'accesses': return accesses(run, args);
    case 'work': {
      const { ev, vis, n, act } = run.pass(int(args[0]), false);
      return { op, nid: int(args[0]), ev, vis, n, act };
    }
    case 'run': {
      const loops = Array.from({ length: int(args[1]) }, () => run.pass(int(args[0]), true)).map(({ slept, timeout, ev, vis, n, act }) => ({ slept, timeout, ev, vis, n, act }));
      return { op, nid: int(args[0]), loops };
    }
    case 'init': {
      const { ev, ret } = run.init();
      return { op, ev, ret };
    }
    default: throw new Error(`step "${op}" is not known in the ${run.early === undefined ? 'late' : 'early'} pghot file`);
  }
}

function finalState(run: PghotRun): Json {
  const { frames } = run;
  const hot: [number, number, string][] = [];
  for (let pfn = 0; pfn < frames.pfns; pfn++) {
    const word = run.word(pfn), last = hot.at(-1);
    if (word === '0x0') continue;
    if (last !== undefined && last[1] === pfn && last[2] === word) last[1]++;
    else hot.push([pfn, pfn + 1, word]);
  }
  return { ...folioState(run), hot, vmev: run.design.events, act: run.act() };
}

/** The trace of a scenario on a pghot version. */
export function traceOfPghot(text: string, which: PghotVersion): Json {
  const scenario = parseScenario(text, ['tier']);
  const run = new PghotRun(scenario, which);
  return { steps: scenario.steps.map((line) => runPghotStep(run, line)), final: finalState(run) };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const STEP_KEYS = ['op', 'ret', 'old', 'new', 'r', 'act', 'vis', 'slept', 'timeout'];
const COUNT_KEYS = ['flush', 'flushEmpty', 'prep', 'prepOk', 'resched'];
const FINAL_KEYS = ['moved', 'free', 'hot', 'vmev', 'act'];

const pick = (from: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> => Object.fromEntries(keys.filter((k) => k in from).map((k) => [k, from[k]]));

/** An event; the result of a hook holds a step. */
const comparableEvent = (event: unknown): unknown => (Array.isArray(event) && event[0] === 'h' ? event.map((x: unknown) => comparableStep(x)) : event);

function comparableStep(step: unknown): unknown {
  if (!isObject(step)) return step;
  const { ev, n, loops } = step;
  return {
    ...pick(step, STEP_KEYS), ...(Array.isArray(ev) ? { ev: ev.map(comparableEvent) } : {}), ...(isObject(n) ? { n: pick(n, COUNT_KEYS) } : {}),
    ...(Array.isArray(loops) ? { loops: loops.map(comparableStep) } : {}),
  };
}

/** What of a trace is compared (FORMAT, section 4); anything that is no trace stays as it is. */
export function comparable(trace: unknown): unknown {
  if (!isObject(trace) || !Array.isArray(trace.steps) || !isObject(trace.final)) return trace;
  return { steps: trace.steps.map(comparableStep), final: pick(trace.final, FINAL_KEYS) };
}

/** The pghot version that a case is for, undefined for kmigrated v1, or a sentence. */
export function pghotVersionOf(test: ConformanceCase): PghotVersion | undefined | string {
  const { masks, ready, scenario, trace } = test;
  if (masks === 'as-posted' || masks === 'width-based') return { version: 'early', masks };
  if (masks !== undefined) return `masks is ${JSON.stringify(masks)}; it can be "as-posted" or "width-based"`;
  const ops = scenario.split('\n').map((line) => line.trim().split(/\s+/)).map(([op, second]) => (op === 'set' ? second : op));
  if (ready !== undefined || ops.includes('ready')) return undefined;
  const hot = isObject(trace) && isObject(trace.final) && 'hot' in trace.final;
  return hot || ops.some((op) => PGHOT_LINES.has(op)) ? { version: 'late' } : undefined;
}

/** Expected and found trace of a case of a pghot version, as far as they are compared. */
export function pghotTraces(test: ConformanceCase, which: PghotVersion): { readonly expected: unknown; readonly got: unknown } {
  return { expected: comparable(test.trace), got: comparable(JSON.parse(JSON.stringify(traceOfPghot(test.scenario, which)))) };
}
