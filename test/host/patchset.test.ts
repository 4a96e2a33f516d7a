/** Download of a series: addresses, limits on both sides of gzip, cancel; against a server of the test's own on 127.0.0.1. */

import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import { gzipSync } from 'node:zlib';
import { readMessageId, threadUrl } from '../../src/host/patchset/archive';
import { gunzip } from '../../src/host/patchset/gunzip';
import { fetchBytes } from '../../src/host/node/download';

async function serving<T>(answer: RequestListener, use: (base: string) => Promise<T>): Promise<T> {
  const server = createServer(answer);
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve); });
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  }
}

const never = new AbortController().signal;
const textOf = (answer: { ok: true } | { ok: false; text: string }): string => answer.ok ? '' : answer.text;

test('message ids as a person types them', () => {
  for (const typed of ['a.b-1@host.org', ' <a.b-1@host.org> ', 'https://h.example/list/a.b-1@host.org/', 'https://h.example/list/a.b-1%40host.org/T/#u']) {
    const id = readMessageId(typed);
    assert.ok(id.ok && id.value === 'a.b-1@host.org', typed);
  }
  for (const typed of ['', 'no', 'a b@c', '../../x', 'a/b@c']) assert.match(textOf(readMessageId(typed)), /no message id/);
});

test('the address: https, or http on 127.0.0.1; nothing is set by default', () => {
  assert.deepEqual(threadUrl('https://h.example/list/', 'a@b'), { ok: true, value: 'https://h.example/list/a@b/t.mbox.gz' });
  assert.deepEqual(threadUrl('http://127.0.0.1:81', 'a@b'), { ok: true, value: 'http://127.0.0.1:81/a@b/t.mbox.gz' });
  assert.match(textOf(threadUrl('', 'a@b')), /Set kmigrated\.archiveUrl/);
  for (const base of ['http://h.example', 'http://localhost:1', 'http://127.0.0.1.h.example', 'file:///etc', 'ftp://127.0.0.1']) assert.match(textOf(threadUrl(base, 'a@b')), /allowed are https/);
  assert.match(textOf(threadUrl('lists', 'a@b')), /no address/);
  assert.match(textOf(threadUrl('https://me:x@h.example', 'a@b')), /holds a name/);
});

test('gzip is unpacked up to a limit; damaged or cut off is refused', async () => {
  const text = new TextEncoder().encode('hello '.repeat(1000));
  const packed = new Uint8Array(gzipSync(text));
  assert.deepEqual(await gunzip('a', packed), { ok: true, value: text });
  assert.deepEqual(await gunzip('a', text), { ok: true, value: text });
  assert.match(textOf(await gunzip('a', packed, 100)), /unpacks to more than 100 bytes/);
  assert.match(textOf(await gunzip('a', packed.slice(0, 30))), /damaged or cut off/);
  assert.match(textOf(await gunzip('a', new Uint8Array([0x1f, 0x8b, ...new Uint8Array(17 * 1024 * 1024)]))), /bytes packed/);
});

test('a download gives the bytes, tells how far it is, and asks for one address only', async () => {
  const asked: string[] = [];
  const seen: number[] = [];
  const answer = await serving((q, r) => { asked.push(q.url ?? ''); r.end(Buffer.from('abc')); }, base => fetchBytes(`${base}/x@y/t.mbox.gz`, never, 10, n => seen.push(n)));
  assert.ok(answer.ok);
  assert.equal(new TextDecoder().decode(answer.value), 'abc');
  assert.deepEqual([asked, seen.at(-1)], [['/x@y/t.mbox.gz'], 3]);
});

test('too much, not found, sent on, cancelled and not there are sentences', async () => {
  const much = await serving((_, r) => { r.end(Buffer.alloc(5000)); }, base => fetchBytes(base, never, 1000, () => undefined));
  assert.match(textOf(much), /more than 1000 bytes/);
  const none = await serving((_, r) => { r.writeHead(404).end(); }, base => fetchBytes(base, never, 1000, () => undefined));
  assert.match(textOf(none), /answers 404/);
  const on = await serving((_, r) => { r.writeHead(302, { location: 'https://elsewhere.example/' }).end(); }, base => fetchBytes(base, never, 1000, () => undefined));
  assert.match(textOf(on), /not followed/);
  const stop = new AbortController();
  const cancelled = await serving((_, r) => { r.write('a'); }, base => fetchBytes(base, stop.signal, 1000, () => stop.abort()));
  assert.match(textOf(cancelled), /cancelled/);
  const gone = await serving(() => undefined, base => Promise.resolve(base));
  assert.match(textOf(await fetchBytes(gone, never, 1000, () => undefined)), /cannot be reached/);
});
