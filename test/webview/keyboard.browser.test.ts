// The keyboard on the panel: one tab stop into the map, a cell cursor that is announced, keys as they are written down.
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

const live = (page: Page): Promise<string> => page.locator('#live').innerText();
const cursor = (page: Page): Promise<{ pfn: number; nid: number; level: string; card: string; filter: string; follow: boolean }> =>
  page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? '{}'));
const sent = (page: Page, type: string): Promise<Record<string, unknown>[]> => page.evaluate(t => window.fake.received.filter(m => m.type === t).map(m => ({ ...m })), type);

async function onMap(ticks = 17_935): Promise<Page> {
  const page = await openView(browser, built, { ticks });
  await page.locator('.map-area').focus();
  return page;
}
async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
  await page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
}

test('the map is one tab stop: the next Tab leaves it', async () => {
  const page = await onMap();
  assert.equal(await page.locator('.map-area [tabindex="0"], .map-area button, .map-area a').count(), 0);
  await press(page, 'Tab');
  assert.equal(await page.evaluate(() => document.querySelector('.map-area')?.contains(document.activeElement)), false);
  await press(page, 'Shift+Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.className), 'map-area');
  await page.context().close();
});

test('arrows move the cell cursor by cells of the level, and every move is announced', async () => {
  const page = await onMap();
  await press(page, 'Home', 'ArrowRight', 'ArrowRight');
  const at = (await cursor(page)).pfn;
  assert.match(await live(page), /^Node 0, pageblock \d+, PFN [\d,]+ to [\d,]+: /);
  await press(page, 'ArrowRight');
  assert.equal((await cursor(page)).pfn, at + 512);
  await press(page, 'ArrowDown');
  assert.equal((await cursor(page)).pfn, at + 512 + 16 * 512);
  await press(page, 'ArrowUp', 'ArrowLeft');
  assert.equal((await cursor(page)).pfn, at);
  await page.context().close();
});

test('at level PFN the page itself is announced: who it is marked for', async () => {
  const page = await onMap();
  await press(page, 'g');
  await page.keyboard.type('17,630');
  await press(page, 'Enter');
  await settled(page);
  await press(page, 'Escape', '+');
  await settled(page);
  assert.equal((await cursor(page)).level, 'pfn');
  await press(page, 'ArrowRight', 'ArrowLeft');
  assert.equal(await live(page), 'PFN 17,630, node 0, marked for node 1');
  await page.context().close();
});

test('Home and End are the cells of the zone, Page Up and Page Down the zones, across nodes', async () => {
  const page = await onMap();
  await press(page, 'c', 'Home');
  assert.equal((await cursor(page)).pfn, 4096);
  await press(page, 'End');
  assert.equal((await cursor(page)).pfn, 65_536 - 512);
  await press(page, 'PageUp');
  assert.equal((await cursor(page)).pfn, 1);
  await press(page, 'PageDown', 'PageDown');
  assert.deepEqual([(await cursor(page)).nid, (await cursor(page)).pfn], [1, 65_536]);
  await page.context().close();
});

test('plus and minus change the level, Escape goes out, Enter opens the page', async () => {
  const page = await onMap();
  await press(page, 'c', '-');
  assert.equal((await cursor(page)).level, 'section');
  await press(page, '+', '+');
  assert.equal((await cursor(page)).level, 'pfn');
  await press(page, 'Enter');
  await settled(page);
  assert.equal((await cursor(page)).card, 'page');
  assert.equal((await sent(page, 'pfn')).at(-1)?.['pfn'], (await cursor(page)).pfn);
  assert.match(await page.locator('.card-body').innerText(), /Flag word/);
  await press(page, 'Escape');
  assert.deepEqual([(await cursor(page)).card, (await cursor(page)).level], ['batch', 'pfn']);
  await press(page, 'Escape');
  assert.equal((await cursor(page)).level, 'pageblock');
  await page.context().close();
});

test('C goes to the scan cursor, L filters the log, S shows the statement, N finds the nearest mark', async () => {
  const page = await onMap();
  await press(page, 'c');
  assert.deepEqual([(await cursor(page)).pfn, (await cursor(page)).follow], [14_557, true]);
  await press(page, 'Enter');
  await settled(page);
  await press(page, 's');
  assert.equal((await sent(page, 'reveal')).length, 1);
  await press(page, 'l');
  assert.equal((await cursor(page)).filter, 'pfn:14557');
  await page.locator('.map-area').focus();
  await press(page, 'End', 'n');
  await page.waitForFunction(() => document.querySelector('#live')?.textContent?.includes('63,499') === true || window.fake.received.some(m => m.type === 'pfn' && m.pfn === 63_499));
  await settled(page);
  assert.equal((await cursor(page)).pfn, 63_499);
  await page.context().close();
});

test('comma and full stop change the speed; the host is told', async () => {
  const page = await onMap();
  await press(page, '.');
  await press(page, ',', ',');
  await settled(page);
  assert.deepEqual((await sent(page, 'speed')).map(m => m['ratio']), [0.02, 0.01, 0.002]);
  await page.context().close();
});

test('F6 goes through the parts in order and back', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  const part = (): Promise<string> => page.evaluate(() => document.activeElement?.closest('section')?.getAttribute('aria-label') ?? '');
  const seen: string[] = [];
  for (let i = 0; i < 6; i++) {
    await press(page, 'F6');
    seen.push(await part());
  }
  assert.deepEqual(seen, ['Controls and time', 'Time line', 'Page maps', 'Batch and page', 'Migration log', 'Controls and time']);
  await press(page, 'Shift+F6');
  assert.equal(await part(), 'Migration log');
  await page.context().close();
});

test('keys that the panel handles do not reach VS Code, which listens on the window; others do', async () => {
  const page = await onMap();
  await page.evaluate(() => {
    window.violations = [];
    window.addEventListener('keydown', e => window.violations.push(e.key));
  });
  await press(page, 'ArrowRight', '+', '.', 'F6', 'F10', 'q');
  assert.deepEqual(await page.evaluate(() => window.violations), ['F10', 'q']);
  await page.context().close();
});

test('a PFN that the machine does not have is refused with a sentence, and nothing moves', async () => {
  const page = await onMap();
  const before = (await cursor(page)).pfn;
  await press(page, 'g');
  await page.keyboard.type('9999999');
  await press(page, 'Enter');
  assert.match(await page.getByRole('alert').innerText(), /"9999999" is no PFN of this machine; allowed is/);
  assert.equal((await cursor(page)).pfn, before);
  await page.context().close();
});

test('letters typed into a field are text, not keys of the map', async () => {
  const page = await onMap();
  await page.locator('vscode-text-field.log-filter').click();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('cl+');
  await settled(page);
  assert.equal((await cursor(page)).filter, 'cl+');
  assert.equal((await cursor(page)).level, 'pageblock');
  await page.context().close();
});

test('F5, F10 and F11 belong to the host: the panel does nothing on them', async () => {
  const page = await onMap();
  const before = await page.evaluate(() => window.fake.received.length);
  await press(page, 'F10', 'F11');
  assert.equal(await page.evaluate(() => window.fake.received.filter(m => m.type === 'step' || m.type === 'run').length), 0);
  assert.ok(await page.evaluate(() => window.fake.received.length) >= before);
  await page.context().close();
});
