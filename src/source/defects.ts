/** The register of known defects and open questions of the posted series (D1 .. D28), in our own words. */

import { Point } from '../engine/observe/points';
import type { ConceptId, Defect, DefectId } from './api';

const NUMAB = 'NUMA balancing is not modelled in this version: marks come from the workload.';

type Row = readonly [DefectId, string, string, readonly Point[], readonly ConceptId[], Defect['visible'], string];

const rows: readonly Row[] = [
  ['D1', 'Masks made from the shift', 'The mask of the target field is made from its position (3) and not from its width (10), so only three bits of the node number are kept. Node 8 is stored as 0, node 9 as 1; a request can turn into one for the own node and vanish, or go to a wrong node. The masks of frequency and time overlap.',
    [Point.AddXchgNid, Point.GetCmpxchg, Point.WalkOwn], ['nidMask', 'nidField', 'ownNode', 'nodeData'], 'shown', 'Mark pages for a node above 7 on a machine that has one, and look for "wrong node" on the map.'],
  ['D2', 'The cur_nid test is inverted', 'From the second candidate of a zone on, the newest folio sets the target of the whole list, and a change of target never ends a batch. With three or more nodes pages go where others wanted to go. The first candidate of every zone sends off an empty list to node -1.',
    [Point.WalkCur, Point.WalkCount, Point.WalkFlush, Point.WalkFinal], ['curNid', 'batchCount', 'flush', 'finalFlush', 'nodeData', 'move'], 'shown', 'The default experiment: marks interleaved over three targets. Filter the log with result:wrong.'],
  ['D3', 'Every hint fault marks', 'The fault handler reports the page even when it is where it should be, with its own node as the target. Purely local faults keep the thread walking, and an own-node mark overwrites a request for another node that waits on the same page.',
    [Point.AddXchgNid, Point.AddSetActivate, Point.WalkOwn], ['mark', 'ownNode', 'activate'], 'partly', 'Put own-node targets into a workload and filter the log with event:own-node. The fault handler itself is not modelled.'],
  ['D4', 'Nobody wakes the thread', 'The wait queue is set up and slept on, but no line wakes it. A mark that comes just after the thread fell asleep waits for a whole second.',
    [Point.AddSetActivate, Point.WaitSleep], ['wait', 'activate', 'timer'], 'shown', 'Mark a burst shortly after time 0 and compare its time with that of the first pass in the log.'],
  ['D5', 'The result of the wait is ignored', 'When the second is over and nothing was requested, the node is walked all the same: every second, on every node with memory, on an idle machine too.',
    [Point.WaitTimeout, Point.WorkClear], ['wait', 'pass'], 'shown', 'Run a scenario without workload: passes and visits go on.'],
  ['D6', 'No zone or section is skipped', 'Nothing remembers where marks are, so every page frame of every zone is visited, holes included. The cost is that of the size of the node, and the walk pushes other data out of the caches.',
    [Point.WorkZone, Point.WalkValid], ['walk', 'zoneSkip', 'pass', 'validCheck'], 'shown', 'Compare the visits with the marks consumed, above kmigrated_walk_zone().'],
  ['D7', 'The mark is cleared before the folio is prepared', 'READY is cleared when it is read. If the target is full, the folio cannot be isolated or the migration fails, the request is lost, and the page must be found and marked again.',
    [Point.GetTestClear, Point.WalkPrepare, Point.BatchPutback], ['consume', 'prepare', 'putBack', 'ownNode', 'flush'], 'shown', 'Fill the target node: counters marks_lost_prepare and marks_lost_migrate; event:prepare-failed in the log.'],
  ['D8', 'Marks outlive the page', 'The flag word is not cleared when a page is freed. The mark waits on the frame and moves whoever gets it next.',
    [Point.WalkLru, Point.BatchMove], ['flagWord', 'lruCheck', 'move'], 'shown', 'Mark a page that is free or not on the LRU: it stays a "stale mark" on the map.'],
  ['D9', 'No reference on the folio', 'Between finding the folio, testing its LRU flag and isolating it, the walk holds no reference. The folio can be freed, split or used anew in between.',
    [Point.WalkLru, Point.WalkPrepare], ['walk', 'lruCheck'], 'no', 'A memory safety race inside one visit; the simulation has no moment in between where a folio could be freed.'],
  ['D10', 'Marked after the lock is dropped', 'The fault handler marks the page after it has released the page table lock, without a reference: the mark may land on a frame that has been used anew.',
    [Point.AddXchgNid], ['mark'], 'no', NUMAB],
  ['D11', 'Target and READY are two atomics', 'If the thread takes an older request between the two writes of a producer, it leaves "no node" in the field, and READY then stands beside 7. A later walk sends the page to node 7, or dies of a NULL pgdat where there is none.',
    [Point.AddXchgNid, Point.AddSetReady, Point.GetTestClear, Point.GetCmpxchg, Point.Oops], ['ready', 'nidField', 'nodeData', 'mark', 'consume'], 'shown', 'Rare: mark the same pages over and over while they are walked, and step by point.'],
  ['D12', 'No pause while scanning', 'cond_resched() is reached only after a batch. Without candidates a zone is walked in one stretch; own-node marks make pass follow pass without any pause.',
    [Point.WalkResched], ['resched', 'walk'], 'partly', 'Compare the counters cond_resched and pfns_visited. What it does to other threads of the CPU is not modelled.'],
  ['D13', 'Folios are held through the walk', 'Up to 512 folios are off their LRU lists from the moment they are collected until the batch is sent off, at worst for a whole zone walk. Meanwhile nobody else can move or pin them.',
    [Point.WalkPrepare, Point.WalkPush], ['migrateList', 'prepare', 'push', 'walk'], 'shown', 'Mark a few pages far apart: they stay "isolated" on the map until the end of the zone.'],
  ['D14', 'The watermark is checked one folio at a time', 'Each folio finds room for itself, before the batch exists. A batch can overshoot the high watermark by up to 511 folios; when allocation then fails, the rest of it is given up untried.',
    [Point.Prepare, Point.BatchUnmap, Point.BatchPutback], ['prepare', 'migratePages', 'putBack', 'unmap'], 'shown', 'A target with little more than its high watermark free: event:put-back in the log.'],
  ['D15', 'Every move counts as a promotion', 'PGPROMOTE_SUCCESS goes up for all pages that moved, between nodes of plain memory too, and the memory cgroup is not told.',
    [Point.BatchEnd], ['promoteCount', 'migratePages'], 'partly', 'The counter pgpromote_success after a run between two DRAM nodes. Memory cgroups are not modelled.'],
  ['D16', 'Failures are not fed back', 'The fault has long returned when the migration fails, so the scanner is never slowed down, and the per-task count of migrated pages stays 0.',
    [Point.WalkFlush, Point.BatchPutback], ['flush', 'putBack', 'promoteCount', 'migratePages'], 'no', NUMAB],
  ['D17', 'The target is old when it is used', 'The node is chosen at the time of the fault and used seconds later. The task may have moved and the page may be cold by then.',
    [Point.AddXchgNid], ['mark'], 'partly', 'The time between an event:mark row and its batch in the log. Whether the choice is still right is not modelled.'],
  ['D18', 'No rate limit between mark and move', 'Whatever is marked is moved as fast as the walk goes, up to the whole node in one pass.',
    [Point.WalkFlush], ['mark', 'pass', 'flush'], 'shown', 'A burst of marks: batch follows batch in the log.'],
  ['D19', 'The check for shared executables is lost', 'Without a VMA the test that keeps executable file pages of many processes in place is left out, so they may move.',
    [Point.Prepare], ['prepare'], 'no', 'Processes and mappings are not modelled.'],
  ['D20', 'The thread is placed anywhere', 'The thread and its stack are not made for their node, and it is not bound to its CPUs: a copy may run on a third node.',
    [Point.InitCreate], ['init', 'thread'], 'no', 'CPUs and scheduling of the threads are not modelled in this version.'],
  ['D21', 'A thread for fast nodes too', 'Nodes of the top tier are scanned like the others, although nothing is promoted from them.',
    [Point.InitCreate], ['init'], 'shown', 'Every node with memory has a thread in the tree; passes of a node without marks.'],
  ['D22', 'No hotplug', 'A node that comes after boot gets no thread. Marks on its pages are set and never read.',
    [Point.InitCreate], ['init'], 'no', 'Hot-added nodes are not modelled in this version.'],
  ['D23', 'Built without its dependency', 'The code needs page_ext but nothing selects PAGE_EXTENSION: a kernel without it does not build.',
    [Point.AddNoExt], ['flagWord'], 'no', 'A matter of the build, not of a run.'],
  ['D24', 'page_ext on every node, always', 'At least 8 bytes for each 4 KiB page are taken at boot on all nodes, 2 GiB for each TiB, whether anything is ever marked or not.',
    [Point.AddNoExt], ['flagWord'], 'no', 'Memory of the kernel itself is not taken from the pages of the simulated nodes.'],
  ['D25', 'Order of addresses, not of heat', 'Pages move in the order of their page frame numbers. The hottest page may be the last to come.',
    [Point.WalkValid, Point.WorkZone], ['walk', 'pass', 'thread'], 'shown', 'Follow the cursor on the map: marks move when it comes by.'],
  ['D26', 'The write permission is dropped', 'The fault handler puts the page back read-only although it does not move it, so the next write to a private page faults once more.',
    [Point.BatchUnmap], ['unmap', 'move'], 'no', 'Page tables and faults are not modelled.'],
  ['D27', 'The mapping is restored before the move', 'The page is made accessible again, CPUs load its translation, and unmapping it later needs a real TLB shootdown that migrating straight from the fault does not need.',
    [Point.BatchUnmap, Point.BatchTlbFlush], ['tlbFlush', 'unmap', 'migratePages'], 'no', 'TLBs are not modelled; their cost is part of the fixed cost of a batch.'],
  ['D28', 'Nothing is counted', 'Whether READY was set before is not looked at, and there are no counters: how many marks were set, taken or lost cannot be known on a running kernel.',
    [Point.AddSetReady], ['ready', 'mark'], 'shown', 'The counters of the explorer (marks_set, marks_overwritten, marks_lost_...) have no counterpart in the posting.'],
];

/** D1 .. D28 in order. */
export const DEFECTS: readonly Defect[] = rows.map(([id, title, says, points, concepts, visible, shownBy]) => ({ id, title, says, points, concepts, visible, shownBy }));

/** The entry of that id, or undefined when the register has none. */
export const defectOf = (id: DefectId): Defect | undefined => DEFECTS.find(d => d.id === id);
