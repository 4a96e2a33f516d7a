/** What the "configure" commands write is a scenario that loads, and reads back as what was asked for. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  draftOf, firstPhase, PHASE_KINDS, phaseJson, phaseText, plainMachine, readFileName, readNodeMemory, readNumber, readWhole,
} from '../../src/host/scenario/drafts';
import { editCompact } from '../../src/host/scenario/edits';
import { phasesOf } from '../../src/host/scenario/values';
import { marksScenarioText } from '../../src/scenario/defaults';
import { loadScenario } from '../../src/scenario/load';

const noSide = (): Promise<undefined> => Promise.resolve(undefined);

test('a plain machine of any allowed size loads, and has the memory that was asked for less what lies below 1 MiB', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 80 }), fc.integer({ min: 0, max: 95 }), async (nodes, sections, lruPercent) => {
    const machine = plainMachine({ nodes, mibPerNode: sections * 128, lruPercent });
    const result = await loadScenario(JSON.stringify({ schemaVersion: 1, machine }), noSide);
    assert.ok(result.ok, result.ok ? '' : result.problems[0]?.message);
    const present = result.spec.machine.nodes.flatMap(n => n.zones).reduce((sum, z) => sum + z.presentPages, 0);
    assert.equal(present, nodes * sections * 32_768 - 98);
  }), { numRuns: 60 });
});

test('every phase that can be asked for loads, and reads back as it was', async () => {
  const nodes = [0, 1, 2, 3];
  await fc.assert(fc.asyncProperty(
    fc.record({
      kind: fc.constantFrom(...PHASE_KINDS.filter(k => k !== 'recorded')), from: fc.constantFrom({ node: 0 }, { region: 'program' }),
      targets: fc.subarray(nodes, { minLength: 1 }), count: fc.integer({ min: 1, max: 100_000 }), startSeconds: fc.integer({ min: 0, max: 20 }),
      ratePerSecond: fc.integer({ min: 0, max: 1_000_000 }), targetRule: fc.constantFrom('roundRobin', 'random', 'blocks'), clusterPages: fc.integer({ min: 1, max: 1000 }),
      file: fc.constant('marks.txt'),
    }),
    async draft => {
      const json = phaseJson(draft, 'a phase');
      const text = editCompact(marksScenarioText(), ['workload', 1], json);
      const result = await loadScenario(text, noSide);
      assert.ok(result.ok, result.ok ? '' : result.problems[0]?.message);
      const [first, second] = phasesOf(text);
      assert.equal(first?.['name'], 'first scan', 'the other phase stays');
      assert.deepEqual(second, json);
      assert.deepEqual(phaseJson(draftOf(json, firstPhase(0, [1])), 'a phase'), json);
    }), { numRuns: 60 });
});

test('a steady phase that was given no rate gets one, since the loader refuses it without', async () => {
  const draft = { ...firstPhase(0, [1]), kind: 'steady' as const, ratePerSecond: 0 };
  const result = await loadScenario(editCompact(marksScenarioText(), ['workload', 1], phaseJson(draft, 'a phase')), noSide);
  assert.ok(result.ok, result.ok ? '' : result.problems[0]?.message);
});

test('a phase is removed, and one is added at the end', () => {
  const text = marksScenarioText();
  assert.equal(phasesOf(text).length, 2);
  assert.deepEqual(phasesOf(editCompact(text, ['workload', 0], undefined)).map(p => p['name']), ['later faults']);
  const added = editCompact(text, ['workload', 2], phaseJson(firstPhase(0, [1, 2]), undefined));
  assert.equal(phasesOf(added)[2]?.['kind'], 'interleaved');
  assert.deepEqual(phasesOf('not json'), []);
});

test('a rate written as a spacing is read as a rate', () => {
  assert.equal(draftOf({ kind: 'interleaved', spacingNs: 2000, targets: [1], count: 5, node: 0 }, firstPhase(0, [1])).ratePerSecond, 500_000);
});

test('a phase is told in a line', () => {
  assert.equal(phaseText(firstPhase(0, [1, 2])), 'interleaved: 10,000 requests from node 0 for node 1, node 2, from 0 s');
  assert.equal(phaseText({ ...firstPhase(0, [1]), kind: 'recorded', file: 'a.txt' }), 'recorded, from a.txt');
});

test('what a person types is read, or answered with what is allowed', () => {
  assert.deepEqual(readWhole('10,000', 'a count', 1, 20_000), { ok: true, value: 10_000 });
  assert.deepEqual(readNodeMemory('1.5 GiB'), { ok: true, value: 1536 });
  assert.deepEqual(readNodeMemory('512m'), { ok: true, value: 512 });
  assert.deepEqual(readNumber('2.5', 'a time', 0, 7200), { ok: true, value: 2.5 });
  assert.deepEqual(readFileName(' a/zoneinfo.txt '), { ok: true, value: 'a/zoneinfo.txt' });
  const wrong = [readWhole('0', 'a count', 1, 9), readWhole('1e3', 'a count', 1, 9999), readNodeMemory('100 MiB'), readNodeMemory('5'), readNumber('-1', 'a time', 0, 1),
    readFileName('../x'), readFileName('/etc/passwd'), readFileName('C:\\x'), readFileName('')];
  for (const reading of wrong) assert.ok(!reading.ok && reading.text.includes('allowed'), JSON.stringify(reading));
});

test('an edit keeps the comments and the line ends, and writes a phase on one line and a machine a row a line', () => {
  const phase = editCompact(marksScenarioText(), ['workload', 2], phaseJson(firstPhase(0, [1, 2]), undefined));
  assert.match(phase, /\n {4}\{ "kind": "interleaved", "node": 0, "targets": \[1, 2\], "count": 10000 \}\n/);
  assert.match(phase, /\/\/ Then a trickle/);
  const machine = editCompact(marksScenarioText().replaceAll('\n', '\r\n'), ['machine'], plainMachine({ nodes: 2, mibPerNode: 1024, lruPercent: 40 }));
  assert.match(machine, /\r\n {10}\{ "zone": "DMA", "startPfn": 1, "spannedPages": 4095, "presentPages": 3998, "lruPages": 0 \},\r\n/);
  assert.ok(!/[^\r]\n/.test(machine), 'CR LF throughout');
});
