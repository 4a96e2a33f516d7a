/** The deferred designs by kind: one file each. */

import { CpuBuffers } from './cpu-buffers';
import type { Design, DesignContext } from './design';
import { Kpromoted } from './kpromoted';
import type { DeferredOptions } from './options';
import { PghotEarly } from './pghot-early';
import { PghotLate } from './pghot-late';
import { TaskWork } from './task-work';

/** A design with its options. */
export function makeDesign(options: DeferredOptions, ctx: DesignContext): Design {
  switch (options.kind) {
    case 'task-work': return new TaskWork(options, ctx);
    case 'kpromoted': return new Kpromoted(options, ctx);
    case 'cpu-buffers': return new CpuBuffers(options, ctx);
    case 'pghot-early': return new PghotEarly(options, ctx);
    case 'pghot-late': return new PghotLate(options, ctx);
  }
}
