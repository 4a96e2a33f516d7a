/** The scenario file, schemaVersion 1: one description from which types, checks and the editor's JSON Schema come. */

import { COSTS, type CostTable } from '../../engine/cost/table';
import { ZONE_NAMES, type ZoneName } from '../../engine/machine/spec';
import { KMIGRATED_V1_DEFAULTS, V1_MAX_AGE_MS, V1_RATE_LIMIT_MBPS } from '../../engine/spec';
import { MAX_NUMNODES, MAX_PFN } from '../../engine/types';
import { fileName, name, nid, pages, size } from './common';
import { type Fields, byKind, byProperty, object, opt, req } from './object';
import { PROGRAM_SNIPPETS, programShape } from './programformat';
import { bool, choice, type Infer, int, list, num, says, str } from './shape';
import { repairsShape } from './repairsformat';
import { systemShape } from './systemformat';

export const SCHEMA_VERSION = 1;
export const MAX_MARKS = 2 ** 31;
export const MAX_PHASES = 1000;
export const MAX_REGIONS = 1000;
export const MAX_PROGRAMS = 1000;
export const MAX_INLINE_MARKS = 20_000;
export const DEFAULT_SECONDS = 30;
const ZONES: readonly (readonly [ZoneName, string])[] = ZONE_NAMES.map((z) => [z, `ZONE_${z.toUpperCase()}`]);

const zone = object('One populated zone of a node. Counts are pages of 4 KiB, or texts such as "1 GiB".', {
  zone: req(choice({ says: 'Slot of `node_zones[]`.', of: ZONES })),
  startPfn: req(pages('First PFN of the span; a text such as "4 GiB" means the PFN at that address.', 0)),
  spannedPages: req(pages('Pages from the first to the last, holes included. kmigrated visits every one of them.', 1)),
  presentPages: opt(pages('Pages that exist. Default: as many as are spanned.', 1)),
  managedPages: opt(pages('Pages that the page allocator has. Default: as many as are present.', 0)),
  minPages: opt(pages('Watermark min without boost. Default: the share of this zone in `min_free_kbytes`, as the kernel sets it at boot.', 0)),
  lowPages: opt(pages('Watermark low without boost. Default: min and a quarter of it, or a thousandth of the zone if that is more.', 0)),
  highPages: opt(pages('Watermark high without boost. Default: low and the same distance again.', 0)),
  boostPages: opt(pages('`zone->watermark_boost`, which counts into min, low and high. Default: 0.', 0)),
  lowmemReservePages: opt(list(pages('Pages kept for requests that could use another zone.', 0), { says: '`lowmem_reserve[]` ("protection" in zoneinfo), one number a zone slot. Default: zeros.', max: 5 })),
  freePages: opt(pages('Free pages at the start; which ones follows a seeded rule of ours. Default: all managed pages that are not on the LRU.', 0)),
  lruPages: opt(pages('Pages on the LRU at the start (order 0). Default: 0.', 0)),
  holesKnown: opt(bool({ says: 'Whether the positions of the holes come from the machine. Default: true where ranges are given or nothing is missing.' })),
});

const node = object('One NUMA node. Without zones it has no memory, and no kmigrated thread.', {
  nid: req(nid('Node id, 0 to 1023.')),
  cpus: opt(list(int({ says: 'CPU number.', min: 0, max: 8191 }), { says: 'CPUs of the node. Programs need them; marks alone do not.', max: 8192 })),
  zones: opt(list(zone, { says: 'Populated zones of the node.', max: ZONE_NAMES.length })),
});

const range = object('A run of PFNs that have a struct page; what no range covers is a hole.', {
  startPfn: req(pages('First PFN.', 0)),
  pages: req(pages('Number of PFNs.', 1)),
  nid: req(nid('Node of the pages, as in their flags.')),
  state: opt(choice({ says: 'Default: online.', of: [['online', 'The pages can be used.'], ['offline', '`pfn_valid()`, but `pfn_to_online_page()` is NULL.']] })),
  kind: opt(choice({ says: 'Only for memory that is valid and online but belongs to no zone\'s present pages.', of: [['reserved', 'A hole inside a section that has memory at boot: never free, never on the LRU.']] })),
});

export const machineShape = byProperty('The machine: a preset, the text of a `/proc/zoneinfo` beside this file, or nodes and zones in full.', {
  preset: { preset: req(str({ says: 'Id of a machine that comes with the extension.', max: 60 })) },
  zoneinfo: { zoneinfo: req(fileName('A copy of `/proc/zoneinfo`, or a sample with it. Beside `x-zoneinfo` the files `x-iomem`, `x-dmesg`, `x-memory_blocks` are read where they exist: they say where holes are.')) },
  nodes: {
    name: opt(name('Name of the machine.')),
    source: opt(str({ says: 'Where its geometry comes from, in a sentence.', max: 500 })),
    nodes: req(list(node, { says: 'The nodes.', min: 1, max: MAX_NUMNODES })),
    ranges: opt(list(range, { says: 'Where memory lies, sorted and disjoint. Default: at the start of each zone, holes last ("position unknown").', max: 100_000 })),
  },
});

const region = object('Memory that a program holds when the run begins: LRU folios on one node, taken from its free pages.', {
  name: req(name('Name, for the workload to refer to.')),
  node: req(nid('Node that the memory is on.')),
  size: req(size('How much: "32 MiB", "2 GiB", "8192 pages".')),
  order: opt(int({ says: 'Folio order: 0 is 4 KiB, 4 is 64 KiB, 9 is 2 MiB.', min: 0, max: 9, default: 0 })),
  content: opt(choice({ says: 'What the pages hold.', default: 'anonymous', of: [['anonymous', 'Anonymous memory.'], ['clean file', 'Page cache that is not dirty.'], ['dirty file', 'Dirty page cache: prepare refuses it.']] })),
});

const base = {
  name: opt(name('Name of the phase in the log. Default: its kind and number.')),
  node: opt(nid('Mark LRU pages of this node. Either this or `region`.')),
  region: opt(name('Mark pages of this region. Either this or `node`.')),
  targets: req(list(nid('Node that is asked for. Node ids above 7 do not fit the posted mask (defect D1).'), { says: 'Nodes that the requests ask for.', min: 1, max: MAX_NUMNODES })),
  count: req(int({ says: 'Number of requests (calls of `kmigrated_add_pfn()`).', min: 1, max: MAX_MARKS })),
  startSeconds: opt(num({ says: 'When the first request begins, in simulated seconds.', min: 0, max: 7200, default: 0 })),
} as const satisfies Fields;
const ORDER = choice({ says: 'Which page comes next.', of: [['random', 'Drawn at random.'], ['sequential', 'In PFN order, each folio once.']] });
const RULE = choice({
  says: 'Which target a request asks for.', default: 'roundRobin',
  of: [['roundRobin', 'Request i asks for target i mod k.'], ['random', 'Drawn.'], ['blocks', 'k equal shares, one after the other.']],
});
const targetRule = { targetRule: opt(RULE) } as const;
const pace = {
  ratePerSecond: opt(num({ says: 'Requests a second. Without it (and without `spacingNs`) they come back to back.', min: 0, above: true, max: 1e9 })),
  spacingNs: opt(num({ says: 'Nanoseconds from the begin of one request to the next. Either this or `ratePerSecond`.', min: 0, max: 7.2e12 })),
} as const;

const phase = byKind('A phase of the workload: a series of requests for migration.', 'kind', {
  random: ['Pages drawn at random; a page may be drawn again.', { ...base, ...pace, ...targetRule }],
  clustered: ['Runs of neighbouring pages at random places.', {
    ...base, ...pace, ...targetRule, clusterPages: opt(int({ says: 'Pages of a run.', min: 1, max: 2 ** 20, default: 64 })),
  }],
  interleaved: ['Pages in PFN order, targets in turn: neighbouring pages ask for different nodes.', { ...base, ...pace }],
  burst: ['All at once: requests back to back.', { ...base, ...targetRule, order: opt(says('Which page comes next. Default: sequential.', ORDER)) }],
  steady: ['At a steady rate.', { ...base, ...pace, ...targetRule, order: opt(says('Which page comes next. Default: random.', ORDER)) }],
  recorded: ['A recorded list of (time, PFN, node).', {
    name: base.name,
    file: opt(fileName('A text file beside the scenario: lines "seconds pfn nid", times ascending, # begins a comment. Either this or `list`.')),
    list: opt(list(list(num({ says: 'Seconds, PFN or node id.', min: 0, max: MAX_PFN }), { says: '[seconds, pfn, nid]', min: 3, max: 3 }), { says: 'The list itself: [seconds, pfn, nid], times ascending.', max: MAX_INLINE_MARKS })),
  }],
});

const snippet = (kind: string, label: string, body: object): object => ({ label: `${kind}: ${label}`, body: { kind, ...body } });
/** What the editor offers for a new phase; "^" makes VS Code insert a number without quotes. */
const SNIPPETS: readonly object[] = [
  snippet('interleaved', 'neighbours ask for different nodes', { node: '^$1', targets: ['^$2'], count: '^${3:8192}', startSeconds: '^${4:1.5}' }),
  snippet('random', 'pages drawn at random', { node: '^$1', targets: ['^$2'], count: '^${3:8192}', ratePerSecond: '^${4:10000}' }),
  snippet('clustered', 'runs of neighbours', { node: '^$1', targets: ['^$2'], count: '^${3:8192}', clusterPages: '^${4:64}' }),
  snippet('burst', 'all at once', { node: '^$1', targets: ['^$2'], count: '^${3:8192}', startSeconds: '^${4:1.5}' }),
  snippet('steady', 'at a steady rate', { node: '^$1', targets: ['^$2'], count: '^${3:8192}', ratePerSecond: '^${4:1000}' }),
  snippet('recorded', 'a list from a file', { file: '${1:marks.txt}' }),
];

const d = KMIGRATED_V1_DEFAULTS;
const design = object('The migration design and its options.', {
  kind: opt(choice({ says: 'Which design.', default: d.kind, of: [['kmigrated-v1', 'RFC v1 as posted in June 2025, defects included.']] })),
  hz: opt(choice({ says: '`CONFIG_HZ`: ticks a second. The timer wheel rounds the sleep up to its slots.', default: d.hz, of: [[100, '10 ms'], [250, '4 ms'], [300, '3.3 ms'], [1000, '1 ms']] })),
  delayMs: opt(int({ says: '`KMIGRATE_DELAY` in ms.', min: 1, max: 60_000, default: d.delayMs })),
  batchFolios: opt(int({ says: '`KMIGRATE_BATCH`: folios that trigger a flush.', min: 1, max: 65_536, default: d.batchFolios })),
  readyBit: opt(int({ says: 'Bit position of `PAGE_EXT_MIGRATE_READY`: 2 on every 64-bit kernel; 4 on a 32-bit one with `CONFIG_PAGE_IDLE_FLAG`.', min: 2, max: 20, default: d.readyBit })),
  repairs: opt(repairsShape),
  maxAgeMs: opt(int({ says: 'Repair D17: a request older than this is dropped, ms. A soft figure of ours.', min: 1, max: 60_000, default: V1_MAX_AGE_MS })),
  rateLimitMBps: opt(int({ says: 'Repair D18: MiB a second that may begin to move to a node.', min: 1, max: 1_000_000, default: V1_RATE_LIMIT_MBPS })),
  wordBits: opt(choice({ says: '`BITS_PER_LONG`.', default: d.wordBits, of: [[64, '64-bit kernel'], [32, '32-bit kernel']] })),
});

type CostFields = { readonly [K in keyof CostTable]: ReturnType<typeof opt<number>> };
const costFields: { [key: string]: ReturnType<typeof opt<number>> } = {};
for (const c of COSTS) {
  costFields[c.key] = opt(int({ says: `Picoseconds a ${c.per}: ${c.says}. ${c.standing}: ${c.source}. Plausible: ${c.minPs} to ${c.maxPs}.`, min: 0, max: 1e12, default: c.defaultPs }));
}
const costs = object('Costs that differ from the table, in integer picoseconds.', costFields as CostFields);

const reproduction = object('What a copied reproduction says of the run it comes from. It changes nothing.', {
  engineVersion: req(str({ says: 'Version of the engine that made the digest.', max: 40 })),
  digest: req(str({ says: 'Digest of the trace up to `timePs`.', max: 200, empty: true })),
  timePs: req(int({ says: 'Simulated time of the digest, in picoseconds.', min: 0, max: Number.MAX_SAFE_INTEGER })),
});

export const scenarioShape = object('A kmigrated scenario.', {
  $schema: opt(str({ says: 'Schema of this file.', max: 500, empty: true })),
  schemaVersion: req(choice({ says: 'Version of this format.', of: [[SCHEMA_VERSION, 'The only version so far.']] })),
  name: opt(name('Name of the experiment.')),
  description: opt(str({ says: 'What it shows.', max: 2000, empty: true })),
  machine: req(machineShape),
  regions: opt(list(region, { says: 'Memory of programs.', max: MAX_REGIONS })),
  workload: opt(list({ ...phase, schema: { ...phase.schema, defaultSnippets: SNIPPETS } }, { says: 'Requests for migration.', max: MAX_PHASES })),
  system: opt(systemShape),
  programs: opt(list({ ...programShape, schema: { ...programShape.schema, defaultSnippets: PROGRAM_SNIPPETS } }, { says: 'Programs that run: their threads touch memory, NUMA balancing finds what lies on the wrong node.', max: MAX_PROGRAMS })),
  design: opt(design),
  costs: opt(costs),
  seed: opt(int({ says: 'One seed, one world: same file, seed and version give the same run.', min: 0, max: 2 ** 32 - 1, default: 1 })),
  durationSeconds: opt(num({ says: 'Length of the run in simulated seconds, up to two hours.', min: 0, above: true, max: 7200, default: DEFAULT_SECONDS })),
  reproduction: opt(reproduction),
});

export type ScenarioFile = Infer<typeof scenarioShape>;
export type MachineFile = Infer<typeof machineShape>;
export type InlineMachine = Extract<MachineFile, { readonly nodes: unknown }>;
export type PhaseFile = Infer<typeof phase>;
export type RegionFile = Infer<typeof region>;
