// The migration log: 100,000 rows cost what is on view, filters go to the host, rows lead to their statement and their page.
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

const rows = (page: Page): Promise<string[]> => page.locator('.log-sheet .log-row').allInnerTexts();
const asked = (page: Page): Promise<{ first: number; count: number; filter: string }[]> => page.evaluate(() => window.fake.received.flatMap(m => (m.type === 'log' ? [{ first: m.first, count: m.count, filter: m.filter }] : [])));
const scrollTo = (page: Page, share: number): Promise<void> => page.locator('.log-scroll').evaluate((e, s) => e.scrollTo(0, (e.scrollHeight - e.clientHeight) * s), share);

test('100,000 rows: few elements, few rows asked for, and the newest on view', async () => {
  const page = await openView(browser, built, { rows: 100_000 });
  await settled(page);
  assert.match((await rows(page)).at(-1) ?? '', /^99\.999/);
  assert.ok(await page.locator('.log-sheet *').count() < 900);
  assert.equal(await page.locator('.log-table').getAttribute('aria-rowcount'), '100001');
  const first = await asked(page);
  assert.ok(first.reduce((n, a) => n + a.count, 0) <= 1_000, JSON.stringify(first));
  assert.ok(first.every(a => a.count <= 500));
  await page.context().close();
});

test('scrolling through 100,000 rows stays within a bounded number of elements and requests a step', async () => {
  const page = await openView(browser, built, { rows: 100_000 });
  const before = (await asked(page)).length;
  const steps = 60;
  const made = await page.evaluate(async n => {
    const scroller = document.querySelector('.log-scroll');
    if (!scroller) return Infinity;
    let rows = 0;
    const observer = new MutationObserver(records => {
      for (const r of records) rows += r.addedNodes.length;
    });
    observer.observe(scroller, { childList: true, subtree: true });
    for (let i = 0; i <= n; i++) {
      scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) * (1 - i / n);
      await new Promise(done => requestAnimationFrame(done));
    }
    return rows;
  }, steps);
  await settled(page);
  // a step draws what is on view once when it is there, and once more when missing rows have come
  assert.ok(made <= (steps + 1) * 2 * 45, `${made} rows made in ${steps} steps`);
  assert.ok((await asked(page)).length - before <= 125);
  assert.ok(await page.locator('.log-sheet .log-row').count() < 60);
  assert.match((await rows(page))[0] ?? '', /^0\.000/);
  await page.context().close();
});

test('scrolled up the log stands still while rows come; at the end it follows', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await scrollTo(page, 0);
  await settled(page);
  const top = (await rows(page))[0];
  await page.evaluate(() => window.fake.tick(1_200));
  await settled(page);
  assert.equal((await rows(page))[0], top);
  assert.doesNotMatch(await page.locator('.log .figures').innerText(), /following/);
  await scrollTo(page, 1);
  await settled(page);
  assert.match(await page.locator('.log .figures').innerText(), /following/);
  await page.evaluate(() => window.fake.tick(1_300));
  await settled(page);
  const total = await page.evaluate(() => window.fake.machine.rows.length);
  assert.match(await page.locator('.log .figures').innerText(), new RegExp(`^${total} of ${total} rows, following`));
  await page.context().close();
});

test('the row of a batch that moves says how far it is; its end is a row of its own', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  assert.match((await rows(page)).at(-1) ?? '', /300 of 512 moved/);
  await page.evaluate(() => window.fake.tick(100));
  await settled(page);
  assert.match((await rows(page)).at(-1) ?? '', /400 of 512 moved/);
  await page.evaluate(() => window.fake.tick(112));
  await settled(page);
  assert.match((await rows(page)).at(-2) ?? '', /512 folios/);
  assert.match((await rows(page)).at(-1) ?? '', /170 right, 342 wrong/);
  await page.context().close();
});

test('a filter goes to the host, its rows and numbers come back, and it can be cleared', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const field = page.locator('vscode-text-field.log-filter');
  // the panel begins without the rows of single marks
  assert.equal((await asked(page)).at(-1)?.filter, '-event:mark');
  await field.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('node:2');
  await settled(page);
  assert.equal((await asked(page)).at(-1)?.filter, 'node:2');
  assert.match(await page.locator('.log .figures').innerText(), /^4 of 30 rows/);
  await field.click();
  await page.keyboard.type('x');
  await settled(page);
  assert.equal(await page.locator('.log-note').innerText(), 'No row matches "node:2x". Clear filter');
  await page.getByRole('button', { name: 'Clear filter' }).click();
  await settled(page);
  assert.match(await page.locator('.log .figures').innerText(), /^30 rows/);
  await page.context().close();
});

test('a filter that cannot be read shows the sentence of the host, and the old rows go', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.locator('vscode-text-field.log-filter').click();
  await page.keyboard.type('?');
  await settled(page);
  assert.match(await page.locator('.log-note [role="alert"]').innerText(), /The filter has "\?" at 1; allowed are/);
  assert.equal(await page.locator('.log-sheet .log-row').count(), 0);
  await page.context().close();
});

test('a click on a row goes to its page; its event goes to the statement; Enter does both', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const row = page.locator('.log-sheet .log-row', { hasText: '12,509' }).last();
  await row.locator('.c-pfns').click();
  await settled(page);
  assert.match(await page.locator('.inset-title').innerText(), /Node 0, PFN 12,/);
  assert.deepEqual(await page.evaluate(() => window.fake.received.filter(m => m.type === 'select').at(-1)), { type: 'select', pfn: 12_509 });
  await row.getByRole('button').click();
  await settled(page);
  assert.deepEqual(await page.evaluate(() => window.fake.received.filter(m => m.type === 'reveal').length), 1);
  await page.locator('.log-scroll').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await settled(page);
  assert.deepEqual(await page.evaluate(() => window.fake.received.filter(m => m.type === 'reveal').length), 2);
  assert.match(await page.locator('#live').innerText(), /kmigrated0, batch begins, PFN/);
  await page.context().close();
});

test('copy a reproduction and open as text are asked of the host', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.getByRole('button', { name: 'Copy a reproduction' }).click();
  await page.getByRole('button', { name: 'Open the matching rows as text' }).click();
  await settled(page);
  assert.deepEqual(await page.evaluate(() => window.fake.received.slice(-2).map(m => m.type)), ['copyRepro', 'openLogText']);
  await page.context().close();
});

test('a log that grows while it is followed never shows an empty view: rows appear as far as they have come', async () => {
  const page = await openView(browser, built, { real: true });
  await page.evaluate(() => {
    window.real.session?.setSpeed(1);
    window.real.session?.run();
  });
  await page.locator('vscode-text-field.log-filter').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.waitForFunction(() => (window.real.session?.log('', 0, 1).total ?? 0) > 8_300, undefined, { timeout: 60_000 });
  for (let look = 0; look < 40; look++) {
    const seen = await page.evaluate(() => new Promise<number>(resolve => requestAnimationFrame(() => {
      const box = document.querySelector('.log-scroll')?.getBoundingClientRect();
      resolve([...document.querySelectorAll('.log-sheet .log-row')].filter(r => {
        const at = r.getBoundingClientRect();
        return box !== undefined && at.bottom > box.top && at.top < box.bottom;
      }).length);
    })));
    assert.ok(seen > 0, `look ${look}: no row on view`);
  }
  await page.context().close();
});

test('a time of ten seconds and more is written out in every width', async () => {
  for (const width of [560, 660, 900]) {
    const page = await openView(browser, built, { real: true, width });
    await page.evaluate(() => {
      window.real.session?.setSpeed(0);
      window.real.session?.run();
    });
    await page.waitForFunction(() => window.real.session?.state === 'finished');
    await page.waitForFunction(() => [...document.querySelectorAll('.log-sheet .c-time')].at(-1)?.textContent?.startsWith('2') === true);
    const cut = await page.evaluate(() => [...document.querySelectorAll<HTMLElement>('.log-sheet .c-time')].filter(c => c.scrollWidth > c.clientWidth).length);
    assert.equal(cut, 0, `${width} px`);
    await page.context().close();
  }
});
