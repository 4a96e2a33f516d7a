/** Texts of new scenarios: the default experiment, and one from a machine's own zoneinfo. */

import { formatSize } from './units';
import { type MachineTexts, readMachine } from './machine/read';
import { looksLikeSample, readSample } from './machine/sample';
import { sparePages } from './machine/spare';
import type { TextProblem } from './machine/text';
import { inlineText } from './write';

/** Marks without programs; media/scenarios/marks.kmigrated.json has the same text. */
const MARKS_TEXT = `// Marks only: three targets in turn, page by page, as in the recorded run 4n-interleaved-targets.
// Press Run, then look at the batches: every full one goes to the target of a single folio (defect D2), so two of
// three pages land on a node that nobody asked for.
{
  "schemaVersion": 1,
  "name": "Four nodes, three interleaved targets",
  "description": "A program on node 0 has its pages wanted by threads on nodes 1, 2 and 3 in turn.",
  // The machine of the recorded run: 4 nodes of 256 MiB.
  "machine": { "preset": "4n-interleaved" },
  "regions": [
    { "name": "program", "node": 0, "size": "96 MiB" }
  ],
  "workload": [
    // 8,192 neighbours ask for nodes 1, 2, 3, 1, 2, 3, ...: one backlog, taken in one pass.
    { "name": "first scan", "kind": "interleaved", "region": "program", "targets": [1, 2, 3], "count": 8192, "startSeconds": 2.5, "spacingNs": 2000 },
    // Then a trickle: passes that end with a small batch.
    { "name": "later faults", "kind": "steady", "region": "program", "targets": [1, 2, 3], "targetRule": "random", "count": 8000, "startSeconds": 5, "ratePerSecond": 400 }
  ],
  "seed": 1,
  "durationSeconds": 30
}
`;

/** The default experiment; media/scenarios/default.kmigrated.json has the same text. Beside it default-sync.kmigrated.json, the same work without kmigrated. */
const DEFAULT_TEXT = `// The program of the recorded run 4n-interleaved-targets, on its machine: node 0 touches 32 MiB first, then a thread on each of the nodes
// 1, 2 and 3 adds one to a byte of every third page, again and again. NUMA balancing finds that the pages lie wrong; kmigrated moves them.
// Every full batch goes to the target of one folio (defect D2), so pages land by chance, and later scans mix them again.
// default-sync.kmigrated.json is the same work on the kernel as it is: there the faulting thread moves each page.
{
  "schemaVersion": 1,
  "name": "Four nodes, three interleaved shares, kmigrated",
  "description": "The program of the recorded runs with kmigrated as posted.",
  // The machine of the recorded run: 4 nodes of 256 MiB with one CPU each.
  "machine": { "preset": "4n-interleaved" },
  "system": {
    // none, sync or kmigrated-v1
    "migrator": "kmigrated-v1",
    // As in the recorded run ("scanmin=200").
    "numaBalancing": { "mode": 1, "scanPeriodMinMs": 200, "scanDelayMs": 200 }
  },
  "programs": [
    // The recorded program also samples its pages once a second from node 0; that is left out here.
    { "name": "program", "kind": "shares", "size": "32 MiB", "home": 0, "threads": [{ "node": 1 }, { "node": 2 }, { "node": 3 }], "layout": "interleave", "napMs": 5 }
  ],
  "seed": 1,
  "durationSeconds": 25
}
`;

export const defaultScenarioText = (): string => DEFAULT_TEXT;

/** Somebody marks pages, no program runs: three targets in turn, as in the recorded run 4n-interleaved-targets. */
export const marksScenarioText = (): string => MARKS_TEXT;

/** Why no scenario could be made. */
export interface NoScenario {
  readonly text: string;
  readonly problems: readonly TextProblem[];
}

/**
 * A scenario on the machine of a /proc/zoneinfo text (or of a sample with one): geometry written out, a small workload to begin with.
 * `beside` holds what else the machine says of itself, where holes are above all. Returns the text, or why it cannot be read.
 */
export function newScenarioFromZoneinfo(text: string, name: string, beside: Omit<MachineTexts, 'zoneinfo'> = {}): string | NoScenario {
  const fail = (problems: readonly TextProblem[]): NoScenario => ({ text: problems[0]?.message ?? 'The text cannot be read.', problems });
  const sample = looksLikeSample(text) ? readSample(text, name) : undefined;
  if (sample?.ok === false) return fail(sample.problems);
  const result = readMachine(sample?.texts ?? { ...beside, zoneinfo: text }, name.slice(0, 100) || 'machine');
  if (!result.ok) return fail(result.problems);
  const { machine, notes } = result;
  const nodes = machine.nodes.filter((n) => n.hasMemory);
  const home = nodes.reduce((best, n) => (sparePages(n) > sparePages(best) ? n : best));
  const targets = nodes.filter((n) => n.nid !== home.nid).map((n) => n.nid).slice(0, 8);
  const room = Math.min(sparePages(home), nodes.filter((n) => n !== home).reduce((sum, n) => sum + sparePages(n), 0));
  const pages = Math.min(8192, 2 ** Math.floor(Math.log2(Math.max(1, room / 2))));
  const work = targets.length > 0 && pages >= 16;
  const q = JSON.stringify;
  return [
    `// Made from the zoneinfo of ${name.replace(/[\r\n]/g, ' ').slice(0, 100)}.`,
    ...notes.map((note) => `// ${note}`),
    '// Which pages are free, on the LRU or neither at the start is not known either: it follows a seeded rule.',
    '{',
    '  "schemaVersion": 1,',
    `  "name": ${q(name.slice(0, 100) || 'machine')},`,
    `  "machine": ${inlineText(machine, '  ')},`,
    `  "regions": [${work ? `\n    { "name": "program", "node": ${home.nid}, "size": ${q(formatSize(pages))} }\n  ` : ''}],`,
    ...(work ? [] : ['  // One node with memory, or none with room: nothing to migrate to.']),
    `  "workload": [${work ? `\n    { "name": "first scan", "kind": "interleaved", "region": "program", "targets": [${targets.join(', ')}], "count": ${pages}, "startSeconds": 2.5, "spacingNs": 2000 }\n  ` : ''}],`,
    '  "seed": 1,',
    '  "durationSeconds": 30',
    '}',
    '',
  ].join('\n');
}
