/** The known walk gives its written digest in Node, and the bundled examples are all listed under their names. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import test from 'node:test';
import { EXAMPLES } from '../../src/host/scenario/examples';
import { SCENARIO_SUFFIX } from '../../src/host/ids';
import { marksScenarioText } from '../../src/scenario/defaults';
import { loadScenario } from '../../src/scenario/load';
import { createSession } from '../../src/session/session';
import { at } from '../support/root';
import { KNOWN_DIGEST } from './support/knownDigest';
import { walkKnown } from './support/knownWalk';

test('the known walk through the marks scenario has the written digest', async () => {
  const loaded = await loadScenario(marksScenarioText(), () => Promise.resolve(undefined));
  assert.ok(loaded.ok);
  const session = createSession(loaded.spec, {
    now: () => performance.now(),
    defer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
    sourceLabel: () => '', memoryLimitBytes: 2 ** 31,
  });
  assert.ok(!('ok' in session));
  assert.equal(await walkKnown(session), KNOWN_DIGEST);
  session.dispose();
});

test('the examples are the scenarios of media/scenarios, under their own names', async () => {
  const files = fs.readdirSync(at('media/scenarios')).map(f => f.replace(SCENARIO_SUFFIX, '')).filter(f => f !== 'default').sort();
  assert.deepEqual(EXAMPLES.map(e => e.file).sort(), files);
  for (const e of EXAMPLES) {
    const loaded = await loadScenario(fs.readFileSync(at('media/scenarios', e.file + SCENARIO_SUFFIX), 'utf8'), () => Promise.resolve(undefined));
    assert.ok(loaded.ok && loaded.spec.name === e.title, e.file);
  }
});
