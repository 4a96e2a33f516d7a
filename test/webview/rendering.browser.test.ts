// What the canvases show: every state of a page by its own look in every theme, rare states in summarised cells, the cursor, changes.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { PageClass } from '../../src/engine/machine/pageclass';
import { readText } from './support/files';
import { bundles, launch, openView, settled, type Bundles } from './support/open';
import { colors, INSET, insetCell } from './support/canvas';
import type { ThemeName } from './support/themes';

let browser: Browser;
let built: Bundles;
before(async () => {
  [browser, built] = await Promise.all([launch(), bundles()]);
});
after(() => browser.close());

const palette: readonly { id: string; defaults: Record<string, string> }[] = JSON.parse(readText('media/colors.json'));
const kind: Readonly<Record<ThemeName, string>> = { dark: 'dark', light: 'light', hc: 'highContrast', 'hc-light': 'highContrastLight' };
const color = (name: string, theme: ThemeName): string => palette.find(c => c.id === `kmigrated.${name}`)?.defaults[kind[theme]]?.toLowerCase() ?? '';

const BASE = 40_000;
const CLASSES: readonly (readonly [number, number])[] = [
  [PageClass.Free, -1], [PageClass.NonLru, -1], [PageClass.Lru, -1], [PageClass.Marked, 3], [PageClass.StaleMark, 3], [PageClass.Isolated, 3], [PageClass.Unmapped, 3], [PageClass.Left, -1],
  [PageClass.Right, 3], [PageClass.Wrong, 3], [PageClass.Hole, -1], [PageClass.Foreign, -1], [PageClass.Offline, -1],
];

/** Opens the view with one page of each class in a row at BASE, and the inset on it. */
async function withEveryClass(theme: ThemeName): Promise<Page> {
  const page = await openView(browser, built, { theme });
  await page.evaluate(([base, classes]) => {
    classes.forEach(([c, target], i) => window.fake.machine.set(base + i * 2, c, target));
    window.fake.tick(0);
    window.toWebview({ type: 'show', what: { pfn: base + 200 } });
  }, [BASE, CLASSES] as const);
  await settled(page);
  return page;
}

for (const theme of ['dark', 'light', 'hc', 'hc-light'] as const) {
  test(`every class of page has a look of its own: ${theme}`, async () => {
    const page = await withEveryClass(theme);
    const looks = new Map<string, number>();
    for (let i = 0; i < CLASSES.length; i++) {
      const seen = await colors(page, INSET, await insetCell(page, BASE + i * 2));
      const look = JSON.stringify(Object.entries(seen).sort());
      assert.ok(!looks.has(look), `classes ${CLASSES[looks.get(look) ?? 0]?.[0]} and ${CLASSES[i]?.[0]} look the same in ${theme}`);
      looks.set(look, i);
      const has = (name: string, least: number): void => assert.ok((seen[color(name, theme)] ?? 0) >= least, `class ${CLASSES[i]?.[0]} shows ${name} in ${theme}: ${look.slice(0, 200)}`);
      switch (CLASSES[i]?.[0]) {
        case PageClass.Free: has('pageFree', 40); break;
        case PageClass.NonLru: has('pageNonLru', 60); break;
        case PageClass.Lru: has('pageLru', 60); break;
        case PageClass.Marked: has('pageMarked', 60); break;
        case PageClass.StaleMark: has('pageMarked', 36); break;
        case PageClass.Isolated: has('pageIsolated', 36); has('pageIsolatedFill', 30); break;
        case PageClass.Unmapped: has('pageUnmapped', 8); break;
        case PageClass.Left: has('pageLeft', 4); break;
        case PageClass.Right: has('pageRight', 60); break;
        case PageClass.Wrong: has('pageWrong', 50); break;
        default:
      }
    }
    await page.context().close();
  });
}

test('one page of a rare state shows in its pageblock, in its section and on the bars of zone and node', async () => {
  for (const [c, name] of [[PageClass.Marked, 'pageMarked'], [PageClass.Wrong, 'pageWrong'], [PageClass.Right, 'pageRight'], [PageClass.Isolated, 'pageIsolated']] as const) {
    const page = await openView(browser, built);
    const canvas = '.node-map[data-nid="2"] .map-canvas';
    for (const level of ['Pageblock', 'Section', 'Zone', 'Node']) {
      await page.getByRole('group', { name: 'Level of the page maps' }).getByRole('button', { name: level, exact: true }).click();
      await settled(page);
      await page.evaluate(([pfn, cls]) => { window.fake.machine.set(pfn, 3, -1); window.fake.tick(0); return cls; }, [150_000, c] as const);
      await settled(page);
      const before = (await colors(page, canvas))[color(name, 'dark')] ?? 0;
      await page.evaluate(([pfn, cls]) => { window.fake.machine.set(pfn, cls, 1); window.fake.tick(0); }, [150_000, c] as const);
      await settled(page);
      const now = (await colors(page, canvas))[color(name, 'dark')] ?? 0;
      assert.ok(now > before, `${name} at level ${level}: ${before} to ${now} pixels`);
    }
    await page.context().close();
  }
});

test('the scan cursor stands on the map and in the inset, and moves with the frames', async () => {
  const page = await openView(browser, built, { ticks: 8_000 });
  const at = async (): Promise<string> => page.evaluate(() => {
    const canvas = document.querySelector('.node-map[data-nid="0"] .map-canvas');
    return canvas instanceof HTMLCanvasElement ? canvas.toDataURL() : '';
  });
  const first = await at();
  assert.ok(((await colors(page, INSET))[color('scanCursor', 'dark')] ?? 0) > 30);
  await page.evaluate(() => window.fake.tick(1_500));
  await settled(page);
  assert.notEqual(await at(), first);
  assert.match(await page.locator('.node-map[data-nid="0"] .node-state').innerText(), /walking at PFN|collecting/);
  await page.context().close();
});

test('the inset follows the scan cursor until a page is picked, and again after C', async () => {
  const page = await openView(browser, built, { ticks: 8_000 });
  const title = (): Promise<string> => page.locator('.inset-title').innerText();
  const first = await title();
  await page.evaluate(() => window.fake.tick(3_000));
  await settled(page);
  assert.notEqual(await title(), first);
  await page.locator(INSET).click({ position: { x: 150, y: 60 } });
  await settled(page);
  const picked = await title();
  await page.evaluate(() => window.fake.tick(2_000));
  await settled(page);
  assert.equal(await title(), picked);
  await page.keyboard.press('c');
  await settled(page);
  assert.notEqual(await title(), picked);
  await page.context().close();
});

test('a change of theme repaints with the colours of the new one', async () => {
  const page = await openView(browser, built, { ticks: 12_500 });
  assert.ok(((await colors(page, INSET))[color('pageMarked', 'dark')] ?? 0) > 500);
  await page.evaluate(() => window.setTheme('light'));
  await page.waitForFunction(() => getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)');
  await settled(page);
  const seen = await colors(page, INSET);
  assert.ok((seen[color('pageMarked', 'light')] ?? 0) > 500);
  assert.equal(seen[color('pageMarked', 'dark')] ?? 0, 0);
  await page.context().close();
});

test('on a screen of two device pixels the canvases have them', async () => {
  const page = await openView(browser, built, { scale: 2 });
  const ratio = await page.evaluate(() => {
    const canvas = document.querySelector('.inset-canvas');
    return canvas instanceof HTMLCanvasElement ? canvas.width / canvas.clientWidth : 0;
  });
  assert.equal(ratio, 2);
  await page.context().close();
});

test('right and wrong are told in the flow, the card and the log by numbers', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  assert.equal(await page.locator('.flow-label').innerText(), '512 to node 3: 170 asked for it, 342 did not');
  const card = await page.locator('.card-body').innerText();
  assert.match(card, /300 of 512 folios moved/);
  assert.match(card, /All go to node 3: 170 asked for it, 342 did not\. It is the target of the folio after the batch, PFN 14,557\./);
  assert.match(await page.locator('.log-sheet').innerText(), /170 right, 342 wrong/);
  const flow = await colors(page, '.flow-canvas');
  assert.ok((flow[color('pageRight', 'dark')] ?? 0) > 500);
  assert.ok((flow[color('pageWrong', 'dark')] ?? 0) > 500);
  await page.context().close();
});

test('a machine of 2 TiB asks for what is on view only', async () => {
  const page = await openView(browser, built, { big: true });
  await page.getByRole('button', { name: 'Pageblock' }).click();
  await settled(page);
  const ranges = await page.evaluate(() => window.fake.received.filter(m => m.type === 'view').at(-1)?.ranges ?? []);
  const cells = ranges.reduce((n, r) => n + r.count, 0);
  assert.ok(ranges.length > 0 && cells < 60_000, `${cells} cells`);
  await page.locator('.node-map[data-nid="1"] .map-scroll').evaluate(e => e.scrollTo(0, e.scrollHeight));
  await settled(page);
  const last = await page.evaluate(() => window.fake.received.filter(m => m.type === 'view').at(-1));
  const end = Math.max(...(last?.ranges.filter(r => r.nid === 1 && r.level === 'pageblock').map(r => r.first + r.count) ?? [0]));
  assert.equal(end, 2 ** 28 / 512);
  await page.context().close();
});
