// Frames that the panel really paints in Chromium: the webview bundle with a session behind it, simulated time as fast as real time.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { findChromium, launchChromium } from './chromium.mjs';
import { ROOT } from './common.mjs';

const MEASURED_MS = 4000;

/** @returns {Promise<{ name: string, value: number, unit: string, goal?: number }[]>} */
export async function frameFigures() {
  if (!findChromium()) {
    console.log('no Chromium here: frames painted a second are not measured (apt-get install chromium, or set CHROMIUM)');
    return [];
  }
  const bundle = path.join(ROOT, 'out', `bench-open-${process.pid}.mjs`);
  await esbuild.build({ absWorkingDir: ROOT, entryPoints: ['test/webview/support/open.ts'], outfile: bundle, bundle: true, format: 'esm', platform: 'node', packages: 'external', logLevel: 'error' });
  const browser = await launchChromium();
  try {
    const { bundles, openView } = await import(pathToFileURL(bundle).href);
    const page = await openView(browser, await bundles(), { real: true, width: 900, height: 1000 });
    const { frames, ms, empty } = await page.evaluate(async wait => {
      const { real } = window;
      real.session.setSpeed(1);
      real.session.run();
      const from = real.acked, begin = performance.now();
      await new Promise(resolve => setTimeout(resolve, wait));
      const frames = real.acked - from, ms = performance.now() - begin;
      // the same wait without a session that runs: how often the page could paint at all
      real.session.pause();
      let empty = 0;
      const end = performance.now() + 1000;
      while (performance.now() < end) {
        await new Promise(resolve => requestAnimationFrame(resolve));
        empty++;
      }
      return { frames, ms, empty };
    }, MEASURED_MS);
    return [{ name: `frames painted and acknowledged in Chromium, panel 900 x 1000, default experiment 1:1 (an idle page paints ${empty} a second)`, value: frames / (ms / 1000), unit: 'frames/s' }];
  } finally {
    await browser.close();
  }
}
