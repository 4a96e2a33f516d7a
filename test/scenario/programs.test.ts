// Programs of a scenario: what each kind becomes, and where each mistake is said to stand.
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Op, SystemSpec } from '../../src/engine/system/spec';
import { NUMA_BALANCING_DEFAULTS } from '../../src/engine/system/spec';
import { MAX_DURATION_PS } from '../../src/engine/types';
import { loadScenario } from '../../src/scenario/load';
import { files, none, problems, spec } from './loading';

const four = (program: string, more = ''): string => `{ "schemaVersion": 1, "machine": { "preset": "4n-interleaved" }, "programs": [${program}]${more} }`;

async function system(text: string): Promise<SystemSpec> {
  const s = await spec(text);
  assert.ok(s.system !== undefined);
  return s.system;
}
const one = async (program: string): Promise<SystemSpec['processes'][number]> => (await system(four(program))).processes[0];
const touch = (vma: number, count: number): Op => ({ op: 'sweep', vma, from: 0, step: 1, count, write: true });
const READY: Op = { op: 'barrier', name: 'memory is there' };

test('a file without system and programs has no system; either of them makes one with the defaults', async () => {
  assert.equal((await spec('{"schemaVersion": 1, "machine": {"preset": "2n-plain"}}')).system, undefined);
  const expected: SystemSpec = {
    migrator: 'kmigrated-v1', preemption: 'voluntary', numaBalancing: NUMA_BALANCING_DEFAULTS, kthread: { nice: 0 }, tlb: 'ipi',
    distance: [[10, 20], [20, 10]], llcBytes: 32 * 2 ** 20, processes: [], checkers: false,
  };
  for (const section of ['"system": {}', '"programs": []']) assert.deepEqual(await system(`{"schemaVersion": 1, "machine": {"preset": "2n-plain"}, ${section}}`), expected);
});

test('all of system is read', async () => {
  const s = await system(`{"schemaVersion": 1, "machine": {"preset": "4n-memoryless-and-cpuless"}, "system": {
    "migrator": "sync", "preemption": "full", "numaBalancing": {"mode": 2, "scanPeriodMinMs": 100, "scanPeriodMaxMs": 200, "scanSizeMb": 16, "scanDelayMs": 0, "hotThresholdMs": 500, "promoteRateLimitMBps": 100, "repairBackoff": true},
    "kthread": {"nice": -5, "cpu": 2}, "tlb": "arm64", "topTier": [0, 1], "distance": [[10, 21, 22, 23], [21, 10, 24, 25], [22, 24, 10, 26], [23, 25, 26, 10]], "metadataNode": 1, "llc": "1 MiB", "checkers": true}}`);
  assert.deepEqual(s, {
    migrator: 'sync', preemption: 'full',
    numaBalancing: { mode: 2, scanPeriodMinMs: 100, scanPeriodMaxMs: 200, scanSizeMb: 16, scanDelayMs: 0, hotThresholdMs: 500, promoteRateLimitMBps: 100, repairBackoff: true },
    kthread: { nice: -5, cpu: 2 }, tlb: 'arm64', topTier: [0, 1], distance: [[10, 21, 22, 23], [21, 10, 24, 25], [22, 24, 10, 26], [23, 25, 26, 10]],
    metadataNode: 1, llcBytes: 2 ** 20, processes: [], checkers: true,
  });
});

test('distances come by node id: from the file, from the text of the machine, else 10 and 20', async () => {
  const nodes = '"machine": {"nodes": [{"nid": 5, "zones": [{"zone": "Normal", "startPfn": 0, "spannedPages": 512}]}, {"nid": 2}]}';
  const sparse = await system(`{"schemaVersion": 1, ${nodes}, "system": {"distance": [[10, 30], [31, 10]]}}`);
  assert.deepEqual([sparse.distance[2][5], sparse.distance[5][2], sparse.distance[2][2], sparse.distance[0][1]], [30, 31, 10, 20]);
  const zoneinfo = 'Node 0, zone   Normal\n  pages free     500\n        min      1\n        low      2\n        high     3\n        spanned  512\n        present  512\n        managed  512\n  start_pfn:           0\n';
  const sample = (distance: object): string => JSON.stringify({ name: 's', files: { '/proc/zoneinfo': zoneinfo + zoneinfo.replace('Node 0', 'Node 1').replace('start_pfn:           0', 'start_pfn:           512'), ...distance } });
  const text = '{"schemaVersion": 1, "machine": {"zoneinfo": "m.json"}, "system": {}}';
  const d = '/sys/devices/system/node/node';
  const known = await spec(text, files({ 'm.json': sample({ [`${d}0/distance`]: '10 32\n', [`${d}1/distance`]: '32 10\n' }) }));
  assert.deepEqual(known.system?.distance, [[10, 32], [32, 10]]);
  const odd = await spec(text, files({ 'm.json': sample({ [`${d}0/distance`]: '10 32 5\n', [`${d}1/distance`]: 'x\n' }) }));
  assert.deepEqual(odd.system?.distance, [[10, 20], [20, 10]]);
});

test('shares is the program of the recorded runs: home touches first, workers loop over their shares and nap', async () => {
  const p = await one('{"kind": "shares", "name": "p", "size": "10 pages", "home": 0, "threads": [{"node": 1}, {"node": 2}, {"node": 3, "nice": 5}], "napMs": 5}');
  assert.deepEqual(p.vmas, [{ name: 'memory', pages: 10, content: 'anon', order: 0, pmdMapped: false, pinnedShare: 0, lockedShare: 0, writebackShare: 0 }]);
  const worker = (w: number, count: number): Op[] => [READY, {
    op: 'repeat', until: { kind: 'time', ps: MAX_DURATION_PS }, body: [{ op: 'sweep', vma: 0, from: w, step: 3, count, write: true }, { op: 'sleep', ps: 5e9 }],
  }];
  assert.deepEqual(p.threads, [
    { name: 'main', cpu: 0, nice: 0, ops: [touch(0, 10), READY], thinkPs: 0, duty: 1 },
    { name: 'worker 0', cpu: 1, nice: 0, ops: worker(0, 4), thinkPs: 0, duty: 1 },
    { name: 'worker 1', cpu: 2, nice: 0, ops: worker(1, 3), thinkPs: 0, duty: 1 },
    { name: 'worker 2', cpu: 3, nice: 5, ops: worker(2, 3), thinkPs: 0, duty: 1 },
  ]);
  const blocks = await one('{"kind": "shares", "size": "10 pages", "home": 0, "threadsOnNode": {"1": 3}, "layout": "block", "napMs": 0, "untilSeconds": 2}');
  const sweeps = blocks.threads.slice(1).map(t => t.ops[1]).map(o => (o.op === 'repeat' ? { until: o.until, body: o.body } : undefined));
  assert.deepEqual(sweeps, [[0, 3], [3, 3], [6, 4]].map(([from, count]) => ({ until: { kind: 'time', ps: 2e12 }, body: [{ op: 'sweep', vma: 0, from, step: 1, count, write: true }] })));
});

test('drawn patterns: endless, for some seconds, in shares, with THPs beside base pages', async () => {
  const zipf = await one('{"kind": "zipf", "size": "1 MiB", "threads": [{"cpu": 2}], "s": 1.2, "shuffled": false}');
  assert.deepEqual(zipf.patterns, [{ vma: 0, from: 0, units: 256, writeShare: 0.2, kind: { kind: 'zipf', s: 1.2, shuffled: false } }]);
  assert.deepEqual(zipf.threads, [{ name: 'worker 0', cpu: 2, nice: 0, ops: [touch(0, 256), { op: 'access', pattern: 0, count: Infinity }], thinkPs: 0, duty: 1 }]);
  const hot = await one('{"kind": "hotset", "size": "1 MiB", "home": 3, "threads": [{"cpu": 2}, {"cpu": 1}], "moveSeconds": 1.5, "untilSeconds": 3, "thinkNs": 900, "duty": 0.5, "writeShare": 1}');
  assert.deepEqual(hot.patterns[0].kind, { kind: 'hotset', hotShare: 0.1, hotAccesses: 0.9, movePs: 1.5e12 });
  assert.deepEqual(hot.threads.map(t => [t.name, t.cpu, t.thinkPs, t.duty]), [['main', 3, 0, 0.5], ['worker 0', 2, 900_000, 0.5], ['worker 1', 1, 900_000, 0.5]]);
  assert.deepEqual(hot.threads[1].ops, [READY, { op: 'repeat', until: { kind: 'time', ps: 3e12 }, body: [{ op: 'access', pattern: 0, count: 5000 }] }]);
  const stream = await one('{"kind": "stream", "size": "10 pages", "threadsOnNode": {"0": 2, "1": 1}}');
  assert.deepEqual(stream.patterns.map(p => [p.from, p.units, p.kind.kind]), [[0, 3, 'stream'], [3, 3, 'stream'], [6, 4, 'stream']]);
  assert.deepEqual(stream.threads.map(t => t.cpu), [0, 0, 1]);
  const byNode = await one('{"kind": "uniform", "size": "10 pages", "threadsOnNode": {"0": 2, "1": 1}, "split": "node"}');
  assert.deepEqual([byNode.patterns.map(p => p.units), byNode.threads.map(t => t.ops[t.ops.length - 1])], [[5, 5], [0, 0, 1].map(pattern => ({ op: 'access', pattern, count: Infinity }))]);
  const huge = await one('{"kind": "uniform", "size": "8 MiB", "threads": [{"cpu": 0}], "hugePageShare": 0.25, "hugePages": "mthp", "order": 2, "pinnedShare": 0.1, "lockedShare": 0.2, "writebackShare": 0.3}');
  assert.deepEqual(huge.vmas.map(v => [v.pages, v.order, v.pmdMapped, v.pinnedShare, v.lockedShare, v.writebackShare]), [[1536, 2, false, 0.1, 0.2, 0.3], [512, 9, true, 0.1, 0.2, 0.3]]);
  assert.deepEqual(huge.patterns.map(p => [p.vma, p.units]), [[0, 1536], [1, 1]]);
  assert.deepEqual(huge.threads[0].ops.slice(2), [{ op: 'repeat', until: { kind: 'time', ps: MAX_DURATION_PS }, body: [{ op: 'access', pattern: 0, count: 75_000 }, { op: 'access', pattern: 1, count: 25_000 }] }]);
  assert.deepEqual((await one('{"kind": "uniform", "size": "513 pages", "threads": [{"cpu": 0}], "hugePages": "thp"}')).vmas.map(v => [v.pages, v.order, v.pmdMapped]), [[1024, 9, true]]);
  assert.deepEqual((await one('{"kind": "uniform", "size": "17 pages", "threads": [{"cpu": 0}], "hugePages": "mthp"}')).vmas.map(v => [v.pages, v.order]), [[32, 4]]);
});

test('files are touched as their content allows', async () => {
  for (const [content, engine, write] of [['clean file', 'file', false], ['dirty file', 'file-dirty', true], ['read-only file', 'file-readonly', false]] as const) {
    const p = await one(`{"kind": "uniform", "size": "4 pages", "threads": [{"cpu": 0}], "content": "${content}"}`);
    assert.deepEqual([p.vmas[0].content, p.threads[0].ops[0], p.patterns[0].writeShare], [engine, { ...touch(0, 4), write }, write ? 0.2 : 0]);
  }
});

test('phases, producer and consumer, a process that lives on one node, copies', async () => {
  const phases = await one('{"kind": "phases", "size": "100 pages", "threads": [{"cpu": 0}], "cycles": 2, "phases": [{"kind": "uniform", "seconds": 1, "toShare": 0.5}, {"kind": "zipf", "seconds": 2, "fromShare": 0.5, "writeShare": 0}]}');
  assert.deepEqual(phases.patterns.map(p => [p.from, p.units, p.writeShare, p.kind.kind]), [[0, 50, 0.2, 'uniform'], [50, 50, 0, 'zipf']]);
  const phase = (pattern: number, ps: number): Op => ({ op: 'repeat', until: { kind: 'time', ps }, body: [{ op: 'access', pattern, count: 100_000 }] });
  assert.deepEqual(phases.threads[0].ops.slice(1), [phase(0, 1e12), phase(1, 3e12), phase(0, 4e12), phase(1, 6e12)]);
  const endless = await one('{"kind": "phases", "size": "100 pages", "threads": [{"cpu": 0}], "phases": [{"kind": "uniform", "seconds": 7}]}');
  assert.deepEqual(endless.threads[0].ops.slice(1), [7, 14, 21, 28, 35].map(s => phase(0, s * 1e12)));
  const pc = await one('{"kind": "producerConsumer", "size": "8 pages", "producers": [{"node": 1}], "consumers": [{"node": 2}, {"cpu": 3}]}');
  assert.deepEqual(pc.patterns.map(p => [p.vma, p.units, p.writeShare, p.kind.kind]), [[0, 8, 1, 'stream'], [0, 8, 0, 'stream']]);
  assert.deepEqual(pc.threads.map(t => [t.name, t.cpu, t.ops[t.ops.length - 1]]), [[0, 1], [1, 2], [1, 3]].map(([pattern, cpu], i) => [['producer 0', 'consumer 0', 'consumer 1'][i], cpu, { op: 'access', pattern, count: Infinity }]));
  const s = await system('{"schemaVersion": 1, "machine": {"preset": "2x1tib"}, "programs": [{"kind": "local", "node": 1, "size": "1 MiB", "processes": 3, "threadCount": 2, "name": "l"}]}');
  assert.deepEqual(s.processes.map(p => [p.name, p.threads.map(t => t.cpu)]), [['l 1', [64, 65]], ['l 2', [66, 67]], ['l 3', [68, 69]]]);
});

test('custom: every operation', async () => {
  const p = await one(`{"kind": "custom", "name": "c", "vmas": [{"size": "8 pages", "name": "heap"}, {"size": "2 MiB", "hugePages": "thp"}], "patterns": [{"kind": "zipf", "vma": 0, "from": 2}, {"kind": "stream", "vma": 1, "writeShare": 1}],
    "threads": [{"cpu": 1, "thinkNs": 1, "duty": 0.5, "ops": [{"op": "sweep", "vma": 0, "write": true}, {"op": "sweep", "vma": 0, "from": 1, "step": 3}, {"op": "sweep", "vma": 1, "count": 1}, {"op": "access", "pattern": 0, "count": 7}, {"op": "access", "pattern": 1},
      {"op": "sleep", "ms": 0.5}, {"op": "compute", "us": 1.5}, {"op": "barrier", "name": "b"}, {"op": "signal", "flag": "f"}, {"op": "awaitHintFaults", "atLeast": 9}, {"op": "unmap", "vma": 0}, {"op": "numaBalancing", "mode": 0},
      {"op": "repeat", "times": 2, "body": [{"op": "repeat", "untilSeconds": 0.5, "body": [{"op": "sleep", "ms": 1}]}]}, {"op": "repeat", "flag": "f", "body": [{"op": "sleep", "ms": 1}]}, {"op": "repeat", "body": [{"op": "sleep", "ms": 1}]}]}]}`);
  assert.deepEqual(p.vmas.map(v => [v.name, v.pages, v.pmdMapped]), [['heap', 8, false], ['memory 1', 512, true]]);
  assert.deepEqual(p.patterns, [{ vma: 0, from: 2, units: 6, writeShare: 0.2, kind: { kind: 'zipf', s: 0.99, shuffled: true } }, { vma: 1, from: 0, units: 1, writeShare: 1, kind: { kind: 'stream' } }]);
  const nap: Op = { op: 'sleep', ps: 1e9 };
  assert.deepEqual(p.threads, [{
    name: 'thread 0', cpu: 1, nice: 0, thinkPs: 1000, duty: 0.5, ops: [
      { op: 'sweep', vma: 0, from: 0, step: 1, count: 8, write: true }, { op: 'sweep', vma: 0, from: 1, step: 3, count: 3, write: false }, { op: 'sweep', vma: 1, from: 0, step: 1, count: 1, write: false },
      { op: 'access', pattern: 0, count: 7 }, { op: 'access', pattern: 1, count: Infinity }, { op: 'sleep', ps: 5e8 }, { op: 'compute', ps: 1_500_000 }, { op: 'barrier', name: 'b' }, { op: 'signal', flag: 'f' },
      { op: 'awaitHintFaults', atLeast: 9, pollPs: 2e9 }, { op: 'unmap', vma: 0 }, { op: 'numaBalancing', mode: 0 },
      { op: 'repeat', until: { kind: 'times', times: 2 }, body: [{ op: 'repeat', until: { kind: 'time', ps: 5e11 }, body: [nap] }] },
      { op: 'repeat', until: { kind: 'flag', flag: 'f' }, body: [nap] }, { op: 'repeat', until: { kind: 'time', ps: MAX_DURATION_PS }, body: [nap] },
    ],
  }]);
});

test('each mistake is said where it stands', async () => {
  const u = '"kind": "uniform", "size": "1 MiB"', custom = (ops: string): string => `{"kind": "custom", "vmas": [{"size": "8 pages"}], "threads": [{"cpu": 0, "ops": [${ops}]}]}`;
  const cases: readonly [string, string, RegExp][] = [
    [`{${u}, "threads": [{"cpu": "any"}]}`, 'programs[0].threads[0].cpu', /"any" stands here; a thread that may run on any CPU is refused, since the scheduler's NUMA placement is not modelled/],
    [`{${u}, "threads": [{}]}`, 'programs[0].threads[0]', /neither cpu nor node stands here; .* not modelled/],
    [`{${u}, "threads": [{"cpu": 1, "node": 1}]}`, 'programs[0].threads[0]', /both cpu and node/],
    [`{${u}, "threads": [{"cpu": 4}]}`, 'programs[0].threads[0].cpu', /CPU 4 is not in the machine; 0, 1, 2, 3 can be used/],
    [`{${u}, "threadsOnNode": {"4": 1}}`, 'programs[0].threadsOnNode.4', /node 4 is not in the machine; 0, 1, 2, 3/],
    [`{${u}, "threadsOnNode": {"x": 1}}`, 'programs[0].threadsOnNode.x', /a node id such as "1" is allowed/],
    [`{${u}, "threadsOnNode": {}}`, 'programs[0].threadsOnNode', /at least one thread/],
    [`{${u}}`, 'programs[0]', /neither threads nor threadsOnNode/],
    [`{${u}, "threadsOnNode": {"0": 4096}, "processes": 2}`, 'programs[0].threadsOnNode', /8,192 threads.*4,096 are allowed/],
    [`{${u}, "threads": [{"cpu": 0}], "home": 9}`, 'programs[0].home', /node 9 is not in the machine/],
    [`{${u}, "threads": [{"cpu": 0}], "duty": 0}`, 'programs[0].duty', /above 0/],
    [`{${u}, "threads": [{"cpu": 0}], "hugePages": "thp", "hugePageShare": 0.5}`, 'programs[0].hugePageShare', /leave one of the two out/],
    [`{${u}, "threads": [{"cpu": 0}], "order": 4}`, 'programs[0].order', /"mthp" takes other orders/],
    [`{${u}, "threads": [{"cpu": 0}], "hugePages": "thp", "content": "clean file"}`, 'programs[0].content', /THPs of files are not modelled/],
    [`{${u}, "threads": [{"cpu": 0}], "content": "clean file", "writeShare": 0.5}`, 'programs[0].writeShare', /a write makes page cache dirty/],
    [`{${u}, "threads": [{"cpu": 0}], "pinnedShare": 0.6, "lockedShare": 0.6}`, 'programs[0].pinnedShare', /1.2 together/],
    ['{"kind": "uniform", "size": "2 GiB", "threads": [{"cpu": 0}]}', 'programs[0].size', /map 524,288 pages; .* can be had in this machine/],
    [`{${u}, "name": "a", "threads": [{"cpu": 0}]}, {${u}, "name": "a", "threads": [{"cpu": 0}]}`, 'programs[1].name', /"a" stands here a second time/],
    ['{"kind": "local", "size": "1 page", "node": 0, "processes": 1024}, {"kind": "local", "size": "1 page", "node": 0}', 'programs[1].name', /1,025 processes; 1,024/],
    ['{"kind": "stream", "size": "1 page", "threads": [{"cpu": 0}, {"cpu": 1}]}', 'programs[0].size', /1 units are too few for 2 shares/],
    ['{"kind": "shares", "size": "1 page", "threads": [{"cpu": 0}, {"cpu": 1}]}', 'programs[0].size', /too few for 2 threads/],
    ['{"kind": "shares", "size": "1 page", "content": "clean file", "threads": [{"cpu": 0}]}', 'programs[0].content', /writes to its memory/],
    ['{"kind": "phases", "size": "1 page", "threads": [{"cpu": 0}], "phases": [{"kind": "uniform", "seconds": 1, "fromShare": 1}]}', 'programs[0].phases[0].toShare', /holds no page/],
    ['{"kind": "phases", "size": "1 page", "threads": [{"cpu": 0}], "phases": [{"kind": "uniform", "seconds": 0.001}]}', 'programs[0].phases', /30,000 phases fit into the run; up to 20,000/],
    ['{"kind": "phases", "size": "1 page", "threadsOnNode": {"0": 100}, "phases": [{"kind": "uniform", "seconds": 0.002}]}', 'programs[0]', /3,000,\d+ operations; 1,000,000 are allowed/],
    [`{"kind": "phases", "size": "100 MiB", "threads": [{"cpu": 0}], "phases": [${Array.from({ length: 100 }, () => '{"kind": "uniform", "seconds": 1}').join()}], "processes": 1024}`, 'programs[0]', /patterns over 2,621,440,000 units/],
    ['{"kind": "local", "size": "1 page", "node": 7}', 'programs[0].node', /node 7 is not in the machine/],
    ['{"kind": "recorded", "threads": [{"cpu": 0}]}', 'programs[0]', /neither file nor list/],
    ['{"kind": "recorded", "list": [[1, 0]], "threads": [{"cpu": 0}, {"cpu": 1}]}', 'programs[0].threads', /replayed by one thread/],
    ['{"kind": "recorded", "list": [[1, 2]], "threads": [{"cpu": 0}]}', 'programs[0].list[0][1]', /1 for a write or 0/],
    ['{"kind": "recorded", "list": [[1, 1]], "content": "clean file", "threads": [{"cpu": 0}]}', 'programs[0].content', /writes/],
    [custom('{"op": "sweep", "vma": 1}'), 'programs[0].threads[0].ops[0].vma', /there is no mapping 1; 0 to 0 can be used/],
    [custom('{"op": "sweep", "vma": 0, "count": 9}'), 'programs[0].threads[0].ops[0].count', /ends at unit 8; the mapping has 8/],
    [custom('{"op": "sweep", "vma": 0, "from": 8}'), 'programs[0].threads[0].ops[0].from', /the mapping has 8/],
    [custom('{"op": "access", "pattern": 0}'), 'programs[0].threads[0].ops[0].pattern', /none stands in patterns/],
    [custom('{"op": "repeat", "flag": "f", "body": [{"op": "sleep", "ms": 1}]}'), 'programs[0].threads[0].ops[0].flag', /no thread of the process raises the flag "f"/],
    [custom('{"op": "repeat", "body": [{"op": "signal", "flag": "f"}]}'), 'programs[0].threads[0].ops[0].body', /takes no time at all/],
    [custom('{"op": "repeat", "times": 1, "untilSeconds": 1, "body": [{"op": "sleep", "ms": 1}]}'), 'programs[0].threads[0].ops[0]', /at most one of them/],
    [custom('{"op": "unmap", "vma": 0}, {"op": "sweep", "vma": 0}'), 'programs[0].threads[0].ops[1].vma', /was unmapped by this thread before; the kernel would kill the process/],
    [custom('{"op": "repeat", "times": 2, "body": [{"op": "sweep", "vma": 0}, {"op": "unmap", "vma": 0}]}'), 'programs[0].threads[0].ops[0].body[1]', /a mapping can go only once/],
    ['{"kind": "uniform", "size": "2 TiB", "threads": [{"cpu": 0}]}', 'programs[0].size', /mappings of up to 268,435,456 pages \(1 TiB\)/],
    [custom('{"op": "fly"}'), 'programs[0].threads[0].ops[0].op', /one of "sweep", "access"/],
  ];
  for (const [program, path, says] of cases) {
    const text = four(program);
    const [p] = await problems(text);
    assert.match(p.message, says, program);
    assert.equal(p.path, path, p.message);
    assert.ok(p.message.startsWith(`${p.path}: `) && p.offset > 0 && p.offset + p.length <= text.length);
  }
});

test('mistakes of system, and machines without CPUs', async () => {
  for (const [section, path, says] of [
    ['"distance": [[10]]', 'system.distance', /1 rows stand here; one a node is needed, 4 in all/],
    ['"distance": [[10, 20, 20, 20], [20, 10, 20], [20, 20, 10, 20], [20, 20, 20, 10]]', 'system.distance[1]', /3 distances/],
    ['"distance": [[11, 20, 20, 20], [20, 10, 20, 20], [20, 20, 10, 20], [20, 20, 20, 10]]', 'system.distance[0][0]', /10 to itself/],
    ['"topTier": [4]', 'system.topTier[0]', /node 4 has no memory/], ['"topTier": [1, 1]', 'system.topTier[1]', /a second time/],
    ['"metadataNode": 4', 'system.metadataNode', /node 4 has no memory/], ['"kthread": {"cpu": 9}', 'system.kthread.cpu', /CPU 9 is not in the machine/],
    ['"numaBalancing": {"scanPeriodMaxMs": 500}', 'system.numaBalancing.scanPeriodMaxMs', /1000 ms, the longest 500 ms/],
    ['"migrator": "async"', 'system.migrator', /one of "none", "ideal", "sync", "kmigrated-v1", "task-work"/],
  ] as const) {
    const [p] = await problems(`{"schemaVersion": 1, "machine": {"preset": "4n-interleaved"}, "system": {${section}}}`);
    assert.match(p.message, says);
    assert.equal(p.path, path);
  }
  const fake = '{"schemaVersion": 1, "machine": {"preset": "3n-fake"}, "programs": [{"kind": "local", "node": 2, "size": "1 MiB"}]}';
  assert.match((await problems(fake))[0].message, /node 2 lists only CPUs that belong to another node \(numa=fake\); 0 can be used/);
  const bare = '{"schemaVersion": 1, "machine": {"nodes": [{"nid": 0, "zones": [{"zone": "Normal", "startPfn": 0, "spannedPages": "64 MiB"}]}]}, "programs": [{"kind": "uniform", "size": "1 MiB", "threads": [{"cpu": 0}]}]}';
  assert.match((await problems(bare))[0].message, /no node of this machine has CPUs/);
  const tier = await loadScenario('{"schemaVersion": 1, "machine": {"preset": "2n-plain"}, "system": {"numaBalancing": {"mode": 2}}}', none);
  assert.ok(tier.ok && /this machine has none: nothing will be scanned/.test(tier.warnings[0]?.message ?? ''));
});
