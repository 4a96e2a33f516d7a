/** NUMA distances: from the rows of a file or of sysfs to a matrix by node id, and back. */

import type { MachineSpec } from '../../engine/machine/spec';

export const LOCAL_DISTANCE: number = 10;
export const REMOTE_DISTANCE: number = 20;

/** Rows of distances, one a node in ascending order of node ids, as /sys/devices/system/node/nodeN/distance prints them. */
export type DistanceRows = readonly (readonly number[])[];

const ascending = (machine: MachineSpec): number[] => machine.nodes.map((n) => n.nid as number).sort((a, b) => a - b);

/** distance[from][to] by node id; ids that no node has get the default of the kernel without a SLIT: 10 and 20. */
export function distanceById(machine: MachineSpec, rows: DistanceRows | undefined): number[][] {
  const nids = ascending(machine);
  const size = (nids[nids.length - 1] ?? 0) + 1;
  const out = Array.from({ length: size }, (_, from) => Array.from({ length: size }, (_v, to) => (from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE)));
  rows?.forEach((row, i) => row.forEach((d, j) => {
    const from = nids[i], to = nids[j];
    if (from !== undefined && to !== undefined) out[from][to] = d;
  }));
  return out;
}

/** The reverse: rows for a file. */
export function distanceRows(machine: MachineSpec, byId: DistanceRows): number[][] {
  const nids = ascending(machine);
  return nids.map((from) => nids.map((to) => byId[from]?.[to] ?? (from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE)));
}

/** What is wrong with rows, as path below "distance" and sentence; undefined when nothing is. */
export function wrongDistance(machine: MachineSpec, rows: DistanceRows): { readonly at: readonly number[]; readonly says: string } | undefined {
  const nodes = machine.nodes.length;
  if (rows.length !== nodes) return { at: [], says: `${rows.length} rows stand here; one a node is needed, ${nodes} in all` };
  for (const [i, row] of rows.entries()) {
    if (row.length !== nodes) return { at: [i], says: `${row.length} distances stand here; one a node is needed, ${nodes} in all` };
    for (const [j, d] of row.entries()) {
      if (i === j && d !== LOCAL_DISTANCE) return { at: [i, j], says: `${d} stands here; a node has the distance ${LOCAL_DISTANCE} to itself` };
    }
  }
  return undefined;
}

/** Rows of sysfs by node id; undefined when they do not make a square of plausible numbers. */
export function rowsOfTexts(texts: ReadonlyMap<number, string>): DistanceRows | undefined {
  const rows = [...texts].sort(([a], [b]) => a - b).map(([, text]) => text.trim().split(/\s+/).map(Number));
  const good = rows.length > 0 && rows.every((row, i) => row.length === rows.length && row[i] === LOCAL_DISTANCE && row.every((d) => Number.isInteger(d) && d >= LOCAL_DISTANCE && d < 255));
  return good ? rows : undefined;
}
