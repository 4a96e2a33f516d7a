// What goes wrong in set-up is said in one sentence with the way out.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { launchChromium, NO_CHROMIUM } from '../../scripts/lib/chromium.mjs';
import { hostReady, needNodeModules, NO_PACKAGES, nodeTooOld } from '../../scripts/lib/need.mjs';
import { desktopTooOld, portTaken, startOptions } from '../../scripts/lib/startup.mjs';
import { at } from '../support/root';

/** A folder that is gone when the test is over. */
function folder(t: TestContext): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'kmigrated-test-'));
  t.after(() => fs.rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** Sets environment variables for one test. */
function setting(t: TestContext, values: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(values)) {
    const before = process.env[name];
    const set = (v: string | undefined): void => {
      if (v === undefined) delete process.env[name];
      else process.env[name] = v;
    };
    set(value);
    t.after(() => set(before));
  }
}

test('options of npm start', () => {
  assert.deepEqual(startOptions([]), { served: false, browser: true });
  assert.deepEqual(startOptions(['--port', '9000', '--no-browser']), { served: false, browser: false, port: 9000 });
  assert.deepEqual(startOptions(['--port=65535', '--served']), { served: true, browser: true, port: 65535 });
  for (const wrong of [['--port', '0'], ['--port=65536'], ['--port', '80a'], ['--port=-1']]) assert.throws(() => startOptions(wrong), /allowed is a whole number from 1 to 65535/);
  assert.throws(() => startOptions(['--port']), /--port is without a number/);
  assert.throws(() => startOptions(['--prot', '1']), /does not know "--prot"; it takes --port N/);
});

test('a taken port is said before anything is installed or built, with another one to take', async t => {
  const server = net.createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const said = spawnSync(process.execPath, [at('scripts/start.mjs'), '--served', '--port', String(address.port)], { encoding: 'utf8' });
  assert.equal(said.status, 1);
  assert.equal(said.stdout, '');
  assert.equal(said.stderr.trim(), portTaken(address.port));
  assert.match(said.stderr, new RegExp(`^port ${address.port} of 127\\.0\\.0\\.1 is taken .* npm start -- --port \\d+\\s*$`));
});

test('an old Node is named with the one that is needed', () => {
  assert.equal(nodeTooOld('20.0.0'), undefined);
  assert.equal(nodeTooOld('26.1.0'), undefined);
  assert.match(nodeTooOld('18.20.1') ?? '', /^Node 18\.20\.1 is too old: install Node 20 or newer/);
});

test('without a network the missing packages are named, with the way out', async t => {
  const dir = folder(t);
  const entry = { name: 'x', version: '1.0.0', lockfileVersion: 3, packages: { '': { name: 'x', dependencies: { 'is-number': '7.0.0' } }, 'node_modules/is-number': { version: '7.0.0' } } };
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ name: 'x', version: '1.0.0', dependencies: { 'is-number': '7.0.0' } }));
  fs.writeFileSync(path.join(dir, 'package-lock.json'), JSON.stringify(entry));
  setting(t, { npm_config_registry: 'http://127.0.0.1:9/', npm_config_fetch_retries: '0', npm_config_cache: path.join(dir, 'cache') });
  await assert.rejects(needNodeModules(dir, 'silent'), { message: NO_PACKAGES });
});

test('without Chromium the way to get one is said', async t => {
  setting(t, { PATH: folder(t), CHROMIUM: undefined });
  await assert.rejects(launchChromium(), { message: NO_CHROMIUM });
  assert.match(NO_CHROMIUM, /apt-get install chromium .* CHROMIUM$/);
});

test('a half installed code-server is not taken for a whole one', t => {
  const dir = folder(t);
  fs.mkdirSync(path.join(dir, 'node_modules'));
  fs.writeFileSync(path.join(dir, 'package-lock.json'), '{}');
  assert.equal(hostReady(dir), false);
  fs.writeFileSync(path.join(dir, 'node_modules/.ready'), 'the hash of an earlier lock file');
  assert.equal(hostReady(dir), false);
});

test('a desktop VS Code that is too old is passed over, and said', () => {
  assert.equal(desktopTooOld('^1.103.0', '1.103.0\nabc\nx64\n'), undefined);
  assert.equal(desktopTooOld('^1.103.0', '1.139.1\n'), undefined);
  assert.equal(desktopTooOld('^1.103.0', '2.0.0\n'), undefined);
  assert.match(desktopTooOld('^1.103.0', '1.99.3\n') ?? '', /is VS Code 1\.99\.3, and 1\.103\.0 or newer is needed/);
  assert.match(desktopTooOld('^1.103.0', '') ?? '', /no version of VS Code/);
});
