/** Small parts of the host: how it writes numbers, reads PFNs, paths and requests, and orders speeds. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { cpuList, integer, memory, parsePfn, seconds, STATE_ICONS, threadText } from '../../src/host/format';
import { modelledMarkdown } from '../../src/host/commands/modelled';
import { readShowRequest } from '../../src/host/commands/showRequest';
import { nextSpeed, SPEEDS } from '../../src/host/commands/speeds';
import { lineColumn } from '../../src/host/scenario/positions';
import { readSourcePath } from '../../src/host/source/paths';
import { Debounce, Throttle } from '../../src/host/throttle';
import { MODEL } from './support/fakeSession';

test('numbers, memory, times and CPU lists are written for people', () => {
  assert.equal(integer(1234567), '1,234,567');
  assert.equal(integer(999), '999');
  assert.deepEqual([memory(1), memory(256), memory(262_144), memory(268_435_456)], ['4 KiB', '1 MiB', '1 GiB', '1 TiB']);
  assert.equal(seconds(10_008_123_456_789), '10.008 s');
  assert.equal(cpuList([0, 1, 2, 5, 7, 8]), '0–2, 5, 7–8');
});

test('a thread says what it is doing', () => {
  const t = {
    nid: 0, name: 'kmigrated0', phase: 'asleep', wakePs: 2e12, cursorPfn: 17630, zoneIdx: 1, held: 317, moved: 4, batchFolios: 512, passes: 1, activate: false, curNid: -1, nidWanted: -1,
  } as const;
  assert.equal(threadText(t), 'asleep until 2.000 s');
  assert.equal(threadText({ ...t, phase: 'walking' }), 'walking at PFN 17,630');
  assert.equal(threadText({ ...t, phase: 'collecting' }), 'batch 317/512');
  assert.equal(threadText({ ...t, phase: 'moving' }), 'moving 4/317');
});

test('no icon of the status bar turns: one that did kept the window painting and the side view from loading', () => {
  for (const icon of Object.values(STATE_ICONS)) assert.ok(!icon.includes('~'), icon);
});

test('a PFN is read in decimal, with commas, and in hexadecimal; anything else is not a PFN', () => {
  assert.deepEqual([parsePfn('17,630'), parsePfn(' 0x44DE '), parsePfn('0')], [17630, 17630, 0]);
  for (const bad of ['', 'x', '-1', '1.5', '0x', '99999999999', '4294967296']) assert.equal(parsePfn(bad), undefined, bad);
});

test('any PFN that is written with commas is read again', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), pfn => parsePfn(integer(pfn)) === pfn && parsePfn(`0x${pfn.toString(16)}`) === pfn));
});

test('an offset becomes the line and column that an editor gives it', () => {
  assert.deepEqual(lineColumn('ab\ncd\n', 4), { line: 1, column: 1 });
  assert.deepEqual(lineColumn('ab\ncd\n', 3), { line: 1, column: 0 });
  assert.deepEqual(lineColumn('ab', 99), { line: 0, column: 2 });
  fc.assert(fc.property(fc.array(fc.constantFrom('a', '\n', 'é', ' ')), fc.nat(60), (chars, offset) => {
    const text = chars.join(''), { line, column } = lineColumn(text, offset);
    const before = text.slice(0, Math.min(offset, text.length)).split('\n');
    return line === before.length - 1 && column === before.at(-1)?.length;
  }));
});

test('a source path is a URI, an absolute path, one below home, or one below the workspace', () => {
  assert.deepEqual(readSourcePath(' ~/linux ', '/home/a'), { kind: 'path', path: '/home/a/linux' });
  assert.deepEqual(readSourcePath('/src/linux', ''), { kind: 'path', path: '/src/linux' });
  assert.deepEqual(readSourcePath('C:\\linux', ''), { kind: 'path', path: 'C:\\linux' });
  assert.deepEqual(readSourcePath('linux', ''), { kind: 'relative', path: 'linux' });
  assert.deepEqual(readSourcePath('vscode-vfs://github/torvalds/linux', ''), { kind: 'uri', text: 'vscode-vfs://github/torvalds/linux' });
  assert.equal(readSourcePath('', '/home/a').kind, 'none');
  const noHome = readSourcePath('~/linux', '');
  assert.ok(noHome.kind === 'none' && /browser/.test(noHome.why));
});

test('what "show" was called with is read with care', () => {
  assert.deepEqual(readShowRequest({ filter: 'event:batch' }), { kind: 'show', what: { filter: 'event:batch' } });
  assert.deepEqual(readShowRequest({ kind: 'thread', nid: 2, id: 'x', name: 'kmigrated2' }), { kind: 'show', what: { filter: 'thread:kmigrated2' } });
  assert.deepEqual(readShowRequest({ pageClass: 12 }), { kind: 'class', pageClass: 12 });
  for (const bad of [undefined, null, 'x', 3, {}, { pfn: '3' }, { filter: 3 }]) assert.deepEqual(readShowRequest(bad), { kind: 'nothing' });
});

test('slower and faster go from choice to choice and stop at the ends', () => {
  assert.equal(nextSpeed(1, 1), 10);
  assert.equal(nextSpeed(1, -1), 0.1);
  assert.equal(nextSpeed(100, 1), 0);
  assert.equal(nextSpeed(0, 1), 0);
  assert.equal(nextSpeed(0, -1), 100);
  const slowest = SPEEDS[0]?.ratio ?? 0;
  assert.equal(nextSpeed(slowest, -1), slowest);
  assert.equal(nextSpeed(3, -1), 1);
});

test('what is modelled is told in three columns, an empty one by its word', () => {
  const text = modelledMarkdown(MODEL.scope, MODEL);
  assert.match(text, /## Modelled\n\n- the walk\n/);
  assert.match(text, /## Simplified\n\n- nothing\n/);
  assert.match(text, /## Not modelled\n\n- hotplug\n/);
  assert.ok(text.includes('Open now: "fake"') && !modelledMarkdown(MODEL.scope, undefined).includes('Open now'));
});

test('a throttle runs at once, then once more at the end of its period', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let runs = 0;
  const throttle = new Throttle(100, () => runs++);
  throttle.call();
  throttle.call();
  throttle.call();
  assert.equal(runs, 1);
  t.mock.timers.tick(100);
  assert.equal(runs, 2);
  t.mock.timers.tick(1000);
  assert.equal(runs, 2, 'quiet when nothing calls');
  throttle.call();
  throttle.call();
  throttle.dispose();
  t.mock.timers.tick(1000);
  assert.equal(runs, 3, 'a disposed throttle runs no more');
});

test('a debounce runs once its source is quiet', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let runs = 0;
  const debounce = new Debounce(50, () => runs++);
  debounce.call();
  t.mock.timers.tick(40);
  debounce.call();
  t.mock.timers.tick(40);
  assert.equal(runs, 0);
  t.mock.timers.tick(10);
  assert.equal(runs, 1);
  debounce.call();
  debounce.dispose();
  t.mock.timers.tick(100);
  assert.equal(runs, 1);
});
