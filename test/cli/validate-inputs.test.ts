// Permitted inputs: clocks, scan windows, walk starts, loop rates; what seeds draw from them; the intervals.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { alignClocks } from '../../src/cli/validate/clocks';
import { drawInstants, drawProgram } from '../../src/cli/validate/draw';
import { readInputs, thinkPsOf } from '../../src/cli/validate/inputs';
import { intervalOf, measuresOf, nearlyFull } from '../../src/cli/validate/measures';
import { recordOf } from '../../src/cli/validate/record';
import { defaultCosts } from '../../src/engine/cost/table';
import { OWN_PAGES_UNKNOWN } from '../../src/scenario/program/kernelrun';
import type { RunFile } from '../../src/scenario/program/runfile';
import { contextOf, RUN_FILES, runOf } from './validateruns';

const inputsOf = (run: RunFile): ReturnType<typeof readInputs> => readInputs(run, contextOf(run).args, 256);

test('clock brackets are narrow, and follow when a clock is shifted', () => {
  for (const file of RUN_FILES.filter(f => f.includes('.v1.'))) {
    const run = runOf(file);
    const { traceRun, printkRun, tracePrintk } = alignClocks(run);
    assert.ok(printkRun !== undefined && printkRun.low <= printkRun.high, file);
    if (file.includes('stale')) {
      assert.equal(traceRun, undefined);
      assert.ok(printkRun.high - printkRun.low < 0.5);
      continue;
    }
    assert.ok(traceRun !== undefined && tracePrintk !== undefined, file);
    assert.ok(tracePrintk.high - tracePrintk.low < 0.001, file);
    assert.ok(traceRun.high - traceRun.low < 0.06, file);
    const later = alignClocks({ ...run, batches: run.batches.map(b => ({ ...b, tS: b.tS + 3 })) });
    assert.ok(Math.abs((later.tracePrintk?.low ?? 0) - (tracePrintk.low - 3)) < 1e-6);
    assert.ok(Math.abs((later.printkRun?.low ?? 0) - (printkRun.low + 3)) < 0.02);
  }
  const base = alignClocks(runOf('2n-one-target.base.json.gz'));
  assert.deepEqual([base.traceRun, base.printkRun, base.tracePrintk], [undefined, undefined, undefined]);
});

test('scan windows: whole passes and small ones', () => {
  const whole = (file: string): string[] => inputsOf(runOf(file)).windows.filter(w => w.passes > 0).map(w => `${w.fromS}-${w.toS}`);
  assert.deepEqual(whole('2n-one-target.base.json.gz'), ['1.03-2.04', '6.07-7.07', '14.21-15.28']);
  assert.deepEqual(whole('4n-interleaved-targets.v1.json.gz'), ['3.08-4.08', '4.08-5.22', '7.27-8.28']);
  assert.deepEqual(whole('2n-stale-marks.v1.json.gz'), ['2.22-3.22']);
  assert.equal(whole('2n-target-nearly-full.v1.json.gz').length, 4);
  assert.deepEqual(inputsOf(runOf('2n-one-target.v1.json.gz')).windows.filter(w => w.passes === 0).map(w => w.updates), [29]);
  const run = runOf('4n-block-targets.base.json.gz');
  const args = contextOf(run).args;
  // a scan size of a quarter of the mapping: four passes make a window of 8,242 updates
  assert.deepEqual(readInputs(run, args, 8).windows.filter(w => w.passes > 0).map(w => w.passes), [4, 4]);
});

test('walk starts: a second apart, re-armed ones by their empty batch, zones of one walk told apart', () => {
  const run = runOf('4n-interleaved-targets.v1.json.gz');
  const { walksS, walkClock } = inputsOf(run);
  assert.equal(walkClock, 'trace');
  assert.deepEqual([...walksS].map(([node, list]) => [node, list.length]), [[0, 24], [1, 26], [2, 25], [3, 25]]);
  const one = walksS.get(1) ?? [];
  const rearmed = one.filter((s, i) => i > 0 && s - one[i - 1] < 0.1);
  assert.equal(rearmed.length, 1);
  const stale = inputsOf(runOf('2n-stale-marks.v1.json.gz'));
  assert.equal(stale.walkClock, 'printk');
  assert.deepEqual([...stale.walksS].map(([node, list]) => [node, list.length]), [[0, 1]]);
  // the same batches, but the later half in a higher zone after an empty batch: one walk over two zones
  const [empty, full] = run.batches;
  const zones = run.machine.nodes[0].zones;
  const low = { ...full, first: 3000, last: 2000, tS: full.tS }, high = { ...full, first: zones[1].startPfn + 900, last: zones[1].startPfn + 100, tS: full.tS + 0.02 };
  const twoZones: RunFile = { ...run, onCpu: new Map(), calls: { events: 0, succeeded: 0, first: [] }, batches: [empty, low, { ...empty, tS: full.tS + 0.01 }, high] };
  const again: RunFile = { ...twoZones, batches: [empty, low, { ...empty, tS: full.tS + 0.01 }, { ...low, tS: full.tS + 0.02 }] };
  assert.equal(readInputs(twoZones, contextOf(run).args, 256).walksS.get(0)?.length ?? 1, 1);
  assert.equal(readInputs(again, contextOf(run).args, 256).walksS.get(0)?.length ?? 2, 2);
});

test('loop rates: the median window, hence CPU time an access', () => {
  const run = runOf('2n-one-target.v1.json.gz');
  const [rate] = inputsOf(run).loopsPerS;
  assert.ok(rate > 85 && rate < 95);
  const { args } = contextOf(run);
  const costs = defaultCosts();
  // 10 ms of nap and the rest of the period over 8,192 accesses of thinkPs + accessLocalPs each
  assert.ok(Math.abs((thinkPsOf(args, 0, rate, costs) + costs.accessLocalPs) * 8192 / 1e12 + 0.01 - 1 / rate) < 1e-6);
  assert.equal(thinkPsOf(args, 0, 0, costs), 0);
  assert.equal(thinkPsOf(args, 0, 1e6, costs), 0);
});

test('draws: inside their windows, one a stratum, the same for the same seed', () => {
  const run = runOf('4n-interleaved-targets.v1.json.gz');
  const context = contextOf(run);
  const inputs = inputsOf(run);
  const whole = inputs.windows.filter(w => w.passes > 0);
  const startPs = 1e12, n = 50;
  const strata = whole.map(() => new Set<number>());
  const begins = new Set<number>();
  for (let k = 0; k < n; k++) {
    const { scansPs = [], walksPs, scanAtLeast } = drawInstants(inputs, startPs, k, n);
    assert.equal(scanAtLeast, 4096);
    assert.equal(scansPs.length, whole.length);
    scansPs.forEach((ps, i) => {
      const at = (ps - startPs) / 1e12;
      assert.ok(at >= whole[i].fromS && at <= whole[i].toS);
      strata[i].add(Math.floor(((at - whole[i].fromS) / (whole[i].toS - whole[i].fromS)) * n - 1e-9));
    });
    for (const list of walksPs?.values() ?? []) assert.ok(list.every((ps, i) => Number.isInteger(ps) && ps >= 0 && (i === 0 || ps > list[i - 1])));
    assert.deepEqual(drawInstants(inputs, startPs, k, n), { scansPs, walksPs, scanAtLeast });
    const program = drawProgram(context, k, n);
    assert.ok(program.mainPages >= 0 && program.mainPages <= OWN_PAGES_UNKNOWN && program.mainActive <= program.mainPages);
    begins.add(program.beginNode);
  }
  // the second window begins where the first ends: its draws also keep the scan period
  for (const i of [0, 2]) assert.ok(strata[i].size >= n - 2);
  assert.equal(begins.size, 4);
  assert.equal(drawInstants(inputsOf(runOf('2n-one-target.base.json.gz')), 0, 0, 10).walksPs, undefined);
});

test('intervals hold 99.9 % of the seeds: all of 200, all but five at each end of 10,000', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 1e6 }), { minLength: 1, maxLength: 300 }), values => {
    const { low, high, percent } = intervalOf(values);
    assert.deepEqual([low, high], [Math.min(...values), Math.max(...values)]);
    assert.ok(percent >= 0);
  }));
  const many = Array.from({ length: 10_000 }, (_, i) => i);
  assert.deepEqual([intervalOf(many).low, intervalOf(many).high], [5, 9994]);
  assert.equal(Math.round(intervalOf([90, 110]).percent), 10);
});

test('measures of the recorded runs are the numbers of the README', () => {
  const value = (file: string, id: string): number | undefined => {
    const run = runOf(file);
    const context = contextOf(run);
    const offset = alignClocks(run).printkRun;
    const record = recordOf(run, offset === undefined ? undefined : (offset.low + offset.high) / 2);
    return measuresOf(context, run.design).find(m => m.id === id)?.of(record, 0);
  };
  assert.equal(value('4n-interleaved-targets.v1.json.gz', 'migrations'), 14190);
  assert.equal(['1', '2', '3'].reduce((sum, t) => sum + (value('4n-interleaved-targets.v1.json.gz', `right.${t}`) ?? 0), 0), 6516);
  assert.equal(value('4n-interleaved-targets.v1.json.gz', 'full'), 25);
  assert.equal(value('4n-block-targets.base.json.gz', 'right.3'), 2730);
  assert.equal(value('2n-stale-marks.v1.json.gz', 'partialFolios'), 454);
  assert.equal(value('2n-one-target.base.json.gz', 'full'), undefined);
  // batches of marks from before the first sample do not belong to the work
  assert.equal(value('2n-target-nearly-full.v1.json.gz', 'migrations'), 27175);
  const full = RUN_FILES.filter(f => nearlyFull(contextOf(runOf(f)), runOf(f).design) !== '');
  assert.deepEqual(full, ['2n-target-nearly-full.base.json.gz', '2n-target-nearly-full.v1.json.gz']);
});
