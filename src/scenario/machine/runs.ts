/** Sets of PFNs as sorted, disjoint runs [start, end): the arithmetic behind holes and presence. */

/** PFNs start .. end - 1. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export const pagesIn = (runs: readonly Run[]): number => runs.reduce((sum, r) => sum + r.end - r.start, 0);

/** Sorted by start, empty runs dropped, touching and overlapping runs joined. */
export function normalise(runs: readonly Run[]): Run[] {
  const out: { start: number; end: number }[] = [];
  for (const r of [...runs].sort((a, b) => a.start - b.start)) {
    if (r.end <= r.start) continue;
    const last = out[out.length - 1];
    if (last !== undefined && r.start <= last.end) last.end = Math.max(last.end, r.end);
    else out.push({ start: r.start, end: r.end });
  }
  return out;
}

/** Index of the first run of a sorted list that ends after pfn. */
function firstAfter(runs: readonly Run[], pfn: number): number {
  let lo = 0, hi = runs.length;
  while (lo < hi) {
    const mid = (lo + hi) >>> 1;
    if (runs[mid].end > pfn) hi = mid;
    else lo = mid + 1;
  }
  return lo;
}

/** The parts of normalised runs that lie in [start, end). */
export function clip(runs: readonly Run[], start: number, end: number): Run[] {
  const out: Run[] = [];
  for (let i = firstAfter(runs, start); i < runs.length && runs[i].start < end; i++) {
    out.push({ start: Math.max(start, runs[i].start), end: Math.min(end, runs[i].end) });
  }
  return out;
}

/** a without b; both normalised. */
export function minus(a: readonly Run[], b: readonly Run[]): Run[] {
  const out: Run[] = [];
  for (const r of a) {
    let at = r.start;
    for (let i = firstAfter(b, r.start); i < b.length && b[i].start < r.end; i++) {
      if (b[i].start > at) out.push({ start: at, end: b[i].start });
      at = Math.max(at, b[i].end);
    }
    if (at < r.end) out.push({ start: at, end: r.end });
  }
  return out;
}

/** What lies in both; both normalised. */
export const both = (a: readonly Run[], b: readonly Run[]): Run[] => a.flatMap((r) => clip(b, r.start, r.end));
