// Pictures of the explorer in a real VS Code with the packaged extension, into out/shots.
// usage: node scripts/shots.mjs [part of a name]...      names: dark-1280x800, light-1680x1050, contrast-1280x800, ...
import './lib/ownnode.mjs';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { at, Plain, run } from './lib/common.mjs';
import { needChromium, needHost, needNodeModules } from './lib/need.mjs';
import { hostDir } from './lib/server.mjs';
import { makeVsix } from './lib/vsix.mjs';
import { command, openWorkbench, ready, webview } from './lib/workbench.mjs';
import { sampleWorkspace } from './lib/workspace.mjs';

const THEMES = { dark: 'Dark Modern', light: 'Light Modern', contrast: 'Default High Contrast', 'contrast-light': 'Default High Contrast Light' };
const SIZES = [{ width: 1280, height: 800 }, { width: 1680, height: 1050 }];
/** Simulated seconds to let pass: by then batches have gone wrong. */
const SIMULATED_S = 6;
const PATIENCE_MS = 60_000;

/** @param {string} name @param {string} theme @param {{ width: number, height: number }} size @param {string} vsix */
async function shoot(name, theme, size, vsix) {
  const folder = sampleWorkspace(at('out/shots/workspace'), { fresh: true });
  const workbench = await openWorkbench({ install: [vsix], folder, ...size, settings: { 'workbench.colorTheme': theme } });
  const { page } = workbench;
  /** @param {string} part */
  const shot = part => page.screenshot({ path: at('out/shots', `${name}-${part}.png`) });
  try {
    await ready(page, PATIENCE_MS);
    await page.locator('.activitybar .action-label[aria-label="kmigrated"]').click();
    await page.locator('.welcome-view-content').first().waitFor({ timeout: PATIENCE_MS });
    await shot('1-welcome');
    await command(page, 'kmigrated: Run the Default Experiment');
    const panel = await webview(page, () => document.body.dataset.view === 'panel' && document.querySelector('.node-grid canvas') !== null);
    await shot('2-start');
    await passed(panel);
    await command(page, 'kmigrated: Pause');
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await shot('3-after');
    await panel.locator('.log-filter input').fill('result:wrong').catch(() => console.log(`${name}: the log has no filter field`));
    await sleep(1000);
    await shot('4-wrong');
    console.log(`out/shots/${name}-*.png`);
  } catch (e) {
    await shot('failed');
    throw e;
  } finally {
    await workbench.close();
  }
}

/** Waits until the explorer's clock, in simulated seconds, has passed SIMULATED_S. */
/** @param {import('playwright-core').Frame} panel */
async function passed(panel) {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100)) {
    const text = await panel.evaluate(() => document.querySelector('.controls .time')?.textContent ?? '');
    if (Number.parseFloat(text.replace(/[^\d.]/g, '')) >= SIMULATED_S) return;
  }
  throw new Plain(`simulated time did not pass ${SIMULATED_S} s within ${PATIENCE_MS / 1000} s`);
}

async function main() {
  await needNodeModules();
  await needChromium();
  await needHost(hostDir());
  if (await run(process.execPath, [at('scripts/build.mjs')]) !== 0) throw new Plain('the bundles could not be built (see above)');
  fs.mkdirSync(at('out/shots'), { recursive: true });
  const vsix = await makeVsix(at('out/shots/kmigrated-explorer.vsix'));
  const wanted = process.argv.slice(2);
  for (const [key, theme] of Object.entries(THEMES)) {
    for (const size of SIZES) {
      const name = `${key}-${size.width}x${size.height}`;
      if (wanted.length === 0 || wanted.some(w => name.includes(w))) await shoot(name, theme, size, vsix);
    }
  }
}

main().catch(e => {
  console.error(e instanceof Plain ? e.message : e);
  process.exitCode = 1;
});
