// One selection over map, inset, log, time line and legend: picking in one marks or filters the others.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { bundles, launch, openView, settled, type Bundles } from './support/open';
import { insetCell, INSET } from './support/canvas';

let browser: Browser;
let built: Bundles;
before(async () => {
  [browser, built] = await Promise.all([launch(), bundles()]);
});
after(() => browser.close());

const view = (page: Page): Promise<Record<string, unknown>> => page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? '{}'));

test('a click on a page of the inset opens it: card, select message, marked log row', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const cell = await insetCell(page, 14_400);
  await page.locator(INSET).click({ position: { x: cell.x + 5, y: cell.y + 5 } });
  await settled(page);
  assert.equal((await view(page))['pfn'], 14_400);
  assert.match(await page.locator('.tab[aria-selected="true"]').innerText(), /Page 14,400/);
  assert.deepEqual(await page.evaluate(() => window.fake.received.filter(m => m.type === 'select').at(-1)), { type: 'select', pfn: 14_400 });
  const marked = await page.locator('.log-row.has-pfn').allInnerTexts();
  assert.equal(marked.length, 1);
  assert.match(marked[0] ?? '', /14,045–14,556/);
  await page.context().close();
});

test('a click on a cell of the map moves the inset there; a double click goes a level in', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const map = page.locator('.node-map[data-nid="2"] .map-canvas');
  await map.click({ position: { x: 40, y: 20 } });
  await settled(page);
  assert.match(await page.locator('.inset-title').innerText(), /^Node 2, PFN 14\d,/);
  assert.equal((await view(page))['follow'], false);
  await map.dblclick({ position: { x: 40, y: 20 } });
  await settled(page);
  assert.equal((await view(page))['level'], 'pfn');
  await page.context().close();
});

test('hovering says what is under the pointer, without selecting it', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const cell = await insetCell(page, 14_557);
  await page.locator(INSET).hover({ position: { x: cell.x + 5, y: cell.y + 5 } });
  await page.waitForFunction(() => document.querySelector('.inset-readout')?.textContent?.startsWith('14,557: marked for node') === true);
  assert.equal((await view(page))['pfn'], -1);
  await page.context().close();
});

test('a batch on the time line filters the log to its rows', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const x = await page.evaluate(() => {
    const canvas = document.querySelector('.time-box canvas');
    if (!(canvas instanceof HTMLCanvasElement)) return 0;
    // the first column of the upper lane, right of its name, that has the full height of a batch and is not the play head
    const d = canvas.getContext('2d')?.getImageData(0, 12, canvas.width, 1).data ?? new Uint8ClampedArray();
    const bright = [...Array(canvas.width).keys()].filter(i => i > 100 && (d[4 * i] ?? 0) > 190 && (d[4 * i + 1] ?? 0) > 190);
    return (bright[0] ?? 0) + 1;
  });
  await page.locator('.time-box').click({ position: { x, y: 12 } });
  await settled(page);
  assert.match(String((await view(page))['filter']), /^node:0 from:8\.9\d+ to:\d\.\d+$/);
  await page.context().close();
});

test('a key of the legend leads to the nearest page of its kind, on whatever node it is', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.locator('.legend').getByRole('button', { name: 'wrong node' }).click();
  await settled(page);
  assert.match(await page.locator('#live').innerText(), /^Nearest, wrong node: PFN [\d,]+, node 1\.$/);
  assert.equal((await view(page))['nid'], 1);
  await page.locator('.legend').getByRole('button', { name: 'isolated' }).click();
  await settled(page);
  assert.equal(await page.locator('#live').innerText(), 'Nowhere in the machine now: isolated.');
  await page.context().close();
});

test('the host can ask to show a page or a filter, also at once after loading', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.evaluate(() => {
    window.fake.begin(2);
    window.toWebview({ type: 'show', what: { pfn: 199_000, filter: 'node:3' } });
  });
  await settled(page);
  assert.match(await page.locator('.inset-title').innerText(), /^Node 3, PFN 198,/);
  assert.equal((await view(page))['filter'], 'node:3');
  assert.match(await page.locator('.tab[aria-selected="true"]').innerText(), /Page 199,000/);
  await page.context().close();
});

test('several batches that move at once are summed in one sentence', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.evaluate(() => {
    const b = window.fake.machine.batches[0];
    if (b) window.fake.machine.batches.push({ ...b, thread: 1, target: 2, timePs: b.timePs + 1, asked: [[2, 512]], right: 512, wrong: 0 });
    window.fake.frame(false);
  });
  await settled(page);
  assert.equal(await page.locator('.flow-label').innerText(), '2 batches, 1,024 folios: 682 go where they asked, 342 do not');
  await page.context().close();
});
