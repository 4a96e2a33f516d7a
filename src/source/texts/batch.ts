/** Concepts of the batch: collecting, deciding where it goes, and moving it. */

import { Point } from '../../engine/observe/points';
import type { Concept } from '../api';

export const BATCH: readonly Concept[] = [
  {
    id: 'curNid',
    title: 'cur_nid: where the batch goes',
    meaning: 'The collected folios are migrated together to one node, cur_nid; the test that should set it for the first folio only is the wrong way round.',
    explanation:
      'What was meant: if there is no current target yet, take the target of this folio; if a folio wants another target, send off what is collected and begin anew. What stands there: if there is a current target, replace it by the target of this folio.\n\n'
      + 'So from the second folio on, the target always equals the one of the newest folio, and the comparison that should notice a change never does. The batch ends by count or with the zone, and all of it goes where the newest folio wanted to go; when the batch is full, that folio is not even in it. '
      + 'With two nodes nobody sees it, as there is only one other node. With k other targets, equally mixed, (k-1)/k of the pages go to a wrong node.',
    points: [Point.WalkCur],
    defects: ['D2'],
    filter: 'result:wrong',
  },
  {
    id: 'batchCount',
    title: 'When a batch is sent off',
    meaning: 'The list is migrated when 512 folios have been counted, or when the target changes; as posted, the second can happen only once in a zone.',
    explanation:
      'The count goes up before the folio is put on the list, and the folio that sends off a batch begins the next one with a count of 0. So a full batch holds 512 folios and is sent off by the 513th: '
      + '512 marks give one batch of 512 at the end of the zone, 513 give 512 and 1. The very first folio sends off an empty list.\n\n'
      + 'Folios are counted, not pages: with huge pages of 2 MiB a batch can be a gigabyte.',
    points: [Point.WalkCount],
    defects: ['D2'],
    filter: 'event:batch',
  },
  {
    id: 'migrateList',
    title: 'migrate_list',
    meaning: 'The list of folios that the walk has taken off their LRU lists and will migrate together.',
    explanation:
      'A folio on it is isolated: still mapped and usable by its program, but on no LRU list, so that compaction, memory hot-remove and long-term pins cannot have it. In a sparse zone it can stay there until the end of the walk.\n\n'
      + 'The list belongs to one zone walk of one thread.',
    points: [Point.WalkPush, Point.WalkFlush, Point.WalkFinal],
    defects: ['D13'],
    filter: 'event:batch',
  },
  {
    id: 'flush',
    title: 'Sending off a batch',
    meaning: 'The walk stops, the folios on the list are migrated to cur_nid, and only then does the walk go on.',
    explanation:
      'The first candidate of each zone walk sends off an empty list to node -1; that moves nothing and is shown as an empty batch. Later ones hold 512 folios each.\n\n'
      + 'The result is not looked at: what could not be migrated has lost its mark.',
    points: [Point.WalkFlush],
    defects: ['D2', 'D7', 'D16', 'D18'],
    filter: 'event:batch',
  },
  {
    id: 'resched',
    title: 'cond_resched()',
    meaning: 'A place where the thread offers the CPU to others; on kernels without preemption it is the only one in the walk, and it is reached only after a batch.',
    explanation:
      'If a zone has no candidates there is no batch and so no such place: a zone of 256 GiB is then walked in one stretch of some 0.4 seconds. Marks that ask for the own node make it worse: they keep the thread from sleeping and never lead to a batch.',
    points: [Point.WalkResched],
    defects: ['D12'],
    filter: 'event:batch',
  },
  {
    id: 'push',
    title: 'Putting the folio on the list',
    meaning: 'The folio goes to the head of the list, so the batch is later migrated from the highest page frame number down.',
    explanation: 'The folio that sent off the previous batch is the first on the new list. It is pushed after the count was reset, so it is not counted: the next batch is full when 512 are on the list.',
    points: [Point.WalkPush],
    defects: ['D13'],
    filter: '',
  },
  {
    id: 'finalFlush',
    title: 'The rest at the end of the zone',
    meaning: 'What is on the list when the zone ends is migrated to the target of the last folio that was collected.',
    explanation: 'Most zones end with such a batch. Where fewer than 512 folios were collected it is the only one that moves anything, and one folio, the one with the highest number, decides where all the others go.',
    points: [Point.WalkFinal],
    defects: ['D2'],
    filter: 'event:batch',
  },
  {
    id: 'migratePages',
    title: 'Migrating a list',
    meaning: 'migrate_misplaced_folios_batch() hands the list to migrate_pages(), which moves pages in chunks of up to 512 base pages: unmap all, flush once, then copy.',
    explanation:
      'It asks for asynchronous mode: a folio that is locked or under writeback is not waited for. Each folio gets a new place on the target node, without reclaim: if there is no free page above the minimum, the whole rest of the chunk is given up untried.\n\n'
      + 'While a chunk is being moved, programs that touch one of its pages wait. The chunk is limited so that this takes about as long as moving one huge page.',
    points: [Point.BatchBegin],
    defects: ['D14', 'D15', 'D16', 'D27'],
    filter: 'event:batch',
  },
  {
    id: 'unmap',
    title: 'Unmapping',
    meaning: 'All places in page tables that point to the folio are replaced by migration entries: whoever touches the page now sleeps until it has been moved.',
    explanation:
      'Before it, the new place is allocated on the target. The first folio of a chunk stays unmapped until the whole chunk has been unmapped, the TLBs have been flushed and the folio has been copied; so the mean wait grows with the size of the chunk.',
    points: [Point.BatchUnmap],
    defects: ['D14', 'D26', 'D27'],
    filter: 'event:batch',
  },
  {
    id: 'tlbFlush',
    title: 'One TLB flush for all',
    meaning: 'CPUs remember translations in their TLB; before a page may be copied, every CPU that might still write through an old one must forget it.',
    explanation:
      'One flush serves the whole chunk, which is the gain of batching. But a page that is migrated straight out of a NUMA hint fault normally needs no such flush at all, because its page table entry had been made inaccessible before. '
      + 'kmigrated makes the entry accessible again first and moves the page later, so it needs the flush that the older way did not.',
    points: [Point.BatchTlbFlush],
    defects: ['D27'],
    filter: 'event:batch',
  },
  {
    id: 'move',
    title: 'Copying and mapping again',
    meaning: 'The content is copied to the new place, the page tables point there, and the old page is freed.',
    explanation:
      'The flag word stays behind with the old frame. The new one has its own word, with whatever an earlier occupant left in it.\n\n'
      + 'On the map the new page is "right node" if it had asked for the node it is on, and "wrong node" if not.',
    points: [Point.BatchMove],
    defects: ['D2', 'D8', 'D26'],
    filter: 'event:batch',
  },
  {
    id: 'putBack',
    title: 'Put back',
    meaning: 'Folios that were not migrated return to their LRU list on the node they came from.',
    explanation: 'The reason may be no free memory on the target, a lock, or somebody holding a reference. The mark is gone, the return value is ignored, and the scanner that finds misplaced pages is not told either, so it does not slow down.',
    points: [Point.BatchPutback],
    defects: ['D7', 'D14', 'D16'],
    filter: 'event:put-back',
  },
  {
    id: 'promoteCount',
    title: 'What the counters say',
    meaning: 'After a batch, numa_pages_migrated and pgpromote_success go up by the pages that moved, whether that was a promotion or not.',
    explanation: 'A promotion is a move from a slow kind of memory to a fast one. Moves between two nodes of plain memory are counted as promotions here too, and the memory cgroup of the pages is not told.',
    points: [Point.BatchEnd],
    defects: ['D15', 'D16'],
    filter: 'event:batch',
  },
];
