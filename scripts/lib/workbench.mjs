// A real VS Code (code-server) with its workbench open in headless Chromium, and the few gestures that every test of it needs.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findChromium, NO_CHROMIUM, QUIET } from './chromium.mjs';
import { Plain } from './common.mjs';
import { address, startServer } from './server.mjs';

/**
 * @param {import('./workbench.mjs').WorkbenchOptions} o
 * @returns {Promise<import('./workbench.mjs').Workbench>}
 */
export async function openWorkbench(o) {
  const executablePath = findChromium();
  if (!executablePath) throw new Plain(NO_CHROMIUM);
  const { chromium } = await import('playwright-core');
  const server = await startServer({ ...o, smoke: o.smoke ?? (o.dev !== undefined && o.dev.length > 0) });
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'kmigrated-profile-'));
  /** @type {import('playwright-core').BrowserContext | undefined} */
  let context;
  const close = async () => {
    await context?.close().catch(() => { /* gone already */ });
    await server.close();
    fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    context = await chromium.launchPersistentContext(profile, {
      executablePath, headless: true, viewport: { width: o.width ?? 1400, height: o.height ?? 900 }, deviceScaleFactor: o.scale ?? 1,
      handleSIGINT: false, handleSIGTERM: false, args: QUIET,
    });
    const page = context.pages()[0] ?? await context.newPage();
    await o.setup?.(page);
    await page.goto(address(server.host, o), { waitUntil: 'domcontentloaded' });
    return { page, context, server, close };
  } catch (e) {
    await close();
    throw e;
  }
}

/** @param {import('playwright-core').Page} page @param {number} [patienceMs] */
export async function ready(page, patienceMs = 60_000) {
  await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: patienceMs });
}

/**
 * F1, type the command's title, wait until the palette lists it (an extension's commands come a little later), choose it.
 * @param {import('playwright-core').Page} page
 * @param {string} title
 */
export async function command(page, title, patienceMs = 60_000) {
  await ready(page, patienceMs);
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  const row = page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
  for (const end = Date.now() + patienceMs; ;) {
    await input.fill(`>${title}`);
    try {
      await row.waitFor({ timeout: 1500 });
      break;
    } catch (e) {
      if (Date.now() > end) throw e;
      await input.fill('>');
    }
  }
  await row.click();
}

/**
 * The frame of a webview's own document: the first in which the predicate holds.
 * The nesting is workbench > iframe (pre/index.html) > iframe (pre/fake.html); wait for something that the script sets.
 * @param {import('playwright-core').Page} page
 * @param {() => unknown} predicate
 */
export async function webview(page, predicate, patienceMs = 60_000) {
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(100)) {
    for (const frame of page.frames()) {
      try {
        if (frame !== page.mainFrame() && await frame.evaluate(predicate)) return frame;
      } catch { /* the frame is loading or gone */ }
    }
  }
  throw new Error(`no such webview; frames:\n${page.frames().map(f => f.url()).join('\n')}`);
}
