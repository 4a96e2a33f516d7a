// Renders media/icon.svg to media/icon.png (256 x 256) with Chromium; run it after changing the drawing.
import fs from 'node:fs';
import { at } from './lib/common.mjs';
import { launchChromium } from './lib/chromium.mjs';

const browser = await launchChromium();
const page = await browser.newPage({ viewport: { width: 256, height: 256 } });
await page.setContent(`<style>body{margin:0}svg{display:block}</style>${fs.readFileSync(at('media/icon.svg'), 'utf8')}`);
await page.screenshot({ path: at('media/icon.png'), omitBackground: true });
await browser.close();
