/** The fault of one task: where it stands, and what it found. Plain data. */

import { Stall } from '../observe/stalls';
import { NUMA_NO_NODE } from '../types';
import type { AddPfn } from '../workload/producer';

/** Where a fault stands. */
export const Phase = { None: 0, FirstTouch: 1, Write: 2, Hint: 3, Inline: 4, Mark: 5, Wait: 6, Report: 7 } as const;
export type Phase = (typeof Phase)[keyof typeof Phase];

/** What a fault that ends in a phase is called, by Phase. */
export const STALL_OF: readonly Stall[] = [
  Stall.HintFault, Stall.FirstTouch, Stall.WriteRefault, Stall.HintFault, Stall.InlineMigration, Stall.Report, Stall.EntryWait, Stall.Report,
];

/** The fault of one task. */
export class FaultState {
  phase: Phase = Phase.None;
  unit = 0;
  write = false;
  head = -1;
  dst = -1;
  target: number = NUMA_NO_NODE;
  readonly add: AddPfn;

  constructor(add: AddPfn) {
    this.add = add;
  }
}
