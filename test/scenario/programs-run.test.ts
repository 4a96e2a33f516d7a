// Every kind of program as a file writes it runs in the engine, with the checkers on, and touches its memory.
import assert from 'node:assert/strict';
import test from 'node:test';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import type { SimTimePs } from '../../src/engine/types';
import { spec } from './loading';

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
