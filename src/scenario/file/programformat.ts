/** The section "programs" of a scenario file: friendly forms, each of which becomes one or more processes. */

import { fileName, name, nid, size } from './common';
import { opShape } from './opformat';
import { type Fields, byKind, byNode, object, opt, req } from './object';
import { PATTERN_FIELDS } from './patternformat';
import { type Infer, bool, choice, int, list, num } from './shape';
import { threadShape, THREAD_COMMON } from './threadformat';

export const MAX_THREADS = 4096;
export const MAX_COPIES = 1024;
export const MAX_INLINE_ACCESSES = 20_000;

const share = (text: string, standard = 0) => num({ says: text, min: 0, max: 1, default: standard });
const end = { untilSeconds: opt(num({ says: 'Simulated time in seconds at which it ends. Default: the end of the run.', min: 0, above: true, max: 7200 })) } as const;
const WRITES = opt(share('Share of writes among the accesses. Default: 0.2, and 0 where the content cannot be written.'));

const content = {
  content: opt(choice({
    says: 'What the pages hold.', default: 'anonymous',
    of: [
      ['anonymous', 'Private anonymous memory.'], ['clean file', 'Page cache that is not dirty; it is only read.'], ['dirty file', 'Dirty page cache.'],
      ['read-only file', 'A file mapped read-only, such as program text: the scanner skips it.'],
    ],
  })),
  pinnedShare: opt(share('Share of the folios that are pinned: their migration fails.')),
  lockedShare: opt(share('Share of the folios that are found locked.')),
  writebackShare: opt(share('Share of the folios that are found under writeback.')),
} as const;

const folios = {
  hugePages: opt(choice({
    says: 'Folios of the memory.', default: 'none',
    of: [['none', 'Base pages of 4 KiB.'], ['mthp', 'Large folios of `order`, mapped by PTEs.'], ['thp', '2 MiB, mapped by a PMD: their faults stay synchronous.']],
  })),
  order: opt(int({ says: 'Folio order with `mthp`: 1 to 9. Default: 4 (64 KiB).', min: 0, max: 9 })),
} as const;
const memory = {
  size: req(size('How much it maps.')), ...content, ...folios,
  firstTouchNode: opt(nid('Node that first touches allocate from, whoever makes them: a memory policy while the program is filled, gone afterwards. Default: the node of whoever touches.')),
} as const;
const hugeShare = { hugePageShare: opt(share('Share of the size that is a second mapping with PMD-mapped THPs; the accesses are shared out by size.')) } as const;

const home = { home: opt(nid('Node on which every page is touched first. Default: the node of the first thread.')) } as const;
const run = { name: opt(name('Name of the process. Default: its kind and number.')), ...THREAD_COMMON, processes: opt(int({ says: 'How many processes of this form.', min: 1, max: MAX_COPIES, default: 1 })) } as const;
const threadList = (text: string) => list(threadShape, { says: text, min: 1, max: MAX_THREADS });
const threads = {
  threads: opt(threadList('Threads, each pinned to a CPU. Either this or `threadsOnNode`.')),
  threadsOnNode: opt(byNode('How many threads run on each node: { "1": 16 }. They are dealt to the CPUs of the node in turn.', int({ says: 'Threads.', min: 1, max: MAX_THREADS }))),
} as const;
const split = (standard: 'none' | 'thread') => opt(choice({
  says: 'Who shares the memory.', default: standard,
  of: [['none', 'All threads touch all of it.'], ['node', 'The threads of each node have a contiguous share of their own.'], ['thread', 'Each thread has a contiguous share of its own.']],
}));
const drawn = { ...run, ...memory, ...hugeShare, ...home, ...threads, ...end, writeShare: WRITES, split: split('none') } as const satisfies Fields;

const span = {
  fromShare: opt(share('Where its part of the memory begins, as a share of it.')), toShare: opt(share('Where its part of the memory ends.', 1)), writeShare: WRITES,
  seconds: req(num({ says: 'How long, in simulated seconds.', min: 0.001, max: 7200 })),
} as const;
const phase = byKind('A phase: one pattern for some time.', 'kind', {
  uniform: ['Every page alike.', { ...span }],
  zipf: ['Few pages often, many seldom.', { ...PATTERN_FIELDS.zipf, ...span }],
  hotset: ['A hot part, and the rest.', { ...PATTERN_FIELDS.hotset, ...span }],
  stream: ['In address order, round and round.', { ...span }],
});

const place = {
  vma: req(int({ says: 'Index in `vmas`.', min: 0, max: 999 })), from: opt(int({ says: 'First unit.', min: 0, max: 2 ** 32, default: 0 })),
  units: opt(int({ says: 'Number of units. Default: to the end of the mapping.', min: 1, max: 2 ** 32 })), writeShare: WRITES,
} as const;
const pattern = byKind('A distribution of accesses over a mapping or a part of it, in units: pages, or PMDs of a THP mapping.', 'kind', {
  uniform: ['Every unit alike.', { ...place }],
  zipf: ['Few units often, many seldom.', { ...PATTERN_FIELDS.zipf, ...place }],
  hotset: ['A hot part, and the rest.', { ...PATTERN_FIELDS.hotset, ...place }],
  stream: ['In address order, round and round.', { ...place }],
});
const vma = object('A mapping.', { name: opt(name('Name of the mapping.')), ...memory });
const customThread = object('A thread and what it does.', { ...threadShape.fields, ...THREAD_COMMON, ops: req(list(opShape, { says: 'What it does, in order.', max: 1000 })) });

const TRACE_FILE = [
  'A trace beside the scenario, up to 64 MiB and 20 million accesses. Pages that were touched lie side by side in the order of their addresses. Either this or `list`.',
  '- `valgrind --tool=lackey --trace-mem=yes`: lines ` L 1ffe,8`, ` S`, ` M` (one write); `I` is left out',
  '- `perf script`: `comm pid/tid [cpu] time: event: ADDR ...` of `perf mem record` or `perf record -d`; `page_fault_user: address=0x... error_code=0x6`; or `perf script -F addr`, one address a line. A write is what the event calls a store, `|OP STORE`, or bit 1 of `error_code`',
  '- a table: `address,op` or `time,address,op`, a header may name the columns; addresses decimal or 0x; `r` or `w`, `load` or `store`',
  '',
  'Lines that cannot be read are named and counted as warnings.',
].join('\n');

export const programShape = byKind('A program that runs on the machine.', 'kind', {
  uniform: ['Touches every page alike.', drawn],
  zipf: ['Touches few pages often and many seldom.', { ...PATTERN_FIELDS.zipf, ...drawn }],
  hotset: ['Touches a hot part most of the time; the hot part may move.', { ...PATTERN_FIELDS.hotset, ...drawn }],
  stream: ['Goes through its memory in address order, round and round.', { ...drawn, split: split('thread') }],
  phases: ['One pattern after the other, round and round, on the simulated clock: the first begins at time 0 and has the first touch in it.', {
    ...run, ...memory, ...hugeShare, ...home, ...threads,
    phases: req(list(phase, { says: 'The phases.', min: 1, max: 100 })), cycles: opt(int({ says: 'How often all phases are gone through. Default: to the end of the run.', min: 1, max: 1e6 })),
  }],
  producerConsumer: ['Some threads write a buffer from one end to the other, others read it.', {
    ...run, ...memory, ...home, ...end, producers: req(threadList('Threads that write the buffer.')), consumers: req(threadList('Threads that read the same buffer.')),
  }],
  shares: ['The program of the recorded runs: the home node touches all pages first, then each thread goes through its share and naps.', {
    ...run, ...memory, ...home, ...threads, ...end,
    layout: opt(choice({ says: 'How pages are shared out.', default: 'interleave', of: [['interleave', 'Page i belongs to thread i mod T.'], ['block', 'Contiguous shares.']] })),
    napMs: opt(num({ says: 'Sleep after each loop over the share, in ms.', min: 0, max: 60_000, default: 20 })),
  }],
  local: ['Lives on one node: touches its memory first there and stays.', {
    ...run, ...memory, ...hugeShare, ...end, writeShare: WRITES, node: req(nid('The node.')), threadCount: opt(int({ says: 'Number of threads.', min: 1, max: MAX_THREADS, default: 1 })),
  }],
  recorded: ['Replays a recorded trace, access by access; times in it are not used.', {
    ...run, ...content, ...folios, ...home, ...threads,
    file: opt(fileName(TRACE_FILE)),
    format: opt(choice({ says: 'Form of the file. Default: told by its first lines.', of: [['lackey', 'valgrind --tool=lackey --trace-mem=yes'], ['perf', 'perf script'], ['csv', 'address,op or time,address,op']] })),
    pid: opt(int({ says: 'Of `perf script` samples: only this process.', min: 0, max: 2 ** 22 })),
    list: opt(list(list(int({ says: 'Page number, or 1 for a write.', min: 0, max: 2 ** 52 }), { says: '[page, write]', min: 2, max: 2 }), { says: 'The accesses themselves: [page, 1 for a write or 0].', min: 1, max: MAX_INLINE_ACCESSES })),
    loop: opt(bool({ says: 'Begin again at the end.', default: true })),
  }],
  custom: ['Mappings, patterns and the operations of each thread, written out.', {
    name: run.name, processes: run.processes,
    vmas: req(list(vma, { says: 'Its mappings.', min: 1, max: 1000 })),
    patterns: opt(list(pattern, { says: 'Distributions of accesses that threads refer to by index.', max: 1000 })),
    threads: req(list(customThread, { says: 'Its threads.', min: 1, max: MAX_THREADS })),
  }],
});

export type ProgramFile = Infer<typeof programShape>;
export type ProgramOf<K extends ProgramFile['kind']> = Extract<ProgramFile, { readonly kind: K }>;
export type CustomPattern = Infer<typeof pattern>;
export type PhaseOfProgram = Infer<typeof phase>;

const snippet = (kind: string, label: string, body: object): object => ({ label: `${kind}: ${label}`, body: { kind, name: `\${1:${kind}}`, ...body } });
/** What the editor offers for a new program; "^" makes VS Code insert a value without quotes. */
export const PROGRAM_SNIPPETS: readonly object[] = [
  snippet('shares', 'the program of the recorded runs', { size: '${2:32 MiB}', home: '^${3:0}', threads: [{ node: '^${4:1}' }], napMs: '^${5:5}' }),
  snippet('zipf', 'few pages often', { size: '${2:1 GiB}', home: '^${3:0}', threadsOnNode: { 1: '^${4:4}' } }),
  snippet('uniform', 'every page alike', { size: '${2:1 GiB}', home: '^${3:0}', threadsOnNode: { 1: '^${4:4}' } }),
  snippet('hotset', 'a hot part that moves', { size: '${2:1 GiB}', home: '^${3:0}', threadsOnNode: { 1: '^${4:4}' }, hotShare: '^0.1', moveSeconds: '^${5:20}' }),
  snippet('stream', 'in address order', { size: '${2:1 GiB}', home: '^${3:0}', threadsOnNode: { 1: '^${4:4}' } }),
  snippet('producerConsumer', 'written on one node, read on another', { size: '${2:64 MiB}', producers: [{ node: '^${3:0}' }], consumers: [{ node: '^${4:1}' }] }),
  snippet('local', 'lives on one node', { size: '${2:64 MiB}', node: '^${3:0}' }),
  snippet('recorded', 'a trace from a file', { file: '${2:trace.txt}', home: '^${3:0}', threads: [{ node: '^${4:1}' }] }),
];
