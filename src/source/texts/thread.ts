/** Concepts of the thread: how it is made, how it waits, what a pass over a node is. */

import { Point } from '../../engine/observe/points';
import type { Concept } from '../api';

export const THREAD: readonly Concept[] = [
  {
    id: 'init',
    title: 'Making the threads',
    meaning: 'At boot, kmigrated_init() makes one thread for every node that has memory, and starts it.',
    explanation:
      'The threads are named kmigrated0, kmigrated1 and so on. Nodes of the fast tier get one too, although nothing is to be promoted from them. The thread is not bound to the CPUs of its node, and its stack may lie on another one.\n\n'
      + 'If a thread cannot be made, one line is printed and the node stays without: marks on its pages are then set and never read. A node that is added later gets no thread either, and none is ever stopped.',
    points: [Point.InitCreate, Point.InitWake, Point.InitError],
    defects: ['D20', 'D21', 'D22'],
    filter: 'event:thread-starts',
  },
  {
    id: 'thread',
    title: 'The thread of a node',
    meaning: 'kmigratedN is a kernel thread that does the same two things for ever: wait, then walk over all memory of node N.',
    explanation:
      'It is an ordinary thread: it shares the CPUs with programs and can be pushed off a CPU while it holds folios. There is one for each source node, so all migrations away from a node go through one CPU at a time.\n\n'
      + 'The loop asks whether the thread should stop, but nothing in the posting ever stops it.',
    points: [Point.WorkDone, Point.WaitSleep],
    defects: ['D20', 'D25'],
    filter: 'event:pass',
  },
  {
    id: 'wait',
    title: 'Waiting for work',
    meaning: 'Before each pass the thread asks whether ACTIVATE is set: if so it goes on at once, if not it sleeps for about a second.',
    explanation:
      'The thread sleeps on a wait queue, but no line of the posting ever wakes that queue. A mark that comes a millisecond after it fell asleep therefore waits for the rest of the second.\n\n'
      + 'The answer of the wait is not looked at. When the time is over and nobody has asked for anything, the thread walks the whole node all the same, every second, on an idle machine too. '
      + 'When marks keep coming during passes it does not sleep at all, and pass follows pass.',
    points: [Point.WaitCheck, Point.WaitSleep, Point.WaitTimeout],
    defects: ['D4', 'D5'],
    filter: 'event:pass',
  },
  {
    id: 'timer',
    title: 'One second, by the timer wheel',
    meaning: 'The sleep is a timer of 1000 ms, and kernel timers of that length fire at the next slot of a wheel, a little later than asked.',
    explanation:
      'The kernel sorts timers into slots, coarser the further away they are. With 250 ticks a second (HZ=250) a one-second timer has slots of 8 ticks, so the sleep lasts between 1.004 and 1.032 seconds; with HZ=1000 the slots are 64 ms wide. '
      + 'The simulation computes the slot as the kernel does.\n\n'
      + 'The sleep counts as uninterruptible: each idle kmigrated adds 1 to the load average while it sleeps.',
    points: [Point.WaitTimeout, Point.WaitSleep],
    defects: ['D4'],
    filter: 'event:pass',
  },
  {
    id: 'pass',
    title: 'A pass',
    meaning: 'One round of the thread: clear ACTIVATE, then walk every zone of the node from its first page frame to its last.',
    explanation:
      'A pass has no memory of where marks were set: it visits every page frame number of every populated zone. A mark waits for the cursor to come by: up to a whole pass, plus what is left of the sleep. '
      + 'How soon a page moves therefore depends on where it lies, not on how hot it is.\n\n'
      + 'The cost of a pass grows with the size of the node, not with the number of marks. A node of 256 GiB is 67 million visits.',
    points: [Point.WorkClear, Point.WorkZone, Point.WorkDone],
    defects: ['D5', 'D6', 'D18', 'D25'],
    filter: 'event:pass',
  },
  {
    id: 'zoneSkip',
    title: 'Which zones are walked',
    meaning: 'A node is divided into zones; those without any page and ZONE_DEVICE are skipped, all others are walked over their whole span.',
    explanation:
      'A zone knows its first page frame and its span; the span includes holes, and may include pages of other nodes. Nothing remembers whether a zone or a section has any mark, so a zone without marks costs as much as one with many.\n\n'
      + 'Each zone has its own list and its own count: a batch never crosses from one zone to the next.',
    points: [Point.WorkZone],
    defects: ['D6'],
    filter: '',
  },
];
