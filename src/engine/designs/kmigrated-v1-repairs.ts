/** What of kmigrated v1 can be repaired, one option a row, and which rows of the register (dossier A.7) cannot be repaired here, and why. */

import type { V1Repair } from '../spec';

export interface RepairInfo {
  readonly id: V1Repair;
  /** What it changes, in one line. */
  readonly says: string;
}

/** Every repair, in the order in which they are listed and written. */
export const V1_REPAIRS: readonly RepairInfo[] = [
  { id: 'D1', says: 'the mask of the nid field comes from its width: ten bits, so nodes above 7 keep their number' },
  { id: 'D2', says: 'cur_nid is set when it is not set yet; a batch is flushed at 512 folios or when the target changes, to its own target, and never empty' },
  { id: 'D3', says: 'a hint fault on a well-placed page reports nothing' },
  { id: 'D4', says: 'the mark that sets ACTIVATE wakes the thread' },
  { id: 'D5', says: 'a timeout without a request walks nothing; a request whose folio was off the LRU in the last walk counts as one' },
  { id: 'D6', says: 'a flag a section and node: a pass walks only sections that were marked since the last one began, or where it left a request behind' },
  { id: 'D7', says: 'where prepare or the migration fails, the mark is set again unless a newer one stands there, and the next walk of the page tries again; nothing but D17 ends that' },
  { id: 'D8', says: 'READY is cleared when a page is freed, by its owner or because its folio has moved away; the clearing itself costs nothing here' },
  { id: 'D11', says: 'nid and READY are written, and taken, in one atomic' },
  { id: 'D12', says: 'cond_resched() at the end of every section of 32,768 PFNs' },
  { id: 'D13', says: 'each section is a walk of its own: what it has isolated is migrated at its end' },
  { id: 'D14', says: 'the watermark test of prepare counts the base pages that wait for the same node on the list' },
  { id: 'D15', says: 'only moves from a lower tier to the top tier count as promotions' },
  { id: 'D16', says: 'the task that asked learns what came of it: pages moved and failures reach its scan period, and the fault is credited to the node where the page is; a failure then holds the task at its longest period (M4) unless repairBackoff is set' },
  { id: 'D17', says: 'a request that is too old when its turn comes is dropped before its folio is isolated; threads are pinned to CPUs here, so nothing but age can have made its target wrong' },
  { id: 'D18', says: 'a limit of bytes a second and target between marking and migrating' },
  { id: 'D20', says: 'the thread runs on the CPU nearest to its node, whatever CPU or node the scenario gives to kthreads' },
  { id: 'D21', says: 'threads for lower-tier nodes only: in tiering mode, or on a machine of marks alone that has nodes without CPUs' },
  { id: 'D26', says: 'the entry that a fault rebuilds keeps its write bit' },
  { id: 'large-folio-step', says: 'the walk steps over the other pages of a large folio' },
  { id: 'per-target-lists', says: 'a list a target: each is flushed when it is full, and all at the end; replaces what D2 does when the target changes' },
];

/** A row of the register that no option repairs. */
export interface NotRepaired {
  readonly id: string;
  readonly why: string;
}

export const V1_NOT_REPAIRED: readonly NotRepaired[] = [
  { id: 'D9', why: 'not modelled: folios have no reference count, and no page is freed between head lookup, LRU test and isolation' },
  { id: 'D10', why: 'not modelled as a race of its own: a mark can land on a PFN that is freed between two stretches of a fault, with or without a reference' },
  { id: 'D19', why: 'not modelled: no mapping is executable or shared by many processes' },
  { id: 'D22', why: 'not modelled: memory and nodes do not come or go during a run' },
  { id: 'D23', why: 'structural: a dependency of the build, with no effect at run time' },
  { id: 'D24', why: 'structural: where the word lies; 8 bytes a page of every node in v1, repaired by the designs with records of their own (pghot)' },
  { id: 'D25', why: 'structural: a walk goes in PFN order; an order by hotness is another design' },
  { id: 'D27', why: 'structural: whoever migrates later finds the entry accessible and needs a real shootdown' },
  { id: 'D28', why: 'nothing to repair here: the model counts marks, consumed and lost requests from outside, at no cost' },
];

const KNOWN: ReadonlyMap<string, V1Repair> = new Map(V1_REPAIRS.map((r) => [r.id, r.id]));

/** All repairs together. */
export const ALL_V1_REPAIRS: readonly V1Repair[] = V1_REPAIRS.map((r) => r.id);

/** The repair of a name, or undefined. */
export const repairOf = (text: string): V1Repair | undefined => KNOWN.get(text);

/** Repairs without repetitions, in the order of the table: two texts with the same repairs make the same world. */
export const inOrder = (repairs: readonly V1Repair[]): readonly V1Repair[] => ALL_V1_REPAIRS.filter((r) => repairs.includes(r));

/** What the design is called with its repairs: "kmigrated v1 as posted", "kmigrated v1, all repairs", "kmigrated v1 with D1, D2". */
export function v1Label(repairs: readonly V1Repair[] = []): string {
  const sorted = inOrder(repairs);
  if (sorted.length === 0) return 'kmigrated v1 as posted';
  return sorted.length === ALL_V1_REPAIRS.length ? 'kmigrated v1, all repairs' : `kmigrated v1 with ${sorted.join(', ')}`;
}
