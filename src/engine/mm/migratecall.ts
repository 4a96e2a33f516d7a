/** State of one call of migrate_pages() beside its BatchJob, and what vmstat counts at its end. */

import type { Recorder } from '../observe/recorder';
import type { BatchJob } from './env';

/** What has become of a folio of the list. */
export const Fate = { Untried: 0, Unmapped: 1, Done: 2, Failed: 3 } as const;
export type Fate = (typeof Fate)[keyof typeof Fate];

/** State of the call of one thread, beside its BatchJob. */
export class Call {
  fate = new Uint8Array(64);
  pass = 0;
  /** The pass under way met a folio that said -EAGAIN. */
  again = false;
  /** Folios of the pass that said -EAGAIN, and their base pages: counted as failed where -ENOMEM ends the call before their next turn. */
  retryFolios = 0;
  retryPages = 0;
  unmapped = 0;
  readonly flush = new Set<number>();
  flushPages = 0;

  begin(folios: number): void {
    if (this.fate.length < folios) this.fate = new Uint8Array(folios * 2);
    this.fate.fill(Fate.Untried);
    this.beginChunk();
  }

  beginChunk(): void {
    this.pass = 0;
    this.beginPass();
    this.unmapped = 0;
    this.flush.clear();
    this.flushPages = 0;
  }

  beginPass(): void {
    this.again = false;
    this.retryFolios = this.retryPages = 0;
  }
}

/** vmstat at the end of migrate_misplaced_folios_batch(): PGPROMOTE_SUCCESS whatever the tiers are, as posted (D15). */
export function countBatch(rec: Recorder, job: BatchJob): void {
  rec.count(job.actor, 'folios_moved', job.movedFolios);
  rec.count(job.actor, 'pages_moved', job.movedPages);
  rec.count(job.actor, 'pgmigrate_success', job.movedPages);
  rec.count(job.actor, 'pgmigrate_fail', job.failedPages);
  if (job.movedPages > 0) {
    rec.count(job.nid, 'numa_pages_migrated', job.movedPages);
    if (job.promotes) rec.count(job.nid, 'pgpromote_success', job.movedPages);
  }
}
