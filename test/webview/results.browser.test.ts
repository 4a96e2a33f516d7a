// The results page: sentence, table, sorting, keys, charts, designs, export, hostile messages, themes and widths, under the page's CSP.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { ResultsModel, ResultsWebviewMessage } from '../../src/protocol/results';
import { bundles, launch, type Bundles } from './support/open';
import { LARGE, madeMetric, openResults, resultsHost, sendResults, SMALL, type ResultsOptions } from './support/results';

let browser: Browser;
let built: Bundles;
let host: string;
before(async () => {
  [browser, built, host] = await Promise.all([launch(), bundles(), resultsHost()]);
});
after(() => browser.close());

async function withResults(model: ResultsModel = SMALL, o: ResultsOptions = {}): Promise<Page> {
  const page = await openResults(browser, built, host, o);
  await sendResults(page, model);
  return page;
}
const received = <K extends ResultsWebviewMessage['type']>(page: Page, type: K): Promise<ResultsWebviewMessage[]> => page.evaluate(t => window.results.received.filter(m => m.type === t), type);
const heads = (page: Page): Promise<string[]> => page.locator('.results-arm').evaluateAll(all => all.map(a => a.firstChild?.textContent ?? ''));
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');

test('nothing compared: a sentence and a button; then progress with cancel; then an error that says why', async () => {
  const page = await openResults(browser, built, host);
  await page.evaluate(() => window.toWebview({ type: 'empty', text: 'Nothing has been compared yet.' }));
  await page.getByText('Nothing has been compared yet.').waitFor();
  await page.getByRole('button', { name: 'Compare designs...' }).click();
  assert.equal((await received(page, 'compare')).length, 1);
  await page.evaluate(() => window.toWebview({ type: 'progress', title: 'Four nodes', done: 3, of: 30 }));
  await page.getByText('Four nodes: 3 of 30 runs').waitFor();
  assert.equal(await page.locator('progress').evaluate(p => p instanceof HTMLProgressElement ? p.value : -1), 0.1);
  await page.getByRole('button', { name: 'Cancel' }).click();
  assert.equal((await received(page, 'cancel')).length, 1);
  await page.evaluate(() => window.toWebview({ type: 'error', text: 'This scenario has no programs.' }));
  assert.equal(await page.getByRole('alert').innerText(), 'This scenario has no programs.');
  assert.ok(!await page.locator('progress').isVisible());
  await page.context().close();
});

test('the first line says what is validated, the sentence has numbers, and every figure has its spread and how it stands', async () => {
  const page = await withResults();
  const lines = (await page.locator('main').innerText()).split('\n');
  assert.equal(lines[0], SMALL.says);
  assert.equal(await page.locator('.results-sentence').innerText(), 'Mean access latency: best is buffers with 95 ns, against 96 ns of sync (no difference); no difference from it: sync.');
  const row = page.locator('tr', { hasText: 'mean access latency, ns' });
  const cells = await row.locator('td').allInnerTexts();
  assert.deepEqual(cells.map(c => c.replace(/\s+/g, ' ').trim()), ['120±2 % worse, +25 %', '◆ best 96±2 % reference', '111±2 % worse, +16 %', '◆ best 95±2 % no difference']);
  assert.equal(await page.locator('#reference').inputValue(), 'sync');
  await page.locator('#reference').selectOption('v1');
  assert.match(await row.locator('td').nth(1).innerText(), /better, −14 %/);
  await page.context().close();
});

test('where no design stands out none is marked; who moved nothing is best only for what the programs get, a bound never', async () => {
  const page = await withResults({ ...SMALL, metrics: [madeMetric('access_ns', 'mean access latency', [96.2, 96, 96.5, 95], { unit: 'ns' }, 2), madeMetric('shootdowns', 'shootdowns', [0, 3, 44, 9], { group: 'scan' }), madeMetric('stall', 'p99 stall', [0, 3, 44, 9])] });
  assert.match(await page.locator('.results-sentence').innerText(), /no difference between the designs/);
  assert.deepEqual(await page.locator('tr', { hasText: 'access latency' }).locator('.best').count(), 0);
  assert.deepEqual(await page.locator('tr', { hasText: 'shootdowns' }).locator('td').evaluateAll(all => all.map(c => c.classList.contains('best'))), [false, true, false, false]);
  const marks = (name: string): Promise<boolean[]> => page.locator('tr', { hasText: name }).locator('td').evaluateAll(all => all.map(c => c.classList.contains('best')));
  assert.deepEqual(await marks('p99 stall'), [true, false, false, false]);
  await sendResults(page, { ...SMALL, title: 'Bound', arms: SMALL.arms.map((a, i) => (i === 0 ? { ...a, aside: 'bound' } : a)), metrics: [madeMetric('stall', 'p99 stall', [0, 3, 44, 9])] });
  assert.deepEqual(await marks('p99 stall'), [false, true, false, false]);
  await page.context().close();
});

test('a figure that a design does not have is a dash, is never the best, and stands last when sorted', async () => {
  const made = madeMetric('wait', 'mark to move', [0, 0, 129, 3], { unit: 'ms', group: 'latency' });
  const there = [false, false, true, true];
  const metric = { ...made, cells: made.cells.map((c, i) => (there[i] === true ? c : null)), verdicts: [...made.verdicts].map((v, k) => (there[Math.floor(k / 4)] === true && there[k % 4] === true ? v : 'x')).join('') };
  const page = await withResults({ ...SMALL, metrics: [metric] });
  const row = page.locator('tr', { hasText: 'mark to move' });
  assert.deepEqual((await row.locator('td').allInnerTexts()).map(c => c.replace(/\s+/g, ' ').trim()), ['\u2013', '\u2013 reference', '129±2 %', '◆ best 3±2 %']);
  for (const order of [['buffers', 'v1', 'none', 'sync'], ['v1', 'buffers', 'none', 'sync']]) {
    await page.getByRole('button', { name: 'mark to move, ms' }).click();
    assert.deepEqual(await heads(page), order);
  }
  assert.match(await page.locator('.results-sentence').innerText(), /best is buffers with 3 ms, against no such figure of sync/);
  await page.context().close();
});

test('a row sorts the designs: best first, worst first, as chosen; screen readers are told', async () => {
  const page = await withResults();
  assert.deepEqual(await heads(page), ['none', 'sync', 'v1', 'buffers']);
  const name = page.getByRole('button', { name: 'local share of accesses' });
  await name.click();
  assert.deepEqual(await heads(page), ['buffers', 'sync', 'v1', 'none']);
  const header = page.locator('th', { has: name });
  assert.equal(await header.getAttribute('aria-sort'), 'descending');
  assert.match(await page.locator('.results-sentence').innerText(), /^Local share of accesses: best is buffers with 0\.9/);
  assert.equal(await page.locator('[aria-live]').innerText(), 'Designs sorted, best first');
  assert.match(await focused(page), /local share/);
  await page.keyboard.press('Enter');
  assert.deepEqual(await heads(page), ['none', 'v1', 'sync', 'buffers']);
  assert.equal(await header.getAttribute('aria-sort'), 'ascending');
  await page.keyboard.press('Enter');
  assert.deepEqual(await heads(page), ['none', 'sync', 'v1', 'buffers']);
  await page.context().close();
});

test('groups fold, and what was chosen is kept when the page comes back', async () => {
  const page = await withResults();
  const fold = page.getByRole('button', { name: /^TLB/ });
  assert.equal(await fold.getAttribute('aria-expanded'), 'false');
  assert.equal(await page.getByText('shootdowns', { exact: true }).count(), 0);
  await fold.click();
  assert.equal(await page.locator('.results-metric', { hasText: 'shootdowns' }).count(), 1);
  await page.getByRole('button', { name: 'hint faults' }).click();
  await page.locator('#seed').selectOption('2');
  await page.reload();
  await sendResults(page, SMALL);
  assert.equal(await fold.getAttribute('aria-expanded'), 'true');
  assert.deepEqual(await heads(page), ['v1', 'buffers', 'sync', 'none']);
  assert.equal(await page.locator('#seed').inputValue(), '2');
  await page.context().close();
});

test('the table is one tab stop; arrows, Home and End move in it, and Enter opens the run of the chosen seed', async () => {
  const page = await withResults();
  assert.equal(await page.locator('.results-table [tabindex="0"]').count(), 1);
  await page.locator('.results-arm').first().focus();
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^Application/);
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'mean access latency, ns');
  await page.keyboard.press('End');
  assert.equal(await focused(page), '95');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await focused(page), '111');
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), '0.58');
  await page.locator('#seed').selectOption('3');
  await page.locator('.results-table [tabindex="0"]').focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await received(page, 'openRun'), [{ type: 'openRun', run: 7, arm: 2, seed: 3 }]);
  await page.keyboard.press('Control+Home');
  assert.match(await focused(page), /^none/);
  await page.keyboard.press('ArrowUp');
  assert.match(await focused(page), /^none/);
  await page.context().close();
});

test('a sorted table still opens the run that a figure belongs to', async () => {
  const page = await withResults();
  await page.getByRole('button', { name: 'local share of accesses' }).click();
  await page.locator('tr', { hasText: 'mean access latency, ns' }).locator('.results-figure').first().click();
  assert.deepEqual(await received(page, 'openRun'), [{ type: 'openRun', run: 7, arm: 3, seed: 1 }]);
  await page.context().close();
});

test('a design says what it is held against, its sources and its defects, and a defect leads to its statement', async () => {
  const page = await withResults();
  await page.locator('.results-arm', { hasText: 'v1' }).click();
  const part = page.locator('details', { hasText: 'v1 in words' });
  assert.ok(await part.evaluate(d => d instanceof HTMLDetailsElement && d.open));
  const text = await part.innerText();
  for (const said of ['1 defect, 1 repaired', '1 finding of the checkers', 'free counts differ', 'Nothing real was run.', '20250616133931.206626-4-bharata@amd.com', 'Pages go where others wanted to go.', 'as posted', 'repaired']) assert.ok(text.includes(said), said);
  await part.getByRole('button', { name: /^D2/ }).click();
  assert.deepEqual(await received(page, 'statement'), [{ type: 'statement', point: 12 }]);
  await page.context().close();
});

test('exports and links name the comparison that is shown', async () => {
  const page = await withResults();
  for (const name of ['Copy as mail', 'Copy CSV', 'Save CSV', 'Copy JSON', 'Save JSON', 'What is modelled', 'Costs', 'Compare again...']) await page.getByRole('button', { name }).click();
  assert.deepEqual(await received(page, 'export'), [
    { type: 'export', run: 7, format: 'mail', how: 'copy' }, { type: 'export', run: 7, format: 'csv', how: 'copy' }, { type: 'export', run: 7, format: 'csv', how: 'save' },
    { type: 'export', run: 7, format: 'json', how: 'copy' }, { type: 'export', run: 7, format: 'json', how: 'save' },
  ]);
  assert.deepEqual(await received(page, 'command'), [{ type: 'command', name: 'showScope' }, { type: 'command', name: 'showCosts' }]);
  assert.equal((await received(page, 'compare')).length, 1);
  assert.deepEqual(await page.evaluate(() => window.results.refused), []);
  await page.context().close();
});

test('hostile messages change nothing: each is refused with a sentence, and markup stays text', async () => {
  const page = await withResults();
  const bad: readonly unknown[] = [
    null, 'results', { type: 'results' }, { type: 'session' }, { type: 'results', model: { ...SMALL, metrics: [{ ...SMALL.metrics[0], cells: [] }] } },
    { type: 'results', model: { ...SMALL, metrics: [{ ...SMALL.metrics[0], verdicts: 'q'.repeat(16) }] } }, { type: 'results', model: { ...SMALL, arms: Array(41).fill(SMALL.arms[0]) } },
    { type: 'results', model: { ...SMALL, metrics: [{ ...SMALL.metrics[0], cells: [[Number.NaN, 0, 0, 0]] }] } }, { type: 'progress', title: 'x', done: -1, of: 2 }, { type: 'error', text: 'x'.repeat(5_000) },
  ];
  for (const m of bad) {
    await page.evaluate(x => window.toWebview(x), m);
    await page.waitForFunction(() => document.querySelector('.results-notice:not([hidden])')?.textContent?.includes('cannot read') === true);
    assert.equal(await page.locator('.results-title').innerText(), SMALL.title);
    assert.ok(await page.locator('.results-body').evaluate(b => b.classList.contains('old')));
    await sendResults(page, SMALL);
    await page.waitForFunction(() => document.querySelector('.results-notice')?.hasAttribute('hidden') === true);
  }
  const markup = '<img src=x onerror=alert(1)>';
  await sendResults(page, { ...SMALL, title: markup, says: markup, arms: SMALL.arms.map((a, i) => (i === 1 ? { ...a, label: markup, standing: markup } : a)) });
  assert.equal(await page.locator('main img').count(), 0);
  assert.deepEqual(await page.evaluate(() => window.violations), []);
  await page.context().close();
});

for (const theme of ['dark', 'light', 'hc', 'hc-light'] as const) {
  test(`charts have ink, text is legible and the CSP holds: ${theme}`, async () => {
    const page = await withResults(LARGE, { theme });
    await page.waitForFunction(() => document.querySelectorAll('.chart canvas').length === 3);
    const ink = await page.locator('.chart canvas').evaluateAll(all => all.map(c => {
      const d = c instanceof HTMLCanvasElement ? c.getContext('2d')?.getImageData(0, 0, c.width, c.height).data ?? [] : [];
      let n = 0;
      for (let p = 0; p < d.length; p += 4) if ((d[p + 3] ?? 0) > 0 && Math.max(d[p] ?? 0, d[p + 1] ?? 0, d[p + 2] ?? 0) - Math.min(d[p] ?? 0, d[p + 1] ?? 0, d[p + 2] ?? 0) > 40) n++;
      return n;
    }));
    assert.ok(ink.every(n => n > 100), String(ink));
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    await page.evaluate(() => window.setTheme('light'));
    assert.equal(await page.locator('.chart canvas').count(), 3);
    await page.context().close();
  });
}

test('charts are read point by point and as tables; what has nothing to draw is said', async () => {
  const page = await withResults(LARGE);
  const box = page.locator('.chart-box').first();
  assert.match(await box.getAttribute('aria-label') ?? '', /Local share over time, of the accesses, simulated, 0\.500 to 25\.000 s\. none: first 0\.25/);
  await box.focus();
  await page.keyboard.press('Home');
  assert.match(await page.locator('[aria-live]').innerText(), /^0\.500 s: none 0\.25/);
  await page.getByRole('button', { name: 'Table of Batch sizes' }).click();
  assert.deepEqual(await page.locator('.chart-table').last().locator('tbody th').allInnerTexts(), ['1', '64', '512']);
  await sendResults(page, { ...SMALL, title: 'No batches', arms: SMALL.arms.map(a => ({ ...a, latencyMs: [], batchSizes: [] })) });
  assert.match(await page.locator('.results-none').innerText(), /No design moved a page that had been marked before.*No design moved pages in batches\./);
  assert.equal(await page.locator('.chart:not([hidden])').count(), 1);
  await page.context().close();
});

for (const width of [620, 400, 1280]) {
  test(`the page does not scroll sideways at ${width} px, and the names of metrics stay in sight`, async () => {
    const page = await withResults(LARGE, { width, height: 900 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth));
    await page.locator('.results-figure').nth(9).focus();
    const left = await page.locator('.results-metric').first().evaluate(m => m.getBoundingClientRect().left);
    assert.ok(left >= 0 && left < 40, String(left));
    // what has the focus is not below the names
    const covered = await page.evaluate(() => {
      const f = document.activeElement?.getBoundingClientRect();
      const at = f === undefined ? null : document.elementFromPoint(f.left + f.width / 2, f.top + f.height / 2);
      return at !== document.activeElement;
    });
    assert.equal(covered, false);
    await page.context().close();
  });
}

for (const theme of ['dark', 'light', 'hc', 'hc-light'] as const) {
  test(`every text has a contrast of 4.5 on its ground, every control a name, every reference a target: ${theme}`, async () => {
    const page = await withResults({ ...SMALL, refused: [{ label: 'pghot', text: 'Did not run.' }] }, { theme });
    for (const part of await page.locator('details').all()) await part.evaluate(d => d.setAttribute('open', ''));
    const bad = await page.evaluate(() => {
      const parse = (c: string): number[] => (c.match(/[\d.]+/g) ?? []).map(Number);
      const light = (c: readonly number[]): number => {
        const [r = 0, g = 0, b = 0] = c.slice(0, 3).map(v => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const over = (top: readonly number[], below: readonly number[]): number[] => [0, 1, 2].map(i => (top[i] ?? 0) * (top[3] ?? 1) + (below[i] ?? 0) * (1 - (top[3] ?? 1)));
      const ground = (e: Element | null): number[] => {
        if (e === null) return [255, 255, 255];
        const own = parse(getComputedStyle(e).backgroundColor);
        return (own[3] ?? 1) === 1 ? own : over(own, ground(e.parentElement));
      };
      const out: string[] = [];
      for (const e of document.querySelectorAll('main *')) {
        const text = [...e.childNodes].some(n => n.nodeType === Node.TEXT_NODE && (n.textContent ?? '').trim() !== '');
        if (!text || e.getClientRects().length === 0 || e.closest('.sr, option') !== null) continue;
        const below = ground(e), [a, b] = [light(over(parse(getComputedStyle(e).color), below)), light(below)];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) out.push(`${ratio.toFixed(2)} ${e.className} "${(e.textContent ?? '').slice(0, 30)}"`);
      }
      for (const e of document.querySelectorAll('button, select, progress, summary, [role="application"], [role="grid"], section, [role="region"]')) {
        const labelled = e instanceof HTMLSelectElement ? e.labels.length > 0 : false;
        const caption = e.querySelector('caption')?.textContent ?? '';
        if (e.getClientRects().length > 0 && !labelled && (e.getAttribute('aria-label') ?? `${e.textContent ?? ''}${caption}`).trim() === '') out.push(`no name: ${e.outerHTML.slice(0, 80)}`);
      }
      for (const e of document.querySelectorAll('canvas')) if (e.getAttribute('aria-hidden') !== 'true') out.push('canvas that is read out');
      if (document.querySelectorAll('main').length !== 1 || document.querySelectorAll('h1').length !== 1) out.push('not one main, or not one h1');
      return out;
    });
    assert.deepEqual(bad, []);
    await page.context().close();
  });
}
