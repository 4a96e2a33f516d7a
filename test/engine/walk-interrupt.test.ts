/** An interrupt on a kthread's CPU makes what its walk has still to visit later, and nothing else: what was visited by then stays visited. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { Cause } from '../../src/engine/cost/ledger';
import { Lab, MS, dictated, visitors } from './mechanisms-world';
import { anon } from './programs';

/** A world in the middle of the walk of node 0, which began at 300 ms; the cursor has not been asked for since. */
function walking(): Lab {
  const lab = new Lab(dictated('kmigrated-v1', 2, [visitors([anon(16)], { 1: [{ atMs: 200 }] }, [0])], { scansMs: [100], walksMs: [300] }));
  const { walk } = lab.world.threads[0];
  for (let ms = 300; !walk.active || walk.pfn < walk.target / 2; ms += 0.005) {
    assert.ok(ms < 500, 'node 0 is walked');
    lab.world.run(ms * MS, Infinity, 'time');
    if (walk.active && lab.world.nowPs > walk.timePs + 0.01 * MS) return lab;
  }
  return lab;
}

test('what a walk has visited before an interrupt stays visited', () => {
  const plain = walking(), struck = walking();
  assert.equal(plain.world.nowPs, struck.world.nowPs);
  plain.world.syncWalks();
  const { cpus } = struck.system;
  const task = struck.system.tasks().find((t) => t.name === 'kmigrated0') ?? assert.fail();
  assert.equal(task.state, 'running');
  cpus.nowPs = struck.world.nowPs;
  const [before, lateBefore] = [struck.world.threads[0].walk.pfn, struck.world.threads[0].walk.targetPs];
  cpus.steal(task.cpu, Cause.ShootdownReceive, 5 * MS);
  struck.world.syncWalks();
  const visited = plain.world.threads[0].walk.pfn, kept = struck.world.threads[0].walk.pfn;
  assert.ok(visited > before + 1, `the cursor was behind: ${before}, ${visited}`);
  // the visit that would begin at the very instant of the interrupt may come after it
  assert.ok(visited - kept <= 1 && kept <= visited, `${kept} instead of ${visited}`);
  assert.equal(struck.world.threads[0].walk.targetPs, lateBefore + 5 * MS);
});
