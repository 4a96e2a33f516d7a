/** Benchmarks of engine and session: each figure beside a calibration of the same run, a plain read of the same bytes. Run by `npm run bench`. */

import { PageClass } from '../../src/engine/machine/pageclass';
import { Walk, visitCosts } from '../../src/engine/machine/walk';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import { KMIGRATED_V1_DEFAULTS, type WorldSpec } from '../../src/engine/spec';
import { defaultCosts } from '../../src/engine/cost/table';
import { PS_PER_S, type Nid, type SimTimePs } from '../../src/engine/types';
import type { Session } from '../../src/session/api';
import { createSession } from '../../src/session/session';
import { rowOfNodes } from '../engine/specs';

const TIB = 2 ** 28;
const GIB16 = 2 ** 22;
const MARKS = Math.round(TIB / 10_000);

/** A figure: best and median of its runs, in ms unless the unit says otherwise. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly goal?: number;
  /** Spread: the highest of the runs. */
  readonly worst?: number;
  /** What the plain read of the same bytes took, in ms. */
  readonly calibrationMs?: number;
}

const median = (xs: readonly number[]): number => [...xs].sort((a, b) => a - b)[xs.length >> 1];

/** Times fn(setUp()) several times; the set-up is not counted. */
function timed<T>(runs: number, setUp: () => T, fn: (x: T) => void): number[] {
  const out: number[] = [];
  for (let i = 0; i < runs; i++) {
    const x = setUp();
    const begin = performance.now();
    fn(x);
    out.push(performance.now() - begin);
  }
  return out;
}

/** Plain read of so many bytes as 32-bit words; median of nine, in ms. */
export function plainRead(bytes: number): number {
  const words = new Uint32Array(Math.max(1, bytes >>> 2)).fill(1);
  let sum = 0;
  const runs = timed(9, () => words, (w) => {
    for (let i = 0; i < w.length; i++) sum = (sum + w[i]) | 0;
  });
  if (sum === -1) throw new Error('not possible, but it keeps the loop alive');
  return median(runs);
}

/** Two nodes of so many pages, the given share of node 0 asked for by node 1 before the first pass. */
function spec(pages: number, marks: number): WorldSpec {
  return {
    name: 'bench', machine: rowOfNodes(2, pages, 0.45), regions: [], design: KMIGRATED_V1_DEFAULTS, costs: defaultCosts(), seed: 1, durationPs: (20 * PS_PER_S) as SimTimePs,
    workload: marks === 0 ? [] : [{
      pattern: 'random', name: 'marks', from: { nid: 0 as Nid }, startPs: 0 as SimTimePs, count: marks, spacingPs: 0, targets: [1 as Nid], targetRule: 'roundRobin', clusterPages: 1,
    }],
  };
}

function world(pages: number, marks: number): World {
  const built = buildWorld(spec(pages, marks));
  if (!built.ok) throw new Error(built.text);
  // marks are set within a few milliseconds of simulated time; the first pass begins after a second
  built.world.run(0.5 * PS_PER_S, Infinity, 'time');
  return built.world;
}

function find(): Figure {
  const w = world(TIB, MARKS);
  const { frames } = w.machine;
  let found = 0;
  const runs = timed(15, () => {
    const walk = new Walk(frames, 0, 0, visitCosts(w.spec.costs));
    walk.begin(0, TIB, 0);
    return walk;
  }, (walk) => {
    found = 0;
    for (let pfn = frames.ready.next(0, TIB); pfn < TIB; pfn = frames.ready.next(pfn + 1, TIB)) if (walk.classAt(pfn) === 3) found++;
  });
  if (found < MARKS * 0.99) throw new Error(`only ${found} found`);
  return { name: `find the ${found} marked pages of 1 TiB (0.01 %)`, value: median(runs), unit: 'ms', goal: 2, worst: Math.max(...runs), calibrationMs: plainRead(TIB / 8) };
}

function migrate(): Figure {
  const runs = timed(7, () => world(TIB, MARKS), (w) => {
    const passes = w.threads[0].passes;
    while (w.rec.of(0, 'folios_moved') < MARKS * 0.99) w.run(w.nowPs + PS_PER_S / 10, Infinity, 'time');
    if (w.threads[0].passes !== passes + 1) throw new Error('one pass should have moved them');
  });
  return { name: `find, consume, migrate and trace them (${MARKS} pages)`, value: median(runs), unit: 'ms', goal: 30, worst: Math.max(...runs), calibrationMs: plainRead(TIB / 8) };
}

function literal(): Figure {
  const runs = timed(5, () => {
    const w = world(GIB16, 0);
    w.setLiteral(true, false);
    return w;
  }, (w) => {
    // both nodes walk at once: two times 4 Mi PFNs
    while (w.threads.some((t) => t.passes === 0 || t.walk.active)) w.run(w.nowPs + PS_PER_S / 10, Infinity, 'time');
  });
  const perPfnNs = (median(runs) * 1e6) / (2 * GIB16);
  return { name: `literal walk of 2 x 16 GiB, point by point (${perPfnNs.toFixed(1)} ns a PFN)`, value: median(runs), unit: 'ms', worst: Math.max(...runs), calibrationMs: plainRead(2 * GIB16 * 2) };
}

function open(pages: number, marks: number): Session {
  const opened = createSession(spec(pages, marks), {
    now: () => performance.now(), sourceLabel: () => 'bench', memoryLimitBytes: 2 ** 31,
    defer: (run, delayMs) => {
      const timer = setTimeout(run, delayMs);
      return () => clearTimeout(timer);
    },
  });
  if ('ok' in opened) throw new Error(opened.text);
  return opened;
}

/** The ranges that a panel asks for: sections of both nodes, blocks and pages of a part. */
function panelRanges(session: Session): Parameters<ReturnType<Session['openView']>['setRanges']>[0] {
  return session.model.nodes.flatMap((n, i) => (['zone', 'section', 'pageblock', 'pfn'] as const).map((level, k) => ({
    id: i * 4 + k, level, nid: n.nid, zoneIdx: 2, first: 0, count: level === 'pfn' ? 16_384 : 2048,
  })));
}

async function slicesAndFrames(): Promise<Figure[]> {
  const session = open(TIB, MARKS);
  const view = session.openView();
  view.setRanges(panelRanges(session));
  session.setSpeed(0);
  let slowestFrame = 0, frames = 0, frameMs = 0;
  await new Promise<void>((resolve) => {
    session.onChange(() => {
      const begin = performance.now();
      if (view.nextFrame() !== undefined) {
        frames++;
        frameMs += performance.now() - begin;
        slowestFrame = Math.max(slowestFrame, performance.now() - begin);
      }
      if (session.state !== 'running') resolve();
    });
    session.run();
  });
  const longest = 'longestSliceMs' in session && typeof session.longestSliceMs === 'number' ? session.longestSliceMs : NaN;
  return [
    { name: 'longest slice of the extension host, 2 x 1 TiB at full speed', value: longest, unit: 'ms', goal: 16 },
    { name: `frames that the host can make (${frames} made, slowest ${slowestFrame.toFixed(1)} ms)`, value: frames / (frameMs / 1000), unit: 'frames/s', goal: 60 },
  ];
}

function firstMap(): Figure {
  const runs = timed(5, () => undefined, () => {
    const session = open(TIB, MARKS);
    const view = session.openView();
    view.setRanges(panelRanges(session));
    session.run();
    const frame = view.nextFrame();
    session.dispose();
    if (frame === undefined || frame.cells.data.byteLength === 0 || frame.counters.free[0][1] === 0) throw new Error('no map');
  });
  return { name: 'first page map after Run, 2 x 1 TiB (world built, first frame made)', value: median(runs), unit: 'ms', goal: 1000, worst: Math.max(...runs) };
}

function memory(): Figure {
  const w = world(TIB, MARKS);
  return { name: `memory of the frames of 2 x 1 TiB with ${w.machine.frames.totals[PageClass.Marked]} marks`, value: w.machine.frames.bytes() / 2 ** 20, unit: 'MiB', goal: 2048 };
}

/** Everything, in order. */
export async function engineFigures(): Promise<Figure[]> {
  world(GIB16, 400); // warm-up
  return [find(), migrate(), literal(), ...await slicesAndFrames(), firstMap(), memory()];
}
