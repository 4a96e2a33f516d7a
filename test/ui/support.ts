/** A real VS Code with the packaged extension in it, and the gestures of a person. */

import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';
import { command, openWorkbench, webview, type Workbench } from '../../scripts/lib/workbench.mjs';
import { sampleWorkspace } from '../../scripts/lib/workspace.mjs';
import { at } from '../support/root';

const PATIENCE_MS = 45_000;
const POLL_MS = 50;

/** The packaged extension where the suite has made one, else the project as an extension under development. */
export async function open(name: string, o: { readonly theme?: string; readonly width?: number; readonly height?: number } = {}): Promise<Workbench> {
  const vsix = process.env['KMIGRATED_VSIX'];
  fs.mkdirSync(at('out', 'ui'), { recursive: true });
  const folder = sampleWorkspace(at('out', 'ui', name), { fresh: true });
  return openWorkbench({
    ...(vsix === undefined ? { dev: [at()] } : { install: [vsix] }), folder, width: o.width ?? 1680, height: o.height ?? 1050,
    settings: { 'workbench.colorTheme': o.theme ?? 'Dark Modern', 'git.enabled': false },
  });
}

/** Waits until the condition gives something other than undefined or false. */
export async function until<T>(what: string, condition: () => Promise<T | undefined | false>): Promise<T> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await condition();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE_MS / 1000} s in vain for: ${what}`);
    await sleep(POLL_MS);
  }
}

/** Chooses a command of ours in the palette. */
export const run = (page: Page, title: string): Promise<void> => command(page, `kmigrated: ${title}`);

/** The explorer's own document, once it shows a session. */
export const panelFrame = (page: Page): Promise<Frame> =>
  webview(page, () => document.body.dataset['view'] === 'panel' && document.querySelector('.node-grid canvas') !== null);

export const overviewFrame = (page: Page): Promise<Frame> =>
  webview(page, () => document.body.dataset['view'] === 'overview' && document.querySelector('.small-canvas') !== null);

/** Simulated seconds as the explorer writes them. */
export async function clock(panel: Frame): Promise<number> {
  return Number((await panel.locator('.controls .time').textContent() ?? '').replace(/[^\d.]/g, ''));
}

/** Different colours on a canvas: one means that nothing is drawn. */
export const colours = (frame: Frame, selector: string): Promise<number> => frame.evaluate(sel => {
  const canvas = document.querySelector(sel);
  if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0) return 0;
  const data = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
  return new Set(data === undefined ? [] : new Uint32Array(data.buffer)).size;
}, selector);

export async function shot(page: Page, name: string): Promise<void> {
  fs.mkdirSync(at('out', 'shots'), { recursive: true });
  await page.screenshot({ path: at('out', 'shots', `${name}.png`) });
}

/** Closes at the end, and keeps a picture of what went wrong. */
export async function withWorkbench(name: string, o: Parameters<typeof open>[1], body: (w: Workbench) => Promise<void>): Promise<void> {
  const w = await open(name, o);
  try {
    await body(w);
  } catch (e) {
    await shot(w.page, `failed-${name}`).catch(() => undefined);
    throw e;
  } finally {
    await w.close();
  }
}
