/** What each migrator models, simplifies and leaves out, in sentences, with the messages that it was written after. */

import type { Migrator } from '../system/spec';
import { CPU_BUFFERS_SCOPE } from './cpu-buffers';
import type { ScopeNote } from './design';
import { V1_NOT_REPAIRED } from './kmigrated-v1-repairs';
import { KPROMOTED_SCOPE } from './kpromoted';
import { PGHOT_EARLY_SCOPE } from './pghot-early';
import { PGHOT_LATE_SCOPE } from './pghot-late';
import { TASK_WORK_SCOPE } from './task-work';

const V1_SCOPE: ScopeNote = {
  sources: ['20250616133931.206626-1-bharata@amd.com', '20250616133931.206626-4-bharata@amd.com', '20250616133931.206626-5-bharata@amd.com'],
  modelled: ['mm/kmigrated.c statement by statement as posted, and the report of the hint fault (patch 4/4); defects included unless a repair is named.'],
  simplified: [], not: V1_NOT_REPAIRED.map((n) => `${n.id}: ${n.why}.`),
};

export const SCOPES: Readonly<Record<Migrator, ScopeNote>> = {
  none: { sources: [], modelled: ['NUMA balancing is off: no hint faults, nobody moves pages.'], simplified: [], not: [] },
  ideal: { sources: [], modelled: ['Every access costs what a local one does.'], simplified: ['A bound, not a placement: no kernel can reach it.'], not: [] },
  sync: { sources: [], modelled: ['NUMA balancing and migration in the fault as kernel 6.16 has them.'], simplified: [], not: [] },
  'kmigrated-v1': V1_SCOPE, 'task-work': TASK_WORK_SCOPE, kpromoted: KPROMOTED_SCOPE, 'cpu-buffers': CPU_BUFFERS_SCOPE, 'pghot-early': PGHOT_EARLY_SCOPE, 'pghot-late': PGHOT_LATE_SCOPE,
};
