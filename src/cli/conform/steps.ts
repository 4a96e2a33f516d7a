/** The steps of a conformance scenario, and the whole trace that they give. */

import { DIRTY, FILE, ISOLATED, LRU } from '../../engine/machine/pagestate';
import { type Line, type Scenario, int } from './scenario';
import { type Json, type MarkResult, ScenarioRun, hexWord } from './run';
import { ALLOCATED } from './stub';

function marks(run: ScenarioRun, args: readonly string[]): Json {
  const [start, count, stride] = [int(args[0]), int(args[1]), int(args[2])];
  const nids = (args[3] ?? '').split(',').map(int);
  const runs: [number, ...MarkResult][] = [];
  for (let i = 0; i < count; i++) {
    const result = run.mark(start + i * stride, nids[i % nids.length]);
    const last = runs.at(-1);
    if (last !== undefined && result.every((x, k) => x === last[k + 1])) last[0]++;
    else runs.push([1, ...result]);
  }
  return { op: 'marks', r: runs, act: run.act() };
}

function setWord(run: StubHost, pfn: number, word: bigint): void {
  run.frames.setWord(pfn, Number(word & 0xffffffffn), Number((word >> 32n) & 0xffffffffn));
}

/** What the steps that change pages need of a scenario under way. */
export type StubHost = Pick<ScenarioRun, 'frames' | 'pages' | 'nodes' | 'env'>;

/** Steps that change pages and give no result of their own. */
export const PAGE_STEPS: Readonly<Record<string, (run: StubHost, args: readonly string[]) => void>> = {
  setlru: (run, [pfn, on]) => run.pages.updateFolio(int(pfn), int(on) ? 0 : LRU, int(on) ? LRU : 0),
  alloc: (run, [pfn, order]) => run.pages.makeFolio(int(pfn), int(order), LRU, int(pfn) + ALLOCATED),
  free: (run, [pfn]) => {
    if (run.pages.hasFolio(int(pfn))) run.pages.release(run.frames.head(int(pfn)));
  },
  online: (run, [start, count, on]) => run.pages.setOnline(int(start), int(count), int(on) === 1),
  file: (run, [pfn, on]) => run.pages.updateFolio(int(pfn), FILE, int(on) ? FILE : 0),
  dirty: (run, [pfn, on]) => run.pages.updateFolio(int(pfn), DIRTY, int(on) ? DIRTY : 0),
  isofail: (run, [pfn, times]) => failing(run, run.pages.isoFail, int(pfn), int(times)),
  migfail: (run, [pfn, times]) => failing(run, run.pages.migFail, int(pfn), int(times)),
  resv: (run, [nid, pages]) => {
    const node = run.nodes.get(int(nid));
    if (node !== undefined) node.reserved = int(pages);
  },
  xor: (run, [pfn, word]) => setWord(run, int(pfn), BigInt(hexWord(run.frames.lo(int(pfn)), run.frames.hi(int(pfn)))) ^ BigInt(word)),
  flags: (run, [pfn, word]) => setWord(run, int(pfn), BigInt(word)),
  noext: (run, [start, count]) => run.pages.removeExt(int(start), int(count)),
  makefolio: (run, [pfn, order, kind]) => run.pages.makeFolio(int(pfn), int(order), kind === 'lru' ? LRU : 0, int(pfn)),
  kfail: (run, [nid, on]) => {
    if (int(on)) run.env.threadFails.add(int(nid));
    else run.env.threadFails.delete(int(nid));
  },
};

function failing(run: StubHost, table: Map<number, number>, pfn: number, times: number): void {
  if (run.pages.hasFolio(pfn)) table.set(run.pages.idOf(run.frames.head(pfn)), times);
}

/** Runs one step and returns its entry. */
export function runStep(run: ScenarioRun, { op, args }: Line): Json {
  const page = PAGE_STEPS[op];
  if (page !== undefined) {
    page(run, args);
    return { op };
  }
  switch (op) {
    case 'mark': {
      const [pfn, nid] = [int(args[0]), int(args[1])];
      const [ret, old, now, was] = run.mark(pfn, nid);
      return ret !== 0 ? { op, pfn, nid, ret, act: run.act() } : { op, pfn, nid, ret, old, new: now, was, act: run.act() };
    }
    case 'marks': return marks(run, args);
    case 'work': {
      const { ev, vis, n } = run.pass(int(args[0]), false);
      return { op, nid: int(args[0]), ev, vis, n, act: run.act() };
    }
    case 'run': {
      const loops = run.rounds(int(args[0]), int(args[1])).map(({ slept, timeout, ev, vis, n, act }) => ({ slept, timeout, ev, vis, n, act }));
      return { op, nid: int(args[0]), loops };
    }
    case 'init': return { op, ev: run.init() };
    default: throw new Error(`step "${op}" is not known`);
  }
}

/** Folios that are not where they began, those that are isolated, and free pages by node. */
export function folioState({ frames, pages, env, nodes }: StubHost): { readonly moved: Json; readonly isolated: Json; readonly free: Json } {
  const moved = [...pages.ids].filter(([head, id]) => id !== head && id - ALLOCATED !== head).sort((a, b) => a[0] - b[0])
    .map(([head, id]) => [id, head, frames.owners.nid(head)]);
  const isolated = [...pages.ids.keys()].filter((head) => frames.get(head) & ISOLATED).sort((a, b) => a - b);
  return { moved, isolated, free: Object.fromEntries([...nodes.keys()].map((nid) => [nid, env.free(nid)])) };
}

/** What is left at the end. */
function finalState(run: ScenarioRun): Json {
  const { frames } = run;
  const flags: [number, number, string][] = [];
  for (let pfn = 0; pfn < frames.pfns; pfn++) {
    const word = hexWord(frames.lo(pfn), frames.hi(pfn));
    const last = flags.at(-1);
    if (word === '0x0') continue;
    if (last !== undefined && last[1] === pfn && last[2] === word) last[1]++;
    else flags.push([pfn, pfn + 1, word]);
  }
  return { ...folioState(run), flags, act: run.act() };
}

/** The trace of a scenario, literal or fast. */
export function traceOf(scenario: Scenario, literal: boolean): Json {
  return traceOfRun(new ScenarioRun(scenario, literal), scenario);
}

/** The trace of a scenario on a machine that is set up for it. */
export function traceOfRun(run: ScenarioRun, scenario: Scenario): Json {
  const steps = scenario.steps.map((line) => runStep(run, line));
  return { steps, final: finalState(run) };
}
