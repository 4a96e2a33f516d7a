/** The channel to a webview: what is sent when, what is answered, and what is dropped at the border. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type * as vscode from 'vscode';
import { Channel, type ChannelWorld, type Intents } from '../../src/host/live/channel';
import type { HostMessage } from '../../src/protocol/messages';
import { readHostMessage } from '../../src/protocol/validate';
import { FakeSession, frame } from './support/fakeSession';

/** An event that a test fires by hand. */
class Source<T> {
  private readonly listeners = new Set<(e: T) => unknown>();
  readonly event: vscode.Event<T> = listener => {
    this.listeners.add(listener);
    return { dispose: () => { this.listeners.delete(listener); } };
  };

  get listening(): number {
    return this.listeners.size;
  }

  fire(e: T): void {
    for (const listener of this.listeners) listener(e);
  }
}

function make(): {
  channel: Channel; posted: HostMessage[]; calls: string[]; warned: string[]; receive: (m: unknown) => void; session: FakeSession;
  opened: Source<ChannelWorld | undefined>; worlds: { current: ChannelWorld | undefined }; incoming: Source<unknown>;
} {
  const posted: HostMessage[] = [], calls: string[] = [], warned: string[] = [];
  const incoming = new Source<unknown>(), opened = new Source<ChannelWorld | undefined>(), changed = new Source<ChannelWorld>();
  const session = new FakeSession();
  const worlds: { current: ChannelWorld | undefined } = { current: undefined };
  const intents: Intents = {
    run: () => calls.push('run'), pause: () => calls.push('pause'), reset: () => calls.push('reset'), step: k => calls.push(`step ${k}`),
    setSpeed: r => calls.push(`speed ${r}`), setCompare: on => calls.push(`compare ${on}`), select: (pfn, from) => calls.push(`select ${pfn} ${from}`), reveal: p => calls.push(`reveal ${p}`),
    copyReproduction: () => calls.push('copy'), openLogText: f => calls.push(`text ${f}`), command: n => calls.push(`command ${n}`),
  };
  const channel = new Channel(
    { postMessage: (m: HostMessage) => Promise.resolve(posted.push(m) > 0), onDidReceiveMessage: incoming.event }, 'panel',
    { get current() { return worlds.current; }, stepKind: 'point', onDidOpen: opened.event, onDidChange: changed.event },
    intents, { warn: (m: string) => { warned.push(m); } },
  );
  return { channel, posted, calls, warned, receive: m => incoming.fire(m), session, opened, worlds, incoming };
}

test('without a world a webview that loads is told so, and what to do', () => {
  const { posted, receive } = make();
  receive({ type: 'ready', view: 'panel' });
  assert.equal(posted.length, 1);
  assert.ok(posted[0]?.type === 'noSession' && /run the default experiment/.test(posted[0].text));
});

test('a webview that loads gets the session, then its first frame, then what was asked for before it had loaded', () => {
  const { channel, posted, receive, session, worlds } = make();
  worlds.current = { session, generation: 3 };
  session.firstFrames.push(frame(1));
  channel.show({ pfn: 5 });
  channel.show({ filter: 'thread:kmigrated0' });
  assert.equal(posted.length, 0);
  receive({ type: 'ready', view: 'panel' });
  assert.deepEqual(posted.map(m => m.type), ['session', 'frame', 'show']);
  assert.deepEqual(posted[2], { type: 'show', what: { pfn: 5, filter: 'thread:kmigrated0' } });
});

test('a world that is opened reaches a loaded webview at once and a hidden one not at all', () => {
  const { channel, posted, receive, session, opened, worlds } = make();
  receive({ type: 'ready', view: 'panel' });
  worlds.current = { session, generation: 1 };
  opened.fire(worlds.current);
  assert.equal(posted.at(-1)?.type, 'session');
  channel.hidden();
  const before = posted.length;
  opened.fire({ session, generation: 2 });
  assert.equal(posted.length, before);
});

test('questions are answered under their number, a bad filter with its sentence', () => {
  const { posted, receive, session, worlds } = make();
  worlds.current = { session, generation: 1 };
  receive({ type: 'log', requestId: 4, filter: 'bad', first: 0, count: 10 });
  receive({ type: 'pfn', requestId: 5, pfn: 9 });
  receive({ type: 'find', requestId: 6, nid: 0, near: 10, pageClass: 7 });
  receive({ type: 'find', requestId: 7, nid: 1, near: 10, pageClass: 7 });
  assert.deepEqual(posted, [
    { type: 'log', requestId: 4, first: 0, matched: 0, total: 0, rows: [], error: 'not a filter' },
    { type: 'pfn', requestId: 5, page: null },
    { type: 'found', requestId: 6, pfn: 11, text: '' },
    { type: 'found', requestId: 7, pfn: -1, text: 'There is no such page on node 1 now.' },
  ]);
});

test('intents are passed on, and what the protocol does not know is dropped with a line in the log', () => {
  const { calls, warned, receive } = make();
  receive({ type: 'run' });
  receive({ type: 'step', kind: 'batch' });
  receive({ type: 'select', pfn: 17 });
  receive({ type: 'command', name: 'openSource' });
  receive({ type: 'compare', on: true });
  receive({ type: 'step', kind: 'leap' });
  receive({ type: 'command', name: 'workbench.action.quit' });
  receive('run');
  assert.deepEqual(calls, ['run', 'step batch', 'select 17 panel', 'command openSource', 'compare true']);
  assert.equal(warned.length, 3);
});

test('charts that are seen get their series, those of a hidden webview none', () => {
  const { channel, posted, receive, session, worlds } = make();
  worlds.current = { session, generation: 3 };
  receive({ type: 'ready', view: 'panel' });
  assert.deepEqual(posted.map(m => m.type), ['session']);
  receive({ type: 'charts', visible: true });
  assert.deepEqual(posted.map(m => m.type), ['session', 'series']);
  channel.hidden();
  receive({ type: 'ready', view: 'panel' });
  assert.deepEqual(posted.map(m => m.type), ['session', 'series', 'session']);
  channel.dispose();
});

test('a closed channel listens to nothing', () => {
  const { channel, opened, incoming } = make();
  channel.dispose();
  assert.equal(opened.listening, 0);
  assert.equal(incoming.listening, 0);
});

test('sentences and progress reach a loaded webview only, and a long sentence is cut to what the protocol takes', () => {
  const { channel, posted, receive } = make();
  channel.sendError('too early');
  receive({ type: 'ready', view: 'panel' });
  channel.sendProgress('building', 0);
  channel.sendError('x'.repeat(9_000));
  assert.deepEqual(posted.map(m => m.type), ['noSession', 'progress', 'error']);
  assert.ok(posted.every(m => readHostMessage(m).ok));
});
