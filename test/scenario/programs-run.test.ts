// Every kind of program as a file writes it runs in the engine, with the checkers on, and touches its memory.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import type { SimTimePs } from '../../src/engine/types';
import { loadScenario } from '../../src/scenario/load';
import { none, spec } from './loading';

const ON = '"home": 0, "threadsOnNode": { "1": 2, "2": 1 }';
const KINDS: Readonly<Record<string, string>> = {
  'uniform': `"kind": "uniform", ${ON}`, 'zipf in shares': `"kind": "zipf", "split": "thread", ${ON}`, 'hot set': `"kind": "hotset", "moveSeconds": 0.5, ${ON}`, 'stream': `"kind": "stream", ${ON}`,
  'phases': `"kind": "phases", ${ON}, "phases": [{ "kind": "uniform", "seconds": 0.5, "toShare": 0.5 }, { "kind": "zipf", "seconds": 0.25 }, { "kind": "stream", "seconds": 0.25 }]`,
  'producer and consumer': '"kind": "producerConsumer", "producers": [{ "node": 0 }], "consumers": [{ "node": 1 }, { "node": 2 }]',
  'block shares': `"kind": "shares", ${ON}, "layout": "block", "napMs": 5, "untilSeconds": 1`, 'local': '"kind": "local", "node": 1, "processes": 3, "duty": 0.3',
  'large folios and THPs': `"kind": "uniform", ${ON}, "hugePages": "mthp", "hugePageShare": 0.25, "pinnedShare": 0.1, "lockedShare": 0.1, "writebackShare": 0.1`,
  'dirty file': `"kind": "uniform", ${ON}, "content": "dirty file"`, 'clean file': `"kind": "uniform", ${ON}, "content": "clean file"`, 'read-only file': `"kind": "uniform", ${ON}, "content": "read-only file"`,
};
const RECORDED = '"kind": "recorded", "list": [[1, 1], [5, 0], [5, 1], [900, 0]], "home": 0, "threads": [{ "node": 1 }], "thinkNs": 1000';
const CUSTOM = `"kind": "custom", "vmas": [{ "size": "4 MiB" }, { "size": "4 MiB" }], "patterns": [{ "kind": "zipf", "vma": 1 }], "threads": [
  { "cpu": 0, "ops": [{ "op": "sweep", "vma": 0, "write": true }, { "op": "barrier", "name": "b" }, { "op": "sleep", "ms": 50 }, { "op": "unmap", "vma": 0 }, { "op": "sweep", "vma": 1, "write": true }, { "op": "signal", "flag": "f" }, { "op": "compute", "us": 50 }] },
  { "cpu": 1, "ops": [{ "op": "barrier", "name": "b" }, { "op": "repeat", "flag": "f", "body": [{ "op": "sleep", "ms": 2 }] }, { "op": "repeat", "times": 5, "body": [{ "op": "access", "pattern": 0, "count": 100000 }] },
    { "op": "awaitHintFaults", "atLeast": 1 }, { "op": "numaBalancing", "mode": 0 }, { "op": "access", "pattern": 0 }] }]`;

async function worldOf(program: string, migrator: string): Promise<World> {
  const built = buildWorld(await spec(`{ "schemaVersion": 1, "machine": { "preset": "4n-interleaved" }, "durationSeconds": 1, "programs": [{ ${program} }],
    "system": { "migrator": "${migrator}", "checkers": true, "numaBalancing": { "scanPeriodMinMs": 100, "scanDelayMs": 100 } } }`));
  assert.ok(built.ok, built.ok ? '' : built.text);
  return built.world;
}

function run(world: World, untilPs: number): void {
  while (world.run(untilPs as SimTimePs, 1e6, 'time') === 'budget') assert.ok(world.nowPs <= untilPs);
}

for (const [name, program] of [...Object.entries(KINDS).map(([k, p]) => [k, `${p}, "size": "8 MiB"`] as const), ['recorded', RECORDED], ['recorded once', `${RECORDED}, "loop": false`], ['custom', CUSTOM]] as const) {
  test(`${name} runs, synchronous and with kmigrated, and the checkers find nothing`, async () => {
    for (const migrator of ['sync', 'kmigrated-v1']) {
      const world = await worldOf(program, migrator);
      run(world, 1e12);
      assert.ok(world.system !== undefined);
      assert.deepEqual(world.system.violations(), []);
      const { accesses, localAccesses } = world.system.progress();
      assert.ok(accesses > 6 && localAccesses >= 0 && localAccesses <= accesses * (1 + 1e-9), `${accesses} accesses, ${localAccesses} local`);
    }
  });
}

const share = fc.constantFrom(undefined, 0, 0.01, 0.5, 1);
const threads = fc.oneof(
  fc.record({ threads: fc.array(fc.record({ cpu: fc.nat(3), nice: fc.constantFrom(-20, 0, 19) }), { minLength: 1, maxLength: 3 }) }),
  fc.record({ threadsOnNode: fc.dictionary(fc.constantFrom('0', '1', '2', '3'), fc.integer({ min: 1, max: 3 }), { minKeys: 1, maxKeys: 3 }) }),
);
const folios = fc.oneof(
  fc.record({ hugePages: fc.constantFrom('none', 'thp'), pinnedShare: fc.constantFrom(undefined, 0.4), lockedShare: fc.constantFrom(undefined, 0.4) }), fc.record({ hugePages: fc.constant('mthp'), order: fc.constantFrom(1, 4, 9), hugePageShare: fc.constantFrom(undefined, 0.5) }),
  fc.record({ content: fc.constantFrom('dirty file', 'clean file', 'read-only file'), writebackShare: share }),
);
const memory = fc.tuple(folios, fc.record({
  size: fc.constantFrom('1 page', '7 pages', '2 MiB', '5 MiB', '513 pages'), home: fc.constantFrom(undefined, 0, 3), duty: fc.constantFrom(undefined, 0.01, 0.5), thinkNs: fc.constantFrom(undefined, 0.001, 1e6), processes: fc.constantFrom(undefined, 2),
})).map(([a, b]) => ({ ...a, ...b }));
const kind = fc.oneof(
  fc.record({ kind: fc.constantFrom('uniform', 'stream'), split: fc.constantFrom(undefined, 'none', 'node', 'thread'), writeShare: fc.constantFrom(undefined, undefined, 0, 1) }),
  fc.record({ kind: fc.constant('zipf'), s: fc.constantFrom(0, 0.99, 1, 4), shuffled: fc.boolean(), untilSeconds: fc.constantFrom(undefined, 0.01) }),
  fc.record({ kind: fc.constant('hotset'), hotShare: fc.constantFrom(0.0001, 0.5, 1), hotAccesses: share, moveSeconds: fc.constantFrom(0, 0.01) }),
  fc.record({ kind: fc.constant('shares'), layout: fc.constantFrom('block', 'interleave'), napMs: fc.constantFrom(0, 0.001, 5) }),
  fc.record({ kind: fc.constant('phases'), cycles: fc.constantFrom(undefined, 1, 3), phases: fc.array(fc.record({ kind: fc.constantFrom('uniform', 'zipf', 'stream', 'hotset'), seconds: fc.constantFrom(0.001, 0.02), fromShare: share, toShare: share }), { minLength: 1, maxLength: 3 }) }),
);

test('what the loader accepts can be built and runs: no combination of options is a bug of ours', async () => {
  const system = fc.record({
    migrator: fc.constantFrom('none', 'sync', 'kmigrated-v1'), preemption: fc.constantFrom('none', 'voluntary', 'full'), tlb: fc.constantFrom('ipi', 'invlpgb', 'arm64'), metadataNode: fc.constantFrom(undefined, 2),
    topTier: fc.constantFrom(undefined, [0], [0, 1, 2]), kthread: fc.constantFrom(undefined, { nice: 19, cpu: 3 }), numaBalancing: fc.record({ mode: fc.constantFrom(0, 1, 2), scanPeriodMinMs: fc.constant(1), scanDelayMs: fc.constantFrom(0, 5), scanSizeMb: fc.constantFrom(1, 256) }),
  });
  let ran = 0;
  await fc.assert(fc.asyncProperty(system, fc.array(fc.tuple(kind, memory, threads), { minLength: 1, maxLength: 2 }), async (s, list) => {
    const programs = list.map(([k, m, t]) => ({ ...m, ...t, ...k }));
    const text = JSON.stringify({ schemaVersion: 1, machine: { preset: '4n-interleaved' }, durationSeconds: 0.06, system: { ...s, checkers: true }, programs });
    const loaded = await loadScenario(text, none);
    if (!loaded.ok) return;
    const built = buildWorld(loaded.spec);
    assert.ok(built.ok, built.ok ? '' : built.text);
    run(built.world, 6e10);
    assert.deepEqual(built.world.system?.violations(), [], text);
    ran++;
  }), { numRuns: 300 });
  assert.ok(ran > 100, `${ran} ran`);
});
