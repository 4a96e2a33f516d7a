/** Where the present pages of zones are put when nobody knows: as low in the span as can be, so that holes come last. */

import type { Run } from './runs';

/** A zone that needs `count` pages somewhere in [start, end). */
export interface Wanted {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/**
 * Runs for each zone, disjoint from each other and from what is taken (normalised); undefined when they do not fit.
 * Where spans of different nodes overlap, the zone that ends first is served first: if any placement fits, this one does.
 */
export function placeLow(zones: readonly Wanted[], taken: readonly Run[]): Run[][] | undefined {
  const cuts = new Set<number>();
  for (const r of [...zones, ...taken]) cuts.add(r.start).add(r.end);
  const edges = [...cuts].sort((a, b) => a - b);
  const left = zones.map((z) => z.count);
  const runs: Run[][] = zones.map(() => []);
  const byStart = zones.map((_, i) => i).sort((a, b) => zones[a].start - zones[b].start);
  let open: number[] = [];
  let opened = 0, t = 0;
  for (let e = 0; e + 1 < edges.length; e++) {
    let at = edges[e];
    const end = edges[e + 1];
    while (opened < byStart.length && zones[byStart[opened]].start <= at) open.push(byStart[opened++]);
    open = open.filter((z) => left[z] > 0 && zones[z].end > at);
    while (t < taken.length && taken[t].end <= at) t++;
    if (t < taken.length && taken[t].start <= at) continue;
    while (at < end) {
      let best = -1;
      for (const z of open) if (left[z] > 0 && (best < 0 || zones[z].end < zones[best].end)) best = z;
      if (best < 0) break;
      const pages = Math.min(left[best], end - at);
      runs[best].push({ start: at, end: at + pages });
      left[best] -= pages;
      at += pages;
    }
  }
  return left.every((n) => n <= 0) ? runs : undefined;
}
