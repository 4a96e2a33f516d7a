/** Sensitivity on rules in place of runs, so that the flip is known; and the two break-even lines. */

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { COSTS, defaultCosts } from '../../src/engine/cost/table';
import type { Job } from '../../src/lab/api';
import { breakEvenLines, breakEvenOptions, bufferPs, densityOf, markPs, migratePs, scanPerMarkPs, sleepPs, walkPs, wholeBreakEvenDensity } from '../../src/lab/breakeven';
import { sensitivity, sensitivityLines, softCosts } from '../../src/lab/sensitivity';
import { arm, madeUp, never, quiet, request } from './work';

const costOf = (job: Job, key: 'hintFaultPs' | 'contextSwitchPs'): number => job.costs[key] ?? defaultCosts()[key];
const { arms: _arms, ...work } = request([], [1, 2, 3]);
const asked = { ...work, conclusion: { metric: 'access_ns', arms: [arm('kmigrated-v1'), arm('sync')] } } as const;

test('a conclusion that one cost can flip: which one, where, towards which end, and what it becomes', async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 810_000, max: 1_400_000 }), async (flipAt) => {
    // sync gets worse with the cost of a hint fault, v1 does not: below flipAt sync is better
    const rule = madeUp((j) => (j.arm.id === 'sync' ? 100 + ((costOf(j, 'hintFaultPs') - flipAt) / flipAt) * 100 : 100) + (j.seed - 2) * 0.01);
    const made = await sensitivity({ ...asked, halvings: 10 }, rule, quiet, never);
    assert.ok(typeof made === 'object');
    assert.equal(made.base.verdict, 'better');
    assert.equal(made.survives, false);
    const flips = made.effects.filter((e) => e.flips !== undefined);
    assert.deepEqual(flips.map((e) => e.key), ['hintFaultPs']);
    const { flips: flip, atMin, atMax } = flips[0];
    assert.ok(flip !== undefined && flip.towards === 'min');
    assert.deepEqual([atMin, atMax, flip.becomes], ['worse', 'better', 'worse']);
    assert.ok(Math.abs(flip.atPs - flipAt) / flipAt < 0.01, `${flip.atPs} for ${flipAt}`);
    assert.ok(sensitivityLines(made).join('\n').includes('flips if hintFaultPs <'));
    assert.equal(made.runs, rule.ran.length);
  }), { numRuns: 20 });
});

test('a conclusion that no cost touches survives; "no difference" is one, and a cost can end it', async () => {
  const firm = await sensitivity(asked, madeUp((j) => (j.arm.id === 'sync' ? 200 : 100) + j.seed), quiet, never);
  assert.ok(typeof firm === 'object');
  assert.equal(firm.survives, true);
  assert.equal(firm.effects.length, softCosts().length);
  assert.match(sensitivityLines(firm).join(' '), /kmigrated-v1 is better than sync; this holds over the ranges of all/);
  const none = await sensitivity(asked, madeUp((j) => (j.arm.id === 'sync' ? 100 : costOf(j, 'contextSwitchPs') > 2_500_000 ? 120 : 100) + j.seed), quiet, never);
  assert.ok(typeof none === 'object');
  assert.equal(none.base.verdict, 'no difference');
  assert.deepEqual(none.effects.flatMap((e) => (e.flips === undefined ? [] : [[e.key, e.flips.towards, e.flips.becomes]])), [['contextSwitchPs', 'max', 'worse']]);
});

test('each soft cost is run at both ends of its range, alone, and never beyond it', async () => {
  const rule = madeUp((j) => j.seed);
  await sensitivity(asked, rule, quiet, never);
  const seen = new Map<string, Set<number>>();
  for (const { costs } of rule.ran) {
    const changed = Object.entries(costs);
    assert.ok(changed.length <= 1);
    for (const [key, ps] of changed) seen.set(key, (seen.get(key) ?? new Set()).add(ps));
  }
  assert.deepEqual([...seen.keys()].sort(), COSTS.filter((c) => c.standing === 'soft').map((c) => c.key).sort());
  for (const c of softCosts()) assert.deepEqual([...(seen.get(c.key) ?? [])], [c.minPs, c.maxPs]);
});

test('cancelled: nothing; a run that was refused: its sentence', async () => {
  assert.equal(await sensitivity(asked, madeUp(() => 1), quiet, () => true), undefined);
  const refusing = { run: (): Promise<readonly { ok: false; text: string }[]> => Promise.resolve([{ ok: false, text: 'it cannot be' }]) };
  assert.equal(await sensitivity(asked, refusing, quiet, never), 'it cannot be');
});

const options = breakEvenOptions(defaultCosts());

test('on a line the walk costs as much a mark as what names the line; above it less', () => {
  const pfns = [2 ** 18, 2 ** 22, 2 ** 28];
  for (const line of breakEvenLines(options, pfns)) {
    line.marksPerSecond.forEach((rate, i) => {
      assert.ok(rate !== undefined);
      assert.ok(Math.abs(scanPerMarkPs(options, pfns[i], rate) / line.pricePs - 1) < 1e-9);
      assert.ok(scanPerMarkPs(options, pfns[i], rate * 2) < line.pricePs);
      assert.ok(Math.abs(densityOf(options, pfns[i], rate) - line.density) < 1e-12);
    });
  }
});

test('the figures of dossier M2 and M5: 0.3 to 0.4 % for migrating, tens of ns for a buffer, sleeps of 1.004 to 1.032 s', () => {
  const [migrate, buffer] = breakEvenLines(options, [2 ** 20]);
  assert.ok(migrate.density > 0.003 && migrate.density < 0.004, String(migrate.density));
  assert.ok(bufferPs(options) > 10_000 && bufferPs(options) < 100_000);
  assert.ok(buffer.density > 10 * migrate.density);
  assert.equal(migrate.pricePs, migratePs(options));
  const sleep = sleepPs(options) / 1e12;
  assert.ok(sleep > 1.0 && sleep < 1.032, String(sleep));
  assert.equal(walkPs(options), 5400);
});

test('where a mark alone costs more than a buffer, no density is said; a line that no rate reaches has none', () => {
  assert.ok(markPs(options) > bufferPs(options));
  assert.equal(wholeBreakEvenDensity(options), undefined);
  const dear = breakEvenOptions({ ...defaultCosts(), bufferAddPs: 60_000 });
  const whole = wholeBreakEvenDensity(dear);
  assert.ok(whole !== undefined && Math.abs(whole * (bufferPs(dear) - markPs(dear)) - walkPs(dear)) < 1e-6);
  const cheap = { ...options, entries: 1e9, costs: { ...options.costs, bufferAddPs: 0, walkLruPs: 1000, bufferPushPs: 0, wakeUpPs: 0 } };
  const line = breakEvenLines({ ...cheap, costs: { ...cheap.costs, walkLruPs: 2 ** 30 } }, [1024])[0];
  assert.deepEqual([line.density > 1, line.marksPerSecond], [true, [undefined]]);
});
