// Scenario files: what they become, and where each mistake is said to stand.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { defaultCosts } from '../../src/engine/cost/table';
import { KMIGRATED_V1_DEFAULTS } from '../../src/engine/spec';
import { loadScenario } from '../../src/scenario/load';
import { files, none, problems, spec } from './loading';
import { SAMPLES, sampleText, sampleTexts } from './texts';

const file = (more: string): string => `{ "schemaVersion": 1, "machine": { "preset": "4n-interleaved" }, "regions": [{ "name": "r", "node": 0, "size": "4 MiB" }]${more} }`;

test('the smallest scenario has the defaults of the posting', async () => {
  const s = await spec('{"schemaVersion": 1, "machine": {"preset": "2n-plain"}}');
  assert.deepEqual(s.design, KMIGRATED_V1_DEFAULTS);
  assert.deepEqual(s.costs, defaultCosts());
  assert.deepEqual([s.name, s.seed, s.durationPs, s.regions.length, s.workload.length], ['scenario', 1, 30e12, 0, 0]);
  assert.ok(Object.isFrozen(s) && Object.isFrozen(s.machine.nodes[0].zones[0]));
});

test('each kind of phase becomes what the engine runs', async () => {
  const s = await spec(file(`, "seed": 4294967295, "durationSeconds": 7200, "design": { "hz": 1000, "batchFolios": 64 }, "costs": { "walkLruPs": 6000 },
    "workload": [
      { "kind": "random", "name": "a", "region": "r", "targets": [1], "count": 5, "ratePerSecond": 3 },
      { "kind": "clustered", "region": "r", "targets": [1, 2], "count": 6, "clusterPages": 16, "targetRule": "blocks", "spacingNs": 0.5 },
      { "kind": "interleaved", "region": "r", "targets": [1, 2, 3], "count": 7, "startSeconds": 1.5 },
      { "kind": "burst", "node": 0, "targets": [2], "count": 8 }, // comments and a comma too many may stand
      { "kind": "steady", "node": 1, "targets": [0], "count": 2147483000, "ratePerSecond": 1000, "order": "sequential" },
      { "kind": "recorded", "list": [[0, 300, 1], [0.25, 301, 2]] },
    ]`));
  assert.deepEqual(s.workload.slice(0, 5), [
    { pattern: 'random', name: 'a', from: { nid: 0, region: 'r' }, startPs: 0, count: 5, spacingPs: 333333333333, targets: [1], targetRule: 'roundRobin', clusterPages: 1 },
    { pattern: 'clustered', name: 'clustered 2', from: { nid: 0, region: 'r' }, startPs: 0, count: 6, spacingPs: 500, targets: [1, 2], targetRule: 'blocks', clusterPages: 16 },
    { pattern: 'sequential', name: 'interleaved 3', from: { nid: 0, region: 'r' }, startPs: 1.5e12, count: 7, spacingPs: 0, targets: [1, 2, 3], targetRule: 'roundRobin', clusterPages: 1 },
    { pattern: 'sequential', name: 'burst 4', from: { nid: 0 }, startPs: 0, count: 8, spacingPs: 0, targets: [2], targetRule: 'roundRobin', clusterPages: 1 },
    { pattern: 'sequential', name: 'steady 5', from: { nid: 1 }, startPs: 0, count: 2147483000, spacingPs: 1e9, targets: [0], targetRule: 'roundRobin', clusterPages: 1 },
  ]);
  assert.deepEqual(s.workload[5], { pattern: 'recorded', name: 'recorded 6', marks: { timesPs: Float64Array.of(0, 0.25e12), pfns: Float64Array.of(300, 301), nids: Int32Array.of(1, 2) } });
  assert.deepEqual([s.design.hz, s.design.batchFolios, s.design.delayMs, s.costs.walkLruPs, s.seed], [1000, 64, 1000, 6000, 4294967295]);
});

test('a recorded file: comments, hexadecimal PFNs, exact times; a bad line is named', async () => {
  const text = file(', "workload": [{ "kind": "recorded", "file": "marks.txt" }]');
  const s = await spec(text, files({ 'marks.txt': '# seconds pfn nid\n0.000000000001 0x10 1\n\n1.5\t17,2 # note\r\n' }));
  const [phase] = s.workload;
  assert.ok(phase.pattern === 'recorded');
  assert.deepEqual([...phase.marks.timesPs, ...phase.marks.pfns, ...phase.marks.nids], [1, 1.5e12, 16, 17, 1, 2]);
  for (const [body, says] of [['2 1 1\n1 1 1', /line 2 \("1 1 1"\): the time lies before/], ['1 2', /line 1 \("1 2"\): 2 columns/], ['1 -2 1', /the PFN/], ['1 2 1024', /the node/], ['7201 1 1', /the time/]] as const) {
    assert.match((await problems(text, files({ 'marks.txt': body })))[0].message, says);
  }
  assert.match((await problems(text))[0].message, /workload\[0\]\.file: "marks\.txt" cannot be read/);
});

test('the machine may be a zoneinfo file with texts beside it, or a sample', async () => {
  const text = (name: string): string => `{"schemaVersion": 1, "machine": {"zoneinfo": "${name}"}}`;
  const { zoneinfo, iomem, dmesg } = sampleTexts('2n-pcihole.v1-on-6.12');
  const alone = await spec(text('m/host-zoneinfo.txt'), files({ 'm/host-zoneinfo.txt': zoneinfo }));
  assert.equal(alone.machine.nodes[1].zones[0].holesKnown, false);
  for (const beside of [{ 'm/host-iomem.txt': iomem }, { 'm/host-dmesg.txt': dmesg }]) {
    const known = await spec(text('m/host-zoneinfo.txt'), files({ 'm/host-zoneinfo.txt': zoneinfo, ...beside }));
    assert.equal(known.machine.nodes[1].zones[0].holesKnown, true);
  }
  for (const name of SAMPLES) assert.equal((await spec(text(`${name}.json`), files({ [`${name}.json`]: sampleText(name) }))).machine.name, JSON.parse(sampleText(name)).name);
  assert.match((await problems(text('gone')))[0].message, /machine\.zoneinfo: "gone" cannot be read/);
  assert.match((await problems(text('z'), files({ z: 'nothing' })))[0].message, /in "z": No line "Node N/);
  for (const bad of ['/proc/zoneinfo', '../x', 'a/../../b', 'C:x', '~/x', 'a\\\\..\\\\..\\\\b']) assert.match((await problems(text(bad)))[0].message, /no absolute path/, bad);
});

test('a machine written out: defaults, amounts with units, and the rules', async () => {
  const s = await spec('{"schemaVersion": 1, "machine": {"nodes": [{"nid": 0, "zones": [{"zone": "Normal", "startPfn": "4 GiB", "spannedPages": "1 GiB"}]}, {"nid": 2, "zones": [{"zone": "Normal", "startPfn": "5 GiB", "spannedPages": 300000, "presentPages": 262144}]}, {"nid": 7}]}}');
  const [zone] = s.machine.nodes[0].zones;
  assert.deepEqual([zone.startPfn, zone.presentPages, zone.managedPages, zone.freePages, zone.holesKnown], [1048576, 262144, 262144, 262144, true]);
  assert.ok(zone.minPages > 0 && zone.minPages < zone.lowPages && zone.lowPages < zone.highPages);
  assert.equal(s.machine.nodes[1].zones[0].holesKnown, false);
  assert.deepEqual(s.machine.ranges.map(r => [r.nid, r.startPfn, r.pages]), [[0, 1048576, 262144], [2, 1310720, 262144]]);
  const zones = (z: string, more = ''): string => `{"schemaVersion": 1, "machine": {"nodes": [{"nid": 0, "zones": [${z}]}]${more}}}`;
  const z = '"zone": "Normal", "startPfn": 0, "spannedPages": 100';
  for (const [text, path, says] of [
    [zones(`{${z}, "presentPages": 101}`), 'machine.nodes', /spans overlap too much|hold/],
    [zones(`{${z}, "managedPages": 101}`), 'machine.nodes[0].zones[0].managedPages', /101 pages are managed; only 100/],
    [zones(`{${z}, "lruPages": 60, "freePages": 60}`), 'machine.nodes[0].zones[0].lruPages', /120 together/],
    [zones(`{${z}, "minPages": 9, "lowPages": 5}`), 'machine.nodes[0].zones[0].lowPages', /min <= low <= high/],
    [zones(`{${z}}, {${z.replace('Normal', 'DMA')}}`), 'machine.nodes', /overlap/],
    [zones(`{${z}}`, ', "ranges": [{"startPfn": 0, "pages": 50, "nid": 0}]'), 'machine.nodes[0].zones[0].presentPages', /the ranges have 50/],
    [zones(`{${z}}`, ', "ranges": [{"startPfn": 0, "pages": 100, "nid": 0}, {"startPfn": 99, "pages": 9, "nid": 0}]'), 'machine.ranges[1].startPfn', /do not overlap/],
    [zones(`{${z}}`, ', "ranges": [{"startPfn": 0, "pages": 100, "nid": 3}]'), 'machine.ranges[0].nid', /no such node/],
    [zones(''), 'machine.nodes', /no node has memory/],
  ] as const) {
    const [p] = await problems(text);
    assert.match(p.message, says, text);
    assert.equal(p.path, path, p.message);
  }
});

test('every mistake says its path, what stands there and what is allowed, and where in the text', async () => {
  const phase = (more: string): string => file(`, "workload": [{ "kind": "burst", "region": "r", "targets": [1], "count": 5 }, { ${more} }]`);
  const cases: readonly [string, string, string, RegExp][] = [
    [file(', "seed": -1'), 'seed', '-1', /seed: -1 stands here; a whole number from 0 to 4,294,967,295 is allowed\./],
    [file(', "seed": "x"'), 'seed', '"x"', /"x" stands here/],
    [file(', "durationSeconds": 7201'), 'durationSeconds', '7201', /a number above 0 and up to 7,200/],
    [file(', "sed": 1'), 'sed', '"sed": 1', /this name is not known \(did you mean "seed"\?\); \$schema, schemaVersion/],
    [file(', "seed": 1, "seed": 2'), 'seed', '"seed"', /a second time/],
    [file(', "design": { "hz": 500 }'), 'design.hz', '500', /one of 100, 250, 300, 1000 is allowed/],
    [file(', "costs": { "walkLruPs": 1.5 }'), 'costs.walkLruPs', '1.5', /a whole number from 0 to 1,000,000,000,000/],
    [phase('"kind": "bursts"'), 'workload[1].kind', '"bursts"', /one of "random", "clustered", "interleaved", "burst", "steady", "recorded" is allowed/],
    [phase('"targets": [1]'), 'workload[1].kind', '{ "targets": [1] }', /it is missing/],
    [phase('"kind": "random", "region": "r", "count": 0, "targets": [1, "2", 1024]'), 'workload[1].count', '0', /a whole number from 1 to 2,147,483,648/],
    [phase('"kind": "random", "region": "r", "count": 1, "targets": [1, "2"]'), 'workload[1].targets[1]', '"2"', /a whole number from 0 to 1,023/],
    [phase('"kind": "random", "region": "r", "count": 1, "targets": []'), 'workload[1].targets', '[]', /a list of 0 stands here; a list of 1 to 1,024 entries/],
    [phase('"kind": "random", "region": "q", "count": 1, "targets": [1]'), 'workload[1].region', '"q"', /there is no region "q"; "r" can be used/],
    [phase('"kind": "random", "node": 9, "count": 1, "targets": [1]'), 'workload[1].node', '9', /node 9 has no memory in this machine; 0, 1, 2, 3/],
    [phase('"kind": "random", "count": 1, "targets": [1]'), 'workload[1]', '{ "kind": "random", "count": 1, "targets": [1] }', /neither node nor region/],
    [phase('"kind": "steady", "node": 0, "count": 1, "targets": [1]'), 'workload[1]', '{ "kind": "steady", "node": 0, "count": 1, "targets": [1] }', /needs one of them above 0/],
    [phase('"kind": "burst", "node": 0, "count": 2147483648, "targets": [1]'), 'workload[1].count', '2147483648', /2,147,483,653 requests; 2,147,483,648 are allowed in all/],
    [phase('"kind": "recorded"'), 'workload[1]', '{ "kind": "recorded" }', /neither file nor list/],
    ['{ "schemaVersion": 2, "machine": { "preset": "2n-plain" } }', 'schemaVersion', '2', /only 1 is allowed/],
    ['{ "schemaVersion": 1, "machine": { "preset": "2n" } }', 'machine.preset', '"2n"', /there is no preset "2n"; 4n-interleaved, /],
    ['{ "schemaVersion": 1, "machine": {} }', 'machine', '{}', /exactly one of preset, zoneinfo, nodes/],
    ['{ "schemaVersion": 1 }', 'machine', '{ "schemaVersion": 1 }', /machine: it is missing/],
    ['[]', '', '[]', /The file: a list of 0 stands here; an object is allowed\./],
    ['{ "schemaVersion": 1, ', '', '', /no valid JSON/],
    ['', '', '', /no valid JSON|empty/],
    [file('').replace('4 MiB', '4 MB'), 'regions[0].size', '"4 MB"', /an amount of memory such as "2 GiB"/],
    [file('').replace('4 MiB', '900 MiB'), 'regions[0].size', '"900 MiB"', /230,400 pages are wanted on node 0 by the regions so far; 55,892 can be had there above the low watermarks/],
    [file('').replace('"node": 0', '"node": 4'), 'regions[0].node', '4', /node 4 is not in the machine/],
    [file('').replace('"4 MiB"', '"3 pages", "order": 1'), 'regions[0].size', '"3 pages"', /a multiple of 2/],
  ];
  for (const [text, path, at, says] of cases) {
    const [p] = await problems(text);
    assert.match(p.message, says, text);
    assert.equal(p.path, path, p.message);
    assert.equal(text.slice(p.offset, p.offset + p.length), at, p.message);
  }
});

test('what can be run but looks like a mistake is a warning', async () => {
  for (const [more, path, says] of [
    [', "workload": [{ "kind": "burst", "region": "r", "targets": [1, 9], "count": 5 }]', 'workload[0].targets[1]', /node 9 is not in the machine/],
    [', "durationSeconds": 2, "workload": [{ "kind": "burst", "region": "r", "targets": [1], "count": 5, "startSeconds": 2 }]', 'workload[0].startSeconds', /no request will be made/],
    [', "costs": { "consumePs": 1 }', 'costs.consumePs', /1 ps lies outside of what was found, 4,000 to 8,000/],
    [', "design": { "readyBit": 3 }', 'design.readyBit', /no layout of the posting/],
    [', "reproduction": { "engineVersion": "0.0.0", "digest": "d", "timePs": 5 }', 'reproduction.engineVersion', /made by engine 0\.0\.0/],
  ] as const) {
    const result = await loadScenario(file(more), none);
    assert.ok(result.ok);
    assert.deepEqual(result.warnings.map(w => w.path), [path]);
    assert.match(result.warnings[0].message, says);
  }
});

test('too large, too deep, and random damage: problems within the text, never an exception', async () => {
  assert.match((await problems(' '.repeat(1024 * 1024 + 1)))[0].message, /1,048,577 characters/);
  assert.match((await problems('['.repeat(100_000)))[0].message, /nested deeper than 64/);
  const base = file(', "workload": [{ "kind": "clustered", "region": "r", "targets": [1, 2], "count": 5, "ratePerSecond": 9 }, { "kind": "recorded", "list": [[0, 1, 1]] }], "design": { "hz": 250 }');
  const programs = `{ "schemaVersion": 1, "machine": { "preset": "4n-interleaved" }, "system": { "migrator": "sync", "topTier": [0], "numaBalancing": { "mode": 1 } }, "programs": [
    { "kind": "zipf", "size": "4 MiB", "home": 0, "threadsOnNode": { "1": 2 }, "hugePageShare": 0.5 }, { "kind": "recorded", "list": [[5, 1]], "threads": [{ "node": 1 }] },
    { "kind": "custom", "vmas": [{ "size": "8 pages" }], "threads": [{ "cpu": 0, "ops": [{ "op": "repeat", "times": 3, "body": [{ "op": "sweep", "vma": 0 }] }] }] } ] }`;
  const bit = fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '0', '-1', '1e400', 'null', 'true', '"x"', '//', '/*', '\\', '"__proto__": 1,', '\u0000');
  const edit = fc.record({ at: fc.nat(), cut: fc.nat(30), put: bit });
  await fc.assert(fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.constantFrom(base, programs), async (edits, begin) => {
    const text = edits.reduce((t, e) => t.slice(0, e.at % (t.length + 1)) + e.put + t.slice((e.at % (t.length + 1)) + e.cut), begin);
    const result = await loadScenario(text, none);
    for (const p of result.ok ? result.warnings : result.problems) {
      assert.ok(p.offset >= 0 && p.length >= 0 && p.offset + p.length <= text.length, JSON.stringify(p));
      assert.ok(p.message.endsWith('.'));
    }
    if (!result.ok) assert.ok(result.problems.length > 0);
  }), { numRuns: 800 });
});
