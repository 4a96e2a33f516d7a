// Finds Chromium and starts it for playwright-core, with the switches that keep it quiet on a closed network.
import fs from 'node:fs';
import { Plain, which } from './common.mjs';

export const QUIET = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
export const NO_CHROMIUM = 'Chromium was not found: install it (Debian and Ubuntu: apt-get install chromium fonts-dejavu-core), or name a browser of that family in the environment variable CHROMIUM';

/** @returns {string | undefined} $CHROMIUM, or the first browser of that family on this machine */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const elsewhere = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'];
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].map(which).find(Boolean) ?? elsewhere.find(f => fs.existsSync(f));
}

/** @param {import('playwright-core').LaunchOptions} [o] */
export async function launchChromium(o = {}) {
  const executablePath = findChromium();
  if (!executablePath) throw new Plain(NO_CHROMIUM);
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: QUIET, ...o });
}
