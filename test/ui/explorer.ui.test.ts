/** A person in a real VS Code with the packaged extension: opens, runs, steps, looks, clicks, reloads. */

import assert from 'node:assert/strict';
import test from 'node:test';
import type { Frame, Page } from 'playwright-core';
import { command } from '../../scripts/lib/workbench.mjs';
import { clock, colours, overviewFrame, panelFrame, run, shot, until, withWorkbench } from './support';

const filterOf = (panel: Frame): Promise<string> => panel.locator('.log-filter input').inputValue();
const tree = (page: Page, text: string | RegExp): ReturnType<Page['locator']> => page.locator('.pane-body .monaco-list-row', { hasText: text });

/** The tab with page detail and log, in place of the charts that a world with programs begins with. */
async function openLog(panel: Frame): Promise<void> {
  await panel.locator('.below-tabs button', { hasText: 'Pages and log' }).click();
  await panel.locator('.log-filter input').waitFor();
}

async function runDefault(page: Page): Promise<Frame> {
  await run(page, 'Run the Default Experiment');
  return panelFrame(page);
}

test('from the palette to a moving map, its log, its source and back', async () => {
  await withWorkbench('explorer', {}, async ({ page }) => {
    await page.locator('.activitybar .action-label[aria-label="kmigrated"]').click();
    await page.locator('.pane-body .welcome-view-content', { hasText: 'exactly as posted' }).waitFor();
    assert.equal(await page.locator('.welcome-view-content .monaco-button').count(), 2);
    await shot(page, 'welcome');

    const panel = await runDefault(page);
    const first = await clock(panel);
    await until('time to go on', async () => await clock(panel) > first);
    await until('the map to be drawn', async () => await colours(panel, '.node-grid canvas') > 2);
    await tree(page, 'kmigrated0').waitFor();
    await until('the overview to be drawn', async () => await colours(await overviewFrame(page), '.small-canvas') > 1);

    // a batch has gone wrong: the log has it, the filter finds it
    await until('pages on a wrong node', async () => /\d wrong/.test(await panel.locator('.node-grid').innerText()));
    await run(page, 'Pause');
    await until('the pause', async () => await panel.locator('.controls .run-state').textContent() === '');
    await openLog(panel);
    await panel.locator('.log-filter input').fill('event:batch result:wrong');
    await until('the filter to have looked', async () => /^[1-9][\d,]* of/.test(await panel.locator('.log .hint').first().innerText()));
    const row = panel.locator('.log-sheet .log-row', { hasText: 'wrong' }).first();
    await row.waitFor();
    await shot(page, 'explorer-dark');

    // the row leads to its statement
    await row.locator('.c-event button').click();
    await page.locator('.editor-instance .view-line', { hasText: 'migrate_misplaced_folios_batch' }).first().waitFor();
    await until('the statement to be selected', async () => await page.locator('.editor-instance .selected-text').count() > 0);

    // and a lens back to the log
    const lens = page.locator('.codelens-decoration a:visible', { hasText: /batch(es)?/ }).first();
    await lens.waitFor();
    await until('the filter of the lens', async () => {
      // a click that falls into a refresh of the lenses is lost: a person clicks again
      await lens.click();
      return await filterOf(panel) === 'event:batch';
    });
  });
});

test('keys run, pause and step while the explorer has the focus; a picked cell shows its page', async () => {
  await withWorkbench('keys', { theme: 'Light Modern' }, async ({ page }) => {
    const panel = await runDefault(page);
    await until('time to go on', async () => await clock(panel) > 2.6);
    await panel.locator('.map-area').focus();
    await page.keyboard.press('F5');
    await panel.locator('.controls .run-state', { hasText: /^$/ }).waitFor({ state: 'attached' });
    const stopped = await clock(panel);
    await page.keyboard.press('F11');
    await page.locator('.editor-instance .view-overlays .cdr').first().waitFor({ state: 'attached' });
    assert.ok(await clock(panel) >= stopped);
    await panel.locator('.map-area').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await panel.locator('.page-says').waitFor();
    assert.match(await panel.locator('.page-says').innerText(), /\w/);
    await shot(page, 'explorer-light');
    await page.keyboard.press('Shift+F5');
    await until('time 0', async () => await clock(panel) === 0);
  });
});

test('what is looked at survives a reload of the window, and the world is there again', async () => {
  await withWorkbench('reload', { theme: 'Default High Contrast' }, async ({ page }) => {
    const panel = await runDefault(page);
    await panel.locator('.maps .segments button', { hasText: 'Section' }).click();
    await openLog(panel);
    await panel.locator('.log-filter input').fill('event:pass');
    await panel.locator('.log-sheet .log-row', { hasText: 'pass' }).first().waitFor();
    await shot(page, 'explorer-hc');
    await command(page, 'Developer: Reload Window');
    await until('the old page to go', () => Promise.resolve(panel.isDetached()));
    const again = await panelFrame(page);
    await until('the filter', async () => await filterOf(again) === 'event:pass');
    assert.equal(await again.locator('.maps .segments button', { hasText: 'Section' }).getAttribute('aria-pressed'), 'true');
    assert.equal(await clock(again), 0, 'the world begins anew');
  });
});

test('a scenario with a mistake starts nothing, and says what is allowed', async () => {
  await withWorkbench('mistake', {}, async ({ page }) => {
    await run(page, 'New Scenario from This Machine');
    const editor = page.locator('.editor-instance .view-line', { hasText: '"schemaVersion"' });
    await editor.first().waitFor();
    await page.keyboard.press('Control+H');
    await page.locator('.find-widget.visible .find-part textarea').fill('"seed": 1');
    await page.locator('.find-widget.visible .replace-part textarea').fill('"seed": "x"');
    await page.keyboard.press('Control+Alt+Enter');
    await page.keyboard.press('Escape');
    await page.locator('.statusbar-item[id="status.problems"] a', { hasText: /1/ }).waitFor();
    await page.locator('.editor-actions a[aria-label^="Run This Scenario"]').click();
    const toast = page.locator('.notifications-toasts .notification-list-item', { hasText: 'nothing was started' });
    await toast.waitFor();
    assert.match(await toast.innerText(), /seed/);
    await shot(page, 'mistake');
  });
});

test('nodes are configured by questions, and the scenario that comes of it runs', async () => {
  await withWorkbench('configure', {}, async ({ page }) => {
    await run(page, 'Configure Nodes...');
    const pick = page.locator('.quick-input-list .monaco-list-row');
    await pick.filter({ hasText: 'Nodes of my own' }).first().click();
    const input = page.locator('.quick-input-widget input.input');
    await page.locator('.quick-input-title', { hasText: '(2/4)' }).waitFor();
    await input.fill('99');
    await page.locator('.quick-input-message', { hasText: '1 to 64' }).waitFor();
    await input.fill('3');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-title', { hasText: '(3/4)' }).waitFor();
    await input.fill('512 MiB');
    await page.keyboard.press('Enter');
    await page.locator('.quick-input-title', { hasText: '(4/4)' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.editor-instance .view-line', { hasText: '"schemaVersion"' }).first().waitFor();
    await page.locator('.activitybar .action-label[aria-label="kmigrated"]').click();
    await tree(page, 'Node 2').waitFor();
    assert.equal(await tree(page, 'Node 3').count(), 0);
    await shot(page, 'configured');

    await run(page, 'Configure Workload...');
    await pick.filter({ hasText: 'Add a phase' }).first().click();
    for (const at of ['1/6', '2/6', '3/6', '4/6', '5/6', '6/6']) {
      await page.locator('.quick-input-title', { hasText: `(${at})` }).waitFor();
      await page.keyboard.press('Enter');
    }
    await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
    await page.locator('.editor-instance .monaco-editor').first().click();
    await page.keyboard.press('Control+End');
    await page.locator('.editor-instance .view-line', { hasText: '"count": 10000' }).waitFor();
  });
});
