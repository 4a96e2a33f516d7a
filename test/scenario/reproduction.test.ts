// Texts that are made: edits that keep comments, reproductions that open the same world, new scenarios, the example files.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { buildWorld } from '../../src/engine/sim/build';
import { ENGINE_VERSION } from '../../src/engine/spec';
import type { SideFileReader } from '../../src/scenario/api';
import { defaultScenarioText, marksScenarioText, newScenarioFromZoneinfo } from '../../src/scenario/defaults';
import { editScenario, migratorOf, withMigrator } from '../../src/scenario/edit';
import { loadScenario } from '../../src/scenario/load';
import { reproductionText } from '../../src/scenario/reproduction';
import { at } from '../support/root';
import { SAMPLES, sampleText, sampleTexts } from './texts';

const none: SideFileReader = () => Promise.resolve(undefined);
const EXAMPLES = fs.readdirSync(at('media/scenarios'));
const example = (name: string): string => fs.readFileSync(at('media/scenarios', name), 'utf8');
const made = { engineVersion: ENGINE_VERSION, digest: '0123abcd', timePs: 1234567890123 };

test('the example files load without warnings and can be built; the default one is the default experiment', async () => {
  assert.deepEqual([...EXAMPLES].map(f => f.replace('.kmigrated.json', '')).sort(), [
    'd1-sixteen-nodes', 'default', 'default-sync', 'empty-passes', 'full-target', 'marks', 'program-busy', 'program-thp', 'program-tiering', 'program-zipf', 'tib']);
  assert.equal(example('marks.kmigrated.json'), marksScenarioText());
  assert.equal(example('default.kmigrated.json'), defaultScenarioText());
  for (const name of EXAMPLES) {
    const result = await loadScenario(example(name), none);
    assert.ok(result.ok, name);
    assert.deepEqual(result.warnings, [], name);
    assert.match(example(name), /^\/\/ /, 'each says what it shows');
    const built = buildWorld(result.spec);
    assert.ok(built.ok, built.ok ? '' : built.text);
  }
});

test('marks alone show D2: full batches, about two thirds of the pages on a node that nobody asked for', async () => {
  const result = await loadScenario(marksScenarioText(), none);
  assert.ok(result.ok);
  const built = buildWorld(result.spec);
  assert.ok(built.ok);
  const { world } = built;
  while (world.run(6e12, 1e6, 'time') === 'budget') assert.ok(world.nowPs < 6e12);
  const of = (name: 'batches_full' | 'pages_moved' | 'pages_wrong'): number => world.rec.of(0, name);
  assert.equal(of('batches_full'), 16);
  assert.ok(of('pages_moved') >= 8192);
  assert.ok(Math.abs(of('pages_wrong') / of('pages_moved') - 2 / 3) < 0.01);
});

test('a reproduction opens the same world from the text alone, and keeps comments', async () => {
  const { zoneinfo, iomem } = sampleTexts('2n-pcihole.v1-on-6.12');
  const side: SideFileReader = name => Promise.resolve(({ 'zoneinfo': zoneinfo, 'iomem': iomem, 'm.txt': '0.000000000001 70000 1\n3.25 0x11170 1\n' } as Record<string, string>)[name]);
  const texts = [
    ...EXAMPLES.map(example),
    '{ "schemaVersion": 1, /* from a file */ "machine": { "zoneinfo": "zoneinfo" }, "workload": [{ "kind": "recorded", "file": "m.txt", "name": "n" }], "seed": 3 }',
  ];
  for (const text of texts) {
    const first = await loadScenario(text, side);
    assert.ok(first.ok);
    const spec = { ...first.spec, seed: 77 };
    const copy = reproductionText(text, spec, made);
    assert.deepEqual(copy.notes, []);
    const second = await loadScenario(copy.text, none);
    assert.ok(second.ok, second.ok ? '' : second.problems[0]?.message);
    assert.deepEqual(second.warnings, []);
    assert.deepEqual(second.spec, spec);
    assert.match(copy.text, /"digest": "0123abcd"/);
    for (const comment of text.match(/\/\/.*|\/\*.*?\*\//g) ?? []) assert.ok(copy.text.includes(comment), comment);
    // a reproduction of a reproduction is the same text
    assert.equal(reproductionText(copy.text, second.spec, made).text, copy.text);
  }
});

test('traces and distances come along in a reproduction, long traces stay in their files', async () => {
  const sample = { name: 's', files: {
    '/proc/zoneinfo': sampleTexts('2n-plain.v1-on-6.12').zoneinfo, '/sys/devices/system/node/node0/cpulist': '0', '/sys/devices/system/node/node1/cpulist': '1',
    '/sys/devices/system/node/node0/distance': '10 27', '/sys/devices/system/node/node1/distance': '28 10',
  } };
  const side: SideFileReader = name => Promise.resolve(({ 'm.json': JSON.stringify(sample), 't.csv': '0x7000,r\n0x5000,w\n0x405000,w\n', 'long.csv': '0x1000,r\n'.repeat(5001) } as Record<string, string>)[name]);
  const recorded = (more: string): string => `{ "kind": "recorded", ${more}, "home": 0, "threads": [{ "node": 1 }] }`;
  const text = `{ "schemaVersion": 1, "machine": { "zoneinfo": "m.json" }, "programs": [
    { "kind": "local", "node": 0, "size": "1 MiB", "processes": 2 }, ${recorded('"file": "t.csv", "format": "csv", "processes": 2')}, ${recorded('"file": "t.csv", "hugePages": "thp", "name": "thp"')} ] } // end`;
  const first = await loadScenario(text, side);
  assert.ok(first.ok, first.ok ? '' : first.problems[0]?.message);
  assert.deepEqual(first.spec.system?.distance, [[10, 27], [28, 10]]);
  const copy = reproductionText(text, first.spec, made);
  assert.deepEqual(copy.notes, []);
  const second = await loadScenario(copy.text, none);
  assert.ok(second.ok, second.ok ? '' : second.problems[0]?.message);
  assert.deepEqual(second.spec, first.spec);
  assert.match(copy.text, /\/\/ end/);
  assert.equal(reproductionText(copy.text, second.spec, made).text, copy.text);
  const long = text.replaceAll('t.csv', 'long.csv');
  const third = await loadScenario(long, side);
  assert.ok(third.ok);
  const kept = reproductionText(long, third.spec, made);
  assert.deepEqual(kept.notes.map(n => n.slice(0, 60)), ['The recorded trace of "recorded 2 1" (5001 accesses) stays i', 'The recorded trace of "thp" (5001 accesses) stays in its fil']);
  assert.match(kept.text, /"file": "long\.csv"/);
});

test('the migrator is switched in one edit, comments stay', async () => {
  const text = defaultScenarioText();
  assert.equal(migratorOf(text), 'kmigrated-v1');
  const sync = withMigrator(text, 'sync');
  assert.equal(migratorOf(sync), 'sync');
  assert.equal(sync, text.replace('"migrator": "kmigrated-v1"', '"migrator": "sync"'));
  const [a, b] = [await loadScenario(text, none), await loadScenario(sync, none)];
  assert.ok(a.ok && b.ok);
  assert.deepEqual({ ...b.spec.system, migrator: 'kmigrated-v1' }, a.spec.system);
  assert.deepEqual([migratorOf(marksScenarioText()), migratorOf('{'), migratorOf('[]'), migratorOf('{"programs": []}'), migratorOf('{"system": {"migrator": 5}}')], [undefined, undefined, undefined, 'kmigrated-v1', 'kmigrated-v1']);
  assert.equal(migratorOf(withMigrator('{ "schemaVersion": 1, "machine": { "preset": "2n-plain" }, "programs": [] }', 'none')), 'none');
});

test('the two default experiments differ in the migrator alone', async () => {
  const [a, b] = await Promise.all(['default', 'default-sync'].map(name => loadScenario(example(`${name}.kmigrated.json`), none)));
  assert.ok(a.ok && b.ok && a.spec.system !== undefined && b.spec.system !== undefined);
  assert.deepEqual([a.spec.system.migrator, b.spec.system.migrator], ['kmigrated-v1', 'sync']);
  assert.deepEqual({ ...a.spec, name: '', system: { ...a.spec.system, migrator: 'sync' } }, { ...b.spec, name: '' });
});

test('another engine version is a warning; a long recorded list stays in its file and is named', async () => {
  const old = await loadScenario(editScenario(defaultScenarioText(), ['reproduction'], { ...made, engineVersion: '0.0.1' }), none);
  assert.ok(old.ok && /made by engine 0\.0\.1/.test(old.warnings[0]?.message ?? ''));
  const text = '{ "schemaVersion": 1, "machine": { "preset": "2n-plain" }, "workload": [{ "kind": "recorded", "file": "m.txt", "name": "long" }] }';
  const first = await loadScenario(text, () => Promise.resolve('1 300 1\n'.repeat(6000)));
  assert.ok(first.ok);
  const copy = reproductionText(text, first.spec, made);
  assert.match(copy.notes[0], /"long" \(6000 requests\) stays in its file/);
  assert.match(copy.text, /"file": "m\.txt"/);
});

test('edits change one value and nothing else', () => {
  const text = '{\n  // machine\n  "seed": 1, // why one\n  "workload": [\n    { "count": 5 }\n  ]\n}\n';
  assert.equal(editScenario(text, ['seed'], 2), text.replace('"seed": 1', '"seed": 2'));
  assert.equal(editScenario(text, ['workload', 0, 'count'], 6), text.replace('5', '6'));
  assert.match(editScenario(text, ['workload', 1], { count: 7 }), /"count": 5\s*\},\s*\{\s*"count": 7\s*\}/);
  assert.match(editScenario(text, ['design', 'hz'], 100), /"design": \{\s*"hz": 100\s*\}/);
  assert.ok(!editScenario(text, ['seed'], undefined).includes('seed'));
  fc.assert(fc.property(fc.string({ maxLength: 60 }), fc.array(fc.oneof(fc.string({ maxLength: 5 }), fc.nat(3)), { maxLength: 4 }), (t, path) => typeof editScenario(t, path, 1) === 'string'));
});

test('a new scenario from each real machine loads, with the machine of the sample', async () => {
  for (const name of SAMPLES) {
    for (const input of [sampleText(name), sampleTexts(name).zoneinfo]) {
      const text = newScenarioFromZoneinfo(input, 'my "machine"\n');
      assert.ok(typeof text === 'string', name);
      const result = await loadScenario(text, none);
      assert.ok(result.ok, result.ok ? '' : result.problems[0]?.message);
      assert.deepEqual(result.warnings, [], name);
      assert.ok(result.spec.workload.length === 1, name);
      assert.ok(buildWorld(result.spec).ok, name);
    }
  }
  const { zoneinfo, ...beside } = sampleTexts('2n-pcihole.v1-on-6.12');
  assert.match(String(newScenarioFromZoneinfo(zoneinfo, 'x')), /positions of the holes are not known/);
  assert.doesNotMatch(String(newScenarioFromZoneinfo(zoneinfo, 'x', beside)), /not known in/);
  const one = newScenarioFromZoneinfo(sampleTexts('2n-plain.v1-on-6.12').zoneinfo.replace(/^Node 1[^]*/m, ''), 'one node');
  assert.ok(typeof one === 'string');
  const loaded = await loadScenario(one, none);
  assert.ok(loaded.ok && loaded.spec.workload.length === 0);
  const bad = newScenarioFromZoneinfo('nothing', 'x');
  assert.ok(typeof bad !== 'string' && /No line "Node N/.test(bad.text));
});
