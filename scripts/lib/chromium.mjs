// Finds Chromium and starts it for playwright-core, with the switches that keep it quiet on a closed network.
import fs from 'node:fs';
import { which } from './common.mjs';

export const QUIET = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** @returns {string | undefined} $CHROMIUM, or the first browser of that family on this machine */
export function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'].map(which).find(Boolean) ?? (fs.existsSync(mac) ? mac : undefined);
}

/** @param {import('playwright-core').LaunchOptions} [o] */
export async function launchChromium(o = {}) {
  const { chromium } = await import('playwright-core');
  const executablePath = findChromium();
  if (!executablePath) throw new Error('Chromium was not found: install it, or name one in the environment variable CHROMIUM');
  return chromium.launch({ executablePath, args: QUIET, ...o });
}
