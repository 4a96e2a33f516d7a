/** Options of designs by name: every one has limits, its default lies within, and what cannot be is a sentence. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ALL_V1_REPAIRS } from '../../src/engine/designs/kmigrated-v1-repairs';
import { DEFERRED_DEFAULTS } from '../../src/engine/designs/options';
import { KMIGRATED_V1_DEFAULTS } from '../../src/engine/spec';
import { NUMA_BALANCING_DEFAULTS } from '../../src/engine/system/spec';
import { ARMS, armOf } from '../../src/lab/arms';
import { optionsOf, withOption } from '../../src/lab/options';
import { arm } from './work';

test('every option with a default can be set to it, and the arm is then the same design', () => {
  const tables: readonly (readonly [string, object])[] = [['kmigrated-v1', KMIGRATED_V1_DEFAULTS], ...Object.values(DEFERRED_DEFAULTS).map((d): [string, object] => [d.kind, d])];
  for (const [kind, table] of tables) {
    const base = ARMS.find((a) => a.migrator === kind);
    assert.ok(base !== undefined, kind);
    for (const [name, value] of Object.entries(table)) {
      if (name === 'kind') continue;
      assert.ok(optionsOf(base).includes(name), `${kind}.${name}`);
      const made = withOption(base, name, value as string | number | boolean);
      assert.ok(typeof made === 'object', `${kind}.${name}: ${String(made)}`);
    }
  }
  for (const [name, value] of Object.entries(NUMA_BALANCING_DEFAULTS)) assert.equal(typeof withOption(arm('sync'), `numa.${name}`, value), 'object', name);
});

test('an arm from text: options, repairs, balancing', () => {
  assert.equal(arm('kmigrated-v1:batchFolios=64,delayMs=200').v1?.batchFolios, 64);
  assert.deepEqual(arm('kmigrated-v1:repairs=D3+D1,maxAgeMs=500').v1, { repairs: ['D1', 'D3'], maxAgeMs: 500 });
  assert.deepEqual(arm('kmigrated-v1:repairs=all').v1?.repairs, ALL_V1_REPAIRS);
  assert.deepEqual(arm('kmigrated-v1').v1?.repairs, [], 'as posted stays as posted, whatever the scenario says');
  assert.deepEqual(arm('cpu-buffers:overflow=block').deferred, { ...DEFERRED_DEFAULTS['cpu-buffers'], overflow: 'block' });
  assert.deepEqual(arm('sync:numa.scanSizeMb=64').numaBalancing, { scanSizeMb: 64 });
});

test('what cannot be is a sentence', () => {
  const bad: [string, RegExp][] = [
    ['nobody', /no design "nobody"/], ['kmigrated-v1:batchFolios=0', /1 to 65536/], ['kmigrated-v1:batchFolios=1.5', /whole number/], ['kmigrated-v1:batchFolios=', /no option/], ['kmigrated-v1:x=1', /no option "x"/],
    ['cpu-buffers:overflow=maybe', /sync, drop-newest/], ['kpromoted:hashOrder=40', /4 to 20/], ['none:x=1', /it has none/], ['kmigrated-v1:repairs=D9', /no repair/], ['sync:numa.mode=3', /0, 1, 2/],
    ['sync:numa.foo=3', /no option "foo"/], ['kmigrated-v1:kind=sync', /no option "kind"/],
  ];
  for (const [text, says] of bad) {
    const made = armOf(text);
    assert.ok(typeof made === 'string', text);
    assert.match(made, says);
  }
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.tuple(fc.constantFrom(...ARMS.map((a) => a.id)), fc.string()).map(([id, rest]) => `${id}:${rest}`)), (text) => {
    const made = armOf(text);
    assert.ok(typeof made === 'string' ? made.length > 0 : ARMS.some((a) => a.migrator === made.migrator));
  }));
});
