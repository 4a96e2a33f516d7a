/** The first line of a result: what the recorded runs cover is claimed, and whatever a scenario has beyond them is named. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import type { WorldSpec } from '../../src/engine/spec';
import { NUMA_BALANCING_DEFAULTS, type PatternSpec, type SystemSpec, type VmaSpec } from '../../src/engine/system/spec';
import { defaultScenarioText } from '../../src/scenario/defaults';
import { loadScenario } from '../../src/scenario/load';
import { validationText } from '../../src/session/compare';
import { uncovered } from '../../src/session/covered';
import { programWorld, shares } from '../engine/programs';
import { threeTargets } from '../engine/specs';

async function load(text: string): Promise<WorldSpec> {
  const loaded = await loadScenario(text, () => Promise.resolve(undefined));
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map((p) => p.message).join('; '));
  return loaded.spec;
}

const world = (vma: Partial<VmaSpec> = {}, more: Partial<SystemSpec> = {}): WorldSpec => programWorld('kmigrated-v1', 3, [shares(64, [1], 1, vma)], more);
const balancing = { ...NUMA_BALANCING_DEFAULTS, scanPeriodMinMs: 100 };

test('the default experiment is what the recorded runs did: nothing is left out', async () => {
  const spec = await load(defaultScenarioText());
  assert.deepEqual(uncovered(spec), []);
  assert.doesNotMatch(validationText(spec), /No recorded run/);
  assert.match(validationText(spec), /ten recorded runs of a real kernel.*never times/);
});

test('a scenario of tiering, of THPs and of a zipf pattern says that no recorded run had them', async () => {
  const of = async (name: string): Promise<string> => validationText(await load(fs.readFileSync(`media/scenarios/${name}.kmigrated.json`, 'utf8')));
  assert.match(await of('program-tiering'), /No recorded run has what this scenario has: NUMA balancing mode 2.*a hot set/);
  assert.match(await of('program-thp'), /No recorded run has what this scenario has: .*THPs/);
  assert.match(await of('program-zipf'), /No recorded run has what this scenario has: .*zipf accesses/);
});

test('each part that a run lacks is named on its own', () => {
  const pattern: PatternSpec = { vma: 0, from: 0, units: 64, writeShare: 0, kind: { kind: 'uniform' } };
  const one = shares(64, [1], 1);
  const busy = { ...one, threads: one.threads.map((t) => ({ ...t, duty: 0.5 })) };
  const cases: readonly (readonly [WorldSpec, readonly string[]])[] = [
    [world(), []],
    [world({ order: 4 }), ['large folios']],
    [world({ order: 9, pmdMapped: true }), ['THPs']],
    [world({ content: 'file-dirty' }), ['pages of files']],
    [world({ pinnedShare: 0.1 }), ['pinned, locked or written-back folios']],
    [world({}, { numaBalancing: { ...balancing, mode: 0 } }), ['NUMA balancing mode 0']],
    [world({}, { numaBalancing: { ...balancing, repairBackoff: true } }), ['the repaired feedback of the scan period (M4)']],
    [world({}, { tlb: 'arm64' }), ['shootdowns by arm64']],
    [world({}, { kthread: { nice: 19 } }), ['kthreads with a CPU or priority of their own']],
    [world({}, { migrator: 'none' }), ['nobody who migrates']],
    [world({}, { processes: [one, one] }), ['more than one process']],
    [world({}, { processes: [{ ...one, patterns: [pattern, pattern] }] }), ['uniform accesses']],
    [world({}, { processes: [busy] }), ['threads with a duty below 100 %']],
    [{ ...world(), design: { ...world().design, hz: 1000 } }, ['HZ=1000']],
    [programWorld('sync', 5, [one]), ['5 nodes']],
  ];
  for (const [spec, said] of cases) assert.deepEqual(uncovered(spec), said);
});

test('a world of marks has no programs that a run could cover', () => {
  assert.deepEqual(uncovered(threeTargets(3)), []);
});
