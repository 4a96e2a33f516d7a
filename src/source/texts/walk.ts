/** Concepts of the walk over a zone: the checks that every page frame passes, in their order. */

import { Point } from '../../engine/observe/points';
import type { Concept } from '../api';

export const WALK: readonly Concept[] = [
  {
    id: 'walk',
    title: 'The walk over a zone',
    meaning: 'A page frame number (PFN) counts pages of 4 KiB from address 0; the walk goes through all of a zone, one by one, and looks for marks.',
    explanation:
      'For each number the checks come in a fixed order: is there a page, is it online, is it of this node, is it on the LRU, is it marked, does it want to go elsewhere, can it be taken. The first "no" ends the visit.\n\n'
      + 'The step is always one page. A large folio is visited once for every page in it, and all visits but the one that carries the mark (normally the first page) find nothing. '
      + 'Holes are stepped through one number at a time as well.',
    points: [Point.WalkValid, Point.WalkEnd],
    defects: ['D6', 'D9', 'D12', 'D13', 'D25'],
    filter: 'event:pass',
  },
  {
    id: 'validCheck',
    title: 'Is there a page?',
    meaning: 'pfn_valid() tells whether the kernel has a struct page for this page frame number; in a hole of the physical address space it has none.',
    explanation:
      'Machines have gaps in their physical addresses: below 4 GiB for devices, between memory modules, at the end of a span. The walk visits every number in such a gap and gives it up here. It is the cheapest visit, but there can be millions.',
    points: [Point.WalkValid],
    defects: ['D6'],
    filter: '',
  },
  {
    id: 'onlineCheck',
    title: 'Is it online?',
    meaning: 'pfn_to_online_page() gives the struct page only if its section of memory is online, that is, in use by the page allocator.',
    explanation:
      'Memory can be taken offline in sections (128 MiB on x86). The check is for one moment: nothing keeps the section from going offline right after it.',
    points: [Point.WalkOnline],
    defects: [],
    filter: '',
  },
  {
    id: 'nidCheck',
    title: "Is it this node's page?",
    meaning: 'The spans of two nodes may overlap, so a page inside the span of a zone may belong to another node; such pages are left to the other thread.',
    explanation:
      'This happens where memory is interleaved between nodes, and on machines whose firmware cuts memory in pieces. The threads of both nodes then pay for walking the whole overlap. On the page map such pages are "other node\'s".',
    points: [Point.WalkNid],
    defects: [],
    filter: '',
  },
  {
    id: 'lruCheck',
    title: 'Is it on the LRU?',
    meaning: 'Pages that programs use stand on LRU lists, from which they can be taken to be moved; free pages, slab, page tables and pages just being handled stand on none.',
    explanation:
      'A page that is not on the LRU is passed over before its mark is looked at, so the mark stays. If the page was only away for a moment, a later pass finds it. '
      + 'If it was freed, the mark waits for whoever gets that frame next, and moves that innocent page instead.\n\n'
      + 'The folio (the group of pages that is managed as one) is found from the page without holding a reference on it; it may change under the walk.',
    points: [Point.WalkLru],
    defects: ['D8', 'D9'],
    filter: '',
  },
  {
    id: 'ownNode',
    title: 'A target that is the own node',
    meaning: 'The mark asks for the node that the page is on already: there is nothing to do, and the mark is gone.',
    explanation:
      'Such marks are common in the posting: the fault handler marks every page it sees, those in the right place too, with their own node. They cost a pass each, because they set ACTIVATE, and they overwrite a request for another node that was waiting on the same page.\n\n'
      + 'With the masks as posted, node 8 and above are stored as their last three bits, and a request for such a node can turn into one for the own node.',
    points: [Point.WalkOwn],
    defects: ['D1', 'D3', 'D7'],
    filter: 'event:own-node',
  },
  {
    id: 'prepare',
    title: 'Preparing the folio',
    meaning: 'Before a folio is collected, the target must have free memory above its high watermark and the folio must come off its LRU list (it is isolated).',
    explanation:
      'The check asks for one folio at a time, long before the batch exists: hundreds of folios may each find room for themselves and then not find it together. Dirty file pages are refused too. '
      + 'The target that is checked is the one that this folio asked for, which need not be the one that it will be sent to.\n\n'
      + 'If it fails, the mark is gone and nobody is told: the page waits until it is noticed again. Once isolated, the folio is on no LRU list until its batch has been migrated, which may be much later in the walk.',
    points: [Point.WalkPrepare, Point.Prepare],
    defects: ['D7', 'D13', 'D14', 'D19'],
    filter: 'event:prepare-failed',
  },
  {
    id: 'nodeData',
    title: 'NODE_DATA() of a node that does not exist',
    meaning: 'NODE_DATA(nid) is the record of a node; for a number that no node has it is NULL, and using it stops the thread with an oops.',
    explanation:
      'Targets are never checked. A mark for a node that does not exist, or the 7 that stands for "no node" after the race between the two atomics of a mark, gets here and the watermark check dereferences NULL. '
      + 'The thread dies; marks of its node are never read again.\n\n'
      + 'The first flush of every zone walk asks for node -1 on an empty list. That one may read outside an array, but does not use what it read.',
    points: [Point.Oops],
    defects: ['D1', 'D2', 'D11'],
    filter: 'event:oops',
  },
];
