/** What reviewers held against the posting and its forerunner, in our own words, each on the concepts that it concerns. */

import type { ConceptId } from '../api';

export interface Objection {
  readonly who: string;
  /** Mails in which it stands. Of several it may be one or the other; "…" stands for a part that is not known; none: only the thread is. */
  readonly messageIds: readonly string[];
  /** Which posting it answers. */
  readonly on: 'v0' | 'v1' | 'pghot v2';
  /** One or two sentences of our own. */
  readonly says: string;
  readonly concepts: readonly ConceptId[];
}

const GP_V0 = ['aC6gOFBrO0mduHrl@gourry-fedora-PF4VCD3F', 'aC6Y6-h7lWLcZIwC@…'];
const ZY_V0 = ['996B013E-4143-4182-959F-356241BE609A@nvidia.com', '94BF4806-ABCD-4D01-8577-9E138A634815@nvidia.com'];

export const OBJECTIONS: readonly Objection[] = [
  { who: 'Huang Ying', messageIds: ['87bjqi3ohx.fsf@DESKTOP-5N7EMDA'], on: 'v1', concepts: ['walk', 'pass', 'validCheck'],
    says: 'A flag and a scan may visit very many pages to find one to promote: time of a CPU is wasted and its caches are filled with what nobody needs.' },
  { who: 'Huang Ying', messageIds: ['87zfe220o7.fsf@DESKTOP-5N7EMDA'], on: 'v1', concepts: ['mark', 'flagWord', 'ready'],
    says: 'First show by tests that synchronisation is a problem. If it is, candidates can be noted in some structure of each CPU instead of a flag on each page.' },
  { who: 'Byungchul Park', messageIds: ['20250707093631.GA18924@system.software.com'], on: 'v1', concepts: ['walk', 'pass', 'zoneSkip'],
    says: 'Is it feasible to look at every page of a node? The CPU time of the walk should be brought down.' },
  { who: 'Bharata B Rao', messageIds: ['cc947beb-2b4c-459a-a388-fe020856f523@amd.com'], on: 'v1', concepts: ['flagWord', 'walk'],
    says: 'Asks back whether page_ext or the scan is the trouble, and offers an allocation of its own for each page frame.' },
  { who: 'Bharata B Rao', messageIds: ['20250616133931.206626-1-bharata@amd.com'], on: 'v1', concepts: ['timer', 'batchCount', 'walk'],
    says: 'His own open points: how late a page is found depends on where it lies, runs differ from each other, and batch size and sleep want tuning.' },
  { who: 'David Hildenbrand', messageIds: [], on: 'v0', concepts: ['prepare', 'migrateList'],
    says: 'Folios that are isolated and then parked cannot be moved by CMA, compaction or long-term pinning until the list is drained.' },
  { who: 'David Hildenbrand', messageIds: [], on: 'v0', concepts: ['mark', 'walk'],
    says: 'A mark may be old when it is used, and how fast a scan is depends on how dense the marks are.' },
  { who: 'Zi Yan', messageIds: ZY_V0, on: 'v0', concepts: ['mark', 'consume', 'prepare'],
    says: 'Mark pages instead of isolating them, pick the marks up by a scan of page frames, and judge again right before the move whether it still pays.' },
  { who: 'Gregory Price', messageIds: GP_V0, on: 'v0', concepts: ['migrateList', 'batchCount'],
    says: 'Lists of tasks can strand isolated folios without bound when no task reaches its threshold; a list for each CPU, drained by a thread, would bound them.' },
  { who: 'Gregory Price', messageIds: GP_V0, on: 'v0', concepts: ['flush', 'migratePages'],
    says: 'When a migration is put off nobody can say when it happened and who paid for it.' },
  { who: 'Huang Ying', messageIds: ['87sekrbvyr.fsf@…', '87cybua0fi.fsf@DESKTOP-5N7EMDA'], on: 'v0', concepts: ['unmap', 'tlbFlush', 'move', 'thread'],
    says: 'A move in another thread still unmaps, copies and maps again, so the workload stalls on it all the same: measure the real benefit first. Scanning page tables may cost more latency than the migration.' },
  { who: 'Matthew Wilcox', messageIds: ['aMGbpDJhOx7wHqpo@casper…'], on: 'pghot v2', concepts: ['migratePages'],
    says: 'Is against the kernel moving pages for CXL memory at all.' },
  { who: 'Gregory Price', messageIds: ['aMGg9AOaCWfxDfqX@…'], on: 'pghot v2', concepts: ['promoteCount'],
    says: 'No data seen so far justifies the complexity, and the more random the accesses are the less any movement pays.' },
];

/** Objections on a concept, those on the posting itself first. */
export const objectionsOn = (id: ConceptId): readonly Objection[] => OBJECTIONS.filter(o => o.concepts.includes(id)).sort((a, b) => Number(b.on === 'v1') - Number(a.on === 'v1'));
