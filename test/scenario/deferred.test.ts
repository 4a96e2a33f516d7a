/** The section system.deferred: each design takes its own options, another's are a problem with a place. */

import test from 'node:test';
import assert from 'node:assert/strict';
import { DEFERRED_DEFAULTS } from '../../src/engine/designs/options';
import { withMigrator } from '../../src/scenario/edit';
import { loadScenario } from '../../src/scenario/load';

const scenario = (migrator: string, deferred: object): string => JSON.stringify({
  schemaVersion: 1, machine: { preset: '4n-interleaved' }, system: { migrator, deferred }, programs: [{ kind: 'uniform', size: '4 MiB', home: 0, threads: [{ node: 1 }] }],
});
const none = (): Promise<undefined> => Promise.resolve(undefined);

test('options are put over the defaults of the design', async () => {
  const read = await loadScenario(scenario('pghot-late', { nodes: 'all', delayMs: 50 }), none);
  assert.ok(read.ok);
  assert.deepEqual(read.spec.system?.deferred, { ...DEFERRED_DEFAULTS['pghot-late'], nodes: 'all', delayMs: 50 });
  const plain = await loadScenario(scenario('cpu-buffers', {}), none);
  assert.ok(plain.ok);
  assert.deepEqual(plain.spec.system?.deferred, DEFERRED_DEFAULTS['cpu-buffers']);
});

test('an option of another design, or of a migrator without any, is a problem that names those that there are', async () => {
  const other = await loadScenario(scenario('kpromoted', { entries: 64 }), none);
  assert.ok(!other.ok);
  assert.equal(other.problems[0].path, 'system.deferred.entries');
  assert.match(other.problems[0].message, /"kpromoted" has no such option; it has hashOrder/);
  const sync = await loadScenario(scenario('sync', { entries: 64 }), none);
  assert.ok(!sync.ok);
  assert.match(sync.problems[0].message, /which has no options here/);
  const limit = await loadScenario(scenario('cpu-buffers', { entries: 4 }), none);
  assert.ok(!limit.ok);
  assert.match(limit.problems[0].message, /15 to 4,?096/);
});

test('another migrator takes the options of the design before it away, and repairs are set, kept or taken away', () => {
  const text = scenario('cpu-buffers', { entries: 64 });
  assert.ok(!withMigrator(text, 'kpromoted').includes('entries'));
  assert.ok(withMigrator(text, 'cpu-buffers').includes('entries'));
  const all = withMigrator(text, 'kmigrated-v1', 'all');
  assert.deepEqual(JSON.parse(all).design, { repairs: 'all' });
  assert.deepEqual(JSON.parse(withMigrator(all, 'kmigrated-v1', ['D1', 'D2'])).design, { repairs: ['D1', 'D2'] });
  assert.deepEqual(JSON.parse(withMigrator(all, 'kmigrated-v1', [])).design, {});
  assert.deepEqual(JSON.parse(withMigrator(all, 'sync')).design, { repairs: 'all' });
  assert.equal(JSON.parse(withMigrator(text, 'sync', [])).design, undefined);
});
