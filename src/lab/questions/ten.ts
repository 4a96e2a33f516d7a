/** The ten questions of the thread, each an experiment whose answer is made from what its runs measured. */

import { defaultCosts } from '../../engine/cost/table';
import { digits } from '../tables';
import { breakEvenOptions, bufferPs, densityOf, migratePs, walkPs } from '../breakeven';
import { producerCosts } from './producers';
import { scenarioOf } from './scenarios';
import type { Answer, Part, Question, RanPart } from './types';
import { against, meanOf, offClause, plotOf, ranking, stands, uniformClause } from './words';

const HUANG_B = { who: 'Huang Ying', messageId: '87zfe220o7.fsf@DESKTOP-5N7EMDA' }, COVER = { who: 'Bharata B Rao', messageId: '20250616133931.206626-1-bharata@amd.com' };
const part = (id: string, label: string, scenario: string, arms: readonly string[]): Part => ({ id, label, scenario, arms });
const ALL = 'kmigrated-v1-fixed';
const two = (x: number | undefined): string => (x === undefined ? 'not run' : digits(x, 2));
const answer = (text: string, changes: string, ...plots: Answer['plots']): Answer => ({ text: `Simulated: ${text}`, plots, changes });

function synchronisation(parts: ReadonlyMap<string, RanPart>): Answer {
  const base = parts.get('base');
  const costs = producerCosts(defaultCosts());
  const [first, last] = [costs[0], costs[costs.length - 1]];
  const waits = meanOf(base, 'kpromoted', 'lock_wait_ms'), report = (arm: string): number | undefined => {
    const cpu = meanOf(base, arm, 'report_cpu_ms'), faults = meanOf(base, arm, 'hint_faults');
    return cpu === undefined || faults === undefined || faults === 0 ? undefined : (cpu * 1e6) / faults;
  };
  const differs = stands(base, 'accesses_per_s', 'kpromoted', 'cpu-buffers');
  const verdict = waits === undefined ? 'the runs did not finish' : waits < 1 ? 'synchronisation is not the problem in these runs' : 'locks are waited for in these runs';
  return answer(
    `${verdict}: tasks waited ${two(waits)} ms for the mutexes of kpromoted, and a hint fault pays ${two(report('kpromoted'))} ns for its report there, ${two(report('kmigrated-v1'))} ns under v1, ${two(report('cpu-buffers'))} ns with per-CPU buffers; `
    + `progress: ${differs === 'no difference' ? 'no difference between kpromoted and buffers' : against(base, 'accesses_per_s', 'kpromoted', 'cpu-buffers')}. By formula one lock costs ${two(first.lock)} ns a mark on one CPU and ${two(last.lock)} ns on 256 that fault without pause, `
    + `a lock-less list ${two(last.lockless)} ns, flags ${two(last.flags)} ns, per-CPU ${two(last.perCpu)} ns. ${uniformClause(parts, 'accesses_per_s', 'kpromoted', 'cpu-buffers')} ${offClause(base, 'cpu-buffers')}`,
    'More CPUs that fault at once on one lock; a longer time between hint faults makes every structure look alike. The bounce of a line (100 ns) is soft.',
    { title: 'Producer, ns a mark (formulae over the cost table)', x: 'CPUs', y: 'ns', labels: costs.map((c) => String(c.cpus)), series: (['lock', 'lockless', 'perCpu', 'flags'] as const).map((name) => ({ name, values: costs.map((c) => c[name]) })) },
  );
}

function scanOrBuffers(parts: ReadonlyMap<string, RanPart>): Answer {
  const sizes = ['s512', 's1024', 's2048'].map((id) => parts.get(id));
  const o = breakEvenOptions(defaultCosts());
  const [small, large] = [sizes[0], sizes[2]];
  const grow = (arm: string): string => `${two(meanOf(small, arm, 'scan_cpu_ms'))} ms to ${two(meanOf(large, arm, 'scan_cpu_ms'))} ms`;
  const density = densityOf(o, 2 ** 26, 10_000);
  return answer(
    `four times the memory at the same work takes the walk of v1 from ${grow('kmigrated-v1')} of CPU, with its repairs from ${grow(ALL)}, the workers of per-CPU buffers from ${grow('cpu-buffers')}. ${against(large, 'accesses_per_s', 'kmigrated-v1', 'cpu-buffers')}. `
    + `By formula a visit costs ${two(walkPs(o) / 1000)} ns, a migration ${two(migratePs(o) / 1000)} ns, a candidate through a buffer ${two(bufferPs(o) / 1000)} ns: scanning costs as much as migrating at ${two((walkPs(o) / migratePs(o)) * 100)} % marked, `
    + `as much as a buffer at ${two((walkPs(o) / bufferPs(o)) * 100)} %; 10,000 marks a second on 256 GiB leave ${two(density * 100)} % marked. ${uniformClause(parts, 'accesses_per_s', 'kmigrated-v1', 'cpu-buffers')} ${offClause(large, 'cpu-buffers')}`,
    'The cost of a visit (2.3 ns with a test before the locked operation, 0.02 ns over a compact map), the mark rate, the size of a node.',
    plotOf(sizes, 'scan_cpu_ms', 'CPU of the walk or of the workers', 'memory of a node'), plotOf(sizes, 'pfns_per_page', 'PFNs visited a page migrated', 'memory of a node'),
  );
}

const SYNC_ARMS = ['sync', 'task-work', 'kmigrated-v1', ALL, 'cpu-buffers'] as const;

function asyncOrSync(parts: ReadonlyMap<string, RanPart>): Answer {
  const base = parts.get('base');
  return answer(
    `on equal cost rows ${against(base, 'accesses_per_s', 'sync', 'cpu-buffers')}; ${against(base, 'accesses_per_s', 'sync', ALL)}; as posted, ${against(base, 'accesses_per_s', 'sync', 'kmigrated-v1')}. `
    + `The tail: ${against(base, 'stall_p99_us', 'sync', 'cpu-buffers')}. Order by progress: ${ranking(base, 'accesses_per_s')}. ${uniformClause(parts, 'accesses_per_s', 'sync', 'cpu-buffers')} ${offClause(base, 'sync')}`,
    'The composed cost of a migration in the fault (1.5 to 5 us, soft); how many of the pages are written to; a fault rate at which faults are the work.',
    plotOf([base, parts.get('uniform')], 'accesses_per_s', 'Accesses a second', 'access'), plotOf([base, parts.get('uniform')], 'stall_p99_us', 'p99 stall', 'access'),
  );
}

function tlb(parts: ReadonlyMap<string, RanPart>): Answer {
  const backends = ['ipi', 'invlpgb', 'arm64'].map((id) => parts.get(id));
  const each = backends.map((p) => (p === undefined ? '' : `${p.part.label}: received ${two(meanOf(p, 'sync', 'shootdowns_received'))} (sync), ${two(meanOf(p, ALL, 'shootdowns_received'))} (v1 repaired), ${two(meanOf(p, 'cpu-buffers', 'shootdowns_received'))} (buffers); ${against(p, 'accesses_per_s', 'sync', 'cpu-buffers')}`));
  return answer(
    `a synchronous migration of a PROT_NONE entry needs no shootdown, a deferred one does (C.5). ${each.join('. ')}. ${uniformClause(parts, 'shootdowns_received', 'sync', 'cpu-buffers')} ${offClause(backends[0], 'sync')}`,
    'CPUs that run the process (targets), neighbours that a broadcast flush hurts, the cost of an answer to an interrupt.',
    plotOf(backends, 'shootdowns_received', 'Shootdowns received', 'backend'), plotOf(backends, 'tlb_refill_cpu_ms', 'CPU of TLB refill, everybody', 'backend'),
  );
}

const BATCHES = [1, 8, 64, 512] as const;
const batchArm = (n: number): string => `kmigrated-v1:repairs=all,batchFolios=${n}`;

function batchSize(parts: ReadonlyMap<string, RanPart>): Answer {
  const base = parts.get('base');
  const rows = BATCHES.map((n) => ({ n, cpu: meanOf(base, batchArm(n), 'migrate_cpu_ms'), wait: meanOf(base, batchArm(n), 'stall_entry_p99_us'), accesses: meanOf(base, batchArm(n), 'accesses_per_s') }));
  const ran = rows.filter((r) => r.accesses !== undefined);
  const best = ran.reduce((a, b) => ((b.accesses ?? 0) > (a.accesses ?? 0) ? b : a), ran[0] ?? rows[0]);
  const flat = ran.every((r) => stands(base, 'accesses_per_s', batchArm(best.n), batchArm(r.n)) === 'no difference');
  return answer(
    `${ran.map((r) => `batches of ${r.n}: ${two(r.cpu)} ms of migration, p99 wait on an entry ${two(r.wait)} us`).join('; ')}. ${flat ? 'By progress no size differs from another within the spread: the size is not worth tuning here' : `By progress ${best.n} is best`}. `
    + `${uniformClause(parts, 'accesses_per_s', batchArm(512), batchArm(8))} ${offClause(base, batchArm(512))}`,
    'The fixed part of a call and of a flush (soft), CPUs to interrupt, folio order: with 64 KiB folios a batch is 8,192 pages (M14).',
    { title: 'Huang Ying\'s two axes', x: 'folios a batch', y: 'ms of migration, us of waiting', labels: BATCHES.map(String), series: [{ name: 'total migration, ms', values: rows.map((r) => r.cpu ?? null) }, { name: 'first-folio wait p99, us', values: rows.map((r) => r.wait ?? null) }] },
  );
}

function busy(parts: ReadonlyMap<string, RanPart>): Answer {
  const [idle, full] = [parts.get('idle'), parts.get('busy')];
  const worse = [ALL, 'cpu-buffers', 'kmigrated-v1'].filter((arm) => stands(full, 'accesses_per_s', 'sync', arm) === 'worse');
  return answer(
    `with a neighbour that never stops on every CPU, ${worse.length === 0 ? 'no deferred design is worse than today' : `${worse.join(' and ')} ${worse.length === 1 ? 'is' : 'are'} worse than today`}: ${against(full, 'accesses_per_s', 'sync', ALL)}; ${against(full, 'accesses_per_s', 'sync', 'cpu-buffers')}; `
    + `${against(full, 'mark_to_move_p95_ms', ALL, 'cpu-buffers')}. On the idle machine: ${against(idle, 'accesses_per_s', 'sync', 'cpu-buffers')}. ${uniformClause(parts, 'accesses_per_s', 'sync', ALL)} ${offClause(full, 'sync')}`,
    'Priority and CPU of the threads, the preemption model, how long a migration entry is held while the thread waits for its CPU.',
    plotOf([idle, full], 'accesses_per_s', 'Accesses a second', 'machine'), plotOf([idle, full], 'entry_wait_ms', 'Waiting on migration entries', 'machine'),
  );
}

function fullTarget(parts: ReadonlyMap<string, RanPart>): Answer {
  const [near, tiers] = [parts.get('base'), parts.get('tiers')];
  const lost = (arm: string): string => two((meanOf(near, arm, 'lost_prepare') ?? NaN) + (meanOf(near, arm, 'lost_migrate') ?? NaN));
  return answer(
    `on targets that cannot hold the work, requests lost: ${lost('kmigrated-v1')} (v1), ${lost(ALL)} (repaired, tried again), ${two(meanOf(near, 'cpu-buffers', 'lost_prepare'))} at prepare (buffers); ${against(near, 'accesses_per_s', 'sync', 'kmigrated-v1')}; with the back-off repaired (M4), ${against(near, 'accesses_per_s', 'sync-m4', 'kmigrated-v1')}. `
    + `On tiers with demotion: demoted ${two(meanOf(tiers, 'sync', 'demoted'))} (sync), ${two(meanOf(tiers, ALL, 'demoted'))} (v1 repaired); back where they came from ${two(meanOf(tiers, 'sync', 'ping_pong'))} and ${two(meanOf(tiers, ALL, 'ping_pong'))}. ${uniformClause(parts, 'accesses_per_s', 'sync', 'kmigrated-v1')} ${offClause(near, 'sync')}`,
    'The repaired back-off (a false win of v1, M4), watermarks and their boost, how fast kswapd frees.',
    plotOf([near, tiers], 'lost_prepare', 'Requests lost at prepare', 'machine'), plotOf([tiers], 'ping_pong', 'Back where they came from', 'machine'),
  );
}

function hotMoves(parts: ReadonlyMap<string, RanPart>): Answer {
  const speeds = ['m8', 'm2', 'm05'].map((id) => parts.get(id));
  const fast = speeds[2];
  const share = (arm: string): string => {
    const useless = meanOf(fast, arm, 'pages_useless'), moved = meanOf(fast, arm, 'pages_moved');
    return useless === undefined || moved === undefined || moved === 0 ? 'none of' : `${digits((useless / moved) * 100, 2)} % of`;
  };
  const recheck = 'kmigrated-v1:repairs=D17,maxAgeMs=500';
  return answer(
    `when the hot set moves every half second, ${share('kmigrated-v1')} the moves of v1 are of pages that lie outside of the hot set by then, ${share(recheck)} those with a recheck of the age (D17), ${share('cpu-buffers')} those of buffers, ${share('sync')} the synchronous ones. ${against(fast, 'accesses_per_s', 'kmigrated-v1', recheck)}; ${against(fast, 'accesses_per_s', 'sync', 'cpu-buffers')}. `
    + `${uniformClause(parts, 'accesses_per_s', 'kmigrated-v1', recheck)} ${offClause(fast, 'sync')}`,
    'How fast the set moves against a scan pass and a walk; the age that a recheck allows.',
    plotOf(speeds, 'pages_useless', 'Pages migrated when cooled', 'the set moves every'), plotOf(speeds, 'accesses_per_s', 'Accesses a second', 'the set moves every'),
  );
}

function folios(parts: ReadonlyMap<string, RanPart>): Answer {
  const orders = ['o0', 'o4', 'thp'].map((id) => parts.get(id));
  const gains = orders.map((p) => (p === undefined ? '' : `${p.part.label}: ${against(p, 'accesses_per_s', 'sync', ALL)}`));
  return answer(
    `${gains.join('. ')}. THPs mapped by a PMD stay synchronous in v1 and its repairs. ${uniformClause(parts, 'accesses_per_s', 'sync', ALL)} ${offClause(orders[0], 'sync')}`,
    'mTHP amortises the synchronous path as well (M14): a claim about batching needs this control.',
    plotOf(orders, 'accesses_per_s', 'Accesses a second', 'folios'), plotOf(orders, 'inline_cpu_ms', 'CPU of migration in faults', 'folios'),
  );
}

const RANKED = ['sync', 'kmigrated-v1', ALL, 'cpu-buffers', 'kpromoted', 'task-work'] as const;

function repaired(parts: ReadonlyMap<string, RanPart>): Answer {
  const base = parts.get('base');
  const posted = stands(base, 'accesses_per_s', 'cpu-buffers', 'kmigrated-v1'), all = stands(base, 'accesses_per_s', 'cpu-buffers', ALL);
  const flips = posted !== all;
  return answer(
    `${flips ? `the ranking changes: against per-CPU buffers v1 is ${posted} as posted and ${all} with all repairs` : `the ranking does not change: against per-CPU buffers v1 is ${posted} as posted and with all repairs`}. ${against(base, 'accesses_per_s', 'kmigrated-v1', ALL)}; pages migrated elsewhere ${two(meanOf(base, 'kmigrated-v1', 'pages_wrong'))} and ${two(meanOf(base, ALL, 'pages_wrong'))}. `
    + `Order by progress: ${ranking(base, 'accesses_per_s')}. ${uniformClause(parts, 'accesses_per_s', ALL, 'cpu-buffers')} ${offClause(base, ALL)}`,
    'Targets: with one target D2 misroutes nothing. Node size: repairs of the scan matter with memory.',
    plotOf([base, parts.get('uniform')], 'accesses_per_s', 'Accesses a second', 'access'), plotOf([base, parts.get('uniform')], 'pages_wrong', 'Pages migrated elsewhere', 'access'),
  );
}

const base = (arms: readonly string[]): Part => part('base', 'Zipf', scenarioOf('Zipf on the wrong node', {}), arms);
const uniform = (arms: readonly string[], more: Parameters<typeof scenarioOf>[1] = {}): Part => part('uniform', 'uniform', scenarioOf('uniform on the wrong node', { ...more, kind: 'uniform' }), arms);

export const TEN: readonly Question[] = [
  {
    id: 'synchronisation', number: 1, question: 'Is synchronisation the problem?', asked: [HUANG_B, COVER], answer: synchronisation,
    run: 'Producers by formula for 1 to 256 CPUs; kpromoted, v1 and per-CPU buffers on 16 threads of 4 nodes.',
    parts: [part('base', 'Zipf', scenarioOf('16 CPUs', { cpusPerNode: 4, threadsPerNode: 4 }), ['kpromoted', 'kmigrated-v1', 'cpu-buffers']), uniform(['kpromoted', 'kmigrated-v1', 'cpu-buffers'], { cpusPerNode: 4, threadsPerNode: 4 })],
  },
  {
    id: 'scan-or-buffers', number: 2, question: 'Scan the PFNs, or keep candidates in buffers?', asked: [HUANG_B, { who: 'Byungchul Park', messageId: '20250707093631.GA18924@system.software.com' }], answer: scanOrBuffers,
    run: 'The same work on nodes of 512 MiB, 1 and 2 GiB; break-even by formula.',
    parts: [...[512, 1024, 2048].map((mib) => part(`s${mib}`, `${mib} MiB`, scenarioOf(`nodes of ${mib} MiB`, { nodeMib: mib }), ['kmigrated-v1', ALL, 'cpu-buffers'])), uniform(['kmigrated-v1', 'cpu-buffers'], { nodeMib: 2048 })],
  },
  { id: 'async-or-sync', number: 3, question: 'Asynchronous or synchronous, on equal cost rows?', asked: [{ who: 'Huang Ying', messageId: '87cybua0fi.fsf@DESKTOP-5N7EMDA' }, COVER], answer: asyncOrSync, run: 'The designs on one Zipf work, every migration composed from the same phases.', parts: [base(SYNC_ARMS), uniform(SYNC_ARMS)] },
  {
    id: 'tlb', number: 4, question: 'What do TLB shootdowns cost, whose, by backend?', asked: [{ who: 'Byungchul Park', messageId: '20250220052027.58847-1-byungchul@sk.com' }], answer: tlb, run: 'Three backends with neighbours on every CPU.',
    parts: [...(['ipi', 'invlpgb', 'arm64'] as const).map((backend) => part(backend, backend, scenarioOf(`backend ${backend}`, { tlb: backend, neighbours: true, duty: 0.5 }), ['sync', ALL, 'cpu-buffers'])), uniform(['sync', 'cpu-buffers'])],
  },
  {
    id: 'batch-size', number: 5, question: 'How large should a batch be?', asked: [{ who: 'Huang Ying', messageId: 'on the series that began with 20250319192211.10092-1-shivankg@amd.com, 2026-04-30' }, COVER], answer: batchSize, run: 'Repaired v1 with batches of 1 to 512 folios: total migration time against the wait on an entry.',
    parts: [part('base', 'Zipf', scenarioOf('batches', { cpusPerNode: 4, threadsPerNode: 4 }), BATCHES.map(batchArm)), uniform([batchArm(8), batchArm(512)], { cpusPerNode: 4, threadsPerNode: 4 })],
  },
  {
    id: 'busy', number: 6, question: 'A busy machine: never worse than today?', asked: [{ who: 'Byungchul Park', messageId: 'notes of 0c8a7227-c7eb-bef1-7326-c7b04cde78a8@google.com' }, { who: 'Zi Yan', messageId: 'notes of 0c8a7227-c7eb-bef1-7326-c7b04cde78a8@google.com' }], answer: busy,
    run: 'The same work on idle CPUs and beside a neighbour on every CPU.',
    parts: [part('idle', 'idle', scenarioOf('idle machine', { duty: 0.4 }), ['sync', 'kmigrated-v1', ALL, 'cpu-buffers']), part('busy', 'busy', scenarioOf('busy machine', { neighbours: true, duty: 0.4 }), ['sync', 'kmigrated-v1', ALL, 'cpu-buffers']), uniform(['sync', ALL], { neighbours: true, duty: 0.4 })],
  },
  {
    id: 'full-target', number: 7, question: 'What happens when the target is full?', asked: [{ who: 'Bharata B Rao', messageId: '20250616133931.206626-5-bharata@amd.com' }, { who: 'Tianchen Ding', messageId: 'id not known; reported on 2020-08-11' }], answer: fullTarget,
    run: 'Targets that hold a part of the work; a fast tier that is full, with demotion.',
    parts: [
      part('base', 'full targets', scenarioOf('targets of 24 MiB', { targetMib: 24, nodeMib: 512 }), ['sync', 'sync-m4', 'kmigrated-v1', ALL, 'cpu-buffers']),
      part('tiers', 'tiers', scenarioOf('a full fast tier', { tiersMib: { fast: 256, slow: 1024 }, moveSeconds: 4 }), ['sync', 'kmigrated-v1', ALL]), uniform(['sync', 'kmigrated-v1'], { targetMib: 24, nodeMib: 512 }),
    ],
  },
  {
    id: 'hot-set-moves', number: 8, question: 'The hot set moves: how many moves are useless, with and without a recheck?', asked: [{ who: 'Zi Yan', messageId: '996B013E-4143-4182-959F-356241BE609A@nvidia.com' }, { who: 'David Hildenbrand', messageId: 'in the same thread as 94BF4806-ABCD-4D01-8577-9E138A634815@nvidia.com' }], answer: hotMoves,
    run: 'A hot tenth that moves on every 8, 2 and 0.5 s.',
    parts: [...([['m8', 8], ['m2', 2], ['m05', 0.5]] as const).map(([id, s]) => part(id, `${s} s`, scenarioOf(`the set moves every ${s} s`, { kind: 'hotset', moveSeconds: s }), ['sync', 'kmigrated-v1', 'kmigrated-v1:repairs=D17,maxAgeMs=500', 'cpu-buffers'])), uniform(['kmigrated-v1', 'kmigrated-v1:repairs=D17,maxAgeMs=500'])],
  },
  {
    id: 'folios', number: 9, question: 'mTHP and THP: does the gain survive?', asked: [{ who: 'Bharata B Rao', messageId: '20251110052343.208768-1-bharata@amd.com' }], answer: folios, run: 'Base pages, 64 KiB folios and THPs.',
    parts: [part('o0', '4 KiB', scenarioOf('base pages', {}), ['sync', ALL, 'cpu-buffers']), part('o4', '64 KiB', scenarioOf('64 KiB folios', { order: 4 }), ['sync', ALL, 'cpu-buffers']), part('thp', '2 MiB', scenarioOf('THPs', { thp: true }), ['sync', ALL, 'cpu-buffers']), uniform(['sync', ALL], { order: 4 })],
  },
  { id: 'repaired', number: 10, question: 'v1 with all repairs: does the ranking flip?', asked: [COVER], answer: repaired, run: 'v1 as posted and repaired beside the others.', parts: [base(RANKED), uniform(RANKED)] },
];
