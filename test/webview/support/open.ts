// Opens the webview bundle alone in Chromium, under the CSP that the host writes, with the fake host in the page.
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import * as esbuild from 'esbuild';
import { webviewPage } from '../../../src/protocol/html';
import { at } from '../../support/root';
import type { FakeOptions } from './fakehost';
import type { ThemeName } from './themes';

const ORIGIN = 'https://webview.test';

/** Starts the Chromium that the scripts of the project find. */
export async function launch(): Promise<Browser> {
  const scripts: { launchChromium: () => Promise<Browser> } = await import(pathToFileURL(at('scripts/lib/chromium.mjs')).href);
  return scripts.launchChromium();
}

export interface Bundles {
  readonly webview: string;
  readonly css: string;
  readonly fake: string;
  /** The page with a real session instead. */
  readonly real: string;
}

/** Bundles the webview from its sources, as scripts/build.mjs does, and the fake host. */
export async function bundles(): Promise<Bundles> {
  const common = { absWorkingDir: at(), bundle: true, minify: true, write: false, format: 'iife', target: 'es2022', legalComments: 'none', charset: 'utf8' } as const;
  const [view, fake, real] = await Promise.all([
    esbuild.build({ ...common, entryPoints: ['src/webview/main.ts'], outdir: 'out/none' }),
    esbuild.build({ ...common, entryPoints: ['test/webview/support/page.ts'], outdir: 'out/none' }),
    esbuild.build({ ...common, entryPoints: ['test/webview/support/realpage.ts'], outdir: 'out/none' }),
  ]);
  const file = (end: string): string => view.outputFiles.find(f => f.path.endsWith(end))?.text ?? '';
  return { webview: file('.js'), css: file('.css'), fake: fake.outputFiles[0]?.text ?? '', real: real.outputFiles[0]?.text ?? '' };
}

export interface OpenOptions extends FakeOptions {
  readonly view?: 'panel' | 'overview';
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  readonly reducedMotion?: boolean;
  /** A real session on the default experiment instead of the fake host. */
  readonly real?: boolean;
  /** Text of another scenario for the real session. */
  readonly scenario?: string;
}

/** A page with the view in it, after its first cells were painted and acknowledged. */
export async function openView(browser: Browser, b: Bundles, o: OpenOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: o.width ?? 900, height: o.height ?? 1000 }, deviceScaleFactor: o.scale ?? 1, reducedMotion: o.reducedMotion === true ? 'reduce' : 'no-preference',
  });
  const page = await context.newPage();
  const html = webviewPage({ view: o.view ?? 'panel', title: 'kmigrated', cspSource: ORIGIN, scriptUri: `${ORIGIN}/webview.js`, styleUri: `${ORIGIN}/webview.css`, nonce: 'abc123' })
    .replace('<script nonce', `<script nonce="abc123" src="${ORIGIN}/fake.js"></script>\n<script nonce`);
  await page.route(`${ORIGIN}/**`, route => {
    const name = new URL(route.request().url()).pathname;
    if (name === '/webview.js') return route.fulfill({ contentType: 'text/javascript', body: b.webview });
    if (name === '/fake.js') return route.fulfill({ contentType: 'text/javascript', body: o.real === true ? b.real : b.fake });
    if (name === '/webview.css') return route.fulfill({ contentType: 'text/css', body: b.css });
    return name === '/' ? route.fulfill({ contentType: 'text/html', body: html }) : route.fulfill({ status: 404, body: '' });
  });
  const { session, big, rows, ticks, theme, scenario } = o;
  await page.goto(`${ORIGIN}/?options=${encodeURIComponent(JSON.stringify({ session, big, rows, ticks, theme, scenario }))}`);
  if (o.real === true) await page.waitForFunction(() => window.real.acked > 0);
  else if (session !== false) await settled(page);
  return page;
}

/** Waits until nothing is outstanding: the view asked for is painted, every frame acknowledged, and nothing new for 200 ms. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(() => { window.settling = { key: '', sinceMs: performance.now() }; });
  await page.waitForFunction(() => {
    const views = window.fake.received.filter(m => m.type === 'view').length;
    const key = `${views} ${window.fake.seq} ${window.fake.outstanding}`;
    if (window.settling.key !== key) window.settling = { key, sinceMs: performance.now() };
    return views > 0 && window.fake.outstanding === 0 && performance.now() - window.settling.sinceMs > 200;
  });
}
