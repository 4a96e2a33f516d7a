// Worlds with programs for tests and pictures of the charts: made runs, and the panel brought to show them.
import type { Page } from 'playwright-core';
import { SERIES_COLUMNS } from '../../../src/protocol/series';

/** A run as numbers, row by row: a buffer does not cross into the page. */
export interface MadeRun {
  readonly label: string;
  readonly points: number;
  readonly numbers: readonly number[];
}
export interface Sent {
  readonly runs?: readonly MadeRun[];
  readonly comparing?: boolean;
  readonly whyNot?: string;
  readonly says?: string;
}

/** A run of which each row names the columns that are not 0. */
export const madeRun = (label: string, points: number, row: (i: number) => Readonly<Record<string, number>>): MadeRun => ({
  label, points, numbers: Array.from({ length: points }, (_, i) => { const of = row(i); return SERIES_COLUMNS.map(name => of[name] ?? 0); }).flat(),
});

/** A run that looks like one: pages come home, faults go on; the inline one stalls the programs. */
export const likelyRun = (label: string, inline: boolean): MadeRun => madeRun(label, 120, i => {
  const t = i / 120, home = 1 - Math.exp(-t * (inline ? 3 : 5)), wave = 1 + 0.3 * Math.sin(i / (inline ? 5 : 4)), moved = Math.round(1.2e6 * home);
  return {
    'time ps': i * 0.5e12, numa_pte_updates: Math.round(4e6 * t), numa_hint_faults: Math.round(2.4e6 * t), numa_hint_faults_local: Math.round(1.3e6 * t * t),
    numa_pages_migrated: moved, pgpromote_success: inline ? 0 : moved, 'local share': 0.25 + 0.65 * home, 'accesses a second': 5e8 * (0.6 + 0.4 * home) * wave ** 0.2,
    'mean access latency ns': 190 - 80 * home, 'p99 stall us': inline ? 420 : 90, idle: 1e12, compute: 4e11, 'access local': 6e11 * home, 'access remote': 6e11 * (1 - home),
    'hint fault': 3e10 * wave, mark: inline ? 0 : 4e9, 'inline migration': inline ? 9e10 * (1 - home) * wave : 0, 'pte scan': 1e10, 'kthread walk': inline ? 0 : 1.2e10 * wave,
    'kthread migrate': inline ? 0 : 6e10 * (1 - home), 'tlb refill': 4e9 * wave, 'shootdown receiver': 6e9 * (1 - home),
  };
});
export const LIKELY: readonly MadeRun[] = [likelyRun('kmigrated v1 as posted', false), likelyRun('synchronous', true)];

/** Has the fake host begin a world with programs (generation 2), and chooses the charts. */
export async function showCharts(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.fake.model = { ...window.fake.model, programs: true };
    window.fake.begin(2);
  });
  await page.getByRole('tab', { name: 'Charts' }).click();
  await page.waitForFunction(() => window.fake.received.some(m => m.type === 'charts' && m.visible));
}

/** Sends a series and waits until charts are there, when it has a run. */
export async function sendSeries(page: Page, { runs = LIKELY, comparing = true, whyNot = '', says = 'Ten recorded runs were compared; times were not.' }: Sent = {}): Promise<void> {
  await page.evaluate(m => window.toWebview({
    type: 'series', generation: 2, says: m.says, comparing: m.comparing, whyNot: m.whyNot,
    runs: m.runs.map(r => ({ label: r.label, points: r.points, data: Float64Array.from(r.numbers).buffer })),
  }), { runs, comparing, whyNot, says });
  await page.waitForFunction(n => n === 0 || document.querySelectorAll('.chart canvas').length > 0, runs.length);
}
