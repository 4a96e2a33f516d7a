/** The frame pump: one frame outstanding, nothing while hidden, a key frame when shown again. */

import assert from 'node:assert/strict';
import test from 'node:test';
import { FramePump } from '../../src/host/live/pump';
import type { HostMessage } from '../../src/protocol/messages';
import { FakeSession, frame } from './support/fakeSession';
import { HandClock } from './support/handClock';

function make(arrives = true): { pump: FramePump; posted: HostMessage[]; session: FakeSession; clock: HandClock } {
  const posted: HostMessage[] = [];
  const clock = new HandClock();
  const pump = new FramePump(m => {
    posted.push(m);
    return Promise.resolve(arrives);
  }, clock);
  return { pump, posted, session: new FakeSession(), clock };
}

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test('one frame is outstanding until its acknowledgement, then the next goes out', () => {
  const { pump, posted, session, clock } = make();
  session.firstFrames.push(frame(1), frame(2));
  pump.start(session, 7);
  pump.poke();
  pump.poke();
  assert.equal(posted.length, 1);
  assert.deepEqual(posted.map(m => m.type === 'frame' && m.generation), [7]);
  pump.ack(7, 1);
  clock.advance(0);
  assert.equal(posted.length, 2);
  assert.deepEqual(pump.figures, { posted: 2, acked: 1 });
});

test('an acknowledgement of another generation or frame is not one', () => {
  const { pump, posted, session } = make();
  session.firstFrames.push(frame(1), frame(2));
  pump.start(session, 7);
  pump.poke();
  pump.ack(6, 1);
  pump.ack(7, 2);
  assert.equal(posted.length, 1);
});

test('a frame that says more waits is followed by the next without a change', () => {
  const { pump, posted, session, clock } = make();
  session.firstFrames.push(frame(1, true), frame(2));
  pump.start(session, 1);
  pump.ack(1, 1);
  clock.advance(0);
  assert.equal(posted.length, 2);
  pump.ack(1, 2);
  clock.advance(0);
  assert.equal(session.views[0]?.asked, 2, 'nothing is asked for when nothing changed');
});

test('a hidden view is given back and asked for nothing', () => {
  const { pump, posted, session } = make();
  pump.start(session, 1);
  pump.setRanges([{ id: 1, level: 'node', nid: 0, zoneIdx: 0, first: 0, count: 1 }]);
  const [first] = session.views;
  pump.stop();
  const asked = first?.asked;
  pump.poke();
  assert.equal(first?.disposed, true);
  assert.equal(first?.asked, asked);
  assert.equal(posted.length, 0);
  pump.start(session, 1);
  assert.deepEqual(session.views[1]?.ranges.map(r => r.id), [1], 'the windows are asked for again');
});

test('a frame that was dropped on the way leads to a key frame, not to a stall', async () => {
  const { pump, posted, session } = make(false);
  session.firstFrames.push(frame(1), frame(2));
  pump.start(session, 1);
  await turn();
  assert.equal(session.views[0]?.resyncs, 1);
  pump.poke();
  assert.equal(posted.length, 2);
});

test('after a frame it rests twice as long as the frame took, but not above a quarter of a second', () => {
  const { pump, posted, session, clock } = make();
  session.firstFrames.push(frame(1), frame(2), frame(3));
  pump.start(session, 1);
  clock.advance(30);
  pump.ack(1, 1);
  pump.poke();
  clock.advance(59);
  assert.equal(posted.length, 1, 'resting');
  clock.advance(1);
  assert.equal(posted.length, 2);
  clock.advance(5000);
  pump.poke();
  pump.ack(1, 2);
  clock.advance(250);
  assert.equal(posted.length, 3);
  pump.ack(1, 3);
  pump.stop();
  pump.poke();
  clock.advance(1000);
  assert.equal(session.views[0]?.asked, 3, 'a stopped pump does not wake up');
});
