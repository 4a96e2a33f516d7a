/** One seed, one world: the default experiment has one digest in Node and in Chromium, straight, sliced, stepped point by point, and literal. */

import test from 'node:test';
import assert from 'node:assert/strict';
import * as esbuild from 'esbuild';
import { at } from '../support/root';
import { WAYS, digestOf } from './support/digests';
import { launch } from './support/open';

test('Node and Chromium, straight, sliced, stepped and literal give one digest', async () => {
  const built = await esbuild.build({
    absWorkingDir: at(), entryPoints: ['test/webview/support/digests.ts'], bundle: true, write: false, format: 'iife', globalName: 'digests', target: 'es2022', outdir: 'out/none', logLevel: 'error',
  });
  const browser = await launch();
  const found = new Set<string>();
  try {
    const page = await browser.newPage();
    await page.addScriptTag({ content: `${built.outputFiles[0]?.text ?? ''}; globalThis.digestOf = digests.digestOf;` });
    for (const way of WAYS) {
      found.add(await digestOf(way));
      found.add(await page.evaluate<string>(`digestOf(${JSON.stringify(way)})`));
    }
  } finally {
    await browser.close();
  }
  assert.equal(found.size, 1, [...found].join(', '));
  assert.match([...found][0] ?? '', /^[0-9a-f]{32} \d{5,}$/);
});
