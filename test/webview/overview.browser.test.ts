// The side view: a small map a node, the counters, the way to the explorer.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser } from 'playwright-core';
import { bundles, launch, openView, settled, type Bundles } from './support/open';

let browser: Browser;
let built: Bundles;
before(async () => {
  [browser, built] = await Promise.all([launch(), bundles()]);
});
after(() => browser.close());

const counters = (text: string): Record<string, string> => {
  const lines = text.split('\n').map(l => l.trim()).filter(l => l !== '');
  return Object.fromEntries(lines.flatMap((l, i) => (i % 2 === 0 ? [[l, lines[i + 1] ?? '']] : [])));
};

test('counters have their figures, and follow the frames', async () => {
  const page = await openView(browser, built, { view: 'overview', width: 300, height: 700, ticks: 17_935 });
  const first = counters(await page.locator('.counters').innerText());
  assert.equal(first['Unmapped in the batch'], '212');
  assert.equal(first['Stale marks'], '3');
  assert.equal(first['Wrong, share of moved'], '67 %');
  await page.evaluate(() => window.fake.tick(212));
  await settled(page);
  assert.equal(counters(await page.locator('.counters').innerText())['Unmapped in the batch'], '0');
  assert.equal(await page.evaluate(() => window.fake.mostOutstanding), 1);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await page.context().close();
});

test('each node has a small map that says in words what it shows; a click opens the explorer', async () => {
  const page = await openView(browser, built, { view: 'overview', width: 300, height: 700, ticks: 17_935 });
  const maps = page.getByRole('img', { name: /^Node \d/ });
  assert.equal(await maps.count(), 4);
  assert.match(await maps.first().getAttribute('aria-label') ?? '', /Node 0, moving 300 of 512 to node 3: .*212 unmapped.*marked/);
  await page.getByRole('button', { name: 'Open the explorer' }).click();
  await page.waitForFunction(() => window.fake.received.some(m => m.type === 'command'));
  assert.deepEqual(await page.evaluate(() => window.fake.received.filter(m => m.type === 'command')), [{ type: 'command', name: 'openExplorer' }]);
  await page.context().close();
});

test('a node of 1 TiB is shown by sections, a bounded number', async () => {
  const page = await openView(browser, built, { view: 'overview', width: 300, height: 700, big: true });
  const ranges = await page.evaluate(() => window.fake.received.flatMap(m => (m.type === 'view' ? m.ranges : [])));
  assert.ok(ranges.length > 0 && ranges.every(r => r.level === 'section' && r.count <= 512));
  await page.context().close();
});

test('without a session: two sentences and two buttons', async () => {
  const page = await openView(browser, built, { view: 'overview', width: 300, height: 400, session: false });
  await page.getByText('Run the default experiment', { exact: true }).waitFor();
  assert.equal(await page.locator('vscode-button:visible').count(), 2);
  assert.equal(await page.locator('canvas:visible').count(), 0);
  await page.context().close();
});
