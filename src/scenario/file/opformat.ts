/** What a thread of a "custom" program does, as the file writes it: the operations of the engine with friendlier units. */

import { name } from './common';
import { type Fields, byKind, opt, req } from './object';
import { type Infer, bool, choice, int, list, num } from './shape';

const vma = { vma: req(int({ says: 'Index in `vmas`.', min: 0, max: 999 })) } as const;

const PLAIN = {
  sweep: ['One access to each of some units.', {
    ...vma, from: opt(int({ says: 'First unit.', min: 0, max: 2 ** 32, default: 0 })), step: opt(int({ says: 'From one unit to the next.', min: 1, max: 2 ** 32, default: 1 })),
    count: opt(int({ says: 'Number of units. Default: to the end of the mapping.', min: 1, max: 2 ** 32 })), write: opt(bool({ says: 'Writes instead of reads.', default: false })),
  }],
  access: ['Accesses as a pattern draws them.', {
    pattern: req(int({ says: 'Index in `patterns`.', min: 0, max: 999 })), count: opt(int({ says: 'How many. Default: to the end of the run.', min: 1, max: Number.MAX_SAFE_INTEGER })),
  }],
  sleep: ['`nanosleep()`.', { ms: req(num({ says: 'Milliseconds.', min: 0, above: true, max: 7_200_000 })) }],
  compute: ['CPU time without memory accesses.', { us: req(num({ says: 'Microseconds.', min: 0, above: true, max: 7.2e9 })) }],
  barrier: ['Waits until every thread of the process that names it has come.', { name: req(name('Name of the barrier.')) }],
  signal: ['Raises a flag, which ends repeats of the same process.', { flag: req(name('Name of the flag.')) }],
  awaitHintFaults: ["Looks again and again whether the machine's `numa_hint_faults` have grown.", {
    atLeast: req(int({ says: 'By how many since the thread began.', min: 1, max: Number.MAX_SAFE_INTEGER })), pollMs: opt(num({ says: 'Milliseconds between two looks.', min: 0.01, max: 60_000, default: 2 })),
  }],
  unmap: ['`munmap()` of a whole mapping: its pages are freed, its marks stay.', vma],
  numaBalancing: ['Sets `kernel.numa_balancing`.', { mode: req(choice({ says: 'The mode.', of: [[0, 'Off.'], [1, 'Normal.'], [2, 'Memory tiering.']] })) }],
} as const satisfies { readonly [op: string]: readonly [string, Fields] };

const ends = {
  times: opt(int({ says: 'How often. One of `times`, `untilSeconds`, `flag`; none: to the end of the run.', min: 1, max: Number.MAX_SAFE_INTEGER })),
  untilSeconds: opt(num({ says: 'Up to this simulated time in seconds, looked at after each round.', min: 0, above: true, max: 7200 })),
  flag: opt(name('Until this flag is raised, looked at after each round.')),
} as const;
const MAX_BODY = 1000;
const SAYS = 'An operation.';

const plainOp = byKind(SAYS, 'op', PLAIN);
const innerOp = byKind(SAYS, 'op', { ...PLAIN, repeat: ['Again and again; no further repeat inside.', { ...ends, body: req(list(plainOp, { says: 'What is repeated.', min: 1, max: MAX_BODY })) }] });

/** Repeats nest twice. */
export const opShape = byKind(SAYS, 'op', { ...PLAIN, repeat: ['Again and again.', { ...ends, body: req(list(innerOp, { says: 'What is repeated.', min: 1, max: MAX_BODY })) }] });

export type OpFile = Infer<typeof opShape> | Infer<typeof innerOp> | Infer<typeof plainOp>;
