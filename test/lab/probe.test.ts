/** The probe watches and changes nothing. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { buildWorld } from '../../src/engine/sim/build';
import type { World } from '../../src/engine/sim/world';
import type { WorldSpec } from '../../src/engine/spec';
import { specOf } from '../../src/lab/job';
import { arm, job } from './work';

function ran(spec: WorldSpec): World {
  const built = buildWorld(spec, { traceRecords: 1024, logRows: 256 });
  assert.ok(built.ok);
  built.world.run(spec.durationPs, Infinity, 'time');
  return built.world;
}

test('with and without a probe the world is the same; every isolated folio and every migration entry has ended', async () => {
  for (const id of ['sync', 'kmigrated-v1', 'kmigrated-v1-fixed', 'task-work', 'kpromoted', 'cpu-buffers', 'pghot-precise']) {
    const made = await specOf(job({ arm: arm(id) }));
    assert.ok(made.ok && made.spec.system !== undefined);
    const with_ = ran(made.spec), without = ran({ ...made.spec, system: { ...made.spec.system, probe: false } });
    assert.equal(with_.rec.trace.digest(), without.rec.trace.digest(), id);
    assert.equal(without.system?.probe, undefined);
    const probe = with_.system?.probe;
    assert.ok(probe !== undefined);
    assert.ok(probe.entries.total > 0, `${id}: folios were unmapped`);
    assert.ok(probe.entryMaxPs > 0 && probe.entryMaxPs <= probe.longestAt(with_.nowPs), `${id}: unmapped no longer than isolated`);
    assert.ok(probe.entries.percentile(0.5) <= probe.entries.percentile(0.99));
  }
});
