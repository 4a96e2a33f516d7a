/** Concepts of marking: the flag word, its fields, ACTIVATE, how a request is made and how it is taken. */

import { Point } from '../../engine/observe/points';
import type { Concept } from '../api';

export const MARKING: readonly Concept[] = [
  {
    id: 'flagWord',
    title: 'The flag word (page_ext)',
    meaning: 'Beside every page frame the kernel can keep a small extra record, page_ext; its flag word holds the request to migrate the page.',
    explanation:
      'A request is not put in a queue: it is written into the record of the page itself, and a thread finds it later by looking at every page. That needs no memory per request and no lock, '
      + 'but at least 8 bytes for every page of the machine, about 2 GiB for each TiB, and a walk over all of them.\n\n'
      + 'On a 64-bit kernel bit 2 is READY, bits 3 to 12 are meant for the target node, and the rest up to bit 33 is reserved for frequency and time, which this version does not use. '
      + 'The word belongs to the frame, not to what lies in it: it is not cleared when the page is freed, so a later occupant inherits the request. '
      + 'A frame without page_ext (in a hole, or device memory) cannot be marked: the request fails with -EINVAL.',
    points: [Point.AddNoExt],
    defects: ['D8', 'D23', 'D24'],
    filter: 'event:mark-refused',
  },
  {
    id: 'ready',
    title: 'READY: a request waits here',
    meaning: 'PAGE_EXT_MIGRATE_READY is the one bit of the flag word that says: this page is to be migrated to the node written beside it.',
    explanation:
      'The producer writes the target node first and sets READY afterwards, with a second atomic instruction. The thread tests and clears READY in one atomic instruction, and only whoever finds it set may read the target.\n\n'
      + 'Between the two instructions of the producer the pair is half written. If the thread takes an older request in that moment, it empties the target field, and the READY that follows then stands beside "no node", which reads back as 7. '
      + 'Setting READY on a page that has it already changes nothing and is not counted: the last target written is the one that is used.',
    points: [Point.AddSetReady, Point.GetTestClear],
    defects: ['D11', 'D28'],
    filter: 'event:mark',
  },
  {
    id: 'nidField',
    title: 'The target in the flag word',
    meaning: 'Some bits of the flag word hold the number of the node that the page should go to; they are exchanged with a compare-and-exchange, so that the other bits stay as they are.',
    explanation:
      'page_ext_xchg_nid() reads the word, puts the new node number into its field, and writes the word back only if nobody changed it meanwhile; otherwise it tries again. It returns the number that stood there before.\n\n'
      + 'The producer uses it to write the target; the thread uses it to read the target and to leave "no node" (-1) behind. Cut to the field, -1 is all ones: with the mask as posted that is 7, the same bits as node 7.',
    points: [Point.AddXchgNid, Point.GetReadWord, Point.GetCmpxchg],
    defects: ['D1', 'D11'],
    filter: 'event:mark',
  },
  {
    id: 'nidMask',
    title: 'The masks of the fields',
    meaning: 'A mask says which bits of the flag word belong to a field; as posted, the masks are built from the position of the field instead of from its width.',
    explanation:
      'The node field is meant to be ten bits wide, for 1024 nodes. Its mask is (1 << shift) - 1, and the shift is 3 on 64-bit kernels: the mask is 7, three bits. Nodes 0 to 7 work. '
      + 'Node 8 is stored as 0, node 9 as 1, and so on, and nothing reports it.\n\n'
      + 'If the number that is left happens to be the own node, the request is dropped without a word; otherwise the page goes to a wrong node. The masks of the frequency and time fields are wrong in the same way and overlap, but nothing uses them yet.',
    points: [Point.AddXchgNid, Point.GetCmpxchg],
    defects: ['D1'],
    filter: 'result:wrong',
  },
  {
    id: 'activate',
    title: 'ACTIVATE: the node has work',
    meaning: 'PGDAT_KMIGRATED_ACTIVATE is one bit per node that says: since the last pass began, somebody has marked a page of this node.',
    explanation:
      'The producer sets it on the node where the page lies now, not on the target. The thread clears it before it begins to walk, so a mark that comes behind the cursor sets it again and is not lost: it asks for another pass. '
      + 'A mark ahead of the cursor is taken in this pass and still asks for one more, which finds nothing.\n\n'
      + 'Setting the bit wakes nobody. It only keeps the thread from going to sleep at the end of a pass.',
    points: [Point.AddSetActivate, Point.WorkClear, Point.WaitCheck],
    defects: ['D3', 'D4'],
    filter: 'event:pass',
  },
  {
    id: 'mark',
    title: 'Marking a page',
    meaning: 'kmigrated_add_pfn() asks for one page to be moved to a node, and returns at once: the move comes later, from a thread.',
    explanation:
      'In the posting the caller is the NUMA hint fault: a program touched a page, the kernel found it on a wrong node, and instead of moving it while the program waits, it leaves a mark. '
      + 'Three atomic instructions do it: exchange the target, set READY, set ACTIVATE on the node.\n\n'
      + 'Nothing is checked: not whether the target exists, nor whether the page is already there, nor whether it is on an LRU list. The posted fault handler calls it even when the page is where it belongs, with its own node as the target. '
      + 'In this version marks come from the workload of the scenario; programs that fault are not modelled yet.',
    points: [Point.AddNoExt, Point.AddXchgNid, Point.AddSetReady, Point.AddSetActivate],
    defects: ['D3', 'D10', 'D11', 'D17', 'D18', 'D28'],
    filter: 'event:mark',
  },
  {
    id: 'consume',
    title: 'Consuming a mark',
    meaning: 'kmigrated_get_nid() takes the request off a page: READY is cleared and the target is read, before anybody knows whether the page can be moved.',
    explanation:
      'If the page has no request the answer is "no node" and the walk goes on. If it has one, the request is gone from this moment. Whatever fails later (no room on the target, the folio cannot be isolated, the migration itself) nothing puts the mark back: '
      + 'the page must be noticed and marked anew.\n\n'
      + 'Each visit of an LRU page costs a locked instruction on its page_ext, marked or not, because the bit is tested and cleared in one go.',
    points: [Point.GetTestClear, Point.GetReadWord, Point.GetCmpxchg],
    defects: ['D7', 'D11'],
    filter: '',
  },
];
