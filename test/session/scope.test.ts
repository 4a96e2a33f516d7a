/** The scope table follows the design: a result of one design never claims what only another was compared with. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { SCOPES } from '../../src/engine/designs/scopes';
import type { WorldSpec } from '../../src/engine/spec';
import type { Migrator } from '../../src/engine/system/spec';
import { loadScenario } from '../../src/scenario/load';
import { PROGRAM_SCOPE, scopeOf } from '../../src/session/scope';

async function spec(migrator: string, repairs: readonly string[] = []): Promise<WorldSpec> {
  const text = JSON.stringify({ schemaVersion: 1, machine: { preset: '4n-interleaved' }, system: { migrator }, ...(repairs.length > 0 ? { design: { repairs } } : {}), programs: [{ kind: 'uniform', size: '4 MiB', home: 0, threads: [{ node: 1 }] }] });
  const read = await loadScenario(text, () => Promise.resolve(undefined));
  assert.ok(read.ok, read.ok ? '' : read.problems[0].message);
  return read.spec;
}

test('every migrator has a note, and its rows stand first; only kmigrated v1 speaks of its 569 traces', async () => {
  for (const [migrator, note] of Object.entries(SCOPES)) {
    const table = scopeOf(await spec(migrator as Migrator));
    const all = [...table.modelled, ...table.simplified, ...table.notModelled].join('\n');
    assert.equal(/569 traces|patch 4\/4 as posted/.test(all), migrator === 'kmigrated-v1', migrator);
    if (migrator !== 'kmigrated-v1') assert.deepEqual(table.modelled.slice(0, note.modelled.length), note.modelled);
    assert.ok(table.modelled.length > 5 && table.simplified.length > 5 && table.notModelled.length > 3);
  }
});

test('a repaired v1 names its repairs and says that no kernel has them', async () => {
  assert.equal(scopeOf(await spec('kmigrated-v1')), PROGRAM_SCOPE);
  const table = scopeOf(await spec('kmigrated-v1', ['D2']));
  assert.match(table.modelled[0], /repairs that no kernel has/);
  assert.ok(table.modelled.some((m) => m.startsWith('repair D2:')));
  assert.ok(!table.modelled.some((m) => m.startsWith('repair D1:')));
  assert.ok(table.notModelled.some((m) => m.startsWith('repair of D9:')));
});
