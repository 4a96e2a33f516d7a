/** When kmigrated's walks began and how long one lasted, from its time on the CPU and the empty batches that open a walk with candidates. */

import type { OnCpu, RunBatch, RunFile } from '../../scenario/program/runfile';

/** An interval on a CPU that begins this much after the last one ended begins a walk: a wait lasts 1.004 s at least (M5). */
const WALK_GAP_S = 0.4;
/** The first empty batch comes this soon around the start that the trace has. */
const NEAR_S = 0.04;
/** The wait of kmigrated lasts 1.032 s at the most with HZ=250 (M5). */
const LONGEST_WAIT_S = 1.032;
/** A gap between starts longer than this is one in the trace, not a walk. */
const LONGEST_WALK_S = 10;

/** By node: walk starts on the trace clock (traced), else on the printk clock; shiftS: trace minus printk. Each list ascends. */
export function walkStarts(run: RunFile, traced: boolean, shiftS: number): Map<number, number[]> {
  const byNode = new Map<number, RunBatch[]>([...run.onCpu.keys()].map((node) => [node, []]));
  for (const b of run.batches) {
    const list = byNode.get(b.node);
    if (list === undefined) byNode.set(b.node, [b]);
    else list.push(b);
  }
  const out = new Map<number, number[]>();
  for (const [node, batches] of [...byNode].sort(([a], [b]) => a - b)) {
    const known = traced ? begins(run.onCpu.get(node) ?? []) : [];
    out.set(node, [...known, ...rearmed(run, batches, known, traced ? shiftS : 0)].sort((a, b) => a - b));
  }
  return out;
}

/** Starts that only an empty batch shows: the first one of a walk belongs to a known start, further ones are walks that were re-armed. */
function rearmed(run: RunFile, batches: readonly RunBatch[], known: readonly number[], shiftS: number): number[] {
  const out: number[] = [];
  let at = -1, latestS = -Infinity;
  let last: RunBatch | undefined;
  for (let i = 0; i < batches.length; i++) {
    const b = batches[i];
    const beganS = b.tS - b.tookS + shiftS;
    if (b.n === 0 && beginsAnew(run, b, last, batches[i + 1])) {
      while (at + 1 < known.length && known[at + 1] <= beganS + NEAR_S) at++;
      const opens = at >= 0 && latestS < known[at] - NEAR_S;
      if (!opens) out.push(beganS);
    }
    if (b.n > 0) last = b;
    latestS = Math.max(latestS, beganS);
  }
  return out;
}

/** Whether an empty batch begins a walk, and not only the next zone of one: then what follows does not lie in a higher zone than the last batch. */
function beginsAnew(run: RunFile, empty: RunBatch, last: RunBatch | undefined, next: RunBatch | undefined): boolean {
  if (last === undefined || next === undefined || empty.tS - empty.tookS - last.tS >= WALK_GAP_S) return true;
  const zones = run.machine.nodes.find((n) => n.nid === empty.node)?.zones ?? [];
  const zoneOf = (pfn: number): number => zones.findIndex((z) => pfn >= z.startPfn && pfn < z.startPfn + z.spannedPages);
  return zoneOf(next.last) <= zoneOf(last.last);
}

function begins(intervals: readonly OnCpu[]): number[] {
  return intervals.flatMap((interval, i) => (i === 0 || interval.onS - intervals[i - 1].offS >= WALK_GAP_S ? [interval.onS] : []));
}

/** The longest walk with candidates: the next start less the longest wait. 0 without one. */
export function longestWalk(run: RunFile, walksS: ReadonlyMap<number, readonly number[]>, shiftS: number): number {
  let longest = 0;
  for (const [node, starts] of walksS) {
    const empties = run.batches.filter((b) => b.node === node && b.n === 0).map((b) => b.tS - b.tookS + shiftS);
    let e = 0;
    for (let i = 0; i + 1 < starts.length; i++) {
      const walkS = starts[i + 1] - starts[i] - LONGEST_WAIT_S;
      while (e < empties.length && empties[e] < starts[i] - NEAR_S) e++;
      if (walkS > longest && walkS < LONGEST_WALK_S && e < empties.length && empties[e] < starts[i] + walkS) longest = walkS;
    }
  }
  return longest;
}
