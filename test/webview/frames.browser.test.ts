// Frames and state: acknowledged after painting, one outstanding, other generations ignored, bad messages told, nothing loaded from elsewhere.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { bundles, launch, openView, settled, type Bundles } from './support/open';

let browser: Browser;
let built: Bundles;
before(async () => {
  [browser, built] = await Promise.all([launch(), bundles()]);
});
after(() => browser.close());

const acks = (page: Page): Promise<number[]> => page.evaluate(() => window.fake.received.flatMap(m => (m.type === 'ack' ? [m.seq] : [])));
const state = (page: Page): Promise<Record<string, unknown>> => page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? '{}'));

test('every frame is acknowledged once, in order, never two outstanding', async () => {
  const page = await openView(browser, built, { ticks: 17_000 });
  await page.evaluate(async () => {
    for (let i = 0; i < 30; i++) {
      window.fake.tick(40);
      await new Promise(done => requestAnimationFrame(done));
    }
  });
  await settled(page);
  const seen = await acks(page);
  assert.deepEqual(seen, seen.map((_, i) => i + 1));
  assert.equal(seen.length, await page.evaluate(() => window.fake.seq));
  assert.equal(await page.evaluate(() => window.fake.mostOutstanding), 1);
  assert.deepEqual(await page.evaluate(() => window.fake.refused), []);
  await page.context().close();
});

test('for people who want less motion frames are acknowledged at most four times a second', async () => {
  const page = await openView(browser, built, { ticks: 8_000, reducedMotion: true });
  const before = (await acks(page)).length;
  const ms = await page.evaluate(async () => {
    const begin = performance.now();
    for (let i = 0; i < 60; i++) {
      window.fake.tick(20);
      await new Promise(done => requestAnimationFrame(done));
    }
    return performance.now() - begin;
  });
  const count = (await acks(page)).length - before;
  assert.ok(count <= Math.ceil(ms / 250) + 1, `${count} acks in ${ms.toFixed(0)} ms`);
  await page.context().close();
});

test('a frame of another generation is neither shown nor acknowledged', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const time = await page.locator('.time').innerText();
  const before = (await acks(page)).length;
  await page.evaluate(() => {
    window.fake.generation = 99;
    window.fake.machine.timePs = 5e12;
    window.fake.frame(false);
  });
  await page.evaluate(() => new Promise(done => setTimeout(done, 300)));
  assert.equal(await page.locator('.time').innerText(), time);
  assert.equal((await acks(page)).length, before);
  await page.context().close();
});

test('another generation drops every cell and asks for the view again', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const views = await page.evaluate(() => window.fake.received.filter(m => m.type === 'view').length);
  await page.evaluate(() => {
    window.fake.machine.cls.fill(3);
    window.fake.machine.timePs = 0;
    window.fake.begin(2);
  });
  await settled(page);
  assert.ok(await page.evaluate(() => window.fake.received.filter(m => m.type === 'view').length) > views);
  assert.equal(await page.locator('.node-map[data-nid="0"] .node-foot').innerText(), 'nothing marked');
  await page.context().close();
});

test('a message that cannot be read is told in a sentence; the picture stays, dimmed, with its time', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.evaluate(() => window.toWebview({ type: 'found', requestId: 1, pfn: 'seven', text: '' }));
  const alert = page.getByRole('alert');
  await alert.filter({ hasText: 'cannot read' }).waitFor();
  assert.match(await alert.innerText(), /Message "found": pfn is "seven"; allowed is a whole number.*What is shown stands at 9\.052\u2009158 s\./);
  assert.ok(await page.evaluate(() => document.body.classList.contains('dimmed')));
  await page.getByRole('button', { name: 'Close this message' }).click();
  assert.equal(await page.evaluate(() => document.body.classList.contains('dimmed')), false);
  await page.context().close();
});

test('cells whose runs do not fit their buffer are refused, and the frame is still acknowledged', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.evaluate(() => {
    const view = window.fake.received.filter(m => m.type === 'view').at(-1);
    const range = view?.ranges[0];
    const post = window.toWebview;
    window.toWebview = m => {
      if (typeof m === 'object' && m !== null && 'cells' in m && range) Object.assign(m, { cells: { runs: Int32Array.of(range.id, range.first, range.count, 1).buffer, data: new ArrayBuffer(8), more: false } });
      post(m);
    };
    window.fake.tick(1);
  });
  await settled(page);
  assert.match(await page.getByRole('alert').innerText(), /Run 0 of range \d+ has \d+ cells/);
  await page.context().close();
});

test('the CSP refuses nothing that the view does, through every state of it', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  for (const name of ['Zone', 'Section', 'PFN']) await page.getByRole('group', { name: 'Level of the page maps' }).getByRole('button', { name, exact: true }).click();
  await page.getByRole('button', { name: 'What is modelled' }).click();
  await page.getByRole('button', { name: 'Table of the visible cells' }).click();
  await page.evaluate(() => window.toWebview({ type: 'progress', text: 'building 1 TiB, 38 %', fraction: 0.38 }));
  await settled(page);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await page.context().close();
});

test('the state of the view survives a reload: level, page, filter, card; the data is asked for again', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.getByRole('group', { name: 'Level of the page maps' }).getByRole('button', { name: 'Section', exact: true }).click();
  await page.locator('.inset-canvas').click({ position: { x: 200, y: 100 } });
  await page.locator('vscode-text-field.log-filter').click();
  await page.keyboard.type('node:1');
  await settled(page);
  const kept = await state(page);
  await page.reload();
  await settled(page);
  const back = await state(page);
  for (const key of ['level', 'pfn', 'nid', 'filter', 'card', 'follow']) assert.equal(back[key], kept[key], key);
  assert.equal(kept['level'], 'section');
  assert.equal(await page.getByRole('button', { name: 'Section' }).getAttribute('aria-pressed'), 'true');
  assert.match(await page.locator('.log .figures').innerText(), /^4 of 30 rows/);
  assert.match(await page.locator('.card-body').innerText(), /Flag word/);
  assert.ok(JSON.stringify(kept).length < 5_000, 'no data is kept');
  await page.context().close();
});

test('a state that does not fit is left, and the first view comes', async () => {
  const page = await openView(browser, built, { ticks: 100 });
  await page.evaluate(() => sessionStorage.setItem('state', '{"level":"mile"}'));
  await page.reload();
  await settled(page);
  assert.equal(await page.getByRole('button', { name: 'Pageblock' }).getAttribute('aria-pressed'), 'true');
  await page.context().close();
});

test('without a session: two sentences and two buttons, no empty charts', async () => {
  const page = await openView(browser, built, { session: false });
  await page.getByText('No machine runs.').waitFor();
  assert.equal(await page.locator('canvas:visible').count(), 0);
  await page.locator('vscode-button', { hasText: 'Run the default experiment' }).click();
  await page.locator('vscode-button', { hasText: 'Open a scenario' }).click();
  await page.waitForFunction(() => window.fake.received.length >= 3);
  assert.deepEqual(await page.evaluate(() => window.fake.received.flatMap(m => (m.type === 'command' ? [m.name] : []))), ['runDefault', 'openScenario']);
  await page.context().close();
});

test('progress shows after 400 ms and goes with the session', async () => {
  const page = await openView(browser, built, { session: false });
  const bar = page.getByRole('progressbar', { name: 'Building' });
  await page.evaluate(() => window.toWebview({ type: 'progress', text: 'building 1 TiB, 38 %', fraction: 0.38 }));
  await bar.waitFor({ state: 'visible' });
  assert.equal(await bar.getAttribute('aria-valuenow'), '38');
  assert.equal(await bar.innerText(), 'building 1 TiB, 38 %');
  await page.evaluate(() => window.fake.begin(1));
  await bar.waitFor({ state: 'hidden' });
  await page.context().close();
});

test('a halted run says so and can go on without its dead thread; a finished one cannot be stepped', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.evaluate(() => {
    window.fake.state = 'halted';
    window.fake.stateText = 'halted: kmigrated0 dereferenced a NULL pgdat (node 7)';
    window.fake.frame(false);
  });
  await page.getByText('dereferenced a NULL pgdat').waitFor();
  await settled(page);
  const point = page.getByRole('group', { name: 'Step', exact: true }).getByRole('button', { name: 'Point' });
  assert.ok(await point.isEnabled());
  assert.equal(await page.locator('.run-state').innerText(), 'halted');
  await page.evaluate(() => {
    window.fake.state = 'finished';
    window.fake.stateText = 'finished: 30 s simulated';
    window.fake.frame(false);
  });
  await page.getByText('30 s simulated').waitFor();
  await settled(page);
  assert.ok(await point.isDisabled());
  await page.context().close();
});

test('run, pause, reset and step are intents', async () => {
  const page = await openView(browser, built, { ticks: 100 });
  const last = (): Promise<unknown> => page.evaluate(() => window.fake.received.filter(m => m.type !== 'ack' && m.type !== 'view' && m.type !== 'log').at(-1));
  await page.getByTitle('Run (F5)').click();
  await settled(page);
  assert.deepEqual(await last(), { type: 'run' });
  await page.evaluate(() => { window.fake.state = 'running'; window.fake.frame(false); });
  await settled(page);
  await page.getByTitle('Pause (F5)').click();
  await settled(page);
  assert.deepEqual(await last(), { type: 'pause' });
  await page.getByRole('button', { name: 'Reset to time 0' }).click();
  await page.getByRole('group', { name: 'Step', exact: true }).getByRole('button', { name: 'Pass' }).click();
  await settled(page);
  assert.deepEqual(await last(), { type: 'step', kind: 'pass' });
  assert.equal((await state(page))['step'], 'pass');
  await page.context().close();
});
