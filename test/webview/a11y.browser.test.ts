// Accessibility, by own assertions: names and roles, contrast of text, the table twin, nothing by colour alone.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { contrast } from '../../src/webview/theme';
import { bundles, launch, openView, settled, type Bundles } from './support/open';

let browser: Browser;
let built: Bundles;
before(async () => {
  [browser, built] = await Promise.all([launch(), bundles()]);
});
after(() => browser.close());

/** What axe would say first: controls without a name, ids twice, ARIA references to nothing, roles outside their parents, images without text. */
function faults(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const out: string[] = [];
    const name = (e: Element): string => (e.getAttribute('aria-label') ?? e.textContent ?? '').trim();
    const shown = (e: Element): boolean => e.getClientRects().length > 0;
    for (const e of document.querySelectorAll('button, vscode-button, vscode-text-field, input, [role="button"], [role="img"], [role="application"], section, [role="grid"], [role="progressbar"], [tabindex="0"]')) {
      if (shown(e) && name(e) === '') out.push(`no name: ${e.outerHTML.slice(0, 80)}`);
    }
    const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    for (const id of new Set(ids)) if (ids.filter(i => i === id).length > 1) out.push(`id twice: ${id}`);
    for (const attribute of ['aria-controls', 'aria-describedby', 'aria-labelledby']) {
      for (const e of document.querySelectorAll(`[${attribute}]`)) if (!document.getElementById(e.getAttribute(attribute) ?? '')) out.push(`${attribute} leads nowhere`);
    }
    for (const e of document.querySelectorAll('[role="gridcell"], [role="columnheader"]')) if (e.parentElement?.getAttribute('role') !== 'row') out.push(`${e.className} outside a row`);
    for (const e of document.querySelectorAll('[role="tab"]')) if (e.parentElement?.getAttribute('role') !== 'tablist') out.push('tab outside a tablist');
    for (const e of document.querySelectorAll('[role="row"]')) if (!e.closest('[role="grid"]')) out.push('row outside a grid');
    for (const e of document.querySelectorAll('canvas')) if (e.getAttribute('aria-hidden') !== 'true') out.push('canvas that is read out');
    for (const e of document.querySelectorAll('[tabindex]')) if (Number(e.getAttribute('tabindex')) > 0) out.push('tabindex above 0');
    if (document.querySelectorAll('main').length !== 1) out.push('not one main');
    if (document.documentElement.lang === '') out.push('no language');
    return out;
  });
}

for (const o of [{ ticks: 17_935 }, { session: false as const }, { ticks: 17_935, view: 'overview' as const }, { ticks: 17_935, width: 560 }]) {
  test(`names, roles and references are whole: ${JSON.stringify(o)}`, async () => {
    const page = await openView(browser, built, o);
    assert.deepEqual(await faults(page), []);
    if (o.session !== false && !o.view) {
      await page.locator('.inset-canvas').click({ position: { x: 200, y: 100 } });
      await page.getByRole('button', { name: 'What is modelled' }).click();
      await page.getByRole('button', { name: 'Table of the visible cells' }).click();
      await settled(page);
      assert.deepEqual(await faults(page), []);
    }
    await page.context().close();
  });
}

for (const theme of ['dark', 'light', 'hc', 'hc-light'] as const) {
  test(`text has a contrast of 4.5 on its ground: ${theme}`, async () => {
    const page = await openView(browser, built, { theme, ticks: 17_935 });
    await page.getByRole('button', { name: 'What is modelled' }).click();
    await settled(page);
    const pairs = await page.evaluate(() => {
      const blend = (over: string, under: string): string => {
        const [r, g, b, a = 1] = (over.match(/[\d.]+/g) ?? []).map(Number);
        const [r2, g2, b2] = (under.match(/[\d.]+/g) ?? []).map(Number);
        const mix = (x = 0, y = 0): number => Math.round(x * a + y * (1 - a));
        return `rgb(${mix(r, r2)}, ${mix(g, g2)}, ${mix(b, b2)})`;
      };
      const ground = (e: Element | null): string => {
        const layers: string[] = [];
        for (let at = e; at; at = at.parentElement) layers.push(getComputedStyle(at).backgroundColor);
        return layers.reverse().reduce((under, over) => blend(over, under), 'rgb(255, 255, 255)');
      };
      const out: { text: string; ink: string; under: string }[] = [];
      const walker = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const e = node.parentElement;
        if (!e || (node.textContent ?? '').trim() === '' || e.getClientRects().length === 0 || e.closest('[disabled], .sr, vscode-button')) continue;
        const under = ground(e);
        out.push({ text: (node.textContent ?? '').trim().slice(0, 30), ink: blend(getComputedStyle(e).color, under), under });
      }
      return out;
    });
    assert.ok(pairs.length > 80);
    for (const p of pairs) assert.ok(contrast(p.ink, p.under) >= 4.5, `"${p.text}" ${p.ink} on ${p.under}: ${contrast(p.ink, p.under).toFixed(2)}`);
    await page.context().close();
  });
}

test('the table twin holds the cells around the cursor in words, bounded, and leads to them', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  assert.equal(await page.locator('.twin tr').count(), 1);
  await page.getByRole('button', { name: 'Table of the visible cells' }).click();
  await page.locator('.twin tbody tr').first().waitFor();
  await settled(page);
  const text = await page.locator('.twin tbody tr').allInnerTexts();
  assert.ok(text.length > 20 && text.length <= 128);
  assert.match(text.join('\n'), /13,824\s+14,335\s+DMA32\s+512 moved away/);
  await page.locator('.twin').getByRole('button', { name: '13,824' }).click();
  await settled(page);
  assert.match(await page.locator('.inset-title').innerText(), /Node 0, PFN 13,/);
  await page.context().close();
});

test('with a screen reader the table twin is there without asking', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  await page.evaluate(() => document.body.classList.add('vscode-using-screen-reader'));
  await page.locator('.twin tbody tr').first().waitFor();
  assert.ok(await page.locator('.twin tbody tr').count() > 20);
  await page.context().close();
});

test('in high contrast pages carry letters, and free cells a border', async () => {
  const looks = new Set<string>();
  for (const theme of ['hc', 'hc-light'] as const) {
    const page = await openView(browser, built, { theme, ticks: 17_935 });
    const inks = await page.evaluate(() => {
      const keys = [...document.querySelectorAll('.keys li')].filter(li => /non-LRU|^LRU|right node|wrong node/.test(li.textContent ?? ''));
      return keys.map(li => {
        const canvas = li.querySelector('canvas');
        const d = canvas?.getContext('2d')?.getImageData(3, 3, 8, 8).data ?? new Uint8ClampedArray();
        const seen = new Set<string>();
        for (let i = 0; i < d.length; i += 4) seen.add(`${d[i]},${d[i + 1]},${d[i + 2]}`);
        return seen.size;
      });
    });
    assert.equal(inks.length, 4);
    for (const n of inks) assert.ok(n > 3, 'a letter stands on the fill');
    looks.add(theme);
    await page.context().close();
  }
  assert.equal(looks.size, 2);
});

test('what happens is said: run states, filters and steps reach a live region', async () => {
  const page = await openView(browser, built, { ticks: 17_935 });
  assert.equal(await page.locator('#live').getAttribute('aria-live'), 'polite');
  await page.locator('vscode-text-field.log-filter').click();
  await page.keyboard.type('node:2');
  await page.waitForFunction(() => document.querySelector('#live')?.textContent === '4 rows of the log match');
  assert.equal(await page.locator('.error-bar[role="alert"]').count(), 1);
  await page.context().close();
});
