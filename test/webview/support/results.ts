// Opens the results page alone in Chromium under the host's CSP, and makes comparisons for it.
import type { Browser, Page } from 'playwright-core';
import * as esbuild from 'esbuild';
import { webviewPage } from '../../../src/protocol/html';
import { METRIC_GROUPS, type ResultArm, type ResultMetric, type ResultsModel } from '../../../src/protocol/results';
import { at } from '../../support/root';
import type { Bundles } from './open';
import type { ThemeName } from './themes';

const ORIGIN = 'https://results.test';

/** The fake host of the page, bundled. */
export async function resultsHost(): Promise<string> {
  const made = await esbuild.build({
    absWorkingDir: at(), bundle: true, minify: true, write: false, format: 'iife', target: 'es2022', entryPoints: ['test/webview/support/resultspage.ts'], outdir: 'out/none',
  });
  return made.outputFiles[0]?.text ?? '';
}

export interface ResultsOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
}

/** The page, ready and empty. */
export async function openResults(browser: Browser, b: Bundles, host: string, o: ResultsOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: o.width ?? 1280, height: o.height ?? 900 } });
  const page = await context.newPage();
  const html = webviewPage({ view: 'results', title: 'Results', cspSource: ORIGIN, scriptUri: `${ORIGIN}/webview.js`, styleUri: `${ORIGIN}/webview.css`, nonce: 'abc123' })
    .replace('<script nonce', `<script nonce="abc123" src="${ORIGIN}/host.js"></script>\n<script nonce`);
  await page.route(`${ORIGIN}/**`, route => {
    const name = new URL(route.request().url()).pathname;
    if (name === '/webview.js') return route.fulfill({ contentType: 'text/javascript', body: b.webview });
    if (name === '/host.js') return route.fulfill({ contentType: 'text/javascript', body: host });
    if (name === '/webview.css') return route.fulfill({ contentType: 'text/css', body: b.css });
    return name === '/' ? route.fulfill({ contentType: 'text/html', body: html }) : route.fulfill({ status: 404, body: '' });
  });
  await page.goto(`${ORIGIN}/?options=${encodeURIComponent(JSON.stringify({ theme: o.theme }))}`);
  await page.waitForFunction(() => window.results.received.some(m => m.type === 'ready'));
  return page;
}

/** Sends results and waits for the table. */
export async function sendResults(page: Page, model: ResultsModel): Promise<void> {
  await page.evaluate(m => window.toWebview({ type: 'results', model: m }), model);
  await page.waitForFunction(title => document.querySelector('.results-title')?.textContent === title && document.querySelectorAll('.results-table td').length > 0, model.title);
}

/** An arm that nothing is known of but its name. */
export const madeArm = (id: string, more: Partial<ResultArm> = {}): ResultArm => ({
  id, label: `${id} in words`, aside: '', standing: 'Nothing real was run.', options: [], sources: [], modelled: [], simplified: [], notModelled: [], defects: [], violations: [],
  seconds: [1, 2, 3, 4], localShare: [0.2, 0.5, 0.8, 0.9], latencyMs: [0, 10, 20, 30, 40, 50, 60, 70, 80, 90], batchSizes: [[1, 3], [64, 2], [512, 1]], ...more,
});

/** A metric from its means; two of them differ when they are further apart than within. */
export function madeMetric(id: string, name: string, means: readonly number[], more: Partial<ResultMetric> = {}, within = 0): ResultMetric {
  const better = more.better ?? 'low';
  const verdict = (ref: number, x: number): string => (Math.abs(ref - x) <= within ? 'n' : better === 'neither' ? 'd' : (x < ref) === (better === 'low') ? 'b' : 'w');
  return { id, name, unit: '', group: 'application', better, cells: means.map(m => [m, m / 50, m * 0.98, m * 1.02] as const), verdicts: means.flatMap(r => means.map(x => verdict(r, x))).join(''), ...more };
}

/** Three designs and a control, four metrics in three groups. */
export const SMALL: ResultsModel = {
  run: 7, title: 'Four nodes', says: 'Ten recorded runs were compared; times were not.', machine: 'a machine', engine: '0.1.0', seeds: [1, 2, 3], seconds: 25, refused: [],
  arms: [
    madeArm('none', { aside: 'control', latencyMs: [], batchSizes: [] }), madeArm('sync', { latencyMs: [], batchSizes: [] }),
    madeArm('v1', { defects: [
      { id: 'D2', title: 'The cur_nid test is inverted', says: 'Pages go where others wanted to go.', repaired: false, point: 12 },
      { id: 'D4', title: 'Nobody wakes the thread', says: 'A mark waits for a second.', repaired: true, point: 3 },
    ], sources: ['20250616133931.206626-4-bharata@amd.com'], modelled: ['Everything.'], violations: ['free counts differ'] }),
    madeArm('buffers'),
  ],
  metrics: [
    madeMetric('access_ns', 'mean access latency', [120, 96, 111, 95], { unit: 'ns' }, 2),
    madeMetric('local_share', 'local share of accesses', [0.3, 0.88, 0.58, 0.9], { better: 'high' }),
    madeMetric('hint_faults', 'hint faults', [0, 24_600, 32_800, 25_000], { group: 'migration', better: 'neither' }),
    madeMetric('shootdowns', 'shootdowns', [0, 3, 44, 3], { group: 'tlb' }),
  ],
};

const TEN = ['none', 'ideal', 'sync', 'task-work', 'kpromoted', 'kmigrated-v1', 'kmigrated-v1-fixed', 'cpu-buffers', 'pghot-early', 'pghot-precise'];

/** Ten designs and thirty metrics: the size of a real comparison. */
export const LARGE: ResultsModel = {
  ...SMALL, title: 'Four nodes, three interleaved shares, kmigrated', machine: '4 nodes of 256 MiB with one CPU each',
  arms: TEN.map((id, k) => madeArm(id, {
    aside: k === 0 ? 'control' : k === 1 ? 'bound' : '', seconds: Array.from({ length: 50 }, (_, i) => (i + 1) / 2), localShare: Array.from({ length: 50 }, (_, i) => 0.25 + (0.04 * k + 0.3) * (1 - Math.exp(-i / (4 + k)))),
    ...(k < 3 ? { latencyMs: [], batchSizes: [] } : { latencyMs: Array.from({ length: 10 }, (_, i) => (k === 7 ? 6 : 100 + 80 * i + 20 * k)), batchSizes: [[1, 3 + k], [64, 2], [512, k]] as const }),
    defects: SMALL.arms[2]?.defects ?? [], sources: ['20250616133931.206626-4-bharata@amd.com'], modelled: ['Statement by statement as posted.'],
  })),
  metrics: METRIC_GROUPS.flatMap((group, g) => Array.from({ length: 4 }, (_, i) => madeMetric(i + g === 0 ? 'access_ns' : `m${g}${i}`, i + g === 0 ? 'mean access latency' : `a figure with a rather long name ${g}.${i}`,
    TEN.map((_, k) => 10 ** (i + 1) * (1 + ((k * 7 + g * 3 + i) % 10) / 8)), { group, unit: (['ns', 'us', '', 'ms'] as const)[i] ?? '', better: i === 2 ? 'high' : 'low' }, 10 ** (i + 1) * 0.13))),
};
