// Pictures of the webview alone over a synthetic machine, in every theme and width: node scripts/webview-shots.mjs [folder] [part of a name]
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { launchChromium } from './lib/chromium.mjs';
import { at, ROOT } from './lib/common.mjs';

const [folder = 'out/webview-shots', only = ''] = process.argv.slice(2);

/** What the pictures of charts need, from the support of the webview's tests. */
/** @typedef {{ showCharts: (page: import('playwright-core').Page) => Promise<void>, sendSeries: (page: import('playwright-core').Page, sent?: object) => Promise<void>, LIKELY: readonly object[] }} Charts */
const WHY_NOT = 'Two worlds would take about 400 MiB, more than the limit of 300 MiB.';

/** @type {{ name: string, o: Record<string, unknown>, act?: (page: import('playwright-core').Page, charts: Charts) => Promise<unknown> }[]} */
const SHOTS = [
  ...['dark', 'light', 'hc', 'hc-light'].flatMap(theme => [
    { name: `panel-900-${theme}`, o: { theme, width: 900, height: 1000, ticks: 17_935 } },
    { name: `panel-700-${theme}`, o: { theme, width: 700, height: 760, ticks: 17_935 } },
    { name: `overview-${theme}`, o: { theme, view: 'overview', width: 300, height: 700, ticks: 17_935 } },
  ]),
  ...['dark', 'light', 'hc', 'hc-light'].flatMap(theme => [[1280, 800], [620, 1000]].map(([width, height]) => ({
    name: `charts-${width}-${theme}`, o: { theme, width, height, ticks: 17_935 },
    /** @param {import('playwright-core').Page} page @param {Charts} charts */
    act: async (page, charts) => {
      await charts.showCharts(page);
      await charts.sendSeries(page);
      await page.locator('.chart-box').nth(width === 1280 ? 0 : 2).press('ArrowLeft');
    },
  }))),
  { name: 'charts-end-dark', o: { theme: 'dark', width: 1280, height: 1400 }, act: async (page, charts) => { await charts.showCharts(page); await charts.sendSeries(page); } },
  { name: 'charts-empty-light', o: { theme: 'light', width: 900, height: 800 }, act: async (page, charts) => { await charts.showCharts(page); await charts.sendSeries(page, { runs: [], comparing: false }); } },
  { name: 'charts-one-light', o: { theme: 'light', width: 900, height: 1400 }, act: async (page, charts) => { await charts.showCharts(page); await charts.sendSeries(page, { runs: charts.LIKELY.slice(0, 1), comparing: false, whyNot: WHY_NOT }); await page.getByRole('button', { name: 'Table of Migrations' }).click(); } },
  { name: 'panel-1280-dark', o: { theme: 'dark', width: 1280, height: 800, ticks: 17_935 } },
  { name: 'page-dark', o: { theme: 'dark', ticks: 17_935 }, act: page => page.locator('.inset-canvas').click({ position: { x: 120, y: 220 } }) },
  { name: 'pfn-dark', o: { theme: 'dark', ticks: 17_935 }, act: page => page.getByRole('button', { name: 'PFN', exact: true }).last().click() },
  { name: 'zone-dark', o: { theme: 'dark', ticks: 17_935 }, act: page => page.getByRole('button', { name: 'Zone' }).click() },
  { name: 'section-dark', o: { theme: 'dark', ticks: 17_935 }, act: page => page.getByRole('button', { name: 'Section' }).click() },
  { name: 'scope-light', o: { theme: 'light', ticks: 17_935 }, act: page => page.getByRole('button', { name: 'What is modelled' }).click() },
  { name: 'collect-dark', o: { theme: 'dark', ticks: 17_300 } },
  { name: 'big-dark', o: { theme: 'dark', big: true, ticks: 0 } },
  { name: 'panel-560-dark', o: { theme: 'dark', width: 560, height: 900, ticks: 17_935 } },
  { name: 'panel-380-dark', o: { theme: 'dark', width: 380, height: 800, ticks: 17_935 } },
  { name: 'empty-dark', o: { theme: 'dark', session: false, height: 400 } },
  { name: 'error-dark', o: { theme: 'dark', ticks: 17_935 }, act: page => page.evaluate(() => window.toWebview({ type: 'error', text: 'machine.nodes[2].zones[0].presentPages is 70,000; allowed is at most the span of 65,536. Change it and save.' })) },
];

/** Pictures of the results page: theme, width, height, and what is done before. */
/** @type {{ name: string, o: Record<string, unknown>, model?: 'SMALL' | 'LARGE', act?: (page: import('playwright-core').Page) => Promise<unknown> }[]} */
const RESULTS = [
  ...['dark', 'light', 'hc', 'hc-light'].flatMap(theme => [
    { name: `results-1280-${theme}`, o: { theme, width: 1280, height: 1000 }, model: /** @type {const} */ ('LARGE') },
    { name: `results-620-${theme}`, o: { theme, width: 620, height: 900 }, model: /** @type {const} */ ('LARGE') },
  ]),
  { name: 'results-charts-dark', o: { theme: 'dark', width: 1280, height: 700 }, model: 'LARGE', act: async page => { await page.locator('.results-charts').scrollIntoViewIfNeeded(); await page.locator('.results-charts').evaluate(c => c.scrollIntoView()); } },
  { name: 'results-designs-light', o: { theme: 'light', width: 900, height: 700 }, model: 'SMALL', act: async page => { await page.locator('.results-arm').nth(2).click(); await page.locator('.results-designs').evaluate(d => d.scrollIntoView()); } },
  { name: 'results-sorted-dark', o: { theme: 'dark', width: 900, height: 900 }, model: 'SMALL', act: page => page.getByRole('button', { name: 'local share of accesses' }).click() },
  { name: 'results-empty-dark', o: { theme: 'dark', width: 900, height: 300 }, act: page => page.evaluate(() => window.toWebview({ type: 'empty', text: 'Nothing has been compared yet. Choose designs: each runs on the same machine and work, with the same seeds.' })) },
  { name: 'results-progress-light', o: { theme: 'light', width: 900, height: 300 }, act: page => page.evaluate(() => window.toWebview({ type: 'progress', title: 'Four nodes', done: 7, of: 30 })) },
  { name: 'results-error-dark', o: { theme: 'dark', width: 900, height: 500 }, model: 'SMALL', act: page => page.evaluate(() => window.toWebview({ type: 'error', text: 'This scenario has no programs: pages are marked by hand, and there is nothing to compare designs by.' })) },
];

/** @param {import('playwright-core').Browser} browser @param {unknown} b @param {Record<string, any>} support */
async function resultsShots(browser, b, support) {
  const wanted = RESULTS.filter(s => s.name.includes(only));
  if (wanted.length === 0) return;
  const host = await support.resultsHost();
  for (const { name, o, model, act } of wanted) {
    const page = await support.openResults(browser, b, host, o);
    page.on('console', (/** @type {import('playwright-core').ConsoleMessage} */ m) => { if (m.type() === 'error') console.log(`${name}: ${m.text()}`); });
    if (model !== undefined) await support.sendResults(page, support[model]);
    if (act) await act(page);
    await page.waitForTimeout(150);
    await page.screenshot({ path: at(folder, `${name}.png`) });
    await page.context().close();
    console.log(`${folder}/${name}.png`);
  }
}

async function main() {
  const bundle = path.join(ROOT, 'out', `webview-open-${process.pid}.mjs`);
  await esbuild.build({ absWorkingDir: ROOT, stdin: { contents: "export * from './open'; export * from './charts'; export * from './results';", resolveDir: at('test/webview/support') }, outfile: bundle, bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'error' });
  fs.mkdirSync(at(folder), { recursive: true });
  const browser = await launchChromium();
  try {
    const { bundles, openView, settled, ...charts } = await import(pathToFileURL(bundle).href);
    const b = await bundles();
    await resultsShots(browser, b, charts);
    for (const { name, o, act } of SHOTS.filter(s => s.name.includes(only))) {
      const page = await openView(browser, b, o);
      page.on('console', m => { if (m.type() === 'error') console.log(`${name}: ${m.text()}`); });
      await page.waitForTimeout(150);
      if (act) {
        await act(page, charts);
        await settled(page);
      }
      await page.screenshot({ path: at(folder, `${name}.png`) });
      const violations = await page.evaluate(() => window.violations);
      if (violations.length) console.log(`${name}: CSP ${violations.join('; ')}`);
      await page.context().close();
      console.log(`${folder}/${name}.png`);
    }
  } finally {
    await browser.close();
    fs.rmSync(bundle, { force: true });
  }
}

main().catch(e => {
  console.error(e);
  process.exitCode = 1;
});
