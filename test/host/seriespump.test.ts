/** The series of the charts: nothing for hidden ones, at most twice a second, the last one when a run ends. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { SeriesPump } from '../../src/host/live/seriespump';
import type { HostMessage } from '../../src/protocol/messages';
import { readHostMessage } from '../../src/protocol/validate';
import { FakeSession } from './support/fakeSession';
import { HandClock } from './support/handClock';

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

function make(arrives = () => true): { pump: SeriesPump; posted: HostMessage[]; session: FakeSession; clock: HandClock } {
  const posted: HostMessage[] = [];
  const clock = new HandClock();
  const pump = new SeriesPump(m => {
    posted.push(m);
    return Promise.resolve(arrives());
  }, clock);
  return { pump, posted, session: new FakeSession(), clock };
}

test('hidden charts cost nothing; visible ones get the whole series of the open world', () => {
  const { pump, posted, session } = make();
  pump.start(session, 4);
  session.samples++;
  pump.poke();
  assert.deepEqual([posted.length, session.seriesAsked], [0, 0]);
  pump.setVisible(true);
  assert.deepEqual(posted.map(m => m.type === 'series' && m.generation), [4]);
  assert.ok(posted.every(m => readHostMessage(m).ok));
  pump.setVisible(false);
  session.samples++;
  pump.poke();
  assert.equal(posted.length, 1);
});

test('many samples in a second are two messages', () => {
  const { pump, posted, session, clock } = make();
  pump.setVisible(true);
  pump.start(session, 1);
  for (let ms = 0; ms < 1000; ms += 10) {
    session.samples++;
    pump.poke();
    clock.advance(10);
  }
  assert.equal(posted.length, 3, 'one at once, then one every 500 ms');
  clock.advance(500);
  const before = posted.length;
  for (let i = 0; i < 10; i++) clock.advance(500);
  assert.equal(posted.length, before, 'nothing new, nothing sent');
});

test('a run that ends is told at once', () => {
  const { pump, posted, session, clock } = make();
  session.state = 'running';
  pump.setVisible(true);
  pump.start(session, 1);
  clock.advance(10);
  session.samples++;
  pump.poke();
  assert.equal(posted.length, 1);
  session.state = 'finished';
  pump.poke();
  assert.equal(posted.length, 2);
  clock.advance(500);
  assert.equal(posted.length, 2);
});

test('what the webview dropped is sent again, and charts that come back get everything anew', async () => {
  let arrives = false;
  const { pump, posted, session, clock } = make(() => arrives);
  pump.setVisible(true);
  pump.start(session, 1);
  await turn();
  arrives = true;
  clock.advance(500);
  assert.equal(posted.length, 2);
  await turn();
  clock.advance(500);
  pump.setVisible(false);
  pump.setVisible(true);
  assert.equal(posted.length, 3);
});

test('a webview that is gone has no charts until it says so again, and no world means no series', () => {
  const { pump, posted, session, clock } = make();
  pump.setVisible(true);
  pump.start(session, 1);
  pump.stop();
  clock.advance(5_000);
  pump.start(session, 2);
  assert.equal(posted.length, 1);
  pump.setVisible(true);
  assert.equal(posted.length, 2);
  pump.forget();
  session.samples++;
  clock.advance(5_000);
  pump.poke();
  assert.equal(posted.length, 2);
});
