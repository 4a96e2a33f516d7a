// The charts of a world with programs: drawn from the series, told in words and tables, in every theme, under the page's CSP.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { SERIES_COLUMNS } from '../../src/protocol/series';
import { bundles, launch, openView, settled, type Bundles, type OpenOptions } from './support/open';

let browser: Browser;
let built: Bundles;
before(async () => {
  [browser, built] = await Promise.all([launch(), bundles()]);
});
after(() => browser.close());

const POINTS = 40;
const at = (name: string): number => SERIES_COLUMNS.indexOf(name);
/** A row a quarter of a second: counters that grow, shares in range, two causes that somebody pays. */
function rows(scale: number, points: number): number[] {
  return Array.from({ length: points }, (_, i) => {
    const row = SERIES_COLUMNS.map(() => 0);
    row[0] = i * 0.25e12;
    row[at('numa_pages_migrated')] = Math.floor(i * 100 * scale);
    row[at('numa_hint_faults')] = i * 300;
    row[at('local share')] = i / (points + 10);
    row[at('accesses a second')] = 1e6 + i * 1e4 * scale;
    row[at('p99 stall us')] = 50 * scale;
    row[at('hint fault')] = i * 1e9;
    row[at('inline migration')] = 2e9 * scale;
    return row;
  }).flat();
}

interface Sent {
  readonly runs?: readonly { readonly label: string; readonly points: number; readonly numbers: readonly number[] }[];
  readonly comparing?: boolean;
  readonly whyNot?: string;
}
const BOTH = [{ label: 'kmigrated v1 as posted', points: POINTS, numbers: rows(1.5, POINTS) }, { label: 'synchronous', points: POINTS, numbers: rows(1, POINTS) }];

/** The panel on a world with programs, its charts chosen. */
async function openCharts(o: OpenOptions = {}): Promise<Page> {
  const page = await openView(browser, built, o);
  await page.evaluate(() => {
    window.fake.model = { ...window.fake.model, programs: true };
    window.fake.begin(2);
  });
  await page.getByRole('tab', { name: 'Charts' }).click();
  await page.waitForFunction(() => window.fake.received.some(m => m.type === 'charts' && m.visible));
  return page;
}

async function send(page: Page, { runs = BOTH, comparing = true, whyNot = '' }: Sent = {}): Promise<void> {
  await page.evaluate(m => window.toWebview({
    type: 'series', generation: 2, says: 'Ten recorded runs were compared; times were not.', comparing: m.comparing, whyNot: m.whyNot,
    runs: m.runs.map(r => ({ label: r.label, points: r.points, data: Float64Array.from(r.numbers).buffer })),
  }), { runs, comparing, whyNot });
  await page.waitForFunction(n => n === 0 || document.querySelectorAll('.chart canvas').length > 0, runs.length);
}

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
    for (const name of ['Migrations', 'Local share', 'Progress', 'Stalls, 99th percentile', 'Who pays', 'Who pays, beside it']) {
      const i = await page.locator('.chart').evaluateAll((all, title) => all.findIndex(c => c.querySelector('.chart-title span')?.textContent === title), name);
      assert.ok(i >= 0, name);
      assert.ok(await coloured(page, i) > 100, name);
    }
    const legend = await page.locator('.chart').first().locator('.chart-legend li').evaluateAll(all => all.map(li => [li.textContent, li.querySelector('.swatch')?.classList.contains('dashed') === true] as const));
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
  assert.deepEqual(cells, Array.from({ length: POINTS }, (_, i) => String(i * 100)));
  await page.context().close();
});

test('the keyboard reads point by point, and what is read is announced', async () => {
  const page = await openCharts();
  await send(page);
  const box = page.locator('.chart-box').first();
  assert.match(await box.getAttribute('aria-label') ?? '', /Migrations.*numa_pages_migrated.*last 3900.*Arrow keys/);
  await box.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => [...document.querySelectorAll('[aria-live]')].some(e => /0\.500 s: .*numa_pages_migrated, synchronous 200/.test(e.textContent ?? '')));
  assert.equal(await box.evaluate(e => e === document.activeElement), true);
  await page.keyboard.press('End');
  await page.waitForFunction(() => [...document.querySelectorAll('[aria-live]')].some(e => /9\.75 s: .*numa_pages_migrated, synchronous 3900/.test(e.textContent ?? '')));
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
  await send(page, { runs: [{ label: 'kmigrated v1 as posted', points: POINTS, numbers: rows(3, POINTS) }, { label: 'synchronous', points: POINTS, numbers: rows(2, POINTS) }] });
  assert.equal(await top(), before);
  await page.setViewportSize({ width: 560, height: 900 });
  await settled(page);
  await page.waitForFunction(() => [...document.querySelectorAll<HTMLElement>('.chart:not([hidden]) .uplot')].every(u => u.getBoundingClientRect().right <= innerWidth));
  await page.evaluate(() => window.setTheme('light'));
  await page.waitForFunction(() => document.querySelectorAll('.chart:not([hidden]) canvas').length === 8);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await page.context().close();
});
