// The charts of a world with programs: drawn from the series, told in words and tables, in every theme, under the page's CSP.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { bundles, launch, openView, settled, type Bundles, type OpenOptions } from './support/open';
import { madeRun, sendSeries, showCharts, type MadeRun, type Sent } from './support/charts';

let browser: Browser;
let built: Bundles;
before(async () => {
  [browser, built] = await Promise.all([launch(), bundles()]);
});
after(() => browser.close());

const POINTS = 40;
/** A row a quarter of a second: counters that grow, shares in range, two causes that somebody pays. */
const growing = (label: string, scale: number): MadeRun => madeRun(label, POINTS, i => ({
  'time ps': i * 0.25e12, numa_pages_migrated: Math.floor(i * 100 * scale), numa_hint_faults: i * 300, 'local share': i / (POINTS + 10), 'accesses a second': 1e6 + i * 1e4 * scale,
  'p99 stall us': 50 * scale, compute: 9e10, 'hint fault': i * 1e9, 'inline migration': 2e9 * scale,
}));
const BOTH = [growing('kmigrated v1 as posted', 1.5), growing('synchronous', 1)];

/** The panel on a world with programs, its charts chosen. */
async function openCharts(o: OpenOptions = {}): Promise<Page> {
  const page = await openView(browser, built, o);
  await showCharts(page);
  return page;
}
const send = (page: Page, sent: Sent = {}): Promise<void> => sendSeries(page, { runs: BOTH, ...sent });

/** Colours of a chart's canvas that are not grey, with how many pixels have one. */
const coloured = (page: Page, chart: number): Promise<number> => page.evaluate(i => {
  const canvas = document.querySelectorAll('.chart')[i]?.querySelector('canvas');
  const d = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
  let n = 0;
  for (let p = 0; p < d.length; p += 4) if ((d[p + 3] ?? 0) > 0 && Math.max(d[p] ?? 0, d[p + 1] ?? 0, d[p + 2] ?? 0) - Math.min(d[p] ?? 0, d[p + 1] ?? 0, d[p + 2] ?? 0) > 40) n++;
  return n;
}, chart);

test('nothing to draw: a sentence, no empty plots, and the charts are asked for only while they are seen', async () => {
  const page = await openCharts();
  assert.match(await page.locator('#charts').innerText(), /Run to see how the programs fare/);
  assert.equal(await page.locator('.chart canvas').count(), 0);
  await page.getByRole('tab', { name: 'Pages and log' }).click();
  await page.waitForFunction(() => window.fake.received.filter(m => m.type === 'charts').at(-1)?.visible === false);
  assert.ok(!await page.locator('#charts').isVisible());
  await page.context().close();
});

for (const theme of ['dark', 'light', 'hc', 'hc-light'] as const) {
  test(`every chart has ink, both runs are told apart by more than colour, and the CSP holds: ${theme}`, async () => {
    const page = await openCharts({ theme });
    await send(page);
    const n = await page.locator('.chart:not([hidden])').count();
    assert.equal(n, 8);
    for (const name of ['Migrations', 'Local share', 'Progress', 'Stalls, 99th percentile', 'Who pays: kmigrated v1 as posted', 'Who pays: synchronous']) {
      const i = await page.locator('.chart').evaluateAll((all, title) => all.findIndex(c => c.querySelector('.chart-name')?.textContent === title), name);
      assert.ok(i >= 0, name);
      assert.ok(await coloured(page, i) > 100, name);
    }
    const legend = await page.locator('.chart').first().locator('.chart-key').evaluateAll(all => all.map(key => [key.getAttribute('title'), key.querySelector('.swatch')?.classList.contains('dashed') === true] as const));
    for (const [text, dashed] of legend) assert.equal(dashed, (text ?? '').includes('synchronous'));
    assert.ok(legend.some(([, dashed]) => dashed) && legend.some(([, dashed]) => !dashed));
    assert.equal(await page.locator('.chart canvas:not([aria-hidden="true"])').count(), 0);
    assert.deepEqual(await page.evaluate(() => [window.violations, window.fake.refused]), [[], []]);
    await page.context().close();
  });
}

test('line one says what is validated, and the scope and the costs are one click away', async () => {
  const page = await openCharts();
  await send(page);
  assert.match(await page.locator('#charts').innerText(), /^Ten recorded runs were compared; times were not\./);
  await page.locator('#charts').getByRole('button', { name: 'What is modelled' }).click();
  await page.locator('#charts').getByRole('button', { name: 'Costs' }).click();
  await page.locator('#charts').getByRole('button', { name: 'Choose migrator' }).click();
  await page.waitForFunction(() => window.fake.received.filter(m => m.type === 'command').length === 3);
  assert.deepEqual(await page.evaluate(() => window.fake.received.flatMap(m => m.type === 'command' ? [m.name] : [])), ['showScope', 'showCosts', 'chooseMigrator']);
  await page.context().close();
});

test('the table beside a chart holds the numbers of the series', async () => {
  const page = await openCharts();
  await send(page);
  const chart = page.locator('.chart').filter({ hasText: 'Migrations' }).first();
  const toggle = chart.getByRole('button', { name: 'Table of Migrations' });
  assert.equal(await toggle.getAttribute('aria-expanded'), 'false');
  await toggle.press('Enter');
  assert.equal(await toggle.getAttribute('aria-expanded'), 'true');
  const heads = await chart.locator('thead th').allInnerTexts();
  const column = heads.findIndex(h => h.includes('numa_pages_migrated') && h.includes('synchronous'));
  assert.ok(column > 0, heads.join('|'));
  const cells = await chart.locator('tbody tr').evaluateAll((all, c) => all.map(tr => [...tr.children].map(td => td.textContent ?? '')[c] ?? ''), column);
  assert.deepEqual(cells, Array.from({ length: POINTS }, (_, i) => (i * 100).toLocaleString('en')));
  await page.context().close();
});

test('the keyboard reads point by point, and what is read is announced', async () => {
  const page = await openCharts();
  await send(page);
  const box = page.locator('.chart-box').first();
  assert.match(await box.getAttribute('aria-label') ?? '', /Migrations.*numa_pages_migrated.*last 3,900.*Arrow keys/);
  await box.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => [...document.querySelectorAll('[aria-live]')].some(e => /0\.500 s: .*numa_pages_migrated, synchronous 200/.test(e.textContent ?? '')));
  assert.equal(await box.evaluate(e => e === document.activeElement), true);
  await page.keyboard.press('End');
  await page.waitForFunction(() => [...document.querySelectorAll('[aria-live]')].some(e => /9\.750 s: .*numa_pages_migrated, synchronous 3,900/.test(e.textContent ?? '')));
  await page.context().close();
});

test('the second run can be switched off and on again', async () => {
  const page = await openCharts();
  await send(page);
  const box = page.getByRole('checkbox', { name: /beside it/ });
  assert.ok(await box.isChecked());
  await box.click();
  await page.waitForFunction(() => window.fake.received.some(m => m.type === 'compare' && !m.on));
  await send(page, { runs: BOTH.slice(0, 1), comparing: false });
  await page.waitForFunction(() => document.querySelectorAll('.chart:not([hidden])').length === 7);
  assert.deepEqual([await box.isChecked(), await box.isEnabled()], [false, true]);
  await box.click();
  await page.waitForFunction(() => window.fake.received.some(m => m.type === 'compare' && m.on));
  await page.context().close();
});

test('where there can be no second run the switch is off and the reason stands beside it', async () => {
  const page = await openCharts();
  const whyNot = 'Two worlds would take about 400 MiB, more than the limit of 300 MiB.';
  await send(page, { runs: BOTH.slice(0, 1), comparing: false, whyNot });
  await page.waitForFunction(text => document.querySelector('#charts')?.textContent?.includes(text) === true, whyNot);
  const box = page.getByRole('checkbox', { name: /beside it/ });
  assert.deepEqual([await box.isChecked(), await box.isEnabled()], [false, false]);
  await page.context().close();
});

test('charts follow the width and the theme without a jump of what stands around them', async () => {
  const page = await openCharts({ width: 900 });
  await send(page);
  const top = (): Promise<number> => page.locator('.chart-grid').evaluate(e => e.getBoundingClientRect().top);
  const before = await top();
  await send(page, { runs: [growing('kmigrated v1 as posted', 3), growing('synchronous', 2)] });
  assert.equal(await top(), before);
  await page.setViewportSize({ width: 560, height: 900 });
  await settled(page);
  await page.waitForFunction(() => [...document.querySelectorAll<HTMLElement>('.chart:not([hidden]) .uplot')].every(u => u.getBoundingClientRect().right <= innerWidth));
  await page.evaluate(() => window.setTheme('light'));
  await page.waitForFunction(() => document.querySelectorAll('.chart:not([hidden]) canvas').length === 8);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await page.context().close();
});

test('every cursor goes along, and the legends give the figures of that point', async () => {
  const page = await openCharts();
  await send(page);
  await page.locator('.chart-box').first().press('Home');
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  const shares = (): Promise<string[]> => page.locator('.chart').filter({ hasText: 'Local share' }).locator('.chart-value').allInnerTexts();
  await page.waitForFunction(() => document.querySelector('#charts')?.textContent?.includes('At 1.000 s.') === true);
  assert.deepEqual(await shares(), ['0.08', '0.08']);
  assert.deepEqual(await page.locator('.chart').first().locator('.chart-value').first().innerText(), '600');
  const lefts = await page.locator('.chart:not([hidden]) .u-cursor-x').evaluateAll(all => all.map(e => Math.round(new DOMMatrix(getComputedStyle(e).transform).e)));
  assert.equal(lefts.length, 8);
  assert.ok(Math.max(...lefts) - Math.min(...lefts) <= 1 && (lefts[0] ?? 0) > 5, lefts.join(' '));
  // the same point stays under the cursor when the next message comes
  await send(page);
  assert.deepEqual(await shares(), ['0.08', '0.08']);
  await page.context().close();
});

test('areas of one stack have a colour of their own: no area shines through another', async () => {
  const page = await openCharts();
  await send(page);
  const i = await page.locator('.chart').evaluateAll(all => all.findIndex(c => c.querySelector('.chart-name')?.textContent === 'Who pays: synchronous'));
  const fills = await page.evaluate(n => {
    const canvas = document.querySelectorAll('.chart')[n]?.querySelector('canvas');
    const d = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
    const seen = new Map<string, number>();
    for (let p = 0; p < d.length; p += 4) if ((d[p + 3] ?? 0) === 255) seen.set(`${d[p]} ${d[p + 1]} ${d[p + 2]}`, (seen.get(`${d[p]} ${d[p + 1]} ${d[p + 2]}`) ?? 0) + 1);
    return [...seen].filter(([, count]) => count > 400).length;
  }, i);
  assert.equal(fills, 2);
  await page.context().close();
});

test('the second run is dashed on the canvas: its line has gaps where the other has none', async () => {
  const page = await openCharts({ theme: 'hc' });
  // flat lines far from each other: a row of pixels through each
  const flat = (label: string, us: number): MadeRun => madeRun(label, POINTS, i => ({ 'time ps': i * 0.25e12, 'p99 stall us': us }));
  await send(page, { runs: [flat('kmigrated v1 as posted', 90), flat('synchronous', 40)] });
  const chart = await page.locator('.chart').evaluateAll(all => all.findIndex(c => c.querySelector('.chart-name')?.textContent === 'Stalls, 99th percentile'));
  const rows = await page.evaluate(i => {
    const canvas = document.querySelectorAll('.chart')[i]?.querySelector('canvas');
    const { width = 0, height = 0 } = canvas ?? {};
    const d = canvas?.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    const strong = (x: number, y: number): boolean => { const p = (y * width + x) * 4; return (d[p + 3] ?? 0) > 200 && Math.max(d[p] ?? 0, d[p + 1] ?? 0, d[p + 2] ?? 0) - Math.min(d[p] ?? 0, d[p + 1] ?? 0, d[p + 2] ?? 0) > 40; };
    return Array.from({ length: height }, (_, y) => Array.from({ length: width - 80 }, (_unused, x) => strong(x + 56, y)).filter(Boolean).length / (width - 80)).filter(part => part > 0.3);
  }, chart);
  const most = Math.max(...rows);
  assert.ok(rows.some(part => part > most * 0.98) && rows.some(part => part < most * 0.75), rows.map(r => r.toFixed(2)).join(' '));
  await page.context().close();
});

test('another theme draws the same lines in other colours, and unchanged charts are not drawn again', async () => {
  const page = await openCharts();
  await send(page);
  const picture = (): Promise<string> => page.evaluate(() => document.querySelector<HTMLCanvasElement>('.chart canvas')?.toDataURL() ?? '');
  const dark = await picture();
  await page.evaluate(() => { document.querySelector('.chart canvas')?.setAttribute('data-first', ''); });
  await page.evaluate(() => window.setTheme('light'));
  await page.waitForFunction(() => document.querySelector('.chart canvas[data-first]') === null);
  const light = await picture();
  assert.notEqual(light, dark);
  assert.ok(await coloured(page, 0) > 100);
  await page.evaluate(() => { document.querySelector<HTMLCanvasElement>('.chart canvas')?.getContext('2d')?.clearRect(0, 0, 9_999, 9_999); });
  const cleared = await picture();
  await page.getByRole('button', { name: 'PFN', exact: true }).last().click();
  await settled(page);
  assert.equal(await picture(), cleared);
  await page.context().close();
});

test('charts scrolled off the screen are not asked for', async () => {
  const page = await openCharts({ height: 700 });
  await send(page);
  const last = (visible: boolean): Promise<unknown> => page.waitForFunction(on => { const m = window.fake.received.filter(r => r.type === 'charts').at(-1); return m?.type === 'charts' && m.visible === on; }, visible);
  await last(true);
  await page.setViewportSize({ width: 900, height: 150 });
  await page.evaluate(() => document.querySelector('main')?.scrollTo(0, 0));
  await last(false);
  await page.setViewportSize({ width: 900, height: 900 });
  await last(true);
  await page.context().close();
});

test('a series that is not one is refused in words, and the charts stay as they were', async () => {
  const page = await openCharts();
  await send(page);
  const before = await page.locator('.chart-box').first().getAttribute('aria-label');
  const good = { type: 'series', generation: 2, says: '', comparing: false, whyNot: '' };
  for (const bad of [
    { ...good, runs: [{ label: 'x', points: 9, data: 'no' }] }, { ...good, runs: 'all' }, { ...good, runs: [], says: 7 }, { ...good, generation: -1, runs: [] }, { type: 'series' },
  ]) await page.evaluate(m => window.toWebview(m), bad);
  await page.evaluate(() => window.toWebview({ type: 'series', generation: 2, says: '', comparing: false, whyNot: '', runs: [{ label: 'x', points: 1e9, data: new ArrayBuffer(8) }] }));
  await page.evaluate(() => window.toWebview({ type: 'series', generation: 1, says: 'Of another world.', comparing: false, whyNot: '', runs: [] }));
  await page.waitForFunction(() => (document.querySelector('.notices')?.textContent ?? '').includes('series'));
  await settled(page);
  assert.equal(await page.locator('.chart-box').first().getAttribute('aria-label'), before);
  assert.ok(!(await page.locator('#charts').innerText()).includes('Of another world.'));
  const html = '<img src=x onerror=alert(1)>';
  await send(page, { says: html, runs: [growing(html, 1)] });
  await page.waitForFunction(text => document.querySelector('#charts')?.textContent?.includes(text) === true, html);
  assert.equal(await page.locator('#charts img').count(), 0);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await page.context().close();
});
