// The panel over a real session on the default experiment: what it says is what the session counts, to the page.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { Counter } from '../../src/engine/observe/counters';
import { bundles, launch, openView, type Bundles } from './support/open';

let browser: Browser;
let built: Bundles;
before(async () => {
  [browser, built] = await Promise.all([launch(), bundles()]);
});
after(() => browser.close());

/** Runs as fast as it goes until a simulated time, pauses, and waits until the view has caught up. */
async function runTo(page: Page, seconds: number): Promise<void> {
  await page.evaluate(() => {
    window.real.session?.setSpeed(0);
    window.real.session?.run();
  });
  await page.waitForFunction(s => (window.real.session?.timePs ?? 0) >= s * 1e12 || window.real.session?.state !== 'running', seconds);
  await page.evaluate(() => window.real.session?.pause());
  await caughtUp(page);
}

const caughtUp = (page: Page): Promise<unknown> => page.waitForFunction(() => {
  const ps = window.real.session?.timePs ?? 0;
  const shown = document.querySelector('.time')?.getAttribute('title')?.replaceAll(/\D/g, '') ?? '';
  return shown === String(ps) && window.real.frames === window.real.acked;
});

test('every page that the session moved is on the maps, right and wrong apart', async () => {
  const page = await openView(browser, built, { real: true });
  await runTo(page, 4);
  await page.waitForFunction(() => /right/.test(document.querySelector('.node-map[data-nid="1"] .node-foot')?.textContent ?? ''));
  const totals = await page.evaluate(() => window.real.session?.counters().total ?? []);
  const feet = await page.locator('.node-foot').allInnerTexts();
  const sum = (word: string): number => feet.reduce((n, text) => n + Number((new RegExp(`([\\d,]+) ${word}`).exec(text)?.[1] ?? '0').replaceAll(',', '')), 0);
  assert.ok(sum('wrong') > 5_000);
  assert.equal(sum('right'), totals[Counter.pages_right]);
  assert.equal(sum('wrong'), totals[Counter.pages_wrong]);
  assert.deepEqual(await page.evaluate(() => [window.real.refused, window.violations]), [[], []]);
  await page.context().close();
});

test('a step to the next batch ends in a card whose sentence has the numbers of the session', async () => {
  const page = await openView(browser, built, { real: true });
  await runTo(page, 2.6);
  for (let i = 0; i < 3; i++) {
    await page.evaluate(() => window.real.session?.step('batch'));
    await caughtUp(page);
  }
  const row = await page.evaluate(() => window.real.session?.log('event:batch', -1, 1).rows.at(-1));
  assert.ok(row);
  const card = await page.locator('.card-body').innerText();
  assert.match(card, new RegExp(`${row.folios} of ${row.folios} folios moved`));
  assert.match(card, new RegExp(`All go to node ${row.sentTo}: ${row.right} asked for it, ${row.wrong} did not`));
  await page.waitForFunction(text => document.querySelector('.log-sheet')?.textContent?.includes(text) === true, `${row.right} right, ${row.wrong} wrong`);
  await page.context().close();
});

test('the page card shows the flag word of the session, bit by bit', async () => {
  const page = await openView(browser, built, { real: true });
  await runTo(page, 2.6);
  const pfn = await page.evaluate(() => window.real.session?.find(0, 20_000, 7) ?? -1);
  assert.ok(pfn > 0);
  await page.locator('.map-area').focus();
  await page.keyboard.press('g');
  await page.keyboard.type(String(pfn));
  await page.keyboard.press('Enter');
  await page.locator('.bits').waitFor();
  const word = await page.evaluate(p => window.real.session?.page(p)?.word ?? '', pfn);
  assert.equal(await page.locator('.word code').innerText(), word);
  const bits = await page.locator('.bit-row').first().locator('.bit-value').allInnerTexts();
  assert.equal(parseInt(bits.join(''), 2), Number(BigInt(word) & 0xffffn));
  assert.match(await page.locator('.card-body').innerText(), /marked for node \d/);
  await page.context().close();
});

test('reset goes back to time 0: no batch, no row, no lane of what has not happened', async () => {
  const page = await openView(browser, built, { real: true });
  await runTo(page, 4);
  await page.getByRole('button', { name: 'Reset to time 0' }).click();
  await page.waitForFunction(() => document.querySelector('.time')?.textContent?.startsWith('0.000') === true);
  await page.getByText('No row yet').waitFor();
  assert.equal(await page.locator('.flow-label').innerText(), 'no batch');
  assert.match(await page.locator('.card-body').innerText(), /No batch yet/);
  assert.deepEqual(await page.locator('.node-foot').allInnerTexts(), ['nothing marked', 'nothing marked', 'nothing marked', 'nothing marked']);
  await page.context().close();
});
